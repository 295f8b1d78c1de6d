package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/notify/message"
	"ascolto/notify/transport"
)

// composeFailure is the outcome of a mail that could not be written. What is wrong with this one mail ends
// it; a store that does not answer only delays it.
func (s *Service) composeFailure(d *Delivery, err error) transport.Outcome {
	s.o.Log.Warn("mail cannot be composed", "delivery", d.ID, "error", err)
	switch civic.CodeOf(err) {
	case civic.Invalid, civic.TooLarge:
		cause := causeContent
		if errors.Is(err, errUnusable) {
			cause = transport.CauseAddress
		}
		return transport.Outcome{Result: transport.Refused, Stage: transport.StageContent, Cause: cause, Err: err}
	}
	return transport.Outcome{Result: transport.Later, Stage: transport.StageContent, Cause: causeInternal,
		Err: err}
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
	a.mail = s.addressed(d, s.renderMessage(m), reach.Mailbox{Name: m.Name, Address: d.Address})
	a.mail.Automatic, a.mail.Attachments = true, m.Attachments
	if m.ReplyTo != "" {
		a.mail.ReplyTo = m.ReplyTo
	}
	if m.Thread != "" {
		a.mail.ID, a.mail.Thread = message.ThreadID(d.ID, m.Thread, s.o.From.Domain()), m.Thread
	}
	return a, nil
}

func (s *Service) composeCampaign(ctx context.Context, d *Delivery) (attempt, error) {
	c, err := s.runningCampaign(ctx, d.Campaign)
	if err != nil {
		return attempt{}, err
	}
	r, reason, err := s.recipient(ctx, c, d)
	if err != nil || reason != "" {
		return attempt{skip: reason, gone: r.Gone}, err
	}
	ls, err := s.lettersOf(ctx, c)
	if err != nil {
		return attempt{}, err
	}
	l, link := ls.in(r.Language), ""
	if c.Class == Voluntary {
		link = s.unsubscribeLink(c, d.Contact)
	}
	out := l.Render(s.frame(c, l.Language(), ls.topic.In(l.Language()), link), r.Fields)
	name, err := civic.CleanLine(r.Name, reach.MaxDisplayName)
	if err != nil {
		name = ""
	}
	a := attempt{by: c.Author, known: r.known,
		mail: s.addressed(d, out, reach.Mailbox{Name: name, Address: r.Address})}
	a.mail.Unsubscribe = link
	return a, nil
}

// reached is a recipient, and what is known of refusals of the address.
type reached struct {
	civic.Recipient
	known HeldAddress
}

// recipient asks the audience once more, because a withdrawal counts at once. It returns the reason when the
// mail must not go.
func (s *Service) recipient(
	ctx context.Context, c *Campaign, d *Delivery,
) (r reached, skip string, err error) {
	r.Recipient, err = s.o.Audience.Recipient(ctx, d.Contact, c.Topic, c.Class == Institutional)
	switch {
	case civic.CodeOf(err) == civic.NotFound:
		r.Gone = true
		return r, skipGone, nil
	case err != nil:
		return r, "", err
	case r.Skip != "":
		return r, r.Skip, nil
	}
	address, err := reach.ParseAddress(r.Address)
	if err != nil {
		return r, "", fmt.Errorf("%w: %w", errUnusable, err)
	}
	r.Address = address
	known, err := s.heldAddress(ctx, address)
	if err != nil {
		return r, "", err
	}
	if r.known = known; known.Active {
		return r, SkipHeld, nil
	}
	// the person's address changed since the campaign began
	if key := s.copyKey(c.ID, address); key != d.Copy {
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

// copyKey returns the key by which an address gets one copy of a campaign. Nobody's mailbox differs from
// another's in case alone.
func (s *Service) copyKey(campaign civic.ID, address string) string {
	return s.o.Vault.Digest("notify/copy", string(campaign)+"\n"+strings.ToLower(address))
}

func (s *Service) addressed(d *Delivery, r message.Rendered, to reach.Mailbox) message.Mail {
	return message.Mail{
		ID: message.IDOf(d.ID, s.o.From.Domain()), Date: s.now(), From: s.o.From, ReplyTo: s.o.ReplyTo, To: to,
		Subject: r.Subject, Text: r.Text, HTML: r.HTML,
	}
}
