package crm

import (
	"context"
	"errors"
	"iter"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// recheck is how many candidates are loaded from the store at once.
const recheck = 500

// matching yields the contacts that r matches now, each once. The index names candidates, the stored contacts decide.
func (s *Service) matching(ctx context.Context, r Rule) iter.Seq2[Contact, error] {
	return func(yield func(Contact, error) bool) {
		all := s.contacts.All(ctx, docstore.Query{})
		if cover, ok := r.cover(); ok {
			all = s.loaded(ctx, s.candidatesOf(ctx, cover))
		}
		for c, err := range all {
			if err != nil {
				yield(Contact{}, err)
				return
			}
			if r.Match(c) && !yield(c, nil) {
				return
			}
		}
	}
}

// candidatesOf yields the ids that the index finds for any of the queries, each once. What was put into the index before is
// among them.
func (s *Service) candidatesOf(ctx context.Context, cover []facets) iter.Seq2[civic.ID, error] {
	return func(yield func(civic.ID, error) bool) {
		if err := s.index.Flush(ctx); err != nil {
			yield("", err)
			return
		}
		seen := map[string]bool{}
		for _, f := range cover {
			q := search.Query{Kinds: []string{DocContact}, Scopes: []search.Scope{ScopeContacts}, Facets: f}
			for doc, err := range s.index.IDs(ctx, q) {
				if err != nil {
					yield("", err)
					return
				}
				if len(cover) > 1 {
					if seen[doc] {
						continue
					}
					seen[doc] = true
				}
				if !yield(civic.ID(strings.TrimPrefix(doc, DocContact+"/")), nil) {
					return
				}
			}
		}
	}
}

// loaded yields the stored contacts of ids, read in batches; ids that are none are left out.
func (s *Service) loaded(ctx context.Context, ids iter.Seq2[civic.ID, error]) iter.Seq2[Contact, error] {
	return func(yield func(Contact, error) bool) {
		batch := make([]civic.ID, 0, recheck)
		flush := func() bool {
			found, err := s.byIDs(ctx, batch)
			batch = batch[:0]
			if err != nil {
				yield(Contact{}, err)
				return false
			}
			for _, c := range found {
				if !yield(c, nil) {
					return false
				}
			}
			return true
		}
		for id, err := range ids {
			if err != nil {
				yield(Contact{}, err)
				return
			}
			if batch = append(batch, id); len(batch) == recheck && !flush() {
				return
			}
		}
		if len(batch) > 0 {
			flush()
		}
	}
}

// Preview is what a segment holds now, and how many of its people a message about a topic would not reach.
type Preview struct {
	Total            int
	Examples         []Contact // the first found, at most 20
	NoAddress        int       // no e-mail address
	NoConsent        int       // an address, but no consent to the topic
	DuplicateAddress int       // an address that somebody before in the segment has too
	Reached          int       // the rest
}

const maxExamples = 20

// PreviewSegment counts a segment that need not be stored yet. With a topic, the people who do not consent to it are counted
// apart. It returns Forbidden when the rule chooses by answers and holds fewer people than MinGroup.
func (s *Service) PreviewSegment(ctx context.Context, by civic.Actor, r Rule, topic civic.ID) (Preview, error) {
	if err := by.Can(PermReadSegments); err != nil {
		return Preview{}, err
	}
	var p Preview
	addresses := map[string]bool{}
	for c, err := range s.matching(ctx, r) {
		if err != nil {
			return Preview{}, err
		}
		p.add(c, topic, addresses)
	}
	if r.UsesFacts() && p.Total < s.minGroup {
		return Preview{}, s.tooFew()
	}
	return p, s.recordEach(ctx, by, "crm.segment.example", p.Examples)
}

func (p *Preview) add(c Contact, topic civic.ID, addresses map[string]bool) {
	p.Total++
	if len(p.Examples) < maxExamples {
		p.Examples = append(p.Examples, c)
	}
	switch {
	case !c.HasEmail():
		p.NoAddress++
	case topic != "" && !c.ConsentsTo(topic, ByMail):
		p.NoConsent++
	case addresses[c.Emails[0].Key]:
		p.DuplicateAddress++
	default:
		addresses[c.Emails[0].Key] = true
		p.Reached++
	}
}

// largeEnough returns nil unless r chooses by answers and matches fewer people than MinGroup.
func (s *Service) largeEnough(ctx context.Context, r Rule) error {
	if !r.UsesFacts() {
		return nil
	}
	n := 0
	for _, err := range s.matching(ctx, r) {
		if err != nil {
			return err
		}
		if n++; n >= s.minGroup {
			return nil
		}
	}
	return s.tooFew()
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

// ExplainSegment says why a contact is in a segment or is not. It returns Forbidden when the segment chooses by answers and
// holds fewer people than MinGroup.
func (s *Service) ExplainSegment(ctx context.Context, by civic.Actor, segment, contact civic.ID) (Contact, []Step, error) {
	if err := by.Can(PermReadSegments); err != nil {
		return Contact{}, nil, err
	}
	g, err := s.segments.Get(ctx, segment)
	if err != nil {
		return Contact{}, nil, err
	}
	if err := s.largeEnough(ctx, g.Rule); err != nil {
		return Contact{}, nil, err
	}
	c, err := s.Contact(ctx, by, contact)
	if err != nil {
		return Contact{}, nil, err
	}
	return c, g.Rule.Explain(c), nil
}
