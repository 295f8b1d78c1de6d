package intake

import (
	"context"
	"errors"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// epoch is before every time at which a mail is erased: those that are not have none.
var epoch = time.Unix(0, 0).UTC()

// Expire erases what is kept of mails that were dealt with a while ago: what came of them stays, and that
// they were taken in. It returns how many; doing it again changes nothing.
func (s *Service) Expire(ctx context.Context) (int, error) {
	n := 0
	var failed error
	over := docstore.Query{Sort: []string{"expiresAt"}, Filter: docstore.Filter{
		docstore.Gt("expiresAt", epoch), docstore.Lte("expiresAt", s.now())}}
	for m, err := range s.mails.All(ctx, over) {
		if err != nil {
			return n, err
		}
		if err := s.erase(ctx, m); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// erase lets go of the files of a mail and takes out of it whatever tells who wrote what.
func (s *Service) erase(ctx context.Context, m Mail) error {
	if err := s.o.Files.Discard(ctx, m.document()); err != nil {
		return err
	}
	_, err := s.mails.Update(ctx, m.ID, func(m *Mail) error {
		if m.State.Waits() || m.State == Pending {
			m.State = Discarded
		}
		m.erase(s.now())
		return nil
	})
	return err
}

// PersonalCollections implements civic.PersonalData.
func (s *Service) PersonalCollections() []string { return []string{s.mails.Name()} }

func mailsOf(contact civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)}, Sort: []string{"-at"}}
}

// ExportPersonal implements civic.PersonalData: the mails that the person wrote, as far as it is known that
// they did.
func (s *Service) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, _ string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	section := civic.PersonalSection{Name: "mails_received"}
	for m, err := range s.mails.All(ctx, mailsOf(about.Contact)) {
		if err != nil {
			return nil, err
		}
		e := civic.PersonalEntry{Title: strings.Trim(m.Number+" · "+m.Subject, " ·"), At: m.At}
		e.Say("email", m.From)
		e.Say("text", m.Text)
		e.SayCode("state", string(m.State), m.State.Word())
		section.Entries = append(section.Entries, e)
	}
	return []civic.PersonalSection{section}, nil
}

// FindPersonal implements civic.PersonalData.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	n, err := s.mails.Count(ctx, docstore.Filter{docstore.Eq("contact", about.Contact)})
	return []civic.PersonalHolding{{Kind: "mails_received", Count: n, Fate: civic.FateErased}}, err
}

// ErasePersonal implements civic.PersonalData: the mails of the person, and those from their addresses of
// which nobody knew whose they were.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil {
		return err
	}
	all := []docstore.Query{mailsOf(about.Contact)}
	for _, email := range how.Emails {
		all = append(all, docstore.Query{Sort: []string{"fetchedAt"},
			Filter: docstore.Filter{docstore.Eq("sender", senderKey(s.o.Vault, email))}})
	}
	for n, q := range all {
		for m, err := range s.mails.All(ctx, q) {
			if err != nil {
				return err
			}
			if n > 0 && m.Contact != "" && m.Contact != about.Contact { // another who has the address, too
				continue
			}
			if err := s.erase(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}
