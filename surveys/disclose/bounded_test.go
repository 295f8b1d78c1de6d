package disclose

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rare returns the tables of a survey with two places where few people live.
func rare(people, questions int) [][][]Set {
	var tables [][][]Set
	place := make([]int, people)
	for i := range place {
		place[i] = 2 + i%3
	}
	for i := range 9 {
		place[i*97%people] = i / 7 // seven people in one place, two in another
	}
	for q, members := range survey(people, questions) {
		if tables = append(tables, members); q%3 == 0 {
			answer := make([]int, people)
			for j := range members[0] {
				for i := range members {
					for person := range members[i][j].all() {
						answer[person] = j
					}
				}
			}
			tables = append(tables, cross(place, answer, 5, len(members[0]), everybody))
		}
	}
	return tables
}

// released releases tables one after the other, and returns the history, what was decided on each, and how
// many were published. The work of each is bounded, so each is decided or refused with a reason.
func released(t *testing.T, tables [][][]Set) (h *History, decided [][]Reason, published int) {
	t.Helper()
	h = NewHistory(Options{})
	for i, members := range tables {
		before := len(h.known) + len(h.hidden)
		d, err := h.Release(members)
		switch {
		case err == nil:
			published++
			decided = append(decided, slices.Clone(d.reasons))
		case !errors.Is(err, ErrUnproved) && !errors.Is(err, ErrDifferencing):
			t.Fatalf("table %d: %v", i, err)
		case len(h.known)+len(h.hidden) != before:
			t.Fatalf("table %d was refused and is remembered", i)
		default:
			decided = append(decided, nil)
		}
	}
	return h, decided, published
}

// However many tables are asked for, each is published or refused after a bounded work, the same each time;
// and who attacks the small counts that were hidden, with no bound and with all that was published, can tell
// none of them.
func TestManyTablesOfManyPeopleAreBounded(t *testing.T) {
	t.Parallel()
	for _, people := range []int{1000, 3000} {
		tables := rare(people, 8)[:14]
		h, decided, published := released(t, tables)
		if published < 5 || published == len(tables) {
			t.Errorf("of %d people %d tables of %d are published: this test proves little", people, published,
				len(tables))
		}
		if small := attacked(t, h); small == 0 {
			t.Errorf("of %d people no small count is hidden: this test proves little", people)
		}
		_, again, _ := released(t, tables[:8])
		if d := cmp.Diff(decided[:8], again); d != "" {
			t.Errorf("of %d people the same tables were decided otherwise: %s", people, d)
		}
	}
}

// attacked attacks the small counts that a history hides, and returns how many there are.
func attacked(t *testing.T, h *History) (small int) {
	t.Helper()
	a, err := NewAuditor(h.known, h.hidden)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range h.hidden {
		n := group.Len()
		if n == 0 || n >= DefaultThreshold {
			continue
		}
		small++
		if v := a.Bounds(group); v.givesAway(h.options.Threshold, h.options.Width) {
			t.Errorf("a count of %d is known to be %d to %d", n, v.Min, v.Max)
		}
	}
	return small
}

// Who may do nothing proves nothing: a table on which the attack cannot be finished is refused, never
// published.
func TestNoWorkProvesNothing(t *testing.T) {
	t.Parallel()
	district, age, opinion := town()
	h := NewHistory(Options{})
	for _, members := range [][][]Set{cross(district, opinion, 4, 3, everybody),
		cross(age, opinion, 4, 3, everybody)} {
		if _, err := h.Release(members); err != nil {
			t.Fatal(err)
		}
	}
	full := &budget{releaseWork}
	if found, err := h.audit(1, full); err != nil || len(found) != 0 {
		t.Fatalf("with work enough: %d findings, %v", len(found), err)
	}
	needed := releaseWork - full.left
	for part := range int64(20) {
		work := &budget{needed * part / 20}
		if found, err := h.audit(1, work); !errors.Is(err, ErrUnproved) || len(found) != 0 {
			t.Errorf("with %d/20 of the work: %d findings, %v", part, len(found), err)
		}
	}
}
