package opinion

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOurGroupsAreAsClear: our own grouping is at least as tight as the published one, less a hundredth.
func TestOurGroupsAreAsClear(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"15-per-hour-seattle", "brexit-consensus"} {
		v, groups := conversation(t, name)
		m := Compute(v)
		var points []Point
		var theirs []int
		for i, p := range m.People {
			if groups[i] >= 0 {
				points, theirs = append(points, p.At), append(theirs, groups[i])
			}
		}
		published := silhouettes(points, [][]int{theirs})[0]
		t.Logf("%s: ours %.4f with %d groups, published %.4f", name, m.Silhouette, len(m.Groups), published)
		if m.Silhouette < published-0.01 {
			t.Errorf("%s: silhouette %.4f, published %.4f", name, m.Silhouette, published)
		}
	}
}

func TestBlocsAreFound(t *testing.T) {
	t.Parallel()
	for blocs := 2; blocs <= 3; blocs++ { // more need more than two directions
		st, casts := town(60*blocs, 60, blocs, 0.8, uint64(blocs))
		m := Compute(New(st, casts))
		if len(m.Groups) != blocs {
			t.Errorf("%d blocs: %d groups", blocs, len(m.Groups))
			continue
		}
		for i, p := range m.People {
			if p.Group != m.People[i%blocs].Group {
				t.Errorf("%d blocs: person %d is in group %d", blocs, i, p.Group)
				break
			}
		}
	}
}

// TestBlocDoesNotDecide: a coordinated bloc of 60 % agrees with its favourite, which is not what ranks first
// among all.
func TestBlocDoesNotDecide(t *testing.T) {
	t.Parallel()
	var st []Statement
	var casts []Cast
	for j := range 12 {
		st = append(st, Statement{ID: j})
	}
	rnd := rand.New(rand.NewPCG(5, 5))
	for i := range 100 {
		for j := range 12 {
			vote := Agree
			switch {
			case j == 0 && i >= 60, j > 1 && rnd.IntN(10) < 4 && (i < 60) == (j%2 == 0), j == 1 && i%5 == 0:
				vote = Disagree
			}
			casts = append(casts, Cast{Person: i, Statement: j, Vote: vote})
		}
	}
	m := Compute(New(st, casts))
	if len(m.Groups) < 2 {
		t.Fatal("the bloc was not told apart")
	}
	if first := m.Statistics.Consensus[0].Statement; first == 0 {
		t.Error("the bloc's favourite ranks first")
	}
}

func TestSmallGroupsAreNotShown(t *testing.T) {
	t.Parallel()
	st, casts := town(120, 30, 2, 1, 9)
	for i := range 4 { // four people who disagree with everything
		for _, s := range st {
			casts = append(casts, Cast{Person: 9000 + i, Statement: s.ID, Vote: Disagree})
		}
	}
	for _, g := range Compute(New(st, casts)).Groups {
		if g.Size < MinGroup {
			t.Errorf("a group of %d people", g.Size)
		}
	}
}

// TestNoGroupBelowATwentieth: ten people of 250 who vote alike are more than five, and yet no group.
func TestNoGroupBelowATwentieth(t *testing.T) {
	t.Parallel()
	for _, few := range []int{10, 30} {
		st, casts := town(240, 30, 1, 1, 9)
		for i := range few {
			for _, s := range st {
				casts = append(casts, Cast{Person: 9000 + i, Statement: s.ID, Vote: Vote(1 - 2*(s.ID%2))})
			}
		}
		m := Compute(New(st, casts))
		smallest := len(m.People)
		for _, g := range m.Groups {
			smallest = min(smallest, g.Size)
		}
		if float64(smallest) < 0.05*float64(240+few) {
			t.Errorf("%d people apart: a group of %d", few, smallest)
		}
		if alone := len(m.Groups) > 1 && smallest == few; alone != (few == 30) {
			t.Errorf("%d people apart: %d groups, the smallest of %d", few, len(m.Groups), smallest)
		}
	}
}

// TestPartitionsKeepTheirRules: any cloud of points gives groups numbered from the largest, none too small,
// and a silhouette that is the one of those groups.
func TestPartitionsKeepTheirRules(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(6, 6))
	for n := range 120 {
		points := make([]Point, n)
		for i := range points {
			points[i] = Point{rnd.NormFloat64() + float64(rnd.IntN(3)*rnd.IntN(6)), rnd.NormFloat64()}
			if rnd.IntN(4) == 0 && i > 0 {
				points[i] = points[i-1] // people at the same place
			}
		}
		p := partitionPoints(points)
		sizes := make([]int, p.k)
		for _, g := range p.of {
			sizes[g]++
		}
		for g, size := range sizes {
			if p.k > 1 && (size < MinGroup || float64(size) < minGroupShare*float64(n) ||
				g > 0 && size > sizes[g-1]) {
				t.Errorf("%d points: groups of %v", n, sizes)
			}
		}
		if p.k > maxGroups || p.silhouette < -1 || p.silhouette > 1 || n > 0 && p.k < 1 {
			t.Errorf("%d points: %d groups, silhouette %v", n, p.k, p.silhouette)
		}
		if p.k > 1 {
			if s := silhouettes(points, [][]int{p.of})[0]; math.Abs(s-p.silhouette) > 1e-9 {
				t.Errorf("%d points: silhouette %v, told %v", n, s, p.silhouette)
			}
		}
	}
}

// TestWhoIsGrouped: whoever cast seven votes, filled up to fifteen people with the most active; of fewer
// statements, all.
func TestWhoIsGrouped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statements int
		votes      []int // of each person
		want       []int // rows that are grouped
	}{
		"enough people": {20, []int{7, 8, 7, 9, 20, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 1},
			[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}},
		"filled up": {20, []int{1, 7, 2, 7, 3, 7, 4, 7, 5, 7, 6, 7, 6, 7, 5, 7, 4, 7, 3},
			[]int{1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}},
		"few people":       {20, []int{1, 2, 3}, []int{0, 1, 2}},
		"three statements": {3, []int{3, 2, 3, 1, 3}, []int{0, 1, 2, 3, 4}},
		"sixteen and three of it": {3, []int{3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2},
			[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}},
	} {
		var st []Statement
		var casts []Cast
		for j := range c.statements {
			st = append(st, Statement{ID: j})
		}
		for person, n := range c.votes {
			for j := range n {
				casts = append(casts, Cast{Person: person, Statement: j, Vote: Agree})
			}
		}
		v := New(st, casts)
		if d := cmp.Diff(c.want, v.active()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if m := Compute(v); m.Ungrouped != len(c.votes)-len(c.want) {
			t.Errorf("%s: %d are not grouped", name, m.Ungrouped)
		}
	}
}
