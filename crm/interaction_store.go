package crm

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

func interactionSpec() docstore.Spec {
	return docstore.Spec{Name: "interactions", Followed: true, Indexes: []docstore.Index{
		{Name: "at", Fields: []string{"-at"}},
		{Name: "office", Fields: []string{"office", "-at"}},
		{Name: "open", Fields: []string{"open", "-at"}},
		{Name: "office_open", Fields: []string{"office", "open", "-at"}},
		{Name: "owner", Fields: []string{"owner", "-at"}},
		{Name: "owner_open", Fields: []string{"owner", "open", "-at"}},
		{Name: "due", Fields: []string{"open", "dueOn"}},
		{Name: "office_due", Fields: []string{"office", "open", "dueOn"}},
		{Name: "owner_due", Fields: []string{"owner", "open", "dueOn"}},
		{Name: "contact_office", Fields: []string{"contact", "office"}},
		{Name: "changed", Fields: []string{"updatedAt"}},
	}}
}

// dealtWith reports whether one of the offices has had to do with the contact.
func (s *Service) dealtWith(ctx context.Context, contact civic.ID, offices []civic.ID) (bool, error) {
	n, err := s.interactions.Count(ctx,
		docstore.Filter{docstore.Eq("contact", contact), docstore.In("office", offices...)})
	if err != nil || n > 0 || s.dealings == nil || len(offices) == 0 {
		return n > 0, err
	}
	return s.dealings.DealtWith(ctx, contact, offices)
}
