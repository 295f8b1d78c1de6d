package surveys_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/surveys"
)

// Whoever leaves a page finds what they had filled in, also what is no answer yet; it is asked again before
// it is sent. What a draft cannot hold is named.
func TestWhatIsHalfFilledIsKeptOnLeaving(t *testing.T) {
	t.Parallel()
	choices := surveys.QuestionInput{Text: label("Quali?"), Lines: "Strade|Roads\nScuole|Schools\nParchi|Parks"}
	pick := func(max int, other bool) surveys.QuestionInput {
		in := choices
		in.Max, in.Other = max, other
		return in
	}
	for name, tt := range map[string]struct {
		kind    surveys.Kind
		in      surveys.QuestionInput
		typed   surveys.Typed
		dropped bool
	}{
		"a ranking begun at its end":   {surveys.Ranking, choices, form("q1.2", "a1"), false},
		"a ranking with one place":     {surveys.Ranking, choices, form("q1.1", "a3", "q1.3", "a1"), false},
		"too many choices":             {surveys.Multiple, pick(1, false), form("q1", "a1", "q1", "a3"), false},
		"other without a text":         {surveys.Single, pick(0, true), form("q1", "other"), false},
		"a number beyond the greatest": {surveys.Number, numbers("0", "10"), form("q1", "12"), false},
		"half a sum": {surveys.Sum, surveys.QuestionInput{RowLines: "Strade|Roads\nScuole|Schools",
			Details: surveys.Details{Total: 100}}, form("q1.r1", "40"), false},
		"no number": {surveys.Number, numbers("0", "10"), form("q1", "dieci"), true},
		"too long a text beside other": {surveys.Single, pick(0, true),
			form("q1", "other", "q1.other", strings.Repeat("x", surveys.MaxOtherAnswer+1)), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			q, ctx := o.asked(tt.kind, tt.in), t.Context()
			r := surveys.Respondent{By: stranger, Slug: q.Slug, Language: civic.Italian}
			r.Token = take(o.Start(ctx, r))(t)
			page, err := o.SavePage(ctx, r, 1, tt.typed, true)
			if err != nil || len(page.Dropped) > 0 != tt.dropped {
				t.Fatalf("leaving: %+v, %v", page.Dropped, err)
			}
			asked := take(o.Page(ctx, r, 1))(t).Asked[0]
			got := asked.Question.Typed(asked.Answer, civic.Italian)
			for part, values := range got { // a list offers nothing for a place that is empty
				if strings.Join(values, "") == "" {
					delete(got, part)
				}
			}
			want := tt.typed["q1"]
			if tt.dropped {
				want = nil
			}
			if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
				t.Error(diff)
			}
			if err := o.Send(ctx, r, civic.Italian); civic.CodeOf(err) != civic.Invalid || len(o.stored()) != 0 {
				t.Errorf("sent: %v", err)
			}
		})
	}
}

func numbers(least, most string) surveys.QuestionInput {
	return surveys.QuestionInput{Text: label("Quante volte?"),
		Details: surveys.Details{Least: least, Most: most}}
}

// A ranking whose first place is empty says nothing to a condition on it.
func TestARankingWithoutAFirstPlaceDecidesNothing(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.asked(surveys.Ranking, surveys.QuestionInput{Text: label("Che cosa prima?"),
		Lines: "Strade|Roads\nScuole|Schools"}), t.Context()
	q = take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
	q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 2, surveys.FreeText, surveys.QuestionInput{
		Text: label("Perché?"), Details: surveys.Details{MaxLength: 100}, Join: "all",
		Terms: []string{"answered:q1"}})
	must(t, q, err)
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)
	r := surveys.Respondent{By: stranger, Slug: q.Slug}
	r.Token = take(o.Start(ctx, r))(t)
	for typed, pages := range map[string]int{"q1.2": 2, "q1.1": 3} {
		page := take(o.SavePage(ctx, r, 1, form(typed, "a1"), true))(t)
		if page.Steps != pages {
			t.Errorf("%s filled: %d steps, want %d", typed, page.Steps, pages)
		}
	}
}
