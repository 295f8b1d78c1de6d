package requests

import (
	"context"
	"time"

	"ascolto/internal/civic"
)

// LetterKind is what a mail about a request tells.
type LetterKind string

// The kinds.
const (
	LetterReceived  LetterKind = "received"
	LetterTaken     LetterKind = "taken"
	LetterAsked     LetterKind = "asked"
	LetterSuspended LetterKind = "suspended"
	LetterResumed   LetterKind = "resumed"
	LetterForwarded LetterKind = "forwarded"
	LetterNotice    LetterKind = "notice"
	LetterAnswered  LetterKind = "answered"
	LetterRefused   LetterKind = "refused"
	LetterClosed    LetterKind = "closed"
	LetterWithdrawn LetterKind = "withdrawn"
	LetterMessage   LetterKind = "message"
	LetterRecorded  LetterKind = "recorded" // what staff wrote down for the applicant
	LetterReterm    LetterKind = "reterm"
	LetterOffice    LetterKind = "office"  // to who deals with it
	LetterAlert     LetterKind = "alert"   // a step of the escalation, to those of the staff whom it names
	LetterSilence   LetterKind = "silence" // nobody answered in time, and what follows from that
)

// LetterKinds lists them.
func LetterKinds() []LetterKind {
	return []LetterKind{LetterReceived, LetterTaken, LetterAsked, LetterSuspended, LetterResumed,
		LetterForwarded,
		LetterNotice, LetterAnswered, LetterRefused, LetterClosed, LetterWithdrawn, LetterMessage, LetterRecorded,
		LetterReterm, LetterOffice, LetterAlert, LetterSilence}
}

// letterKinds are what the applicant is told of an act.
var letterKinds = map[Act]LetterKind{
	ActFile: LetterReceived, ActTake: LetterTaken, ActAsk: LetterAsked, ActIrregular: LetterAsked,
	ActSuspend: LetterSuspended, ActConsult: LetterSuspended, ActResume: LetterResumed,
	ActForward: LetterForwarded, ActNotice: LetterNotice, ActAnswer: LetterAnswered, ActRefuse: LetterRefused,
	ActNotCompetent: LetterClosed, ActWithdraw: LetterWithdrawn, ActRelease: LetterMessage,
	ActMessage: LetterMessage, ActSupply: LetterRecorded, ActObserve: LetterRecorded, ActReterm: LetterReterm,
}

// Letter is a mail about something that happened to a request.
type Letter struct {
	ID      civic.ID // by which it is queued once
	Kind    LetterKind
	Request Request
	Event   Event
	Code    string // the request's, of LetterReceived
	Tag     string // by which an answer to the applicant's letter is known to be about the request: see MailTag
	Raise   Raise  // of LetterAlert and LetterSilence, which have no Event
	// of LetterSilence: the last day for what can be done against it; zero: the law sets none
	Recourse time.Time
}

// letterPrefix begins the ids of letters. That of a receipt tells that there is a secret code in it.
const (
	letterPrefix  = "request"
	receiptPrefix = "receipt"
)

// queueLetters queues what an event has to be told: to the applicant, or to who deals with it when the
// applicant did it. Of a request that is filed or withdrawn both are told, of one that staff file for
// somebody or pass on the office that gets it, and of one that is given to a colleague that person.
func (s *Service) queueLetters(ctx context.Context, r Request, e Event) error {
	if s.outbox == nil || r.Contact == "" || e.At.Before(r.LoadedAt) {
		return nil
	}
	m, _ := MoveOf(e.Act)
	l := Letter{ID: civic.Key(letterPrefix, r.ID, e.ID), Request: r, Event: e, Tag: s.MailTag(r)}
	if kind, ok := letterKinds[e.Act]; ok && (!e.Citizen || e.Act == ActFile || e.Act == ActWithdraw) {
		l.Kind = kind
		if kind == LetterReceived {
			l.ID, l.Code = civic.Key(letterPrefix, receiptPrefix, r.ID), s.codeOf(r)
			var err error
			if l.Request, err = r.asFiled(s.cal); err != nil {
				return err
			}
		}
		if err := s.queue(ctx, l); err != nil {
			return err
		}
	}
	switch {
	case e.Responsible != "" && e.Responsible != e.By:
		r.Responsible, r.ResponsibleName = e.Responsible, e.ResponsibleName
	case !m.Tells || !e.Citizen && e.Act != ActForward && e.Act != ActFile:
		return nil
	}
	return s.queue(ctx, officeLetter(r, e))
}

// officeLetter returns what is told of an event to who deals with r.
func officeLetter(r Request, e Event) Letter {
	return Letter{ID: civic.Key(letterPrefix, r.ID, e.ID, "office"), Kind: LetterOffice, Request: r, Event: e}
}

// alertLetter returns what is told the staff of a step that came to r.
func alertLetter(r Request, x Raise) Letter {
	return Letter{ID: x.letter(r), Kind: LetterAlert, Request: r, Raise: x}
}
