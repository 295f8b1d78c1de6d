package segment

import (
	"context"
	"errors"
	"iter"
	"slices"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// choose returns the contacts that r matches now, or a Forbidden error when r chooses by answers and matches
// fewer people than MinGroup. With a topic it also tells who consents to it.
func (s *Service) choose(ctx context.Context, r Rule, topic civic.ID) ([]chosen, error) {
	found, err := s.index.choose(ctx, r, topic, s.now())
	if err != nil {
		return nil, err
	}
	if r.Sensitive() && len(found) < s.minGroup {
		return nil, s.tooFew()
	}
	return found, nil
}

// Warm reads what segments are counted from, so that the first count after a start is as fast as the next.
func (s *Service) Warm(ctx context.Context) error {
	_, err := s.index.choose(ctx, Any(), "", s.now())
	return err
}

// loadBatchOf is how many chosen contacts are read from the store at once.
const loadBatchOf = 500

// loaded yields the stored contacts of those chosen, without those that r does not match any more.
func (s *Service) loaded(ctx context.Context, r Rule, people []chosen) iter.Seq2[crm.Contact, error] {
	return func(yield func(crm.Contact, error) bool) {
		at, err := s.index.at(ctx, r, s.now())
		if err != nil {
			yield(crm.Contact{}, err)
			return
		}
		for batch := range slices.Chunk(people, loadBatchOf) {
			ids := make([]civic.ID, len(batch))
			for i, p := range batch {
				ids[i] = p.id
			}
			found, err := s.contacts.Reader().Contacts(ctx, ids)
			if err != nil {
				yield(crm.Contact{}, err)
				return
			}
			for _, c := range r.matching(found, at) {
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// Preview is what a segment holds now, and how many of its people a message about a topic would not reach.
type Preview struct {
	Total            int
	Examples         []crm.Contact // at most 20
	NoAddress        int           // no e-mail address
	NoConsent        int           // an address, but no consent to the topic
	Suspended        int           // an address that a server said nobody reads
	DuplicateAddress int           // an address that somebody before in the segment has too
	Reached          int           // the rest
}

const maxExamples = 20

// Preview counts a segment that need not be stored yet. With a topic, the people who do not consent to it are
// counted apart. It returns Forbidden when the rule chooses by answers and holds fewer people than MinGroup.
func (s *Service) Preview(ctx context.Context, by civic.Actor, r Rule, topic civic.ID) (Preview, error) {
	if err := by.Can(PermRead); err != nil {
		return Preview{}, err
	}
	people, err := s.choose(ctx, r, topic)
	if err != nil {
		return Preview{}, err
	}
	p, err := s.previewOf(ctx, people, topic)
	if err != nil {
		return Preview{}, err
	}
	for c, err := range s.loaded(ctx, r, people[:min(len(people), maxExamples)]) {
		if err != nil {
			return Preview{}, err
		}
		p.Examples = append(p.Examples, c)
	}
	return p, s.shown(ctx, by, p.Examples)
}

// shown writes one audit entry for each of several contacts that were shown together.
func (s *Service) shown(ctx context.Context, by civic.Actor, contacts []crm.Contact) error {
	entries := make([]audit.Entry, len(contacts))
	for i, c := range contacts {
		entries[i] = audit.Entry{By: by, Action: ActionExample, Object: c.ID, Contact: c.ID}
	}
	return s.audit.WriteAll(ctx, entries)
}

// Count counts a stored segment as Preview does, and shows nobody of it.
func (s *Service) Count(ctx context.Context, by civic.Actor, segment, topic civic.ID) (Preview, error) {
	if err := by.Can(PermRead); err != nil {
		return Preview{}, err
	}
	g, err := s.segments.Get(ctx, segment)
	if err != nil {
		return Preview{}, err
	}
	people, err := s.choose(ctx, g.Rule, topic)
	if err != nil {
		return Preview{}, err
	}
	return s.previewOf(ctx, people, topic)
}

// previewOf counts the people of a segment, and of them those that a message about topic would not reach.
func (s *Service) previewOf(ctx context.Context, people []chosen, topic civic.ID) (Preview, error) {
	p, suspended := Preview{Total: len(people)}, map[string]bool{}
	if s.suspended != nil {
		var err error
		if suspended, err = s.suspended.Suspended(ctx); err != nil {
			return Preview{}, err
		}
	}
	addresses := make(map[string]bool, len(people))
	for _, c := range people {
		switch {
		case c.email == "":
			p.NoAddress++
		case topic != "" && !c.consents:
			p.NoConsent++
		case suspended[c.email]:
			p.Suspended++
		case addresses[c.email]:
			p.DuplicateAddress++
		default:
			addresses[c.email] = true
			p.Reached++
		}
	}
	return p, nil
}

// TooFew reports whether err says that a segment chooses by answers and holds too few people to be shown.
func TooFew(err error) bool {
	e, ok := errors.AsType[*civic.Error](err)
	return ok && e.Message.Key == tooFewKey
}

const tooFewKey = "crm.error.segment_small"

func (s *Service) tooFew() error {
	return civic.NewErrorArgs(civic.Forbidden, tooFewKey, civic.Args{"Min": s.minGroup})
}

// Explain says why a contact is in a segment or is not. It returns Forbidden when the segment chooses by
// answers and holds fewer people than MinGroup.
func (s *Service) Explain(
	ctx context.Context, by civic.Actor, segment, contact civic.ID,
) (crm.Contact, []Step, error) {
	if err := by.Can(PermRead); err != nil {
		return crm.Contact{}, nil, err
	}
	g, err := s.segments.Get(ctx, segment)
	if err != nil {
		return crm.Contact{}, nil, err
	}
	if _, err := s.choose(ctx, g.Rule, ""); err != nil {
		return crm.Contact{}, nil, err
	}
	c, err := s.contacts.Contact(ctx, by, contact)
	if err != nil {
		return crm.Contact{}, nil, err
	}
	at, err := s.index.at(ctx, g.Rule, s.now())
	if err != nil {
		return crm.Contact{}, nil, err
	}
	return c, g.Rule.Explain(c, at), nil
}

// Members yields the contacts that are in a segment now. It yields a Forbidden error when the segment chooses
// by answers and has fewer people than MinGroup.
func (s *Service) Members(ctx context.Context, segment civic.ID) iter.Seq2[civic.ID, error] {
	return func(yield func(civic.ID, error) bool) {
		g, err := s.segments.Get(ctx, segment)
		var people []chosen
		if err == nil {
			people, err = s.choose(ctx, g.Rule, "")
		}
		if err != nil {
			yield("", err)
			return
		}
		for _, c := range people {
			if !yield(c.id, nil) {
				return
			}
		}
	}
}
