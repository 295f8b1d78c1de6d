package stats

import (
	"fmt"
	"math"
)

// stream makes respondents of bytes: most values are small, some are what breaks arithmetic.
type stream []byte

var awkward = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1e308, 5e-324, 1e155, -1e155, 1e-155,
	0, math.MaxInt64, 1e16}

func (s *stream) byte() byte {
	if len(*s) == 0 {
		return 0
	}
	b := (*s)[0]
	*s = (*s)[1:]
	return b
}

func (s *stream) below(n int) int { return int(s.byte()) % n }

func (s *stream) float() float64 {
	if b := int(s.byte()); b < 256-len(awkward) {
		return float64(b-8) / 4
	} else {
		return awkward[255-b]
	}
}

func (s *stream) count() int {
	b := int(s.byte())
	if b >= 250 {
		return []int{-1, math.MaxInt, math.MinInt, 1 << 32, 1_000_000, -5}[b-250]
	}
	return b
}

func (s *stream) level() float64 {
	return []float64{0.95, 0.9, 0.5, 0.999999, 1e-9, 0, 1, -1, 2, math.NaN()}[s.below(10)]
}

func (s *stream) floats(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = s.float()
	}
	return x
}

func (s *stream) counts(n int) []int {
	x := make([]int, n)
	for i := range x {
		x[i] = s.count()
	}
	return x
}

func (s *stream) codes(n, of int) []int {
	x := make([]int, n)
	for i := range x {
		x[i] = s.below(of)
	}
	return x
}

func (s *stream) bools(n int) []bool {
	x := make([]bool, n)
	for i := range x {
		x[i] = s.below(3) == 0
	}
	return x
}

// design makes up one for n respondents, now and then with a column too short.
func (s *stream) design(n int) *Design {
	d := &Design{Weights: s.floats(n)}
	if s.below(2) == 0 { // mostly usable ones, or nothing is reached
		for i, w := range d.Weights {
			if !(w > 0) || !finite(w) {
				d.Weights[i] = 1
			}
		}
	}
	kind := s.byte()
	ints := func() []int32 {
		x := make([]int32, n)
		for i := range x {
			x[i] = int32(s.below(4))
		}
		return x
	}
	if kind&1 != 0 {
		d.Strata = ints()
	}
	if kind&2 != 0 {
		d.Clusters = ints()
	}
	if kind&4 != 0 {
		d.Population = s.floats(n)
	}
	if kind >= 250 && n > 0 {
		d.Weights = d.Weights[1:]
	}
	return d
}

// margins makes up some, with targets that may contradict each other.
func (s *stream) margins(n int) []Margin {
	all := make([]Margin, s.below(4))
	for m := range all {
		k := 1 + s.below(3)
		all[m] = Margin{fmt.Sprint(m), s.codes(n, k), make([]float64, k)}
		for c := range k {
			all[m].Targets[c] = 10 + float64(s.below(3))
		}
		if s.byte() > 230 {
			all[m].Targets = s.floats(k)
		}
		if s.byte() > 250 && n > 0 {
			all[m].Codes[0] = s.count()
		}
	}
	return all
}
