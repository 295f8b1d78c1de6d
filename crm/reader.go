package crm

import (
	"context"
	"iter"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Reader reads what is stored for the folders below crm. It asks for no permission and writes no audit: the services there do.
type Reader struct{ s *Service }

// Reader returns a Reader of what s keeps.
func (s *Service) Reader() Reader { return Reader{s} }

// Changes returns the contacts that were stored or taken away since a mark, as docstore.Collection.Changes does.
func (r Reader) Changes(
	ctx context.Context, since docstore.Mark,
) (ids []civic.ID, now docstore.Mark, known bool) {
	return r.s.contacts.Changes(ctx, since)
}

// Revisions yields the id and revision of every contact, in the order of ids.
func (r Reader) Revisions(ctx context.Context) iter.Seq2[docstore.Meta, error] {
	return r.s.contacts.Revisions(ctx)
}

// Contact returns a contact, or NotFound.
func (r Reader) Contact(ctx context.Context, id civic.ID) (Contact, error) {
	return r.s.contacts.Get(ctx, id)
}

// Contacts returns the contacts of ids that exist, in the order of the ids.
func (r Reader) Contacts(ctx context.Context, ids []civic.ID) ([]Contact, error) {
	return r.s.byIDs(ctx, ids)
}

// ContactsByID returns the contacts of ids that exist, in the order of the ids as texts, which is that of Revisions.
func (r Reader) ContactsByID(ctx context.Context, ids []civic.ID) ([]Contact, error) {
	q := docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)}, Limit: max(1, len(ids))}
	page, err := r.s.contacts.Find(ctx, q)
	return page.Items, err
}

// FiscalCode returns the fiscal code of c, opened; empty when it has none.
func (r Reader) FiscalCode(c Contact) (string, error) {
	code, err := r.s.openCode(c)
	return code.String(), err
}

// Timeline lists what happened with a contact, newest first.
func (r Reader) Timeline(ctx context.Context, contact civic.ID, page civic.PageRequest) (civic.Page[Entry], error) {
	return r.s.entries(ctx, contact, page)
}
