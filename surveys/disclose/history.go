package disclose

import (
	"errors"
	"math"
	"slices"
)

// ErrDifferencing says that a table cannot be released at all: whatever is hidden in it, together with what
// was released before it would give a small group away.
var ErrDifferencing = errors.New(
	"disclose: with the tables released before, this one would give somebody away")

// History remembers what was released about the same people and protects it against being put together. It
// keeps who is in which cell, so it belongs beside the answers, never in the open. The same tables released
// in the same order give the same history.
type History struct {
	options Options
	known   []Set  // the people of each published count
	hidden  []Set  // groups of cells that were not published
	proof   *proof // of everything so far; nil when it no longer holds, as it then never will again
}

// NewHistory returns an empty history.
func NewHistory(o Options) *History { return &History{options: o.orDefault(), proof: &proof{}} }

// Release decides what of a table may be published after everything released before, and remembers it.
// members holds the people of each inner cell. It returns ErrShape when they are no table, ErrDifferencing
// when nothing of it may be published, ErrUnproved when that cannot be told any more; then nothing is
// remembered.
func (h *History) Release(members [][]Set) (*Decision, error) {
	counts := make([][]int, len(members))
	for i, row := range members {
		counts[i] = make([]int, len(row))
		for j, people := range row {
			counts[i][j] = people.Len()
		}
	}
	t, err := NewTable(counts)
	if err != nil {
		return nil, err
	}
	cells := cellSets(t, members)
	reasons, work := primary(t, h.options), &budget{releaseWork}
	for range len(cells) + 1 {
		p := suppress(t, h.options, slices.Clone(reasons))
		if p.Suppressed() == len(cells) && slices.Contains(reasons, Differencing) {
			return nil, ErrDifferencing
		}
		next := h.after(p, cells)
		var findings []Finding
		if next.proof = h.proved(next); next.proof == nil {
			if findings, err = next.audit(1, work); err != nil {
				return nil, err
			}
		}
		if len(findings) == 0 {
			*h = *next
			return p, nil
		}
		at := next.culprit(p, cells, findings[0].Target)
		if at < 0 {
			return nil, ErrDifferencing
		}
		reasons[at] = Differencing
	}
	return nil, ErrDifferencing
}

// Audit attacks everything released so far and returns what is given away: nothing, if Release has decided
// alone. It returns ErrUnproved when the tables are too many.
func (h *History) Audit() ([]Finding, error) { return h.audit(math.MaxInt, nil) }

// audit stops after so many findings. It returns ErrUnproved when it has found nothing and the work was more
// than the budget.
func (h *History) audit(most int, work *budget) ([]Finding, error) {
	a, err := newAuditor(h.known, h.hidden, work)
	if err != nil {
		return nil, err
	}
	findings := a.attack(h.hidden, h.options, most)
	if len(findings) == 0 && work.isSpent() {
		return nil, ErrUnproved
	}
	return findings, nil
}

// cellSets returns who is in each cell, totals included, in the order of a pattern's reasons.
func cellSets(t *Table, members [][]Set) []Set {
	cells := make([]Set, len(t.counts))
	for i, row := range members {
		for j, people := range row {
			for _, at := range []int{t.at(i, j), t.at(i, t.Cols), t.at(t.Rows, j), t.at(t.Rows, t.Cols)} {
				cells[at] = cells[at].with(people)
			}
		}
	}
	return cells
}

// after returns the history as it would be if the pattern were released.
func (h *History) after(p *Decision, cells []Set) *History {
	next := &History{options: h.options, known: slices.Clone(h.known), hidden: slices.Clone(h.hidden)}
	for at, r := range p.reasons {
		if r == Published {
			next.known = append(next.known, cells[at])
		} else {
			next.hidden = append(next.hidden, cells[at])
		}
	}
	return next
}

// proved returns the proof that nobody is given away by next, which follows on h, or nil when there is none
// and next has to be attacked.
func (h *History) proved(next *History) *proof {
	if h.proof == nil {
		return nil
	}
	if p := h.proof.with(next.known[len(h.known):]); p.holds(next.hidden, h.options) {
		return p
	}
	return nil
}

// culprit returns the smallest published cell of a pattern that has to do with a group that is given away, or
// -1: one that somebody of the group is in, or that is left of a published count when the group is taken
// away.
func (h *History) culprit(p *Decision, cells []Set, group Set) int {
	best := -1
	for at, r := range p.reasons {
		if n := p.table.counts[at]; r == Published && n > 0 && (best < 0 || n < p.table.counts[best]) &&
			h.tells(cells[at], group) {
			best = at
		}
	}
	return best
}

// tells reports whether a cell meets a group, or lies with it in one published count.
func (h *History) tells(cell, group Set) bool {
	return cell.meets(group) ||
		slices.ContainsFunc(h.known, func(k Set) bool { return group.within(k) && cell.within(k) })
}
