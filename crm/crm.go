// Package crm knows the people and organisations a municipality talks with: contacts and their consents, and
// what was said to whom (interactions and the timeline). The folders below hold what is made of them:
// segments, the rules that choose whom to write to, and what a person may ask to be told.
//
// A contact's document is the truth about the contact. The timeline is derived from what the other domains
// report, the search index from the documents; both can be written again.
package crm

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
	"ascolto/internal/vault"
	"ascolto/search"
)

// Index is what crm needs of the search index; *search.Index is one.
type Index interface {
	Put(docs ...search.Doc)
	Load(ctx context.Context, docs iter.Seq2[search.Doc, error]) error
	Search(ctx context.Context, q search.Query) (search.Result, error)
}

// Options is what a Service is made of.
type Options struct {
	DB         *docstore.DB
	Index      Index
	Audit      *audit.Log
	Vault      *vault.Vault
	Reference  *reference.Service // the districts, offices, topics and tags that contacts name
	Log        *slog.Logger
	Now        civic.Clock
	Colleagues Colleagues // nil: conversations can be given to offices only
	Sessions   Sessions   // nil: nobody signs in
	Files      Files      // nil: nothing can be attached
	Veil       Veil       // nil: staff see every entry of a timeline
	Words      Words      // nil: tables are headed by the keys of the catalogues
	Dealings   Dealings   // nil: offices have to do with contacts by conversations alone
}

// Dealings knows what offices have to do with contacts, besides conversations.
type Dealings interface {
	// DealtWith reports whether one of the offices has to do with the contact.
	DealtWith(ctx context.Context, contact civic.ID, offices []civic.ID) (bool, error)
}

// Service is the one way to read and change what crm keeps.
type Service struct {
	contacts     *docstore.Collection[Contact]
	interactions *docstore.Collection[Interaction]
	timeline     *docstore.Collection[Entry]

	reference  *reference.Service
	index      Index
	audit      *audit.Log
	vault      *vault.Vault
	log        *slog.Logger
	now        civic.Clock
	colleagues Colleagues
	sessions   Sessions
	files      Files
	veil       Veil
	words      Words
	dealings   Dealings
}

// New returns a Service on the collections of o.DB, made where they do not exist.
func New(ctx context.Context, o Options) (s *Service, err error) {
	s = &Service{
		reference: o.Reference, index: o.Index, audit: o.Audit, vault: o.Vault, log: o.Log, now: o.Now,
		colleagues: o.Colleagues, sessions: o.Sessions, files: o.Files, veil: o.Veil, words: o.Words,
		dealings: o.Dealings,
	}
	if s.now == nil {
		s.now = civic.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.contacts, err = docstore.Collect[Contact](ctx, o.DB, contactSpec()); err != nil {
		return nil, err
	}
	if s.interactions, err = docstore.Collect[Interaction](ctx, o.DB, interactionSpec()); err != nil {
		return nil, err
	}
	s.timeline, err = docstore.Collect[Entry](ctx, o.DB, timelineSpec())
	return s, err
}

// record writes an audit entry about a contact, or about no one when contact is empty.
func (s *Service) record(
	ctx context.Context, by civic.Actor, action audit.Action, object, contact civic.ID,
	detail map[string]string,
) error {
	return s.audit.Write(ctx, audit.Entry{By: by, Action: action, Object: object, Contact: contact,
		Detail: detail})
}

// created writes the audit entry of a creation; when its form was sent again, unless it is there since the
// document was made.
func (s *Service) created(
	ctx context.Context, by civic.Actor, action audit.Action, object, contact civic.ID, again bool,
	since time.Time,
) error {
	return s.audit.Entered(ctx, audit.Entry{By: by, Action: action, Object: object, Contact: contact}, again,
		since)
}

// recordEach writes one audit entry for each of several contacts that were shown together.
func (s *Service) recordEach(
	ctx context.Context, by civic.Actor, action audit.Action, contacts []Contact,
) error {
	entries := make([]audit.Entry, len(contacts))
	for i, c := range contacts {
		entries[i] = audit.Entry{By: by, Action: action, Object: c.ID, Contact: c.ID}
	}
	return s.audit.WriteAll(ctx, entries)
}
