package disclose

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

func table(t testing.TB, counts [][]int) *Table {
	t.Helper()
	tab, err := NewTable(counts)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// hide returns the pattern that hides the given cells.
func hide(t *Table, cells ...[2]int) *Pattern {
	p := &Pattern{table: t, reasons: make([]Reason, len(t.counts))}
	for _, c := range cells {
		p.reasons[t.at(c[0], c[1])] = Small
	}
	return p
}

// TestHandbookExample is exercise 3 of the HandbookSDC (Geurts 1992): row sums 7, 3 and 6, the third row 3 and 3, column sums
// 9 and 7. The first cell can only lie between 3 and 6.
func TestHandbookExample(t *testing.T) {
	t.Parallel()
	tab := table(t, [][]int{{5, 2}, {1, 2}, {3, 3}})
	p := hide(tab, [2]int{0, 0}, [2]int{0, 1}, [2]int{1, 0}, [2]int{1, 1})
	if v := p.Bounds(0, 0); v != (Interval{3, 6}) {
		t.Errorf("bounds %v, want 3 to 6", v)
	}
	if v := p.Bounds(2, 0); v != (Interval{3, 3}) {
		t.Errorf("a published cell has bounds %v", v)
	}
}

// enumerate returns the least and greatest value of every cell over all tables of counts up to most that agree with what is
// published: the slow way.
func enumerate(p *Pattern, most int) (low, high []int) {
	t := p.table
	x := make([]int, len(t.counts))
	low, high = make([]int, len(x)), make([]int, len(x))
	for i := range low {
		low[i] = 1 << 30
	}
	var fill func(at int)
	fill = func(at int) {
		if at == t.Rows*t.Cols {
			fresh := make([][]int, t.Rows)
			for i := range fresh {
				fresh[i] = x[i*t.Cols : (i+1)*t.Cols]
			}
			other, err := NewTable(fresh)
			if err != nil {
				return
			}
			for c, r := range p.reasons {
				if r == Published && other.counts[c] != t.counts[c] {
					return
				}
			}
			for c, n := range other.counts {
				low[c], high[c] = min(low[c], n), max(high[c], n)
			}
			return
		}
		if i, j := at/t.Cols, at%t.Cols; !p.Hidden(i, j) {
			x[at] = t.Count(i, j)
			fill(at + 1)
			return
		}
		for n := 0; n <= most; n++ {
			x[at] = n
			fill(at + 1)
		}
	}
	fill(0)
	return low, high
}

// TestBoundsAreExact compares the network's intervals with all tables there are, totals hidden too.
func TestBoundsAreExact(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	const most = 7
	for range 400 {
		rows, cols := 2, 2+rnd.IntN(2)
		counts := make([][]int, rows)
		for i := range counts {
			counts[i] = make([]int, cols)
			for j := range counts[i] {
				counts[i][j] = rnd.IntN(4)
			}
		}
		tab := table(t, counts)
		p := hide(tab)
		for at := range p.reasons {
			if rnd.IntN(2) == 0 {
				p.reasons[at] = Small
			}
		}
		low, high := enumerate(p, most)
		for i := 0; i <= rows; i++ {
			for j := 0; j <= cols; j++ {
				got, at := p.Bounds(i, j), tab.at(i, j)
				if got.Min != low[at] || got.Max != high[at] && high[at] < most {
					t.Fatalf("%v hidden %v: cell %d,%d is %v, counted %d to %d", counts, p.reasons, i, j, got, low[at], high[at])
				}
			}
		}
	}
}

func random(t testing.TB, rnd *rand.Rand, rows, cols, most int) *Table {
	counts := make([][]int, rows)
	for i := range counts {
		counts[i] = make([]int, cols)
		for j := range counts[i] {
			counts[i][j] = rnd.IntN(most)
			if rnd.IntN(6) == 0 {
				counts[i][j] = 0
			}
		}
	}
	return table(t, counts)
}

// TestSuppressionProtects: no small count is published, and the interval of each is as wide as asked unless nothing at all is
// published. Nothing hidden can be worked out.
func TestSuppressionProtects(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	published := 0
	for n := range 400 {
		tab := random(t, rnd, 1+rnd.IntN(8), 1+rnd.IntN(8), 2+rnd.IntN(40))
		o := Options{Groups: n%2 == 0}
		p := Suppress(tab, o)
		everything := p.Suppressed() == len(p.reasons)
		published += len(p.reasons) - p.Suppressed()
		for i := 0; i <= tab.Rows; i++ {
			for j := 0; j <= tab.Cols; j++ {
				c, v := tab.Count(i, j), p.Bounds(i, j)
				switch {
				case c > 0 && c < DefaultThreshold && !p.Hidden(i, j):
					t.Fatalf("table %d: %d people published", n, c)
				case v.Min > c || v.Max < c:
					t.Fatalf("table %d: the count %d is not in its interval %v", n, c, v)
				case p.Hidden(i, j) && v.Exact():
					t.Fatalf("table %d %v: hidden cell %d,%d (%d, reason %d) is known", n, tab.counts, i, j, c, p.Reason(i, j))
				case p.Reason(i, j) == Small && v.Max-v.Min < DefaultThreshold && !everything:
					t.Fatalf("table %d: cell %d,%d lies between %d and %d", n, i, j, v.Min, v.Max)
				}
			}
		}
	}
	if published < 2000 {
		t.Errorf("only %d cells of all tables are published", published)
	}
}

// TestSuppressionIsFrugal: one small count in a table of large ones costs three more cells, no total.
func TestSuppressionIsFrugal(t *testing.T) {
	t.Parallel()
	p := Suppress(table(t, [][]int{{3, 50, 60}, {40, 55, 70}, {45, 65, 80}}), Options{})
	if n := p.Suppressed(); n != 4 {
		t.Errorf("%d cells hidden, want 4", n)
	}
	for k := range 4 {
		if p.Hidden(3, k) || p.Hidden(k, 3) {
			t.Errorf("a total is hidden")
		}
	}
	if n := Suppress(table(t, [][]int{{30, 50}, {40, 0}}), Options{}).Suppressed(); n != 0 {
		t.Errorf("%d cells hidden where none is small", n)
	}
}

// TestGroupDisclosure is the marriage table of the HandbookSDC: all six married people gave one answer.
func TestGroupDisclosure(t *testing.T) {
	t.Parallel()
	tab := table(t, [][]int{{6, 0}, {20, 30}, {15, 25}})
	if Suppress(tab, Options{}).Suppressed() != 0 {
		t.Error("without the option nothing is small here")
	}
	p := Suppress(tab, Options{Groups: true})
	if v := p.Bounds(0, 0); !p.Hidden(0, 0) || v.Exact() {
		t.Errorf("everybody's answer is known: %v", v)
	}
}

func TestNoTable(t *testing.T) {
	t.Parallel()
	for _, counts := range [][][]int{nil, {}, {{}}, {{1, 2}, {3}}, {{-1}}, {{1 << 50}}} {
		if _, err := NewTable(counts); !errors.Is(err, ErrShape) && !errors.Is(err, ErrCount) {
			t.Errorf("%v: %v", counts, err)
		}
	}
	for _, counts := range [][][]int{{{0}}, {{3}}, {{4, 0, 0}}, {{0, 0}, {0, 0}}, {{1}, {1}, {1}}} {
		tab := table(t, counts)
		p := Suppress(tab, Options{Groups: true})
		for i := 0; i <= tab.Rows; i++ {
			for j := 0; j <= tab.Cols; j++ {
				if n := tab.Count(i, j); n > 0 && n < 5 && !p.Hidden(i, j) {
					t.Errorf("%v: %d published", counts, n)
				}
			}
		}
	}
}

// TestAuditorAgreesWithNetwork: for one table, linear programming over groups of people and flows over cells say the same.
func TestAuditorAgreesWithNetwork(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	for n := range 40 {
		tab := random(t, rnd, 2+rnd.IntN(3), 2+rnd.IntN(3), 12)
		members, person := make([][]Set, tab.Rows), 0
		for i := range members {
			members[i] = make([]Set, tab.Cols)
			for j := range members[i] {
				for range tab.Count(i, j) {
					members[i][j] = members[i][j].Add(person)
					person++
				}
			}
		}
		p := Suppress(tab, Options{Threshold: 4})
		cells := cellSets(tab, members)
		known, hidden := (&History{}).after(p, cells)
		a := NewAuditor(known, hidden)
		for at, r := range p.reasons {
			if r == Published || cells[at].Len() == 0 || p.Suppressed() == len(p.reasons) {
				continue
			}
			i, j := at/(tab.Cols+1), at%(tab.Cols+1)
			flow, program := p.Bounds(i, j), a.Bounds(cells[at])
			// the auditor does not count on people nobody is: an empty hidden cell is not in its tables, so it knows a little more
			if program.Min < flow.Min || program.Max > flow.Max {
				t.Errorf("table %d, cell %d,%d: flow %v, program %v", n, i, j, flow, program)
			}
		}
	}
}

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
	var known []Known
	var hidden []Set
	for _, members := range [][][]Set{all, but} {
		h := NewHistory(Options{})
		if _, err := h.Release(members); err != nil {
			t.Fatal(err)
		}
		known, hidden = append(known, h.known...), append(hidden, h.hidden...)
	}
	if len(NewAuditor(known, hidden).Attack(hidden, DefaultThreshold)) == 0 {
		t.Fatal("the attack on two careless tables finds nothing: it proves nothing either")
	}

	h := NewHistory(Options{})
	if _, err := h.Release(all); err != nil {
		t.Fatal(err)
	}
	p, err := h.Release(but)
	if err == nil {
		if found := NewAuditor(h.known, h.hidden).Attack(h.hidden, DefaultThreshold); len(found) > 0 {
			t.Errorf("%d findings after the second table", len(found))
		}
		if p.Suppressed() == 0 {
			t.Error("nothing was hidden")
		}
	} else if !errors.Is(err, ErrDifferencing) {
		t.Fatal(err)
	}
}

// TestNoSequenceOfTablesGivesSomebodyAway releases many tables of a small town, filtered this way and that, and attacks all of
// them together.
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
	for _, f := range NewAuditor(h.known, h.hidden).Attack(h.hidden, DefaultThreshold) {
		t.Errorf("%d people are given away", f.Min)
	}
}

func TestRound(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{-3: 0, 0: 0, 1: 5, 7: 5, 8: 10, 14: 10, 15: 20, 104: 100, 105: 110} {
		if got := Round(n); got != want {
			t.Errorf("Round(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestAnonymise(t *testing.T) {
	t.Parallel()
	age := Attribute{Levels: 3, Generalise: func(v string, level int) string {
		n, _ := strconv.Atoi(v)
		return []string{v, fmt.Sprintf("%d-%d", n/10*10, n/10*10+9), "*"}[level]
	}}
	district := Attribute{Levels: 2, Generalise: func(v string, level int) string { return []string{v, "*"}[level] }}
	rnd := rand.New(rand.NewPCG(5, 5))
	var records [][]string
	for range 300 {
		records = append(records, []string{strconv.Itoa(20 + rnd.IntN(60)), "q" + strconv.Itoa(1+rnd.IntN(4))})
	}
	records = append(records, []string{"104", "q1"})
	a, err := Anonymise(records, []Attribute{age, district}, 5, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	size := map[string]int{}
	for _, r := range a.Records {
		if r != nil {
			size[r[0]+"/"+r[1]]++
		}
	}
	for key, n := range size {
		if n < 5 {
			t.Errorf("%s: %d records", key, n)
		}
	}
	if a.LeftOut == 0 || a.LeftOut > 6 || a.Records[300] != nil {
		t.Errorf("%d left out; the one of 104 years must be", a.LeftOut)
	}
	if a.Levels[0] != 1 {
		t.Errorf("levels %v: classes of ten years are enough", a.Levels)
	}
	if _, err := Anonymise(records[:3], []Attribute{age, district}, 5, 0); !errors.Is(err, ErrAnonymity) {
		t.Errorf("three records, five alike: %v", err)
	}
	if _, err := Anonymise(nil, nil, 5, 0); !errors.Is(err, ErrAnonymity) {
		t.Errorf("no attributes: %v", err)
	}
	if a, err := Anonymise(nil, []Attribute{age}, 5, 0); err != nil || len(a.Records) != 0 {
		t.Errorf("no records: %v", err)
	}
}

func FuzzSuppress(f *testing.F) {
	f.Add([]byte{3, 50, 60, 40, 55, 70}, uint8(3), uint8(5))
	f.Fuzz(func(t *testing.T, data []byte, cols, threshold uint8) {
		w := int(cols%8) + 1
		var counts [][]int
		for i := 0; i+w <= len(data) && len(counts) < 10; i += w {
			row := make([]int, w)
			for j := range row {
				row[j] = int(data[i+j])
			}
			counts = append(counts, row)
		}
		tab, err := NewTable(counts)
		if err != nil {
			return
		}
		k := int(threshold%10) + 2
		p := Suppress(tab, Options{Threshold: k})
		for i := 0; i <= tab.Rows; i++ {
			for j := 0; j <= tab.Cols; j++ {
				if n := tab.Count(i, j); n > 0 && n < k && (!p.Hidden(i, j) || p.Bounds(i, j).Exact()) {
					t.Fatalf("%v: %d people at %d,%d are known", counts, n, i, j)
				}
			}
		}
	})
}
