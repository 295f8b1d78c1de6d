package notify

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ExportPersonal implements civic.PersonalData: the mails written to a person, with what became of each, and
// what servers said of the person's addresses when they refused one.
func (s *Service) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, _ string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	mails, err := s.personalMails(ctx, about)
	if err != nil {
		return nil, err
	}
	addresses, err := s.personalAddresses(ctx, about)
	return []civic.PersonalSection{{Name: "mails", Entries: mails},
		{Name: "mail_addresses", Entries: addresses}}, err
}

func (s *Service) personalMails(ctx context.Context, about civic.Subject) ([]civic.PersonalEntry, error) {
	var entries []civic.PersonalEntry
	theirs := docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", about.Contact)},
		Sort: []string{"createdAt"}}
	for d, err := range s.ledger.All(ctx, theirs) {
		if err != nil {
			return nil, err
		}
		e := civic.PersonalEntry{Title: d.Subject, At: d.CreatedAt}
		e.Say("address", d.Address)
		e.SayCode("state", string(d.State), "notify.message_state."+string(d.State))
		entries = append(entries, e)
	}
	return entries, nil
}

func (s *Service) personalAddresses(ctx context.Context, about civic.Subject) ([]civic.PersonalEntry, error) {
	var entries []civic.PersonalEntry
	for h, err := range s.holds.All(ctx,
		docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", about.Contact)},
			Sort: []string{"contact"}}) {
		if err != nil {
			return nil, err
		}
		e := civic.PersonalEntry{Title: h.Address, At: h.HeldAt}
		state := "accepted"
		if h.Active {
			state = "suspended"
		}
		e.SayCode("state", state, "notify.held.state."+state)
		e.SayCode("cause", h.Cause, h.Cause)
		e.Say("answer", h.Answer)
		e.Say("reason", h.Reason)
		entries = append(entries, e)
	}
	return entries, nil
}
