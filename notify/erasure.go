package notify

import (
	"context"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/notify/transport"
)

// PersonalCollections implements civic.PersonalData.
func (s *Service) PersonalCollections() []string { return []string{"deliveries", "mail_addresses"} }

// FindPersonal implements civic.PersonalData: the rows of the ledger, and the addresses that were refused.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	mails, err := s.ledger.Count(ctx, docstore.Filter{docstore.Eq("contact", about.Contact)})
	if err != nil {
		return nil, err
	}
	addresses, err := s.holds.Count(ctx, docstore.Filter{docstore.Eq("contact", about.Contact)})
	return []civic.PersonalHolding{
		{Kind: "mails", Count: mails, Fate: civic.FateAnonymised},
		{Kind: "mail_addresses", Count: addresses, Fate: civic.FateErased},
	}, err
}

// ErasePersonal implements civic.PersonalData: rows of the ledger stay, without the person, so that what was
// sent adds up; what was still to be sent is not; refused addresses and mails kept as files are removed.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil {
		return err
	}
	theirs := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("contact", about.Contact)}, Sort: []string{"createdAt"},
	}
	if err := s.anonymise(ctx, theirs, func(Delivery) bool { return true }); err != nil {
		return err
	}
	// Codes are sent to an address that nobody has proved yet, and name no contact. Who shares the mailbox
	// keeps what is theirs.
	waiting := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("queue", messageQueue)}, Sort: []string{"dueAt"},
	}
	to := func(d Delivery) bool {
		return d.Contact == "" && slices.Contains(how.Emails, strings.ToLower(d.Address))
	}
	if err := s.anonymise(ctx, waiting, to); err != nil {
		return err
	}
	if err := s.eraseHolds(ctx, about.Contact, how.Emails); err != nil {
		return err
	}
	return s.eraseKeptTo(ctx, about.Contact, how.Emails)
}

// anonymise takes the person out of the deliveries of a query that are theirs.
func (s *Service) anonymise(ctx context.Context, q docstore.Query, theirs func(Delivery) bool) error {
	for d, err := range s.ledger.All(ctx, q) {
		if err != nil {
			return err
		}
		if !theirs(d) {
			continue
		}
		if err := s.eraseKept(d.ID); err != nil {
			return err
		}
		if d.Campaign != "" {
			err = s.renameRow(ctx, d.ID, d.Campaign)
		} else {
			_, err = s.ledger.Update(ctx, d.ID, func(d *Delivery) error { d.anonymise(s.now()); return nil })
		}
		if ignoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

// renameRow replaces a row of a campaign, whose id names the contact, by one that names nobody. The row
// itself is changed first, still found by its contact: whoever is sending it writes nothing to it any more.
// It is no error when there is none.
func (s *Service) renameRow(ctx context.Context, id, campaign civic.ID) error {
	d, err := s.ledger.Update(ctx, id, func(d *Delivery) error {
		contact := d.Contact
		d.anonymise(s.now())
		d.Contact = contact
		return nil
	})
	if err != nil {
		return ignoreNotFound(err)
	}
	d.Meta, d.Contact = docstore.Meta{ID: s.erasedID(campaign, id)}, ""
	if err := s.ledger.Insert(ctx, &d); err != nil && civic.CodeOf(err) != civic.Conflict {
		return err
	}
	return s.ledger.Delete(ctx, id)
}

// erasedID returns the id of the row that takes the place of another. It follows from the old one by a keyed
// digest: a program that dies between the two leaves no second row behind.
func (s *Service) erasedID(campaign, row civic.ID) civic.ID {
	return civic.Key(campaign, civic.ID(s.o.Vault.Digest("notify/erased", string(row))))
}

func ignoreNotFound(err error) error {
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}

// anonymise takes out of d who it was for; what was still to be sent is not.
func (d *Delivery) anonymise(now time.Time) {
	if d.Open() {
		d.skip(skipGone, now)
	}
	d.Contact, d.Address, d.Subject, d.Copy, d.Answer, d.Sealed = "", "", "", "", "", nil
	d.Queue, d.Term, d.UpdatedAt, d.Erased = "", "", now, true
}

// eraseHolds removes what is known of refusals of a person's addresses, unless it was another's mail that was
// refused there.
func (s *Service) eraseHolds(ctx context.Context, contact civic.ID, emails []string) error {
	theirs := docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)},
		Sort: []string{"contact"}}
	for h, err := range s.holds.All(ctx, theirs) {
		if err == nil {
			err = s.holds.Delete(ctx, h.ID)
		}
		if err != nil {
			return err
		}
	}
	for _, address := range emails {
		if err := s.eraseHold(ctx, contact, address); err != nil {
			return err
		}
	}
	return nil
}

// eraseHold removes what is known of refusals of an address when they were of mail to a contact, or to nobody
// who is named.
func (s *Service) eraseHold(ctx context.Context, contact civic.ID, address string) error {
	h, err := s.heldAddress(ctx, address)
	if err != nil || h.ID == "" || h.Contact != "" && h.Contact != contact {
		return err
	}
	return s.holds.Delete(ctx, h.ID)
}

// eraseKept removes the file of a mail, where mail is kept as files.
func (s *Service) eraseKept(id civic.ID) error {
	if files, ok := s.o.Transport.(*transport.Files); ok {
		return files.Remove(id)
	}
	return nil
}

// eraseKeptTo removes the kept mails to some addresses: of a code that was sent, its row no longer says to
// whom. What was written to another contact stays.
func (s *Service) eraseKeptTo(ctx context.Context, contact civic.ID, emails []string) error {
	files, ok := s.o.Transport.(*transport.Files)
	if !ok || len(emails) == 0 {
		return nil
	}
	return files.RemoveTo(ctx, emails, func(id civic.ID) (bool, error) {
		d, err := s.ledger.Get(ctx, id)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return false, err
		}
		return d.Contact == "" || d.Contact == contact, nil
	})
}

// eraseLate removes what an attempt left of somebody who was erased while it was under way, or is found to be
// gone: the row, or its file and what a refusal said of the address. What went out counts as sent. It does
// nothing when the row is somebody else's now.
func (s *Service) eraseLate(ctx context.Context, d *Delivery, r result) error {
	row, err := s.ledger.Get(ctx, d.ID)
	switch {
	case ignoreNotFound(err) != nil:
		return err
	case r.gone && err == nil && d.Campaign != "":
		return s.renameRow(ctx, d.ID, d.Campaign)
	case err == nil && !row.Erased:
		return nil
	}
	if err := s.eraseKept(d.ID); err != nil {
		return err
	}
	if address := r.mail.To.Address; address != "" {
		if err := s.eraseHold(ctx, d.Contact, address); err != nil {
			return err
		}
	}
	if r.out.Result != transport.Accepted {
		return nil
	}
	id := d.ID
	if d.Campaign != "" {
		id = s.erasedID(d.Campaign, d.ID)
	}
	_, err = s.ledger.Update(ctx, id, func(d *Delivery) error {
		d.State, d.Cause, d.SentAt = Sent, "", s.now()
		return nil
	})
	return ignoreNotFound(err)
}
