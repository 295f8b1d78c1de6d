package crm

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
	"ascolto/internal/routine"
	"ascolto/internal/vault"
)

// namesAtOnce is how many contacts are mended at a time: the store commits those together.
const namesAtOnce = 16

// NamesStep returns the step that brings what follows from contacts' names and fiscal codes to what this
// version makes of them: an earlier one sorted them otherwise, and did not find codes by a part. The
// contacts' versions stay, so that nobody's edit is in its way.
func NamesStep(v *vault.Vault) migrate.Step {
	return migrate.Step{
		Name: "contacts-names",
		Help: "contacts are sorted, compared and found by the letters of their names without accents",
		Run: migrate.Over(contactSpec(), func(
			_ context.Context, _ *docstore.DB, contacts *docstore.Collection[Contact],
		) (func(context.Context, []Contact) error, error) {
			return (&Service{contacts: contacts, vault: v}).rederiveAll, nil
		}),
	}
}

// rederiveAll stores what follows from names and codes of a page of contacts, where it is not what is stored.
func (s *Service) rederiveAll(ctx context.Context, page []Contact) error {
	group, ctx := routine.WithContext(ctx, s.log, "deriving names")
	group.SetLimit(namesAtOnce)
	for _, c := range page {
		stored := [3]string{c.SortName, c.Skeleton, c.Joined}
		if c.derive(); stored == [3]string{c.SortName, c.Skeleton, c.Joined} &&
			(c.CodeDigest == "") == (len(c.CodeParts) == 0) {
			continue
		}
		group.Go(func() error {
			_, err := s.contacts.Update(ctx, c.ID, s.rederive)
			return ignoreGone(err)
		})
	}
	return group.Wait()
}

// rederive sets what follows from the name and the fiscal code of a stored contact.
func (s *Service) rederive(c *Contact) error {
	c.derive()
	code, err := s.openCode(*c)
	if err == nil {
		c.CodeParts = s.codeParts(code.String())
	}
	return err
}

// ReadContacts returns how a step over what others store reads contacts, by their ids; those that are gone
// are missing.
func ReadContacts(
	ctx context.Context, db *docstore.DB,
) (func(context.Context, []civic.ID) (map[civic.ID]Contact, error), error) {
	contacts, err := docstore.Collect[Contact](ctx, db, contactSpec())
	s := &Service{contacts: contacts}
	return func(ctx context.Context, ids []civic.ID) (map[civic.ID]Contact, error) {
		found, err := s.byIDs(ctx, ids)
		known := make(map[civic.ID]Contact, len(found))
		for _, c := range found {
			known[c.ID] = c
		}
		return known, err
	}, err
}

// ignoreGone returns nil for the error of a document that was taken away meanwhile.
func ignoreGone(err error) error {
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}
