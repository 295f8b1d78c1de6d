package notify

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
	"ascolto/notify/transport"
	"ascolto/notify/transport/transporttest"
)

// TestAServerFullOfFaults lets a real conversation fail in every way for a good part of the attempts. Nobody
// is lost, who was refused is not asked again, and every outcome is in the ledger.
func TestAServerFullOfFaults(t *testing.T) {
	t.Parallel()
	const n = 120
	var mu sync.Mutex
	refusals := map[int]int{} // how often conversations were refused a recipient
	faults := []struct{ verb, play string }{
		{"CONNECT", "421 busy"}, {"CONNECT", transporttest.Drop}, {"EHLO", transporttest.Drop}, {"MAIL",
			"451 later"},
		{"RCPT", "450 4.2.0 greylisted"}, {"RCPT", transporttest.Slow},
		{"RCPT", "550 5.1.1 no such user"}, {"DATA", "451 later"}, {"DATA", transporttest.Drop},
		{"END", "452 4.3.1 full"}, {"END", transporttest.Drop}, {"END", transporttest.DropDone}, {"END",
			transporttest.Slow},
	}
	server := transporttest.NewServer(t, transport.NoTLS, nil)
	server.SetScript(func(conversation int, verb string) string {
		mu.Lock()
		defer mu.Unlock()
		fault := faults[rand.IntN(len(faults))]
		if fault.verb != verb || rand.IntN(2) == 0 {
			return ""
		}
		if fault.play == "550 5.1.1 no such user" {
			refusals[conversation]++
		}
		return fault.play
	})
	o := openOffice(t, n, func(o *Options) {
		o.Transport = transport.NewSMTP(transport.SMTPOptions{Server: server.Setting})
		o.Workers = 10
	})
	o.hooks.waits = []time.Duration{20 * time.Millisecond}
	o.bulk.pauses, o.bulk.rest = []time.Duration{0}, 0
	o.serve()
	c := o.launch("k1")
	o.await(c.ID, Finished, FinishedWithFailures)
	counts := o.counts(c.ID)
	refused := 0
	for _, times := range refusals {
		refused += times
	}
	if counts.Total != n || counts.Of(Sent)+counts.Of(Failed)+counts.Of(Unknown) != n ||
		counts.Of(Failed) != refused {
		t.Errorf("%v, %d were refused", counts.States, refused)
	}
	arrived := map[string]int{}
	ids := map[string]string{}
	for _, m := range server.Mails() {
		arrived[m.To]++
		if before, ok := ids[m.To]; ok && before != m.MessageID() {
			t.Errorf("%s got two Message-IDs", m.To)
		}
		ids[m.To] = m.MessageID()
	}
	for _, state := range DeliveryStates() {
		page, err := o.Deliveries(t.Context(), o.sender, c.ID, DeliveryFilter{State: state},
			civic.PageRequest{Size: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Items {
			got := arrived[d.Address]
			switch {
			case state == Sent && got == 0:
				t.Errorf("%s is called sent but nothing arrived", d.ID)
			case state == Sent && got > 1 && !d.Twice, got > 2:
				t.Errorf("%s arrived %d times, marked %v", d.ID, got, d.Twice)
			case state == Failed && (d.Code != 550 || d.Cause != transport.CauseMailbox):
				t.Errorf("%s failed: %d %s", d.ID, d.Code, d.Cause)
			case state == Unknown && d.Cause == "":
				t.Errorf("%s is unknown without a cause", d.ID)
			}
		}
	}
}

// TestTarpitsHoldNobodyElse has a server that never answers four of ten workers.
func TestTarpitsHoldNobodyElse(t *testing.T) {
	t.Parallel()
	server := transporttest.NewServer(t, transport.NoTLS, func(conversation int, verb string) string {
		if conversation < 4 && verb == "RCPT" {
			return transporttest.Silent
		}
		return ""
	})
	limits := transport.BulkLimits() // a real server's patience: minutes
	o := openOffice(t, 200, func(o *Options) {
		o.Transport = transport.NewSMTP(transport.SMTPOptions{Server: server.Setting})
		o.Workers, o.Limits = 10, limits
	})
	stop := o.serve()
	began := time.Now()
	o.launch("k1")
	o.awaitThat("all others have their mail", func() bool { return len(server.Mails()) == 196 })
	if took := time.Since(began); took > 40*time.Second {
		t.Errorf("took %v", took)
	}
	if err := o.Enqueue(t.Context(), Message{ID: "a", To: "a@x.example", Subject: "Prova", Text: "Prova",
		Class: ClassService, Language: "it"}); err != nil {
		t.Fatal(err)
	}
	o.awaitThat("a single message goes out meanwhile", func() bool { return len(server.Mails()) == 197 })
	began = time.Now()
	stop()
	if took := time.Since(began); took > 40*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

// TestStoppingLosesNothing stops the service in the middle and begins again.
func TestStoppingLosesNothing(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 100)
	o.sink.play = func(ctx context.Context, e transport.Envelope) *transport.Outcome {
		select { // a server that takes its time
		case <-time.After(20 * time.Millisecond):
			return nil
		case <-ctx.Done():
			return &transport.Outcome{Result: transport.Later, Stage: transport.StageAddress,
				Cause: transport.CauseBroken, Server: true}
		}
	}
	var c Campaign
	for i := range 3 {
		stop := o.serve()
		if i == 0 {
			c = o.launch("k1")
		}
		o.awaitThat("some mails", func() bool { return len(o.sink.mails()) >= 20*(i+1) })
		stop()
		if got := o.counts(c.ID); got.Of(Sending) != 0 {
			t.Errorf("after a stop: %v", got.States)
		}
	}
	o.serve()
	o.await(c.ID, Finished)
	checkCopies(t, o.sink.mails(), 100, 100)
}

// TestAnOutageUsesUpFewAttempts has a server that refuses connections: the pool pauses rather than trying
// everybody.
func TestAnOutageUsesUpFewAttempts(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 200, func(o *Options) { o.Workers = 4 })
	o.sink.play = func(context.Context, transport.Envelope) *transport.Outcome {
		return &transport.Outcome{Result: transport.Later, Stage: transport.StageConnect,
			Cause: transport.CauseConnect, Server: true}
	}
	o.serve()
	c := o.launch("k1")
	o.awaitThat("the pause", func() bool {
		o.bulk.mu.Lock()
		defer o.bulk.mu.Unlock()
		return o.bulk.restsUntil.After(o.o.Now())
	})
	o.awaitThat("those in hand", func() bool { return o.counts(c.ID).Of(Sending) == 0 })
	if counts := o.counts(c.ID); counts.Of(Retrying) > 12 || counts.Of(Failed) != 0 {
		t.Errorf("%v", counts.States)
	}
}

// TestWorkersThatFailTogetherMeetOneFault has a server that fails all eight workers at once, three times, and
// is then well again: three faults, after which the campaign goes on at once. Counted one by one they would
// be 24, and a pause of minutes.
func TestWorkersThatFailTogetherMeetOneFault(t *testing.T) {
	t.Parallel()
	const workers, rounds = 8, 3
	o := openOffice(t, 100, func(o *Options) { o.Workers = workers })
	o.hooks.waits = []time.Duration{10 * time.Millisecond}
	o.bulk.pauses = append(make([]time.Duration, 6), 5*time.Minute)
	var mu sync.Mutex
	attempts, together := 0, make([]chan struct{}, rounds)
	for i := range together {
		together[i] = make(chan struct{})
	}
	o.sink.play = func(ctx context.Context, e transport.Envelope) *transport.Outcome {
		mu.Lock()
		round := attempts / workers
		if attempts++; round < rounds && attempts%workers == 0 {
			close(together[round])
		}
		mu.Unlock()
		if round >= rounds {
			return nil
		}
		select {
		case <-together[round]:
		case <-ctx.Done():
		}
		return &transport.Outcome{Result: transport.Later, Stage: transport.StageConnect,
			Cause: transport.CauseConnect, Server: true}
	}
	o.serve()
	c := o.launch("k1")
	o.await(c.ID, Finished)
	o.bulk.mu.Lock()
	defer o.bulk.mu.Unlock()
	if o.bulk.counted != rounds {
		t.Errorf("%d workers that failed together %d times count as %d faults", workers, rounds,
			o.bulk.counted)
	}
}

// TestFaultsThatCount: one that comes while a pause is in force, or from an attempt begun before the latest,
// says nothing new.
func TestFaultsThatCount(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	l := openOffice(t, 0, func(o *Options) { o.Now = func() time.Time { return at } }).bulk
	l.pauses = []time.Duration{0, 10 * time.Second, time.Minute}
	down, busy, taken := transport.Outcome{Server: true, Cause: transport.CauseConnect},
		transport.Outcome{Server: true, Code: 421,
			Cause: transport.CauseBusy}, transport.Outcome{Result: transport.Accepted}
	stale := l.begun()
	for i, step := range []struct {
		out    transport.Outcome
		begun  func() int
		after  time.Duration // the time since the step before
		faults int
		pause  time.Duration
	}{
		{down, l.begun, 0, 1, 0},
		{down, func() int { return stale }, 0, 1, 0},
		{down, l.begun, time.Second, 2, 10 * time.Second},
		{down, l.begun, 9 * time.Second, 2, 0},
		{down, l.begun, time.Second, 3, time.Minute},
		{down, func() int { return stale }, time.Hour, 3, 0},
		{down, l.begun, 0, 4, time.Minute},
		// the clock was put back: the pause before is forgotten
		{down, l.begun, -24 * time.Hour, 5, time.Minute},
		{taken, func() int { return stale }, 0, 0, 0},
		{busy, l.begun, time.Hour, 1, busyPause},
		{busy, l.begun, time.Second, 1, 0},
	} {
		at = at.Add(step.after)
		if pause := l.count(step.out, step.begun()); pause != step.pause || l.faults != step.faults {
			t.Errorf("step %d: pause %v after %d faults, want %v after %d", i, pause, l.faults, step.pause,
				step.faults)
		}
	}
}

// TestARefusedAddressIsHeld: one refusal holds the address, a release lets it go.
func TestARefusedAddressIsHeld(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 3)
	o.sink.play = func(_ context.Context, e transport.Envelope) *transport.Outcome {
		if e.To == "persona1@posta.example" {
			return &transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
				Enhanced: "5.1.1",
				Cause:    transport.CauseMailbox}
		}
		if e.To == "persona2@posta.example" {
			return &transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 552,
				Enhanced: "5.2.2",
				Cause:    transport.CauseFull}
		}
		return nil
	}
	o.serve()
	first := o.launch("k1")
	o.await(first.ID, FinishedWithFailures)
	if d := o.delivery(civic.Key(first.ID, "c00001")); d.State != Failed || d.Code != 550 ||
		d.Enhanced != "5.1.1" || d.Address != "persona1@posta.example" {
		t.Errorf("%+v", d)
	}
	held, err := o.HeldAddresses(t.Context(), o.sender, nil, civic.PageRequest{})
	if err != nil || len(held.Items) != 1 || held.Items[0].Address != "persona1@posta.example" ||
		held.Items[0].Contact != "c00001" {
		t.Fatalf("%v %v", held.Items, err)
	}
	second := o.launch("k2")
	o.await(second.ID, FinishedWithFailures) // the full mailbox again
	if d := o.delivery(civic.Key(second.ID, "c00001")); d.State != Skipped || d.Cause != SkipHeld {
		t.Errorf("%s %s", d.State, d.Cause)
	}
	if err := o.Release(t.Context(), o.sender, held.Items[0].ID, " "); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("released without a reason: %v", err)
	}
	if err := o.Release(t.Context(), o.sender, held.Items[0].ID, "indirizzo corretto"); err != nil {
		t.Fatal(err)
	}
	o.sink.mu.Lock()
	o.sink.play = nil
	o.sink.mu.Unlock()
	if n, err := o.RetryFailed(t.Context(), o.sender, first.ID); err != nil || n != 2 {
		t.Fatalf("%d %v", n, err)
	}
	o.await(first.ID, Finished)
	if n := o.sink.perAddress()["persona1@posta.example"]; n != 1 {
		t.Errorf("%d after the release", n)
	}
	if n := o.sink.perAddress()["persona0@posta.example"]; n != 2 {
		t.Errorf("who had got both mails got %d", n)
	}
}

// TestARetryThatWasCutShort: what an earlier version queued again before the campaign could be set going is
// not forgotten: the step of an upgrade calls it off, so that it can be tried again.
func TestARetryThatWasCutShort(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 2)
	o.sink.play = func(_ context.Context, e transport.Envelope) *transport.Outcome {
		return &transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
			Cause: transport.CausePolicy}
	}
	o.serve()
	c := o.launch("k1")
	o.await(c.ID, FinishedWithFailures)
	o.sink.mu.Lock()
	o.sink.play = nil
	o.sink.mu.Unlock()
	for d, err := range o.ledger.All(t.Context(),
		docstore.Query{Filter: docstore.Filter{docstore.Eq("campaign", c.ID),
			docstore.Eq("state", Failed)}}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.ledger.Update(t.Context(), d.ID,
			func(d *Delivery) error { return d.again(o.now()) }); err != nil {
			t.Fatal(err)
		}
	}
	m, err := migrate.Open(t.Context(), o.DB, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil || n != 0 {
		t.Fatalf("before the step: %d %v", n, err)
	}
	if err := m.Take(t.Context(), RequeuedStep()); err != nil {
		t.Fatal(err)
	}
	if n, err := o.RetryFailed(t.Context(), o.sender, c.ID); err != nil || n != 2 {
		t.Fatalf("%d %v", n, err)
	}
	o.await(c.ID, Finished)
	got := o.sink.perAddress()
	if got["persona0@posta.example"] != 1 || got["persona1@posta.example"] != 1 {
		t.Errorf("%v", got)
	}
}

// TestALargeCancelledCampaignHoldsUpNoOther: one call clears so much of it and no more, and the calls
// together clear all.
func TestALargeCancelledCampaignHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	now := o.now()
	c := Campaign{State: Cancelled, Contents: []Content{{Language: "it"}}, CreatedAt: now, UpdatedAt: now}
	if err := o.campaigns.Insert(t.Context(), &c); err != nil {
		t.Fatal(err)
	}
	rows := make([]*Delivery, clearAtOnce+10)
	for i := range rows {
		rows[i] = &Delivery{Campaign: c.ID, State: Queued, Queue: campaignQueue(c.ID), DueAt: now,
			ExpiresAt: now.Add(patience)}
	}
	if _, err := o.ledger.InsertMany(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{10, 0} {
		if err := o.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := o.ledger.open(t.Context(), campaignQueue(c.ID)); err != nil || n != want {
			t.Errorf("%d are left, want %d: %v", n, want, err)
		}
	}
	if now, err := o.campaigns.Get(t.Context(), c.ID); err != nil || !now.Cleared {
		t.Errorf("not cleared: %v", err)
	}
}

// TestANewAddressIsUsedOnce: an address that changes while a campaign waits is used as it is now, and still
// gets one copy only.
func TestANewAddressIsUsedOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 3)
	c := o.launch("k1")
	for range 2 {
		if err := o.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o.people.mu.Lock()
	moved := o.people.known["c00000"]
	moved.Address = "nuovo@posta.example"
	o.people.known["c00000"] = moved
	taken := o.people.known["c00001"]
	taken.Address = "Persona2@posta.example"
	o.people.known["c00001"] = taken
	o.people.mu.Unlock()
	o.serve()
	o.await(c.ID, Finished)
	got := o.sink.perAddress()
	if len(got) != 2 || got["nuovo@posta.example"] != 1 || got["persona2@posta.example"] != 1 {
		t.Errorf("%v", got)
	}
	if d := o.delivery(civic.Key(c.ID, "c00001")); d.State != Skipped || d.Cause != skipDuplicate {
		t.Errorf("%s %s", d.State, d.Cause)
	}
}
