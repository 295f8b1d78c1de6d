package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"sync/atomic"
	"time"

	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/internal/routine"
	"ascolto/notify"
	"ascolto/notify/transport"
)

// campaign goes to the segment with the given place in the list, and began so many days ago. Then says what
// has become of it; without, it was sent.
type campaign struct {
	Name, Subject, Body string
	Topic               civic.ID
	Segment, Days       int
	// "paused" while it was sent, "waiting" before its first mail, "cancelled", "scheduled" or "draft"
	Then string
}

// sendingTime bounds how long the town waits for a past campaign to be sent.
const sendingTime = 10 * time.Minute

func (b *builder) campaigns(ctx context.Context) error {
	segments := make([]civic.ID, len(b.words.Segments))
	for i, s := range b.words.Segments {
		segment, err := b.Segments.Create(ctx, b.writer,
			segment.Input{FormKey: fmt.Sprintf("demo-segment-%08d", i), Name: s.Name, Rule: s.Rule})
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		segments[i] = segment.ID
	}
	for i, c := range b.words.Campaigns {
		in := notify.CampaignInput{
			Key: civic.ID(fmt.Sprintf("demo-campaign-%08d", i)), Name: c.Name, Segment: segments[c.Segment],
			Topic: c.Topic, Class: notify.Voluntary,
			Contents: map[string]notify.Content{"it": {Language: "it", Subject: c.Subject, Body: c.Body}},
		}
		if err := b.campaign(ctx, in, b.at(-c.Days, 10), c.Then); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		b.tell("campaigns", i+1, len(b.words.Campaigns))
	}
	return nil
}

// campaign writes one the day before it starts, or now, and takes it as far as then says.
func (b *builder) campaign(ctx context.Context, in notify.CampaignInput, start time.Time, then string) error {
	c, err := b.written(ctx, in, start, then)
	if err != nil || c.Ended() || c.State == notify.Paused || then == "draft" || then == "scheduled" {
		return err
	}
	if then == "cancelled" {
		_, err := b.Notify.Cancel(ctx, b.writer, c.ID)
		return err
	}
	b.Post.busy.Store(then == "paused")
	defer b.Post.busy.Store(false)
	return b.Clock.at(start.Add(time.Second), func() error { return b.send(ctx, c.ID, then) })
}

func (b *builder) written(
	ctx context.Context, in notify.CampaignInput, start time.Time, then string,
) (c notify.Campaign, err error) {
	written := start.Add(-24 * time.Hour)
	if now := civic.Now(); written.After(now) {
		written = now
	}
	err = b.Clock.at(written, func() (err error) {
		if c, err = b.Notify.CreateCampaign(ctx, b.writer, in); err != nil || c.State != notify.Draft ||
			then == "draft" {
			return err
		}
		c, err = b.Notify.Schedule(ctx, b.writer, c.ID, c.Tag(), start, time.Time{})
		return err
	})
	return c, err
}

// send lets a campaign whose time has come run to its end, or pauses it.
func (b *builder) send(ctx context.Context, id civic.ID, then string) error {
	switch then {
	case "":
		return b.run(ctx, id, func(c notify.Campaign) (bool, error) { return c.Ended(), nil })
	case "waiting": // the recipients are known, nobody was written to
		if err := b.sendDue(ctx); err != nil {
			return err
		}
	case "paused":
		if err := b.run(ctx, id, b.tried); err != nil {
			return err
		}
	}
	c, err := b.Notify.Campaign(ctx, b.by, id)
	if err != nil || c.Ended() {
		return err
	}
	_, err = b.Notify.Pause(ctx, b.writer, id, "")
	return err
}

// sendDue does what is due, and the long work it needs.
func (b *builder) sendDue(ctx context.Context) error {
	err := b.Notify.SendDue(ctx)
	for more := true; more && err == nil; {
		more, err = b.Work.WorkOne(ctx)
	}
	return err
}

// tried reports whether everybody was written to once.
func (b *builder) tried(c notify.Campaign) (bool, error) {
	if c.Ended() || c.State != notify.Running || c.FrozenAt.IsZero() {
		return c.Ended(), nil
	}
	for _, state := range []notify.DeliveryState{notify.Queued, notify.Sending} {
		waiting, err := b.Notify.Deliveries(context.Background(), b.by, c.ID,
			notify.DeliveryFilter{State: state}, civic.PageRequest{Size: 1})
		if err != nil || len(waiting.Items) > 0 {
			return false, err
		}
	}
	return true, nil
}

// run lets the senders work until the campaign is as far as done says.
func (b *builder) run(ctx context.Context, id civic.ID, done func(notify.Campaign) (bool, error)) error {
	ctx, stop := context.WithTimeout(ctx, sendingTime)
	defer stop()
	senders, cancel := context.WithCancel(ctx)
	ended := routine.Go(nil, "senders of the demo", func() error { return b.Notify.Run(senders) })
	var err error
	for err == nil {
		if err = b.sendDue(ctx); err != nil {
			break
		}
		var c notify.Campaign
		if c, err = b.Notify.Campaign(ctx, b.by, id); err != nil {
			break
		}
		var enough bool
		if enough, err = done(c); err != nil || enough {
			break
		}
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	cancel()
	return errors.Join(err, <-ended)
}

// Post is a way for mail that sends nothing: it knows no mailbox for three addresses in a hundred, and while
// it is busy it puts off three more and loses its answer to four. Those who try the town as its staff are
// always reached: a suspended address would keep their mail from them.
type Post struct{ busy atomic.Bool }

// Conn implements notify.Transport.
func (p *Post) Conn(transport.Limits) transport.Conn { return p }

// Send implements transport.Conn.
func (p *Post) Send(_ context.Context, e transport.Envelope) transport.Outcome {
	if staffed()[e.To] {
		return transport.Outcome{Result: transport.Accepted}
	}
	h := fnv.New32a()
	h.Write([]byte(e.To))
	switch n := h.Sum32() % 100; {
	case n < 3:
		return transport.Outcome{Result: transport.Refused, Stage: transport.StageAddress, Code: 550,
			Enhanced: "5.1.1",
			Cause:    "notify.cause.mailbox", Answer: "User unknown"}
	case n < 6 && p.busy.Load():
		return transport.Outcome{Result: transport.Later, Stage: transport.StageAddress, Code: 451,
			Enhanced: "4.3.2",
			Cause:    "notify.cause.busy", Answer: "Try again later"}
	case n < 10 && p.busy.Load():
		return transport.Outcome{Result: transport.Uncertain, Stage: transport.StageAnswer,
			Cause: "notify.cause.broken"}
	}
	return transport.Outcome{Result: transport.Accepted}
}

// Close implements transport.Conn.
func (*Post) Close() error { return nil }

// staffed holds the addresses of the town's staff.
var staffed = sync.OnceValue(func() map[string]bool {
	var town words
	found := map[string]bool{}
	if json.Unmarshal(townJSON, &town) == nil { // the builder reports a file that cannot be read
		for _, s := range town.Staff {
			found[s.Email] = true
		}
	}
	return found
})
