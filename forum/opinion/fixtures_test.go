package opinion

import (
	stdcmp "cmp"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fixtures returns the folder of the public conversations, or skips the test where it is absent. The data was
// gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with
// attribution to The Computational Democracy Project:
// https://compdemocracy.org/case-studies/2014-seattle-15-per-hour and
// https://compdemocracy.org/case-studies/2017-brexit-consensus.
func fixtures(t testing.TB) string {
	t.Helper()
	if !given() {
		t.Skip("skipped: the public conversations are not here (ASCOLTO_FIXTURES)")
	}
	return folder()
}

func folder() string {
	return filepath.Join(stdcmp.Or(os.Getenv("ASCOLTO_FIXTURES"), "../../../shared/fixtures"), "opinion")
}

// given reports whether the public conversations are here.
func given() bool {
	_, err := os.Stat(filepath.Join(folder(), "golden.json"))
	return err == nil
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
	Variance     []float64      `json:"pca_explained_variance_top2"`
	GroupSizes   map[string]int `json:"group_sizes_published"`
	ModeratedOut int            `json:"moderated_out"`
	Participants int            `json:"participants"`
	Statements   int            `json:"statements"`
	Repness      map[string][]struct {
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

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

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
			compareSizes(t, v, groups, want)
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
					if r.Statement != w.TID || r.Success != w.NSuccess || r.Seen != w.NTrials ||
						r.Agree != (w.For == "agree") || r.BestAgree != w.BestAgree ||
						!near(r.Probability, w.PSuccess, 1e-9) || !near(r.Test, w.PTest, 1e-9) ||
						!near(r.Ratio, w.Repness, 1e-9) || !near(r.RatioTest, w.RepnessTest, 1e-9) {
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

func compareSizes(t *testing.T, v *Votes, groups []int, want golden) {
	t.Helper()
	hidden, sizes := 0, map[string]int{}
	for _, s := range v.Statements() {
		if s.Hidden {
			hidden++
		}
	}
	for _, g := range groups {
		if g >= 0 {
			sizes[strconv.Itoa(g)]++
		}
	}
	if len(v.People()) != want.Participants || len(v.Statements()) != want.Statements ||
		hidden != want.ModeratedOut {
		t.Errorf("%d people, %d statements, %d hidden; want %d, %d, %d", len(v.People()), len(v.Statements()),
			hidden, want.Participants, want.Statements, want.ModeratedOut)
	}
	if d := cmp.Diff(want.GroupSizes, sizes); d != "" {
		t.Errorf("sizes of the published groups: %s", d)
	}
}

func compareMajority(t *testing.T, what string, got []Majority, want []goldenMajority) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d statements, want %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		if g := got[i]; g.Statement != w.TID || g.Success != w.NSuccess || g.Seen != w.NTrials ||
			!near(g.Probability, w.PSuccess, 1e-9) || !near(g.Test, w.PTest, 1e-9) {
			t.Errorf("%s %d: %+v, want %+v", what, i, g, w)
		}
	}
}

// TestVotesAreTheMatrix: the list of votes as they happened, changes of mind included, gives the published
// matrix.
func TestVotesAreTheMatrix(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ votes, events int }{"15-per-hour-seattle": {2872, 2995},
		"brexit-consensus": {5303, 5312}} {
		matrix, _ := conversation(t, name)
		var casts []Cast
		for _, row := range table(t, filepath.Join(fixtures(t), name, "votes.csv")) {
			casts = append(casts, Cast{
				Person: number(t, row["voter-id"]), Statement: number(t, row["comment-id"]),
				Vote: Vote(number(t, row["vote"])), At: int64(number(t, row["timestamp"])),
			})
		}
		events := New(matrix.Statements(), casts)
		if d := cmp.Diff(matrix.cells, events.cells); d != "" ||
			!slices.Equal(matrix.People(), events.People()) {
			t.Errorf("%s: votes and matrix differ: %s", name, d)
		}
		cast := 0
		for i := range events.People() {
			cast += events.castBy(i)
		}
		if cast != want.votes || len(casts) != want.events {
			t.Errorf("%s: %d votes of %d events, want %d of %d", name, cast, len(casts), want.votes,
				want.events)
		}
	}
}
