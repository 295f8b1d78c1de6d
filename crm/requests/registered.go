package requests

import (
	"context"
	"slices"

	"ascolto/crm/term"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// Register is the municipality's register of what comes in and goes out (protocollo informatico, art. 53 of
// D.P.R. 445/2000). The number of a document is the register's alone: nothing here makes one.
type Register interface {
	// QueueEntry notes that a document is to be registered. Queueing it again registers nothing twice.
	QueueEntry(ctx context.Context, e Entry) error
}

// Entry is a document of a request that is to be registered.
type Entry struct {
	ID       civic.ID // of the request and the event: nothing else has it
	Request  civic.ID
	Event    civic.ID
	Number   string // of the request
	Incoming bool   // somebody sent it to the municipality
	FiledOn  string // the day, in Rome, on which it came in or went out
}

// Registered is what the register said of a document.
type Registered struct {
	Event    civic.ID `bson:"event"`
	Number   string   `bson:"number"`
	On       string   `bson:"on"`                 // the day of the registration, in Rome
	Register string   `bson:"register,omitempty"` // which register, where there are several
}

// registeredActs are those whose words are documents of the procedure, and whether they come in. What people
// say in between is correspondence that the request itself keeps.
var registeredActs = map[Act]bool{
	ActFile: true, ActSupply: true, ActObserve: true, ActWithdraw: true, ActSubstitute: true,
	ActAsk: false, ActIrregular: false, ActSuspend: false, ActConsult: false, ActNotice: false,
	ActAnswer: false, ActRefuse: false, ActNotCompetent: false, ActRelease: false,
}

// queueEntry has what an event says registered, when it is a document and the request began with a register.
func (s *Service) queueEntry(ctx context.Context, r Request, e Event) error {
	incoming, document := registeredActs[e.Act]
	if s.register == nil || !document || !r.ToRegister {
		return nil
	}
	on := term.DateOf(e.At)
	if e.Act == ActFile {
		on = term.DateOf(r.ReceivedAt)
	}
	return s.register.QueueEntry(ctx, Entry{ID: civic.Key(r.ID, e.ID, "register"), Request: r.ID, Event: e.ID,
		Number: r.Number, Incoming: incoming, FiledOn: on.String()})
}

// RegisteredAs returns what the register said of the document that an event is.
func (r Request) RegisteredAs(event civic.ID) (Registered, bool) {
	i := slices.IndexFunc(r.Registered, func(g Registered) bool { return g.Event == event })
	if i < 0 {
		return Registered{}, false
	}
	return r.Registered[i], true
}

// AwaitsRegister reports whether the document that an event is waits for its number.
func (r Request) AwaitsRegister(e Event) bool {
	_, document := registeredActs[e.Act]
	_, done := r.RegisteredAs(e.ID)
	return r.ToRegister && document && !done
}

// SetRegistered keeps what the register said of a document. Saying it again changes nothing: a number, once
// there, stays. It returns NotFound for a request that there is not.
func (s *Service) SetRegistered(ctx context.Context, id civic.ID, g Registered) error {
	r, err := s.requests.Edit(ctx, id, func(r *Request) error {
		if _, done := r.RegisteredAs(g.Event); done {
			return nil
		}
		r.Registered = append(slices.Clone(r.Registered), g)
		r.UpdatedAt = s.now()
		return nil
	})
	if err != nil {
		return err
	}
	return s.derived(ctx, r)
}

// Paper is a document of a request, for the register.
type Paper struct {
	Request Request
	Event   Event
	Email   string // of the person; may be empty
}

// Files returns the files that came along.
func (p Paper) Files() []blob.Attachment { return p.Event.Files }

// Text returns what the document says.
func (p Paper) Text() string {
	if p.Event.Act == ActFile {
		return p.Request.Text
	}
	return p.Event.Text
}

// Paper returns the document that an event of a request is, or NotFound: also when the person was erased, for
// then nothing is left of it.
func (s *Service) Paper(ctx context.Context, id, event civic.ID) (Paper, error) {
	r, err := s.requests.Get(ctx, id)
	if err != nil {
		return Paper{}, err
	}
	i := slices.IndexFunc(r.Events, func(e Event) bool { return e.ID == event })
	if i < 0 || r.Contact == "" {
		return Paper{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	p := Paper{Request: r, Event: r.Events[i]}
	switch c, err := s.people.OwnContact(ctx, civic.Actor{Contact: r.Contact}); { // nobody reads it
	case err != nil && civic.CodeOf(err) != civic.NotFound:
		return p, err
	case r.Declared != nil:
		p.Email = r.Declared.Email
	case len(c.Emails) > 0:
		p.Email = c.Emails[0].Address
	}
	return p, nil
}
