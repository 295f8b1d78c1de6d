package stats

import (
	"encoding/binary"
	"math"
	"slices"
)

// maxStates bounds the exact test: beyond it the result says TooLarge rather than something made up.
const maxStates = 2_000_000

// Fisher returns the two-sided exact test of a table of counts: the probability, margins given, of all tables
// at most as probable as the one seen (Freeman and Halton 1951). It goes through the columns one after
// another and brings together what is left over in the same way, as the network algorithm of Mehta and Patel
// (1983) does. Empty rows and columns are left out. Why is TooLarge beyond 100,000 answers or two million
// steps, OneCategory, NoData, DifferentSize for ragged rows, or BadParameter for a negative count; P is then
// 1 and means nothing.
func Fisher(counts [][]int) Test {
	rows, cols, total, why := margins(counts)
	if why != "" {
		return Test{Why: why}
	}
	if total > 1e5 {
		return Test{Why: TooLarge}
	}
	f := fisher{left: map[string]bounds{}, factorials: logFactorials(int(total))}
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
		return Test{Why: OneCategory}
	}
	for _, row := range counts {
		for _, n := range row {
			f.seen -= f.factorials[n]
		}
	}
	f.seen += 1e-7 // tables as probable but for rounding count
	p, ok := f.tail(start)
	if !ok {
		return Test{Why: TooLarge}
	}
	return Test{p: clamp(p, 0, 1)}
}

// fisher adds up the probabilities of tables. A table's is proportional to the product of 1/n! over its
// cells, so tables are compared by the logarithm of that; a column's probability, given what is left of the
// rows, is hypergeometric.
type fisher struct {
	cols       []int
	seen       float64 // logarithm of the product of the table seen
	factorials []float64
	left       map[string]bounds
	states     int
}

// bounds are the least and greatest logarithm that the columns left can add.
type bounds struct{ low, high float64 }

// logFactorials returns the logarithms of 0! to n!.
func logFactorials(n int) []float64 {
	all := make([]float64, n+1)
	for i := 2; i <= n; i++ {
		all[i], _ = math.Lgamma(float64(i) + 1)
	}
	return all
}

// pasts are the ways to a state: their logarithms, rounded so that equal ones meet, and the sum of what they
// weigh.
type pasts map[int64]float64

const grain = 1e8

// state is what is left of the rows after some columns, and how it came about.
type state struct {
	rows []int
	ways pasts
}

// tail returns the probability of tables at most as probable as the one seen.
func (f *fisher) tail(start []int) (sum float64, ok bool) {
	stage := map[string]*state{"": {normal(start), pasts{0: 1}}}
	for c := range f.cols {
		next := map[string]*state{}
		for _, s := range stage {
			rare, ok := f.step(c, s, next)
			if !ok {
				return 0, false
			}
			sum += rare
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

// step takes a column from a state, adds what follows to the next ones, and returns the probability of what
// is rare enough whatever follows.
func (f *fisher) step(c int, s *state, next map[string]*state) (rare float64, ok bool) {
	ok = f.columns(s.rows, f.cols[c], func(rest []int, product, probability float64) bool {
		rest = normal(rest)
		b, ok := f.bounds(c+1, rest)
		if !ok {
			return false
		}
		for past, weight := range s.ways {
			here, w := float64(past)/grain+product, weight*math.Exp(probability)
			switch {
			case here+b.high <= f.seen:
				rare += w
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
	return rare, ok
}

// columns tells every way to take a column's total from the rows: what is left of them, and the logarithms of
// the product of 1/n! and of the probability. It stops and returns false when tell does.
func (f *fisher) columns(
	rows []int, total int, tell func(rest []int, product, probability float64) bool,
) bool {
	rest := slices.Clone(rows)
	after := make([]int, len(rows)+1) // what the rows from i on can still give
	for i := len(rows) - 1; i >= 0; i-- {
		after[i] = after[i+1] + rows[i]
	}
	lf := f.factorials
	var take func(i, need int, product, probability float64) bool
	take = func(i, need int, product, probability float64) bool {
		if i == len(rows) {
			f.states++
			return f.states < maxStates && tell(rest, product, probability)
		}
		for n := max(0, need-after[i+1]); n <= min(need, rows[i]); n++ {
			rest[i] = rows[i] - n
			if !take(i+1, need-n, product-lf[n], probability+lf[rows[i]]-lf[n]-lf[rest[i]]) {
				return false
			}
		}
		rest[i] = rows[i]
		return true
	}
	return take(0, total, 0, lf[total]+lf[after[0]-total]-lf[after[0]])
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
	ok := f.columns(rows, f.cols[c], func(rest []int, log, _ float64) bool {
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

// key names a state.
func key(c int, rows []int) string {
	k := binary.AppendUvarint(make([]byte, 0, 32), uint64(c))
	for _, n := range rows {
		k = binary.AppendUvarint(k, uint64(n))
	}
	return string(k)
}
