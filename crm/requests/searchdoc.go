package requests

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// DocRequest is the kind of a request in the index.
const DocRequest = "request"

// scopeAll is the scope of who reads the requests of every office.
const scopeAll search.Scope = "requests/all"

func scopeOffice(office civic.ID) search.Scope { return search.Scope("requests/office/" + office) }

// scopeResponsible is the scope of the requests that somebody is responsible for or has the substitute power
// over, whatever their office.
func scopeResponsible(account civic.ID) search.Scope {
	return search.Scope("requests/responsible/" + account)
}

// Scopes returns the scopes of requests that by may search; none for citizens and visitors.
func (s *Service) Scopes(_ context.Context, by civic.Actor) ([]search.Scope, error) {
	switch {
	case !by.Allowed(PermRead):
		return nil, nil
	case by.Allowed(crm.PermReadContacts):
		return []search.Scope{scopeAll}, nil
	}
	var scopes []search.Scope
	if by.Account != "" {
		scopes = append(scopes, scopeResponsible(by.Account))
	}
	for _, office := range by.Offices {
		scopes = append(scopes, scopeOffice(office))
	}
	return scopes, nil
}

// searchDoc returns r as the index knows it: by its number, who asked, and what they wrote.
func (r Request) searchDoc() search.Doc {
	also := []search.Scope{scopeAll}
	if r.Responsible != "" {
		also = append(also, scopeResponsible(r.Responsible))
	}
	for _, account := range r.Substitutes {
		if account != r.Responsible {
			also = append(also, scopeResponsible(account))
		}
	}
	d := search.Doc{
		ID: DocRequest + "/" + string(r.ID), Kind: DocRequest, Scope: scopeOffice(r.Office), Also: also,
		Title: r.Subject, Text: r.Text, Codes: []string{r.Number}, At: r.ReceivedAt,
		Facets: map[string][]string{
			"office": {string(r.Office)}, "channel": {string(r.Channel)},
			"year": {strconv.Itoa(r.ReceivedAt.In(civic.Rome()).Year())},
		},
	}
	for _, g := range r.Registered {
		d.Codes = append(d.Codes, g.Number)
	}
	if r.Applicant != "" {
		d.Names = []string{r.Applicant}
	}
	return d
}

// SearchDocCount returns how many documents SearchDocs yields of all that there is.
func (s *Service) SearchDocCount(ctx context.Context) (int, error) { return s.requests.Count(ctx, nil) }

// SearchDocs yields a document for every request changed at or after since, as search.Source asks; perhaps
// twice for one of which it changed who finds it, too.
func (s *Service) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		queries := []docstore.Query{{Sort: []string{"updatedAt"}}}
		if !since.IsZero() {
			queries = nil
			for _, field := range []string{"updatedAt", "readersAt"} {
				queries = append(queries, docstore.Query{Sort: []string{field},
					Filter: docstore.Filter{docstore.Gte(field, since)}})
			}
		}
		for _, q := range queries {
			for r, err := range s.requests.Readable(ctx, q) {
				if !yield(r.searchDoc(), err) || err != nil {
					return
				}
			}
		}
	}
}

// changedBatch is how many documents that changed are read at once.
const changedBatch = 500

// ChangedDocs yields what the index holds of some requests, as search.ChangeSource asks; Deleted for those
// that are gone.
func (s *Service) ChangedDocs(
	ctx context.Context, collection string, ids []civic.ID, _ time.Time,
) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		if collection != s.requests.Name() {
			return
		}
		for some := range slices.Chunk(ids, changedBatch) {
			page, err := s.requests.Find(ctx, docstore.Query{
				Filter: docstore.Filter{docstore.In("_id", some...)}, Limit: len(some)})
			if err != nil {
				yield(search.Doc{}, err)
				return
			}
			there := map[civic.ID]search.Doc{}
			for _, r := range page.Items {
				there[r.ID] = r.searchDoc()
			}
			for _, id := range some {
				d, ok := there[id]
				if !ok {
					d = search.Doc{ID: DocRequest + "/" + string(id), Kind: DocRequest, Deleted: true}
				}
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}
