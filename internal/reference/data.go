package reference

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Data is the reference data of a municipality, as data files hold it.
type Data struct {
	Districts []District `json:"districts"`
	Offices   []Office   `json:"offices"`
	Topics    []Topic    `json:"topics"`
	Tags      []Tag      `json:"tags"`
}

//go:embed reference.json
var defaultData []byte

// Default returns what a new installation begins with: a few offices, topics and tags every municipality has,
// and no districts.
func Default() (Data, error) { return Parse(defaultData) }

// Parse reads reference data from JSON: Data in which each item has an "id" of small letters, digits and
// hyphens. Orders and versions follow from the order in the file.
func Parse(data []byte) (Data, error) {
	var r Data
	if err := json.Unmarshal(data, &r); err != nil {
		return Data{}, fmt.Errorf("reference data: %w", err)
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
func (s *Service) Seed(ctx context.Context, by civic.Actor, r Data) error {
	if err := by.Can(PermWrite); err != nil {
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
	return s.record(ctx, by, ActionSeed, "")
}

func seed[T item](ctx context.Context, c *docstore.Collection[T], items []T, check func(*T) error) error {
	docs := make([]*T, len(items))
	for i := range items {
		docs[i] = &items[i]
		if meta, _ := metaOf(docs[i]); !slug.MatchString(string(meta.ID)) {
			return fmt.Errorf("reference data: id %q is not made of small letters, digits and hyphens",
				meta.ID)
		}
		if err := check(docs[i]); err != nil {
			return err
		}
	}
	_, err := c.InsertMany(ctx, docs)
	return err
}
