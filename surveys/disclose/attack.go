package disclose

import (
	"errors"
	"math"
)

// ErrUnproved says that counts are too many to prove that nobody is given away.
var ErrUnproved = errors.New("disclose: too many tables over too many groups of people to be proved safe")

// Finding is what an attack made of published counts: the people of Target number from Min to Max.
type Finding struct {
	Target Set
	Interval
}

// Auditor attacks published counts as somebody would who knows what each stands for: which tables over which groups of people.
// It works out, for any group that the tables speak of, the fewest and most people there can be, by linear programming over the
// numbers of people nobody can tell apart. It supposes that the attacker knows which combinations of cells nobody is in, which
// makes him stronger than he is. That people are whole it does not use: a number that only whole people pin down is not found.
type Auditor struct {
	known []Set // the people of each published count
	atoms []Set // people nobody can tell apart by the tables
	start *tableau
	seen  [][]float64 // solutions found so far: what they show to be possible needs no proof
}

// The bounds of an attack: the size of its program, and how many solutions are kept.
const (
	maxProgram = 3_000_000
	maxSeen    = 300
)

// NewAuditor returns an auditor of published counts, each given by the people it stands for, of whom only the number is
// published. Groups are those the tables speak of without publishing their counts. It returns ErrUnproved when there are too
// many of both.
func NewAuditor(known, groups []Set) (*Auditor, error) {
	a := &Auditor{known: known}
	a.split(groups)
	if len(a.atoms)*len(known) > maxProgram {
		return nil, ErrUnproved
	}
	sizes := make([]float64, len(a.atoms))
	for i, atom := range a.atoms {
		sizes[i] = float64(atom.Len())
	}
	var rows [][]float64
	for _, k := range known {
		rows = append(rows, a.indicator(k))
	}
	a.start = newTableau(rows, sizes)
	a.seen = [][]float64{sizes}
	return a, nil
}

// split finds the atoms: everybody who is in exactly the same cells.
func (a *Auditor) split(groups []Set) {
	var everybody Set
	cells := make([]Set, 0, len(a.known)+len(groups))
	cells = append(append(cells, a.known...), groups...)
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

// indicator returns 1 for each atom within a group, 0 for the others.
func (a *Auditor) indicator(group Set) []float64 {
	c := make([]float64, len(a.atoms))
	for i, atom := range a.atoms {
		if atom.within(group) {
			c[i] = 1
		}
	}
	return c
}

// Bounds returns the fewest and most people the target can have, given every published count. The target must be made of groups
// the auditor was told of. Ends are rounded inwards to whole numbers; one that cannot be worked out is the true number, as if
// it were known.
func (a *Auditor) Bounds(target Set) Interval {
	c := a.indicator(target)
	v := Interval{target.Len(), target.Len()}
	most, how := a.optimum(c)
	switch how {
	case found:
		v.Max = max(v.Max, int(math.Floor(most+1e-6)))
	case endless:
		v.Max = Unbounded
	}
	for i := range c {
		c[i] = -c[i]
	}
	if fewest, how := a.optimum(c); how == found {
		v.Min = min(v.Min, max(0, int(math.Ceil(-fewest-1e-6))))
	}
	return v
}

// optimum returns the greatest value of c over what fits the equations, and keeps the solution.
func (a *Auditor) optimum(c []float64) (float64, end) {
	t := a.start.clone()
	how := t.maximise(c)
	x := t.solution()
	if len(a.seen) < maxSeen {
		a.seen = append(a.seen, x)
	}
	return dot(c, x), how
}

func dot(a, b []float64) float64 {
	var s float64
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

// Attack returns every group of one to below threshold people that the published counts give away: as the difference of two
// of them, as an atom of the tables, or as one of the hidden groups. A group is given away when its number is known exactly or
// known to be below the threshold and not nought; a hidden group also when the interval in which its number lies is narrower
// than the options ask.
func (a *Auditor) Attack(hidden []Set, o Options) []Finding {
	o = o.orDefault()
	findings := a.differences(o.Threshold)
	for _, target := range hidden {
		findings = a.attack(findings, target, o, o.Width)
	}
	for _, target := range a.atoms {
		findings = a.attack(findings, target, o, 1)
	}
	return findings
}

// attack adds a group to the findings when it is small and given away.
func (a *Auditor) attack(findings []Finding, target Set, o Options, width int) []Finding {
	if n := target.Len(); n == 0 || n >= o.Threshold || !a.shown(target).givesAway(o.Threshold, width) {
		return findings
	}
	if v := a.Bounds(target); v.givesAway(o.Threshold, width) {
		findings = append(findings, Finding{target, v})
	}
	return findings
}

// shown returns an interval that the solutions found so far show to be possible: the true one is at least as wide.
func (a *Auditor) shown(target Set) Interval {
	c := a.indicator(target)
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range a.seen {
		n := dot(c, x)
		low, high = min(low, n), max(high, n)
	}
	return Interval{int(math.Ceil(low - 1e-6)), int(math.Floor(high + 1e-6))}
}

// givesAway reports whether an interval tells too much of a small group.
func (v Interval) givesAway(threshold, width int) bool {
	return v.Max-v.Min < width || v.Min > 0 && v.Max < threshold
}

// differences returns the small groups that one published count has and another has not.
func (a *Auditor) differences(threshold int) []Finding {
	var findings []Finding
	for _, small := range a.known {
		for _, large := range a.known {
			if n := large.Len() - small.Len(); n > 0 && n < threshold && small.within(large) {
				findings = append(findings, Finding{large.minus(small), Interval{n, n}})
			}
		}
	}
	return findings
}
