package disclose

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// Known is one published count: the people it stands for, by whom only their number is meant.
type Known struct {
	People Set
	Count  int
}

// Finding is what an attack made of the published counts: the people of Target number from Min to Max, and no other number fits.
type Finding struct {
	Target Set
	Interval
}

// Auditor attacks published counts as somebody would who knows what each stands for: which tables over which groups of people.
// It works out, for any group that the tables speak of, the fewest and most people there can be.
type Auditor struct {
	known []Known
	atoms []Set // people nobody can tell apart by the tables
	rows  []equation
}

// equation says that the atoms add up to a count.
type equation struct {
	coefficients []float64
	count        float64
}

// maxAtoms bounds the attack: above it, only direct differences are looked at.
const maxAtoms = 600

// NewAuditor returns an auditor of the known counts. Groups are those the tables speak of without publishing their counts.
func NewAuditor(known []Known, groups []Set) *Auditor {
	a := &Auditor{known: known}
	a.split(groups)
	for _, k := range known {
		e := equation{make([]float64, len(a.atoms)), float64(k.Count)}
		for i, atom := range a.atoms {
			if atom.within(k.People) {
				e.coefficients[i] = 1
			}
		}
		a.rows = append(a.rows, e)
	}
	a.rows = independent(a.rows, len(a.atoms))
	return a
}

// split finds the atoms: everybody who is in exactly the same cells.
func (a *Auditor) split(groups []Set) {
	var everybody Set
	cells := make([]Set, 0, len(a.known)+len(groups))
	for _, k := range a.known {
		cells = append(cells, k.People)
	}
	cells = append(cells, groups...)
	for _, c := range cells {
		everybody = everybody.with(c)
	}
	if everybody.Len() == 0 {
		return
	}
	a.atoms = []Set{everybody}
	for _, c := range cells {
		for _, atom := range a.atoms {
			inside := atom.minus(atom.minus(c))
			if n := inside.Len(); n > 0 && n < atom.Len() {
				a.atoms = append(a.atoms, inside)
			}
		}
		// what was split off is taken out of what it was split from
		for i, atom := range a.atoms {
			if !atom.within(c) && atom.meets(c) {
				a.atoms[i] = atom.minus(c)
			}
		}
	}
}

// Bounds returns the fewest and most people the target can have, given every known count. The target must be made of groups
// the auditor was told of. The ends are rounded inwards to whole numbers.
func (a *Auditor) Bounds(target Set) Interval {
	c := make([]float64, len(a.atoms))
	for i, atom := range a.atoms {
		if atom.within(target) {
			c[i] = 1
		}
	}
	low, ok1 := a.optimum(c, 1)
	high, ok2 := a.optimum(c, -1)
	v := Interval{0, Unbounded}
	if ok1 {
		v.Min = max(0, int(math.Ceil(low-1e-6)))
	}
	if ok2 {
		v.Max = int(math.Floor(high + 1e-6))
	}
	return v
}

// optimum returns the least (sign 1) or greatest (sign -1) value of c over what fits the equations; false when it has no bound.
func (a *Auditor) optimum(c []float64, sign float64) (float64, bool) {
	if len(a.rows) == 0 {
		return 0, sign > 0
	}
	if len(a.rows) == len(a.atoms) { // one solution only
		return a.only(c), true
	}
	m := mat.NewDense(len(a.rows), len(a.atoms), nil)
	b, cost := make([]float64, len(a.rows)), make([]float64, len(c))
	for i, r := range a.rows {
		m.SetRow(i, r.coefficients)
		b[i] = r.count
	}
	for i := range c {
		cost[i] = sign * c[i]
	}
	value, _, err := lp.Simplex(cost, m, b, 1e-9, nil)
	if err != nil {
		return 0, false
	}
	return sign * value, true
}

// only returns the value of c at the one solution of as many independent equations as atoms, which are in reduced form.
func (a *Auditor) only(c []float64) float64 {
	var v float64
	for _, r := range a.rows {
		for i, x := range r.coefficients {
			if x != 0 {
				v += c[i] * r.count
			}
		}
	}
	return v
}

// independent returns equations that say the same, none of which follows from the others (Gauss and Jordan, with the largest
// pivot of each column).
func independent(rows []equation, columns int) []equation {
	rank := 0
	for col := 0; col < columns && rank < len(rows); col++ {
		best := rank
		for i := rank; i < len(rows); i++ {
			if math.Abs(rows[i].coefficients[col]) > math.Abs(rows[best].coefficients[col]) {
				best = i
			}
		}
		if math.Abs(rows[best].coefficients[col]) < 1e-9 {
			continue
		}
		rows[rank], rows[best] = rows[best], rows[rank]
		rows[rank].scale(1 / rows[rank].coefficients[col])
		for i := range rows {
			if f := rows[i].coefficients[col]; i != rank && math.Abs(f) > 1e-12 {
				rows[i].subtract(rows[rank], f)
			}
		}
		rank++
	}
	return rows[:rank]
}

func (e *equation) scale(f float64) {
	for i := range e.coefficients {
		e.coefficients[i] *= f
	}
	e.count *= f
}

func (e *equation) subtract(o equation, f float64) {
	for i := range e.coefficients {
		if e.coefficients[i] -= f * o.coefficients[i]; math.Abs(e.coefficients[i]) < 1e-11 {
			e.coefficients[i] = 0
		}
	}
	e.count -= f * o.count
}

// Attack returns every group of one to below threshold people whose number is given away exactly: as the difference of two
// published counts, as an atom of the tables, or as one of the hidden groups.
func (a *Auditor) Attack(hidden []Set, threshold int) []Finding {
	findings := a.differences(threshold)
	if len(a.atoms) > maxAtoms {
		return findings
	}
	for _, target := range append(append([]Set{}, hidden...), a.atoms...) {
		if n := target.Len(); n == 0 || n >= threshold {
			continue
		}
		if v := a.Bounds(target); v.Exact() {
			findings = append(findings, Finding{target, v})
		}
	}
	return findings
}

// differences returns the small groups that one published count has and another has not.
func (a *Auditor) differences(threshold int) []Finding {
	var findings []Finding
	for _, small := range a.known {
		for _, large := range a.known {
			if n := large.Count - small.Count; n > 0 && n < threshold && small.People.within(large.People) {
				findings = append(findings, Finding{large.People.minus(small.People), Interval{n, n}})
			}
		}
	}
	return findings
}
