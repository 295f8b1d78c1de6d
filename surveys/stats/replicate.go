package stats

import (
	"math"
	"math/rand/v2"
)

// Statistic is a figure that a column of weights gives: a mean, a ratio, a coefficient. It must not keep or
// change the weights.
type Statistic func(weights []float64) float64

// Jackknife returns a statistic with the standard error from leaving out one unit at a time, the others of
// its stratum standing in for it (JK1 with one stratum, JKn with several; Wolter 2007, chapter 4). Replicates
// are compared with their mean, stratum by stratum, or with the whole sample's figure when mse is true;
// fractions sampled are taken off each stratum's part. The interval is Student's. After calibration each
// replicate's weights are calibrated afresh, which is what makes the error that of calibrated weights; a
// replicate that cannot be (a category lost its only unit) leaves no error, and Why is NoReplicate. With many
// units Bootstrap takes fewer replicates. What a statistic rests on is not known here: a lone unit anywhere
// leaves no error unless Lone says what it adds, and LoneAdjust has no form for replicates.
func (d *Design) Jackknife(figure Statistic, level float64, mse bool) Estimate {
	r, e := d.replicates(figure, level)
	if e.Why != "" {
		return e
	}
	var v float64
	for h := range r.plan.size {
		values := make([]float64, 0, r.plan.size[h])
		n := float64(r.plan.size[h])
		for u := range int32(r.plan.units) {
			if r.plan.stratumOf(u) != int32(h) {
				continue
			}
			value, ok := r.value(func(of int32) float64 {
				switch {
				case n < 2 || r.plan.stratumOf(of) != int32(h):
					return 1
				case of == u:
					return 0
				}
				return n / (n - 1)
			})
			if !ok {
				return e.without(NoReplicate)
			}
			values = append(values, value)
		}
		centre := e.Value
		if !mse {
			centre = sumOf(values) / n
		}
		v += r.plan.rest[h] * (n - 1) / n * squaresAround(values, centre)
	}
	return e.student(math.Sqrt(v*r.stretch), level)
}

// maxDraws bounds the bootstrap.
const maxDraws = 10_000

// Bootstrap returns a statistic with the standard error from drawing units again at random, one fewer than
// there are in each stratum, with weights rescaled so that the variance is right (Rao and Wu 1988): the
// standard deviation over the given number of draws, 200 or more to be of use. The same seed draws the same.
// Calibration, interval and Why are as Jackknife has them.
func (d *Design) Bootstrap(figure Statistic, level float64, draws int, seed uint64) Estimate {
	if draws < 2 || draws > maxDraws {
		return Estimate{Why: BadParameter}
	}
	r, e := d.replicates(figure, level)
	if e.Why != "" {
		return e
	}
	rnd := rand.New(rand.NewPCG(seed, 0))
	members := make([][]int32, len(r.plan.size))
	for u := range int32(r.plan.units) {
		h := r.plan.stratumOf(u)
		members[h] = append(members[h], u)
	}
	values, times := make([]float64, draws), make([]float64, r.plan.units)
	for b := range values {
		clear(times)
		for _, units := range members {
			for range len(units) - 1 {
				times[units[rnd.IntN(len(units))]]++
			}
		}
		var ok bool
		values[b], ok = r.value(func(u int32) float64 {
			h := r.plan.stratumOf(u)
			n, spread := float64(r.plan.size[h]), math.Sqrt(r.plan.rest[h])
			if n < 2 {
				return 1
			}
			return 1 - spread + spread*times[u]*n/(n-1)
		})
		if !ok {
			return e.without(NoReplicate)
		}
	}
	return e.student(math.Sqrt(r.stretch*squaresAround(values, sumOf(values)/float64(draws))/float64(draws)),
		level)
}

// replicated is what a replication needs: weights before calibration, and room for those of one replicate.
type replicated struct {
	plan    plan
	stretch float64 // of the variance, for lone units
	figure  Statistic
	base    []float64
	weights []float64
	again   func(base []float64) ([]float64, bool)
}

// replicates returns the replication of a design and the statistic's value, or why there is none.
func (d *Design) replicates(figure Statistic, level float64) (*replicated, Estimate) {
	if why := d.check(len(d.Weights), nil, level); why != "" || figure == nil {
		if why == "" {
			why = BadParameter
		}
		return nil, Estimate{Why: why}
	}
	e, _ := d.count(values{y: func(int) float64 { return 0 }, in: func(int) bool { return true }})
	r := &replicated{plan: d.plan(), figure: figure, base: d.Weights,
		weights: make([]float64, len(d.Weights))}
	if d.Calibration != nil {
		r.base, r.again = d.Calibration.Base, d.Calibration.again
	}
	if e.Value = figure(d.Weights); !finite(e.Value) {
		return nil, Estimate{N: e.N, Why: NoData}
	}
	e.DF = r.plan.df
	every := make([]bool, len(r.plan.size))
	for h := range every {
		every[h] = true
	}
	var why Why
	if r.stretch, why = r.plan.stretch(every); why != "" || r.plan.lone && d.Lone == LoneAdjust {
		return nil, e.without(OneUnit)
	}
	e.exact = r.plan.complete()
	return r, e
}

// value returns the statistic under weights multiplied by a factor for each unit, and whether there is one.
func (r *replicated) value(factor func(unit int32) float64) (float64, bool) {
	for i, w := range r.base {
		r.weights[i] = w * factor(r.plan.unitOf(i))
	}
	w := r.weights
	if r.again != nil {
		var ok bool
		if w, ok = r.again(w); !ok {
			return 0, false
		}
	}
	v := r.figure(w)
	return v, finite(v)
}

func squaresAround(values []float64, centre float64) (s float64) {
	for _, v := range values {
		s += (v - centre) * (v - centre)
	}
	return s
}
