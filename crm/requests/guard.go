package requests

import (
	"errors"

	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// scene is a request as seen on a day, when somebody wants to move it.
type scene struct {
	Request
	cal   Calendar
	today term.Date
}

// Choice is a move that a request knows in its state, and what stands against it today; nothing, when it can
// be done.
type Choice struct {
	Move
	Blocked *civic.Message
}

// Choices returns what a side can do with r on a day, in the order of Moves; with the reason where the law
// does not allow it yet, or not any more.
func (s *Service) Choices(r Request, side Side) []Choice {
	at := scene{r, s.cal, s.today()}
	var all []Choice
	for _, m := range Moves() {
		if !m.offered(r, side) {
			continue
		}
		c := Choice{Move: m}
		if err := at.allow(m); err != nil {
			c.Blocked = messageOf(err)
		}
		all = append(all, c)
	}
	return all
}

func messageOf(err error) *civic.Message {
	if e, ok := errors.AsType[*civic.Error](err); ok {
		return &e.Message
	}
	return &civic.Message{Key: "error.internal"}
}

// allow returns why the law does not allow m now, as a Conflict.
func (at scene) allow(m Move) error {
	if m.guard != nil {
		if err := m.guard(at); err != nil {
			return err
		}
	}
	if m.Stops == "" || !at.Rules.stoppedBy(m.Stops) {
		return nil
	}
	_, err := at.stops(m)
	return err
}

// stops returns as what m stops the term today: "" where it does not, because the term is over and the law
// wants the act all the same. It returns a Conflict where the law does not allow it.
func (at scene) stops(m Move) (term.Kind, error) {
	if m.Stops == "" || !at.Rules.stoppedBy(m.Stops) {
		return "", nil
	}
	c := at.termCase(at.cal)
	c.Events = append(c.Events, term.Event{Kind: m.Stops, From: at.today})
	_, err := at.cal.Due(c, at.today)
	var refused *term.EventError
	switch {
	case err == nil:
		return m.Stops, nil
	case !errors.As(err, &refused):
		return "", civic.Wrap(civic.Internal, "error.internal", err)
	case refused.Reason == term.AfterDue && (m.Act == ActNotice || m.Act == ActConsult):
		return "", nil
	}
	return "", civic.NewError(civic.Conflict, refused.Key())
}

func forbid(key string) error { return civic.NewError(civic.Conflict, key) }

func forbidUntil(key string, day term.Date) error {
	return civic.NewErrorArgs(civic.Conflict, key, civic.Args{"Day": day.Time()})
}

// lastDay returns the last day of a term that the law gives somebody from a day on.
func (at scene) lastDay(d term.Duty, from term.Date) (term.Date, error) {
	t, _, err := term.ByLaw(d, from)
	if err != nil {
		return 0, civic.Wrap(civic.Internal, "error.internal", err)
	}
	r, err := at.cal.Due(term.Case{Start: from, Term: t, Switches: at.cal.Switches}, from)
	if err != nil {
		return 0, civic.Wrap(civic.Internal, "error.internal", err)
	}
	return r.Due, nil
}

// noticeOnce: the obstacles are told once; a second notice would stop the term again.
func noticeOnce(at scene) error {
	if err := at.notGranted(); err != nil {
		return err
	}
	if _, ok := at.event(ActNotice); ok {
		return forbid("requests.block.notice_twice")
	}
	return nil
}

// notGranted: what silence has granted is not refused any more (L. 241/1990 art. 2 c. 8-bis, art. 20).
func (at scene) notGranted() error {
	if at.Rules.Silence != SilenceGranted {
		return nil
	}
	c, err := at.Clock(at.cal, at.today)
	if err == nil && c.Late {
		err = forbid("requests.block.granted")
	}
	return err
}

// noticeFirst: no refusal without notice of its reasons, and not before the applicant has made observations
// or the time for them is over (L. 241/1990 art. 10-bis). Observations that staff wrote down count from the
// day after they came, so that nobody ends that time by themselves on the day of the notice.
func noticeFirst(at scene) error {
	if err := at.notGranted(); err != nil {
		return err
	}
	if at.Rules.NoNotice != "" {
		return nil
	}
	notice, ok := at.event(ActNotice)
	if !ok {
		return forbid("requests.block.notice_first")
	}
	observed := false
	for _, e := range at.Events {
		if e.Act != ActObserve {
			continue
		}
		if e.Citizen || e.came() < at.today {
			return nil
		}
		observed = true
	}
	day, err := at.lastDay(term.RefusalObservations, at.receipt(notice))
	switch {
	case err != nil || at.today > day:
		return err
	case observed:
		return forbid("requests.block.observed_today")
	}
	return forbidUntil("requests.block.observations", day)
}

// termRuns: once the term is over no other version makes it longer.
func termRuns(at scene) error {
	c, err := at.Clock(at.cal, at.today)
	if err == nil && c.Late {
		err = forbid("requests.block.reterm_late")
	}
	return err
}

// opponentsHeard: the office does not go on before all counter-interested persons have replied, or the time
// for that is over (D.Lgs. 33/2013 art. 5 c. 5).
func opponentsHeard(at scene) error {
	if at.State != ThirdParty {
		return nil
	}
	for _, e := range at.Events {
		if e.Act != ActConsult {
			continue
		}
		if _, ok := at.about(e.ID, ActObject); ok {
			continue
		}
		day, err := at.lastDay(term.CivicObjection, at.receipt(e))
		if err == nil && at.today <= day {
			err = forbidUntil("requests.block.opponents", day)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grantedFilesWait: while documents granted against an objection wait, nothing is attached to what the
// applicant gets: they go out by ActRelease.
func grantedFilesWait(at scene, e Event) error {
	if _, done := at.event(ActRelease); done || len(e.Files) == 0 || !at.opposed() ||
		e.Act != ActAnswer && e.Act != ActMessage {
		return nil
	}
	return forbid("requests.block.files_wait")
}

// releaseWaits: documents granted against an objection are given out on the fifteenth day after the objector
// received the decision, at the earliest (D.Lgs. 33/2013 art. 5 c. 6).
func releaseWaits(at scene) error {
	answer, _ := at.event(ActAnswer)
	served, ok := at.about(answer.ID, ActServe)
	if !ok {
		return forbid("requests.block.release_receipt")
	}
	received, err := term.ParseDate(served.On)
	if err == nil {
		var day term.Date
		if day, _, err = term.Release(received); err == nil && at.today < day {
			return forbidUntil("requests.block.release", day)
		}
	}
	if err != nil {
		return civic.Wrap(civic.Internal, "error.internal", err)
	}
	if _, ok := at.event(ActRelease); ok {
		return forbid("requests.block.released")
	}
	return nil
}

// onlyLate: the officer with substitute power is called once, when the term is over (L. 241/1990 art. 2 c.
// 9-ter).
func onlyLate(at scene) error {
	if _, ok := at.event(ActSubstitute); ok {
		return forbid("requests.block.substitute_twice")
	}
	r, err := at.clock(at.cal, at.today)
	switch {
	case err != nil:
		return err
	case r.Resting:
		return forbid("requests.block.substitute_resting")
	case at.today <= r.Due:
		return forbidUntil("requests.block.substitute", r.Due)
	}
	return nil
}
