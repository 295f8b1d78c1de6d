package disclose

import (
	"errors"
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

// Auditor attacks published counts as somebody would who knows what each stands for: which tables over which
// groups of people. It works out, for any group that the tables speak of, the fewest and most people there
// can be, by linear programming over the numbers of people nobody can tell apart. It supposes that the
// attacker knows which combinations of cells nobody is in, which makes him stronger than he is. That people
// are whole it does not use: a number that only whole people pin down is not found.
type Auditor struct {
	known []Set     // the people of each published count
	atoms [][]int32 // people nobody can tell apart by the tables
	cells []Set     // of each published count and each group, which atoms they are made of
	start *tableau
	now   *tableau    // the same, solved for what was looked for last; nil: begin again
	seen  [][]float64 // solutions found so far: what they show to be possible needs no proof
	empty []Set       // of each atom, in which of them nobody is in it
	work  *budget     // what it may still do; when it is spent it has not proved anything
}

// The bounds of an attack: the size of its program, and how many solutions are kept.
const (
	maxProgram = 3_000_000
	maxSeen    = 300
)

// NewAuditor returns an auditor of published counts, each given by the people it stands for, of whom only the
// number is published. Groups are those the tables speak of without publishing their counts. It returns
// ErrUnproved when there are too many of both.
func NewAuditor(known, groups []Set) (*Auditor, error) { return newAuditor(known, groups, nil) }

// newAuditor is NewAuditor for one that may do no more than a budget allows. It returns ErrUnproved when that
// is not enough to begin.
func newAuditor(known, groups []Set, work *budget) (*Auditor, error) {
	known = distinct(known)
	a := &Auditor{known: known, work: work}
	all := distinct(slices.Concat(known, groups))
	a.split(all)
	if len(a.atoms)*len(known) > maxProgram || !work.allows(len(known)*len(known)*len(a.atoms)) ||
		!work.spend(len(a.atoms)*len(all)) {
		return nil, ErrUnproved
	}
	for _, c := range all {
		a.cells = append(a.cells, a.madeOf(c))
	}
	sizes := make([]float64, len(a.atoms))
	for i, atom := range a.atoms {
		sizes[i] = float64(len(atom))
	}
	var rows [][]float64
	for k := range known {
		rows = append(rows, a.indicator(a.cells[k]))
	}
	if a.start = newTableau(rows, sizes, work); work.isSpent() {
		return nil, ErrUnproved
	}
	a.empty = make([]Set, len(a.atoms))
	a.keep(sizes)
	return a, nil
}

// distinct returns sets without those that are there already: tables of the same people have their totals in
// common.
func distinct(sets []Set) []Set {
	seen := make(map[string]bool, len(sets))
	var out []Set
	for _, s := range sets {
		if key := s.key(); !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

// split finds the atoms: everybody who is in exactly the same cells.
func (a *Auditor) split(cells []Set) {
	var everybody Set
	for _, c := range cells {
		everybody = everybody.with(c)
	}
	of := make([]int32, 64*len(everybody)) // the atom of each person
	a.atoms = [][]int32{nil}
	for person := range everybody.all() {
		a.atoms[0] = append(a.atoms[0], int32(person))
	}
	if len(a.atoms[0]) == 0 {
		a.atoms = nil
		return
	}
	for _, c := range cells {
		a.splitBy(c, of)
	}
}

// splitBy takes who is in a cell out of each atom of which only some are: a new atom, in the order of those
// they come from.
func (a *Auditor) splitBy(cell Set, of []int32) {
	inside := make([]int32, len(a.atoms))
	for person := range cell.all() {
		inside[of[person]]++
	}
	for i := range inside {
		if n := int(inside[i]); n == 0 || n == len(a.atoms[i]) {
			continue
		}
		var in, out []int32
		for _, person := range a.atoms[i] {
			if cell.has(int(person)) {
				in = append(in, person)
				of[person] = int32(len(a.atoms))
			} else {
				out = append(out, person)
			}
		}
		a.atoms[i] = out
		a.atoms = append(a.atoms, in)
	}
}

// madeOf returns the atoms within a group.
func (a *Auditor) madeOf(group Set) Set {
	var atoms Set
	for i, atom := range a.atoms {
		if !slices.ContainsFunc(atom, func(person int32) bool { return !group.has(int(person)) }) {
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
		for _, person := range a.atoms[i] {
			group = group.Add(int(person))
		}
	}
	return group
}

// size returns how many people are in some atoms.
func (a *Auditor) size(atoms Set) (n int) {
	for i := range atoms.all() {
		n += len(a.atoms[i])
	}
	return n
}

// Bounds returns the fewest and most people the target can have, given every published count. The target must
// be made of groups the auditor was told of. Ends are rounded inwards to whole numbers; one that cannot be
// worked out is the true number, as if it were known.
func (a *Auditor) Bounds(target Set) Interval { return a.bounds(a.madeOf(target)) }

func (a *Auditor) bounds(atoms Set) Interval {
	c, n := a.indicator(atoms), a.size(atoms)
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

// optimum returns the greatest value of c over what fits the equations, and keeps the solution. One that does
// not fit, because rounding has spoilt it, is as if the search had been given up: only what was checked is
// taken for possible. Searches go on from where the last one ended, and once more from the beginning when
// that led nowhere.
func (a *Auditor) optimum(c []float64) (float64, end) {
	for _, again := range []bool{a.now == nil, true} {
		if again {
			if !a.work.spend(len(a.start.cells)) {
				return 0, abandoned
			}
			a.now = a.start.clone()
		}
		how := a.now.maximise(c)
		if x := a.now.solution(); how != abandoned && a.fits(x) {
			a.keep(x)
			if how == endless {
				a.now = nil
			}
			return dot(c, x), how
		}
		if a.now = nil; again {
			break
		}
	}
	return 0, abandoned
}

// keep remembers a solution.
func (a *Auditor) keep(x []float64) {
	if len(a.seen) == maxSeen {
		return
	}
	for i, n := range x {
		if n <= nothing {
			a.empty[i] = a.empty[i].Add(len(a.seen))
		}
	}
	a.seen = append(a.seen, x)
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
