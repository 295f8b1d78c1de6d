package disclose

import (
	"errors"
	"fmt"
	"math"
	"slices"
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
	cells []Set // of each published count and each group, which atoms they are made of
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
	all := slices.Concat(known, groups)
	a.split(all)
	if len(a.atoms)*len(known) > maxProgram {
		return nil, ErrUnproved
	}
	for _, c := range all {
		a.cells = append(a.cells, a.madeOf(c))
	}
	sizes := make([]float64, len(a.atoms))
	for i, atom := range a.atoms {
		sizes[i] = float64(atom.Len())
	}
	var rows [][]float64
	for k := range known {
		rows = append(rows, a.indicator(a.cells[k]))
	}
	a.start = newTableau(rows, sizes)
	a.seen = [][]float64{sizes}
	return a, nil
}

// split finds the atoms: everybody who is in exactly the same cells.
func (a *Auditor) split(cells []Set) {
	var everybody Set
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

// madeOf returns the atoms within a group.
func (a *Auditor) madeOf(group Set) Set {
	var atoms Set
	for i, atom := range a.atoms {
		if atom.within(group) {
			atoms = atoms.Add(i)
		}
	}
	return atoms
}

// indicator returns 1 for each of some atoms, 0 for the others.
func (a *Auditor) indicator(atoms Set) []float64 {
	c := make([]float64, len(a.atoms))
	for i := range atoms.all() {
		c[i] = 1
	}
	return c
}

// people returns who is in some atoms.
func (a *Auditor) people(atoms Set) Set {
	var group Set
	for i := range atoms.all() {
		group = group.with(a.atoms[i])
	}
	return group
}

// Bounds returns the fewest and most people the target can have, given every published count. The target must be made of groups
// the auditor was told of. Ends are rounded inwards to whole numbers; one that cannot be worked out is the true number, as if
// it were known.
func (a *Auditor) Bounds(target Set) Interval { return a.bounds(a.madeOf(target)) }

func (a *Auditor) bounds(atoms Set) Interval {
	c, n := a.indicator(atoms), a.people(atoms).Len()
	v := Interval{n, n}
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

// optimum returns the greatest value of c over what fits the equations, and keeps the solution. One that does not fit, because
// rounding has spoilt it, is as if the search had been given up: only what was checked is taken for possible.
func (a *Auditor) optimum(c []float64) (float64, end) {
	t := a.start.clone()
	how := t.maximise(c)
	x := t.solution()
	if !a.fits(x) {
		return 0, abandoned
	}
	if len(a.seen) < maxSeen {
		a.seen = append(a.seen, x)
	}
	return dot(c, x), how
}

// fits reports whether numbers of people in the atoms give every published count.
func (a *Auditor) fits(x []float64) bool {
	for k, people := range a.known {
		n := 0.0
		for i := range a.cells[k].all() {
			n += x[i]
		}
		if math.Abs(n-float64(people.Len())) > 1e-6 {
			return false
		}
	}
	return !slices.ContainsFunc(x, func(n float64) bool { return n < -nothing })
}

func dot(a, b []float64) float64 {
	var s float64
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

// Attack returns groups of one to below threshold people that the published counts give away: of the hidden groups, of the
// atoms and any two of them, and of what two groups have in common or one has and another has not. A group is given away when
// its number is known exactly or known to be below the threshold and not nought; a hidden group also when the interval in which
// its number lies is narrower than the options ask.
func (a *Auditor) Attack(hidden []Set, o Options) []Finding {
	return a.attack(hidden, o.orDefault(), math.MaxInt)
}

// attack stops after so many findings.
func (a *Auditor) attack(hidden []Set, o Options, most int) []Finding {
	var findings []Finding
	try := func(atoms Set, width int) {
		n := a.people(atoms).Len()
		if n == 0 || n >= o.Threshold || len(findings) >= most || !a.shown(atoms).givesAway(o.Threshold, width) {
			return
		}
		if v := a.bounds(atoms); v.givesAway(o.Threshold, width) {
			findings = append(findings, Finding{a.people(atoms), v})
		}
	}
	for _, target := range hidden {
		try(a.madeOf(target), o.Width)
	}
	for _, target := range a.pairs(o.Threshold) {
		try(target, 1)
	}
	return findings
}

// pairs returns the groups of fewer than threshold people, as atoms, that one or two atoms make, or two cells by what they have
// in common and what only one has.
func (a *Auditor) pairs(threshold int) []Set {
	seen := map[string]bool{}
	var groups []Set
	add := func(atoms Set) {
		if n := atoms.Len(); n == 0 || n >= threshold { // nobody is in no atom
			return
		}
		if key := fmt.Sprint(slices.Collect(atoms.all())); !seen[key] && a.people(atoms).Len() < threshold {
			seen[key] = true
			groups = append(groups, atoms)
		}
	}
	for i, x := range a.cells {
		for _, y := range a.cells[:i] {
			both := x.minus(x.minus(y))
			add(both)
			add(x.minus(both))
			add(y.minus(both))
		}
	}
	var small []int
	for i, atom := range a.atoms {
		if n := atom.Len(); n < threshold {
			add(Set(nil).Add(i))
			small = append(small, i)
		}
	}
	for k, i := range small {
		for _, j := range small[:k] {
			add(Set(nil).Add(i).Add(j))
		}
	}
	return groups
}

// shown returns an interval that the solutions found so far show to be possible: the true one is at least as wide.
func (a *Auditor) shown(atoms Set) Interval {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range a.seen {
		n := 0.0
		for i := range atoms.all() {
			n += x[i]
		}
		low, high = min(low, n), max(high, n)
	}
	return Interval{int(math.Ceil(low - 1e-6)), int(math.Floor(high + 1e-6))}
}

// givesAway reports whether an interval tells too much of a small group.
func (v Interval) givesAway(threshold, width int) bool {
	return v.Max-v.Min < width || v.Min > 0 && v.Max < threshold
}
