// Package reference keeps the town's data that several domains name: districts, offices, topics and tags.
// They are data, never code: what is no longer used is made inactive, and stays for what names it.
package reference

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/textfold"
	"ascolto/internal/vault"
)

// PermWrite allows changing reference data; everybody may read it.
const PermWrite civic.Permission = "crm.reference.write"

// What is written into the audit.
const (
	ActionDistrictSave audit.Action = "crm.district.save"
	ActionOfficeSave   audit.Action = "crm.office.save"
	ActionTagSave      audit.Action = "crm.tag.save"
	ActionTopicSave    audit.Action = "crm.topic.save"
	ActionSeed         audit.Action = "crm.reference.seed"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{ActionDistrictSave, ActionOfficeSave, ActionTagSave, ActionTopicSave, ActionSeed}
}

// Options is what a Service is made of.
type Options struct {
	DB    *docstore.DB
	Audit *audit.Log
	Vault *vault.Vault
	Now   civic.Clock // nil: the real one
}

// Service is the one way to read and change reference data.
type Service struct {
	districts *docstore.Collection[District]
	offices   *docstore.Collection[Office]
	topics    *docstore.Collection[Topic]
	tags      *docstore.Collection[Tag]

	audit *audit.Log
	vault *vault.Vault
	now   civic.Clock
}

// New returns a Service on the collections of o.DB, made where they do not exist.
func New(ctx context.Context, o Options) (s *Service, err error) {
	s = &Service{audit: o.Audit, vault: o.Vault, now: o.Now}
	if s.now == nil {
		s.now = civic.Now
	}
	if s.districts, err = docstore.Collect[District](ctx, o.DB, itemSpec("districts")); err != nil {
		return nil, err
	}
	if s.offices, err = docstore.Collect[Office](ctx, o.DB, itemSpec("offices")); err != nil {
		return nil, err
	}
	if s.topics, err = docstore.Collect[Topic](ctx, o.DB, itemSpec("topics")); err != nil {
		return nil, err
	}
	s.tags, err = docstore.Collect[Tag](ctx, o.DB, itemSpec("tags"))
	return s, err
}

// Districts returns every district in its order, inactive ones too.
func (s *Service) Districts(ctx context.Context) ([]District, error) { return list(ctx, s.districts) }

// Offices returns every office in its order, inactive ones too.
func (s *Service) Offices(ctx context.Context) ([]Office, error) { return list(ctx, s.offices) }

// Topics returns every topic in its order, inactive ones too.
func (s *Service) Topics(ctx context.Context) ([]Topic, error) { return list(ctx, s.topics) }

// Tags returns every tag in its order, inactive ones too.
func (s *Service) Tags(ctx context.Context) ([]Tag, error) { return list(ctx, s.tags) }

// District returns a district, or NotFound.
func (s *Service) District(ctx context.Context, id civic.ID) (District, error) {
	return s.districts.Get(ctx, id)
}

// Office returns an office, or NotFound.
func (s *Service) Office(ctx context.Context, id civic.ID) (Office, error) {
	return s.offices.Get(ctx, id)
}

// Topic returns a topic, or NotFound.
func (s *Service) Topic(ctx context.Context, id civic.ID) (Topic, error) {
	return s.topics.Get(ctx, id)
}

// Edition returns a text that changes with every write to the names of districts, offices, topics and tags:
// before a write of this program is acknowledged, and within two seconds of what other instances write. It is
// empty while those are not heard of: then nothing may be kept by it.
func (s *Service) Edition() string {
	return docstore.Edition(s.districts, s.offices, s.topics, s.tags)
}

// OfficesEdition is Edition of the offices alone.
func (s *Service) OfficesEdition() string { return docstore.Edition(s.offices) }

// Repair writes the lines of the audit that are missing of edits since then.
func (s *Service) Repair(ctx context.Context, since time.Time) error {
	all := docstore.Query{}
	return errors.Join(
		audit.Repair(ctx, s.audit, s.districts, all, since, lastOf[District]),
		audit.Repair(ctx, s.audit, s.offices, all, since, lastOf[Office]),
		audit.Repair(ctx, s.audit, s.topics, all, since, lastOf[Topic]),
		audit.Repair(ctx, s.audit, s.tags, all, since, lastOf[Tag]))
}

func list[T item](ctx context.Context, c *docstore.Collection[T]) ([]T, error) {
	var items []T
	for it, err := range c.All(ctx, docstore.Query{Sort: []string{"order"}, Limit: 200}) {
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	slices.SortStableFunc(items, func(a, b T) int {
		aOrder, aName := placeOf(a)
		bOrder, bName := placeOf(b)
		return cmp.Or(cmp.Compare(aOrder, bOrder), textfold.Compare(aName, bName))
	})
	return items, nil
}

// placeOf returns by what an item stands in its list: its order, and its Italian name among those of the same
// order.
func placeOf[T item](it T) (order int, name string) {
	switch x := any(it).(type) {
	case District:
		return x.Order, x.Name
	case Office:
		return x.Order, x.Name
	case Topic:
		return x.Order, x.Name[civic.Italian]
	case Tag:
		return x.Order, x.Name
	}
	return 0, ""
}

// record writes an audit entry about an item, or about all of them when it is empty.
func (s *Service) record(ctx context.Context, by civic.Actor, action audit.Action, object civic.ID) error {
	return s.audit.Write(ctx, audit.Entry{By: by, Action: action, Object: object})
}

// created writes the audit entry of a new item, unless it is there when its form was sent again.
func (s *Service) created(
	ctx context.Context, by civic.Actor, action audit.Action, object civic.ID, says []audit.Fact, again bool,
) error {
	line := audit.Entry{By: by, Action: action, Object: object, Detail: audit.Differences(nil, says)}
	return s.audit.Entered(ctx, line, again, time.Time{})
}
