package surveys_test

import (
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// asked publishes an anonymous questionnaire of one question.
func (o *office) asked(kind surveys.Kind, in surveys.QuestionInput) surveys.Questionnaire {
	o.t.Helper()
	ctx := o.t.Context()
	in.Text, in.Join = label("Quanto?"), logic.All
	q := take(o.Create(ctx, comms, "form-key-of-"+string(kind), settings("Prova", surveys.Anonymous)))(o.t)
	q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, kind, in)
	must(o.t, q, err)
	return take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(o.t)
}

// The least and the greatest answer are one person's: staff see them, the public results do not hold them.
func TestExtremesAreNotPublic(t *testing.T) {
	t.Parallel()
	for kind, answers := range map[surveys.Kind][]string{
		surveys.Number: {"3", "20", "20", "20", "20", "97"},
		surveys.Date:   {"2026-01-03", "2026-05-02", "2026-05-02", "2026-05-02", "2026-05-02", "2026-09-07"},
	} {
		o := open(t)
		q, ctx := o.asked(kind, surveys.QuestionInput{}), t.Context()
		for _, answer := range answers {
			o.answer(stranger, q.Slug, form("q1", answer))
		}
		_, r, err := o.Results(ctx, comms, q.ID)
		must(t, r, err)
		if m := r.Questions[0]; m.Extremes == nil || m.Median == nil || len(m.Facts()) < 3 {
			t.Errorf("%s: staff see %+v", kind, m)
		}
		o.clock.set(q.GraceEnds().Add(time.Minute))
		q = take(o.PublishResults(ctx, comms, q.ID))(t)
		_, public, err := o.PublicResults(ctx, q.Slug)
		must(t, public, err)
		m := public.Questions[0]
		if m.Extremes != nil || m.Median == nil || m.Answered != 6 {
			t.Errorf("%s: the public sees %+v", kind, m)
		}
		for _, fact := range m.Facts() {
			if strings.HasPrefix(fact.Name, "least") || strings.HasPrefix(fact.Name, "most") {
				t.Errorf("%s: the public reads %s", kind, fact.Name)
			}
		}
	}
}

// What a condition compares with is read as it is typed, and refused when it is nothing to compare with.
func TestThresholdsAreReadAsTyped(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	q := take(o.Create(ctx, comms, "form-key-thresholds", settings("Prova", surveys.Anonymous)))(t)
	q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Number,
		surveys.QuestionInput{Text: label("Quanto?"), Join: logic.All, Details: surveys.Details{Decimals: 1}})
	must(t, q, err)
	q = take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
	for term, want := range map[string]string{
		"min:q1:2,5": "min:q1:2.5", "!max:q1:1.500": "!max:q1:1500", "min:q1:7": "min:q1:7",
		"min:q1:": "surveys.error.threshold", "max:q1:tanto": "surveys.error.number", "is:q1:7": "surveys.error.logic.no_option",
	} {
		in := surveys.QuestionInput{Text: label("Perché?"), Join: logic.All, Terms: []string{term}, Details: surveys.Details{MaxLength: 50}}
		made, code, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 2, surveys.FreeText, in)
		if e, ok := err.(*civic.Error); ok {
			if got := e.Fields[0].Message.Key; got != want {
				t.Errorf("%s is refused with %s, want %s", term, got, want)
			}
			continue
		}
		q = made
		asked, _ := q.Content.Question(code)
		if got := asked.Input().Terms; len(got) != 1 || got[0] != want {
			t.Errorf("%s became %q, want %q", term, got, want)
		}
	}
}
