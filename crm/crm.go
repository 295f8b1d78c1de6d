// Package crm knows the people and organisations a municipality talks with: contacts and their consents, the offices,
// districts, topics and tags they are sorted by, what was said to whom (interactions and the timeline), and segments, the
// rules that choose whom to write to.
//
// A contact's document is the truth about the contact. The timeline is derived from what the other domains report, the search
// index from the documents; both can be written again.
package crm

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
	"ascolto/search"
)

// Index is what crm needs of the search index; *search.Index is one.
type Index interface {
	Put(docs ...search.Doc)
	Load(ctx context.Context, docs iter.Seq2[search.Doc, error]) error
	Search(ctx context.Context, q search.Query) (search.Result, error)
}

// SegmentUse tells whether somebody still counts on a segment.
type SegmentUse interface {
	SegmentUsed(ctx context.Context, segment civic.ID) (bool, error)
}

// Suspensions tells which addresses get no mail at present, because a server said that nobody reads it: in lower case.
type Suspensions interface {
	Suspended(ctx context.Context) (map[string]bool, error)
}

// AnswerSource lists the questions that segments may choose by.
type AnswerSource interface {
	AnswerQuestions(ctx context.Context) ([]AnswerQuestion, error)
}

// Options is what a Service is made of. Uses, Answers and Colleagues may be nil: then
// nothing uses segments, and none chooses by answers.
type Options struct {
	DB         *docstore.DB
	Index      Index
	Audit      *audit.Log
	Vault      *vault.Vault
	Log        *slog.Logger
	Now        civic.Clock
	Uses       SegmentUse
	Answers    AnswerSource
	Suspended  Suspensions // nil: no address is suspended
	Colleagues Colleagues  // nil: conversations can be given to offices only
	MinGroup   int         // the fewest people a segment that chooses by answers may have; 0 means DefaultMinGroup
}

// DefaultMinGroup is the fewest people in a segment that chooses by answers: with fewer, the choice itself would tell what
// somebody answered.
const DefaultMinGroup = 5

// Service is the one way to read and change what crm keeps.
type Service struct {
	contacts     *docstore.Collection[Contact]
	interactions *docstore.Collection[Interaction]
	timeline     *docstore.Collection[Entry]
	segments     *docstore.Collection[Segment]
	districts    *docstore.Collection[District]
	offices      *docstore.Collection[Office]
	topics       *docstore.Collection[Topic]
	tags         *docstore.Collection[Tag]

	segmentIndex *segmentIndex
	index        Index
	audit        *audit.Log
	vault        *vault.Vault
	log          *slog.Logger
	now          civic.Clock
	uses         SegmentUse
	answers      AnswerSource
	minGroup     int

	suspended  Suspensions
	colleagues Colleagues
}

// New returns a Service on the collections of o.DB, made where they do not exist.
func New(ctx context.Context, o Options) (*Service, error) {
	s := &Service{index: o.Index, audit: o.Audit, vault: o.Vault, log: o.Log, now: o.Now, uses: o.Uses, answers: o.Answers, minGroup: o.MinGroup, colleagues: o.Colleagues, suspended: o.Suspended}
	if s.now == nil {
		s.now = civic.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.minGroup <= 0 {
		s.minGroup = DefaultMinGroup
	}
	if err := s.collect(ctx, o.DB); err != nil {
		return nil, err
	}
	s.segmentIndex = newSegmentIndex(s.contacts)
	return s, nil
}

func (s *Service) collect(ctx context.Context, db *docstore.DB) (err error) {
	if s.contacts, err = docstore.Collect[Contact](ctx, db, contactSpec()); err != nil {
		return err
	}
	if s.interactions, err = docstore.Collect[Interaction](ctx, db, interactionSpec()); err != nil {
		return err
	}
	if s.timeline, err = docstore.Collect[Entry](ctx, db, timelineSpec()); err != nil {
		return err
	}
	if s.segments, err = docstore.Collect[Segment](ctx, db, segmentSpec()); err != nil {
		return err
	}
	if s.districts, err = docstore.Collect[District](ctx, db, referenceSpec("districts")); err != nil {
		return err
	}
	if s.offices, err = docstore.Collect[Office](ctx, db, referenceSpec("offices")); err != nil {
		return err
	}
	if s.topics, err = docstore.Collect[Topic](ctx, db, referenceSpec("topics")); err != nil {
		return err
	}
	s.tags, err = docstore.Collect[Tag](ctx, db, referenceSpec("tags"))
	return err
}

// record writes an audit entry about a contact, or about no one when contact is empty.
func (s *Service) record(ctx context.Context, by civic.Actor, action audit.Action, object, contact civic.ID, detail map[string]string) error {
	return s.audit.Write(ctx, audit.Entry{By: by, Action: action, Object: object, Contact: contact, Detail: detail})
}

// created writes the audit entry of a creation; when its form was sent again, unless it is there since the document was made.
func (s *Service) created(
	ctx context.Context, by civic.Actor, action audit.Action, object, contact civic.ID, again bool, since time.Time,
) error {
	return s.audit.Entered(ctx, audit.Entry{By: by, Action: action, Object: object, Contact: contact}, again, since)
}

// recordEach writes one audit entry for each of several contacts that were shown together.
func (s *Service) recordEach(ctx context.Context, by civic.Actor, action audit.Action, contacts []Contact) error {
	entries := make([]audit.Entry, len(contacts))
	for i, c := range contacts {
		entries[i] = audit.Entry{By: by, Action: action, Object: c.ID, Contact: c.ID}
	}
	return s.audit.WriteAll(ctx, entries)
}
