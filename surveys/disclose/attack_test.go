package disclose

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// people returns who is in each cell of a table of counts, numbered in a random order.
func people(counts [][]int, rnd *rand.Rand) [][]Set {
	total := 0
	for _, row := range counts {
		for _, n := range row {
			total += n
		}
	}
	number, next := rnd.Perm(total), 0
	members := make([][]Set, len(counts))
	for i, row := range counts {
		members[i] = make([]Set, len(row))
		for j, n := range row {
			for range n {
				members[i][j] = members[i][j].Add(number[next])
				next++
			}
		}
	}
	return members
}

// TestAuditorOnTheHandbookExample attacks the table of Geurts (1992) as somebody who sees its totals and
// third row.
func TestAuditorOnTheHandbookExample(t *testing.T) {
	t.Parallel()
	members := people([][]int{{5, 2}, {1, 2}, {3, 3}}, rand.New(rand.NewPCG(1, 1)))
	tab := table(t, [][]int{{5, 2}, {1, 2}, {3, 3}})
	cells := cellSets(tab, members)
	h := NewHistory(Options{}).after(hide(tab, [2]int{0, 0}, [2]int{0, 1}, [2]int{1, 0}, [2]int{1, 1}), cells)
	a, err := NewAuditor(h.known, h.hidden)
	if err != nil {
		t.Fatal(err)
	}
	if v := a.Bounds(cells[0]); v != (Interval{3, 6}) {
		t.Errorf("bounds %v, want 3 to 6", v)
	}
	findings, err := h.Audit()
	if err != nil || len(findings) == 0 {
		t.Errorf("the row of three people is published, and nothing is found: %v", err)
	}
}

// TestAuditorOnFilters: 52 people and, with a filter, 50 of them (HandbookSDC): two are given away.
func TestAuditorOnFilters(t *testing.T) {
	t.Parallel()
	var all, filtered Set
	for i := range 52 {
		if all = all.Add(i); i > 1 {
			filtered = filtered.Add(i)
		}
	}
	a, err := NewAuditor([]Set{all, filtered}, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := a.Attack(nil, Options{})
	if len(found) == 0 || found[0].Interval != (Interval{2, 2}) || found[0].Target.Len() != 2 {
		t.Errorf("found %v", found)
	}
	if found := a.Attack(nil, Options{Threshold: 2}); len(found) != 0 {
		t.Errorf("two are not fewer than two: %v", found)
	}
}

// TestAuditorFindsWhatOneTableHides: in every table that was protected the auditor finds nothing, and in the
// same table with only the small counts hidden it does find them.
func TestAuditorFindsWhatOneTableHides(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(9, 9))
	careless, careful := 0, 0
	for range 120 {
		counts := make([][]int, 2+rnd.IntN(4))
		for i := range counts {
			counts[i] = make([]int, 2+len(counts))
			for j := range counts[i] {
				counts[i][j] = 1 + rnd.IntN(25) // without empty cells, which the auditor knows to be empty
			}
		}
		tab := table(t, counts)
		cells := cellSets(tab, people(counts, rnd))
		for _, c := range []struct {
			p     *Decision
			count *int
		}{{&Decision{table: tab, reasons: primary(tab, Options{}.orDefault())},
			&careless}, {Suppress(tab, Options{}), &careful}} {
			found, err := NewHistory(Options{}).after(c.p, cells).Audit()
			if err != nil {
				t.Fatal(err)
			}
			*c.count += len(found)
		}
	}
	if careless < 50 || careful != 0 {
		t.Errorf("%d findings with small counts hidden alone, %d with complementary suppression", careless,
			careful)
	}
}

func TestAuditorRefusesWhatItCannotProve(t *testing.T) {
	t.Parallel()
	var known []Set
	for i := range 2000 { // as many groups that nobody can tell apart
		known = append(known, Set(nil).Add(i))
	}
	if _, err := NewAuditor(known, nil); !errors.Is(err, ErrUnproved) {
		t.Errorf("2000 tables of 2000 groups: %v", err)
	}
	a, err := NewAuditor(nil, nil)
	if err != nil || len(a.Attack(nil, Options{})) != 0 || a.Bounds(nil) != (Interval{0, 0}) {
		t.Errorf("nothing published: %v", err)
	}
	if v := mustAudit(t, nil, Set(nil).Add(3)).Bounds(Set(nil).Add(3)); v != (Interval{0, Unbounded}) {
		t.Errorf("a group nothing is published of: %v", v)
	}
}

func mustAudit(t *testing.T, known []Set, groups ...Set) *Auditor {
	t.Helper()
	a, err := NewAuditor(known, groups)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// groups returns sets of the given sizes that have nobody in common.
func groups(sizes ...int) []Set {
	next, all := 0, make([]Set, len(sizes))
	for i, n := range sizes {
		for range n {
			all[i] = all[i].Add(next)
			next++
		}
	}
	return all
}

// TestAuditorPutsCountsTogether: what three counts tell though no two of them do.
func TestAuditorPutsCountsTogether(t *testing.T) {
	t.Parallel()
	// 10 people said yes, 10 live in the centre, and 18 did either: two did both
	g := groups(8, 2, 8)
	both := mustAudit(t, []Set{g[0].with(g[1]), g[1].with(g[2]), g[0].with(g[1]).with(g[2])})
	if found := both.Attack(nil, Options{}); len(found) != 1 || found[0].Interval != (Interval{2, 2}) ||
		!found[0].Target.meets(g[1]) {
		t.Errorf("the two who did both: %v", found)
	}
	// the same when a third table, of which nothing is published, tells the few apart: those who did both, or
	// only the first
	for name, g := range map[string][]Set{"both": groups(8, 1, 1, 1, 8),
		"only the first": groups(0, 1, 1, 1, 8, 5)} {
		few := g[1].with(g[2]).with(g[3])
		one, two := g[0].with(few), g[4].with(few)
		if name != "both" {
			one, two = few.with(g[4]), g[4].with(g[5])
		}
		a := mustAudit(t, []Set{one, two, one.with(two)}, g[0].with(g[1]).with(g[4]), g[2],
			g[3].with(two.minus(few)))
		if found := a.Attack(nil, Options{}); !slices.ContainsFunc(found,
			func(f Finding) bool { return f.Interval == Interval{3, 3} && few.within(f.Target) }) {
			t.Errorf("three who did %s, told apart: %v", name, found)
		}
	}
	for _, c := range []struct {
		name  string
		sizes []int // of a, b, c, d; published are a+b, b+d and a+c
		want  Interval
		// whether a, being hidden, is given away by the default options, and by those that ask for no width
		plain, narrow bool
	}{
		{"one to four: few, that is certain", []int{2, 6, 2, 1}, Interval{1, 4}, true, true},
		{"nought to three: narrow", []int{2, 6, 1, 3}, Interval{0, 3}, true, false},
		{"nought to seven: wide", []int{2, 6, 5, 3}, Interval{0, 7}, false, false},
	} {
		g := groups(c.sizes...)
		a := mustAudit(t, []Set{g[0].with(g[1]), g[1].with(g[3]), g[0].with(g[2])}, g...)
		if v := a.Bounds(g[0]); v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
		for o, want := range map[Options]bool{{}: c.plain, {Width: 1}: c.narrow} {
			given := slices.ContainsFunc(a.Attack(g[:1], o),
				func(f Finding) bool { return f.Target.within(g[0]) })
			if given != want {
				t.Errorf("%s, with %+v: given away %t, want %t", c.name, o, given, want)
			}
		}
	}
}

// TestAttackIsTheSlowOne compares the attack with one that asks a fresh auditor about each group by itself,
// on tables that were published with care and without.
func TestAttackIsTheSlowOne(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(33, 33))
	found := 0
	for range 60 {
		people, sizes := 10+rnd.IntN(60), []int{2, 3, 4}
		values := make([][]int, len(sizes))
		for v, n := range sizes {
			for range people {
				values[v] = append(values[v], rnd.IntN(n))
			}
		}
		var known, hidden []Set
		for range 1 + rnd.IntN(3) {
			a, b, f := rnd.IntN(3), rnd.IntN(3), rnd.IntN(3)
			without := rnd.IntN(sizes[f] + 1)
			for _, row := range cross(values[a], values[b], sizes[a], sizes[b],
				func(i int) bool { return values[f][i] != without }) {
				for _, s := range row {
					if n := s.Len(); n > 0 && n < DefaultThreshold && rnd.IntN(4) > 0 || rnd.IntN(8) == 0 {
						hidden = append(hidden, s)
					} else {
						known = append(known, s)
					}
				}
			}
		}
		a, err := NewAuditor(known, hidden)
		if err != nil {
			t.Fatal(err)
		}
		got, want := map[string]Interval{}, map[string]Interval{}
		for _, f := range a.Attack(hidden, Options{}) {
			got[f.Target.key()] = f.Interval
		}
		slow := func(target Set, width int) {
			fresh, _ := NewAuditor(known, hidden)
			n := target.Len()
			if v := fresh.Bounds(target); n > 0 && n < DefaultThreshold &&
				v.givesAway(DefaultThreshold, width) {
				want[target.key()] = v
			}
		}
		for _, target := range hidden {
			slow(target, DefaultThreshold)
		}
		all := slices.Concat(known, hidden)
		for i, x := range all {
			for _, y := range all[:i] {
				slow(x.minus(x.minus(y)), 1)
				slow(x.minus(y), 1)
				slow(y.minus(x), 1)
			}
		}
		for i := range a.atoms {
			slow(a.people(Set(nil).Add(i)), 1)
			for j := range i {
				slow(a.people(Set(nil).Add(i).Add(j)), 1)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("the slow attack and ours differ: %s", d)
		}
		found += len(got)
	}
	if found < 100 {
		t.Errorf("%d groups found: this test proves little", found)
	}
}
