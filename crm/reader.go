package crm

import (
	"context"

	"ascolto/internal/civic"
)

// Reader reads what is stored for the folders below crm. It asks for no permission and writes no audit: the
// services there do.
type Reader struct{ s *Service }

// Reader returns a Reader of what s keeps.
func (s *Service) Reader() Reader { return Reader{s} }

// Contact returns a contact, or NotFound.
func (r Reader) Contact(ctx context.Context, id civic.ID) (Contact, error) {
	return r.s.contacts.Get(ctx, id)
}

// Contacts returns the contacts of ids that exist, in the order of the ids.
func (r Reader) Contacts(ctx context.Context, ids []civic.ID) ([]Contact, error) {
	return r.s.byIDs(ctx, ids)
}

// FiscalCode returns the fiscal code of c, opened; empty when it has none.
func (r Reader) FiscalCode(c Contact) (string, error) {
	code, err := r.s.openCode(c)
	return code.String(), err
}

// Timeline lists what happened with a contact, newest first.
func (r Reader) Timeline(
	ctx context.Context, contact civic.ID, page civic.PageRequest,
) (civic.Page[Entry], error) {
	return r.s.entries(ctx, contact, page)
}

// Stored returns what is stored of contacts, for who follows it.
func (r Reader) Stored() Stored[Contact] { return Stored[Contact]{r.s.contacts} }

// StoredEntries returns what is stored of timelines, for who follows it.
func (r Reader) StoredEntries() Stored[Entry] { return Stored[Entry]{r.s.timeline} }
