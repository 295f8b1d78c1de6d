package disclose

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// town is 200 people with a district, an age class and an opinion.
func town() (district, age, opinion []int) {
	rnd := rand.New(rand.NewPCG(4, 4))
	for range 200 {
		d := rnd.IntN(4)
		district, age = append(district, d), append(age, rnd.IntN(4))
		opinion = append(opinion, min(2, rnd.IntN(3+d)))
	}
	return
}

// cross returns the people in each cell of two variables, those for whom keep is true.
func cross(a, b []int, na, nb int, keep func(i int) bool) [][]Set {
	cells := make([][]Set, na)
	for i := range cells {
		cells[i] = make([]Set, nb)
	}
	for i := range a {
		if keep(i) {
			cells[a[i]][b[i]] = cells[a[i]][b[i]].Add(i)
		}
	}
	return cells
}

func everybody(int) bool { return true }

// TestDifferencing: the table of everybody and then that of everybody but three people.
func TestDifferencing(t *testing.T) {
	t.Parallel()
	district, _, opinion := town()
	all := cross(district, opinion, 4, 3, everybody)
	but := cross(district, opinion, 4, 3, func(i int) bool { return i > 2 })

	// the control: each table by itself is fine, and both together give the three away
	both := NewHistory(Options{})
	for _, members := range [][][]Set{all, but} {
		h := NewHistory(Options{})
		if _, err := h.Release(members); err != nil {
			t.Fatal(err)
		}
		both.known, both.hidden = append(both.known, h.known...), append(both.hidden, h.hidden...)
	}
	if found, err := both.Audit(); err != nil || len(found) == 0 {
		t.Fatal("the attack on two careless tables finds nothing: it proves nothing either")
	}

	h := NewHistory(Options{})
	if _, err := h.Release(all); err != nil {
		t.Fatal(err)
	}
	p, err := h.Release(but)
	if err == nil {
		if found, err := h.Audit(); err != nil || len(found) > 0 {
			t.Errorf("%d findings after the second table, %v", len(found), err)
		}
		if p.Suppressed() == 0 {
			t.Error("nothing was hidden")
		}
	} else if !errors.Is(err, ErrDifferencing) {
		t.Fatal(err)
	}
}

// TestNoSequenceOfTablesGivesSomebodyAway releases many tables of a small town, filtered this way and that,
// and attacks all of them together.
func TestNoSequenceOfTablesGivesSomebodyAway(t *testing.T) {
	t.Parallel()
	district, age, opinion := town()
	h := NewHistory(Options{})
	released := 0
	for _, members := range [][][]Set{
		cross(district, opinion, 4, 3, everybody),
		cross(age, opinion, 4, 3, everybody),
		cross(age, opinion, 4, 3, func(i int) bool { return district[i] != 0 }),
		cross(district, age, 4, 4, func(i int) bool { return opinion[i] != 2 }),
		cross(district, opinion, 4, 3, func(i int) bool { return age[i] > 0 }),
	} {
		p, err := h.Release(members)
		switch {
		case errors.Is(err, ErrDifferencing):
		case err != nil:
			t.Fatal(err)
		default:
			released += len(p.reasons) - p.Suppressed()
		}
	}
	if released < 30 {
		t.Errorf("only %d cells were released", released)
	}
	findings, err := h.Audit()
	for _, f := range findings {
		t.Errorf("%d to %d people are given away", f.Min, f.Max)
	}
	if err != nil {
		t.Error(err)
	}
}

// TestNumbersOfPeopleDoNotMatter: the same people numbered otherwise, the same decisions.
func TestNumbersOfPeopleDoNotMatter(t *testing.T) {
	t.Parallel()
	district, age, opinion := town()
	tables := [][][]Set{
		cross(district, opinion, 4, 3, everybody),
		cross(age, opinion, 4, 3, everybody),
		cross(age, opinion, 4, 3, func(i int) bool { return district[i] != 0 }),
	}
	release := func(number []int) []Reason {
		h, all := NewHistory(Options{}), []Reason(nil)
		for _, members := range tables {
			other := make([][]Set, len(members))
			for i, row := range members {
				for _, people := range row {
					var s Set
					for p := range number {
						if people.meets(Set(nil).Add(p)) {
							s = s.Add(number[p])
						}
					}
					other[i] = append(other[i], s)
				}
			}
			if p, err := h.Release(other); err == nil {
				all = append(all, p.reasons...)
			}
		}
		return all
	}
	rnd := rand.New(rand.NewPCG(11, 11))
	want := release(rnd.Perm(len(district)))
	for range 3 {
		if d := cmp.Diff(want, release(rnd.Perm(len(district)))); d != "" {
			t.Errorf("other numbers, other decisions: %s", d)
		}
	}
	if len(want) == 0 {
		t.Error("nothing was released")
	}
}

// TestManySmallTowns releases random tables of random towns until nothing more can be told, and attacks each
// history again.
func TestManySmallTowns(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(12, 12))
	released, refused, hidden := 0, 0, 0
	for range 25 {
		people, sizes := 20+rnd.IntN(200), []int{2, 3, 4, 5}
		values := make([][]int, len(sizes))
		for v, n := range sizes {
			for range people {
				values[v] = append(values[v], min(n-1, rnd.IntN(n+2)))
			}
		}
		h := NewHistory(Options{Groups: rnd.IntN(2) == 0,
			Threshold: []int{StaffThreshold, DefaultThreshold}[rnd.IntN(2)]})
		reader := NewHistory(h.options) // somebody who kept every table that was released
		for range 6 {
			a, b, f := rnd.IntN(4), rnd.IntN(4), rnd.IntN(4)
			without := rnd.IntN(sizes[f] + 1)
			members := cross(values[a], values[b], sizes[a], sizes[b],
				func(i int) bool { return values[f][i] != without })
			p, err := h.Release(members)
			switch {
			case errors.Is(err, ErrDifferencing):
				refused++
			case err != nil:
				t.Fatal(err)
			default:
				released++
				hidden += p.Suppressed()
				reader = reader.after(p, cellSets(p.Table(), members))
			}
		}
		if found, err := reader.Audit(); err != nil || len(found) > 0 {
			t.Errorf("%d groups are given away, %v", len(found), err)
		}
	}
	t.Logf("%d tables released, %d refused, %d cells hidden", released, refused, hidden)
	if released < 60 || hidden < 200 {
		t.Errorf("%d tables released with %d cells hidden: this test proves little", released, hidden)
	}
}
