package opinion

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fixtures returns the folder of the public conversations, or skips the test where it is absent. The data was gathered using
// the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with attribution to The Computational
// Democracy Project: https://compdemocracy.org/case-studies/2014-seattle-15-per-hour and
// https://compdemocracy.org/case-studies/2017-brexit-consensus.
func fixtures(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ASCOLTO_FIXTURES")
	if dir == "" {
		dir = "../../../shared/fixtures"
	}
	if _, err := os.Stat(filepath.Join(dir, "opinion", "golden.json")); err != nil {
		t.Skip("skipped: the public conversations are not here (ASCOLTO_FIXTURES)")
	}
	return filepath.Join(dir, "opinion")
}

func table(t testing.TB, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSuffix(s, ".0"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// conversation reads a public conversation: its votes, and the published group of each person.
func conversation(t testing.TB, name string) (*Votes, []int) {
	t.Helper()
	dir := filepath.Join(fixtures(t), name)
	hidden := map[int]bool{}
	for _, row := range table(t, filepath.Join(dir, "comments.csv")) {
		hidden[number(t, row["comment-id"])] = row["moderated"] == "-1"
	}
	var statements []Statement
	var casts []Cast
	published := map[int]int{}
	for _, row := range table(t, filepath.Join(dir, "participants-votes.csv")) {
		person := number(t, row["participant"])
		published[person] = -1
		if g := row["group-id"]; g != "" {
			published[person] = number(t, g)
		}
		for j := 0; ; j++ {
			cell, ok := row[strconv.Itoa(j)]
			if !ok {
				break
			}
			if len(statements) == j {
				statements = append(statements, Statement{ID: j, Hidden: hidden[j]})
			}
			if cell != "" {
				casts = append(casts, Cast{Person: person, Statement: j, Vote: Vote(number(t, cell))})
			}
		}
	}
	v := New(statements, casts)
	groups := make([]int, len(v.People()))
	for i, id := range v.People() {
		groups[i] = published[id]
	}
	return v, groups
}

type golden struct {
	ConsensusAgree    []goldenMajority `json:"consensus_agree"`
	ConsensusDisagree []goldenMajority `json:"consensus_disagree"`
	GAC               []struct {
		TID int     `json:"tid"`
		GAC float64 `json:"gac"`
	} `json:"gac_top10_given_published_groups"`
	Variance []float64 `json:"pca_explained_variance_top2"`
	Repness  map[string][]struct {
		goldenMajority
		Repness     float64 `json:"repness"`
		RepnessTest float64 `json:"repness-test"`
		For         string  `json:"repful-for"`
		BestAgree   bool    `json:"best-agree"`
	} `json:"repness_given_published_groups"`
}

type goldenMajority struct {
	TID      int     `json:"tid"`
	NSuccess int     `json:"n-success"`
	NTrials  int     `json:"n-trials"`
	PSuccess float64 `json:"p-success"`
	PTest    float64 `json:"p-test"`
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*math.Max(1, math.Abs(b)) }

// TestPublishedStatistics reproduces the statistics of two public conversations given their published groups.
func TestPublishedStatistics(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join(fixtures(t), "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for name, raw := range all {
		if name == "_note" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want golden
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			v, groups := conversation(t, name)
			s := v.Describe(groups)
			compareMajority(t, "agree", s.MajorityAgree, want.ConsensusAgree)
			compareMajority(t, "disagree", s.MajorityDissent, want.ConsensusDisagree)
			for i, g := range want.GAC {
				if got := s.Consensus[i]; got.Statement != g.TID || !near(got.Product, g.GAC, 1e-9) {
					t.Errorf("consensus %d: %d %v, want %d %v", i, got.Statement, got.Product, g.TID, g.GAC)
				}
			}
			for group, list := range want.Repness {
				got := s.Representative[number(t, group)]
				if len(got) != len(list) {
					t.Errorf("group %s: %d statements, want %d", group, len(got), len(list))
					continue
				}
				for i, w := range list {
					r := got[i]
					if r.Statement != w.TID || r.Success != w.NSuccess || r.Seen != w.NTrials || r.Agree != (w.For == "agree") || r.BestAgree != w.BestAgree ||
						!near(r.Probability, w.PSuccess, 1e-9) || !near(r.Test, w.PTest, 1e-9) || !near(r.Ratio, w.Repness, 1e-9) || !near(r.RatioTest, w.RepnessTest, 1e-9) {
						t.Errorf("group %s, place %d: %+v, want %+v", group, i, r, w)
					}
				}
			}
			m := Compute(v)
			for k, w := range want.Variance {
				if !near(m.Variance[k], w, 1e-6) {
					t.Errorf("variance %d: %v, want %v", k, m.Variance[k], w)
				}
			}
		})
	}
}

func compareMajority(t *testing.T, what string, got []Majority, want []goldenMajority) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d statements, want %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		if g := got[i]; g.Statement != w.TID || g.Success != w.NSuccess || g.Seen != w.NTrials || !near(g.Probability, w.PSuccess, 1e-9) || !near(g.Test, w.PTest, 1e-9) {
			t.Errorf("%s %d: %+v, want %+v", what, i, g, w)
		}
	}
}

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
			casts = append(casts, Cast{Person: 1000 + i*7, Statement: j * 3, Vote: vote, At: int64(len(casts))})
		}
	}
	return st, casts
}

// TestOrderNeverMatters: votes and statements shuffled give the same bytes.
func TestOrderNeverMatters(t *testing.T) {
	t.Parallel()
	st, casts := town(200, 40, 3, 0.6, 1)
	casts = append(casts, Cast{casts[0].Person, casts[0].Statement, -casts[0].Vote, 1 << 40}) // somebody changed their mind
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

// TestBlocDoesNotDecide: a coordinated bloc of 60 % agrees with its favourite, which is not what ranks first among all.
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

func TestNext(t *testing.T) {
	t.Parallel()
	st, casts := town(30, 10, 2, 0.5, 4)
	st[3].Hidden = true
	m := Compute(New(st, casts))
	seen, order := map[int]bool{}, []int{}
	for {
		id, ok := m.Next(func(s int) bool { return seen[s] }, 0.999999)
		if !ok {
			break
		}
		if seen[id] || id == st[3].ID {
			t.Fatalf("statement %d shown again, or though hidden", id)
		}
		seen[id] = true
		order = append(order, id)
	}
	if len(order) != 9 {
		t.Errorf("%d statements shown: %v", len(order), order)
	}
	drawn := map[int]int{}
	var total float64
	for _, s := range m.Statements {
		total += s.Priority
	}
	const tries = 100_000
	for i := range tries {
		id, _ := m.Next(func(int) bool { return false }, (float64(i)+0.5)/tries)
		drawn[id]++
	}
	for _, s := range m.Statements {
		if want := s.Priority / total * tries; math.Abs(float64(drawn[s.ID])-want) > 2 {
			t.Errorf("statement %d drawn %d times, want %.1f", s.ID, drawn[s.ID], want)
		}
	}
}

// TestEigenvectorsOfASmallMatrix compares with values worked out by hand: [[2,1],[1,2]] has 3 and 1.
func TestEigenvectorsOfASmallMatrix(t *testing.T) {
	t.Parallel()
	a := [][]float64{{2, 1, 0}, {1, 2, 0}, {0, 0, 0.5}}
	values, vectors := lanczos(3, 2, func(in, out []float64) {
		for i := range a {
			out[i] = dot(a[i], in)
		}
	})
	h := math.Sqrt(0.5)
	for _, v := range vectors {
		orient(v)
	}
	if diff := cmp.Diff([]float64{3, 1}, values, cmp.Comparer(func(x, y float64) bool { return near(x, y, 1e-12) })); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]float64{{h, h, 0}, {h, -h, 0}}, vectors, cmp.Comparer(func(x, y float64) bool { return math.Abs(math.Abs(x)-math.Abs(y)) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
}

func FuzzCompute(f *testing.F) {
	f.Add([]byte{0, 0, 1, 1, 0, 2, 2, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var casts []Cast
		for i := 0; i+2 < len(data); i += 3 {
			casts = append(casts, Cast{Person: int(data[i]), Statement: int(data[i+1]) % 12, Vote: Vote(data[i+2]%5) - 1, At: int64(i)})
		}
		var st []Statement
		for j := range 10 {
			st = append(st, Statement{ID: j, Hidden: j == 8, Meta: j == 9})
		}
		m := Compute(New(st, casts))
		if where := notFinite(reflect.ValueOf(m), "map"); where != "" {
			t.Error(where)
		}
	})
}
