package surveys_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/surveys"
)

// TestErasureOnAnotherInstance: what one instance erases of a day that is long over, another that counted it
// a moment before counts no more, and loses nobody else.
func TestErasureOnAnotherInstance(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Known), t.Context()
	for _, by := range []civic.Actor{anna, bruno, citizen("carla")} {
		o.answer(by, q.Slug, form("q1", "a1"))
	}
	o.clock.Set(o.clock.Now().Add(72 * time.Hour))
	other, err := surveys.New(ctx, surveys.Options{DB: o.db, Audit: o.audit, Index: o.index,
		Recorder: o.timeline, Now: o.clock.Now, Log: slog.New(slog.DiscardHandler)})
	must(t, other, err)
	count := func(want int) {
		t.Helper()
		if _, r, err := other.Results(ctx, comms, q.ID); err != nil || r.Responses != want {
			t.Errorf("the other instance counts %d, %v; want %d", r.Responses, err, want)
		}
	}
	count(3)
	count(3) // it is known by now
	about := civic.Subject{Contact: anna.Contact}
	erased := civic.PersonalErasure{At: o.clock.Now()}
	if err := o.ErasePersonal(ctx, civic.System("test"), about, erased); err != nil {
		t.Fatal(err)
	}
	count(2)
	count(2)
}

// TestErasureOfARespondent: the answers of one person go, and are counted no more, even when another answers
// on the same day; what others answered stays, and results that were published stay as they were published.
func TestErasureOfARespondent(t *testing.T) {
	t.Parallel()
	o := open(t)
	q, ctx := o.published(surveys.Known), t.Context()
	for _, by := range []civic.Actor{anna, bruno, citizen("carla"), citizen("dario"), citizen("elsa"),
		citizen("franco")} {
		o.answer(by, q.Slug, form("q1", "a1"), form("q5", "Sono "+string(by.Contact)))
	}
	about, erased := civic.Subject{Contact: anna.Contact}, civic.PersonalErasure{At: o.clock.Now()}
	if _, err := o.FindPersonal(ctx, comms, about); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("found by who may not: %v", err)
	}
	wantCode(t, "erased by who may not", o.ErasePersonal(ctx, comms, about, erased), civic.Forbidden)
	wantCode(t, "erased by the person", o.ErasePersonal(ctx, anna, about, erased), civic.Forbidden)
	o.clock.Set(q.GraceEnds())
	q = take(o.PublishResults(ctx, comms, q.ID))(t)
	_, before, err := o.PublicResults(ctx, q.Slug)
	must(t, before, err)
	if _, r, err := o.Results(ctx, comms, q.ID); err != nil || r.Responses != 6 {
		t.Fatalf("before: %d, %v", r.Responses, err)
	}
	officer := civic.System("test")
	found, err := o.FindPersonal(ctx, officer, about)
	want := []civic.PersonalHolding{
		{Kind: "answers", Count: 1, Fate: civic.FateErased}, {Kind: "answers_begun", Fate: civic.FateErased},
		{Kind: "answers_published", Count: 1, Fate: civic.FateAnonymised},
		{Kind: "answers_anonymous", Fate: civic.FateUnknowable, Reason: "privacy.reason.anonymous"},
	}
	if diff := cmp.Diff(want, must(t, found, err)); diff != "" {
		t.Errorf("what is kept (-want +got): %s", diff)
	}
	for range 2 { // done twice, it is done once
		if err := o.ErasePersonal(ctx, officer, about, erased); err != nil {
			t.Fatal(err)
		}
		if _, r, err := o.Results(ctx, comms, q.ID); err != nil || r.Responses != 5 {
			t.Errorf("afterwards: %d, %v", r.Responses, err)
		}
	}
	_, after, err := o.PublicResults(ctx, q.Slug)
	if diff := cmp.Diff(before, must(t, after, err)); diff != "" {
		t.Errorf("published results (-before +after): %s", diff)
	}
	// neither do they when they are published again: the difference would be what the person answered
	take(o.PublishResults(ctx, comms, q.ID))(t)
	take(o.WithdrawResults(ctx, comms, q.ID))(t)
	take(o.PublishResults(ctx, comms, q.ID))(t)
	_, again, err := o.PublicResults(ctx, q.Slug)
	if diff := cmp.Diff(before, must(t, again, err)); diff != "" {
		t.Errorf("results published again (-before +after): %s", diff)
	}
	if own, err := o.OwnAnswers(ctx, bruno); err != nil || len(own) != 1 {
		t.Errorf("another's answers: %d, %v", len(own), err)
	}
	if own, err := o.OwnAnswers(ctx, anna); err != nil || len(own) != 0 {
		t.Errorf("the person's answers: %d, %v", len(own), err)
	}
}
