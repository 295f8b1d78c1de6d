package opinion

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHandChecked(t *testing.T) {
	t.Parallel()
	if z := twoProportions(15, 56, 24, 71); math.Abs(z+1.518) > 0.01 {
		t.Errorf("two proportions: %v", z)
	}
	for e, want := range map[float64]float64{0: 81.0 / 16, 1: 20.25} {
		if p := priority(Count{}, e, false); !near(p, want, 1e-12) {
			t.Errorf("priority of an unseen statement with extremity %v: %v, want %v", e, p, want)
		}
	}
	if p := priority(Count{5, 5, 10}, 3, true); p != 49 {
		t.Errorf("meta statement: %v", p)
	}
	if i := importance(Count{1e9, 0, 1e9}, 0); !near(i, 1, 1e-6) {
		t.Errorf("importance of what everybody agrees with: %v", i)
	}
	two := [][]Count{{{9, 0, 10}}, {{8, 0, 10}}}
	v := New([]Statement{{ID: 1}}, nil)
	if c := v.consensus(two, []int{10, 10}); !near(c[0].Product, 0.625, 1e-12) || !c[0].Enough {
		t.Errorf("consensus of (9,10) and (8,10): %+v", c)
	}
	if c := v.consensus(two, []int{10, 21}); c[0].Enough {
		t.Error("10 of 21 people are not enough for a consensus")
	}
	// Distances 0-1-3-4, 0-3-4, 0-2 of four points, as sums to the groups {a,b} and {c,d}.
	d := [4][4]float64{{0, 1, 3, 4}, {1, 0, 3, 4}, {3, 3, 0, 2}, {4, 4, 2, 0}}
	var mean float64
	for i := range 4 {
		sums := [maxGroups]float64{d[i][0] + d[i][1], d[i][2] + d[i][3]}
		share := sharesOf([maxGroups]int{2, 2})
		s := share.silhouette(i/2, &sums)
		if i == 0 && math.Abs(s-0.71428) > 1e-4 {
			t.Errorf("silhouette of the first: %v", s)
		}
		mean += s / 4
	}
	if math.Abs(mean-0.5654) > 1e-4 {
		t.Errorf("mean silhouette: %v", mean)
	}
	alone := sharesOf([maxGroups]int{1, 1})
	if s := alone.silhouette(0, &[maxGroups]float64{0, 5}); s != 0 {
		t.Errorf("somebody alone: %v", s)
	}
}

// TestCorrectedFigures works out the figures beside the published ones by hand.
func TestCorrectedFigures(t *testing.T) {
	t.Parallel()
	r := side(1, true, Count{9, 1, 10}, Count{2, 6, 9}, 20)
	if !near(r.Share, 9.5/11, 1e-12) || !near(r.Contrast, 9.5/11-2.5/10, 1e-12) || !r.Enough {
		t.Errorf("9 of 10 agree, 2 of 9 others: %+v", r)
	}
	if side(1, true, Count{9, 1, 10}, Count{2, 6, 9}, 21).Enough {
		t.Error("10 of 21 people speak for their group")
	}
	// two voters: the published ratio is large, the contrast cannot be more than one
	if r := side(1, false, Count{0, 2, 2}, Count{400, 0, 400}, 2); r.Ratio < 100 || r.Contrast > 1 {
		t.Errorf("two against four hundred: %+v", r)
	}
	// the mean does not fall with the number of groups and sees disagreement
	v := New([]Statement{{ID: 1}}, nil)
	alike := func(k int) []Consensus {
		return v.consensus(slices.Repeat([][]Count{{{8, 1, 10}}}, k),
			make([]int, k))
	}
	want := 8.5 / 11 * (1 - 1.5/11)
	for k := 1; k <= 40; k++ {
		if c := alike(k)[0]; !near(c.Mean, want, 1e-13) ||
			!near(c.Product, math.Pow(9.0/12, float64(k)), 1e-12) {
			t.Errorf("%d groups alike: %+v, want a mean of %v", k, c, want)
		}
	}
	for _, x := range []float64{0, 1e-300, 1e-9, 0.1, 0.5, 0.999999, 1} {
		for _, k := range []int{1, 2, 3, 5, 40, 500} {
			if got, want := root(x, k), math.Pow(x, 1/float64(k)); !near(got, want, 1e-13) {
				t.Errorf("root %d of %v: %v, want %v", k, x, got, want)
			}
		}
	}
	if c := v.majority([]Count{{70, 10, 90}}, func(c Count) int { return c.Agree }); len(c) != 1 ||
		!near(c[0].Share, 70.5/91, 1e-12) || !c[0].Enough {
		t.Errorf("majority: %+v", c)
	}
}

// TestDescribeTakesAnyGroups: groups that do not fit the people are nobody's.
func TestDescribeTakesAnyGroups(t *testing.T) {
	t.Parallel()
	st, casts := town(20, 6, 2, 1, 3)
	v := New(st, casts)
	want := v.Describe(nil)
	if len(want.Counts) != 0 || want.All[0].Seen != 20 {
		t.Errorf("nobody in a group: %+v", want)
	}
	for _, groups := range [][]int{{-7, -1}, {math.MaxInt}, slices.Repeat([]int{-1}, 1000)} {
		if d := cmp.Diff(want, v.Describe(groups)); d != "" {
			t.Errorf("%v: %s", groups, d)
		}
	}
	gap := v.Describe([]int{0, 2, 0, 2}) // nobody is in group 1
	if len(gap.Counts) != 3 || gap.Counts[1][0].Seen != 0 || notFinite(reflect.ValueOf(gap), "gap") != "" {
		t.Errorf("an empty group: %+v", gap)
	}
}

// TestPriorityByHand: ten have seen it, six agree, two disagree, two pass, and it lies half a unit from the
// centre: (1 - 3/12) · 1.5 · 7/12, times 1 + 8/4, squared.
func TestPriorityByHand(t *testing.T) {
	t.Parallel()
	want := 0.75 * 1.5 * 7 / 12 * 3
	if p := priority(Count{6, 2, 10}, 0.5, false); !near(p, want*want, 1e-12) {
		t.Errorf("priority %v, want %v", p, want*want)
	}
	for n := range 60 {
		if got, want := halving(n), math.Pow(2, -float64(n)/5); !near(got, want, 1e-15) {
			t.Errorf("halving(%d) = %v, want %v", n, got, want)
		}
	}
	if halving(math.MaxInt) != 0 {
		t.Error("a statement that everybody has seen is still new")
	}
}

// TestWhereNothingIsRepresentative: two groups that vote alike. Each shows one statement: what it agrees with
// most, or else the one by which it differs most.
func TestWhereNothingIsRepresentative(t *testing.T) {
	t.Parallel()
	vote := func(person int, votes ...Vote) (casts []Cast) {
		for j, v := range votes {
			casts = append(casts, Cast{Person: person, Statement: j, Vote: v})
		}
		return casts
	}
	st := []Statement{{ID: 0}, {ID: 1}, {ID: 2}}
	for name, c := range map[string]struct {
		first, second [3]Vote // what each of the two in a group votes
		want          int     // the statement shown of the first group
		best          bool
	}{
		"all disagree": {[3]Vote{Disagree, Disagree, Pass}, [3]Vote{Disagree, Disagree, Disagree}, 0,
			false},
		"one they agree with": {[3]Vote{Disagree, Agree, Agree}, [3]Vote{Disagree, Pass, Agree}, 1, true},
	} {
		var casts []Cast
		for person := range 2 {
			casts = append(casts, vote(person, c.first[:]...)...)
			casts = append(casts, vote(10+person, c.second[:]...)...)
		}
		v := New(st, casts)
		s := v.Describe([]int{0, 0, 1, 1})
		if len(s.Representative[0]) != 1 || s.Representative[0][0].Statement != c.want ||
			s.Representative[0][0].BestAgree != c.best || (s.BestAgreement[0] != nil) != c.best {
			t.Errorf("%s: %+v, best %+v", name, s.Representative[0], s.BestAgreement[0])
		}
	}
}
