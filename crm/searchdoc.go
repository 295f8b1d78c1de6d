package crm

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// The facet "channel" of a contact says how it can be reached.
const (
	reachMail   = "mail"
	reachPhone  = "phone"
	reachLetter = "letter"
)

// searchDoc returns c as the index knows it: its name and addresses to find it by, and facets to narrow a
// search.
func (c Contact) searchDoc() search.Doc {
	d := search.Doc{
		ID: DocContact + "/" + string(c.ID), Kind: DocContact, Scope: ScopeContacts, Title: c.DisplayName(),
		Names: []string{c.DisplayName()}, Codes: slices.Concat(c.emailKeys(), c.PhoneNumbers()),
		Text: c.Address.Line(),
		At:   c.CreatedAt,
	}
	d.Facets = map[string][]string{}
	facet := func(name string, values ...string) {
		if len(values) > 0 {
			d.Facets[name] = values
		}
	}
	for _, f := range contactFields {
		if f.Facet != "" {
			facet(f.Facet, f.Told(c)...)
		}
	}
	facet("consent", c.consentTopics()...)
	facet("channel", c.reach()...)
	for _, f := range c.Answers {
		d.Facets["fact"] = append(d.Facets["fact"], f.facet())
	}
	return d
}

// Reaches lists the ways by which contacts can be reached, as the attribute of segments and the facet of
// searches name them.
func Reaches() []string { return []string{reachMail, reachPhone, reachLetter} }

func (c Contact) reach() []string {
	var by []string
	if c.HasEmail() {
		by = append(by, reachMail)
	}
	if len(c.Phones) > 0 {
		by = append(by, reachPhone)
	}
	if c.Address.Street != "" {
		by = append(by, reachLetter)
	}
	return by
}

// Line returns the address in one line: "Via Emilia 12, 41121 Modena".
func (a Address) Line() string {
	town := a.Town
	if a.Postcode != "" && town != "" {
		town = a.Postcode + " " + town
	}
	if a.Street == "" {
		return town
	}
	if town == "" {
		return a.Street
	}
	return a.Street + ", " + town
}

// searchDoc returns i as the index knows it: for those who may read its note. Whoever may only know that it
// took place finds it in lists, not by words of the note.
func (i Interaction) searchDoc() search.Doc {
	var also []search.Scope
	if i.By != "" {
		also = append(also, scopeAuthor(i.By))
	}
	return search.Doc{
		ID: DocInteraction + "/" + string(i.ID), Kind: DocInteraction,
		Scope: scopeOffice(i.Office, i.Confidential), Also: also,
		Title: i.Subject, Text: i.words(), At: i.At,
		Facets: map[string][]string{
			"office": {string(i.Office)}, "channel": {string(i.Channel)},
			"year": {strconv.Itoa(i.At.In(civic.Rome()).Year())},
		},
	}
}

// SearchDocCount returns how many documents SearchDocs yields of all that there is.
func (s *Service) SearchDocCount(ctx context.Context) (int, error) {
	contacts, err := s.contacts.Count(ctx, nil)
	if err != nil {
		return 0, err
	}
	interactions, err := s.interactions.Count(ctx, nil)
	return contacts + interactions, err
}

// ChangedDocs yields what the index holds of contacts or interactions, as search.ChangeSource asks.
func (s *Service) ChangedDocs(
	ctx context.Context, collection string, ids []civic.ID, _ time.Time,
) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		switch collection {
		case s.contacts.Name():
			yieldChanged(ctx, s.contacts, ids, DocContact, Contact.searchDoc, yield)
		case s.interactions.Name():
			yieldChanged(ctx, s.interactions, ids, DocInteraction, Interaction.searchDoc, yield)
		}
	}
}

// changedBatch is how many documents that changed are read at once.
const changedBatch = 1000

// yieldChanged yields what the index holds of some documents, Deleted for those that are gone.
func yieldChanged[T any](
	ctx context.Context, c *docstore.Collection[T], ids []civic.ID, kind string, docOf func(T) search.Doc,
	yield func(search.Doc, error) bool,
) {
	for some := range slices.Chunk(ids, changedBatch) {
		page, err := c.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", some...)},
			Limit: len(some)})
		if err != nil {
			yield(search.Doc{}, err)
			return
		}
		docs := map[string]search.Doc{}
		for _, item := range page.Items {
			d := docOf(item)
			docs[d.ID] = d
		}
		for _, id := range some {
			name := kind + "/" + string(id)
			d, there := docs[name]
			if !there {
				d = search.Doc{ID: name, Kind: kind, Deleted: true}
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// SearchDocs yields a document for every contact and interaction changed at or after since, as search.Source
// asks.
func (s *Service) SearchDocs(ctx context.Context, since time.Time) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		changed := docstore.Query{Sort: []string{"updatedAt"}}
		if !since.IsZero() {
			changed.Filter = docstore.Filter{docstore.Gte("updatedAt", since)}
		}
		for c, err := range s.contacts.Readable(ctx, changed) {
			if !yield(c.searchDoc(), err) || err != nil {
				return
			}
		}
		for i, err := range s.interactions.Readable(ctx, changed) {
			if !yield(i.searchDoc(), err) || err != nil {
				return
			}
		}
	}
}
