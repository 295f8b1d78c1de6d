package surveys_test

import (
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/surveys"
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
