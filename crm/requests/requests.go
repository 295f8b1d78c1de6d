// Package requests keeps what citizens ask the municipality for and how it answers: a request has a number,
// an office, somebody responsible, and a due date counted as the law counts it. What happened to it is a row
// of events that only grows; state and due date follow from them.
//
//	Procedure  what may be asked for and by which rules, in versions with dates of validity
//	Draft      what somebody typed and has not filed: it waits for them, or for the proof of an address
//	Request    one request: what was asked, and its events
//	Moves      the life of a request, as a table: which act is possible in which state, and who may do it
//	Clock      where the term of a request stands on a day, and why
//	Step       when a request that waits too long is brought before more people
//	ServiceClock  where what the municipality promises stands, in hours in which its offices work
//
// What the law forbids cannot be done: Choices says of each act what stands against it.
package requests

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"

	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/crm/term"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/memo"
	"ascolto/internal/reference"
	"ascolto/internal/vault"
	"ascolto/search"
)

// People knows who asks; *crm.Service is one.
type People interface {
	// Contact returns a contact that by may read, or NotFound.
	Contact(ctx context.Context, by civic.Actor, id civic.ID) (crm.Contact, error)
	// OwnContact returns the contact that a citizen is signed in for.
	OwnContact(ctx context.Context, by civic.Actor) (crm.Contact, error)
	// DeclaredName returns the name that somebody who does not sign in says is theirs, or why it is none.
	DeclaredName(ctx context.Context, given, family string) (string, string, error)
	// CalledOf returns what contacts are called by their ids, of those that by may read.
	CalledOf(ctx context.Context, by civic.Actor, ids []civic.ID) (map[civic.ID]crm.Called, error)
	// CreateContact stores somebody new, once for a form; *crm.Duplicates when they may be known already.
	CreateContact(ctx context.Context, by civic.Actor, in crm.ContactInput) (crm.Contact, error)
	// RecordInteraction stores a conversation, once for a form.
	RecordInteraction(ctx context.Context, by civic.Actor, in crm.InteractionInput) (crm.Interaction, error)
	// CallFor returns a conversation that by may make a request of.
	CallFor(ctx context.Context, by civic.Actor, id, request civic.ID) (crm.Interaction, error)
	// NoteRequest writes into a conversation that it became a request.
	NoteRequest(ctx context.Context, by civic.Actor, id civic.ID, r crm.CaseRequest, applicant civic.ID) error
	// Colleagues returns the staff that requests can be given to.
	Colleagues(ctx context.Context, by civic.Actor) ([]crm.Colleague, error)
}

// Index is what requests are found in; *search.Index is one.
type Index interface {
	Put(docs ...search.Doc)
}

// Proofs knows whose an address is. *accounts.Service is one.
type Proofs interface {
	// CountProof counts a mail that asks whoever reads an address to prove it; Limited after too many.
	CountProof(ctx context.Context, email string, c accounts.Client) error
	// Proved returns the account of who proved to read who.Email, with its contact, made when there is none;
	// Forbidden when the address is none of its person's any more.
	Proved(ctx context.Context, who accounts.Identity) (accounts.Account, error)
}

// Outbox queues the mails that tell of a request. Queueing one again sends nothing twice.
type Outbox interface {
	// QueueLetter reports whether somebody was there to be written to: of a letter to the staff, whether the
	// office has anybody.
	QueueLetter(ctx context.Context, l Letter) (heard bool, err error)
	// QueueConfirmation writes to an address that nobody has proved yet.
	QueueConfirmation(ctx context.Context, c Confirmation) error
}

// Calendar is by which days the municipality counts terms.
type Calendar struct {
	*term.Calendar
	term.Switches
}

// Options is what a Service is made of.
type Options struct {
	DB        *docstore.DB
	Audit     *audit.Log
	Vault     *vault.Vault
	Reference *reference.Service // the offices
	Hours     *hours.Service     // when they work; nil: opened here
	People    People
	Proofs    Proofs // nil: only who signs in asks for something
	Index     Index
	Recorder  civic.Recorder // of timelines
	Outbox    Outbox
	Register  Register  // nil: nothing is registered
	Files     crm.Files // nil: requests take no files
	// bytes of all files of requests that are not confirmed yet; 0: as many as usual
	DraftFiles int64
	// for how many days what a citizen has begun is kept after it was last saved; 0: as many as usual
	DraftDays int
	Calendar  Calendar // without one: the national calendar, no switch set
	Log       *slog.Logger
	Now       civic.Clock
}

// Service is the one way to read and change procedures and requests.
type Service struct {
	procedures *docstore.Collection[Procedure]
	requests   *docstore.Collection[Request]
	drafts     *docstore.Collection[Draft]
	counters   *docstore.Collection[counter]
	steps      *docstore.Collection[Step]
	unheard    *docstore.Collection[unheard]
	claims     *docstore.Collection[Claim]
	groups     *docstore.Collection[Group]
	keptSteps  atomic.Pointer[keptSteps]
	published  memo.Values[int, published]
	publishing memo.Turn // of who works a public report out

	reference *reference.Service
	hours     *hours.Service
	people    People
	proofs    Proofs
	index     Index
	recorder  civic.Recorder
	outbox    Outbox
	register  Register
	files     crm.Files
	audit     *audit.Log
	vault     *vault.Vault
	pool      blob.Pool // of the files of requests that are not confirmed
	draftDays int
	cal       Calendar
	log       *slog.Logger
	now       civic.Clock
}

// New returns a Service on the collections of o.DB, made where they do not exist.
func New(ctx context.Context, o Options) (s *Service, err error) {
	s = &Service{reference: o.Reference, hours: o.Hours, people: o.People, proofs: o.Proofs, index: o.Index,
		recorder: o.Recorder, outbox: o.Outbox, register: o.Register, files: o.Files, audit: o.Audit,
		vault: o.Vault, cal: o.Calendar, pool: draftPool(o.DraftFiles),
		draftDays: cmp.Or(o.DraftDays, defaultDraftDays), log: o.Log, now: o.Now}
	s.published.Most = 2 * PublishedYears
	if s.cal.Calendar == nil {
		s.cal.Calendar = term.National()
	}
	if s.now == nil {
		s.now = civic.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.hours == nil {
		s.hours, err = hours.New(ctx, hours.Options{DB: o.DB, Audit: o.Audit, Reference: o.Reference})
		if err != nil {
			return nil, err
		}
	}
	if s.procedures, err = docstore.Collect[Procedure](ctx, o.DB, procedureSpec()); err != nil {
		return nil, err
	}
	if s.requests, err = docstore.Collect[Request](ctx, o.DB, requestSpec()); err != nil {
		return nil, err
	}
	if s.drafts, err = docstore.Collect[Draft](ctx, o.DB, draftSpec()); err != nil {
		return nil, err
	}
	if s.steps, err = docstore.Collect[Step](ctx, o.DB, stepSpec()); err != nil {
		return nil, err
	}
	if s.unheard, err = docstore.Collect[unheard](ctx, o.DB, unheardSpec()); err != nil {
		return nil, err
	}
	if s.claims, err = docstore.Collect[Claim](ctx, o.DB, claimSpec()); err != nil {
		return nil, err
	}
	if s.groups, err = docstore.Collect[Group](ctx, o.DB, groupSpec()); err != nil {
		return nil, err
	}
	s.counters, err = docstore.Collect[counter](ctx, o.DB, docstore.Spec{Name: "request_counters"})
	return s, err
}

// today returns the day in Rome.
func (s *Service) today() term.Date { return term.DateOf(s.now()) }

// record writes an audit entry about a request, or about a procedure without contact.
func (s *Service) record(
	ctx context.Context, by civic.Actor, action audit.Action, object, contact civic.ID,
	detail map[string]string,
) error {
	return s.audit.Write(ctx, audit.Entry{By: by, Action: action, Object: object, Contact: contact,
		Detail: detail})
}
