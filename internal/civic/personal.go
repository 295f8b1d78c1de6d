package civic

import (
	"context"
	"time"
)

// Subject is the person whose data something is about: their contact, and the account they sign in with, when
// they have one.
type Subject struct {
	Contact ID
	Account ID
	Others  []ID // further accounts, for who finds or erases all there is
}

// OwnSubject returns who a signed-in citizen is, or an Unauthenticated error.
func OwnSubject(by Actor) (Subject, error) {
	if by.Contact == "" {
		return Subject{}, NewError(Unauthenticated, "error.unauthenticated")
	}
	return Subject{Contact: by.Contact, Account: by.Account}, nil
}

// Readable returns nil when by may take away what is kept about s: the person, and jobs or commands that act
// for them.
func (s Subject) Readable(by Actor) error {
	switch {
	case by.system || s.Contact != "" && by.Contact == s.Contact:
		return nil
	case by.Account == "":
		return NewError(Unauthenticated, "error.unauthenticated")
	default:
		return NewError(Forbidden, "error.forbidden")
	}
}

// PersonalData is a part of the house that keeps data about people: it gives, finds and erases all it keeps
// about one of them.
type PersonalData interface {
	// ExportPersonal returns everything kept about a person, in words of a language, in sections that may be
	// empty. It changes and audits nothing. It returns an Unauthenticated or Forbidden error when by is
	// somebody else.
	ExportPersonal(ctx context.Context, by Actor, about Subject, language string) ([]PersonalSection, error)
	// FindPersonal returns, by kind, how much is kept about a person and what an erasure does with it; kinds
	// of which nothing is kept have a count of 0. It changes and audits nothing. It returns an error without
	// PermErase.
	FindPersonal(ctx context.Context, by Actor, about Subject) ([]PersonalHolding, error)
	// ErasePersonal does to all that is kept about a person what FindPersonal says. Doing it again, after it
	// was done or was cut short, completes it and does nothing twice. It returns an error without PermErase,
	// and Conflict while something of FateUnavoidable is open.
	ErasePersonal(ctx context.Context, by Actor, about Subject, how PersonalErasure) error
	// PersonalCollections returns the names of the part's collections that may hold the id of a contact or of
	// their account.
	PersonalCollections() []string
}

// PersonalSection is one kind of data about a person. Name is the same in every language: "contact",
// "consents", "answers".
type PersonalSection struct {
	Name    string          `json:"name"`
	Entries []PersonalEntry `json:"entries"`
}

// PersonalEntry is one record: what it is called, when it came to be (zero: not known), and what it says.
// About is the id of what it tells of, for who can say more about that.
type PersonalEntry struct {
	About  ID              `json:"-"`
	Title  string          `json:"title,omitempty"`
	At     time.Time       `json:"at,omitzero"`
	Fields []PersonalField `json:"fields,omitempty"`
}

// PersonalField is one thing a record says. Name is the same in every language; Label stands instead where
// the words are somebody's own, as a question's. Word names a text of the catalogues where the value is a
// code. Text is the same in sentences, as the person reads it, where the value alone would not be read.
type PersonalField struct {
	Name  string `json:"name,omitempty"`
	Label string `json:"label,omitempty"`
	Value string `json:"value"`
	Text  string `json:"text,omitempty"` // web sets it
	Word  string `json:"-"`
	Day   bool   `json:"-"`              // the value is a day, "2026-12-30"
	File  ID     `json:"-"`              // of the file that Value names
	Path  string `json:"path,omitempty"` // where the site gives that file to the person; web sets it
}

// Say adds a field, unless there is nothing to say.
func (e *PersonalEntry) Say(name, value string) {
	if value != "" {
		e.Fields = append(e.Fields, PersonalField{Name: name, Value: value})
	}
}

// SayCode adds a field whose value is a code that the catalogues have a word for.
func (e *PersonalEntry) SayCode(name, code, word string) {
	if code != "" {
		e.Fields = append(e.Fields, PersonalField{Name: name, Value: code, Word: word})
	}
}

// SayDay adds a field whose value is a day, "2026-12-30".
func (e *PersonalEntry) SayDay(name, day string) {
	if day != "" {
		e.Fields = append(e.Fields, PersonalField{Name: name, Value: day, Day: true})
	}
}
