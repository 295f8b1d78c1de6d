package civic

import (
	"slices"
	"time"
)

// PermErase is to erase what is kept about a person, and to read beforehand what that would be.
const PermErase Permission = "personal.erase"

// Taken stands where words were that an erasure took away, in places that are never empty.
const Taken = "[…]"

// Fate is what an erasure does with a kind of data.
type Fate string

// The fates.
const (
	FateErased     Fate = "erased"
	FateAnonymised Fate = "anonymised" // it stays, and nothing in it tells of whom it was
	FateChosen     Fate = "chosen"     // anonymised, and its words removed when whoever erases says so
	FateKept       Fate = "kept"       // by law: Reason says which
	FateUnknowable Fate = "unknowable" // nobody can tell which of it is the person's: Reason says why
	// it must come to its end first: nothing is erased while there is any
	FateUnavoidable Fate = "unavoidable"
)

// Fates lists the fates in the order a page shows them.
func Fates() []Fate {
	return []Fate{FateUnavoidable, FateErased, FateAnonymised, FateChosen, FateKept, FateUnknowable}
}

// PersonalHolding is how much of one kind is kept about a person, and what an erasure does with it. Kind is
// the same in every language, and has a text in the catalogues, as Fate has.
type PersonalHolding struct {
	Kind   string
	Count  int
	Fate   Fate
	Reason string     // key of a text: why it is kept, or cannot be found
	Open   []OpenTask // what has to be done first, of FateUnavoidable
}

// OpenTask is something that is still to be done for a person.
type OpenTask struct {
	ID    ID
	Title string
	DueOn string // "2026-12-01"; empty without a day
	// Who is to do it.
	Office ID
	Owner  string // the name of the colleague who follows it; empty while nobody does
}

// PersonalErasure says how what is kept about a person is erased.
type PersonalErasure struct {
	At         time.Time
	RemoveText bool     // what they wrote in public goes, too; else it stays, without its author
	Emails     []string // the person's addresses, by which what waits to be sent is found; in lower case
	// it was done before, and this is for what came late: copies that were made since hold nothing of the person
	Late bool
}

// Accounts returns every account of s, each once.
func (s Subject) Accounts() []ID {
	all := append([]ID{}, s.Others...)
	if s.Account != "" && !slices.Contains(all, s.Account) {
		all = append(all, s.Account)
	}
	return all
}

// Erasable returns nil when by may find and erase what is kept about s, else Unauthenticated or Forbidden;
// Invalid for nobody.
func (s Subject) Erasable(by Actor) error {
	if err := by.Can(PermErase); err != nil {
		return err
	}
	if s.Contact == "" {
		return NewError(Invalid, "error.id")
	}
	return nil
}
