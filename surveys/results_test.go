package surveys_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/surveys"
)

func none(func(surveys.Loaded) bool) {}

// loaded returns n anonymous responses to draft's questionnaire, spread over the hours since its opening, the
// same for a seed.
func loaded(n int, seed uint64, since time.Time, span time.Duration) iter.Seq[surveys.Loaded] {
	return func(yield func(surveys.Loaded) bool) {
		r := rand.New(rand.NewPCG(seed, 0))
		for i := range n {
			l := surveys.Loaded{Key: fmt.Sprint(seed, "/", i),
				At: since.Add(time.Duration(r.Int64N(int64(span))))}
			way := []string{"a1", "a2"}[r.IntN(2)]
			l.Answers = surveys.Answers{{Question: "q1", Codes: []string{way}}}
			if r.IntN(4) > 0 {
				l.Answers = append(l.Answers,
					surveys.Answer{Question: "q3", Codes: []string{fmt.Sprint(1 + r.IntN(5))}})
			}
			l.Answers = append(l.Answers,
				surveys.Answer{Question: "q4", Codes: []string{fmt.Sprint(r.IntN(11))}})
			if way == "a1" && r.IntN(3) == 0 {
				l.Answers = append(l.Answers, surveys.Answer{Question: "q5", Text: fmt.Sprint("Testo ", i)})
			}
			if !yield(l) {
				return
			}
		}
	}
}

// NPS of 240 promoters, 160 passives and 100 detractors is 28; the mean of a scale and the shares are worked
// out by hand.
func TestFigures(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	n, err := o.LoadResponses(ctx, comms, q.ID, func(yield func(surveys.Loaded) bool) {
		for i := range 500 {
			score := "9"
			if i >= 240 {
				score = "8"
			}
			if i >= 400 {
				score = "6"
			}
			a := surveys.Answers{{Question: "q1", Codes: []string{"a1"}},
				{Question: "q4", Codes: []string{score}}}
			if i < 3 {
				a = append(a, surveys.Answer{Question: "q3", Codes: []string{[]string{"1", "4", "4"}[i]}},
					surveys.Answer{Question: "q2", Codes: []string{"a1", "a2"}[:1+i%2]})
			}
			if !yield(surveys.Loaded{Key: fmt.Sprint(i), At: o.clock.Now(), Answers: a}) {
				return
			}
		}
	})
	if must(t, n, err) != 500 {
		t.Fatal(n)
	}
	_, r, err := o.Results(ctx, comms, q.ID)
	must(t, r, err)
	nps := r.Questions[3]
	if got := fmt.Sprintf("%.4f %.4f %.4f %.3f", nps.Promoters.Score, nps.Promoters.Promoters,
		nps.Promoters.Detractors, nps.Mean); got != "28.0000 0.4800 0.2000 8.080" {
		t.Errorf("NPS, promoters, detractors, mean: %s", got)
	}
	scale := r.Questions[2]
	if scale.Mean != 3 || scale.Answered != 3 || scale.NotGiven != 497 || scale.NotShown != 0 ||
		scale.Options[3].Percent != 66.7 || scale.Options[0].Percent != 33.3 {
		t.Errorf("%+v", scale)
	}
	// Of a multiple choice the shares are of those who answered, so they add up to more than 100.
	if m := r.Questions[1]; m.Answered != 3 || m.Options[0].N != 3 || m.Options[0].Percent != 100 ||
		m.Options[1].N != 1 || m.Options[1].Percent != 33.3 {
		t.Errorf("%+v", m)
	}
	// The text is shown to bus riders, the last question only after a low score.
	if m := r.Questions[4]; m.NotShown != 0 || m.NotGiven != 500 {
		t.Errorf("%+v", m)
	}
	if m := r.Questions[5]; m.NotShown != 499 || m.NotGiven != 1 || m.Answered != 0 ||
		m.Options[0].Percent != 0 {
		t.Errorf("%+v", m)
	}
}

// However responses come (in several versions, days, loads, during counting), counts equal a plain count over
// all of them.
func TestCountsAreExactWhileResponsesArrive(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	opened := o.clock.Now()
	o.clock.Pass(5 * 24 * time.Hour)
	check := func(want int) surveys.Results {
		t.Helper()
		_, r, err := o.Results(ctx, comms, q.ID)
		must(t, r, err)
		direct := map[string]int{}
		for _, response := range o.stored() {
			for _, a := range response.Answers {
				for _, code := range a.Codes {
					direct[a.Question+" "+code]++
				}
			}
		}
		counted := map[string]int{}
		for _, m := range r.Questions {
			for _, option := range m.Options {
				if option.N > 0 {
					counted[m.Question.Code+" "+option.Code] = option.N
				}
			}
			if m.NotShown+m.NotGiven+m.Answered != m.Asked {
				t.Errorf("%s: %+v", m.Question.Code, m)
			}
		}
		if diff := cmp.Diff(direct, counted); diff != "" || r.Responses != want {
			t.Errorf("%d responses, want %d: %s", r.Responses, want, diff)
		}
		return r
	}
	check(0)
	total := 0
	for seed := range uint64(4) {
		n, err := o.LoadResponses(ctx, comms, q.ID, loaded(300, seed, opened, 5*24*time.Hour))
		total += must(t, n, err)
		o.clock.Pass(2 * time.Hour) // settled days are trusted for an hour
		r := check(total)
		if len(r.Days) < 5 {
			t.Errorf("curve of %d days", len(r.Days))
		}
	}
	done := make(chan error, 1)
	go func() {
		_, err := o.LoadResponses(ctx, comms, q.ID, loaded(300, 9, o.clock.Now().Add(-time.Hour), time.Hour))
		done <- err
	}()
	for range 5 {
		if _, _, err := o.Results(ctx, comms, q.ID); err != nil {
			t.Error(err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	check(total + 300)
}

// What is known of the days that are over is not asked for again day by day, nor written, however long a
// survey has been open; and what is loaded for such a day is seen when it is recounted.
func TestALongSurveyIsCountedOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	now, ctx := o.clock.Now(), t.Context()
	o.clock.Set(now.AddDate(0, 0, -600))
	q := o.draft("Come ci si muove in città?", surveys.Anonymous)
	q, err := o.Publish(ctx, comms, q.ID, q.Revision,
		surveys.Publication{Schedule: surveys.Schedule{OpensAt: o.clock.Now(),
			ClosesAt: now.AddDate(0, 1, 0)}})
	must(t, q, err)
	o.clock.Set(now)
	load := func(n int, seed uint64) {
		t.Helper()
		stored, err := o.LoadResponses(ctx, comms, q.ID,
			loaded(n, seed, now.AddDate(0, -3, 0), 60*24*time.Hour))
		must(t, stored, err)
	}
	count := func() (responses int, queries, writes int64) {
		t.Helper()
		before := o.db.Stats()
		_, r, err := o.Results(ctx, comms, q.ID)
		must(t, r, err)
		after := o.db.Stats()
		return r.Responses, after.Queries - before.Queries, after.Writes - before.Writes
	}
	load(200, 1)
	if n, queries, _ := count(); n != 200 || queries > 300 {
		t.Errorf("%d responses in %d queries: every day of six hundred was asked for", n, queries)
	}
	o.clock.Pass(2 * time.Hour)
	if n, queries, writes := count(); n != 200 || queries > 8 || writes != 0 {
		t.Errorf("%d responses in %d queries and %d writes, and nothing was new", n, queries, writes)
	}
	load(100, 2)
	if err := o.Recount(ctx, q.ID); err != nil {
		t.Fatal(err)
	}
	if n, queries, writes := count(); n != 300 || queries > 8 || writes != 0 {
		t.Errorf("after a recount %d responses in %d queries and %d writes", n, queries, writes)
	}
}

func TestLoadIsRepeatable(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Known), t.Context()
	people := func(yield func(surveys.Loaded) bool) {
		for i := range 40 {
			if !yield(surveys.Loaded{Key: fmt.Sprint(i), At: o.clock.Now(),
				Contact: civic.ID(fmt.Sprint("contact-", i)), Language: "en",
				Answers: surveys.Answers{{Question: "q1", Codes: []string{"a2"}},
					{Question: "q5", Text: "nascosta"}}}) {
				return
			}
		}
	}
	for _, want := range []int{40, 0} {
		if n, err := o.LoadResponses(ctx, comms, q.ID, people); must(t, n, err) != want {
			t.Errorf("%d new, want %d", n, want)
		}
	}
	if got := o.timeline.Of("contact-7"); len(got) != 1 || len(got[0].Answers) != 1 {
		t.Errorf("%+v", got)
	}
	all := o.stored()
	if len(all) != 40 || all[0].Pending || all[0].Answers.To("q5").Text != "" {
		t.Errorf("%d, first %+v", len(all), all[0])
	}
	for name, bad := range map[string]surveys.Loaded{
		"no contact": {Key: "x", At: o.clock.Now(),
			Answers: surveys.Answers{{Question: "q1", Codes: []string{"a2"}}}},
		"the future": {Key: "x", At: o.clock.Now().Add(time.Minute), Contact: "c",
			Answers: surveys.Answers{{Question: "q1", Codes: []string{"a2"}}}},
		"before": {Key: "x", At: o.clock.Now().Add(-48 * time.Hour), Contact: "c",
			Answers: surveys.Answers{{Question: "q1", Codes: []string{"a2"}}}},
		"not required": {Key: "x", At: o.clock.Now(), Contact: "c",
			Answers: surveys.Answers{{Question: "q3", Codes: []string{"2"}}}},
		"no option": {Key: "x", At: o.clock.Now(), Contact: "c",
			Answers: surveys.Answers{{Question: "q1", Codes: []string{"a9"}}}},
	} {
		_, err := o.LoadResponses(ctx, comms, q.ID, slices.Values([]surveys.Loaded{bad}))
		wantCode(t, name, err, civic.Invalid)
	}
}

func TestPublicResults(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	for i := range 6 {
		f := form("q1", "a1", "q4", "10")
		if i < 4 {
			f["q3"] = surveys.TypedAnswer{"": {"5"}} // four answers: too few to show
		}
		o.answer(stranger, q.Slug, f, form("q5", "Una frase riservata"))
	}
	_, err := o.PublishResults(ctx, comms, q.ID)
	wantCode(t, "while it is open", err, civic.Conflict)
	o.clock.Set(q.ClosesAt)
	_, err = o.PublishResults(ctx, comms, q.ID)
	wantCode(t, "in the grace period", err, civic.Conflict)
	o.clock.Set(q.GraceEnds())
	_, _, err = o.PublicResults(ctx, q.Slug)
	wantCode(t, "before they are published", err, civic.NotFound)
	q = take(o.PublishResults(ctx, comms, q.ID))(t)
	v, r, err := o.PublicResults(ctx, q.Slug)
	if must(t, r, err); r.Responses != 6 || v.ResultsAt.IsZero() {
		t.Errorf("%+v", r)
	}
	for _, m := range r.Questions {
		few := m.Question.Code == "q2" || m.Question.Code == "q3" || m.Question.Code == "q6"
		if m.Suppressed != few || few && (m.Answered != 0 || m.NotGiven != 0 || m.NotShown != 0 ||
			m.Mean != 0 || m.Options != nil) {
			t.Errorf("%s: %+v", m.Question.Code, m)
		}
	}
	if strings.Contains(fmt.Sprintf("%+v", r), "riservata") {
		t.Error("a free text is public")
	}
	q = take(o.WithdrawResults(ctx, comms, q.ID))(t)
	_, _, err = o.PublicResults(ctx, q.Slug)
	wantCode(t, "after they were withdrawn", err, civic.NotFound)
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, p := range surveys.Participations() {
		o := open(t)
		q, ctx := o.published(p), t.Context()
		o.answer(anna, q.Slug, form("q1", "a1"), form("q5", "Uno"))
		o.answer(bruno, q.Slug, form("q1", "other", "q1.other", "A cavallo"))
		question, page, err := o.Texts(ctx, comms, q.ID, "q5", civic.PageRequest{})
		want := []surveys.TextAnswer{{Day: "2026-11-23", Text: "Uno",
			Asked: label("Che cosa non va negli autobus?")}}
		if diff := cmp.Diff(want, must(t, page, err).Items); diff != "" || question.Code != "q5" {
			t.Error(diff)
		}
		_, page, err = o.Texts(ctx, comms, q.ID, "q1", civic.PageRequest{})
		if got := must(t, page, err).Items; len(got) != 1 || got[0].Text != "A cavallo" {
			t.Errorf("%+v", got)
		}
		_, _, err = o.Texts(ctx, comms, q.ID, "q99", civic.PageRequest{})
		wantCode(t, "an unknown question", err, civic.NotFound)
		audited := o.audited(audit.Query{Action: "surveys.texts.read"})
		if want := map[surveys.Participation]int{surveys.Known: 2}[p]; len(audited) != want {
			t.Errorf("%s: audited %v", p, audited)
		}
	}
}

var say = func(key string) string { return "{" + key + "}" }

func (o *office) export(e surveys.Export, err error) [][]string {
	o.t.Helper()
	var b bytes.Buffer
	if err := must(o.t, e, err).Write(o.t.Context(), &b); err != nil {
		o.t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\uFEFF")))
	r.Comma, r.FieldsPerRecord = ';', -1
	return take(r.ReadAll())(o.t)
}

func TestExportResponses(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Known), t.Context()
	o.answer(anna, q.Slug, form("q1", "other", "q1.other", "=cmd|'/c calc'!A1", "q2", "a2", "q2", "a1", "q3",
		"2"), form("q6", "a1"))
	o.clock.Pass(24 * time.Hour)
	o.answer(bruno, q.Slug, form("q1", "a1", "q4", "0"), form("q5", "+39 059 000"))
	rows := o.export(o.ExportResponses(ctx, comms, q.ID, "it", say))
	want := [][]string{
		{"row", "day", "version", "language", "q1", "q1_label", "q1_other", "q2", "q2_label", "q3",
			"q3_label", "q4", "q4_label", "q5", "q6", "q6_label"},
		{"1", "2026-11-23", "1", "it", "other", "{surveys.other}", "'=cmd|'/c calc'!A1", "a1 a2",
			"Più corse; Piste ciclabili", "2", "Poco", "no_answer", "", "not_shown", "a1", "Sì"},
		{"2", "2026-11-24", "1", "it", "a1", "In autobus", "", "no_answer", "", "no_answer", "", "0", "0",
			"+39 059 000", "no_answer", ""},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(fmt.Sprint(rows), "anna") {
		t.Error("the table names a contact")
	}
	if got := o.audited(audit.Query{Action: "surveys.responses.export"}); len(got) != 1 {
		t.Errorf("audited %v", got)
	}
}

// A download that breaks off is an error, so that the server can break the connection off too.
func TestExportFailsWhenTheReaderGoesAway(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	n, err := o.LoadResponses(ctx, comms, q.ID, loaded(2000, 1, o.clock.Now().Add(-9*time.Hour), 9*time.Hour))
	must(t, n, err)
	e := take(o.ExportResponses(ctx, comms, q.ID, "it", say))(t)
	if err := e.Write(ctx, &limited{left: 5000}); err == nil {
		t.Error("a table that was cut off counts as written")
	}
}

type limited struct{ left int }

func (w *limited) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errors.New("gone")
	}
	return len(b), nil
}

// A survey that people choose to answer never speaks of a margin of error, and says why nothing follows for
// others.
func TestExportResultsOfOptIn(t *testing.T) {
	t.Parallel()
	o := open(t)
	q := o.published(surveys.Anonymous)
	o.answer(stranger, q.Slug, busRider...)
	rows := o.export(o.ExportResults(t.Context(), comms, q.ID, "it", say))
	text := fmt.Sprint(rows)
	for _, want := range []string{"{surveys.method.opt_in}", "{surveys.method.strength.cookie}",
		"q4 Consiglierebbe il servizio? 1 nps {surveys.results.nps}  100,0"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q", want)
		}
	}
	if strings.Contains(text, "margin") || strings.Contains(text, "Pochi posti") {
		t.Error(text)
	}
}

// A negative index is a number in the table, not a text with an apostrophe.
func TestNegativeFiguresAreNumbers(t *testing.T) {
	t.Parallel()
	o := open(t)
	q := o.published(surveys.Anonymous)
	o.answer(stranger, q.Slug, form("q1", "a2", "q4", "2"), form("q6", "a1"))
	for _, row := range o.export(o.ExportResults(t.Context(), comms, q.ID, "it", say)) {
		if len(row) > 6 && row[3] == "nps" && row[6] != "-100,0" {
			t.Errorf("the index reads %q", row[6])
		}
		if len(row) > 6 && row[3] == "nps" {
			return
		}
	}
	t.Error("the table has no index")
}
