package opinion

import (
	"cmp"
	"math"
	"slices"
)

// Point is a place on the map. Its axes are the two directions in which people differ most; they have no
// unit.
type Point struct{ X, Y float64 }

// mul is a product rounded to a float64, which the language forbids to fuse with a sum that follows.
func mul(a, b float64) float64 { return float64(a * b) }

// sparse is the table without its gaps, centred: for each person the columns and the distances from the
// column's mean.
type sparse struct {
	rows   [][]entry
	means  []float64
	ncols  int
	zeroed int // columns that are not mapped
}

// counted returns how many votes of the person in row i count for their distance from the centre: those cast
// on mapped statements, and one on every statement that is not. The published positions have such a column
// full of noughts, which there are votes.
func (s sparse) counted(i int) int { return len(s.rows[i]) + s.zeroed }

type entry struct {
	column int32
	value  float64
}

// centre returns the centred table. A missing vote is the statement's mean and so an entry of zero; hidden
// and meta statements have no entries.
func (v *Votes) centre() sparse {
	c := len(v.statements)
	s := sparse{rows: make([][]entry, len(v.people)), means: make([]float64, c), ncols: c}
	sum, n := make([]int, c), make([]int, c)
	cast := 0
	for i := range v.people {
		for j, vote := range v.row(i) {
			if vote != Missing && v.mapped(j) {
				sum[j] += int(vote)
				n[j]++
				cast++
			}
		}
	}
	for j := range c {
		if !v.mapped(j) {
			s.zeroed++
		}
		if n[j] > 0 {
			s.means[j] = float64(sum[j]) / float64(n[j])
		}
	}
	entries := make([]entry, 0, cast)
	for i := range v.people {
		first := len(entries)
		for j, vote := range v.row(i) {
			if vote != Missing && v.mapped(j) {
				entries = append(entries, entry{int32(j), float64(vote) - s.means[j]})
			}
		}
		s.rows[i] = entries[first:]
	}
	return s
}

// components are the two directions and the variance of people along each (squared distances over people less
// one).
type components struct {
	x, y     []float64
	variance [2]float64
}

// principal returns the first two principal components of s.
func (s sparse) principal() components {
	values, vectors := lanczos(s.ncols, 2, s.covariance)
	out := components{x: make([]float64, s.ncols), y: make([]float64, s.ncols)}
	for k, into := range [][]float64{out.x, out.y} {
		if k < len(vectors) {
			copy(into, vectors[k])
			orient(into)
			out.variance[k] = max(0, values[k]) / float64(max(1, len(s.rows)-1))
		}
	}
	return out
}

// covariance sets out to the product of the scatter matrix (transposed table times table) with in.
func (s sparse) covariance(in, out []float64) {
	clear(out)
	for _, row := range s.rows {
		var dot float64
		for _, e := range row {
			dot += mul(e.value, in[e.column])
		}
		for _, e := range row {
			out[e.column] += mul(e.value, dot)
		}
	}
}

// orient turns a direction so that its largest entry is positive, the first of several.
func orient(d []float64) {
	best := 0
	for j := range d {
		if math.Abs(d[j]) > math.Abs(d[best]) {
			best = j
		}
	}
	if len(d) > 0 && d[best] < 0 {
		for j := range d {
			d[j] = -d[j]
		}
	}
}

// place returns a person's position: distances from the means along both directions, pushed out from the
// centre by the root of statements over votes counted, so that those who voted on little are not all drawn to
// the middle.
func (c components) place(row []entry, votes int) Point {
	var p Point
	for _, e := range row {
		p.X += mul(e.value, c.x[e.column])
		p.Y += mul(e.value, c.y[e.column])
	}
	scale := math.Sqrt(float64(len(c.x)) / float64(max(1, votes)))
	return Point{mul(p.X, scale), mul(p.Y, scale)}
}

// placeStatement returns the position of an imaginary person who only agreed with the statement in column j.
func (c components) placeStatement(j int, mean float64) Point {
	away := mul(math.Sqrt(float64(len(c.x))), 1-mean)
	return Point{mul(away, c.x[j]), mul(away, c.y[j])}
}

// The least number of votes for being grouped, and of people grouped where that many voted at all.
const (
	minVotes  = 7
	minPeople = 15
)

// active returns the rows of those who are grouped: who cast at least seven votes (all of them where there
// are fewer statements), filled up to fifteen with the most active others.
func (v *Votes) active() []int {
	need := min(minVotes, len(v.statements))
	counts := make([]int, len(v.people))
	var in, rest []int
	for i := range v.people {
		if counts[i] = v.castBy(i); counts[i] >= need && need > 0 {
			in = append(in, i)
		} else if counts[i] > 0 {
			rest = append(rest, i)
		}
	}
	if missing := minPeople - len(in); missing > 0 {
		slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(counts[b], counts[a]) })
		in = append(in, rest[:min(missing, len(rest))]...)
		slices.Sort(in)
	}
	return in
}
