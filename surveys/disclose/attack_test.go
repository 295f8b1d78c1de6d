package disclose

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// cellsOf returns a linear program over the cells of a table: the published ones are equations, totals too.
func cellsOf(p *Pattern) (*tableau, [][]float64) {
	t := p.table
	indicator := func(i, j int) []float64 {
		c := make([]float64, t.Rows*t.Cols)
		for a := range t.Rows {
			for b := range t.Cols {
				if (i == a || i == t.Rows) && (j == b || j == t.Cols) {
					c[a*t.Cols+b] = 1
				}
			}
		}
		return c
	}
	var rows, cells [][]float64
	solution := make([]float64, t.Rows*t.Cols)
	for i := 0; i <= t.Rows; i++ {
		for j := 0; j <= t.Cols; j++ {
			cells = append(cells, indicator(i, j))
			if !p.Hidden(i, j) {
				rows = append(rows, indicator(i, j))
			}
			if i < t.Rows && j < t.Cols {
				solution[i*t.Cols+j] = float64(t.Count(i, j))
			}
		}
	}
	return newTableau(rows, solution), cells
}

// TestProgramProvesTheNetwork: for one table, linear programming over its cells and flows in its network give the same
// intervals, totals hidden too. The two share no line of code.
func TestProgramProvesTheNetwork(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	compared := 0
	for n := range 150 {
		p := Suppress(random(t, rnd, 1+rnd.IntN(6), 1+rnd.IntN(6), 2+rnd.IntN(30)), Options{Groups: n%2 == 0})
		if n%3 == 0 { // and patterns that protect nothing
			for at := range p.reasons {
				p.reasons[at] = []Reason{Published, Small}[rnd.IntN(2)]
			}
		}
		start, cells := cellsOf(p)
		for at, c := range cells {
			i, j := at/(p.table.Cols+1), at%(p.table.Cols+1)
			got := Interval{Max: Unbounded}
			t1 := start.clone()
			switch how := t1.maximise(c); how {
			case found:
				got.Max = int(math.Round(dot(c, t1.solution())))
			case abandoned:
				t.Fatalf("table %d: the program took too many steps", n)
			}
			t2 := start.clone()
			if t2.maximise(negative(c)) == found {
				got.Min = int(math.Round(dot(c, t2.solution())))
			}
			if want := p.Bounds(i, j); got != want {
				t.Errorf("table %d %v, hidden %v, cell %d,%d: program %v, network %v", n, p.table.counts, p.reasons, i, j, got, want)
			}
			compared++
		}
	}
	if compared < 2000 {
		t.Errorf("only %d cells were compared", compared)
	}
}

func negative(c []float64) []float64 {
	out := make([]float64, len(c))
	for i, x := range c {
		out[i] = -x
	}
	return out
}

// TestProgramAgreesWithGonum solves random programs of sets a second time with gonum's simplex.
func TestProgramAgreesWithGonum(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 8))
	bounded := 0
	for n := range 300 {
		cols := 3 + rnd.IntN(12)
		var rows [][]float64
		for range 1 + rnd.IntN(cols) {
			row := make([]float64, cols)
			for j := range row {
				row[j] = float64(rnd.IntN(2))
			}
			rows = append(rows, row)
		}
		x, weights := make([]float64, cols), make([]float64, cols)
		for j := range x {
			x[j], weights[j] = float64(rnd.IntN(6)), float64(rnd.IntN(5)-2)
		}
		tab := newTableau(copied(rows), x)
		flat, b := mat.NewDense(max(1, len(tab.basis)), cols, nil), make([]float64, max(1, len(tab.basis)))
		for i := range tab.basis {
			flat.SetRow(i, tab.row(i))
			b[i] = dot(tab.row(i), x)
		}
		if len(tab.basis) == 0 || len(tab.basis) == cols {
			continue
		}
		want, _, err := lp.Simplex(negative(weights), flat, b, 1e-10, nil)
		how := tab.maximise(weights)
		switch {
		case errors.Is(err, lp.ErrUnbounded) && how != endless:
			t.Errorf("program %d: %d, gonum finds it unbounded", n, how)
		case err != nil:
		case how != found || math.Abs(dot(weights, tab.solution())+want) > 1e-6:
			t.Errorf("program %d: %d, %v, gonum %v", n, how, dot(weights, tab.solution()), -want)
		default:
			bounded++
			for _, r := range rows { // what was found does solve the equations
				if math.Abs(dot(r, tab.solution())-dot(r, x)) > 1e-6 {
					t.Errorf("program %d: the solution breaks an equation", n)
				}
			}
		}
	}
	if bounded < 100 {
		t.Errorf("only %d programs were compared", bounded)
	}
}

func copied(rows [][]float64) [][]float64 {
	var out [][]float64
	for _, r := range rows {
		out = append(out, slices.Clone(r))
	}
	return out
}

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

// TestAuditorOnTheHandbookExample attacks the table of Geurts (1992) as somebody who sees its totals and third row.
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

// TestAuditorFindsWhatOneTableHides: in every table that was protected the auditor finds nothing, and in the same table with
// only the small counts hidden it does find them.
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
			p     *Pattern
			count *int
		}{{&Pattern{table: tab, reasons: primary(tab, Options{}.orDefault())}, &careless}, {Suppress(tab, Options{}), &careful}} {
			found, err := NewHistory(Options{}).after(c.p, cells).Audit()
			if err != nil {
				t.Fatal(err)
			}
			*c.count += len(found)
		}
	}
	if careless < 50 || careful != 0 {
		t.Errorf("%d findings with small counts hidden alone, %d with complementary suppression", careless, careful)
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
	if found := both.Attack(nil, Options{}); len(found) != 1 || found[0].Interval != (Interval{2, 2}) || !found[0].Target.meets(g[1]) {
		t.Errorf("the two who did both: %v", found)
	}
	// the same when a third table, of which nothing is published, tells those who did both apart
	for _, split := range [][]int{{8, 1, 1, 8}, {8, 1, 1, 1, 8}} {
		g := groups(split...)
		last := len(g) - 1
		var common Set
		for _, one := range g[1:last] {
			common = common.with(one)
		}
		a := mustAudit(t, []Set{g[0].with(common), g[last].with(common), g[0].with(common).with(g[last])}, g...)
		found := a.Attack(nil, Options{})
		if n := last - 1; !slices.ContainsFunc(found, func(f Finding) bool { return f.Interval == Interval{n, n} && f.Target.Len() == n && common.within(f.Target) }) {
			t.Errorf("%d who did both, told apart: %v", n, found)
		}
	}
	for _, c := range []struct {
		name          string
		sizes         []int // of a, b, c, d; published are a+b, b+d and a+c
		want          Interval
		plain, narrow bool // whether a, being hidden, is given away by the default options, and by those that ask for no width
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
			given := slices.ContainsFunc(a.Attack(g[:1], o), func(f Finding) bool { return f.Target.within(g[0]) })
			if given != want {
				t.Errorf("%s, with %+v: given away %t, want %t", c.name, o, given, want)
			}
		}
	}
}
