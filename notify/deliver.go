package notify

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"ascolto/internal/civic"
	"ascolto/notify/message"
	"ascolto/notify/transport"
)

// The steps of a delivery, as test hooks name them.
const (
	stepClaimed  = "claimed"
	stepComposed = "composed"
	stepAnswered = "answered"
	stepRecorded = "recorded"
	stepSettled  = "settled"
	stepRequeued = "requeued" // a page, of no one delivery
)

// attempt is one try to send a delivery.
type attempt struct {
	mail message.Mail
	skip string // why nothing is sent after all
	gone bool   // because there is no such contact any more
	by   civic.ID

	known HeldAddress // what is known of refusals of the address
}

// due implements sender.
func (s *Service) due(ctx context.Context, queue string, n int) ([]Delivery, error) {
	return s.ledger.due(ctx, queue, s.now(), n)
}

// deliver implements sender: it writes that an attempt begins, sends, and writes what it came to.
func (s *Service) deliver(
	ctx context.Context, conn transport.Conn, limits transport.Limits, id civic.ID,
) (attempted, bool) {
	term := rand.Text()
	// Once the lease is over somebody else may have the delivery: whoever was stopped for so long sends
	// nothing any more.
	leased, cancel := context.WithTimeout(ctx, limits.Lease)
	defer cancel()
	d, err := s.ledger.Update(ctx, id, func(d *Delivery) error { return d.claim(s.now(), term, limits) })
	if err != nil {
		if !errors.Is(err, errNotDue) && civic.CodeOf(err) != civic.Conflict {
			s.o.Log.Error("mail cannot be claimed", "delivery", id, "error", err)
		}
		return attempted{}, false
	}
	if d.State != Sending {
		return attempted{}, false
	}
	s.hooks.at(stepClaimed, &d)
	r := s.try(leased, conn, &d)
	return s.finish(ctx, limits, &d, r), true
}

// result is what an attempt came to, with what the ledger keeps of it.
type result struct {
	attempt
	out transport.Outcome
}

// try composes the mail and hands it over. A panic counts as a fault of ours: the mail waits.
func (s *Service) try(ctx context.Context, conn transport.Conn, d *Delivery) (r result) {
	answered := transport.Outcome{Result: transport.Later, Stage: transport.StageContent, Cause: causeInternal}
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.Error("mail panicked", "delivery", d.ID, "panic", fmt.Sprint(p), "stack",
				string(debug.Stack()))
			r.out = answered
		}
	}()
	a, err := s.compose(ctx, d)
	if err != nil {
		return result{out: s.composeFailure(d, err)}
	}
	r.attempt = a
	if a.skip != "" {
		return r
	}
	raw, err := a.mail.Bytes()
	if err != nil {
		return result{out: s.composeFailure(d, err)}
	}
	s.hooks.at(stepComposed, d)
	if ctx.Err() != nil {
		r.out = transport.Outcome{Result: transport.Later, Stage: transport.StageContent, Cause: causeStopped}
		return r
	}
	answered = transport.Outcome{Result: transport.Uncertain, Stage: transport.StageAnswer, Cause: causeInternal}
	r.out = conn.Send(ctx, transport.Envelope{ID: d.ID, From: a.mail.From.Address, To: a.mail.To.Address,
		Mail: raw})
	answered = r.out
	s.hooks.at(stepAnswered, d)
	return r
}

// settleTimeout bounds writing down an outcome, which goes on when the program is asked to stop.
const settleTimeout = 10 * time.Second

// finish writes down what an attempt came to, and its effects: each can be repeated, and comes before the
// ledger says sent, so that a crash in between loses none. It returns what the pool has to know.
func (s *Service) finish(ctx context.Context, limits transport.Limits, d *Delivery, r result) attempted {
	if ctx.Err() != nil && r.out.Result == transport.Later && r.out.Code == 0 {
		r.out.Cause, r.out.Server = causeStopped, false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	recorded := true
	switch {
	case r.skip != "":
	case r.out.Result == transport.Accepted:
		recorded = s.record(ctx, d, r.mail.Subject, r.by) == nil
		s.hooks.at(stepRecorded, d)
	}
	s.noteAddress(ctx, d, r)
	wait := waitAfter(s.waits(d), d.Attempt, chance())
	if r.out.Cause == causeStopped {
		wait = 0
	}
	change := func(row *Delivery) error {
		if r.skip != "" {
			if !row.held(d.Term) {
				return errNotDue
			}
			row.skip(r.skip, s.now())
			return nil
		}
		if r.mail.To.Address != "" && row.Campaign != "" {
			row.Address, row.Subject = r.mail.To.Address, r.mail.Subject
		}
		if err := row.settle(d.Term, r.out, wait, s.now(), limits); err != nil {
			return err
		}
		if !recorded {
			row.Queue, row.DueAt = timelineQueue, s.now()
		}
		return nil
	}
	if written := s.write(ctx, d, change); !written || r.gone {
		if err := s.eraseLate(ctx, d, r); err != nil {
			s.o.Log.Error("what a mail left of somebody who was erased cannot be removed", "error", err)
		}
	}
	if r.skip == "" {
		s.note(d, r.out)
		s.pauseRefused(ctx, d, r.out)
	}
	s.hooks.at(stepSettled, d)
	return attempted{out: r.out, asked: r.skip == ""}
}

// noteAddress keeps what an attempt says about the address. Nothing is concluded from messages with a code,
// which anybody can have sent to any address.
func (s *Service) noteAddress(ctx context.Context, d *Delivery, r result) {
	var err error
	switch {
	case r.skip != "" || d.Class == ClassCode:
	case r.out.Result == transport.Accepted:
		err = s.accepted(ctx, r.known)
	case s.streaks.stoppedSince(d):
	case r.out.SaysOfAddress():
		err = s.refusedAddress(ctx, d, r.mail.To.Address, r.out)
	}
	if err != nil {
		s.o.Log.Error("refusal of an address cannot be kept", "delivery", d.ID, "error", err)
	}
}

// write stores an outcome, and reports whether the row was still there for it. It insists for a while: what
// is not written down counts as unknown and is sent again.
func (s *Service) write(ctx context.Context, d *Delivery, change func(*Delivery) error) bool {
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		_, err := s.ledger.Update(ctx, d.ID, change)
		if err == nil || errors.Is(err, errNotDue) || civic.CodeOf(err) == civic.NotFound {
			return err == nil
		}
		if sleepUntil(ctx, s.now, s.now().Add(pause)) != nil {
			s.o.Log.Error("outcome of a mail cannot be written; it counts as unknown", "delivery", d.ID,
				"error", err)
			return true
		}
	}
}

// note logs what did not go well, without addresses: a server's words only as cleaned of them.
func (s *Service) note(d *Delivery, out transport.Outcome) {
	if out.Result == transport.Accepted {
		return
	}
	args := []any{"delivery", d.ID, "outcome", out.String(), "attempt", d.Attempt}
	switch {
	case out.Server && out.Code != 0:
		args = append(args, "error", out.Answer)
	case out.Server && out.Err != nil:
		args = append(args, "error", out.Err)
	}
	s.o.Log.Warn("mail not delivered", args...)
}

// waits returns the times between attempts at d.
func (s *Service) waits(d *Delivery) []time.Duration {
	switch {
	case s.hooks.waits != nil:
		return s.hooks.waits
	case d.Class == ClassCode:
		return promptWaits
	}
	return ordinaryWaits
}

// record puts a mail that is sent, or was a while ago, on the contact's timeline.
func (s *Service) record(ctx context.Context, d *Delivery, subject string, by civic.ID) error {
	if d.Contact == "" || d.Class == ClassCode {
		return nil
	}
	ref := d.Campaign
	if ref == "" {
		ref = d.ID
	}
	at := d.SentAt
	if at.IsZero() { // at this moment
		at = s.now()
	}
	err := s.o.Timeline.Record(ctx, civic.Activity{
		ID: civic.Key("mail", d.ID), Contact: d.Contact, Kind: ActivityMail, Ref: ref, At: at, Title: subject,
		Channel: "mail", By: by,
	})
	if err != nil {
		s.o.Log.Warn("mail is not on the timeline yet", "delivery", d.ID, "error", err)
	}
	return err
}
