package surveys_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx, in := t.Context(), settings("Perché l'Ufficio non è più in città?", surveys.Anonymous)
	q := take(o.Create(ctx, comms, "form-1", in))(t)
	if q.Slug != "perche-l-ufficio-non-e-piu-in-citta" || q.State != surveys.Draft ||
		q.Participation != surveys.Anonymous {
		t.Errorf("%+v", q)
	}
	if again := take(o.Create(ctx, comms, "form-1", in))(t); again.ID != q.ID {
		t.Error("a form sent twice made two questionnaires")
	}
	_, err := o.Create(ctx, mobility, "form-1", in)
	wantCode(t, "another author's form key", err, civic.Conflict)
	if second := take(o.Create(ctx, comms, "form-2", in))(t); second.Slug != q.Slug+"-2" {
		t.Errorf("address %s", second.Slug)
	}
	in.Slug = q.Slug
	_, err = o.Create(ctx, comms, "form-3", in)
	if diff := cmp.Diff([]string{"slug surveys.error.slug_taken"}, fields(err)); diff != "" {
		t.Error(diff)
	}
	_, err = o.Create(ctx, comms, "form-4", surveys.Settings{Slug: "Maiuscola", Participation: "both",
		Collection: "some"})
	want := []string{"title.it surveys.error.title", "slug surveys.error.slug",
		"participation surveys.error.participation", "collection surveys.error.collection"}
	if diff := cmp.Diff(want, fields(err)); diff != "" {
		t.Error(diff)
	}
}

func TestSameFormInParallel(t *testing.T) {
	t.Parallel()
	o := open(t)
	var wg sync.WaitGroup
	ids := make([]civic.ID, atOnce(20))
	for i := range ids {
		wg.Go(func() {
			q, err := o.Create(t.Context(), comms, "form-1", settings("Una volta", surveys.Known))
			if err != nil {
				t.Error(err)
			}
			ids[i] = q.ID
		})
	}
	wg.Wait()
	list, err := o.List(t.Context(), comms, civic.PageRequest{})
	if got := must(t, list, err).Items; len(got) != 1 || ids[0] != ids[len(ids)-1] {
		t.Errorf("%d questionnaires", len(got))
	}
}

func TestParseSlug(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"abc", "a-b-c", "anno-2026", strings.Repeat("a", 80)} {
		if _, err := surveys.ParseSlug(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"", "ab", "-abc", "abc-", "a--b", "ABC", "città", "a b c", "a/b", "..", "a.b",
		strings.Repeat("a", 81)} {
		if _, err := surveys.ParseSlug(s); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%q is an address", s)
		}
	}
}

// Every act of staff is refused to strangers, to citizens, to members without the permission and to heads of
// other offices.
func TestOnlyTheOfficeInCharge(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	q := o.published(surveys.Known)
	in := settings("Come ci si muove in città?", surveys.Known)
	in.Slug, in.Office = q.Slug, "office-mobility"
	q = take(o.SaveSettings(ctx, comms, q.ID, q.Revision, in))(t)
	say := func(key string) string { return key }
	acts := map[string]func(by civic.Actor) error{
		"settings": func(by civic.Actor) error {
			_,
				err := o.SaveSettings(ctx, by, q.ID, q.Revision, in)
			return err
		},
		"page": func(by civic.Actor) error { _, err := o.AddPage(ctx, by, q.ID, q.Revision); return err },
		"publish": func(by civic.Actor) error {
			_, err := o.Publish(ctx, by, q.ID, 0, surveys.Publication{Schedule: surveys.Schedule{}})
			return err
		},
		"close":   func(by civic.Actor) error { _, err := o.Close(ctx, by, q.ID); return err },
		"results": func(by civic.Actor) error { _, _, err := o.Results(ctx, by, q.ID); return err },
		"texts": func(by civic.Actor) error {
			_, _,
				err := o.Texts(ctx, by, q.ID, "q5", civic.PageRequest{})
			return err
		},
		"long table": func(by civic.Actor) error {
			_, _, err := o.LongResponseExport(ctx, by, q.ID, "it", say)
			return err
		},
		"responses": func(by civic.Actor) error {
			_,
				err := o.ExportResponses(ctx, by, q.ID, "it", say)
			return err
		},
		"table": func(by civic.Actor) error {
			_,
				err := o.ExportResults(ctx, by, q.ID, "it", say)
			return err
		},
		"public":   func(by civic.Actor) error { _, err := o.PublishResults(ctx, by, q.ID); return err },
		"withdraw": func(by civic.Actor) error { _, err := o.WithdrawResults(ctx, by, q.ID); return err },
		"load": func(by civic.Actor) error {
			_,
				err := o.LoadResponses(ctx, by, q.ID, none)
			return err
		},
		"create in the office": func(by civic.Actor) error {
			in := settings("Di un altro ufficio", surveys.Known)
			in.Office = "office-mobility"
			_, err := o.Create(ctx, by, "form-x", in)
			return err
		},
	}
	for name, act := range acts {
		wantCode(t, name+" by a stranger", act(stranger), civic.Unauthenticated)
		wantCode(t, name+" by a citizen", act(anna), civic.Forbidden)
		wantCode(t, name+" by a member", act(member), civic.Forbidden)
		wantCode(t, name+" by another office", act(social), civic.Forbidden)
	}
	for _, by := range []civic.Actor{stranger, anna} {
		_, err := o.Get(ctx, by, q.ID)
		_, err2 := o.List(ctx, by, civic.PageRequest{})
		if err == nil || err2 == nil {
			t.Error("somebody read the desk's list")
		}
	}
	in.Title = in.Title.With(civic.Italian, "Muoversi in città")
	if _, err := o.SaveSettings(ctx, mobility, q.ID, q.Revision, in); err != nil {
		t.Error("the office in charge:", err)
	}
	in.Office = "office-social"
	_, err := o.SaveSettings(ctx, mobility, q.ID, q.Revision+1, in)
	wantCode(t, "giving it to another office", err, civic.Forbidden)
}

func TestConditionsAreCheckedAtSave(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
	in := func(terms ...string) surveys.QuestionInput {
		return surveys.QuestionInput{Text: label("Nuova"), Details: surveys.Details{MaxLength: 10},
			Join: logic.All, Terms: terms}
	}
	for name, c := range map[string]struct {
		page  int
		terms []string
		want  []string
	}{
		"unknown":   {2, []string{"is:q99:a1"}, []string{"q7 surveys.error.logic.unknown"}},
		"itself":    {2, []string{"answered:q7"}, []string{"q7 surveys.error.logic.cyclic"}},
		"forward":   {1, []string{"answered:q5"}, []string{"q7 surveys.error.logic.forward"}},
		"same page": {1, []string{"is:q1:a1"}, []string{"q7 surveys.error.logic.same_page"}},
		"option":    {2, []string{"is:q1:zzz"}, []string{"q7 surveys.error.logic.no_option"}},
		"no scale":  {2, []string{"min:q1:2"}, []string{"q7 surveys.error.logic.no_number"}},
		"no term":   {2, []string{"$where"}, []string{"terms surveys.error.term"}},
	} {
		_, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, c.page, surveys.FreeText, in(c.terms...))
		if diff := cmp.Diff(c.want, fields(err)); diff != "" {
			t.Error(name, diff)
		}
	}
	_, err := o.DeleteQuestion(ctx, comms, q.ID, q.Revision, "q3")
	wantCode(t, "deleting what a condition looks at", err, civic.Invalid)
	option := take(o.Get(ctx, comms, q.ID))(t)
	without, _ := option.Content.Question("q1")
	input := without.Input()
	input.Options = input.Options[1:]
	_, err = o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q1", input)
	if diff := cmp.Diff([]string{"q5 surveys.error.logic.no_option"}, fields(err)); diff != "" {
		t.Error("taking away an option that a condition looks at", diff)
	}
	_, err = o.MoveQuestion(ctx, comms, q.ID, q.Revision, "q5", true)
	if diff := cmp.Diff([]string{"q5 surveys.error.logic.same_page"}, fields(err)); diff != "" {
		t.Error("moving a question to the page it looks at", diff)
	}
	if after := take(o.Get(ctx, comms, q.ID))(t); after.Revision != q.Revision {
		t.Error("a refused change was stored")
	}
}

func TestMoveAndDelete(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
	order := func() string {
		var b strings.Builder
		for _, p := range q.Content.Pages {
			for _, question := range p.Questions {
				b.WriteString(question.Code + " ")
			}
			b.WriteString("| ")
		}
		return strings.TrimSpace(b.String())
	}
	for _, c := range []struct {
		code string
		up   bool
		want string
	}{
		{"q2", true, "q2 q1 q3 q4 | q5 q6 |"},
		{"q2", true, "q2 q1 q3 q4 | q5 q6 |"},
		{"q6", true, "q2 q1 q3 q4 | q6 q5 |"},
		{"q2", false, "q1 q2 q3 q4 | q6 q5 |"},
		{"q5", false, "q1 q2 q3 q4 | q6 q5 |"},
	} {
		q = take(o.MoveQuestion(ctx, comms, q.ID, q.Revision, c.code, c.up))(t)
		if got := order(); got != c.want {
			t.Errorf("%s up %v: %s, want %s", c.code, c.up, got, c.want)
		}
	}
	q = take(o.DeleteQuestion(ctx, comms, q.ID, q.Revision, "q2"))(t)
	q, code, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 2, surveys.NPS,
		surveys.QuestionInput{Text: label("Ancora"), Join: logic.All})
	if must(t, q, err); code != "q7" || order() != "q1 q3 q4 | q6 q5 q7 |" {
		t.Errorf("%s in %s: a code must never be used again", code, order())
	}
	q = take(o.MoveQuestion(ctx, comms, q.ID, q.Revision, "q6", false))(t)
	q = take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
	_, err = o.DeletePage(ctx, comms, q.ID, q.Revision, 2)
	wantCode(t, "deleting a page with questions", err, civic.Invalid)
	q = take(o.DeletePage(ctx, comms, q.ID, q.Revision, 3))(t)
	q = take(o.SavePageTitle(ctx, comms, q.ID, q.Revision, 2, label("Gli autobus")))(t)
	if q.Content.Pages[1].Title[civic.English] != "Gli autobus (en)" {
		t.Error(q.Content.Pages[1].Title)
	}
	_, err = o.MoveQuestion(ctx, comms, q.ID, q.Revision, "q99", true)
	wantCode(t, "moving what is not there", err, civic.NotFound)
}

func TestOptionsKeepTheirCodes(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
	question, _ := q.Content.Question("q2")
	in := question.Input()
	in.Options[2].Label = label("Posti auto")
	blank := in
	blank.Options = slices.Clone(in.Options)
	blank.Options[0].Label = civic.Text{}
	_, err := o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q2", blank)
	if diff := cmp.Diff([]string{"option.a1.it surveys.error.option_missing"}, fields(err)); diff != "" {
		t.Error("an option whose text was deleted is dropped unsaid", diff)
	}
	in.Options = in.Options[1:]
	in.Options[0], in.Options[1] = in.Options[1], in.Options[0]
	in.Options = append(in.Options, surveys.Option{Code: "a77", Label: label("Intruso")}, in.Options[0])
	in.Lines = "\n Treni | Trains \n\nTram"
	q = take(o.SaveQuestion(ctx, comms, q.ID, q.Revision, "q2", in))(t)
	question, _ = q.Content.Question("q2")
	want := []surveys.Option{{Code: "a3", Label: label("Posti auto")},
		{Code: "a2", Label: civic.Text{civic.Italian: "Piste ciclabili", civic.English: "Cycle lanes"}},
		{Code: "a4", Label: civic.Text{civic.Italian: "Treni", civic.English: "Trains"}}, {Code: "a5",
			Label: civic.Text{civic.Italian: "Tram"}}}
	if diff := cmp.Diff(want, question.Options); diff != "" {
		t.Error(diff)
	}
}

func TestEditingNeedsTheLatestRevision(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
	take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
	_, err := o.AddPage(ctx, mobility, q.ID, q.Revision)
	wantCode(t, "editing what somebody changed", err, civic.Conflict)
}

func TestQuestionRules(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
	for name, c := range map[string]struct {
		kind surveys.Kind
		in   surveys.QuestionInput
		want []string
	}{
		"no text": {surveys.FreeText, surveys.QuestionInput{Details: surveys.Details{MaxLength: 1}},
			[]string{"text.it surveys.error.text_missing"}},
		"length": {surveys.FreeText,
			surveys.QuestionInput{Text: label("x"), Details: surveys.Details{MaxLength: 4001}},
			[]string{"maxlength surveys.error.maxlength"}},
		"min": {surveys.Multiple, surveys.QuestionInput{Text: label("x"), Lines: "a\nb",
			Details: surveys.Details{Min: 3}}, []string{"min surveys.error.min"}},
		"max": {surveys.Multiple, surveys.QuestionInput{Text: label("x"), Lines: "a\nb",
			Details: surveys.Details{Min: 2, Max: 1}}, []string{"max surveys.error.max"}},
		"long option": {surveys.Single,
			surveys.QuestionInput{Text: label("x"), Lines: strings.Repeat("è", 301)},
			[]string{"option.a1.it error.text.long"}},
		"many": {surveys.Single,
			surveys.QuestionInput{Text: label("x"), Lines: strings.Repeat("a\n", 61)},
			[]string{"option.lines surveys.error.options_many"}},
	} {
		c.in.Join = logic.All
		_, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, c.kind, c.in)
		if diff := cmp.Diff(c.want, fields(err)); diff != "" {
			t.Error(name, diff)
		}
	}
	_, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, "hologram",
		surveys.QuestionInput{Text: label("x"), Join: logic.All})
	wantCode(t, "an unknown kind", err, civic.Invalid)
	_, _, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 9, surveys.NPS,
		surveys.QuestionInput{Text: label("x"), Join: logic.All})
	wantCode(t, "an unknown page", err, civic.NotFound)
}

func TestDuplicate(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Known), t.Context()
	o.answer(anna, q.Slug, busRider...)
	d := take(o.Duplicate(ctx, comms, "form-d", q.ID))(t)
	if again := take(o.Duplicate(ctx, comms, "form-d", q.ID))(t); again.ID != d.ID {
		t.Error("duplicated twice")
	}
	if d.ID == q.ID || d.State != surveys.Draft || d.Version() != 0 || d.Slug == q.Slug ||
		!d.OpensAt.Equal(time.Time{}) {
		t.Errorf("%+v", d)
	}
	if got := d.Content.Title[civic.Italian]; got != "Come ci si muove in città? (2)" {
		t.Errorf("the duplicate is called %q", got)
	}
	copied := d.Content
	copied.Title = q.Content.Title
	if diff := cmp.Diff(q.Content, copied); diff != "" {
		t.Error(diff)
	}
	_, results, err := o.Results(ctx, comms, d.ID)
	if must(t, results, err).Responses != 0 {
		t.Error("the duplicate has responses")
	}
}
