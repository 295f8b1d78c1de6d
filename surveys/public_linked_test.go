package surveys_test

import (
	"testing"
	"time"

	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// What few answered does not follow from how many a conditional question was shown to: 12 chose one way, 6
// and 2 the others, which are hidden. Whoever subtracts those that did not see a question about all but the
// third, or that saw one about the second, has the two. A question about the first tells nothing and stays.
func TestWhatFewAnsweredDoesNotFollowFromConditions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		term   string
		linked bool
		shown  int
	}{
		"all but the third": {"!is:q1:a3", true, 18},
		"the second":        {"is:q1:a2", true, 6},
		"the first":         {"is:q1:a1", false, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			ctx := t.Context()
			q := take(o.Create(ctx, comms, "form-key-of-conditions", settings("Prova", surveys.Anonymous)))(t)
			q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Single, surveys.QuestionInput{
				Text: label("Come ci va?"), Lines: "A piedi|On foot\nIn bici|By bike\nIn elicottero|By helicopter",
				Required: true, Join: logic.All})
			must(t, q, err)
			q = take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
			q, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 2, surveys.Single, surveys.QuestionInput{
				Text: label("È contento?"), Lines: "Sì|Yes\nNo|No", Required: true, Join: logic.All,
				Terms: []string{tt.term}})
			must(t, q, err)
			q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)
			for choice, n := range map[string]int{"a1": 12, "a2": 6, "a3": 2} {
				for range n {
					forms := []surveys.Typed{form("q1", choice)}
					if sees := map[string]bool{"!is:q1:a3": choice != "a3", "is:q1:a2": choice == "a2",
						"is:q1:a1": choice == "a1"}[tt.term]; sees {
						forms = append(forms, form("q2", "a1"))
					}
					o.answer(stranger, q.Slug, forms...)
				}
			}
			o.clock.Set(q.GraceEnds().Add(time.Minute))
			_, staff, err := o.Results(ctx, comms, q.ID)
			must(t, staff, err)
			if m := staff.Questions[1]; m.Answered != tt.shown || m.NotShown != 20-tt.shown {
				t.Fatalf("staff read %+v", m)
			}
			q = take(o.PublishResults(ctx, comms, q.ID))(t)
			_, public, err := o.PublicResults(ctx, q.Slug)
			must(t, public, err)
			first, second := public.Questions[0], public.Questions[1]
			if first.Options[0].N != 12 || !first.Options[1].Hidden || !first.Options[2].Hidden {
				t.Errorf("the first question: %+v", first.Options)
			}
			if second.Linked != tt.linked || tt.linked && (second.Asked+second.NotShown+second.NotGiven+
				second.Answered+len(second.Options) > 0) || !tt.linked && second.Answered != tt.shown {
				t.Errorf("the conditional question: %+v", second)
			}
		})
	}
}
