package surveys_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// The least, the greatest and the middle answer are one person's: staff see them, the public results do not
// hold them, nor classes of few.
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
		o.clock.Set(q.GraceEnds().Add(time.Minute))
		q = take(o.PublishResults(ctx, comms, q.ID))(t)
		_, public, err := o.PublicResults(ctx, q.Slug)
		must(t, public, err)
		m := public.Questions[0]
		if m.Extremes != nil || m.Median != nil || m.Answered != 6 || m.Options != nil || !m.Withheld {
			t.Errorf("%s: the public sees %+v", kind, m)
		}
		for _, fact := range m.Facts() {
			if fact.Name != "average" {
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
		"min:q1:": "surveys.error.threshold", "max:q1:tanto": "surveys.error.number",
		"is:q1:7": "surveys.error.logic.no_option",
	} {
		in := surveys.QuestionInput{Text: label("Perché?"), Join: logic.All, Terms: []string{term},
			Details: surveys.Details{MaxLength: 50}}
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

// twoRows is a table of two rows and two columns: r1 and r2, a3 and a4.
var twoRows = surveys.QuestionInput{RowLines: "Orari|Hours\nPulizia|Cleanliness",
	Lines: "Bene|Well\nMale|Badly", Required: true}

// A required table wants each of its rows, and says which one it lacks; what is no column of it is refused
// there.
func TestEachRowOfATableIsAsked(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.asked(surveys.Matrix, twoRows), t.Context()
	r := surveys.Respondent{By: stranger, Slug: q.Slug}
	r.Token = take(o.Start(ctx, r))(t)
	for name, tt := range map[string]struct {
		typed surveys.Typed
		want  string
	}{
		"nothing":       {form(), "q1.r1 surveys.error.required, q1.r2 surveys.error.required"},
		"one row":       {form("q1.r2", "a3"), "q1.r1 surveys.error.required"},
		"another's":     {form("q1.r1", "a3", "q1.r2", "r1"), "q1.r2 surveys.error.option"},
		"two in a row":  {form("q1.r1", "a3", "q1.r1", "a4", "q1.r2", "a4"), "q1.r1 surveys.error.one_only"},
		"without a row": {form("q1", "a3"), "q1.r1 surveys.error.required, q1.r2 surveys.error.required"},
	} {
		_, err := o.SavePage(ctx, r, 1, tt.typed, false)
		var got []string
		if e, ok := err.(*civic.Error); ok {
			for _, f := range e.Fields {
				got = append(got, f.Field+" "+f.Message.Key)
			}
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	if _, err := o.SavePage(ctx, r, 1, form("q1.r2", "a4"), true); err != nil {
		t.Errorf("leaving: %v", err)
	}
	if place := take(o.Page(ctx, r, 1))(t); len(place.Asked[0].Answer.Parts) != 1 {
		t.Errorf("who left finds %+v", place.Asked[0].Answer)
	}
	if _, err := o.SavePage(ctx, r, 1, form("q1.r1", "a3", "q1.r2", "a4", "q1.r7", "a3"), false); err != nil {
		t.Fatal(err)
	}
	if err := o.Send(ctx, r, civic.Italian); err != nil {
		t.Fatal(err)
	}
	if a := o.stored()[0].Answers.To("q1"); len(a.Parts) != 2 || a.Parts[1].Question != "r2" ||
		a.Parts[1].Codes[0] != "a4" {
		t.Errorf("%+v", a)
	}
}

// The rows of all versions are counted, one that was taken away is called so, and few answers to a row are
// not public.
func TestRowsOverVersions(t *testing.T) {
	t.Parallel()
	o := open(t)
	in := twoRows
	in.Required = false
	q, ctx := o.asked(surveys.Matrix, in), t.Context()
	for i := range 6 {
		f := form("q1.r1", "a3")
		if i == 0 {
			f = form("q1.r1", "a4", "q1.r2", "a4")
		}
		o.answer(stranger, q.Slug, f)
	}
	asked, _ := q.Content.Question("q1")
	edited := asked.Input()
	edited.Rows, edited.RowLines = edited.Rows[:1], "Cortesia|Courtesy"
	q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q1", edited))(t)
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)
	o.answer(stranger, q.Slug, form("q1.r1", "a3", "q1.r5", "a4"))
	_, r, err := o.Results(ctx, comms, q.ID)
	must(t, r, err)
	var got []string
	for _, row := range r.Questions[0].Rows {
		got = append(
			got,
			fmt.Sprint(row.Label[civic.Italian], row.Answered, row.Options[0].N, row.Options[1].N,
				row.Removed),
		)
	}
	if diff := cmp.Diff([]string{"Orari7 6 1 false", "Cortesia1 0 1 false", "Pulizia1 0 1 true"},
		got); diff != "" {
		t.Error(diff)
	}
	o.clock.Set(q.GraceEnds().Add(time.Minute))
	q = take(o.PublishResults(ctx, comms, q.ID))(t)
	_, public, err := o.PublicResults(ctx, q.Slug)
	must(t, public, err)
	for i, row := range public.Questions[0].Rows {
		if few := i > 0; row.Hidden != few || few != (len(row.Options) == 0) || few != (row.Answered == 0) ||
			!few && (!row.Options[0].Hidden || !row.Options[1].Hidden || row.Options[0].N != 0) {
			t.Errorf("the public sees %+v", row)
		}
	}
}
