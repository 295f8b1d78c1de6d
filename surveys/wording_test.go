package surveys_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// opinion publishes a questionnaire of one question with the options a1 Favorevole and a2 Contrario and a
// free text.
func (o *office) opinion(p surveys.Participation) surveys.Questionnaire {
	o.t.Helper()
	ctx := o.t.Context()
	q := take(o.Create(ctx, comms, "form-opinion", settings("Piazza pedonale", p)))(o.t)
	q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Single,
		surveys.QuestionInput{Text: label("Si è favorevoli?"),
			Lines: "Favorevole|In favour\nContrario|Against", Join: logic.All})
	must(o.t, q, err)
	q, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.FreeText,
		surveys.QuestionInput{Text: label("Perché?"), Details: surveys.Details{MaxLength: 200},
			Join: logic.All})
	must(o.t, q, err)
	return take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(o.t)
}

// relabel changes the words of a question's options, in order, without publishing.
func (o *office) relabel(q surveys.Questionnaire, code string, labels ...civic.Text) surveys.Questionnaire {
	o.t.Helper()
	question, _ := q.Content.Question(code)
	in := question.Input()
	for i, l := range labels {
		in.Options[i].Label = l
	}
	return take(o.SaveQuestion(o.t.Context(), comms, q.ID, q.Revision, code, in))(o.t)
}

var (
	inFavour = civic.Text{civic.Italian: "Favorevole", civic.English: "In favour"}
	against  = civic.Text{civic.Italian: "Contrario", civic.English: "Against"}
)

// counted returns the results of a question in short: the versions of each wording, and how many chose which
// words.
func (o *office) counted(id civic.ID, code string) []string {
	o.t.Helper()
	_, r, err := o.Results(o.t.Context(), comms, id)
	var lines []string
	for _, m := range must(o.t, r, err).Questions {
		if m.Question.Code != code {
			continue
		}
		line := fmt.Sprint(m.Versions, " asked ", m.Asked, ":")
		for _, row := range surveys.Counted(m.Options, "it", "Altro") {
			line += fmt.Sprint(" ", row.Label, " ", row.N)
		}
		lines = append(lines, line)
	}
	return lines
}

// asBefore makes the store what a program left that knew no wordings: every fact under the question's code.
func (o *office) asBefore(id civic.ID, contact civic.ID) {
	o.t.Helper()
	a := o.timeline.Of(contact)[0]
	a.Answers[0].Key = "q1"
	must(o.t, a, o.timeline.Record(o.t.Context(), a))
	all := take(docstore.Collect[surveys.Questionnaire](o.t.Context(), o.db,
		docstore.Spec{Name: "surveys", Indexes: []docstore.Index{
			{Fields: []string{"slug"}, Unique: true}, {Fields: []string{"updatedAt"}},
			{Fields: []string{"state", "closesAt"}}}}))(o.t)
	take(all.Update(o.t.Context(), id,
		func(q *surveys.Questionnaire) error { q.Worded = 0; return nil }))(o.t)
}

// Three people were in favour. Then the labels were swapped: nobody was ever against.
func TestAnswersKeepTheWordsTheyWereGivenTo(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.opinion(surveys.Known), t.Context()
	for _, who := range []civic.ID{"anna", "bruno", "carla"} {
		o.answer(citizen(who), q.Slug, form("q1", "a1", "q2", "Più spazio"))
	}
	q = o.relabel(q, "q1", against, inFavour)
	_, err := o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)})
	if diff := cmp.Diff([]string{"same.q1 surveys.error.same_missing"}, fields(err)); diff != "" {
		t.Error(diff)
	}
	q = take(o.Publish(ctx, comms, q.ID, q.Revision,
		surveys.Publication{Schedule: week(o), Same: map[string]bool{"q1": false}}))(t)
	want := []string{"[1] asked 3: Favorevole 3 Contrario 0", "[2] asked 0: Contrario 0 Favorevole 0"}
	if diff := cmp.Diff(want, o.counted(q.ID, "q1")); diff != "" {
		t.Error(diff)
	}
	o.answer(citizen("dario"), q.Slug, form("q1", "a1"))
	table := fmt.Sprint(o.export(o.ExportResponses(ctx, comms, q.ID, "it", say)))
	if strings.Count(table, "Favorevole") != 3 || strings.Count(table, "Contrario") != 1 {
		t.Error("rows of version 1 speak with words of version 2:", table)
	}
	rows := fmt.Sprint(o.export(o.ExportResults(ctx, comms, q.ID, "it", say)))
	for _, want := range []string{"q1 Si è favorevoli? 1 a1 Favorevole 3 100,0",
		"q1 Si è favorevoli? 2 a1 Contrario 1 100,0"} {
		if !strings.Contains(rows, want) {
			t.Errorf("the table of results lacks %q: %s", want, rows)
		}
	}
	if a, d := o.timeline.Of("anna")[0].Answers[0], o.timeline.Of("dario")[0].Answers[0]; a.Key != "q1" ||
		d.Key != "q1@2" {
		t.Errorf("segments cannot tell the two wordings apart: %+v, %+v", a, d)
	}
	if n := take(o.RepairAnswers(ctx))(t); n != 0 {
		t.Errorf("%d surveys repaired where nothing was wrong", n)
	}
	o.asBefore(q.ID, "dario")
	if n := take(o.RepairAnswers(ctx))(t); n != 1 || o.timeline.Of("dario")[0].Answers[0].Key != "q1@2" {
		t.Errorf("%d surveys repaired; %+v", n, o.timeline.Of("dario"))
	}
	q = take(o.Get(ctx, comms, q.ID))(t)
	askings := take(o.Askings(ctx, comms, q))(t)
	if len(askings) != 2 || askings[0].Key != "q1" || !askings[0].Options[0].Label.Equal(inFavour) ||
		askings[1].Key != "q1@2" || !askings[1].Options[0].Label.Equal(against) {
		t.Errorf("%+v", askings)
	}
	// The third version has the words of the first again, and is counted with it.
	q = o.relabel(q, "q1", inFavour, against)
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)
	o.answer(citizen("elio"), q.Slug, form("q1", "a2"))
	want = []string{"[1 3] asked 4: Favorevole 3 Contrario 1", "[2] asked 1: Contrario 1 Favorevole 0"}
	if diff := cmp.Diff(want, o.counted(q.ID, "q1")); diff != "" {
		t.Error(diff)
	}
}

// A misprint is corrected: a person says that the words mean the same, takes it back, and says it again; who
// did is known.
func TestAPersonSaysThatWordsMeanTheSame(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.opinion(surveys.Anonymous), t.Context()
	o.answer(stranger, q.Slug, form("q1", "a1"))
	q = o.relabel(q, "q1", civic.Text{civic.Italian: "Favorevoli", civic.English: "In favour"}, against)
	rewordings := take(o.Rewordings(ctx, comms, q))(t)
	if len(rewordings) != 1 || rewordings[0].Earlier != 1 || len(rewordings[0].Changes) != 1 ||
		rewordings[0].Changes[0].Before[civic.Italian] != "Favorevole" {
		t.Fatalf("%+v", rewordings)
	}
	q = take(o.Publish(ctx, comms, q.ID, q.Revision,
		surveys.Publication{Schedule: week(o), Same: map[string]bool{"q1": true}}))(t)
	o.answer(stranger, q.Slug, form("q1", "a1"))
	together := []string{"[1 2] asked 2: Favorevoli 2 Contrario 0"}
	if diff := cmp.Diff(together, o.counted(q.ID, "q1")); diff != "" {
		t.Error(diff)
	}
	if m := q.Meanings; len(m) != 1 || m[0].By != comms.Account || m[0].Name != comms.Name ||
		!m[0].At.Equal(o.clock.Now()) || m[0].Earlier != 1 || m[0].Later != 2 {
		t.Errorf("%+v", m)
	}
	if table := fmt.Sprint(o.export(o.ExportResponses(ctx, comms, q.ID, "it", say))); !strings.Contains(table,
		"Favorevole ") || !strings.Contains(table, "Favorevoli ") {
		t.Error("a row lost its own words:", table)
	}
	_, err := o.SetMeaning(ctx, member, q.ID, "q1", 2, false)
	wantCode(t, "who may not publish", err, civic.Forbidden)
	q = take(o.SetMeaning(ctx, comms, q.ID, "q1", 2, false))(t)
	if got := o.counted(q.ID, "q1"); len(got) != 2 || len(q.Meanings) != 0 {
		t.Errorf("taken back: %v", got)
	}
	q = take(o.SetMeaning(ctx, comms, q.ID, "q1", 2, true))(t)
	if diff := cmp.Diff(together, o.counted(q.ID, "q1")); diff != "" {
		t.Error(diff)
	}
	_, err = o.SetMeaning(ctx, comms, q.ID, "q2", 2, true)
	wantCode(t, "words that never changed", err, civic.NotFound)
	same, apart := o.audited(audit.Query{Action: "surveys.meaning.same"}), o.audited(
		audit.Query{Action: "surveys.meaning.apart"})
	if len(same) != 2 || len(apart) != 1 {
		t.Errorf("audited %v, %v", same, apart)
	}
}

// What does not change the meaning is not asked about: capital letters, spaces, a first translation, options
// added or gone.
func TestRewordingIsOnlyAboutWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*surveys.QuestionInput)
		asks   bool
	}{
		"capital letters": {func(in *surveys.QuestionInput) {
			in.Options[0].Label = in.Options[0].Label.With(civic.Italian, "FAVOREVOLE")
		},
			false},
		"spaces, no-width": {
			func(in *surveys.QuestionInput) {
				in.Options[0].Label = in.Options[0].Label.With(civic.Italian, "Favo\u200Brevole")
			}, false},
		"another option": {func(in *surveys.QuestionInput) { in.Lines = "Non so|I do not know" },
			false},
		"required": {func(in *surveys.QuestionInput) { in.Required = true }, false},
		"a word": {
			func(in *surveys.QuestionInput) {
				in.Options[0].Label = in.Options[0].Label.With(civic.Italian, "Molto favorevole")
			}, true},
		"the translation": {func(in *surveys.QuestionInput) {
			in.Options[0].Label = in.Options[0].Label.With(civic.English, "Against")
		},
			true},
		"the question's words": {func(in *surveys.QuestionInput) {
			in.Text = in.Text.With(civic.Italian, "Si è contrari?")
		}, true},
	} {
		o := open(t)
		q, ctx := o.opinion(surveys.Anonymous), t.Context()
		question, _ := q.Content.Question("q1")
		in := question.Input()
		c.change(&in)
		q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q1", in))(t)
		if got := take(o.Rewordings(ctx, comms, q))(t); (len(got) > 0) != c.asks {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Ends of a score are words too, and a free text is shown with the question it was an answer to.
func TestEndsAndTextsKeepTheirWords(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.opinion(surveys.Anonymous), t.Context()
	o.answer(stranger, q.Slug, form("q2", "Perché sì"))
	question, _ := q.Content.Question("q2")
	in := question.Input()
	in.Text = label("Perché no?")
	q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q2", in))(t)
	q = take(o.Publish(ctx, comms, q.ID, q.Revision,
		surveys.Publication{Schedule: week(o), Same: map[string]bool{"q2": false}}))(t)
	_, texts, err := o.Texts(ctx, comms, q.ID, "q2", civic.PageRequest{})
	if got := must(t, texts, err).Items; len(got) != 1 || got[0].Asked[civic.Italian] != "Perché?" {
		t.Errorf("%+v", got)
	}
	ends := func(low, high string) surveys.Question {
		return surveys.Question{Kind: surveys.NPS,
			Details: surveys.Details{Low: label(low), High: label(high)}}
	}
	low, high := ends("Mai", "Sempre"), ends("Sempre", "Mai")
	if n := surveys.WordChanges(low, high); n != 2 {
		t.Errorf("%d changes where both ends were swapped", n)
	}
}

// Results that were public once stay as they were when questions are counted together later: the numbers
// before and after would tell what few people answered.
func TestRegroupingNeverUncoversFew(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.opinion(surveys.Anonymous), t.Context()
	for range 6 {
		o.answer(stranger, q.Slug, form("q1", "a1"))
	}
	q = o.relabel(q, "q1", civic.Text{civic.Italian: "Favorevoli", civic.English: "In favour"}, against)
	q = take(o.Publish(ctx, comms, q.ID, q.Revision,
		surveys.Publication{Schedule: week(o), Same: map[string]bool{"q1": false}}))(t)
	o.answer(stranger, q.Slug, form("q1", "a2"))
	o.clock.Set(q.GraceEnds())
	take(o.PublishResults(ctx, comms, q.ID))(t)
	_, r, err := o.PublicResults(ctx, q.Slug)
	if got := must(t, r, err).Questions; len(got) < 2 || got[0].Suppressed || !got[1].Suppressed ||
		!got[0].Apart {
		t.Errorf("%+v", got)
	}
	take(o.SetMeaning(ctx, comms, q.ID, "q1", 2, true))(t)
	if _, staff, err := o.Results(ctx, comms, q.ID); err != nil || staff.Questions[0].Answered != 7 {
		t.Errorf("staff see %+v, %v", staff.Questions, err)
	}
	take(o.WithdrawResults(ctx, comms, q.ID))(t)
	take(o.PublishResults(ctx, comms, q.ID))(t)
	_, again, err := o.PublicResults(ctx, q.Slug)
	if diff := cmp.Diff(r, must(t, again, err)); diff != "" {
		t.Errorf("counted again (-first +second): %s", diff)
	}
}
