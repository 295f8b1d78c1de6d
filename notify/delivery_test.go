package notify

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/notify/transport"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func row(state DeliveryState, change ...func(*Delivery)) *Delivery {
	d := &Delivery{Campaign: "c", Contact: "a", State: state, Queue: "campaign/c", DueAt: noon,
		ExpiresAt: noon.Add(patience), Address: "a@x.example", Copy: "k"}
	for _, f := range change {
		f(d)
	}
	return d
}

func TestClaim(t *testing.T) {
	t.Parallel()
	limits := transport.BulkLimits()
	type result struct {
		Due     bool
		State   DeliveryState
		Attempt int
		Resends int
		Twice   bool
		Cause   string
		Open    bool
	}
	for name, c := range map[string]struct {
		d    *Delivery
		now  time.Time
		want result
	}{
		"queued":  {row(Queued), noon, result{Due: true, State: Sending, Attempt: 1, Open: true}},
		"not yet": {row(Queued), noon.Add(-1), result{State: Queued, Open: true}},
		"retry": {row(Retrying, func(d *Delivery) { d.Attempt = 3 }), noon,
			result{Due: true, State: Sending, Attempt: 4, Open: true}},
		"done": {row(Sent, func(d *Delivery) { d.Queue = "" }), noon, result{State: Sent}},
		"for the diary": {row(Sent, func(d *Delivery) { d.Queue = timelineQueue }), noon,
			result{State: Sent}},
		"in good hands": {row(Sending, func(d *Delivery) { d.DueAt = noon.Add(1) }), noon,
			result{State: Sending, Open: true}},
		"left behind": {row(Sending, func(d *Delivery) { d.Attempt = 1 }), noon,
			result{Due: true, State: Sending, Attempt: 2, Resends: 1, Twice: true, Cause: causeCrash,
				Open: true}},
		"too often": {row(Sending, func(d *Delivery) { d.Resends = resendsAfterCrash }), noon,
			result{Due: true, State: Unknown, Resends: 3, Cause: causeCrash}},
		"answer lost": {row(Unknown, func(d *Delivery) { d.Attempt, d.Cause = 1, transport.CauseLost }), noon,
			result{Due: true, State: Sending, Attempt: 2, Resends: 1, Twice: true, Cause: transport.CauseLost,
				Open: true}},
		"expired": {row(Queued), noon.Add(patience),
			result{Due: true, State: Failed, Cause: causeExpired}},
		"lost, expired": {row(Unknown, func(d *Delivery) { d.Cause = transport.CauseLost }), noon.Add(patience),
			result{Due: true, State: Unknown, Cause: transport.CauseLost}},
		"crash, expired": {row(Sending), noon.Add(patience),
			result{Due: true, State: Unknown, Cause: causeCrash}},
	} {
		err := c.d.claim(c.now, "t", limits)
		got := result{err == nil, c.d.State, c.d.Attempt, c.d.Resends, c.d.Twice, c.d.Cause, c.d.Open()}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if c.d.State == Sending && err == nil &&
			(c.d.Term != "t" || !c.d.DueAt.Equal(c.now.Add(limits.Lease))) {
			t.Errorf("%s: term %q until %v", name, c.d.Term, c.d.DueAt)
		}
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	limits := transport.BulkLimits()
	type result struct {
		State DeliveryState
		Cause string
		Wait  time.Duration // until the next step; 0: none
	}
	for name, c := range map[string]struct {
		change func(*Delivery)
		out    transport.Outcome
		want   result
	}{
		"accepted": {nil, transport.Outcome{Result: transport.Accepted}, result{State: Sent}},
		"refused": {nil, transport.Outcome{Result: transport.Refused, Cause: transport.CauseMailbox},
			result{State: Failed, Cause: transport.CauseMailbox}},
		"later": {nil, transport.Outcome{Result: transport.Later, Cause: transport.CauseBusy},
			result{Retrying, transport.CauseBusy, time.Minute}},
		"time is over": {func(d *Delivery) { d.ExpiresAt = noon.Add(time.Minute) },
			transport.Outcome{Result: transport.Later, Cause: transport.CauseBusy}, result{State: Failed,
				Cause: causeExpired}},
		"lost": {nil, transport.Outcome{Result: transport.Uncertain, Cause: transport.CauseLost},
			result{Unknown, transport.CauseLost, limits.Doubt}},
		"lost again": {func(d *Delivery) { d.Resends = 1 }, transport.Outcome{Result: transport.Uncertain,
			Cause: transport.CauseLost},
			result{State: Unknown, Cause: transport.CauseLost}},
		"later, doubts": {func(d *Delivery) { d.Resends = 1 }, transport.Outcome{Result: transport.Later,
			Cause: transport.CauseBusy},
			result{Retrying, transport.CauseBusy, time.Minute}},
	} {
		d := row(Sending, func(d *Delivery) { d.Term = "t" })
		if c.change != nil {
			c.change(d)
		}
		if err := d.settle("other", c.out, time.Minute, noon, limits); err != errNotDue {
			t.Errorf("%s: an attempt that lost its term wrote", name)
		}
		if err := d.settle("t", c.out, time.Minute, noon, limits); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got := result{State: d.State, Cause: d.Cause}
		if d.Open() {
			got.Wait = d.DueAt.Sub(noon)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if d.State == Sent != !d.SentAt.IsZero() {
			t.Errorf("%s: sent at %v", name, d.SentAt)
		}
		if d.Address == "" {
			t.Errorf("%s: a campaign's ledger lost the address", name)
		}
	}
}

func TestWaits(t *testing.T) {
	t.Parallel()
	var sum time.Duration
	for n := 1; sum < patience; n++ {
		low, high := waitAfter(ordinaryWaits, n, 0), waitAfter(ordinaryWaits, n, 0.999999)
		middle := waitAfter(ordinaryWaits, n, 0.5)
		if low < middle*79/100 || high > middle*121/100 || low >= high {
			t.Errorf("attempt %d: %v to %v", n, low, high)
		}
		if want := []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour,
			2 * time.Hour}; n <= len(want) && middle != want[n-1] {
			t.Errorf("attempt %d: %v", n, middle)
		}
		sum += middle
		if n > 30 {
			t.Fatal("too many attempts in four days")
		}
	}
}
