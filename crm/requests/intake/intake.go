// Package intake takes in the mail that citizens write to the municipality: each mail becomes a request, or a
// message of one, or it waits for somebody of the staff to say what it is. Nothing that came is lost: a mail
// is kept as it came before anything is made of it, and whoever took it out of a mailbox may do so only then.
//
//	Mail      one mail, what came of it and why
//	Take      keeps what came in, and does with it what follows
//	Settings  what is asked for by mail, and which office looks at what nobody can tell
//
// What a machine wrote is never answered, nor is an address that writes too often.
package intake

import (
	"context"
	"io"
	"log/slog"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
	"ascolto/internal/vault"
)

// Reader takes mails apart.
type Reader interface {
	// Read takes a mail apart. What of it cannot be worked on has a reason in Refused, and as much else as its
	// header says.
	Read(raw []byte) Letter
}

// Letter is a mail taken apart.
type Letter struct {
	From      reach.Mailbox // zero without an address that can be written to
	To        []string      // addresses, in small letters
	Subject   string
	Text      string
	Cut       bool     // there is more of the text
	Answers   []string // the ids of the mails that it answers
	Automatic string   // the sign by which a machine is known to have written it
	Certified bool     // an envelope of certified mail: who wrote what is in it is not known
	Refused   string   // why it was not taken apart
	Files     []LetterFile
}

// LetterFile is a file that came along.
type LetterFile struct {
	Name string
	Open func() io.Reader
}

// Requests files what comes by mail; *requests.Service is one.
type Requests interface {
	FileMailed(ctx context.Context, by civic.Actor, in requests.MailInput) (requests.Request, error)
	AddMailed(ctx context.Context, by civic.Actor, id civic.ID, in requests.MailInput) (requests.Request, error)
	Tagged(ctx context.Context, tag string) (requests.Request, error)
	Numbered(ctx context.Context, by civic.Actor, number string) (requests.Request, error)
	Mailed(ctx context.Context, id civic.ID) (requests.Request, error)
	Procedure(ctx context.Context, id civic.ID) (requests.Procedure, error)
}

// People knows who writes; *crm.Service is one.
type People interface {
	ContactOfMail(ctx context.Context, from reach.Mailbox) (id civic.ID, proved bool, err error)
	// OwnContact returns the contact of an actor; here nobody reads it but the program.
	OwnContact(ctx context.Context, by civic.Actor) (crm.Contact, error)
}

// Files keeps mails and what came along with them; *blob.Store is one.
type Files interface {
	blob.Claimer
	Put(ctx context.Context, u blob.Upload, from io.Reader) (blob.File, error)
	Open(ctx context.Context, id civic.ID) (blob.File, io.ReadSeekCloser, error)
	Discard(ctx context.Context, document civic.ID) error
}

// Options is what a Service is made of; all but Days, Log and Now are required.
type Options struct {
	DB       *docstore.DB
	Audit    *audit.Log
	Vault    *vault.Vault
	Requests Requests
	People   People
	Files    Files
	Reader   Reader
	// Words returns a text of the catalogues.
	Words func(language string, m civic.Message) string
	Own   []string // the municipality's own addresses, in small letters: nobody writes to it from there
	Days  int      // for how many days a mail is kept after it was dealt with; 0: as many as usual
	Log   *slog.Logger
	Now   civic.Clock
}

// defaultDays is for how many days a mail is kept after it was dealt with.
const defaultDays = 90

// Service takes mail in.
type Service struct {
	o        Options
	mails    *docstore.Collection[Mail]
	settings *docstore.Collection[Settings]
}

// New returns a Service on the collections of o.DB, made where they do not exist.
func New(ctx context.Context, o Options) (s *Service, err error) {
	if o.Days == 0 {
		o.Days = defaultDays
	}
	if o.Now == nil {
		o.Now = civic.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s = &Service{o: o}
	if s.mails, err = docstore.Collect[Mail](ctx, o.DB, mailSpec()); err != nil {
		return nil, err
	}
	s.settings, err = docstore.Collect[Settings](ctx, o.DB, docstore.Spec{Name: "inbound_settings"})
	return s, err
}

// MaxKept is how many bytes a mail may have to be kept here; larger ones stay in the mailbox alone.
const MaxKept = 64 << 20

// Originals returns what keeps mails as they came.
func Originals() blob.Use {
	return blob.Use{Name: "mail", Types: []blob.Type{blob.Mail}, MaxSize: MaxKept, MaxCount: 1}
}

// words returns a text of the catalogues.
func (s *Service) words(language, key string, args civic.Args) string {
	return s.o.Words(language, civic.Message{Key: key, Args: args})
}

func (s *Service) now() time.Time { return s.o.Now() }
