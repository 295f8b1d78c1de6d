package notify

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
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
	// Codes are sent to an address that nobody has proved yet, and name no contact.
	waiting := docstore.Query{
		Filter: docstore.Filter{docstore.Eq("queue", messageQueue)}, Sort: []string{"dueAt"},
	}
	to := func(d Delivery) bool { return slices.Contains(how.Emails, strings.ToLower(d.Address)) }
	if err := s.anonymise(ctx, waiting, to); err != nil {
		return err
	}
	if err := s.eraseHolds(ctx, about.Contact, how.Emails); err != nil {
		return err
	}
	if files, ok := s.o.Transport.(*Files); ok {
		return files.removeTo(ctx, how.Emails)
	}
	return nil
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
			err = s.renameRow(ctx, d)
		} else {
			_, err = s.ledger.Update(ctx, d.ID, func(d *Delivery) error { d.anonymise(s.now()); return nil })
		}
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
	}
	return nil
}

// renameRow replaces a row of a campaign, whose id names the contact, by one that names nobody. The new id
// follows from the old one by a keyed digest: a program that dies between the two steps leaves no second row
// behind.
func (s *Service) renameRow(ctx context.Context, d Delivery) error {
	old := d.ID
	d.Meta = docstore.Meta{ID: civic.Key(d.Campaign,
		civic.ID(s.o.Vault.Digest("notify/erased", string(old))))}
	d.anonymise(s.now())
	if err := s.ledger.Insert(ctx, &d); err != nil && civic.CodeOf(err) != civic.Conflict {
		return err
	}
	return s.ledger.Delete(ctx, old)
}

// anonymise takes out of d who it was for; what was still to be sent is not.
func (d *Delivery) anonymise(now time.Time) {
	if d.Open() {
		d.skip(skipGone, now)
	}
	d.Contact, d.Address, d.Subject, d.Copy, d.Answer, d.Sealed = "", "", "", "", "", nil
	d.Queue, d.Term, d.UpdatedAt, d.Erased = "", "", now, true
}

// eraseHolds removes what is known of refusals of a person's addresses.
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
		if err := s.holds.Delete(ctx, s.addressKey(address)); err != nil {
			return err
		}
	}
	return nil
}

// eraseKept removes the file of a mail, where mail is kept as files.
func (s *Service) eraseKept(id civic.ID) error {
	if files, ok := s.o.Transport.(*Files); ok {
		return files.remove(id)
	}
	return nil
}

// remove removes the file of a mail; it is no error when there is none.
func (f *Files) remove(id civic.ID) error {
	err := os.Remove(filepath.Join(f.dir, fileName(id)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.mu.Lock()
	for _, list := range []*[]KeptMail{&f.newest, &f.noted} {
		*list = slices.DeleteFunc(*list, func(m KeptMail) bool { return m.ID == id })
	}
	f.mu.Unlock()
	return syncDir(f.dir)
}

// removeTo removes the mails to some addresses: of a code that was sent, its row no longer says to whom.
func (f *Files) removeTo(ctx context.Context, emails []string) error {
	if len(emails) == 0 {
		return nil
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		id, ok := idOfFile(entry.Name())
		if !ok {
			continue
		}
		to, err := f.addressee(id)
		if err == nil && slices.Contains(emails, to) {
			err = f.remove(id)
		}
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// addressee returns to whom a mail was written, in lower case; nothing when nobody can read it.
func (f *Files) addressee(id civic.ID) (string, error) {
	raw, err := f.Read(id)
	if err != nil {
		return "", err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", nil
	}
	to, err := mail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		return "", nil
	}
	return strings.ToLower(to.Address), nil
}
