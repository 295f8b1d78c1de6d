package notify

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"ascolto/internal/civic"
)

// The steps of a delivery, as test hooks name them.
const (
	stepClaimed  = "claimed"
	stepComposed = "composed"
	stepAnswered = "answered"
	stepRecorded = "recorded"
	stepSettled  = "settled"
)

// attempt is one try to send a delivery.
type attempt struct {
	mail Mail
	skip string // why nothing is sent after all
	by   civic.ID
}

// deliver makes one attempt at the delivery named id: it writes that it begins, sends, and writes what it came to. It returns false
// when the delivery was not there for the taking.
func (s *Service) deliver(ctx context.Context, l *lane, slot Slot, id civic.ID) bool {
	term, begun := rand.Text(), l.begun()
	// Once the lease is over somebody else may have the delivery: whoever was stopped for so long sends nothing any more.
	leased, cancel := context.WithTimeout(ctx, l.limits.Lease)
	defer cancel()
	d, err := s.ledger.Update(ctx, id, func(d *Delivery) error { return d.claim(s.now(), term, l.limits) })
	if err != nil {
		if !errors.Is(err, errNotDue) && civic.CodeOf(err) != civic.Conflict {
			s.o.Log.Error("mail cannot be claimed", "delivery", id, "error", err)
		}
		return false
	}
	if d.State != Sending {
		return false
	}
	s.hooks.at(stepClaimed, &d)
	t := s.try(leased, slot, &d)
	t.begun = begun
	s.finish(ctx, l, &d, t)
	return true
}

// tried is what an attempt came to, with what the ledger keeps of it.
type tried struct {
	attempt
	out   Outcome
	begun int // see lane.heed
}

// try composes the mail and hands it over. A panic counts as a fault of ours: the mail waits.
func (s *Service) try(ctx context.Context, slot Slot, d *Delivery) (t tried) {
	answered := Outcome{Result: Later, Stage: StageContent, Cause: causeInternal}
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.Error("mail panicked", "delivery", d.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			t.out = answered
		}
	}()
	a, err := s.compose(ctx, d)
	if err != nil {
		return tried{out: s.composeFailure(d, err)}
	}
	t.attempt = a
	if a.skip != "" {
		return t
	}
	raw, err := a.mail.Bytes()
	if err != nil {
		return tried{out: s.composeFailure(d, err)}
	}
	s.hooks.at(stepComposed, d)
	if ctx.Err() != nil {
		t.out = Outcome{Result: Later, Stage: StageContent, Cause: causeStopped}
		return t
	}
	answered = Outcome{Result: Uncertain, Stage: StageAnswer, Cause: causeInternal}
	t.out = slot.Send(ctx, Envelope{ID: d.ID, From: a.mail.From.Address, To: a.mail.To.Address, Mail: raw})
	answered = t.out
	s.hooks.at(stepAnswered, d)
	return t
}

// composeFailure is the outcome of a mail that could not be written. What is wrong with this one mail ends it; a store that
// does not answer only delays it.
func (s *Service) composeFailure(d *Delivery, err error) Outcome {
	s.o.Log.Warn("mail cannot be composed", "delivery", d.ID, "error", err)
	switch civic.CodeOf(err) {
	case civic.Invalid, civic.TooLarge:
		cause := causeContent
		if errors.Is(err, errUnusable) {
			cause = causeAddress
		}
		return Outcome{Result: Refused, Stage: StageContent, Cause: cause, Err: err}
	}
	return Outcome{Result: Later, Stage: StageContent, Cause: causeInternal, Err: err}
}

// errUnusable marks an address that cannot be written to.
var errUnusable = errors.New("address cannot be used")

// compose writes the mail for d as it has to be at this moment.
func (s *Service) compose(ctx context.Context, d *Delivery) (attempt, error) {
	if d.Campaign == "" {
		return s.composeMessage(d)
	}
	return s.composeCampaign(ctx, d)
}

func (s *Service) composeMessage(d *Delivery) (attempt, error) {
	var a attempt
	plain, err := s.o.Vault.Open(sealPurpose, d.Sealed)
	if err != nil {
		return a, err
	}
	var m sealedMessage
	if err := json.Unmarshal(plain, &m); err != nil {
		return a, fmt.Errorf("notify: sealed message: %w", err)
	}
	r, err := s.renderMessage(m)
	if err != nil {
		return a, err
	}
	a.mail = s.addressed(d, r, Mailbox{Name: m.Name, Address: d.Address})
	a.mail.Automatic = true
	return a, nil
}

func (s *Service) composeCampaign(ctx context.Context, d *Delivery) (attempt, error) {
	c, err := s.runningCampaign(ctx, d.Campaign)
	if err != nil {
		return attempt{}, err
	}
	r, reason, err := s.recipient(ctx, c, d)
	if err != nil || reason != "" {
		return attempt{skip: reason}, err
	}
	ls, err := s.lettersOf(c)
	if err != nil {
		return attempt{}, err
	}
	l, link := ls.in(r.Language), ""
	if c.Class == Voluntary {
		link = s.unsubscribeLink(c, d.Contact)
	}
	out, err := s.render(l, r.Fields, s.footer(c, l.language, link))
	if err != nil {
		return attempt{}, err
	}
	name, err := civic.CleanLine(r.Name, maxDisplayName)
	if err != nil {
		name = ""
	}
	a := attempt{by: c.Author, mail: s.addressed(d, out, Mailbox{Name: name, Address: r.Address})}
	a.mail.Unsubscribe = link
	return a, nil
}

// recipient asks the audience once more, because a withdrawal counts at once. It returns the reason when the mail must not go.
func (s *Service) recipient(ctx context.Context, c *Campaign, d *Delivery) (r Recipient, skip string, err error) {
	r, err = s.o.Audience.Recipient(ctx, d.Contact, c.Topic, c.Class == Institutional)
	switch {
	case civic.CodeOf(err) == civic.NotFound:
		return r, skipGone, nil
	case err != nil:
		return r, "", err
	case r.Skip != "":
		return r, r.Skip, nil
	}
	address, err := ParseAddress(r.Address)
	if err != nil {
		return r, "", fmt.Errorf("%w: %w", errUnusable, err)
	}
	r.Address = address
	held, err := s.Held(ctx, address)
	if err != nil {
		return r, "", err
	}
	if held {
		return r, skipHeld, nil
	}
	if key := s.copyKey(c.ID, address); key != d.Copy { // the person's address changed since the campaign began
		_, err = s.ledger.Update(ctx, d.ID, func(row *Delivery) error {
			if !row.held(d.Term) {
				return errNotDue
			}
			row.Copy = key
			return nil
		})
		if civic.CodeOf(err) == civic.Conflict && !errors.Is(err, errNotDue) {
			return r, skipDuplicate, nil
		}
	}
	return r, "", err
}

// copyKey returns the key by which an address gets one copy of a campaign. Nobody's mailbox differs from another's in case alone.
func (s *Service) copyKey(campaign civic.ID, address string) string {
	return s.o.Vault.Digest("notify/copy", string(campaign)+"\n"+strings.ToLower(address))
}

func (s *Service) addressed(d *Delivery, r rendered, to Mailbox) Mail {
	return Mail{
		ID: MessageID(d.ID, s.o.From.Domain()), Date: s.now(), From: s.o.From, ReplyTo: s.o.ReplyTo, To: to,
		Subject: r.Subject, Text: r.Text, HTML: r.HTML,
	}
}

// settleTimeout bounds writing down an outcome, which goes on when the program is asked to stop.
const settleTimeout = 10 * time.Second

// finish writes down what an attempt came to, and its effects: each can be repeated, and comes before the ledger says sent, so
// that a crash in between loses none.
func (s *Service) finish(ctx context.Context, l *lane, d *Delivery, t tried) {
	if ctx.Err() != nil && t.out.Result == Later && t.out.Code == 0 {
		t.out.Cause, t.out.Server = causeStopped, false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	recorded := true
	switch {
	case t.skip != "":
	case t.out.Result == Accepted:
		recorded = s.record(ctx, d, t.mail.Subject, t.by) == nil
		s.hooks.at(stepRecorded, d)
	case t.out.deadAddress() && d.Class != ClassCode:
		if err := s.hold(ctx, d, t.mail.To.Address, t.out); err != nil {
			s.o.Log.Error("address cannot be held", "delivery", d.ID, "error", err)
		}
	}
	wait := waitAfter(s.waits(d), d.Attempt, chance())
	if t.out.Cause == causeStopped {
		wait = 0
	}
	change := func(row *Delivery) error {
		if t.skip != "" {
			if !row.held(d.Term) {
				return errNotDue
			}
			row.skip(t.skip, s.now())
			return nil
		}
		if t.mail.To.Address != "" && row.Campaign != "" {
			row.Address, row.Subject = t.mail.To.Address, t.mail.Subject
		}
		if err := row.settle(d.Term, t.out, wait, s.now(), l.limits); err != nil {
			return err
		}
		if !recorded {
			row.Queue, row.DueAt = timelineQueue, s.now()
		}
		return nil
	}
	s.write(ctx, d, change)
	if t.skip == "" {
		l.heed(t.out, t.begun)
		s.note(d, t.out)
	}
	s.hooks.at(stepSettled, d)
}

// write stores an outcome. It insists for a while: what is not written down counts as unknown and is sent again.
func (s *Service) write(ctx context.Context, d *Delivery, change func(*Delivery) error) {
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		_, err := s.ledger.Update(ctx, d.ID, change)
		if err == nil || errors.Is(err, errNotDue) {
			return
		}
		if sleepUntil(ctx, s.now, s.now().Add(pause)) != nil {
			s.o.Log.Error("outcome of a mail cannot be written; it counts as unknown", "delivery", d.ID, "error", err)
			return
		}
	}
}

// note logs what did not go well, without addresses.
func (s *Service) note(d *Delivery, out Outcome) {
	if out.Result == Accepted {
		return
	}
	args := []any{"delivery", d.ID, "outcome", out.String(), "attempt", d.Attempt}
	if out.Server && out.Err != nil {
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
		ID: civic.Key("mail", d.ID), Contact: d.Contact, Kind: "mail", Ref: ref, At: at, Title: subject, Channel: "mail", By: by,
	})
	if err != nil {
		s.o.Log.Warn("mail is not on the timeline yet", "delivery", d.ID, "error", err)
	}
	return err
}
