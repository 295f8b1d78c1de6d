package notify

import (
	"context"
	"slices"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/transport"
)

// After how many refusals one after another a campaign is paused, nobody having got it in between: soon when
// they are about our side, later when they are about mailboxes, which may all be dead in an old list.
const (
	refusedInRow = 20
	deadInRow    = 50
)

// Answer is what mail servers said, and how often.
type Answer struct {
	Code     int    `bson:"code"`
	Enhanced string `bson:"enhanced"`
	Cause    string `bson:"cause"`
	Text     string `bson:"text"` // of the first time
	Count    int    `bson:"count"`
}

// Stop is why the program paused a campaign: refusals one after another.
type Stop struct {
	At      time.Time `bson:"at"`
	Since   time.Time `bson:"since"` // when the first of the refused attempts began
	Dead    bool      `bson:"dead"`  // they were about mailboxes
	Answers []Answer  `bson:"answers"`
}

// Count returns how many refusals there were in a row.
func (s Stop) Count() int {
	n := 0
	for _, a := range s.Answers {
		n += a.Count
	}
	return n
}

// streaks are the refusals in a row of the campaigns under way, as this process meets them.
type streaks struct {
	mu sync.Mutex
	of map[civic.ID]*streak
	// until when attempts count as begun before a row of refusals stopped a campaign
	stopped map[civic.ID]time.Time
}

// stop notes until when attempts count as begun before a campaign was stopped.
func (r *streaks) stop(campaign civic.ID, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped[campaign] = until
}

// stoppedSince reports whether d was on its way when a row of refusals stopped its campaign: what its refusal
// says of the address is no more worth than the row.
func (r *streaks) stoppedSince(d *Delivery) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !d.StartedAt.After(r.stopped[d.Campaign])
}

// streak is the refusals of a campaign since something of it was accepted, those about mailboxes apart.
type streak struct{ refused, dead Stop }

// note counts an outcome and returns why the campaign has to stop, nil when it need not: when it is being
// stopped already, or its mailboxes are dead and somebody is sure of it.
func (r *streaks) note(d *Delivery, out transport.Outcome, now time.Time, sure bool) *Stop {
	r.mu.Lock()
	defer r.mu.Unlock()
	if out.Result == transport.Accepted {
		delete(r.of, d.Campaign)
		return nil
	}
	if out.Result != transport.Refused && !(out.Stage == transport.StageSender && out.Code/100 == 5) ||
		out.Code == 0 {
		return nil
	}
	stop, limit := r.streak(d.Campaign).of(out.Cause)
	if stop == nil || stop.Dead && sure || !d.StartedAt.After(r.stopped[d.Campaign]) {
		return nil
	}
	if stop.add(d, out, now); stop.Count() < limit {
		return nil
	}
	delete(r.of, d.Campaign)
	r.stopped[d.Campaign] = now.Add(time.Hour) // until stop says when that was
	return stop
}

func (r *streaks) streak(campaign civic.ID) *streak {
	if r.of == nil {
		r.of, r.stopped = map[civic.ID]*streak{}, map[civic.ID]time.Time{}
	}
	if r.of[campaign] == nil {
		r.of[campaign] = &streak{dead: Stop{Dead: true}}
	}
	return r.of[campaign]
}

// of returns the row that a cause belongs to and how long it may become, nil for a cause that is one
// recipient's alone.
func (r *streak) of(cause string) (*Stop, int) {
	switch {
	case transport.Ours(cause):
		return &r.refused, refusedInRow
	case transport.AboutMailbox(cause):
		return &r.dead, deadInRow
	}
	return nil, 0
}

func (s *Stop) add(d *Delivery, out transport.Outcome, now time.Time) {
	if s.Since.IsZero() || d.StartedAt.Before(s.Since) {
		s.Since = d.StartedAt
	}
	s.At = now
	i := slices.IndexFunc(s.Answers, func(a Answer) bool {
		return a.Code == out.Code && a.Enhanced == out.Enhanced && a.Cause == out.Cause
	})
	if i < 0 {
		i = len(s.Answers)
		s.Answers = append(s.Answers, Answer{Code: out.Code, Enhanced: out.Enhanced, Cause: out.Cause,
			Text: out.Answer})
	}
	s.Answers[i].Count++
}

// pauseRefused pauses the campaign of d when it is refused time after time. Suspensions that the row led to
// are lifted: fifty dead mailboxes one after another are more likely a server that knows nobody.
func (s *Service) pauseRefused(ctx context.Context, d *Delivery, out transport.Outcome) {
	if d.Campaign == "" {
		return
	}
	c, err := s.runningCampaign(ctx, d.Campaign)
	if err != nil {
		return // the next refusal asks again
	}
	stop := s.streaks.note(d, out, s.now(), c.Dead)
	if stop == nil {
		return
	}
	err = s.stopFor(ctx, c, stop)
	s.streaks.stop(d.Campaign, s.now())
	if err != nil && civic.CodeOf(err) != civic.Conflict { // another process paused it, or it is over
		s.o.Log.Error("campaign refused time after time cannot be paused", "campaign", d.Campaign, "error",
			err)
	}
}

// stopFor pauses a campaign; what a row of dead mailboxes suspended is lifted then (see owed).
func (s *Service) stopFor(ctx context.Context, c *Campaign, stop *Stop) error {
	_, err := s.step(ctx, jobActor(), c.ID, Paused, func(c *Campaign) error {
		c.Stop = stop
		return nil
	})
	return err
}

// liftSince lifts the suspensions that a campaign led to since a time.
func (s *Service) liftSince(ctx context.Context, campaign civic.ID, since time.Time) error {
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("active", true),
		docstore.Eq("campaign", campaign)}}
	for h, err := range s.holds.All(ctx, q) {
		if err != nil {
			return err
		}
		if h.HeldAt.Before(since) {
			continue
		}
		if _, err := s.lift(ctx, h.ID, "", "notify.held.row"); err != nil {
			return err
		}
	}
	return nil
}

// goOn makes ready for resuming a campaign that the program paused: what was refused because of us is queued
// once more.
func (c *Campaign) goOn() {
	if c.Stop == nil {
		return
	}
	c.Again = requeueing{Under: true, Ours: !c.Stop.Dead && !c.Again.Under}
	c.Dead = c.Dead || c.Stop.Dead
	c.Stop = nil
}
