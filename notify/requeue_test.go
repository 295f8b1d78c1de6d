package notify

import (
	"fmt"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ended stores a campaign that ended with rows failed deliveries.
func (o *office) ended(rows int) Campaign {
	o.t.Helper()
	now := o.now()
	c := Campaign{State: FinishedWithFailures, Contents: []Content{{Language: "it"}}, StartedAt: now, FrozenAt: now, EndedAt: now, Cleared: true, CreatedAt: now, UpdatedAt: now}
	if err := o.campaigns.Insert(o.t.Context(), &c); err != nil {
		o.t.Fatal(err)
	}
	failed := make([]*Delivery, rows)
	for i := range failed {
		failed[i] = &Delivery{Meta: docstore.Meta{ID: civic.Key(c.ID, civic.ID(fmt.Sprintf("c%05d", i)))}, Campaign: c.ID, State: Failed, UpdatedAt: now}
	}
	if _, err := o.ledger.InsertMany(o.t.Context(), failed); err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o *office) sendDue() {
	o.t.Helper()
	if err := o.SendDue(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// TestALargeRetryIsQueuedInPieces: asking for it queues nothing yet, one call of SendDue queues so much and no more, and what failed
// again meanwhile is not tried a third time.
func TestALargeRetryIsQueuedInPieces(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(clearAtOnce + 10)
	if n, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil || n != clearAtOnce+10 {
		t.Fatalf("%d %v", n, err)
	}
	waiting := func(want int) {
		t.Helper()
		if n, err := o.ledger.open(t.Context(), campaignQueue(c.ID)); err != nil || n != want {
			t.Errorf("%d wait, want %d: %v", n, want, err)
		}
	}
	waiting(0)
	o.sendDue()
	waiting(clearAtOnce)
	if now, err := o.Campaign(t.Context(), o.sender, c.ID); err != nil || !now.Requeueing() {
		t.Errorf("the campaign does not say that it is under way: %+v %v", now.Again, err)
	}
	again := civic.Key(c.ID, "c00003")
	if _, err := o.ledger.Update(t.Context(), again, func(d *Delivery) error { d.end(Failed, causeMailbox, o.now()); return nil }); err != nil {
		t.Fatal(err)
	}
	o.sendDue()
	waiting(clearAtOnce + 9)
	if now, err := o.Campaign(t.Context(), o.sender, c.ID); err != nil || now.Requeueing() || now.State != Running {
		t.Errorf("still under way: %+v %v", now, err)
	}
	o.sendDue()
	waiting(clearAtOnce + 9)
	if d := o.delivery(again); d.State != Failed {
		t.Errorf("what failed again is %s", d.State)
	}
}

// TestARetryCanBeStopped: paused it queues no more, and goes on where it was; cancelled it leaves nothing in the queue.
func TestARetryCanBeStopped(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(clearAtOnce + 10)
	if _, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	o.sendDue()
	stale, err := o.Campaign(t.Context(), o.sender, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Pause(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	o.sendDue()
	if got := o.counts(c.ID); got.Of(Queued) != clearAtOnce || got.Of(Failed) != 10 {
		t.Errorf("paused: %v", got.States)
	}
	if _, err := o.Cancel(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	o.sendDue()
	if err := o.requeue(t.Context(), &stale); err != nil { // of a process that had not noticed
		t.Fatal(err)
	}
	if n, err := o.ledger.open(t.Context(), campaignQueue(c.ID)); err != nil || n != 0 {
		t.Errorf("%d wait in a cancelled campaign: %v", n, err)
	}
	told, err := o.Counts(t.Context(), o.sender, c.ID)
	if err != nil || told.Total != clearAtOnce+10 || told.Of(Queued) != 0 {
		t.Errorf("the campaign tells %v, %v", told, err)
	}
}

// TestWhatEndedIsCountedOnce: the numbers of a campaign that has ended are kept with it, also of one that ended before they were kept;
// begun again, it is counted again.
func TestWhatEndedIsCountedOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 3)
	stop := o.serve()
	done := o.await(o.launch("k1").ID, Finished)
	stop()
	if done.Tally == nil || done.Tally.Of(Sent) != 3 || done.Tally.Total != 3 {
		t.Errorf("kept: %+v", done.Tally)
	}
	old := o.ended(4) // kept nothing
	for range 2 {
		if got, err := o.Counts(t.Context(), o.sender, old.ID); err != nil || got.Of(Failed) != 4 || got.Undelivered() != 4 {
			t.Errorf("%+v %v", got, err)
		}
		// What no campaign that has ended does: were it counted again, this would show.
		if err := o.ledger.Insert(t.Context(), &Delivery{Campaign: old.ID, State: Failed}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := o.RetryFailed(t.Context(), o.sender, old.ID); err != nil || n != 6 {
		t.Fatalf("%d %v", n, err)
	}
	o.sendDue()
	if got, err := o.Counts(t.Context(), o.sender, old.ID); err != nil || got.Of(Queued) != 6 {
		t.Errorf("begun again: %+v %v", got, err)
	}
}

// TestARunningCampaignIsNotCountedAtEachLook: as long as the last count took, several looks share it; another state is seen at once.
func TestARunningCampaignIsNotCountedAtEachLook(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(2)
	if _, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	told := Counts{States: map[DeliveryState]int{Sent: 7}, Total: 7}
	slow := &tally{counts: told}
	slow.memo.learned(o.now().Add(-memoMost)) // it took that long
	o.tallies.Store(c.ID, slow)
	if got, err := o.Counts(t.Context(), o.sender, c.ID); err != nil || got.Total != 7 {
		t.Errorf("counted again at once: %+v %v", got, err)
	}
	if _, err := o.Pause(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := o.Counts(t.Context(), o.sender, c.ID); err != nil || got.Total != 2 {
		t.Errorf("after a step: %+v %v", got, err)
	}
}
