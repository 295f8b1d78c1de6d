package stats

import (
	"fmt"
	"math"
	"slices"
)

// maxStates bounds the exact test: beyond it the result says TooLarge rather than something made up.
const maxStates = 2_000_000

// Fisher returns the two-sided exact test of a table of counts: the probability, margins given, of all tables at most as probable
// as the one seen (Freeman and Halton 1951). It goes through the columns one after another and brings together what is left
// over in the same way, as the network algorithm of Mehta and Patel (1983) does.
func Fisher(counts [][]int) Test {
	rows, cols, total, why := margins(counts)
	if why != "" {
		return Test{P: 1, Why: why}
	}
	if total > 1e5 {
		return Test{P: 1, Why: TooLarge}
	}
	f := fisher{left: map[string]bounds{}}
	for _, c := range cols {
		if c > 0 {
			f.cols = append(f.cols, int(c))
		}
	}
	slices.Sort(f.cols)
	slices.Reverse(f.cols) // large ones first leave fewer states
	var start []int
	for _, r := range rows {
		if r > 0 {
			start = append(start, int(r))
		}
	}
	if len(start) < 2 || len(f.cols) < 2 {
		return Test{P: 1, Why: OneCategory}
	}
	for _, row := range counts {
		for _, n := range row {
			f.seen -= logFactorial(n)
		}
	}
	f.seen += 1e-7 // tables as probable but for rounding count
	p, ok := f.tail(start)
	if !ok {
		return Test{P: 1, Why: TooLarge}
	}
	// the probability of all tables with these margins is known in closed form
	all := -logFactorial(int(total))
	for _, r := range append(slices.Clone(start), f.cols...) {
		all += logFactorial(r)
	}
	return Test{P: clamp(p*math.Exp(all), 0, 1)}
}

// fisher adds up products of 1/n! over tables, in logarithms relative to the one seen.
type fisher struct {
	cols   []int
	seen   float64 // logarithm of the table seen
	left   map[string]bounds
	states int
}

// bounds are the least and greatest logarithm that the columns left can add.
type bounds struct{ low, high float64 }

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n) + 1)
	return v
}

// pasts are the ways to a state: their logarithms, rounded so that equal ones meet, and the sum of what they weigh.
type pasts map[int64]float64

const grain = 1e8

// tail returns the sum over tables at most as probable as the one seen of products of 1/n!.
func (f *fisher) tail(start []int) (float64, bool) {
	type state struct {
		rows []int
		ways pasts
	}
	stage := map[string]*state{}
	first := normal(start)
	stage[key(0, first)] = &state{first, pasts{0: 1}}
	var sum float64
	for c := range f.cols {
		next := map[string]*state{}
		for _, s := range stage {
			ok := f.columns(s.rows, f.cols[c], func(rest []int, log float64) bool {
				rest = normal(rest)
				b, ok := f.bounds(c+1, rest)
				if !ok {
					return false
				}
				for past, weight := range s.ways {
					here := float64(past)/grain + log
					w := weight * math.Exp(log)
					switch {
					case here+b.high <= f.seen: // whatever follows is rare enough
						sum += w * f.completions(c+1, rest)
					case here+b.low <= f.seen:
						k := key(c+1, rest)
						if next[k] == nil {
							next[k] = &state{rest, pasts{}}
						}
						next[k].ways[int64(math.Round(here*grain))] += w
						f.states++
					}
				}
				return f.states < maxStates
			})
			if !ok {
				return 0, false
			}
		}
		stage = next
	}
	for _, s := range stage {
		for past, weight := range s.ways {
			if float64(past)/grain <= f.seen {
				sum += weight
			}
		}
	}
	return sum, true
}

// columns tells every way to take a column's total from the rows: what is left of them, and the logarithm of its product. It
// stops and returns false when tell does.
func (f *fisher) columns(rows []int, total int, tell func(rest []int, log float64) bool) bool {
	rest := slices.Clone(rows)
	after := make([]int, len(rows)+1) // what the rows from i on can still give
	for i := len(rows) - 1; i >= 0; i-- {
		after[i] = after[i+1] + rows[i]
	}
	var take func(i, need int, log float64) bool
	take = func(i, need int, log float64) bool {
		if i == len(rows) {
			f.states++
			return f.states < maxStates && tell(rest, log)
		}
		for n := max(0, need-after[i+1]); n <= min(need, rows[i]); n++ {
			rest[i] = rows[i] - n
			if !take(i+1, need-n, log-logFactorial(n)) {
				return false
			}
		}
		rest[i] = rows[i]
		return true
	}
	return take(0, total, 0)
}

// completions returns the sum over all ways to fill the columns left: a closed form.
func (f *fisher) completions(c int, rows []int) float64 {
	total, log := 0, 0.0
	for _, r := range rows {
		total += r
		log -= logFactorial(r)
	}
	for _, n := range f.cols[c:] {
		log -= logFactorial(n)
	}
	return math.Exp(log + logFactorial(total))
}

// bounds returns the least and most that the columns left can add.
func (f *fisher) bounds(c int, rows []int) (bounds, bool) {
	if c == len(f.cols) {
		return bounds{}, true
	}
	k := key(c, rows)
	if b, ok := f.left[k]; ok {
		return b, true
	}
	b := bounds{math.Inf(1), math.Inf(-1)}
	ok := f.columns(rows, f.cols[c], func(rest []int, log float64) bool {
		below, ok := f.bounds(c+1, normal(rest))
		b.low, b.high = math.Min(b.low, log+below.low), math.Max(b.high, log+below.high)
		return ok
	})
	f.left[k] = b
	return b, ok
}

// normal returns the rows in order, without those that are used up: states that differ only in that are one.
func normal(rows []int) []int {
	out := slices.DeleteFunc(slices.Clone(rows), func(n int) bool { return n == 0 })
	slices.Sort(out)
	return out
}

func key(c int, rows []int) string { return fmt.Sprint(c, rows) }
