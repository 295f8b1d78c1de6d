package disclose

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

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
	district := Attribute{Levels: 2,
		Generalise: func(v string, level int) string { return []string{v, "*"}[level] }}
	rnd := rand.New(rand.NewPCG(5, 5))
	var records [][]string
	for range 300 {
		records = append(records,
			[]string{strconv.Itoa(20 + rnd.IntN(60)), "q" + strconv.Itoa(1+rnd.IntN(4))})
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

// TestAnonymiseIsNotFooled: values that run into each other, shares that are no share, attributes beyond
// trying.
func TestAnonymiseIsNotFooled(t *testing.T) {
	t.Parallel()
	plain := Attribute{Levels: 1, Generalise: func(v string, _ int) string { return v }}
	a, err := Anonymise([][]string{{"x\x00", "y"}, {"x", "\x00y"}, {"a b", "c"}, {"a", "b c"}},
		[]Attribute{plain, plain}, 2, 1)
	if err != nil || a.LeftOut != 4 {
		t.Errorf("records that only look alike when put together: %+v, %v", a, err)
	}
	four := [][]string{{"a"}, {"a"}, {"a"}, {"a"}}
	if a, err := Anonymise(four, []Attribute{plain}, 0, 1); err != nil || a.LeftOut != 4 {
		t.Errorf("k is five where nothing is said: %+v, %v", a, err)
	}
	for _, share := range []float64{math.NaN(), math.Inf(-1), -3} {
		if _, err := Anonymise(four, []Attribute{plain}, 5, share); !errors.Is(err, ErrAnonymity) {
			t.Errorf("a share of %v: %v", share, err)
		}
	}
	if a, err := Anonymise(four, []Attribute{plain}, 5, math.Inf(1)); err != nil || a.LeftOut != 4 {
		t.Errorf("all may be left out: %+v, %v", a, err)
	}
	many := Attribute{Levels: 1000, Generalise: plain.Generalise}
	for _, attributes := range [][]Attribute{{many, many},
		{{Levels: math.MaxInt, Generalise: plain.Generalise},
			plain}, {{Levels: 0, Generalise: plain.Generalise}}, {{Levels: 1}}} {
		if _, err := Anonymise(nil, attributes, 5, 0); !errors.Is(err, ErrAnonymity) {
			t.Errorf("%d attributes: %v", len(attributes), err)
		}
	}
	if _, err := Anonymise(four, []Attribute{plain}, -1, 0); !errors.Is(err, ErrAnonymity) {
		t.Errorf("k below nought: %v", err)
	}
}
