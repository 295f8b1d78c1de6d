package notify

import (
	"errors"
	"fmt"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/memo"
	"ascolto/internal/work"
	"ascolto/notify/transport"
)

// ended stores a campaign that ended with rows failed deliveries.
func (o *office) ended(rows int) Campaign {
	o.t.Helper()
	now := o.now()
	c := Campaign{State: FinishedWithFailures, Class: Voluntary, Topic: "t1", StartedAt: now,
		Contents: []Content{{Language: "it", Subject: "Mercato", Body: "Da lunedì."}},
		FrozenAt: now, EndedAt: now, Cleared: true, CreatedAt: now, UpdatedAt: now}
	if err := o.campaigns.Insert(o.t.Context(), &c); err != nil {
		o.t.Fatal(err)
	}
	failed := make([]*Delivery, rows)
	for i := range failed {
		failed[i] = o.failedRow(c.ID, i)
	}
	if _, err := o.ledger.InsertMany(o.t.Context(), failed); err != nil {
		o.t.Fatal(err)
	}
	return c
}

// failedRow returns the failed delivery of a campaign to the i-th person, whom o knows from now on.
func (o *office) failedRow(campaign civic.ID, i int) *Delivery {
	id := civic.ID(fmt.Sprintf("c%05d", i))
	address := fmt.Sprintf("persona%d@posta.example", i)
	o.people.add(civic.Recipient{Contact: id, Name: "Anna", Address: address, Language: "it"})
	return &Delivery{Meta: docstore.Meta{ID: civic.Key(campaign, id)}, Contact: id, Address: address,
		Copy: o.copyKey(campaign, address), Campaign: campaign, State: Failed, Cause: transport.CausePolicy,
		Code: 550, Answer: "no", UpdatedAt: o.now()}
}

func (o *office) sendDue() {
	o.t.Helper()
	if err := o.SendDue(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

const manyFailed = 2*requeuePage + 10

// afterPages has act happen when so many pages of failed deliveries were queued again.
func (o *office) afterPages(pages int, act func()) {
	o.hooks.step = func(step string, _ *Delivery) {
		if step != stepRequeued {
			return
		}
		if pages--; pages == 0 {
			act()
		}
	}
}

// TestALargeRetryIsQueuedInPieces: asking for it queues nothing yet; paused it queues no more, and goes on
// where it was; what failed again meanwhile is not tried a third time.
func TestALargeRetryIsQueuedInPieces(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(manyFailed)
	if n, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil || n != manyFailed {
		t.Fatalf("%d %v", n, err)
	}
	waiting := func(want int) {
		t.Helper()
		if n, err := o.ledger.open(t.Context(), campaignQueue(c.ID)); err != nil || n != want {
			t.Errorf("%d wait, want %d: %v", n, want, err)
		}
	}
	task := func() work.Task {
		t.Helper()
		task, err := o.work.Task(t.Context(), o.sender, TaskID(WorkRequeue, c.ID))
		if err != nil {
			t.Error(err)
		}
		return task
	}
	waiting(0)
	o.afterPages(2, func() {
		if _, err := o.Pause(t.Context(), o.sender, c.ID, ""); err != nil {
			t.Error(err)
		}
	})
	o.sendDue()
	waiting(2 * requeuePage)
	if now, err := o.Campaign(t.Context(), o.sender, c.ID); err != nil || !now.Requeueing() ||
		now.State != Paused {
		t.Errorf("the campaign does not say that it is under way: %+v %v", now.Again, err)
	}
	if got := task(); got.State != work.Cancelled || got.Total != manyFailed || got.Done < requeuePage {
		t.Errorf("paused, the task is %+v", got)
	}
	o.sendDue()
	waiting(2 * requeuePage)
	again := civic.Key(c.ID, "c00003")
	_, err := o.ledger.Update(t.Context(), again, func(d *Delivery) error {
		d.end(Failed, transport.CauseMailbox, o.now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Resume(t.Context(), o.sender, c.ID); civic.CodeOf(err) != "" {
		t.Fatal(err)
	}
	o.sendDue()
	waiting(2*requeuePage + 9)
	if now, err := o.Campaign(t.Context(), o.sender, c.ID); err != nil || now.Requeueing() ||
		now.State != Running {
		t.Errorf("still under way: %+v %v", now, err)
	}
	if got := task(); got.State != work.Done {
		t.Errorf("the task is %+v", got)
	}
	o.sendDue()
	waiting(2*requeuePage + 9)
	if d := o.delivery(again); d.State != Failed {
		t.Errorf("what failed again is %s", d.State)
	}
}

// TestARetryCanBeStopped: cancelled it leaves nothing in the queue, also what a process puts there that had
// not noticed.
func TestARetryCanBeStopped(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(manyFailed)
	if _, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	stale, err := o.Campaign(t.Context(), o.sender, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	o.afterPages(1, func() {
		if _, err := o.Cancel(t.Context(), o.sender, c.ID); err != nil {
			t.Error(err)
		}
	})
	o.sendDue()
	o.sendDue()
	// of a process that had not noticed
	if _, err := o.requeue(t.Context(), &stale); !errors.Is(err, work.ErrUnwanted) {
		t.Fatal(err)
	}
	if n, err := o.ledger.open(t.Context(), campaignQueue(c.ID)); err != nil || n != 0 {
		t.Errorf("%d wait in a cancelled campaign: %v", n, err)
	}
	told, err := o.Counts(t.Context(), o.sender, c.ID)
	if err != nil || told.Total != manyFailed || told.Of(Queued) != 0 {
		t.Errorf("the campaign tells %v, %v", told, err)
	}
}

// TestWhatEndedIsCountedOnce: the numbers of a campaign that has ended are kept with it, also of one that
// ended before they were kept; begun again, it is counted again.
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
	for i := range 2 {
		if got, err := o.Counts(t.Context(), o.sender, old.ID); err != nil || got.Of(Failed) != 4 ||
			got.Undelivered() != 4 {
			t.Errorf("%+v %v", got, err)
		}
		// What no campaign that has ended does: were it counted again, this would show.
		if err := o.ledger.Insert(t.Context(), o.failedRow(old.ID, 10+i)); err != nil {
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

// TestARunningCampaignIsNotCountedAtEachLook: as long as the last count took, several looks share it; another
// state is seen at once.
func TestARunningCampaignIsNotCountedAtEachLook(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(2)
	if _, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	told := Counts{States: map[DeliveryState]int{Sent: 7}, Total: 7}
	slow := &tally{counts: told}
	slow.freshness.Learned(o.now().Add(-memo.MostFresh)) // it took that long
	o.tallies.Store(c.ID, slow)
	if got, err := o.Counts(t.Context(), o.sender, c.ID); err != nil || got.Total != 7 {
		t.Errorf("counted again at once: %+v %v", got, err)
	}
	if _, err := o.Pause(t.Context(), o.sender, c.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := o.Counts(t.Context(), o.sender, c.ID); err != nil || got.Total != 2 {
		t.Errorf("after a step: %+v %v", got, err)
	}
}

// TestARetrySentAgainIsTheSame: who asked for failed deliveries to be tried again and asks once more, because
// the answer was lost, is told the same number, whatever was done of it since; a colleague is told that it is
// under way, and who paused it and let it go on has not asked for it.
func TestARetrySentAgainIsTheSame(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.ended(3)
	again := func(what string, by civic.Actor, want int, code civic.Code) {
		t.Helper()
		if n, err := o.RetryFailed(t.Context(), by, c.ID); n != want || civic.CodeOf(err) != code {
			t.Errorf("%s: %d %v", what, n, err)
		}
	}
	colleague := o.sender
	colleague.Account = "collega"
	again("at first", o.sender, 3, "")
	again("at once", o.sender, 3, "")
	again("by a colleague", colleague, 0, civic.Conflict)
	o.sendDue()
	if now := o.campaignNow(c.ID); now.Requeueing() {
		t.Fatal("still under way")
	}
	again("when all are queued", o.sender, 3, "")
	if now := o.campaignNow(c.ID); now.Requeueing() {
		t.Error("asked once more, they are queued once more")
	}
	if _, err := o.Pause(t.Context(), o.sender, c.ID, ""); err != nil {
		t.Fatal(err)
	}
	again("paused", o.sender, 0, civic.Conflict)
	if _, err := o.Resume(t.Context(), o.sender, c.ID); err != nil {
		t.Fatal(err)
	}
	again("resumed", o.sender, 0, civic.Conflict)
}
