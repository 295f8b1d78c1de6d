package surveys_test

import (
	"cmp"
	"strconv"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

func week(o *office) surveys.Schedule {
	now := o.clock.Now()
	return surveys.Schedule{OpensAt: now, ClosesAt: now.Add(7 * 24 * time.Hour), Grace: 30}
}

func TestPublishNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	q := take(
		o.Create(ctx, comms, "form-1", surveys.Settings{Title: civic.Text{civic.Italian: "Solo italiano"},
			English:       true,
			Participation: surveys.Anonymous, Collection: surveys.OptIn}),
	)(
		t,
	)
	_, err := o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
	if diff := gocmp.Diff([]string{"title surveys.error.title_language", "pages surveys.error.no_questions"},
		fields(err)); diff != "" {
		t.Error(diff)
	}
	q = take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
	q, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Single,
		surveys.QuestionInput{Text: label("Una sola scelta"), Lines: "Sì|Yes", Join: logic.All})
	must(t, q, err)
	in := scaleInput("Scala")
	in.Join = logic.All
	q, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Scale, in)
	must(t, q, err)
	in.Options[3].Label = in.Options[3].Label.With(civic.English, "")
	q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q2", in))(t)
	_, err = o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
	want := []string{"title surveys.error.title_language", "q1 surveys.error.options_few",
		"q2 surveys.error.question_language_en", "pages.2 surveys.error.page_empty"}
	if diff := gocmp.Diff(want, fields(err)); diff != "" {
		t.Error(diff)
	}
	if e, _ := err.(*civic.Error); e == nil || e.Fields[2].Message.Args["Texts"] != "«Molto»" {
		t.Errorf("the text that lacks its English is not named: %v", err)
	}
}

func TestScheduleRules(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx, now := o.draft("Bozza", surveys.Anonymous), t.Context(), o.clock.Now()
	for name, c := range map[string]struct {
		when surveys.Schedule
		want []string
	}{
		"no opening": {surveys.Schedule{ClosesAt: now.Add(time.Hour)},
			[]string{"opens surveys.error.time"}},
		"no closing": {surveys.Schedule{OpensAt: now}, []string{"closes surveys.error.time"}},
		"closes at once": {surveys.Schedule{OpensAt: now.Add(time.Hour), ClosesAt: now.Add(time.Hour)},
			[]string{"closes surveys.error.closes_before_opens"}},
		"closed before": {surveys.Schedule{OpensAt: now.Add(-2 * time.Hour), ClosesAt: now},
			[]string{"closes surveys.error.closes_past"}},
		"opened before": {surveys.Schedule{OpensAt: now.AddDate(0, 0, -1), ClosesAt: now.Add(time.Hour)},
			[]string{"opens surveys.error.opens_past"}},
		"year 2999": {surveys.Schedule{OpensAt: now.AddDate(973, 0, 0),
			ClosesAt: now.AddDate(973, 0, 1)}, []string{"opens error.date.far", "closes error.date.far"}},
		"long grace": {surveys.Schedule{OpensAt: now, ClosesAt: now.Add(time.Hour), Grace: 1441},
			[]string{"grace surveys.error.grace"}},
	} {
		_, err := o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: c.when})
		if diff := gocmp.Diff(c.want, fields(err)); diff != "" {
			t.Error(name, diff)
		}
	}
	if _, err := o.Survey(ctx, q.Slug); civic.CodeOf(err) != civic.NotFound {
		t.Error("published all the same:", err)
	}
}

// What is edited after publication becomes version 2; who had begun version 1 finishes it; results put the
// same questions together, say which are changed, and keep "not asked" apart.
func TestVersions(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	begun := o.fill(stranger, q.Slug, busRider...)
	question, _ := q.Content.Question("q2")
	in := question.Input()
	in.Options, in.Lines = in.Options[1:], "Treni|Trains"
	q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q2", in))(t)
	q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 2, surveys.NPS,
		surveys.QuestionInput{Text: label("Nuova domanda"), Join: logic.All})
	must(t, q, err)
	if !q.Edited || q.Version() != 1 {
		t.Errorf("edited %v, version %d", q.Edited, q.Version())
	}
	o.answer(stranger, q.Slug, form("q1", "a1", "q2", "a1"), form()) // still version 1
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)
	if q.Edited || q.Version() != 2 {
		t.Errorf("edited %v, version %d", q.Edited, q.Version())
	}
	o.answer(stranger, q.Slug, form("q1", "a2", "q2", "a4"), form("q7", "10"))
	if err := o.Send(ctx, begun, "it"); err != nil {
		t.Fatal("finishing version 1:", err)
	}
	versions := map[int]int{}
	for _, r := range o.stored() {
		versions[r.Version]++
	}
	if diff := gocmp.Diff(map[int]int{1: 2, 2: 1}, versions); diff != "" {
		t.Error(diff)
	}
	_, results, err := o.Results(ctx, comms, q.ID)
	byCode := map[string]surveys.QuestionResult{}
	for _, m := range must(t, results, err).Questions {
		byCode[m.Question.Code] = m
	}
	if m := byCode["q1"]; m.Changed || m.Asked != 3 || m.Options[0].N != 2 || m.Options[1].N != 1 {
		t.Errorf("q1: %+v", m)
	}
	if m := byCode["q7"]; m.Asked != 1 || m.Answered != 1 || m.NotShown != 0 || m.NotGiven != 0 ||
		len(m.Versions) != 1 {
		t.Errorf("q7: %+v", m)
	}
	m := byCode["q2"]
	counts := map[string]int{}
	for _, option := range m.Options {
		counts[option.Code] = option.N
		if option.Removed != (option.Code == "a1") {
			t.Errorf("option %+v", option)
		}
	}
	if diff := gocmp.Diff(map[string]int{"a1": 2, "a2": 0, "a3": 1, "a4": 1}, counts); diff != "" ||
		!m.Changed {
		t.Error(m.Changed, diff)
	}
}

func TestWhatNeverChangesAfterPublication(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	in := settings("Come ci si muove in città?", surveys.Known)
	in.Slug = "altro-indirizzo"
	_, err := o.SaveSettings(ctx, comms, q.ID, q.Revision, in)
	want := []string{"slug surveys.error.slug_fixed", "participation surveys.error.participation_fixed"}
	if diff := gocmp.Diff(want, fields(err)); diff != "" {
		t.Error(diff)
	}
	o.clock.Set(q.OpensAt.Add(time.Hour))
	later := week(o)
	later.OpensAt = later.OpensAt.Add(48 * time.Hour)
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: later}))(t)
	if q.Phase(o.clock.Now()) != surveys.Open || q.Version() != 1 || !q.ClosesAt.Equal(later.ClosesAt) {
		t.Errorf("an open survey was shut by a later opening: %+v", q)
	}
}

// Those who publish at once make one version, and nobody ever answers a version that differs from what was
// agreed to.
func TestPublishInParallel(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Insieme", surveys.Anonymous), t.Context()
	var wg sync.WaitGroup
	results := make([]civic.Code, atOnce(10))
	for i := range results {
		wg.Go(func() {
			by := staff(civic.ID("comms-"+strconv.Itoa(i)), civic.Communication)
			_, err := o.Publish(ctx, by, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
			results[i] = civic.CodeOf(err)
		})
	}
	wg.Wait()
	won := 0
	for _, code := range results {
		switch code {
		case "":
			won++
		case civic.Conflict:
		default:
			t.Error(code)
		}
	}
	if after := take(o.Get(ctx, comms, q.ID))(t); won != 1 || after.Version() != 1 {
		t.Errorf("%d won, version %d", won, after.Version())
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	begun, late := o.fill(stranger, q.Slug, busRider...), o.fill(stranger, q.Slug, busRider...)
	o.clock.Pass(time.Hour)
	q = take(o.Close(ctx, comms, q.ID))(t)
	if q.Phase(o.clock.Now()) != surveys.InGrace || !q.ClosesAt.Equal(o.clock.Now()) {
		t.Errorf("%s, closed at %s", q.Phase(o.clock.Now()), q.ClosesAt)
	}
	if err := o.Send(ctx, begun, "it"); err != nil {
		t.Error("begun before closing:", err)
	}
	o.clock.Set(q.GraceEnds())
	wantCode(t, "a draft that would have lived longer", o.Send(ctx, late, "it"), civic.Gone)
	if again := take(o.Close(ctx, comms, q.ID))(t); !again.ClosesAt.Equal(q.ClosesAt) {
		t.Error("closing again moved the closing time")
	}
	_, err := o.AddPage(ctx, comms, q.ID, q.Revision)
	wantCode(t, "editing what is closed", err, civic.Conflict)
	_, err = o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
	wantCode(t, "publishing what is closed", err, civic.Conflict)
	coming := o.draft("In arrivo", surveys.Anonymous)
	when := week(o)
	when.OpensAt = when.OpensAt.Add(time.Hour)
	coming = take(o.Publish(ctx, comms, coming.ID, coming.Revision, surveys.Publication{Schedule: when}))(t)
	_, err = o.Start(ctx, surveys.Respondent{By: stranger, Slug: coming.Slug})
	wantCode(t, "starting before it opens", err, civic.Conflict)
	coming = take(o.Close(ctx, comms, coming.ID))(t)
	o.clock.Set(coming.OpensAt.Add(time.Minute))
	_, err = o.Start(ctx, surveys.Respondent{By: stranger, Slug: coming.Slug})
	wantCode(t, "starting what was closed before it opened", err, civic.Gone)
	_, err = o.Close(ctx, comms, o.draft("Bozza", surveys.Anonymous).ID)
	wantCode(t, "closing a draft", err, civic.Conflict)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	find := func(words string, scopes ...search.Scope) []string {
		t.Helper()
		if err := o.index.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		r, err := o.index.Search(ctx, search.Query{Text: words, Scopes: scopes, Size: 10})
		var found []string
		for _, h := range must(t, r, err).Hits {
			found = append(found, cmp.Or(h.Path, h.ID)) // the room that shows what has no permalink knows where
		}
		return found
	}
	q := o.draft("Trasporti a Borgoforte", surveys.Anonymous)
	if got := find("borgoforte", search.Public); len(got) > 0 {
		t.Errorf("everybody finds a draft: %v", got)
	}
	if diff := gocmp.Diff([]string{"survey/" + string(q.ID)},
		find("borgoforte", surveys.ScopeDrafts)); diff != "" {
		t.Error(diff)
	}
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)
	o.answer(stranger, q.Slug, form("q1", "a1"), form("q5", "Segretissimo"))
	if diff := gocmp.Diff([]string{"/sondaggi/trasporti-a-borgoforte"},
		find("autobus", search.Public)); diff != "" {
		t.Error(diff)
	}
	if got := find("segretissimo", search.Public, surveys.ScopeDrafts); len(got) > 0 {
		t.Errorf("an answer can be found: %v", got)
	}
	in := settings("Titolo in lavorazione", surveys.Anonymous)
	in.Slug = q.Slug
	q = take(o.SaveSettings(ctx, comms, q.ID, q.Revision, in))(t)
	if got := find("lavorazione", search.Public); len(got) > 0 {
		t.Errorf("everybody finds an edit that is not published: %v", got)
	}
	since := o.clock.Now()
	var docs []string
	for doc, err := range o.SearchDocs(ctx, since) {
		docs = append(docs, must(t, doc, err).ID)
	}
	if diff := gocmp.Diff([]string{"survey/" + string(q.ID)}, docs); diff != "" {
		t.Error(diff)
	}
	for doc, err := range o.SearchDocs(ctx, since.Add(time.Millisecond)) {
		t.Errorf("unchanged since: %v %v", doc.ID, err)
	}
}

// Options that look the same, and texts that show nothing, are not published.
func TestOptionsMustBeToldApart(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]string{
		"Sì|Yes\nSì|Yes please":          "surveys.error.options_equal",
		"Sì|Yes\n sÌ |No":                "surveys.error.options_equal",
		"Sì|Yes\nS\u200Bì|No":            "surveys.error.options_equal",
		"Sì|Yes\nS\u00ADI\u0300|No":      "surveys.error.options_equal",
		"Forse sì|Yes\nForse\u00A0sì|No": "surveys.error.options_equal",
		"Sì|Yes\nNo|YES":                 "surveys.error.options_equal",
		"Sì|Yes\nAltro|Something else":   "surveys.error.options_equal", // beside the option "other"
		"Sì|Yes\n\u2800|No":              "surveys.error.question_language_it",
		"Sì|Yes\n\u3164\U000E0041|No":    "surveys.error.question_language_it",
		"Sì|Yes\nSi|No":                  "",
		"Sì|Yes\nSì, ma non ora|Not now": "",
		"1|1\n10|10":                     "",
		"👍🏻|Thumb\n👍🏿|Dark thumb":        "",
	} {
		o := open(t)
		q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
		q, code, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Single,
			surveys.QuestionInput{Text: label("Quale?"), Lines: lines, Details: surveys.Details{Other: true},
				Join: logic.All})
		must(t, q, err)
		_, err = o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
		var expected []string
		if want != "" {
			expected = []string{code + " " + want}
		}
		if diff := gocmp.Diff(expected, fields(err)); diff != "" {
			t.Errorf("%q: %s", lines, diff)
		}
	}
}
