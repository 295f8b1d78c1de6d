package surveys_test

import (
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// TestAFormIsKnownThoughOthersWentOn: a form that is sent again is done, whatever a colleague changed since;
// it is audited once, and nothing of the colleague's is undone. Another form of the same revision is refused,
// and so is the same form by who did something else since.
func TestAFormIsKnownThoughOthersWentOn(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
	colleague := staff("colleague", civic.Communication)
	edits := func(by civic.Actor) int {
		return len(o.audited(audit.Query{Action: surveys.ActionQuestionnaireEdit, Actor: by.Account}))
	}
	before := edits(comms)
	first := take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
	theirs := take(o.SavePageTitle(ctx, colleague, q.ID, first.Revision, 1, label("Sul viaggio")))(t)
	again := take(o.AddPage(ctx, comms, q.ID, q.Revision))(t)
	if first.Overtaken() || theirs.Overtaken() || !again.Overtaken() {
		t.Errorf("others changed it since: %v, %v, %v", first.Overtaken(), theirs.Overtaken(), again.Overtaken())
	}
	if again.Revision != theirs.Revision || len(again.Content.Pages) != len(first.Content.Pages) ||
		again.Content.Pages[0].Title.In(civic.Italian) != "Sul viaggio" {
		t.Errorf("sent again: %+v", again)
	}
	if n := edits(comms) - before; n != 1 || edits(colleague) != 1 {
		t.Errorf("audited %d and %d times", n, edits(colleague))
	}
	_, err := o.DeletePage(ctx, comms, q.ID, q.Revision, 3)
	wantCode(t, "another form of what is no more", err, civic.Conflict)
	_, err = o.AddPage(ctx, colleague, q.ID, q.Revision)
	wantCode(t, "the same form by somebody else", err, civic.Conflict)
	_, err = o.AddPage(ctx, stranger, q.ID, q.Revision)
	wantCode(t, "the same form by a stranger", err, civic.Unauthenticated)
	now := take(o.DeletePage(ctx, comms, q.ID, theirs.Revision, 3))(t)
	_, err = o.AddPage(ctx, comms, q.ID, q.Revision)
	wantCode(t, "the same form, after something else", err, civic.Conflict)

	in := settings("Bozza", surveys.Anonymous)
	in.Slug, in.Shown = now.Slug, now.Shown()
	was := edits(comms)
	if same := take(o.SaveSettings(ctx, comms, q.ID, now.Revision, in))(t); same.Revision != now.Revision ||
		edits(comms) != was {
		t.Errorf("what changes nothing made revision %d of %d, audited %d times", same.Revision, now.Revision,
			edits(comms)-was)
	}
}

// TestPublicationSentAgain: the same form publishes once, also when the questionnaire changed since, and is
// told what it was told at first.
func TestPublicationSentAgain(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx, when := o.draft("Bozza", surveys.Anonymous), t.Context(), surveys.Publication{Schedule: week(o)}
	first := take(o.Publish(ctx, comms, q.ID, q.Revision, when))(t)
	edited := take(o.AddPage(ctx, staff("colleague", civic.Communication), q.ID, first.Revision))(t)
	again := take(o.Publish(ctx, comms, q.ID, q.Revision, when))(t)
	if again.Version() != 1 || !again.Edited || again.Revision != edited.Revision {
		t.Errorf("sent again: %+v", again)
	}
	if !first.IsFirstOf(q.Revision) || !again.IsFirstOf(q.Revision) || again.IsFirstOf(edited.Revision) {
		t.Error("it is not told that this was the first publication")
	}
	if n := len(o.audited(audit.Query{Action: surveys.ActionQuestionnairePublish})); n != 1 {
		t.Errorf("audited %d times", n)
	}
}

// TestOtherTimesAreAnotherForm: who sends other times from a page that was published or rescheduled meanwhile
// is not told that they are saved.
func TestOtherTimesAreAnotherForm(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for name, c := range map[string]struct {
		opens, closes time.Duration // the second form's, beside the first's
	}{
		"other closing": {0, 42 * 24 * time.Hour},
		"other opening": {time.Hour, 0},
		"a minute more": {0, time.Minute},
	} {
		o := open(t)
		first, again := week(o), week(o)
		again.OpensAt, again.ClosesAt = again.OpensAt.Add(c.opens), again.ClosesAt.Add(c.closes)
		wantConflict := func(act string, stored surveys.Questionnaire, err error) {
			t.Helper()
			if civic.CodeOf(err) != civic.Conflict {
				t.Errorf("%s, %s: %v", name, act, err)
			}
			q := take(o.Get(ctx, comms, stored.ID))(t)
			if !q.OpensAt.Equal(stored.OpensAt) || !q.ClosesAt.Equal(stored.ClosesAt) {
				t.Errorf("%s, %s: open from %s to %s", name, act, q.OpensAt, q.ClosesAt)
			}
		}
		q := o.draft("Bozza", surveys.Anonymous)
		published := take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: first}))(t)
		_, err := o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: again})
		wantConflict("published", published, err)

		first.ClosesAt, again.ClosesAt = first.ClosesAt.AddDate(0, 0, 1), again.ClosesAt.AddDate(0, 0, 1)
		moved := take(o.Reschedule(ctx, comms, q.ID, published.Revision, first))(t)
		_, err = o.Reschedule(ctx, comms, q.ID, published.Revision, again)
		wantConflict("rescheduled", moved, err)
		if _, err := o.Reschedule(ctx, comms, q.ID, published.Revision, first); err != nil {
			t.Errorf("%s: sent again: %v", name, err)
		}
	}
}

// TestOtherNumbersAreAnotherForm: numbers that are no characters differ in the digest of a form.
func TestOtherNumbersAreAnotherForm(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza", surveys.Anonymous), t.Context()
	in := surveys.QuestionInput{Text: civic.Text{civic.Italian: "Come divideresti i fondi?"},
		Lines: "Parchi\nStrade", Join: logic.All}
	codes := map[string]bool{}
	for _, in.Total = range []int{0xD800, 0xD801, 0xD801} {
		_, code, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Sum, in)
		if err != nil {
			t.Fatal(err)
		}
		codes[code] = true
	}
	if len(codes) != 2 {
		t.Errorf("two forms, one of them sent twice, made %d questions", len(codes))
	}
}
