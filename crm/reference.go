package crm

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Reference is the reference data of a municipality, as data files hold it.
type Reference struct {
	Districts []District `json:"districts"`
	Offices   []Office   `json:"offices"`
	Topics    []Topic    `json:"topics"`
	Tags      []Tag      `json:"tags"`
}

//go:embed reference.json
var defaultReference []byte

// DefaultReference returns what a new installation begins with: a few offices, topics and tags every municipality has, and no
// districts.
func DefaultReference() (Reference, error) { return ParseReference(defaultReference) }

// ParseReference reads reference data from JSON: a Reference in which each item has an "id" of small letters, digits and
// hyphens. Orders and versions follow from the order in the file.
func ParseReference(data []byte) (Reference, error) {
	var r Reference
	if err := json.Unmarshal(data, &r); err != nil {
		return Reference{}, fmt.Errorf("crm: reference data: %w", err)
	}
	for i := range r.Districts {
		r.Districts[i].Order = i + 1
	}
	for i := range r.Offices {
		r.Offices[i].Order = i + 1
	}
	for i := range r.Tags {
		r.Tags[i].Order = i + 1
	}
	for i := range r.Topics {
		r.Topics[i].Order = i + 1
		for v := range r.Topics[i].Texts {
			r.Topics[i].Texts[v].Version = v + 1
		}
	}
	return r, nil
}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)

// Seed stores the reference data that does not exist yet; what exists is left as it is.
func (s *Service) Seed(ctx context.Context, by civic.Actor, r Reference) error {
	if err := by.Can(PermWriteReference); err != nil {
		return err
	}
	for i := range r.Topics {
		for v := range r.Topics[i].Texts {
			if r.Topics[i].Texts[v].From.IsZero() {
				r.Topics[i].Texts[v].From = s.now()
			}
		}
	}
	if err := seed(ctx, s.districts, r.Districts, (*District).check); err != nil {
		return err
	}
	if err := seed(ctx, s.offices, r.Offices, (*Office).check); err != nil {
		return err
	}
	if err := seed(ctx, s.topics, r.Topics, (*Topic).check); err != nil {
		return err
	}
	if err := seed(ctx, s.tags, r.Tags, (*Tag).check); err != nil {
		return err
	}
	return s.record(ctx, by, ActionReferenceSeed, "", "", nil)
}

func seed[T reference](ctx context.Context, c *docstore.Collection[T], items []T, check func(*T) error) error {
	docs := make([]*T, len(items))
	for i := range items {
		docs[i] = &items[i]
		if meta, _ := metaOf(docs[i]); !slug.MatchString(string(meta.ID)) {
			return fmt.Errorf("crm: reference data: id %q is not made of small letters, digits and hyphens", meta.ID)
		}
		if err := check(docs[i]); err != nil {
			return err
		}
	}
	_, err := c.InsertMany(ctx, docs)
	return err
}

// Districts returns every district in its order, inactive ones too.
func (s *Service) Districts(ctx context.Context) ([]District, error) { return list(ctx, s.districts) }

// Offices returns every office in its order, inactive ones too.
func (s *Service) Offices(ctx context.Context) ([]Office, error) { return list(ctx, s.offices) }

// Topics returns every topic in its order, inactive ones too.
func (s *Service) Topics(ctx context.Context) ([]Topic, error) { return list(ctx, s.topics) }

// Tags returns every tag in its order, inactive ones too.
func (s *Service) Tags(ctx context.Context) ([]Tag, error) { return list(ctx, s.tags) }

// Office returns an office, or NotFound.
func (s *Service) Office(ctx context.Context, id civic.ID) (Office, error) {
	return s.offices.Get(ctx, id)
}

// Topic returns a topic, or NotFound.
func (s *Service) Topic(ctx context.Context, id civic.ID) (Topic, error) {
	return s.topics.Get(ctx, id)
}

func list[T reference](ctx context.Context, c *docstore.Collection[T]) ([]T, error) {
	var items []T
	for item, err := range c.All(ctx, docstore.Query{Sort: []string{"order"}, Limit: 200}) {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// known returns the ids contacts may point to.
func (s *Service) known(ctx context.Context) (known, error) {
	districts, err := s.Districts(ctx)
	if err != nil {
		return known{}, err
	}
	tags, err := s.Tags(ctx)
	if err != nil {
		return known{}, err
	}
	k := known{districts: map[civic.ID]bool{}, tags: map[civic.ID]bool{}}
	for _, d := range districts {
		k.districts[d.ID] = true
	}
	for _, t := range tags {
		k.tags[t.ID] = true
	}
	return k, nil
}
