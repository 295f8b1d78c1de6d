package logic_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/surveys/logic"
)

func is(q string, codes ...string) logic.Cond {
	return logic.Cond{Op: logic.Is, Question: q, Codes: codes}
}
func answered(q string) logic.Cond { return logic.Cond{Op: logic.Answered, Question: q} }
func atLeast(q string, n int) logic.Cond {
	return logic.Cond{Op: logic.AtLeast, Question: q, Number: n}
}
func atMost(q string, n int) logic.Cond        { return logic.Cond{Op: logic.AtMost, Question: q, Number: n} }
func not(c logic.Cond) logic.Cond              { return logic.Cond{Op: logic.Not, Of: []logic.Cond{c}} }
func all(of ...logic.Cond) logic.Cond          { return logic.Cond{Op: logic.All, Of: of} }
func anyOf(of ...logic.Cond) logic.Cond        { return logic.Cond{Op: logic.Any, Of: of} }
func show(c logic.Cond) *logic.Cond            { return &c }
func scale(page int) logic.Question            { return question("scale", page, "1", "2", "3", "4", "5") }
func faults(q ...logic.Question) []logic.Fault { return logic.Check(q) }

func question(code string, page int, codes ...string) logic.Question {
	q := logic.Question{Code: code, Page: page, Codes: codes}
	if code == "scale" {
		q.Measure = logic.Points
	}
	return q
}

func when(c logic.Cond, q logic.Question) logic.Question {
	q.Show = &c
	return q
}

func TestHolds(t *testing.T) {
	t.Parallel()
	answers := logic.Answers{"one": {"a"}, "many": {"a", "c"}, "scale": {"4"}, "text": {"perché sì"},
		"half": {"2.5"}, "ten": {"10"}, "day": {"2026-10-01"}}
	for name, c := range map[string]struct {
		cond *logic.Cond
		want bool
	}{
		"none":                  {nil, true},
		"answered":              {show(answered("text")), true},
		"not answered":          {show(answered("gone")), false},
		"is":                    {show(is("one", "a")), true},
		"is another":            {show(is("one", "b")), false},
		"one of":                {show(is("one", "b", "a")), true},
		"one of several chosen": {show(is("many", "c")), true},
		"is, unanswered":        {show(is("gone", "a")), false},
		"is not":                {show(not(is("one", "b"))), true},
		"is not, unanswered":    {show(not(is("gone", "b"))), true},
		"at least":              {show(atLeast("scale", 4)), true},
		"at least more":         {show(atLeast("scale", 5)), false},
		"at most":               {show(atMost("scale", 4)), true},
		"at most less":          {show(atMost("scale", 3)), false},
		"at least, unanswered":  {show(atLeast("gone", 0)), false},
		"at least a half": {show(logic.Cond{Op: logic.AtLeast, Question: "half", Value: "2.5"}),
			true},
		"at least more than half": {show(logic.Cond{Op: logic.AtLeast, Question: "half", Value: "2.75"}),
			false},
		"numbers are no texts": {show(atLeast("ten", 9)), true},
		"a day or later": {
			show(logic.Cond{Op: logic.AtLeast, Question: "day", Value: "2026-09-30"}), true},
		"a day or earlier": {
			show(logic.Cond{Op: logic.AtMost, Question: "day", Value: "2026-09-30"}), false},
		"a day is no number": {show(atLeast("day", 1)), false},
		"a number is no day": {
			show(logic.Cond{Op: logic.AtLeast, Question: "ten", Value: "2026-09-30"}), false},
		"at least of several":        {show(atLeast("many", 0)), false},
		"at least of a text":         {show(atLeast("text", 0)), false},
		"all":                        {show(all(is("one", "a"), atLeast("scale", 2))), true},
		"all but one":                {show(all(is("one", "a"), atLeast("scale", 5))), false},
		"any":                        {show(anyOf(is("one", "b"), atLeast("scale", 2))), true},
		"none of any":                {show(anyOf(is("one", "b"), atLeast("scale", 5))), false},
		"nested":                     {show(not(all(answered("one"), not(is("many", "b"))))), false},
		"an operation nobody knows":  {&logic.Cond{Op: "regex"}, false},
		"a negation without content": {&logic.Cond{Op: logic.Not}, false},
	} {
		if got := c.cond.Holds(answers); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// A question that an earlier change hides takes with it what hangs on its answer, although the answer is
// still in the draft.
func TestVisibleIgnoresAnswersOfHiddenQuestions(t *testing.T) {
	t.Parallel()
	qs := []logic.Question{
		question("car", 0, "yes", "no"),
		when(is("car", "yes"), question("fuel", 1, "petrol", "electric")),
		when(is("fuel", "electric"), question("charging", 2, "home", "street")),
		when(not(answered("fuel")), question("bus", 2, "daily", "never")),
	}
	full := logic.Answers{"car": {"yes"}, "fuel": {"electric"}, "charging": {"home"}}
	if diff := cmp.Diff([]bool{true, true, true, false}, logic.Visible(qs, full)); diff != "" {
		t.Error(diff)
	}
	full["car"] = []string{"no"}
	if diff := cmp.Diff([]bool{true, false, false, true}, logic.Visible(qs, full)); diff != "" {
		t.Error(diff)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	one := question("one", 0, "a", "b")
	deep := is("one", "a")
	for range logic.MaxDepth {
		deep = not(deep)
	}
	var wide []logic.Cond
	for range logic.MaxNodes {
		wide = append(wide, is("one", "a"))
	}
	for name, c := range map[string]struct {
		got  []logic.Fault
		want []logic.Fault
	}{
		"fine": {faults(one, scale(0),
			when(all(is("one", "a", "b"), atLeast("scale", 5), answered("one")), question("two", 1))), nil},
		"unknown": {faults(one, when(is("gone", "a"), question("two", 1))),
			[]logic.Fault{{"two", "gone", logic.Unknown}}},
		"forward": {faults(when(is("two", "a"), question("zero", 0)), question("two", 1, "a")),
			[]logic.Fault{{"zero", "two", logic.Forward}}},
		"same page": {faults(one, when(is("one", "a"), question("two", 0))),
			[]logic.Fault{{"two", "one", logic.SamePage}}},
		"itself": {faults(when(answered("me"), question("me", 1))),
			[]logic.Fault{{"me", "me", logic.Cyclic}}},
		"unknown option": {faults(one, when(is("one", "a", "z"), question("two", 1))),
			[]logic.Fault{{"two", "one", logic.NoOption}}},
		"no option": {faults(one, when(is("one"), question("two", 1))),
			[]logic.Fault{{"two", "one", logic.NoOption}}},
		"off the scale": {faults(scale(0), when(atMost("scale", 6), question("two", 1))),
			[]logic.Fault{{"two", "scale", logic.NoNumber}}},
		"a number": {faults(logic.Question{Code: "n", Measure: logic.Numbers},
			when(atMost("n", -3), question("two", 1))), nil},
		"no number": {
			faults(logic.Question{Code: "n", Measure: logic.Numbers},
				when(logic.Cond{Op: logic.AtLeast, Question: "n", Value: "2026-11-23"}, question("two", 1))),
			[]logic.Fault{{"two", "n", logic.NoNumber}},
		},
		"no day": {
			faults(logic.Question{Code: "d", Measure: logic.Days}, when(atMost("d", 1), question("two", 1))),
			[]logic.Fault{{"two", "d", logic.NoNumber}},
		},
		"no scale": {faults(one, when(atMost("one", 1), question("two", 1))),
			[]logic.Fault{{"two", "one", logic.NoNumber}}},
		"empty all": {faults(one, when(all(), question("two", 1))),
			[]logic.Fault{{"two", "", logic.Malformed}}},
		"empty not": {faults(one, when(logic.Cond{Op: logic.Not}, question("two", 1))),
			[]logic.Fault{{"two", "", logic.Malformed}}},
		"operation": {faults(one, when(logic.Cond{Op: "$where"}, question("two", 1))),
			[]logic.Fault{{"two", "", logic.Malformed}}},
		"leaf with nodes": {
			faults(one, when(logic.Cond{Op: logic.Answered, Question: "one",
				Of: []logic.Cond{answered("one")}}, question("two", 1))),
			[]logic.Fault{{"two", "one", logic.Malformed}}},
		"too deep": {faults(one, when(deep, question("two", 1))),
			[]logic.Fault{{"two", "", logic.TooLarge}}},
		"too wide": {faults(one, when(all(wide...), question("two", 1))),
			[]logic.Fault{{"two", "", logic.TooLarge}}},
		"same code twice": {faults(one, one), []logic.Fault{{"one", "one", logic.Duplicate}}},
		"a ring": {
			faults(when(answered("b"), question("a", 0)), when(answered("c"), question("b", 1)),
				when(answered("a"), question("c", 2))),
			[]logic.Fault{{"a", "b", logic.Cyclic}, {"b", "c", logic.Cyclic}, {"c", "a", logic.Cyclic}},
		},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What Check lets pass is decided by the answers to earlier pages alone: answers to the question's own or
// later pages change nothing.
func TestVisibleDependsOnEarlierPagesOnly(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		qs := randomQuestionnaire(r)
		answers := randomAnswers(r, qs)
		before := logic.Visible(qs, answers)
		page := r.IntN(4)
		for _, q := range qs {
			if q.Page >= page {
				delete(answers, q.Code)
			}
		}
		after := logic.Visible(qs, answers)
		for i, q := range qs {
			if q.Page <= page && before[i] != after[i] {
				t.Fatalf("%s on page %d changed with the answers of page %d", q.Code, q.Page, page)
			}
		}
	}
}

func randomQuestionnaire(r *rand.Rand) []logic.Question {
	var qs []logic.Question
	for i := range 12 {
		q := logic.Question{Code: "q" + strconv.Itoa(i), Page: i / 3, Codes: []string{"1", "2", "3"},
			Measure: logic.Points}
		if q.Page > 0 && r.IntN(2) == 0 {
			q.Show = show(randomCond(r, q.Page*3, 3))
		}
		qs = append(qs, q)
	}
	if len(logic.Check(qs)) > 0 {
		panic("the generator makes conditions that Check refuses")
	}
	return qs
}

func randomCond(r *rand.Rand, before, depth int) logic.Cond {
	q := "q" + strconv.Itoa(r.IntN(before))
	switch n := r.IntN(7); {
	case n == 0 && depth > 0:
		return not(randomCond(r, before, depth-1))
	case n == 1 && depth > 0:
		return all(randomCond(r, before, depth-1), randomCond(r, before, depth-1))
	case n == 2 && depth > 0:
		return anyOf(randomCond(r, before, depth-1), randomCond(r, before, depth-1))
	case n == 3:
		return answered(q)
	case n == 4:
		return atLeast(q, 1+r.IntN(3))
	case n == 5:
		return atMost(q, 1+r.IntN(3))
	default:
		return is(q, strconv.Itoa(1+r.IntN(3)))
	}
}

func randomAnswers(r *rand.Rand, qs []logic.Question) logic.Answers {
	a := logic.Answers{}
	for _, q := range qs {
		if n := r.IntN(4); n > 0 {
			a[q.Code] = []string{strconv.Itoa(n)}
		}
	}
	return a
}

func TestJoinAndSplit(t *testing.T) {
	t.Parallel()
	terms := []string{"is:q1:a1,a2", "!answered:q2", "min:q3:4", "max:q3:0", "!is:q1:other", "min:q4:-2.5",
		"!max:q5:2026-11-23"}
	c, err := logic.Join(logic.Any, terms)
	if err != nil {
		t.Fatal(err)
	}
	op, got, ok := c.Split()
	if diff := cmp.Diff(terms, got); diff != "" || op != logic.Any || !ok {
		t.Error(op, ok, diff)
	}
	for _, bad := range []string{"", "is", "is:", "is:q1", "is:q1:", "min:q1:", "min:q1:x", "min:q1:01",
		"min:q1:1.50", "min:q1:NaN", "max:q1:2026-02-30", "answered:q1:a", "!!answered:q1", "all:q1",
		"not:q1"} {
		if _, err := logic.ParseTerm(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	if c, err := logic.Join(logic.All, nil); c != nil || err != nil {
		t.Error("no terms: ", c, err)
	}
	if _, err := logic.Join(logic.Not, terms); err == nil {
		t.Error("joined by not")
	}
	nested := all(anyOf(is("q1", "a")))
	if _, _, ok := nested.Split(); ok {
		t.Error("a nested condition was split")
	}
	single := is("q1", "a")
	if _, terms, ok := single.Split(); !ok || len(terms) != 1 {
		t.Error("a single term was not split")
	}
}

func FuzzParseTerm(f *testing.F) {
	for _, s := range []string{"is:q1:a1", "!min:q2:4", "answered:q", "max:q:-1", "is:::", "!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := logic.ParseTerm(s)
		if err != nil {
			return
		}
		if back, ok := c.Term(); !ok || back != s {
			t.Errorf("%q came back as %q", s, back)
		}
		c.Holds(logic.Answers{"q1": {"a1"}})
		logic.Check([]logic.Question{{Code: "q1", Codes: []string{"a1"}}, {Code: "q2", Page: 1, Show: &c}})
	})
}
