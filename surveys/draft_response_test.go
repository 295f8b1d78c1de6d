package surveys_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/surveys"
)

// stored returns the responses as they lie in the store.
func (o *office) stored() []surveys.Response {
	o.t.Helper()
	c := take(docstore.Collect[surveys.Response](o.t.Context(), o.db, surveys.ResponseSpec()))(o.t)
	var all []surveys.Response
	for r, err := range c.All(o.t.Context(), docstore.Query{}) {
		all = append(all, must(o.t, r, err))
	}
	return all
}

func fields(err error) []string {
	var e *civic.Error
	if !errors.As(err, &e) {
		return nil
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field+" "+f.Message.Key)
	}
	return names
}

var busRider = []surveys.Typed{
	form("q1", "a1", "q2", "a3", "q2", "a1", "q3", "2", "q4", "9"),
	form("q5", "Pochi posti.\r\nE in ritardo.", "q6", "a2"),
}

func TestAnonymousResponseHoldsNoPerson(t *testing.T) {
	t.Parallel()
	o := open(t)
	q := o.published(surveys.Anonymous)
	o.answer(anna, q.Slug, busRider...)
	want := []surveys.Response{{Meta: docstore.Meta{Revision: 1}, Questionnaire: q.ID, Version: 1,
		Day: "2026-11-23", Language: "it",
		Answers: surveys.Answers{{Question: "q1", Codes: []string{"a1"}},
			{Question: "q2", Codes: []string{"a1", "a3"}}, {Question: "q3", Codes: []string{"2"}},
			{Question: "q4", Codes: []string{"9"}}, {Question: "q5", Text: "Pochi posti.\nE in ritardo."},
			{Question: "q6", Codes: []string{"a2"}}},
		Texts: []string{"q5"}}}
	got := o.stored()
	if len(got) != 1 || len(got[0].ID) < 40 {
		t.Fatalf("%v", got)
	}
	got[0].ID = ""
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if entries := o.timeline.Of(anna.Contact); len(entries) > 0 {
		t.Errorf("an anonymous response reached the timeline: %v", entries)
	}
	if found := o.audited(audit.Query{Actor: anna.Account}); len(found) > 0 {
		t.Errorf("an anonymous response reached the audit: %v", found)
	}
}

func TestKnownResponseReachesTimeline(t *testing.T) {
	t.Parallel()
	o := open(t)
	q := o.published(surveys.Known)
	o.answer(anna, q.Slug, busRider...)
	id := civic.Key(q.ID, anna.Contact)
	fact := func(key, value string) civic.Answer { return civic.Answer{Source: q.ID, Key: key, Value: value} }
	want := []civic.Activity{{ID: civic.Key("response", id), Contact: anna.Contact, Kind: "response", Ref: id,
		At:    o.clock.Now(),
		Title: "Come ci si muove in città?", Channel: "web",
		Answers: []civic.Answer{fact("q1", "a1"), fact("q2", "a1"), fact("q2", "a3"), fact("q3", "2"),
			fact("q4", "9"), fact("q6", "a2")}}}
	if diff := cmp.Diff(want, o.timeline.Of(anna.Contact)); diff != "" {
		t.Error(diff)
	}
	if entries := o.timeline.Of(bruno.Contact); len(entries) > 0 {
		t.Errorf("bruno has %v", entries)
	}
	if r := o.stored()[0]; r.Pending || r.Contact != anna.Contact || !r.At.Equal(o.clock.Now()) {
		t.Errorf("stored: %+v", r)
	}
}

// A timeline that fails loses nothing: the response is stored and is recorded by the next run of the job.
func TestPendingResponseIsRecordedLater(t *testing.T) {
	t.Parallel()
	o := open(t)
	q := o.published(surveys.Known)
	o.timeline.Fail(errors.New("no space"))
	o.answer(anna, q.Slug, busRider...)
	if n, err := o.RecordPending(t.Context()); n != 0 || err == nil {
		t.Errorf("recorded %d, %v", n, err)
	}
	o.timeline.Fail(nil)
	if n, err := o.RecordPending(t.Context()); n != 1 || err != nil {
		t.Errorf("recorded %d, %v", n, err)
	}
	if n, err := o.RecordPending(t.Context()); n != 0 || err != nil {
		t.Errorf("recorded again %d, %v", n, err)
	}
	if got := len(o.timeline.Of(anna.Contact)); got != 1 {
		t.Errorf("%d entries", got)
	}
}

func TestWhoMayAnswer(t *testing.T) {
	t.Parallel()
	o := open(t)
	known, ctx := o.published(surveys.Known), t.Context()
	for name, c := range map[string]struct {
		by   civic.Actor
		want civic.Code
	}{"stranger": {stranger, civic.Unauthenticated}, "staff": {comms, civic.Forbidden},
		"staff of another office": {social, civic.Forbidden}, "citizen": {anna, ""}} {
		_, err := o.Start(ctx, surveys.Respondent{By: c.by, Slug: known.Slug})
		wantCode(t, name, err, c.want)
	}
	// Another citizen with the same browser does not see the draft.
	r := o.fill(anna, known.Slug, busRider[0])
	r.By = bruno
	_, err := o.Page(ctx, r, 1)
	wantCode(t, "bruno with anna's browser", err, civic.NotFound)
	r.By = stranger
	_, err = o.Page(ctx, r, 1)
	wantCode(t, "nobody with anna's browser", err, civic.Unauthenticated)
	_, err = o.Page(ctx, surveys.Respondent{By: anna, Slug: known.Slug, Token: "guess"}, 1)
	wantCode(t, "a guessed token", err, civic.NotFound)
	_, err = o.Page(ctx, surveys.Respondent{By: anna, Slug: "non-esiste", Token: r.Token}, 1)
	wantCode(t, "another survey", err, civic.NotFound)
	draft := o.draft("Non ancora", surveys.Anonymous)
	_, err = o.Start(ctx, surveys.Respondent{By: comms, Slug: draft.Slug})
	wantCode(t, "a draft", err, civic.NotFound)
	if _, err := o.Survey(ctx, draft.Slug); civic.CodeOf(err) != civic.NotFound {
		t.Error("citizens see a draft:", err)
	}
}

func TestPagesAndProblems(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	r := o.fill(stranger, q.Slug)
	for name, c := range map[string]struct {
		form surveys.Typed
		want []string
	}{
		"nothing":        {form(), []string{"q1 surveys.error.required"}},
		"unknown option": {form("q1", "a9"), []string{"q1 surveys.error.option"}},
		"operator":       {form("q1[$ne]", "a1"), []string{"q1 surveys.error.required"}},
		"two of one":     {form("q1", "a1", "q1", "a2"), []string{"q1 surveys.error.one_only"}},
		"other, no text": {form("q1", "other"), []string{"q1 surveys.error.other_text"}},
		"too many": {form("q1", "a1", "q2", "a1", "q2", "a2", "q2", "a3"),
			[]string{"q2 surveys.error.at_most"}},
		"off the scale": {form("q1", "a1", "q3", "6"), []string{"q3 surveys.error.option"}},
		"above ten":     {form("q1", "a1", "q4", "11"), []string{"q4 surveys.error.option"}},
		"several at once": {form("q3", "0", "q4", "x"),
			[]string{"q1 surveys.error.required", "q3 surveys.error.option", "q4 surveys.error.option"}},
		"broken text": {form("q1", "other", "q1.other", "\xff"), []string{"q1 error.text.encoding"}},
		"long other": {form("q1", "other", "q1.other", strings.Repeat("è", 201)),
			[]string{"q1 error.text.long"}},
		"question of page": {form("q5", "x"), []string{"q1 surveys.error.required"}},
	} {
		place, err := o.SavePage(ctx, r, 1, c.form, false)
		if diff := cmp.Diff(c.want, fields(err)); diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		if len(place.Asked) != 4 {
			t.Errorf("%s: the page came back with %d questions", name, len(place.Asked))
		}
	}
	place, err := o.SavePage(ctx, r, 1, form("q3", "4", "q2", "a1", "q2", "a2", "q2", "a3"), false)
	if err == nil || place.Asked[2].Answer.Codes[0] != "4" || len(place.Asked[1].Answer.Codes) != 3 {
		t.Errorf("the page did not come back filled: %+v", place.Asked)
	}
	stored := take(o.Page(ctx, r, 1))(t)
	if !stored.Asked[2].Answer.Empty() {
		t.Errorf("what was refused was stored: %+v", stored.Asked)
	}
	// The summary and later pages lead back to what is missing.
	if p := take(o.Page(ctx, r, 2))(t); p.Number != 1 {
		t.Errorf("page 2 shows page %d", p.Number)
	}
	if sum := take(o.Summary(ctx, r))(t); sum.Incomplete != 1 {
		t.Errorf("incomplete page: %d", sum.Incomplete)
	}
	wantCode(t, "sending what is incomplete", o.Send(ctx, r, "it"), civic.Invalid)
	for _, number := range []int{-1, 3, 1 << 40} {
		_, err := o.SavePage(ctx, r, number, form(), false)
		wantCode(t, fmt.Sprint("page ", number), err, civic.NotFound)
	}
	if _, err := o.Page(ctx, r, -5); civic.CodeOf(err) != civic.NotFound {
		t.Error(err)
	}
}

func TestLeavingKeepsWhatIsPossible(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	r := o.fill(stranger, q.Slug)
	if _, err := o.SavePage(ctx, r, 1, form("q3", "4", "q4", "99"), true); err != nil {
		t.Fatal(err)
	}
	p := take(o.Page(ctx, r, 1))(t)
	if p.Asked[2].Answer.Codes[0] != "4" || !p.Asked[3].Answer.Empty() {
		t.Errorf("%+v", p.Asked)
	}
	again, err := o.Start(ctx, r)
	if err != nil || again != r.Token {
		t.Errorf("starting again gave %q, %v", again, err)
	}
	if got := take(o.Standing(ctx, r))(t); got != surveys.Begun {
		t.Errorf("standing %q", got)
	}
}

// What was answered before an earlier answer was changed is kept while filling in, and neither stored nor
// counted at the end.
// TestADraftThatWasSentIsNotGoneOnWith: who answered, and goes on with a draft that is left, is told that it
// was sent, instead of filling in what would be thrown away; the draft goes.
func TestADraftThatWasSentIsNotGoneOnWith(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Known), t.Context()
	first, second := o.fill(anna, q.Slug, busRider...), o.fill(anna, q.Slug, busRider...)
	if err := o.Send(ctx, first, civic.Italian); err != nil {
		t.Fatal(err)
	}
	if _, err := o.SavePage(ctx, second, 1, busRider[0], true); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("going on with what was sent: %v", err)
	}
	o.clock.Set(rome(t, "2027-11-23T09:00"))
	if n := take(o.ExpireDrafts(ctx))(t); n != 0 {
		t.Errorf("%d drafts stay", n)
	}
}

func TestHiddenAnswersAreDropped(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	r := o.fill(stranger, q.Slug, busRider...)
	p := take(o.SavePage(ctx, r, 1, form("q1", "other", "q1.other", "A piedi", "q3", "5"), false))(t)
	if p.Next != 0 || p.Steps != 2 {
		t.Errorf("with nothing on page 2: next %d, steps %d", p.Next, p.Steps)
	}
	if sum := take(o.Summary(ctx, r))(t); len(sum.Pages) != 1 || sum.Incomplete != 0 {
		t.Errorf("summary of %d pages", len(sum.Pages))
	}
	if err := o.Send(ctx, r, "en"); err != nil {
		t.Fatal(err)
	}
	want := surveys.Answers{{Question: "q1", Codes: []string{"other"}, Text: "A piedi"},
		{Question: "q3", Codes: []string{"5"}}}
	got := o.stored()[0]
	if diff := cmp.Diff(want, got.Answers); diff != "" || got.Language != "en" {
		t.Error(got.Language, diff)
	}
	_, results, err := o.Results(ctx, comms, q.ID)
	for _, m := range must(t, results, err).Questions {
		if m.Question.Code == "q5" && (m.NotShown != 1 || m.Answered != 0) {
			t.Errorf("%+v", m)
		}
	}
}

func TestOtherText(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	r := o.fill(stranger, q.Slug)
	for name, c := range map[string]struct {
		form surveys.Typed
		want surveys.Answer
	}{
		"typed without choosing": {form("q1.other", " In  barca "),
			surveys.Answer{Question: "q1", Codes: []string{"other"}, Text: "In barca"}},
		"chosen and typed": {form("q1", "other", "q1.other", "In barca"),
			surveys.Answer{Question: "q1", Codes: []string{"other"}, Text: "In barca"}},
		"typed, then chose an option": {form("q1", "a2", "q1.other", "In barca"),
			surveys.Answer{Question: "q1", Codes: []string{"a2"}}},
		"empty value of no preference": {form("q1", "", "q1.other", "In barca"),
			surveys.Answer{Question: "q1", Codes: []string{"other"}, Text: "In barca"}},
	} {
		p, err := o.SavePage(ctx, r, 1, c.form, false)
		if diff := cmp.Diff(c.want, must(t, p, err).Asked[0].Answer); diff != "" {
			t.Error(name, diff)
		}
	}
}

func TestSameDraftTwiceGivesOneResponse(t *testing.T) {
	t.Parallel()
	for _, p := range surveys.Participations() {
		o := open(t)
		q, ctx := o.published(p), t.Context()
		r := o.fill(anna, q.Slug, busRider...)
		var wg sync.WaitGroup
		errs := make([]error, atOnce(20))
		for i := range errs {
			wg.Go(func() { errs[i] = o.Send(ctx, r, "it") })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Errorf("%s: %v", p, err)
		}
		if n := len(o.stored()); n != 1 {
			t.Errorf("%s: %d responses", p, n)
		}
		if got := take(o.Standing(ctx, r))(t); got != surveys.Submitted {
			t.Errorf("%s: standing %q", p, got)
		}
		_, err := o.SavePage(ctx, r, 1, busRider[0], false)
		wantCode(t, "saving after sending", err, civic.Conflict)
		_, err = o.Start(ctx, r)
		wantCode(t, "starting after sending", err, civic.Conflict)
		_, err = o.Start(ctx, surveys.Respondent{By: anna, Slug: q.Slug, Token: surveys.SubmittedToken})
		wantCode(t, "starting in a browser that has sent", err, civic.Conflict)
	}
}

// A citizen who fills in two drafts at once, in two browsers, has one response: the first that is sent.
func TestOneResponsePerCitizen(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Known), t.Context()
	one, two := o.fill(anna, q.Slug, busRider...), o.fill(anna, q.Slug, form("q1", "a2"))
	if one.Token == two.Token {
		t.Fatal("two browsers share a draft")
	}
	if err := o.Send(ctx, one, "it"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "the second draft", o.Send(ctx, two, "it"), civic.Conflict)
	wantCode(t, "the second draft again", o.Send(ctx, two, "it"), civic.Conflict)
	if got := o.stored(); len(got) != 1 || got[0].Answers.To("q1").Codes[0] != "a1" {
		t.Errorf("%+v", got)
	}
	o.answer(bruno, q.Slug, form("q1", "a2"))
	if n := len(o.stored()); n != 2 {
		t.Errorf("%d responses", n)
	}
}

func TestParallelSubmissionsLoseNone(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	n := atOnce(300)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			r := surveys.Respondent{By: stranger, Slug: q.Slug}
			r.Token, errs[i] = o.Start(ctx, r)
			for page, f := range []surveys.Typed{form("q1", "a1"), form("q5", fmt.Sprint("Risposta ", i))} {
				if errs[i] == nil {
					_, errs[i] = o.SavePage(ctx, r, page+1, f, false)
				}
			}
			if errs[i] == nil {
				errs[i] = o.Send(ctx, r, "it")
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, r := range o.stored() {
		seen[r.Answers.To("q5").Text]++
	}
	for i := range n {
		if seen[fmt.Sprint("Risposta ", i)] != 1 {
			t.Errorf("response %d is stored %d times", i, seen[fmt.Sprint("Risposta ", i)])
		}
	}
	_, results, err := o.Results(ctx, comms, q.ID)
	if must(t, results, err).Responses != n {
		t.Errorf("%d counted", results.Responses)
	}
}

func TestClosing(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	before, late := o.fill(stranger, q.Slug, busRider[0]), o.fill(stranger, q.Slug, busRider...)
	o.clock.Set(q.ClosesAt)
	_, err := o.Start(ctx, surveys.Respondent{By: stranger, Slug: q.Slug})
	wantCode(t, "starting at the closing minute", err, civic.Gone)
	if _, err := o.SavePage(ctx, before, 2, busRider[1], false); err != nil {
		t.Error("a page that was open at closing:", err)
	}
	o.clock.Set(q.GraceEnds().Add(-time.Millisecond))
	if err := o.Send(ctx, before, "it"); err != nil {
		t.Error("in the grace period:", err)
	}
	o.clock.Set(q.GraceEnds())
	if err := o.Send(ctx, late, "it"); civic.CodeOf(err) != civic.Gone &&
		civic.CodeOf(err) != civic.NotFound {
		t.Error("after the grace period:", err)
	}
	if n := len(o.stored()); n != 1 {
		t.Errorf("%d responses", n)
	}
	if err := o.Send(ctx, before, "it"); err != nil {
		t.Error("sending again what was sent in time:", err)
	}
}

// Closing needs no job: the service decides by the clock, and the job puts the state right when it runs at
// last.
func TestCloseExpired(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, other, ctx := o.published(surveys.Anonymous), o.draft("Un'altra", surveys.Anonymous), t.Context()
	if n := take(o.CloseExpired(ctx))(t); n != 0 {
		t.Errorf("closed %d", n)
	}
	o.clock.Set(q.GraceEnds().Add(72 * time.Hour))
	list := take(o.Surveys(ctx, civic.PageRequest{}))(t)
	if len(list.Open) != 0 || len(list.Over) != 1 {
		t.Errorf("before the job: %+v", list)
	}
	if n := take(o.CloseExpired(ctx))(t); n != 1 {
		t.Errorf("closed %d", n)
	}
	if n := take(o.CloseExpired(ctx))(t); n != 0 {
		t.Errorf("closed %d again", n)
	}
	got := take(o.Get(ctx, comms, q.ID))(t)
	if got.State != surveys.Closed || !got.ClosesAt.Equal(q.ClosesAt) {
		t.Errorf("%s, closed at %s", got.State, got.ClosesAt)
	}
	if got := take(o.Get(ctx, comms, other.ID))(t); got.State != surveys.Draft {
		t.Error("a draft was closed")
	}
	if list := take(o.Surveys(ctx, civic.PageRequest{}))(t); len(list.Over) != 1 ||
		len(list.Open)+len(list.Coming) != 0 {
		t.Errorf("after the job: %+v", list)
	}
}

func TestDraftsExpire(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	r := o.fill(stranger, q.Slug, busRider[0])
	o.clock.Pass(6 * 24 * time.Hour)
	fresh := o.fill(stranger, q.Slug, busRider[0])
	o.clock.Set(q.GraceEnds())
	if n := take(o.ExpireDrafts(ctx))(t); n != 2 {
		t.Errorf("%d drafts expired", n)
	}
	for _, r := range []surveys.Respondent{r, fresh} {
		_, err := o.Page(ctx, r, 1)
		wantCode(t, "an expired draft", err, civic.NotFound)
	}
}

// The form of a page is foreign input: whatever it says, reading it never fails but with a named field, and
// what is stored is an answer the question allows.
func FuzzSavePage(f *testing.F) {
	f.Add("q1=a1&q2=a1&q2=a3&q3=5&q4=10")
	f.Add("q1=other&q1.other=%FF&q2=&q3=%00&q4=-1")
	f.Add("q1[$ne]=a1&q2[]=a1&q2=a1&q2=a1&q2=a1")
	f.Add("q6=1.234,5&q7=2026-11-23&q6=-0")
	f.Add("q9.1=a2&q9.2=a3&q9.3=a1")
	f.Add("q8.r1=a3&q8.r2=a4&q8.r2=a5&q8.r9=a3&q8=a3")
	f.Add("q10.r1=7&q10.r2=3")
	f.Add("q10.r1=-7&q10.r2=1e3&q10.r1=2,5")
	f.Add("q6=%EF%BC%91&q7=29/2/2027")
	f.Add("q11.street=Via+Roma&q11.lat=44,6&q11.lon=10.92")
	f.Add("q11.lat=NaN&q11.lon=1e9&q11.district=x")
	question := func(kind surveys.Kind, in surveys.QuestionInput) surveys.Question {
		return surveys.ExportQuestion(kind, in)
	}
	questions := []surveys.Question{
		question(surveys.Single, surveys.QuestionInput{Text: label("Uno"), Lines: "a\nb",
			Details: surveys.Details{Other: true}, Join: "all"}),
		question(surveys.Multiple, surveys.QuestionInput{Text: label("Tanti"), Lines: "a\nb\nc",
			Details: surveys.Details{Min: 1, Max: 2, Other: true}, Join: "all"}),
		question(surveys.Scale, scaleInput("Scala")),
		question(surveys.NPS, surveys.QuestionInput{Text: label("NPS"), Join: "all"}),
		question(surveys.FreeText,
			surveys.QuestionInput{Text: label("Testo"), Details: surveys.Details{MaxLength: 50},
				Join: "all"}),
		question(surveys.Number,
			surveys.QuestionInput{Text: label("Numero"), Details: surveys.Details{Least: "-5", Decimals: 2},
				Join: "all"}),
		question(surveys.Date,
			surveys.QuestionInput{Text: label("Data"), Details: surveys.Details{Most: "2030-12-31"},
				Join: "all"}),
		question(surveys.Matrix, surveys.QuestionInput{Text: label("Tabella"), RowLines: "a\nb",
			Lines: "c\nd\ne", Join: "all"}),
		question(surveys.Ranking, surveys.QuestionInput{Text: label("Ordine"), Lines: "a\nb\nc",
			Details: surveys.Details{Max: 2}, Join: "all"}),
		question(surveys.Sum, surveys.QuestionInput{Text: label("Somma"), RowLines: "a\nb",
			Details: surveys.Details{Total: 10}, Join: "all"}),
		question(surveys.Place, surveys.QuestionInput{Text: label("Luogo"),
			Details: surveys.Details{Precision: 3}, Join: "all"}),
	}
	f.Fuzz(func(t *testing.T, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		for i, q := range questions {
			q.Code = fmt.Sprint("q", i+1)
			surveys.CheckParsed(t, q, typed(values)[q.Code])
		}
	})
}
