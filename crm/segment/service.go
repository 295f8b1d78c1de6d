// Package segment chooses contacts by rules: the rules themselves, the segments that are kept under a name,
// and the index in memory from which the people of a rule are counted without reading contacts.
package segment

import (
	"context"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
	"ascolto/internal/vault"
)

// What an actor may do with segments. Who takes the list of a segment's people needs crm.PermExportContacts.
const (
	PermRead  civic.Permission = "crm.segment.read"
	PermWrite civic.Permission = "crm.segment.write"
)

// What is written into the audit.
const (
	ActionCreate  audit.Action = "crm.segment.create"
	ActionUpdate  audit.Action = "crm.segment.update"
	ActionDelete  audit.Action = "crm.segment.delete"
	ActionExample audit.Action = "crm.segment.example"
	ActionExport  audit.Action = "crm.segment.export"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{ActionCreate, ActionUpdate, ActionDelete, ActionExample, ActionExport}
}

// Uses tells whether somebody still counts on a segment.
type Uses interface {
	SegmentUsed(ctx context.Context, segment civic.ID) (bool, error)
}

// Suspensions tells which addresses get no mail at present, because a server said that nobody reads it: in
// lower case.
type Suspensions interface {
	Suspended(ctx context.Context) (map[string]bool, error)
}

// DefaultMinGroup is the fewest people in a segment that chooses by answers: with fewer, the choice itself
// would tell what somebody answered.
const DefaultMinGroup = 5

// Options is what a Service is made of.
type Options struct {
	DB        *docstore.DB
	Contacts  *crm.Service
	Reference *reference.Service
	Audit     *audit.Log
	Vault     *vault.Vault
	Now       civic.Clock
	Uses      Uses         // nil: nothing uses segments
	Answers   AnswerSource // nil: none chooses by answers
	Suspended Suspensions  // nil: no address is suspended
	// the fewest people a segment that chooses by answers may have; 0 means DefaultMinGroup
	MinGroup int
}

// Service is the one way to read and change segments, and to learn who is in them.
type Service struct {
	segments *docstore.Collection[Segment]
	index    *index

	contacts  *crm.Service
	reference *reference.Service
	audit     *audit.Log
	vault     *vault.Vault
	now       civic.Clock
	uses      Uses
	answers   AnswerSource
	suspended Suspensions
	minGroup  int
}

// New returns a Service on the collection of o.DB, made where it does not exist.
func New(ctx context.Context, o Options) (s *Service, err error) {
	s = &Service{
		index:    newIndex(o.Contacts.Reader().Stored(), o.Contacts.Reader().StoredEntries()),
		contacts: o.Contacts, reference: o.Reference, audit: o.Audit, vault: o.Vault,
		now: o.Now, uses: o.Uses, answers: o.Answers, suspended: o.Suspended, minGroup: o.MinGroup,
	}
	if s.now == nil {
		s.now = civic.Now
	}
	if s.minGroup <= 0 {
		s.minGroup = DefaultMinGroup
	}
	s.segments, err = docstore.Collect[Segment](ctx, o.DB, segmentSpec())
	return s, err
}

// purposeForm is what the vault makes digests of forms for.
const purposeForm = "crm/form"

// record writes an audit entry about a segment.
func (s *Service) record(ctx context.Context, by civic.Actor, action audit.Action, segment civic.ID) error {
	return s.audit.Write(ctx, audit.Entry{By: by, Action: action, Object: segment})
}

// created writes the audit entry of a new segment; when its form was sent again, unless it is there since
// then.
func (s *Service) created(
	ctx context.Context, by civic.Actor, segment civic.ID, again bool, since time.Time,
) error {
	return s.audit.Entered(ctx, audit.Entry{By: by, Action: ActionCreate, Object: segment}, again, since)
}
