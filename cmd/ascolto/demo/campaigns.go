package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
)

// campaign is one that was sent: to the segment with the given place in the list, so many days ago.
type campaign struct {
	Name, Subject, Body string
	Topic               civic.ID
	Segment, Days       int
}

// sendingTime bounds how long the town waits for a past campaign to be sent.
const sendingTime = 10 * time.Minute

func (b *builder) campaigns(ctx context.Context) error {
	segments := make([]civic.ID, len(b.words.Segments))
	for i, s := range b.words.Segments {
		segment, err := b.CRM.CreateSegment(ctx, b.writer, crm.SegmentInput{FormKey: fmt.Sprintf("demo-segment-%08d", i), Name: s.Name, Rule: s.Rule})
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		segments[i] = segment.ID
	}
	for i, c := range b.words.Campaigns {
		in := notify.CampaignInput{
			Key: civic.ID(fmt.Sprintf("demo-campaign-%08d", i)), Name: c.Name, Segment: segments[c.Segment], Topic: c.Topic, Class: notify.Voluntary,
			Contents: map[string]notify.Content{"it": {Language: "it", Subject: c.Subject, Body: c.Body}},
		}
		if err := b.send(ctx, in, b.at(-c.Days, 10)); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		b.tell("campaigns", i+1, len(b.words.Campaigns))
	}
	return nil
}

// send writes a campaign the day before it starts, and lets it run at its time.
func (b *builder) send(ctx context.Context, in notify.CampaignInput, start time.Time) error {
	var c notify.Campaign
	err := b.Clock.at(start.Add(-24*time.Hour), func() (err error) {
		if c, err = b.Notify.CreateCampaign(ctx, b.writer, in); err != nil || c.State != notify.Draft {
			return err
		}
		c, err = b.Notify.Schedule(ctx, b.writer, c.ID, start, time.Time{})
		return err
	})
	if err != nil || c.Ended() {
		return err
	}
	return b.Clock.at(start.Add(time.Second), func() error { return b.run(ctx, c.ID) })
}

// run lets the senders work until the campaign has ended.
func (b *builder) run(ctx context.Context, id civic.ID) error {
	ctx, stop := context.WithTimeout(ctx, sendingTime)
	defer stop()
	senders, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Notify.Run(senders) }()
	var err error
	for err == nil {
		if err = b.Notify.SendDue(ctx); err != nil {
			break
		}
		var c notify.Campaign
		if c, err = b.Notify.Campaign(ctx, b.by, id); err != nil || c.Ended() {
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

// Delivered is a way for mail that takes everything and sends nothing: past campaigns were delivered long ago.
type Delivered struct{}

// Slot implements notify.Transport.
func (d Delivered) Slot(notify.Limits) notify.Slot { return d }

// Send implements notify.Slot.
func (Delivered) Send(context.Context, notify.Envelope) notify.Outcome {
	return notify.Outcome{Result: notify.Accepted}
}

// Close implements notify.Slot.
func (Delivered) Close() error { return nil }
