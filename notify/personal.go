package notify

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ExportPersonal implements civic.PersonalData: the mails written to a person, with what became of each.
func (s *Service) ExportPersonal(ctx context.Context, by civic.Actor, about civic.Subject, _ string) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	section := civic.PersonalSection{Name: "mails"}
	theirs := docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", about.Contact)}, Sort: []string{"createdAt"}}
	for d, err := range s.ledger.All(ctx, theirs) {
		if err != nil {
			return nil, err
		}
		e := civic.PersonalEntry{Title: d.Subject, At: d.CreatedAt}
		e.Say("address", d.Address)
		e.SayCode("state", string(d.State), "notify.state."+string(d.State))
		section.Entries = append(section.Entries, e)
	}
	return []civic.PersonalSection{section}, nil
}
