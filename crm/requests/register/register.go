// Package register has the documents of requests entered in the municipality's register of what comes in and
// goes out (protocollo informatico: art. 53 and 55 of D.P.R. 28 December 2000, n. 445). The register is a
// program of the municipality's own; while it cannot be reached documents wait here, with the day on which
// they came, and no number is ever made up.
//
//	Entry    one document on its way to the register, and what came of it
//	Adapter  how a register is spoken to; HTTP is the one there is
//	SendDue  has what waits entered
package register

import (
	"context"
	"io"
	"log/slog"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Adapter speaks to a register.
type Adapter interface {
	// Enter enters a document and returns what the register says of it. The same Key again returns the same.
	// The error is *Refusal when the register does not want the document as it is; after every other error it
	// may be entered later.
	Enter(ctx context.Context, d Document) (Number, error)
}

// Document is what a register is told.
type Document struct {
	Key       civic.ID // tells it from every other document, for ever
	Incoming  bool
	FiledOn   string // "2026-11-08": the day, in Rome, on which it came in or went out
	Request   string // the number of the request it is of
	Procedure string // what is asked for, in Italian
	Office    string // that deals with it
	Subject   string
	Person    Person // who sent it, or whom it went to
	Parts     []Part // the first is the document, the rest came along
}

// Person is the other side of a document.
type Person struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

// Part is a file of a document.
type Part struct {
	Name   string
	Type   string // media type
	Size   int64  // bytes
	SHA256 string // of the content, in hexadecimal digits
	Open   func(context.Context) (io.ReadCloser, error)
}

// Number is what a register says of a document.
type Number struct {
	Number   string
	On       string // the day of the registration, in Rome
	Register string // which one, where there are several; may be empty
}

// Refusal is why a register does not want a document.
type Refusal struct {
	Status int    // of HTTP; 0: it said nothing that can be kept
	Reason string // in its own words, cut to a line
}

// Error returns why, for logs: without the register's words, which may name a person.
func (r *Refusal) Error() string { return "the register refused the document" }

// Requests has the documents. *requests.Service does.
type Requests interface {
	Paper(ctx context.Context, id, event civic.ID) (requests.Paper, error)
	SetRegistered(ctx context.Context, id civic.ID, g requests.Registered) error
}

// Files has what came along. *blob.Store does.
type Files interface {
	Open(ctx context.Context, id civic.ID) (blob.File, io.ReadSeekCloser, error)
}

// Options is what a Service is made of; all but Adapter, Log and Now are required.
type Options struct {
	DB       *docstore.DB
	Audit    *audit.Log
	Adapter  Adapter         // nil: there is no register
	Requests func() Requests // asked when it is needed: requests are made after the register they write to
	Files    Files
	// OfficeName returns the name of an office, empty when there is none such.
	OfficeName func(ctx context.Context, id civic.ID) (string, error)
	// Words returns a text of the catalogues, in Italian, which is what registers are kept in.
	Words func(m civic.Message) string
	Log   *slog.Logger
	Now   civic.Clock
}

// Service has documents registered.
type Service struct {
	o       Options
	entries *docstore.Collection[Entry]
}

// New returns a Service on the collection of o.DB, made where it does not exist.
func New(ctx context.Context, o Options) (s *Service, err error) {
	if o.Now == nil {
		o.Now = civic.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s = &Service{o: o}
	s.entries, err = docstore.Collect[Entry](ctx, o.DB, entrySpec())
	return s, err
}

// Connected reports whether there is a register.
func (s *Service) Connected() bool { return s.o.Adapter != nil }

// State says where a document is on its way.
type State string

// The states.
const (
	Waiting State = "waiting" // for the register
	Refused State = "refused" // for somebody who looks why
	Done    State = "done"
	Erased  State = "erased" // its person was, and nothing is left to enter
)

// Word returns the key of the text that says s.
func (s State) Word() string { return "register.state." + string(s) }

// States lists the states in the order of a way.
func States() []State { return []State{Waiting, Refused, Done, Erased} }

// Entry is a document on its way to the register.
type Entry struct {
	docstore.Meta `bson:",inline"`
	Request       civic.ID  `bson:"request"`
	Event         civic.ID  `bson:"event"`
	Number        string    `bson:"number"` // of the request
	Incoming      bool      `bson:"incoming"`
	FiledOn       string    `bson:"filedOn"`
	State         State     `bson:"state"`
	Tries         int       `bson:"tries"`
	NextAt        time.Time `bson:"nextAt"`           // when it is tried, or tried again
	Fault         Fault     `bson:"fault,omitempty"`  // what came in between the last time
	Status        int       `bson:"status,omitempty"` // of HTTP, that came with it
	Reason        string    `bson:"reason,omitempty"` // in the words of the register that refused it
	Given         string    `bson:"given,omitempty"`  // the register's number
	GivenOn       string    `bson:"givenOn,omitempty"`
	CreatedAt     time.Time `bson:"createdAt"`
	UpdatedAt     time.Time `bson:"updatedAt"`
}

// Fault says why a document still waits.
type Fault string

// The faults.
const (
	FaultUnreachable Fault = "unreachable" // nothing answered
	FaultBusy        Fault = "busy"        // the register asked to come later, or has a fault of its own
	FaultKey         Fault = "key"         // it does not know the municipality's token
	FaultAnswer      Fault = "answer"      // what it answered holds no number
	FaultFile        Fault = "file"        // a file of the document cannot be read here
)

// Word returns the key of the text that says f, and what to do.
func (f Fault) Word() string { return "register.fault." + string(f) }

// Faults lists all faults.
func Faults() []Fault {
	return []Fault{FaultUnreachable, FaultBusy, FaultKey, FaultAnswer, FaultFile}
}

func entrySpec() docstore.Spec {
	return docstore.Spec{Name: "register_entries", Indexes: []docstore.Index{
		{Name: "due", Fields: []string{"state", "nextAt"}},
		{Name: "state", Fields: []string{"state", "createdAt"}},
		{Name: "changed", Fields: []string{"-updatedAt"}},
	}}
}

// QueueEntry implements requests.Register.
func (s *Service) QueueEntry(ctx context.Context, e requests.Entry) error {
	now := s.o.Now()
	err := s.entries.Insert(ctx, &Entry{Meta: docstore.Meta{ID: e.ID}, Request: e.Request, Event: e.Event,
		Number: e.Number, Incoming: e.Incoming, FiledOn: e.FiledOn, State: Waiting, NextAt: now, CreatedAt: now,
		UpdatedAt: now})
	if civic.CodeOf(err) == civic.Conflict { // queued before
		return nil
	}
	return err
}
