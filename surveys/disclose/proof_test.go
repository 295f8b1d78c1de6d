package disclose

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// TestProofAgainstTheAttack: of random tables of random towns, what was proved is attacked with every solver,
// as if nothing were known. The proof must never hold where the attack finds somebody, and must hold often
// enough to be of use.
func TestProofAgainstTheAttack(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(77, 77))
	proved, given, hidden := 0, 0, 0
	for range 120 {
		people, sizes := 40+rnd.IntN(300), []int{2, 3, 4, 5}
		values := make([][]int, len(sizes))
		for v, n := range sizes {
			for range people {
				values[v] = append(values[v], min(n-1, rnd.IntN(n+2)))
			}
		}
		o := Options{Threshold: []int{StaffThreshold, DefaultThreshold, 4}[rnd.IntN(3)]}.orDefault()
		// of tables that are published without asking, but for what each hides by itself
		all, p := NewHistory(o), &proof{}
		for range 1 + rnd.IntN(4) {
			a, b, f := rnd.IntN(4), rnd.IntN(4), rnd.IntN(4)
			without := rnd.IntN(sizes[f] + 1)
			members := cross(values[a], values[b], sizes[a], sizes[b],
				func(i int) bool { return values[f][i] != without })
			next, d := careless(t, all, members)
			if p = p.with(next.known[len(all.known):]); p == nil {
				break
			}
			all, hidden = next, hidden+d.Suppressed()
			found, err := all.Audit()
			if err != nil {
				t.Fatal(err)
			}
			holds := p.holds(all.hidden, o)
			switch {
			case holds && len(found) > 0:
				t.Fatalf("proved, and %v is given away", found[0])
			case holds:
				proved++
			case len(found) > 0:
				given++
			}
		}
	}
	t.Logf("%d histories proved, %d give somebody away, %d cells hidden", proved, given, hidden)
	if proved < 60 || given < 30 || hidden < 60 {
		t.Errorf("%d histories proved, %d give somebody away, %d cells hidden: this test proves little",
			proved, given, hidden)
	}
}

// careless returns the history with one more table, in which only that table by itself is protected.
func careless(t *testing.T, h *History, members [][]Set) (*History, *Decision) {
	t.Helper()
	counts := make([][]int, len(members))
	for i, row := range members {
		for _, cell := range row {
			counts[i] = append(counts[i], cell.Len())
		}
	}
	tab := table(t, counts)
	d := Suppress(tab, h.options)
	return h.after(d, cellSets(tab, members)), d
}

// TestProofOfFilters: 520 people without three of them is no proof of anything, while three hundred fewer
// are.
func TestProofOfFilters(t *testing.T) {
	t.Parallel()
	var all Set
	for i := range 520 {
		all = all.Add(i)
	}
	o := Options{}.orDefault()
	for _, c := range []struct {
		without int
		holds   bool
	}{{3, false}, {4, false}, {300, true}} {
		var filtered Set
		for i := c.without; i < 520; i++ {
			filtered = filtered.Add(i)
		}
		if got := new(proof).with([]Set{all, filtered, all}).holds(nil, o); got != c.holds {
			t.Errorf("without %d: %v", c.without, got)
		}
	}
}

// TestHistoryWithAProof: a history that was proved all along refuses what gives somebody away, remembers
// nothing of it, and passes the attack on everything it has released.
func TestHistoryWithAProof(t *testing.T) {
	t.Parallel()
	tables := survey(900, 2)
	h := NewHistory(Options{})
	for n, members := range tables {
		if _, err := h.Release(members); err != nil || h.proof == nil {
			t.Fatalf("table %d: %v, proved %v", n, err, h.proof != nil)
		}
	}
	known, hidden := len(h.known), len(h.hidden)
	but := [][]Set{{tables[0][0][0].minus(first(tables[0][0][0], 2))}, {tables[0][1][0]}}
	if _, err := h.Release(but); !errors.Is(err, ErrDifferencing) {
		t.Errorf("a table of everybody but two: %v", err)
	}
	if len(h.known) != known || len(h.hidden) != hidden || h.proof == nil {
		t.Error("a table that was refused is remembered")
	}
	if found, err := h.Audit(); err != nil || len(found) > 0 {
		t.Errorf("given away: %v, %v", found, err)
	}
}

// first returns the first n people of a set.
func first(of Set, n int) (some Set) {
	for person := range of.all() {
		if n--; n < 0 {
			break
		}
		some = some.Add(person)
	}
	return some
}
