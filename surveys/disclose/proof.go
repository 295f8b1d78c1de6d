package disclose

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// proof shows of many people at once, without looking at any group by itself, that published counts give
// nobody away. It grows with each table by what the table adds.
//
// Let A have a row for each published count and a column for each person, 1 where the person is counted. The
// truth is x = 1, a person each; an attacker knows of x that it is not negative and what Ax is. Let H be the
// projection onto A's rows; the leverage of a person is their place on H's diagonal. For a group G of s
// people whose leverages add up to τ < 1, the vector z = ±t(I−H)α, with α on G such that z is ±t there,
// changes no count, and is at no other person larger than
//
//	t·√(h·s·τ)/(1−τ), where h is the largest leverage of all,
//
// because no eigenvalue of H within G exceeds τ, and by Cauchy and Schwarz. Where that is at most 1, x + z is
// as good as the truth for the attacker: with t = 1 nobody is left in G; with t = (n−s)/s there are n. So G
// is not given away if one of the two is possible for n = threshold. As the bounds only grow with the
// leverages, it is enough to look at the largest ones for every group there is.
type proof struct {
	rows []Set // published counts none of which follows from the others: who they count
	// the lower triangle of the Cholesky factor of AAᵀ, which holds how many people two counts share
	factor   [][]float64
	leverage []float64 // of each person
}

// The bounds of a proof: how many counts it takes, and what rounding may do. Of a count that follows from
// others less than follows of it is left; between the two nothing is proved.
const (
	maxProofRows = 3000
	follows      = 1e-9
	independent  = 1e-5
	rounding     = 1e-6
)

// with returns the proof for some more counts; p is left as it is. It returns nil when they are too many, or
// so nearly follow from each other that rounding decides.
func (p *proof) with(counts []Set) *proof {
	next := &proof{slices.Clone(p.rows), slices.Clone(p.factor), slices.Clone(p.leverage)}
	for _, c := range counts {
		if !next.add(c) {
			return nil
		}
	}
	return next
}

// add takes in one count, and reports whether it could.
func (p *proof) add(count Set) bool {
	size := float64(count.Len())
	if size == 0 {
		return true
	}
	if n := 64 * len(count); n > len(p.leverage) {
		p.leverage = append(p.leverage, make([]float64, n-len(p.leverage))...)
	}
	w := p.solve(count)
	if size-dot(w, w) < follows*size {
		return true
	}
	rest := p.residual(count, w)
	left := dot(rest, rest)
	if left < independent*size || len(p.rows) == maxProofRows || !p.clear(rest) {
		return false
	}
	p.rows, p.factor = append(p.rows, count), append(p.factor, append(w, math.Sqrt(left)))
	for person, r := range rest {
		p.leverage[person] += r * r / left
	}
	return true
}

// solve returns w with Lw = Aa, for the factor L and the column a of a count.
func (p *proof) solve(count Set) []float64 {
	w := make([]float64, len(p.rows), len(p.rows)+1)
	for r, row := range p.rows {
		l := p.factor[r]
		w[r] = (float64(shared(row, count)) - dot(w[:r], l[:r])) / l[r]
	}
	return w
}

// residual returns what is left of a count, by person, when its projection onto the rows is taken away.
func (p *proof) residual(count Set, w []float64) []float64 {
	rest := make([]float64, len(p.leverage))
	for person := range count.all() {
		rest[person] = 1
	}
	y := slices.Clone(w)
	for r := len(y) - 1; r >= 0; r-- {
		l := p.factor[r]
		y[r] /= l[r]
		for i := range l[:r] {
			y[i] -= l[i] * y[r]
		}
		for at, word := range p.rows[r] {
			for ; word != 0; word &= word - 1 {
				rest[at*64+bits.TrailingZeros64(word)] -= y[r]
			}
		}
	}
	return rest
}

// clear reports whether a residual has nothing in common with the rows, as it must but for rounding.
func (p *proof) clear(rest []float64) bool {
	for _, row := range p.rows {
		sum := 0.0
		for at, word := range row {
			for ; word != 0; word &= word - 1 {
				sum += rest[at*64+bits.TrailingZeros64(word)]
			}
		}
		if math.Abs(sum) > rounding {
			return false
		}
	}
	return true
}

// shared returns how many people two sets have in common.
func shared(a, b Set) int {
	n := 0
	for i := range min(len(a), len(b)) {
		n += bits.OnesCount64(a[i] & b[i])
	}
	return n
}

// holds reports whether the counts give away no group of fewer people than the threshold, and leave of each
// hidden one an interval as wide as the options ask. False says nothing.
func (p *proof) holds(hidden []Set, o Options) bool {
	if p == nil {
		return false
	}
	top := slices.Clone(p.leverage)
	slices.SortFunc(top, func(a, b float64) int { return cmp.Compare(b, a) })
	largest, sum := 0.0, 0.0
	for s := 1; s < o.Threshold && s <= len(top); s++ {
		largest, sum = top[0], sum+top[s-1]
		if !movable(s, min(s, o.Threshold-s), largest, sum) {
			return false
		}
	}
	for _, group := range hidden {
		s, sum := group.Len(), 0.0
		if s == 0 || s >= o.Threshold {
			continue
		}
		for person := range group.all() {
			if person < len(p.leverage) {
				sum += p.leverage[person]
			}
		}
		if !movable(s, max(s, o.Width-s, o.Threshold-s), largest, sum) {
			return false
		}
	}
	return true
}

// movable reports whether a group of s people, whose leverages add up to sum, may have so many people more or
// fewer.
func movable(s, by int, largest, sum float64) bool {
	return float64(by)*math.Sqrt(largest*sum/float64(s)) <= 1-sum-rounding
}
