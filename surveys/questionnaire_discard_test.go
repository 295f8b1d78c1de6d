package surveys_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// Unpublished edits keep nobody from changing the times; they can be thrown away, and codes given meanwhile
// never come back.
func TestTimesChangeAndEditsAreDiscarded(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	published := q.Content
	q, code, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.NPS,
		surveys.QuestionInput{Text: label("Nuova"), Join: logic.All})
	if must(t, q, err); code != "q7" {
		t.Fatal(code)
	}
	later := surveys.Schedule{OpensAt: q.OpensAt, ClosesAt: q.ClosesAt.Add(time.Hour), Grace: 5}
	_, err = o.Reschedule(ctx, member, q.ID, q.Revision, later)
	wantCode(t, "times by who may not publish", err, civic.Forbidden)
	_, err = o.Reschedule(ctx, comms, q.ID, q.Revision,
		surveys.Schedule{OpensAt: q.OpensAt, ClosesAt: o.clock.Now()})
	if diff := cmp.Diff([]string{"closes surveys.error.closes_before_opens"}, fields(err)); diff != "" {
		t.Error(diff)
	}
	q = take(o.Reschedule(ctx, comms, q.ID, q.Revision, later))(t)
	if !q.Edited || q.Version() != 1 || !q.ClosesAt.Equal(later.ClosesAt) || q.Grace != 5 {
		t.Errorf("%+v", q)
	}
	_, err = o.Discard(ctx, comms, q.ID, q.Revision-1)
	wantCode(t, "edits somebody has not seen", err, civic.Conflict)
	q = take(o.Discard(ctx, comms, q.ID, q.Revision))(t)
	published.NextCode = 8
	if diff := cmp.Diff(published, q.Content); diff != "" || q.Edited || !q.ClosesAt.Equal(later.ClosesAt) {
		t.Error(diff, q.Edited)
	}
	q, code, err = o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.NPS,
		surveys.QuestionInput{Text: label("Altra"), Join: logic.All})
	if must(t, q, err); code != "q8" {
		t.Errorf("code %s was given twice", code)
	}
	take(o.Close(ctx, comms, q.ID))(t)
	for _, action := range []audit.Action{surveys.ActionQuestionnaireReschedule,
		surveys.ActionQuestionnaireDiscard} {
		if n := len(o.audited(audit.Query{Action: action})); n != 1 {
			t.Errorf("%s audited %d times", action, n)
		}
	}
}

// Only a draft nobody was ever asked goes away, and with it its entry in the search.
func TestADraftIsDeleted(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.draft("Bozza da togliere", surveys.Anonymous), t.Context()
	if err := o.Delete(ctx, comms, q.ID, q.Revision-1); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a draft somebody changed meanwhile: %v", err)
	}
	if err := o.Delete(ctx, member, q.ID, q.Revision); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("by who may not write: %v", err)
	}
	if err := o.Delete(ctx, comms, q.ID, q.Revision); err != nil {
		t.Fatal(err)
	}
	_, err := o.Get(ctx, comms, q.ID)
	wantCode(t, "what was deleted", err, civic.NotFound)
	live := o.published(surveys.Anonymous)
	if err := o.Delete(ctx, comms, live.ID, live.Revision); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a published one: %v", err)
	}
	if n := len(o.audited(audit.Query{Action: "surveys.questionnaire.delete"})); n != 1 {
		t.Errorf("audited %d times", n)
	}
	for doc, err := range o.SearchDocs(ctx, time.Time{}) {
		if err != nil || doc.ID == "survey/"+string(q.ID) {
			t.Error(doc.ID, err)
		}
	}
}

// TestWhatIsSoAlreadyIsNotAudited: closing what is closed, and publishing or withdrawing results that are so
// already, changes nothing and leaves no second line.
func TestWhatIsSoAlreadyIsNotAudited(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Anonymous), t.Context()
	count := func(action audit.Action) int { return len(o.audited(audit.Query{Action: action})) }
	if _, err := o.WithdrawResults(ctx, comms, q.ID); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		take(o.Close(ctx, comms, q.ID))(t)
	}
	if n := count(surveys.ActionQuestionnaireClose); n != 1 {
		t.Errorf("closed once, audited %d times", n)
	}
	if n := count(surveys.ActionResultsWithdraw); n != 0 {
		t.Errorf("never public, withdrawn %d times", n)
	}
}
