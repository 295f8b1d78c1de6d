package surveys_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// scaleFrom is a scale with words at its ends.
func scaleFrom(from, to int, low, high string) surveys.QuestionInput {
	in := surveys.QuestionInput{Text: label("Quanto?"), Join: logic.All,
		Details: surveys.Details{Min: from, Max: to}}
	in.Options = []surveys.Option{{Code: strconv.Itoa(from), Label: label(low)},
		{Code: strconv.Itoa(to), Label: label(high)}}
	return in
}

// A scale has from 2 to 11 points and begins at 0 or at 1; anything else is refused at its field.
func TestScalesHaveBounds(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	q := take(o.Create(ctx, comms, "form-key-scales", settings("Prova", surveys.Anonymous)))(t)
	for _, tt := range []struct {
		from, to int
		want     string
		asked    surveys.Way
	}{
		{0, 10, "", surveys.ByScore}, {1, 10, "", surveys.ByScore}, {1, 11, "", surveys.ByScore},
		{1, 3, "", surveys.ByScore}, {0, 1, "", surveys.ByScore}, {1, 2, "", surveys.ByScore},
		{0, 0, "to surveys.error.scale_points", ""}, {1, 1, "to surveys.error.scale_points", ""},
		{1, 12, "to surveys.error.scale_points", ""}, {0, 11, "to surveys.error.scale_points", ""},
		{2, 5, "from surveys.error.scale_from", ""}, {-1, 5, "from surveys.error.scale_from", ""},
		{1, -3, "to surveys.error.scale_points", ""},
	} {
		in := surveys.QuestionInput{Text: label("Quanto?"), Join: logic.All,
			Details: surveys.Details{Min: tt.from, Max: tt.to}}
		made, code, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Scale, in)
		if got := strings.Join(fields(err), ", "); got != tt.want {
			t.Errorf("%d to %d: %q, want %q", tt.from, tt.to, got, tt.want)
			continue
		}
		if err != nil {
			continue
		}
		q = made
		scale, _ := q.Content.Question(code)
		if codes := scale.Codes(); len(codes) != tt.to-tt.from+1 || scale.Inputs()[0].By != tt.asked {
			t.Errorf("%d to %d: %v, asked %s", tt.from, tt.to, codes, scale.Inputs()[0].By)
		}
	}
}

// The points keep their words when the scale grows and shrinks; its ends must have them before it is
// published, in both languages, and what stands between may go without.
func TestAScaleGrowsAndShrinks(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	q := take(o.Create(ctx, comms, "form-key-grows", settings("Prova", surveys.Anonymous)))(t)
	in := scaleInput("Quanto?")
	in.Join = logic.All
	q, code, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Scale, in)
	must(t, q, err)
	save := func(change func(*surveys.QuestionInput)) surveys.Question {
		t.Helper()
		asked, _ := q.Content.Question(code)
		edited := asked.Input()
		change(&edited)
		q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, code, edited))(t)
		asked, _ = q.Content.Question(code)
		return asked
	}
	grown := save(func(in *surveys.QuestionInput) { in.Max = 7 })
	if len(grown.Options) != 7 || grown.Label("5", civic.Italian) != "5 – Del tutto" ||
		grown.Label("7", civic.Italian) != "7" {
		t.Errorf("grown: %+v", grown.Options)
	}
	_, err = o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
	if got := strings.Join(fields(err), ", "); got != "q1 surveys.error.empty.point" {
		t.Errorf("an end without words is published: %q", got)
	}
	shrunk := save(func(in *surveys.QuestionInput) {
		in.Max = 3
		in.Options[1].Label = civic.Text{}
	})
	if len(shrunk.Options) != 3 || shrunk.Inputs()[0].By != surveys.ByScore ||
		shrunk.Label("3", civic.English) != "3 – Abbastanza (en)" {
		t.Errorf("shrunk: %+v", shrunk.Options)
	}
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)
	if got := strings.Join(fields(o.send(q, "q1", "4")), ", "); got != "q1 surveys.error.option" {
		t.Errorf("a point that is not there: %q", got)
	}
}

// send answers the only page of a questionnaire and returns why it was refused.
func (o *office) send(q surveys.Questionnaire, pairs ...string) error {
	o.t.Helper()
	r := surveys.Respondent{By: stranger, Slug: q.Slug}
	r.Token = take(o.Start(o.t.Context(), r))(o.t)
	_, err := o.SavePage(o.t.Context(), r, 1, form(pairs...), false)
	return err
}

// A scale that was made before the number of its points could be chosen has five, from 1, and asks, counts
// and is edited as it did.
func TestScalesOfBefore(t *testing.T) {
	t.Parallel()
	old := surveys.Question{Code: "q1", Kind: surveys.Scale, Text: label("Quanto?")}
	old.Options = scaleInput("").Options
	if in := old.Inputs()[0]; in.By != surveys.ByPoint || len(in.Options) != 5 ||
		in.Options[4].Label.In(civic.Italian) != "Del tutto" {
		t.Errorf("it is asked %+v", in)
	}
	if in := old.Input(); in.Min != 1 || in.Max != 5 || len(in.Options) != 5 ||
		!in.Options[0].Label.Equal(label("Per nulla")) {
		t.Errorf("it is edited as %+v", in)
	}
}

// The same words at the end of a longer scale mean something else: whoever publishes it is asked.
func TestALongerScaleIsAnotherQuestion(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.asked(surveys.Scale, scaleFrom(1, 5, "Per nulla", "Del tutto")), t.Context()
	o.answer(stranger, q.Slug, form("q1", "5"))
	q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q1", scaleFrom(1, 7, "Per nulla", "Del tutto")))(t)
	changes := take(o.Rewordings(ctx, comms, q))(t)
	if len(changes) != 1 || !slices.ContainsFunc(changes[0].Changes, func(c surveys.WordChange) bool {
		return c.Code == "to" && c.Before.In(civic.Italian) == "1–5" && c.After.In(civic.Italian) == "1–7"
	}) {
		t.Fatalf("%+v", changes)
	}
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o),
		Same: map[string]bool{"q1": false}}))(t)
	o.answer(stranger, q.Slug, form("q1", "7"))
	o.clock.Pass(time.Minute)
	_, r, err := o.Results(ctx, comms, q.ID)
	must(t, r, err)
	if len(r.Questions) != 2 || r.Questions[0].Mean != 5 || r.Questions[1].Mean != 7 {
		t.Errorf("%+v", r.Questions)
	}
}
