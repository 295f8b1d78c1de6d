package requests

import (
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// MoveInput is the form of a move. Fields that the act does not have are not looked at.
type MoveInput struct {
	FormKey     string
	Act         Act
	Text        string   // what the applicant is told, or says
	Reason      string   // why, for the staff
	Considered  string   // a refusal: what it says of the observations
	Office      civic.ID // forward: where to
	Responsible civic.ID // take, assign: who; empty to take it oneself
	Of          civic.ID // object, serve: the event it is about
	On          string   // serve, and observe by staff: the day, "2026-11-28"
	Objection   bool     // object: there is one
	Link        string   // answer: where it is published
	Version     int      // reterm: of the procedure
	Group       civic.ID `json:",omitempty"`
	Files       []civic.ID
	// an answer: sent although somebody else is writing one, see Claim
	Over bool `json:"-"`
}

// errSame ends an update of a request to which the event was added already.
var errSame = errors.New("requests: the event is there already")

// How much one request may hold, and what of it its applicant may bring: whatever they send, there is room
// for the answer.
const (
	maxEvents, maxOwnEvents = 500, 150
	maxOwnFiles             = 40
)

// Move does something to a request: the applicant to their own, staff to one they may write. Sending the same
// form again does it once. It returns NotFound for a request that by may not know of, Invalid with field
// errors, and Conflict with the reason when the law or the state it is in does not allow it.
func (s *Service) Move(ctx context.Context, by civic.Actor, id civic.ID, in MoveInput) (Request, error) {
	return s.move(ctx, by, id, in, func(r Request) (Side, error) { return r.side(by) })
}

// MoveFollowed is Move for who knows the number and the code of a request, as its applicant.
func (s *Service) MoveFollowed(
	ctx context.Context, by civic.Actor, number, code string, in MoveInput,
) (Request, error) {
	r, err := s.byCode(ctx, number, code)
	if err == nil && by.IsStaff() { // who has the code to hand it over does not act for the applicant
		err = civic.NewError(civic.Forbidden, "error.forbidden")
	}
	if err != nil {
		return Request{}, err
	}
	return s.move(ctx, by, r.ID, in, func(Request) (Side, error) { return Applicant, nil })
}

// move does in to a request, for who stands on the side that sideOf tells.
func (s *Service) move(
	ctx context.Context, by civic.Actor, id civic.ID, in MoveInput, sideOf func(Request) (Side, error),
) (Request, error) {
	now, err := s.requests.Get(ctx, id)
	if err != nil {
		return Request{}, err
	}
	side, err := in.Act.on(now, sideOf)
	if err != nil {
		return Request{}, err
	}
	e, err := s.newEvent(ctx, by, in, s.now())
	if err != nil {
		return Request{}, err
	}
	if is, done := now.byForm(e.ID); !done {
		if side == Staff {
			if err := s.writes(ctx, by, now, in); err != nil {
				return Request{}, err
			}
		}
		claim := filesOf(now, by.Account)
		if in.Act == ActNote {
			claim = noteFilesOf(now, by.Account)
		}
		if e.Files, err = s.sentFiles(ctx, by, claim, in.Files); err != nil {
			return Request{}, err
		}
	} else {
		e.Files = is.Files
	}
	in.Files = nil
	if e.Submission, err = s.vault.DigestForm(purposeForm, by, movedWith{in, sums(e.Files)}); err != nil {
		return Request{}, err
	}
	return s.append(ctx, by, id, e, sideOf)
}

// append adds an event to a request, once, for who stands on the side that sideOf tells.
func (s *Service) append(
	ctx context.Context, by civic.Actor, id civic.ID, e Event, sideOf func(Request) (Side, error),
) (Request, error) {
	var stored Request
	r, err := s.requests.Update(ctx, id, func(r *Request) error {
		stored = *r
		side, err := e.Act.on(*r, sideOf)
		if err != nil {
			return err
		}
		if is, ok := r.byForm(e.ID); ok {
			if is.Act != e.Act || is.Submission != e.Submission {
				return civic.NewError(civic.Conflict, "error.form_used")
			}
			e = is
			return errSame
		}
		e.Followed = side == Applicant && !r.own(by)
		return s.add(ctx, r, side, e)
	})
	again := errors.Is(err, errSame)
	if again {
		r, err = stored, nil
	}
	if err != nil {
		return Request{}, err
	}
	e, _ = r.written(e.ID, e.Act) // with what was added to it
	return r.shownTo(by), s.effects(ctx, by, r, e, again)
}

// on returns the side that does a to r, and Forbidden when a is not an act of that side.
func (a Act) on(r Request, sideOf func(Request) (Side, error)) (Side, error) {
	side, err := sideOf(r)
	if m, ok := MoveOf(a); err == nil && (!ok || m.Sides&side == 0) {
		err = civic.NewError(civic.Forbidden, "error.forbidden")
	}
	return side, err
}

// side returns on which side by stands towards r, NotFound when by may not know of it, and Forbidden when by
// may only read it.
func (r Request) side(by civic.Actor) (Side, error) {
	switch {
	case r.own(by):
		return Applicant, nil
	case !r.Readable(by):
		return 0, civic.NewError(civic.NotFound, "error.not_found")
	}
	return Staff, by.Can(PermWrite)
}

// add adds an event to r where life, law and form allow it.
func (s *Service) add(ctx context.Context, r *Request, side Side, e Event) error {
	m := moveFrom(r.State, e.Act)
	at := scene{*r, s.cal, term.DateOf(e.At)}
	switch {
	case !m.offered(*r, side):
		return civic.NewError(civic.Conflict, "requests.error.moved")
	case r.full(side, e):
		return civic.NewError(civic.Conflict, "requests.error.full")
	}
	if err := at.allow(m); err != nil {
		return err
	}
	if side == Staff {
		if err := grantedFilesWait(at, e); err != nil {
			return err
		}
	}
	e.Citizen = side == Applicant
	if err := s.complete(ctx, at, m, &e); err != nil {
		return err
	}
	var err error
	if e.Stops, err = at.stops(m); err != nil {
		return err
	}
	if m.Ends() {
		c, err := at.Clock(s.cal, at.today)
		if err != nil {
			return err
		}
		e.Verdict = &Verdict{DueOn: c.Due.String(), Used: c.Used, Late: c.Late}
	}
	r.Events = append(r.Events, e)
	return s.planned(ctx, r, e.At)
}

// full reports whether r has no room for e, which one side adds.
func (r Request) full(side Side, e Event) bool {
	events, files, own, ownFiles := len(r.Events), len(r.attachments()), 0, 0
	for _, o := range r.Events {
		if o.Citizen {
			own, ownFiles = own+1, ownFiles+len(o.Files)
		}
	}
	if side == Applicant {
		return e.Act != ActWithdraw && own >= maxOwnEvents || len(e.Files) > 0 &&
			ownFiles+len(e.Files) > maxOwnFiles
	}
	return events >= maxEvents || len(e.Files) > 0 && files+len(e.Files) > maxFiles
}

// newEvent reads what was typed, whatever the act.
func (s *Service) newEvent(
	ctx context.Context, by civic.Actor, in MoveInput, now time.Time,
) (e Event, err error) {
	if e.ID, err = crm.FormID(in.FormKey); err != nil {
		return e, err
	}
	e.Act, e.At, e.By, e.ByName = in.Act, now, by.Account, staffName(by)
	var p civic.Problems
	e.Text, err = civic.CleanText(in.Text, maxText)
	p.Check(FieldText, err)
	e.Reason, err = civic.CleanText(in.Reason, maxReason)
	p.Check(FieldReason, err)
	e.Considered, err = civic.CleanText(in.Considered, maxText)
	p.Check(fieldConsidered, err)
	switch in.Act {
	case ActForward:
		offices, err := s.offices(ctx)
		if err != nil {
			return e, err
		}
		e.Office = in.Office
		p.Check(FieldOffice, choice(offices[in.Office]))
	case ActTake, ActAssign:
		c, err := s.responsible(ctx, by, in)
		if err != nil {
			return e, err
		}
		e.Responsible, e.ResponsibleName, e.member = c.ID, c.Name, c.Offices
	case ActObject:
		e.Of, e.Objection = in.Of, in.Objection
	case ActServe:
		e.Of, e.On = in.Of, in.On
	case ActObserve:
		e.On = in.On
	case ActAnswer:
		e.Link, err = cleanLink(in.Link)
		p.Check(fieldLink, err)
	case ActReterm:
		e.Version = in.Version
	case ActGroup:
		e.Group = in.Group
		if err := s.completeGroup(ctx, by, &e, &p); err != nil {
			return e, err
		}
	}
	return e, p.Err()
}

const (
	fieldConsidered = "considered"
	fieldLink       = "link"
)

// responsible returns the colleague a request is given to, by themselves when in names nobody to take it.
func (s *Service) responsible(ctx context.Context, by civic.Actor, in MoveInput) (crm.Colleague, error) {
	if in.Act == ActTake && in.Responsible == "" {
		in.Responsible = by.Account
	}
	staff, err := s.people.Colleagues(ctx, by)
	if err != nil {
		return crm.Colleague{}, err
	}
	n := slices.IndexFunc(staff, func(c crm.Colleague) bool { return c.ID == in.Responsible })
	if n < 0 {
		var p civic.Problems
		p.Add(FieldResponsible, "error.choice")
		return crm.Colleague{}, p.Err()
	}
	return staff[n], nil
}

// movedWith is the form of a move with the content of its files, without their ids, which change when they
// are sent again.
type movedWith struct {
	MoveInput
	Sums []string `json:",omitempty"`
}

// byForm returns the event that a form made.
func (r Request) byForm(id civic.ID) (Event, bool) {
	n := slices.IndexFunc(r.Events, func(e Event) bool { return e.ID == id })
	if n < 0 {
		return Event{}, false
	}
	return r.Events[n], true
}

// written returns the event of an id when it is of one of some acts.
func (r Request) written(id civic.ID, acts ...Act) (Event, bool) {
	for _, e := range r.Events {
		if e.ID == id && slices.Contains(acts, e.Act) {
			return e, true
		}
	}
	return Event{}, false
}

// Responsible returns the colleagues that a request can be given to: those of the office that has it, and who
// can decide in its place.
func (s *Service) Responsible(ctx context.Context, by civic.Actor, r Request) ([]crm.Colleague, error) {
	staff, err := s.people.Colleagues(ctx, by)
	return slices.DeleteFunc(staff, func(c crm.Colleague) bool {
		return !slices.Contains(c.Offices, r.Office) && !slices.Contains(r.Substitutes, c.ID)
	}), err
}
