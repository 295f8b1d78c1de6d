package privacy

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Reason is why what is kept about a person is erased, as art. 17 of the GDPR has it.
type Reason string

// The reasons.
const (
	ReasonRequest   Reason = "request"    // the person asked for it, and nothing stands against it
	ReasonNotNeeded Reason = "not_needed" // what it was gathered for is over
	ReasonUnlawful  Reason = "unlawful"   // it should never have been gathered
	ReasonDuty      Reason = "duty"       // a law or an authority orders it
)

// Reasons lists the reasons in the order the form shows them.
func Reasons() []Reason { return []Reason{ReasonRequest, ReasonNotNeeded, ReasonUnlawful, ReasonDuty} }

// reasonWord returns the key of a reason's text.
func reasonWord(r Reason) string { return "privacy.erasure.reason." + string(r) }

// Erasure is the record of one: that it was done, by whom, why and of how much. Its id is that of the
// contact, which names nobody any more; it holds nothing else about the person.
type Erasure struct {
	docstore.Meta `bson:",inline"`
	By            civic.ID `bson:"by"` // the account of the member of staff who began it
	ByName        string   `bson:"byName"`
	Reason        Reason   `bson:"reason"`
	RemoveText    bool     `bson:"removeText"`
	Found         []Found  `bson:"found"` // when it began
	// of the person, until it is settled: faults are mended, and what comes late is found, by them
	Accounts []civic.ID `bson:"accounts,omitempty"`
	BegunAt  time.Time  `bson:"begunAt"`
	DoneAt   time.Time  `bson:"doneAt"` // zero until it is done
	// zero until nothing that was under way meanwhile can come any more; absent in records of before that was
	// looked for
	SettledAt time.Time `bson:"settledAt"`
	// zero until the store's file was made anew after it was settled; absent in records of before that was
	// written down
	RebuiltAt time.Time `bson:"rebuiltAt"`
}

// Found is how much of one kind an erasure found, and what it did with it.
type Found struct {
	Kind   string     `bson:"kind"`
	Count  int        `bson:"count"`
	Fate   civic.Fate `bson:"fate"`
	Reason string     `bson:"reason,omitempty"`
}

// Done reports whether the erasure came to its end.
func (e Erasure) Done() bool { return !e.DoneAt.IsZero() }

// counts returns how much of each kind was found, in codes.
func (e Erasure) counts() string {
	var counts []string
	for _, f := range e.Found {
		if f.Count > 0 {
			counts = append(counts, f.Kind+"="+strconv.Itoa(f.Count))
		}
	}
	return strings.Join(counts, " ")
}

// text says in a code what became of what the person wrote.
func (e Erasure) text() string {
	if e.RemoveText {
		return "removed"
	}
	return "kept"
}

// Accounts knows what people sign in with.
type Accounts interface {
	// AccountIDs returns the accounts that are bound to a contact, or Conflict when one is of the staff.
	AccountIDs(ctx context.Context, by civic.Actor, contact civic.ID) ([]civic.ID, error)
}

// Index is what an erasure needs of the search index.
type Index interface {
	// Flush returns when what was put before is on disk.
	Flush(ctx context.Context) error
}

// ErasureOptions is what Erasures are made of; all but Now are required.
type ErasureOptions struct {
	DB       *docstore.DB
	Parts    []civic.PersonalData // erased in the opposite order: what people act with before what they left
	Contacts *crm.Service
	Accounts Accounts
	Index    Index
	Audit    *audit.Log
	Now      civic.Clock
}

// Erasures erase what all parts of the house keep about a person, and keep a record of it.
type Erasures struct {
	records *docstore.Collection[Erasure]
	o       ErasureOptions
}

// NewErasures returns the erasures of a store.
func NewErasures(ctx context.Context, o ErasureOptions) (*Erasures, error) {
	if o.Now == nil {
		o.Now = civic.Now
	}
	records, err := docstore.Collect[Erasure](
		ctx,
		o.DB,
		docstore.Spec{Name: "erasures", Indexes: []docstore.Index{
			{Name: "done", Fields: []string{"doneAt", "begunAt"}},
			{Name: "settled", Fields: []string{"settledAt", "doneAt"}},
			{Name: "rebuilt", Fields: []string{"rebuiltAt", "doneAt"}},
		}},
	)
	return &Erasures{records: records, o: o}, err
}

// Outlook is what an erasure of a contact would do, or did.
type Outlook struct {
	Name    string // of the contact; empty when it is gone
	Parts   []civic.PersonalHolding
	Erasure Erasure // zero while none was begun
	OneFile bool    // the store is one file, which is made anew after an erasure
}

// Open returns what has to be done before anything can be erased.
func (o Outlook) Open() (open []civic.OpenTask) {
	for _, h := range o.Parts {
		open = append(open, h.Open...)
	}
	return open
}

// Outlook returns what an erasure of a contact would do, and how far one is that was begun. NotFound when
// there is no such contact and never was an erasure; Conflict for one whose account is of the staff; an error
// without civic.PermErase. It is written into the audit as a reading of the contact.
func (s *Erasures) Outlook(ctx context.Context, by civic.Actor, contact civic.ID) (o Outlook, err error) {
	o.OneFile = !s.o.DB.Shared()
	about, err := s.subject(ctx, by, contact)
	if err != nil {
		return o, err
	}
	if o.Erasure, err = s.record(ctx, contact); err != nil {
		return o, err
	}
	c, err := s.o.Contacts.Reader().Contact(ctx, contact)
	gone := civic.CodeOf(err) == civic.NotFound
	if err != nil && (!gone || o.Erasure.ID == "") {
		return o, err
	}
	over, err := s.over(ctx, by, about, o.Erasure)
	if err != nil || over {
		return o, err
	}
	switch {
	case o.Erasure.Done() && gone: // something came late
		o.Erasure.DoneAt = time.Time{}
	case o.Erasure.Done(): // the person came back: what is there now is theirs to have erased
		o.Erasure = Erasure{}
	}
	o.Name = c.DisplayName()
	if o.Parts, err = s.find(ctx, by, about, o.Erasure); err != nil {
		return o, err
	}
	return o, s.o.Audit.Write(
		ctx,
		audit.Entry{By: by, Action: crm.ActionContactRead, Object: contact, Contact: contact},
	)
}

// record returns the record of an erasure, zero when there is none.
func (s *Erasures) record(ctx context.Context, contact civic.ID) (Erasure, error) {
	e, err := s.records.Get(ctx, contact)
	if civic.CodeOf(err) == civic.NotFound {
		return Erasure{}, nil
	}
	return e, err
}

// subject returns a person with all their accounts.
func (s *Erasures) subject(ctx context.Context, by civic.Actor, contact civic.ID) (civic.Subject, error) {
	ids, err := s.o.Accounts.AccountIDs(ctx, by, contact)
	return civic.Subject{Contact: contact, Others: ids}, err
}

func (s *Erasures) find(
	ctx context.Context, by civic.Actor, about civic.Subject, begun Erasure,
) (all []civic.PersonalHolding, _ error) {
	about.Others = union(about.Others, begun.Accounts)
	for _, part := range s.o.Parts {
		found, err := part.FindPersonal(ctx, by, about)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func union(a, b []civic.ID) []civic.ID {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// over reports whether an erasure is done and nothing has come since: late, from who was at it meanwhile, or
// because the person came back: who signs in again with the same address gets the same id.
func (s *Erasures) over(ctx context.Context, by civic.Actor, about civic.Subject, e Erasure) (bool, error) {
	if !e.Done() {
		return false, nil
	}
	left, err := s.left(ctx, by, about, e)
	return err == nil && len(left) == 0, err
}

// left returns the kinds of which there is something that an erasure does not leave as it is.
func (s *Erasures) left(
	ctx context.Context, by civic.Actor, about civic.Subject, e Erasure,
) (kinds []string, _ error) {
	parts, err := s.find(ctx, by, about, e)
	for _, h := range parts {
		fates := []civic.Fate{civic.FateErased, civic.FateAnonymised, civic.FateChosen}
		// a list that was asked for since holds nothing of who is gone
		if h.Kind != "exports" && h.Count > 0 && slices.Contains(fates, h.Fate) {
			kinds = append(kinds, h.Kind)
		}
	}
	return kinds, err
}
