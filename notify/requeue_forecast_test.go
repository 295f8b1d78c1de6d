package notify

import (
	"fmt"
	"testing"

	"ascolto/internal/civic"
	"ascolto/notify/transport"
)

// TestARetryCountsAndTakesWhoCanGetIt: the number said before failed deliveries are tried again counts who is
// suspended, withdrew, is gone or shares an address, as sending does; those keep their servers' answers, and
// the campaign its failures. It said 9 once, sent none, and called the campaign a success.
func TestARetryCountsAndTakesWhoCanGetIt(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(8)
	hold := func(i int) {
		if err := o.refusedAddress(t.Context(), &Delivery{Class: ClassService},
			fmt.Sprintf("persona%d@posta.example", i),
			transport.Outcome{Code: 550, Cause: transport.CauseMailbox}); err != nil {
			t.Fatal(err)
		}
	}
	hold(0)
	o.people.consent["c00001"] = false
	delete(o.people.known, "c00002")
	moved := o.people.known["c00003"] // to the address of another one
	moved.Address = "PERSONA4@posta.example"
	o.people.known["c00003"] = moved
	broken := o.people.known["c00005"]
	broken.Address = "non un indirizzo"
	o.people.known["c00005"] = broken
	said, err := o.ForecastAgain(t.Context(), o.writer, c.ID)
	if err != nil || said.Send != 3 || said.Total != 8 || len(said.Skipped) != 5 {
		t.Fatalf("it says %+v %v", said, err)
	}
	if n, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil || n != 3 {
		t.Fatalf("%d %v", n, err)
	}
	o.serve()
	done := o.await(c.ID, FinishedWithFailures)
	counts := o.counts(c.ID)
	if counts.Of(Sent) != 3 || counts.Of(Failed) != 5 || counts.Of(Skipped) != 0 ||
		len(o.sink.perAddress()) < 3 {
		t.Errorf("it did %v, %v", counts.States, o.sink.perAddress())
	}
	for _, i := range []int{0, 1, 2, 3, 5} {
		d := o.delivery(civic.Key(c.ID, civic.ID(fmt.Sprintf("c%05d", i))))
		if d.State != Failed || d.Answer != "no" || d.Code != 550 || d.Cause != transport.CausePolicy {
			t.Errorf("%d is %s %s %d %q", i, d.State, d.Cause, d.Code, d.Answer)
		}
	}
	if n, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil || n != 0 {
		t.Errorf("with nobody left: %d %v", n, err)
	}
	if now, err := o.Campaign(t.Context(), o.sender, c.ID); err != nil ||
		now.State != FinishedWithFailures || !now.EndedAt.Equal(done.EndedAt) {
		t.Errorf("with nobody left it went to %s %v", now.State, err)
	}
}

// TestResumingCountsWhoCanGetIt: the number said before a paused campaign goes on is what is sent.
func TestResumingCountsWhoCanGetIt(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(4)
	if _, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	o.sendDue()
	if _, err := o.Pause(t.Context(), o.sender, c.ID, ""); err != nil {
		t.Fatal(err)
	}
	o.people.consent["c00001"] = false
	said, err := o.ForecastAgain(t.Context(), o.writer, c.ID)
	if err != nil || said.Send != 3 || said.Total != 4 {
		t.Errorf("it says %+v %v", said, err)
	}
	if _, err := o.ForecastAgain(t.Context(), o.stranger, c.ID); civic.CodeOf(err) != civic.Unauthenticated {
		t.Errorf("to a stranger it says %v", err)
	}
	if _, err := o.Resume(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ForecastAgain(t.Context(), o.writer, c.ID); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("while it runs it says %v", err)
	}
	o.serve()
	o.await(c.ID, Finished, FinishedWithFailures)
	if counts := o.counts(c.ID); counts.Of(Sent) != said.Send {
		t.Errorf("it said %+v, and did %v", said, counts.States)
	}
}
