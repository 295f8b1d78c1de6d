package privacy

import (
	"context"

	"ascolto/internal/civic"
)

// PersonalCollections implements civic.PersonalData.
func (s *Service) PersonalCollections() []string {
	return []string{"contacts", "timeline", "interactions"}
}

// FindPersonal implements civic.PersonalData.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	held, err := s.crm.Held(ctx, by, about.Contact)
	return []civic.PersonalHolding{
		{Kind: "follow_ups", Count: len(held.Open), Fate: civic.FateUnavoidable, Open: held.Open},
		{Kind: "contact", Count: held.Contacts, Fate: civic.FateErased},
		{Kind: "timeline", Count: held.Timeline, Fate: civic.FateErased},
		{Kind: "interactions", Count: held.Interactions, Fate: civic.FateAnonymised},
	}, err
}

// ErasePersonal implements civic.PersonalData.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	return s.crm.EraseContact(ctx, by, about.Contact, how.At)
}
