package opinion

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// town makes votes of people in blocs that differ on some statements.
func town(people, statements, blocs int, density float64, seed uint64) ([]Statement, []Cast) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	lean := make([][]float64, blocs)
	for b := range lean {
		lean[b] = make([]float64, statements)
		for j := range lean[b] {
			lean[b][j] = rnd.Float64()
		}
	}
	var st []Statement
	for j := range statements {
		st = append(st, Statement{ID: j * 3})
	}
	var casts []Cast
	for i := range people {
		for j := range statements {
			if rnd.Float64() > density {
				continue
			}
			vote := Pass
			switch p := rnd.Float64(); {
			case p < 0.9*lean[i%blocs][j]:
				vote = Agree
			case p < 0.9:
				vote = Disagree
			}
			casts = append(casts, Cast{Person: 1000 + i*7, Statement: j * 3, Vote: vote,
				At: int64(len(casts))})
		}
	}
	return st, casts
}

// TestOrderNeverMatters: votes and statements shuffled give the same bytes.
func TestOrderNeverMatters(t *testing.T) {
	t.Parallel()
	st, casts := town(200, 40, 3, 0.6, 1)
	// somebody changed their mind
	casts = append(casts, Cast{casts[0].Person, casts[0].Statement, -casts[0].Vote, 1 << 40})
	// and a list that holds two of them twice
	st = append(st, Statement{ID: st[4].ID, Hidden: true}, Statement{ID: st[5].ID, Meta: true})
	want, err := json.Marshal(Compute(New(st, casts)))
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 5 {
		rnd.Shuffle(len(casts), func(i, j int) { casts[i], casts[j] = casts[j], casts[i] })
		rnd.Shuffle(len(st), func(i, j int) { st[i], st[j] = st[j], st[i] })
		got, err := json.Marshal(Compute(New(st, casts)))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatal("another order gave another map")
		}
	}
}

func TestNothingIsNaN(t *testing.T) {
	t.Parallel()
	all := func(n, c int, vote Vote) ([]Statement, []Cast) {
		var st []Statement
		var casts []Cast
		for j := range c {
			st = append(st, Statement{ID: j})
			for i := range n {
				casts = append(casts, Cast{Person: i, Statement: j, Vote: vote})
			}
		}
		return st, casts
	}
	for name, make := range map[string]func() ([]Statement, []Cast){
		"nothing":            func() ([]Statement, []Cast) { return nil, nil },
		"statements only":    func() ([]Statement, []Cast) { return []Statement{{ID: 1}}, nil },
		"one vote":           func() ([]Statement, []Cast) { return all(1, 1, Agree) },
		"all the same":       func() ([]Statement, []Cast) { return all(50, 10, Agree) },
		"all pass":           func() ([]Statement, []Cast) { return all(50, 10, Pass) },
		"votes out of range": func() ([]Statement, []Cast) { return all(50, 10, 5) },
		"all hidden": func() ([]Statement, []Cast) {
			st, casts := all(50, 3, Agree)
			for i := range st {
				st[i].Hidden = true
			}
			return st, casts
		},
		"two opposites": func() ([]Statement, []Cast) {
			st, casts := all(40, 1, Agree)
			for i := range casts {
				casts[i].Vote = Vote(1 - 2*(i%2))
			}
			return st, casts
		},
	} {
		st, casts := make()
		m := Compute(New(st, casts))
		if where := notFinite(reflect.ValueOf(m), "map"); where != "" {
			t.Errorf("%s: %s", name, where)
		}
	}
}

// notFinite returns where a value holds NaN or an infinity.
func notFinite(v reflect.Value, at string) string {
	switch v.Kind() {
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return at
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if w := notFinite(v.Field(i), at+"."+v.Type().Field(i).Name); w != "" {
				return w
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if w := notFinite(v.Index(i), fmt.Sprintf("%s[%d]", at, i)); w != "" {
				return w
			}
		}
	}
	return ""
}

// TestSameBytesOnEveryMachine compares a map with the bytes it had when this was written: on another
// processor, or with another compiler, they must not change (GOARCH=386 go test runs it on a second one).
func TestSameBytesOnEveryMachine(t *testing.T) {
	t.Parallel()
	st, casts := town(300, 60, 3, 0.4, 21)
	raw, err := json.Marshal(Compute(New(st, casts)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%x", sha256.Sum256(raw)),
		"2cd84f711b5c69fce91cf8d4321076b81a9c9c45baf8e9ac1d6119664d153920"; got != want {
		t.Errorf("the map has the digest %s, want %s", got, want)
	}
}

// TestOneMoreVote: a map of the votes so far and one more is the map of all votes, whenever the one came.
func TestOneMoreVote(t *testing.T) {
	t.Parallel()
	st, casts := town(150, 40, 2, 0.5, 8)
	one := Cast{Person: casts[10].Person, Statement: casts[10].Statement, Vote: -casts[10].Vote, At: 1 << 40}
	after := Compute(New(st, append(slices.Clone(casts), one)))
	before := Compute(New(st, append([]Cast{one}, casts...)))
	if d := cmp.Diff(after, before); d != "" {
		t.Errorf("the last vote counts wherever it stands: %s", d)
	}
	if cmp.Equal(after, Compute(New(st, casts))) {
		t.Error("the vote changed nothing")
	}
}
