// Package audit keeps an append-only record of who did or read what, and when. Records are chained by hashes,
// so that a record that was changed or taken away is found by Verify; nothing but the retention rule ever
// removes one.
package audit

import (
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PermRead allows reading the audit.
const PermRead civic.Permission = "audit.read"

// Action is what was done, as area.noun.verb: "crm.contact.read". Each domain names its own; Word has it in
// words.
type Action string

// Entry is what a service reports: By did Action to Object. Detail says more in codes and ids, never in
// personal data.
type Entry struct {
	By      civic.Actor
	Action  Action   // what was done
	Object  civic.ID // the document it was done to
	Contact civic.ID // the citizen whose data it touched, if any
	Detail  map[string]string
	Sealed  []byte // evidence that only its maker can open (vault.Seal); nil for nearly all
	// names what was done, once and for all: of entries with one key the log keeps the first. Empty: each is
	// kept. Revised makes one; a key says nothing that Object does not.
	Key civic.ID
}

// Record is an entry as it is kept. Its id is chain/sequence, where chain is day/ULID (see chain.go).
type Record struct {
	docstore.Meta `bson:",inline"`
	At            time.Time `bson:"at"`
	Actor         civic.ID  `bson:"actor"`   // the account; empty for visitors, jobs and commands
	Name          string    `bson:"name"`    // of staff, jobs and commands; empty for citizens
	Request       string    `bson:"request"` // the HTTP request or the job
	Action        Action    `bson:"action"`
	Object        civic.ID  `bson:"object"`
	Contact       civic.ID  `bson:"contact"`
	// the contact of a citizen who did it, as the account was bound then
	Person civic.ID          `bson:"person,omitempty"`
	Detail map[string]string `bson:"detail,omitempty"`
	Sealed []byte            `bson:"sealed,omitempty"`
	Key    civic.ID          `bson:"key,omitempty"` // see Entry; no two records have the same
	// of other chains, in the first record of a chain
	Heads []Head `bson:"heads,omitempty"`
	Prev  string `bson:"prev"` // Hash of the record before in the chain
	Hash  string `bson:"hash"`
}

// Query chooses records; empty fields choose all. From is included, To is not.
type Query struct {
	Actor   civic.ID
	Contact civic.ID
	Action  Action
	From    time.Time
	To      time.Time
	Page    civic.PageRequest
}

// DetailToken is the detail of every record of what a program did for somebody: how its token begins.
const DetailToken = "token"

// The actions about the log and its store.
const (
	ActionOpened   Action = "audit.chain.opened"
	ActionRead     Action = "audit.records.read"
	ActionExported Action = "audit.records.exported"
	ActionExpired  Action = "audit.records.expired"
	// somebody who had signed in asked for what they may not do; Object is what it was about
	ActionDenied   Action = "audit.access.denied"
	ActionRestored Action = "audit.store.restored" // by whoever brings a store back from a copy
	// Object, an account, belongs to another contact from then on
	ActionRebound Action = "accounts.contact.rebound"
)

func spec() docstore.Spec {
	return docstore.Spec{Name: "audit", Indexes: []docstore.Index{
		{Name: "at", Fields: []string{"at"}},
		{Name: "actor", Fields: []string{"actor", "at"}},
		{Name: "contact", Fields: []string{"contact", "at"}},
		{Name: "person", Fields: []string{"person", "at"}},
		{Name: "action", Fields: []string{"action", "at"}},
		{Name: "key", Fields: []string{"key"}, Unique: true},
	}}
}

// Actions lists what the log writes about itself, and refusals, in the order in which a person looks for
// them.
func Actions() []Action {
	return []Action{ActionDenied, ActionRead, ActionExported, ActionExpired, ActionOpened, ActionRestored}
}
