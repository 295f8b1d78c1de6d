package notify

import (
	"context"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/internal/work"
	"ascolto/notify/transport"
)

// twoOffices returns two services on one store, as two processes have, by a clock that the test moves on.
func twoOffices(t *testing.T, people int) (a, b *office, pass func(time.Duration)) {
	t.Helper()
	clock := testtown.Machine()
	byIt := func(o *Options) { o.Now = clock.Now }
	a = openOffice(t, people, byIt)
	b = officeOn(t, a.DB, a.people, byIt)
	return a, b, clock.Pass
}

// asleep stops the first who calls its function until it is woken, as a process is that gets no time.
type asleep struct {
	once     sync.Once
	fell, up chan struct{}
}

func newAsleep() *asleep { return &asleep{fell: make(chan struct{}), up: make(chan struct{})} }

func (s *asleep) here() {
	s.once.Do(func() {
		close(s.fell)
		<-s.up
	})
}

// drowsy is an audience in whose answer a worker falls asleep.
type drowsy struct {
	Audience
	sleep *asleep
}

func (d drowsy) Recipient(
	ctx context.Context, contact, topic civic.ID, institutional bool,
) (civic.Recipient, error) {
	r, err := d.Audience.Recipient(ctx, contact, topic, institutional)
	d.sleep.here()
	return r, err
}

func (d drowsy) Recipients(
	ctx context.Context, contacts []civic.ID, topic civic.ID, institutional bool,
) ([]civic.Recipient, error) {
	found, err := d.Audience.Recipients(ctx, contacts, topic, institutional)
	d.sleep.here()
	return found, err
}

// TestAWorkerThatSleptThroughItsLease: while one worker sleeps at each step, another takes its mail over and
// sends it. When the first wakes it sends nothing that has not gone out yet, and writes nothing.
func TestAWorkerThatSleptThroughItsLease(t *testing.T) {
	t.Parallel()
	for step, mails := range map[string]int{"asked": 1, stepComposed: 1, stepAnswered: 2, stepRecorded: 2} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			a, b, _ := twoOffices(t, 1)
			a.bulk.limits.Lease = 2 * time.Second
			c := a.launch("k1")
			for range 2 {
				if err := a.SendDue(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			id := civic.Key(c.ID, "c00000")
			a.people.mu.Lock()
			moved := a.people.known["c00000"]
			// so that the row is also written while the mail is composed
			moved.Address = "nuovo@posta.example"
			a.people.known["c00000"] = moved
			a.people.mu.Unlock()
			sleep := newAsleep()
			a.hooks.step = func(s string, _ *Delivery) {
				if s == step {
					sleep.here()
				}
			}
			if step == "asked" {
				a.o.Audience = drowsy{a.o.Audience, sleep}
			}
			var wg sync.WaitGroup
			wg.Go(func() { a.deliver(context.Background(), a.sink.Conn(transport.Limits{}), a.bulk.limits, id) })
			<-sleep.fell
			b.awaitThat("the lease is over", func() bool {
				_, taken := b.deliver(t.Context(), b.sink.Conn(transport.Limits{}), b.bulk.limits, id)
				return taken
			})
			before := b.delivery(id)
			if before.State != Sent || len(b.sink.mails()) != 1 {
				t.Fatalf("%s, %d mails", before.State, len(b.sink.mails()))
			}
			close(sleep.up)
			wg.Wait()
			if after := b.delivery(id); after.Revision != before.Revision {
				t.Errorf("who woke wrote revision %d over %d: %s, attempt %d", after.Revision,
					before.Revision, after.State, after.Attempt)
			}
			checkCopies(t, append(a.sink.mails(), b.sink.mails()...), 1, mails)
			if !before.Twice {
				t.Error("the mail is not marked as possibly sent twice")
			}
		})
	}
}

// TestAProcessThatSleptWhileItFroze: another process writes the recipients and ends the campaign meanwhile.
// Whoever joined the segment after that is no recipient, and the campaign stays as it ended.
func TestAProcessThatSleptWhileItFroze(t *testing.T) {
	t.Parallel()
	for name, where := range map[string]func(*office, *asleep){
		"reading the segment": func(o *office, s *asleep) {
			o.people.interrupt = func(n int) error {
				if n == 1 {
					s.here()
				}
				return nil
			}
		},
		"reading the people": func(o *office, s *asleep) { o.o.Audience = drowsy{o.o.Audience, s} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b, pass := twoOffices(t, 3)
			c := a.launch("k1")
			sleep := newAsleep()
			where(a, sleep)
			slept := make(chan error, 1)
			go func() { slept <- a.SendDue(context.Background()) }()
			<-sleep.fell
			pass(work.Lease + time.Second)
			b.people.mu.Lock()
			b.people.order = b.people.order[:1] // the others have left the segment
			b.people.mu.Unlock()
			b.serve()
			b.await(c.ID, Finished)
			var before Campaign
			b.awaitThat("what follows from its end is done", func() bool {
				var err error
				before, err = b.campaigns.Get(t.Context(), c.ID)
				return err == nil && len(before.Owed) == 0
			})
			close(sleep.up)
			if err := <-slept; err != nil {
				t.Fatal(err)
			}
			after, err := b.campaigns.Get(t.Context(), c.ID)
			if counts := b.counts(c.ID); err != nil || counts.Total != 1 ||
				after.Revision != before.Revision {
				t.Errorf("%d recipients instead of 1, revision %d after %d, %v", counts.Total, after.Revision,
					before.Revision, err)
			}
		})
	}
}

// TestAnEndThatCameTooLate: who found a campaign's queue empty before its failed mails were queued again does
// not end it now.
func TestAnEndThatCameTooLate(t *testing.T) {
	t.Parallel()
	a, _, _ := twoOffices(t, 2)
	a.sink.play = func(_ context.Context, e transport.Envelope) *transport.Outcome {
		if e.To == "persona0@posta.example" {
			return &transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
				Cause: transport.CausePolicy}
		}
		return nil
	}
	stop := a.serve()
	c := a.launch("k1")
	c, err := a.campaigns.Get(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	a.await(c.ID, FinishedWithFailures)
	stop()
	if n, err := a.RetryFailed(t.Context(), a.sender, c.ID); err != nil || n != 1 {
		t.Fatalf("%d %v", n, err)
	}
	if err := a.end(t.Context(), &c, Finished); err != nil { // as it was before all that
		t.Fatal(err)
	}
	if now, err := a.campaigns.Get(t.Context(), c.ID); err != nil || now.State != Running {
		t.Errorf("%s, %v: a mail waits in a campaign that has ended", now.State, err)
	}
}
