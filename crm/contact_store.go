package crm

import (
	"context"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

func contactSpec() docstore.Spec {
	return docstore.Spec{Name: "contacts", Followed: true, Indexes: []docstore.Index{
		{Name: "name", Fields: []string{"sortName"}},
		{Name: "district", Fields: []string{"district", "sortName"}},
		{Name: "skeleton", Fields: []string{"skeleton"}},
		{Name: "joined", Fields: []string{"joined"}},
		{Name: "codeparts", Fields: []string{"codeParts"}},
		{Name: "email", Fields: []string{"emails.key"}},
		{Name: "proved", Fields: []string{"proved.key"}},
		{Name: "phone", Fields: []string{"phones.number"}},
		{Name: "code", Fields: []string{"codeDigest"}, Unique: true},
		{Name: "changed", Fields: []string{"updatedAt"}},
		{Name: "shut_out", Fields: []string{"shutOutAt"}},
		{Name: "district_changed", Fields: []string{"district", "updatedAt"}},
	}}
}

// byEmail returns the contacts that have one of the addresses, by their keys; at most limit of them.
func (s *Service) byEmail(ctx context.Context, keys []string, limit int) ([]Contact, error) {
	return s.with(ctx, "emails.key", keys, limit)
}

// byProof returns the contacts whose person proved to have the address with a key; at most limit of them.
func (s *Service) byProof(ctx context.Context, key string, limit int) ([]Contact, error) {
	return s.with(ctx, "proved.key", []string{key}, limit)
}

// byPhone returns the contacts that have one of the numbers; at most limit of them.
func (s *Service) byPhone(ctx context.Context, numbers []string, limit int) ([]Contact, error) {
	return s.with(ctx, "phones.number", numbers, limit)
}

// byCode returns the contact with a digest of a fiscal code, or NotFound.
func (s *Service) byCode(ctx context.Context, digest string) (Contact, error) {
	found, err := s.with(ctx, "codeDigest", []string{digest}, 1)
	if err != nil {
		return Contact{}, err
	}
	if len(found) == 0 {
		return Contact{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return found[0], nil
}

// byIDs returns the contacts of the ids that exist, in the order of the ids.
func (s *Service) byIDs(ctx context.Context, ids []civic.ID) ([]Contact, error) {
	page, err := s.contacts.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)},
		Limit: max(1, len(ids))})
	if err != nil {
		return nil, err
	}
	place := make(map[civic.ID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(page.Items, func(a, b Contact) int { return place[a.ID] - place[b.ID] })
	return page.Items, nil
}

// with returns contacts whose indexed field has one of the values, each once, at most limit of them.
func (s *Service) with(ctx context.Context, field string, values []string, limit int) ([]Contact, error) {
	q := docstore.Query{Filter: docstore.Filter{docstore.In(field, values...)}, Limit: limit}
	page, err := s.contacts.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []Contact
	for _, c := range page.Items {
		if !slices.ContainsFunc(out, func(o Contact) bool { return o.ID == c.ID }) {
			out = append(out, c)
		}
	}
	return out, nil
}
