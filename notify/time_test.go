package notify

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/notify/transport"
)

// TestNoMinuteHoldsMoreThanTheLimit runs two processes of 20 workers at 100 mails a minute, ends one and
// begins another, and looks at every 60 seconds.
func TestNoMinuteHoldsMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const limit = 100
		db := storetest.Open(t)
		store, err := docstore.Collect[paceState](t.Context(), db, docstore.Spec{Name: "mail_paces"})
		if err != nil {
			t.Fatal(err)
		}
		var (
			mu    sync.Mutex
			times []time.Time
			wg    sync.WaitGroup
		)
		process := func(life time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), life)
			defer cancel()
			p := newPace(store, "campaigns", limit, civic.Now)
			var workers sync.WaitGroup
			for i := range 20 {
				workers.Go(func() {
					for n := 0; p.wait(ctx) == nil; n++ {
						if n%7 == 3 { // it was not needed after all
							p.giveBack()
							continue
						}
						time.Sleep(time.Duration(i*3) * time.Millisecond) // servers differ
						mu.Lock()
						times = append(times, time.Now())
						mu.Unlock()
					}
				})
			}
			workers.Wait()
		}
		wg.Go(func() { process(5 * time.Minute) })
		wg.Go(func() { process(100 * time.Second); process(3 * time.Minute) })
		wg.Wait()
		most, first := 0, 0
		for i := range times {
			for times[i].Sub(times[first]) >= time.Minute {
				first++
			}
			most = max(most, i-first+1)
		}
		if most > limit {
			t.Errorf("%d mails in one minute", most)
		}
		if len(times) < 5*limit*9/10 {
			t.Errorf("only %d mails in five minutes", len(times))
		}
	})
}

func TestAPauseIsHeededAndAWrongClockForgiven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t)
		store, err := docstore.Collect[paceState](t.Context(), db, docstore.Spec{Name: "mail_paces"})
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range []int{0, 6000} {
			p := newPace(store, civic.ID(fmt.Sprint("p", limit)), limit, civic.Now)
			p.pause(30 * time.Second)
			began := time.Now()
			if err := p.wait(t.Context()); err != nil || time.Since(began) < 29*time.Second ||
				time.Since(began) > 31*time.Second {
				t.Errorf("limit %d: waited %v, %v", limit, time.Since(began), err)
			}
		}
		wrong := newPace(store, "p", 60, func() time.Time { return time.Now().Add(24 * time.Hour) })
		if err := wrong.reserve(t.Context()); err != nil { // a process whose clock is a day ahead
			t.Fatal(err)
		}
		began := time.Now()
		if err := newPace(store, "p", 60, civic.Now).wait(t.Context()); err != nil ||
			time.Since(began) > 2*time.Second {
			t.Errorf("waited %v: %v", time.Since(began), err)
		}
	})
}

// TestFourDaysOfTrying follows one mail to a server that always asks to come back, over the night the clocks
// change.
func TestFourDaysOfTrying(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// summer time begins on the 26th
		time.Sleep(time.Until(time.Date(2000, 3, 24, 12, 0, 0, 0, time.UTC)))
		o := openOffice(t, 1)
		var attempts []time.Time
		o.bulk.poll, o.prompt.poll = time.Minute, time.Minute
		o.sink.play = func(_ context.Context, e transport.Envelope) *transport.Outcome {
			if e.To != "persona0@posta.example" {
				return nil // what its author is told
			}
			attempts = append(attempts, time.Now())
			return &transport.Outcome{Result: transport.Later, Stage: transport.StageAddress, Code: 450,
				Enhanced: "4.2.0",
				Cause:    transport.CauseBusy}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _ = o.Run(ctx) })
		c := o.launch("k1")
		began := time.Now()
		for time.Since(began) < 5*24*time.Hour {
			if err := o.SendDue(ctx); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
		}
		cancel()
		wg.Wait()
		got, err := o.campaigns.Get(context.Background(), c.ID)
		if err != nil || got.State != FinishedWithFailures {
			t.Errorf("%s %v", got.State, err)
		}
		d := o.delivery(civic.Key(c.ID, "c00000"))
		if d.State != Failed || d.Cause != causeExpired || d.Code != 450 || d.Attempt != len(attempts) {
			t.Errorf("%s %s %d, %d attempts", d.State, d.Cause, d.Code, d.Attempt)
		}
		if len(attempts) < 14 || len(attempts) > 20 {
			t.Errorf("%d attempts", len(attempts))
		}
		if last := attempts[len(attempts)-1].Sub(began); last < 3*24*time.Hour || last > patience {
			t.Errorf("last attempt after %v", last)
		}
		for i, want := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour,
			2 * time.Hour} {
			if wait := attempts[i+1].Sub(attempts[i]); wait < want*79/100 || wait > want*121/100+time.Minute {
				t.Errorf("wait %d: %v", i+1, wait)
			}
		}
	})
}

// TestClockSteps moves the clock a day back and forth while a campaign runs.
func TestClockSteps(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	step := time.Duration(0)
	o := openOffice(t, 200, func(o *Options) {
		o.PerMinute = 30_000
		o.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().UTC().Add(step).Truncate(time.Millisecond)
		}
	})
	o.serve()
	c := o.launch("k1")
	for _, d := range []time.Duration{24 * time.Hour, 0} {
		o.awaitThat("some mails", func() bool { return len(o.sink.mails()) >= 30 })
		mu.Lock()
		step = d
		mu.Unlock()
		time.Sleep(30 * time.Millisecond)
	}
	o.await(c.ID, Finished)
	checkCopies(t, o.sink.mails(), 200, 200)
}

// TestAScheduleOverTheClockChange: what is due is an instant, so each campaign of a year begins once, clock
// changes or not.
func TestAScheduleOverTheClockChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 3, 25, 20, 0, 0, 0, time.UTC)))
		o := openOffice(t, 1)
		due := map[civic.ID]time.Time{}
		for hour := range 48 {
			key := civic.ID(fmt.Sprintf("k%02d", hour))
			// local hours, one of which does not exist
			start := time.Date(2000, 3, 25, 21+hour, 30, 0, 0, civic.Rome())
			c, err := o.CreateCampaign(t.Context(), o.sender, campaignInput(key))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.Schedule(t.Context(), o.sender, c.ID, c.Tag(), start, time.Time{}); err != nil {
				t.Fatal(err)
			}
			due[key] = start
		}
		for range 49 * 12 {
			if err := o.SendDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Minute)
		}
		for key, start := range due {
			c, err := o.campaigns.Get(t.Context(), key)
			if err != nil || c.State != Running || c.StartedAt.Before(start) ||
				c.StartedAt.Sub(start) > 5*time.Minute {
				t.Errorf("%s due %v: %s at %v (%v)", key, start, c.State, c.StartedAt, err)
			}
		}
	})
}
