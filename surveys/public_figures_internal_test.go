package surveys

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// counted returns options with these counts, called 1, 2, 3 ….
func counted(counts ...int) []OptionResult {
	options := make([]OptionResult, len(counts))
	for i, n := range counts {
		options[i] = OptionResult{Code: fmt.Sprint(i + 1), N: n}
	}
	return options
}

// inShort writes what is public of options: their counts, "·" for those that are not.
func inShort(options []OptionResult) string {
	var s []string
	for _, o := range options {
		if o.Hidden {
			s = append(s, "·")
			continue
		}
		s = append(s, strings.TrimSpace(o.Label[civic.Italian]+" "+fmt.Sprint(o.N)))
	}
	return strings.Join(s, " | ")
}

// What few chose is not public, and neither is what it follows from; means stay where no count follows from
// them.
func TestWhatFewAnsweredDoesNotFollow(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind   Kind
		counts []int
		want   string
	}{
		"many":                     {Single, []int{12, 7, 0}, "12 | 7 | 0"},
		"one of two":               {Single, []int{12, 1}, "· | ·"},
		"one of three":             {Single, []int{12, 1, 6}, "12 | · | ·"},
		"two that make many":       {Single, []int{20, 4, 4}, "20 | · | ·"},
		"several, not chosen":      {Multiple, []int{18, 10, 9}, "· | 10 | ·"},
		"a scale":                  {Scale, []int{5, 6, 7, 8, 9}, "5 | 6 | 7 | 8 | 9"},
		"a scale with a lone one":  {Scale, []int{1, 6, 7, 8, 9}, ""},
		"places":                   {Place, []int{12, 2, 6}, "12 | · | ·"},
		"a number, each by itself": {Number, []int{5, 6, 2, 9}, ""},
	} {
		m := QuestionResult{Question: Question{Kind: tt.kind}, Answered: 20, Options: counted(tt.counts...),
			Mean: 3}
		m.Question.kind().public(&m)
		for i := range m.Options {
			m.Options[i].Label = nil
		}
		if got := inShort(m.Options); got != tt.want || m.Withheld != (tt.want == "") || m.Mean != 3 {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// Classes of few are joined with their neighbours, and the ends of the first and the last, which tell of the
// least and the greatest answer, are left out.
func TestClassesArePublicForMany(t *testing.T) {
	t.Parallel()
	numbers := func(values ...float64) Count {
		c := Count{Answered: len(values)}
		for _, v := range values {
			c.addNumber(NumberCount{v, 1})
		}
		return c
	}
	days := func(values ...string) Count {
		c := Count{Answered: len(values), Codes: map[string]int{}}
		for _, v := range values {
			c.Codes[v]++
		}
		return c
	}
	for name, tt := range map[string]struct {
		kind Kind
		sum  Count
		want string
	}{
		"incomes of six": {Number, numbers(21000, 24115, 26900, 30500, 32050, 97313), "withheld"},
		"incomes of twelve": {Number, numbers(1000, 2000, 13000, 24000, 25000, 31000, 41000, 45000, 52000, 61000,
			78000, 97313), "≤ 29.999 5 | ≥ 30.000 7; median_class ≥ 30.000"},
		"three classes": {Number, numbers(1000, 2000, 3000, 4000, 5000, 51000, 52000, 53000, 54000, 55000, 91000,
			92000, 93000, 94000, 95000), "≤ 9.999 5 | 10.000 – 19.999 0 | 20.000 – 29.999 0 | " +
			"30.000 – 39.999 0 | 40.000 – 49.999 0 | 50.000 – 59.999 5 | 60.000 – 69.999 0 | " +
			"70.000 – 79.999 0 | 80.000 – 89.999 0 | ≥ 90.000 5; median_class 50.000 – 59.999"},
		"births of six": {Date, days("1951-02-03", "1960-01-01", "1973-11-09", "1980-05-05", "1999-04-04",
			"2001-09-07"), "withheld"},
		"births of eleven": {Date, days("1951-02-03", "1960-01-01", "1970-11-09", "1971-11-09", "1972-11-09",
			"1980-05-05", "1981-05-05", "1982-04-04", "1983-04-04", "1999-04-04", "2001-09-07"),
			"≤ 1972 5 | ≥ 1980 6"},
	} {
		m := QuestionResult{Question: Question{Kind: tt.kind}}
		m.fill(tt.sum.Answered, tt.sum)
		m = Results{Questions: []QuestionResult{m}}.forPublic().Questions[0]
		got := inShort(m.Options)
		for _, f := range m.Facts() {
			if f.Name != "average" {
				got += fmt.Sprint("; ", f.Name, " ", f.Figures[f.Main].Label[civic.Italian])
			}
		}
		if m.Withheld {
			got += "withheld"
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || m.Extremes != nil {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Of a ranking with one place, "Strade: 5" of six gave the sixth away: which row is hidden never follows from
// the others. For each hidden row there is another way to have answered, with a count in it that differs by
// more than a few.
func TestHiddenRowsOfARankingDoNotFollow(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	hidden, shown := 0, 0
	for range 200 {
		answered, rows := 5+rnd.IntN(40), 2+rnd.IntN(4)
		counts := make([]int, rows)
		for range answered {
			counts[min(rnd.IntN(rows), rnd.IntN(rows))]++
		}
		m := QuestionResult{Question: Question{Kind: Ranking}, Answered: answered}
		for i, n := range counts {
			m.Rows = append(m.Rows, RowResult{Code: fmt.Sprint("a", i), Answered: n, Options: counted(n)})
		}
		m.Question.kind().public(&m)
		rest, least := answered, 0
		for i, r := range m.Rows {
			switch {
			case !r.Hidden && few(counts[i]):
				t.Fatalf("%v: %d is public", counts, counts[i])
			case !r.Hidden:
				rest -= r.Options[0].N
				shown++
			default:
				least++
				hidden++
			}
		}
		if least == 1 || least > 0 && rest < PublicThreshold {
			t.Fatalf("%v: %d hidden rows are %d people", counts, least, rest)
		}
	}
	if hidden < 50 || shown < 50 {
		t.Errorf("%d hidden, %d shown: this test proves little", hidden, shown)
	}
}

// Results that an earlier program made public are held to the rules of today when they are read.
func TestFormerPublicResultsAreHeldToTheRules(t *testing.T) {
	t.Parallel()
	old := Results{Responses: 6, Questions: []QuestionResult{
		{Question: Question{Kind: Date}, Answered: 6, Median: &Figure{Day: "1973-11-09"},
			Options: []OptionResult{{Code: "1951", N: 1}, {Code: "1973", N: 5}}},
		{Question: Question{Kind: Ranking}, Answered: 6, Rows: []RowResult{
			{Code: "a1", Answered: 5, Options: counted(5)}, {Code: "a2", Hidden: true}}},
	}}.forPublic()
	if m := old.Questions[0]; m.Median != nil || m.Options != nil || !m.Withheld {
		t.Errorf("days: %+v", m)
	}
	if m := old.Questions[1]; !m.Rows[0].Hidden || m.Rows[0].Options != nil {
		t.Errorf("a ranking: %+v", m)
	}
}

// Of what is distributed, the rows are hidden to which few gave something, however much they gave; what the
// hidden ones got together, which follows from the total, many gave.
func TestWhatFewGaveOfASumDoesNotFollow(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answers [][]int // to each row, by as many
		want    string
	}{
		"many":                {[][]int{{5, 5}, {4, 6}, {1, 9}, {3, 7}, {8, 2}}, "21 | 29"},
		"nobody gave to one":  {[][]int{{5, 5, 0}, {4, 6, 0}, {1, 9, 0}, {3, 7, 0}, {8, 2, 0}}, "21 | 29 | 0"},
		"one gave much":       {[][]int{{5, 5, 0}, {4, 6, 0}, {1, 9, 0}, {3, 7, 0}, {1, 1, 8}}, "· | 28 | ·"},
		"all gave to one":     {[][]int{{10, 0}, {10, 0}, {10, 0}, {10, 0}, {8, 2}}, "· | ·"},
		"few gave to either":  {[][]int{{10, 0}, {10, 0}, {10, 0}, {0, 10}, {0, 10}}, "withheld"},
		"few gave to several": {[][]int{{6, 4, 0}, {6, 4, 0}, {6, 4, 0}, {8, 0, 2}, {8, 0, 2}}, "· | · | ·"},
	} {
		q := Question{Kind: Sum, Details: Details{Total: 10}}
		for i := range tt.answers[0] {
			q.Rows = append(q.Rows, Option{Code: fmt.Sprint("r", i)})
		}
		c := Count{Answered: len(tt.answers), Codes: map[string]int{}}
		for _, given := range tt.answers {
			var a Answer
			for i, n := range given {
				number := float64(n)
				a.Parts = append(a.Parts, Answer{Question: q.Rows[i].Code, Number: &number})
			}
			sumKind{}.tally(a, &c)
		}
		m := QuestionResult{Question: q}
		sumKind{}.merge(&m, q)
		m.fill(c.Answered, c)
		public := Results{Questions: []QuestionResult{m}}.forPublic()
		again := public.forPublic().Questions[0]
		for _, m := range []QuestionResult{public.Questions[0], again} {
			got := inShort(m.Options)
			if m.Withheld {
				got += "withheld"
			}
			if got != tt.want {
				t.Errorf("%s: %q, want %q", name, got, tt.want)
			}
			for _, o := range m.Options {
				if o.Givers != 0 {
					t.Errorf("%s: the public can read that %d gave to a row", name, o.Givers)
				}
			}
		}
	}
}
