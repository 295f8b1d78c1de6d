package disclose

import (
	"math"
	"math/bits"
	"slices"
)

// Attack returns groups of one to below threshold people that the published counts give away: of the hidden
// groups, of the atoms and any two of them, and of what two groups have in common or one has and another has
// not. A group is given away when its number is known exactly or known to be below the threshold and not
// nought; a hidden group also when the interval in which its number lies is narrower than the options ask.
func (a *Auditor) Attack(hidden []Set, o Options) []Finding {
	return a.attack(hidden, o.orDefault(), math.MaxInt)
}

// attack stops after so many findings, and when its work is spent.
func (a *Auditor) attack(hidden []Set, o Options, most int) []Finding {
	var findings []Finding
	try := func(atoms Set, width int) bool {
		n := a.size(atoms)
		if !a.work.spend(len(a.seen) * (len(atoms) + min(n, o.Threshold))) {
			return false
		}
		if n == 0 || n >= o.Threshold || !a.shown(atoms).givesAway(o.Threshold, width) {
			return true
		}
		if v := a.bounds(atoms); v.givesAway(o.Threshold, width) && !a.work.isSpent() {
			findings = append(findings, Finding{a.people(atoms), v})
		}
		return len(findings) < most && !a.work.isSpent()
	}
	for _, target := range hidden {
		if !try(a.madeOf(target), o.Width) {
			return findings
		}
	}
	a.small(o.Threshold, func(target Set) bool { return try(target, 1) })
	return findings
}

// small tells every group of fewer than threshold people that two cells make by what they have in common and
// what only one has, or that one or two atoms make, until it is told to stop.
func (a *Auditor) small(threshold int, tell func(atoms Set) bool) {
	seen := map[string]bool{}
	fresh := func(atoms Set) bool {
		n := a.size(atoms)
		if n == 0 || n >= threshold {
			return false
		}
		key := atoms.key()
		old := seen[key]
		seen[key] = true
		return !old
	}
	for i, x := range a.cells {
		for _, y := range a.cells[:i] {
			if !a.work.spend(len(x)) {
				return
			}
			for _, group := range parts(x, y, threshold) {
				if fresh(group) && !tell(group) {
					return
				}
			}
		}
	}
	a.smallAtoms(threshold, fresh, tell)
}

// smallAtoms tells the groups of small that are made of one or two atoms. Pairs of which a solution shows
// that nobody need be in either are not told: they are many, and not given away.
func (a *Auditor) smallAtoms(threshold int, fresh, tell func(atoms Set) bool) {
	var small []int
	for i, atom := range a.atoms {
		if len(atom) >= threshold {
			continue
		}
		if one := Set(nil).Add(i); fresh(one) && !tell(one) {
			return
		}
		small = append(small, i)
	}
	var patterns []Set // those of a.empty that are different
	solutions := 0
	for k, i := range small {
		if solutions != len(a.seen) {
			if !a.work.spend(len(a.atoms) * len(a.empty[i]) * 8) {
				return
			}
			solutions, patterns = len(a.seen), distinct(a.empty)
		}
		if !slices.ContainsFunc(patterns, func(other Set) bool { return !a.empty[i].meets(other) }) {
			continue // whoever the other atom is
		}
		if !a.work.spend(k * len(a.empty[i])) {
			return
		}
		for _, j := range small[:k] {
			if len(a.atoms[i])+len(a.atoms[j]) >= threshold || a.empty[i].meets(a.empty[j]) {
				continue
			}
			if two := Set(nil).Add(i).Add(j); fresh(two) && !tell(two) {
				return
			}
		}
	}
}

// parts returns what two sets have in common, and what is only in one and only in the other, of those that
// have fewer than most members.
func parts(x, y Set, most int) (out [3]Set) {
	var n [3]int
	for i := range max(len(x), len(y)) {
		v, w := x.word(i), y.word(i)
		n[0] += bits.OnesCount64(v & w)
		n[1] += bits.OnesCount64(v &^ w)
		n[2] += bits.OnesCount64(w &^ v)
		if n[0] >= most && n[1] >= most && n[2] >= most {
			return out
		}
	}
	if n[0] < most {
		out[0] = x.minus(x.minus(y))
	}
	if n[1] < most {
		out[1] = x.minus(y)
	}
	if n[2] < most {
		out[2] = y.minus(x)
	}
	return out
}

// shown returns an interval that the solutions found so far show to be possible: the true one is at least as
// wide.
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
