package blob

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PersonalCollections implements civic.PersonalData.
func (s *Store) PersonalCollections() []string { return []string{"files"} }

// FindPersonal implements civic.PersonalData.
func (s *Store) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	n, err := s.files.Count(ctx, docstore.Filter{docstore.Eq("person", string(about.Contact))})
	return []civic.PersonalHolding{{Kind: "files", Count: n, Fate: civic.FateErased}}, err
}

// ErasePersonal implements civic.PersonalData: the person's files are removed, whatever refers to them.
func (s *Store) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, _ civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil {
		return err
	}
	_, err := s.Erase(ctx, about.Contact)
	return err
}
