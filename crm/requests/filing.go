package requests

import (
	"context"
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// FileInput is the form by which something is asked for: by a citizen for themselves, by somebody who does
// not sign in, or by staff for a contact who called, came or wrote.
type FileInput struct {
	FormKey   string
	Procedure civic.ID
	Contact   civic.ID // for whom staff file it; not looked at when a citizen does
	// who that is when staff do not know them yet; nil: Contact
	New *crm.ContactInput `json:",omitempty"`
	// the conversation that becomes this request, of staff; empty: none that was noted
	Call civic.ID `json:",omitempty"`
	// note the conversation, too, where RecordsCall says so
	RecordCall bool `json:",omitempty"`
	// the office that staff choose; empty: the procedure's
	Office  civic.ID    `json:",omitempty"`
	Channel crm.Channel // by which it came to staff
	// the day on which it came to staff, "2026-11-28"; empty: now
	ReceivedOn string
	Subject    string
	Text       string
	Grounds    string // why they ask; left out where the procedure does not want it
	Files      []civic.ID
	// who files it without signing in; nil: who is signed in
	Declared *Declared `json:",omitempty"`
	// the Version of the citizen's draft that was in the form; 0: none was
	Version int `json:"-"`
	// what the browser of a citizen is known by, which may save over what it saved itself; may be empty
	Browser string `json:"-"`

	draft *Draft // that is being confirmed
}

// The bounds of what people write.
const (
	maxSubject = 200
	maxText    = 10_000
	maxReason  = 1000
	oldestFile = 1 // how many years ago something that staff file may have come
)

// purposeForm is what the vault makes digests of forms for.
const purposeForm = "requests/form"

// File stores a request and gives it its number. Sending the same form again returns what is stored. It
// returns Invalid with field errors, Gone when the procedure is not offered, Unauthenticated for visitors,
// and ErrDraftNewer when the citizen saved another text elsewhere since.
func (s *Service) File(ctx context.Context, by civic.Actor, in FileInput) (Request, error) {
	r, err := s.newRequest(ctx, by, in, s.now())
	if err != nil {
		return Request{}, err
	}
	filed, err := s.file(ctx, by, r, func() error { return s.seenDraft(ctx, in, r) })
	return filed.shownTo(by), err
}

// file stores a request that is complete but for its number, unless it is stored already; check may refuse
// what is not.
func (s *Service) file(
	ctx context.Context, by civic.Actor, r Request, check func() error,
) (Request, error) {
	r.ToRegister = s.register != nil
	for try := 0; ; try++ {
		stored, err := s.requests.Get(ctx, r.ID)
		switch civic.CodeOf(err) {
		case "":
			r.Number = stored.Number
		case civic.NotFound:
			if err = check(); err == nil {
				r.Number, err = s.nextNumber(ctx, s.now())
			}
		}
		if err != nil {
			return Request{}, err
		}
		filed, err := s.requests.Create(ctx, &r, docstore.Creation[Request]{
			Same: func(stored *Request) bool { return stored.Submission == r.Submission },
			Effects: func(ctx context.Context, stored *Request, again bool) error {
				return s.effects(ctx, by, *stored, stored.Events[0], again)
			},
			Taken: errNumber,
		})
		if err != errNumber || try == maxTries {
			return filed, err
		}
	}
}

// Review returns a request as File, or Ask and Confirm, would store it now, without its number, for a summary
// before it is sent. It returns the errors of File.
func (s *Service) Review(ctx context.Context, by civic.Actor, in FileInput) (Request, error) {
	if in.Declared == nil {
		r, err := s.newRequest(ctx, by, in, s.now())
		return r.shownTo(by), err
	}
	r, err := s.asked(ctx, in)
	return r.shownTo(by), err
}

// errNumber says that another request has the number: the counter was set back, as by an older copy.
var errNumber = civic.NewError(civic.Unavailable, "error.unavailable")

const maxTries = 1000

// applicant returns the contact that a request is filed for.
func (s *Service) applicant(ctx context.Context, by civic.Actor, in FileInput) (crm.Contact, error) {
	switch {
	case by.Contact != "":
		return s.people.OwnContact(ctx, by)
	case in.New != nil:
		new := *in.New
		new.FormKey = in.FormKey
		return s.people.CreateContact(ctx, by, new)
	}
	return s.people.Contact(ctx, by, in.Contact)
}

func (s *Service) newRequest(
	ctx context.Context, by civic.Actor, in FileInput, now time.Time,
) (r Request, err error) {
	atDesk := by.Contact == ""
	if atDesk {
		if err := by.Can(PermWrite); err != nil {
			return r, err
		}
	}
	if atDesk {
		r, err = s.drawnAtDesk(ctx, by, in, now)
	} else {
		r, err = s.drawn(ctx, in, false, now, nil)
	}
	if err != nil {
		return r, err
	}
	applicant, err := s.applicant(ctx, by, in)
	if err != nil {
		return r, err
	}
	r.Contact, r.Seed = applicant.ID, newSeed()
	r.askedBy(applicant.Called())
	e := &r.Events[0]
	e.By, e.Citizen, e.ByName = by.Account, !atDesk, staffName(by)
	sender, _, err := s.Sending(ctx, by, r.ID)
	if err != nil {
		return r, err
	}
	claim := filesOf(r, sender)
	if d := in.draft; d != nil {
		r.Declared, claim = d.Declared, s.draftHolding(*d)
		r.askedBy(d.Declared.contact().Called())
	}
	if e.Files, err = s.sentFiles(ctx, by, claim, in.Files); err != nil {
		return r, err
	}
	if atDesk {
		if r.Call, err = s.callOf(ctx, by, in, r); err != nil {
			return r, err
		}
	}
	in.Files = nil
	r.Submission, err = s.vault.DigestForm(purposeForm, by, withSums{in.asTyped(), sums(e.Files)})
	if err != nil {
		return r, err
	}
	return r, s.planned(ctx, &r, now)
}

// drawn returns what was typed as a request by the rules of its procedure, of nobody yet; more notes what
// else is wrong. It returns Invalid with everything that is, and Gone when the procedure is not offered.
func (s *Service) drawn(
	ctx context.Context, in FileInput, atDesk bool, now time.Time, more func(*civic.Problems),
) (r Request, err error) {
	if r.ID, err = crm.FormID(in.FormKey); err != nil {
		return r, err
	}
	p, err := s.procedures.Get(ctx, in.Procedure)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return r, err
	}
	var wrong civic.Problems
	v, offered := in.apply(&r, atDesk, p, now, &wrong)
	if more != nil {
		more(&wrong)
	}
	switch {
	case wrong.Err() != nil:
		return r, wrong.Err()
	case !offered:
		return r, civic.NewError(civic.Gone, "requests.error.not_offered")
	}
	r.Procedure, r.Version, r.Name, r.Substitute, r.Rules = p.ID, v.Number, v.Name, v.Substitute, v.Rules
	r.Events = []Event{{ID: r.ID, Act: ActFile, At: now, Office: v.Office}}
	return r, nil
}

// staffName returns the name of who acts, nothing for a citizen, whose name the request has.
func staffName(by civic.Actor) string {
	if by.Contact != "" {
		return ""
	}
	return by.Name
}

// apply writes what was typed into r, and notes what is wrong with every field. It returns the version of p,
// the zero value where there is no such procedure, that is asked for, and whether it is offered.
func (in FileInput) apply(
	r *Request, atDesk bool, p Procedure, now time.Time, wrong *civic.Problems,
) (v Version, offered bool) {
	wrong.Check("procedure", choice(p.ID != ""))
	var err error
	r.Subject, err = civic.CleanLine(in.Subject, maxSubject)
	required(wrong, "subject", r.Subject, err)
	r.Text, err = civic.CleanText(in.Text, maxText)
	required(wrong, "text", r.Text, err)
	r.Channel, r.ReceivedAt = crm.ByWeb, now
	if atDesk {
		r.Channel = in.Channel
		if in.New == nil {
			requireText(wrong, "contact", string(in.Contact))
		}
		wrong.Check("channel", choice(slices.Contains(crm.InteractionChannels(), in.Channel)))
		r.ReceivedAt, err = receivedAt(in.ReceivedOn, now)
		wrong.Check("received_on", err)
	}
	if v, offered = p.On(r.ReceivedAt.In(civic.Rome()).Format(time.DateOnly)); v.Motivated {
		r.Grounds, err = civic.CleanText(in.Grounds, maxText)
		required(wrong, "grounds", r.Grounds, err)
	}
	return v, offered
}

func required(p *civic.Problems, field, text string, err error) {
	p.Check(field, err)
	if err == nil {
		requireText(p, field, text)
	}
}

// receivedAt returns when something came that staff file: now for today, noon for a day before.
func receivedAt(day string, now time.Time) (time.Time, error) {
	if day == "" || day == now.In(civic.Rome()).Format(time.DateOnly) {
		return now, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	switch {
	case err != nil:
		return now, civic.NewError(civic.Invalid, "error.date")
	case at.After(now):
		return now, civic.NewError(civic.Invalid, "error.date.future")
	case at.Before(now.AddDate(-oldestFile, 0, 0)):
		return now, civic.NewErrorArgs(civic.Invalid, "error.date.old", civic.Args{"Years": oldestFile})
	}
	return time.Date(at.Year(), at.Month(), at.Day(), 12, 0, 0, 0, civic.Rome()).UTC(), nil
}
