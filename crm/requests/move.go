package requests

import (
	"slices"
	"sync"

	"ascolto/crm/term"
)

// Act is something done to a request.
type Act string

// The acts.
const (
	ActFile         Act = "file"
	ActTake         Act = "take" // in charge
	ActAsk          Act = "ask"  // information or certificates the office does not hold
	ActIrregular    Act = "irregular"
	ActSupply       Act = "supply"  // what was asked for, or what completes it
	ActSuspend      Act = "suspend" // for the opinion of another body
	ActConsult      Act = "consult" // a counter-interested person is told
	ActObject       Act = "object"  // a counter-interested person replies
	ActResume       Act = "resume"
	ActForward      Act = "forward"
	ActAssign       Act = "assign"
	ActNotice       Act = "notice"  // of refusal
	ActObserve      Act = "observe" // on the notice
	ActAnswer       Act = "answer"
	ActRefuse       Act = "refuse"
	ActNotCompetent Act = "not_competent"
	ActWithdraw     Act = "withdraw"
	ActServe        Act = "serve"   // somebody received what was written on a day
	ActRelease      Act = "release" // documents that were granted against an objection
	ActSubstitute   Act = "substitute"
	ActReterm       Act = "reterm" // goes on by another version of the procedure
	ActMessage      Act = "message"
	ActNote         Act = "note" // among the staff
	ActGroup        Act = "group"
	ActUngroup      Act = "ungroup"
)

// Word returns the key of the text that asks for a.
func (a Act) Word() string { return "requests.act." + string(a) }

// Done returns the key of the text that says that a was done.
func (a Act) Done() string { return "requests.done." + string(a) }

// Side says who does an act.
type Side uint8

// The sides; an act of the applicant that staff may do, too, they do on the applicant's behalf.
const (
	Staff Side = 1 << iota
	Applicant
)

// Move is one way on in the life of a request.
type Move struct {
	Act   Act
	From  []State // in which it is possible
	To    State   // that it leads to; empty: it changes none
	Sides Side
	Needs []string  // fields that have to be filled
	Stops term.Kind // as what it stops the term, where the procedure knows that
	Tells bool      // the applicant is told, or the office when the applicant does it
	// whether a request knows the move at all; nil: each does
	known func(Request) bool
	// what stands against it now; nil: nothing does
	guard func(scene) error
}

// The fields of a move's form.
const (
	FieldText        = "text"
	FieldReason      = "reason"
	FieldOffice      = "office"
	FieldResponsible = "responsible"
	FieldOf          = "of"
	FieldOn          = "on"
	FieldVersion     = "version"
	FieldGroup       = "group"
)

// Moves returns the life of a request: every move there is. The diagram in docs/metodi/richieste.md is made
// of it. It is shared: nobody changes it.
func Moves() []Move { return life() }

var life = sync.OnceValue(func() []Move {
	text, office, open, all := []string{FieldText}, []string{FieldOffice}, openStates(), States()
	return []Move{
		{Act: ActFile, To: Received, Sides: Staff | Applicant, Tells: true},
		{Act: ActTake, From: []State{Received, Forwarded}, To: InCharge, Sides: Staff, Tells: true},
		{Act: ActAsk, From: []State{InCharge}, To: InfoAsked, Sides: Staff, Needs: text,
			Stops: term.Information, Tells: true, known: knowsStop(term.Information)},
		{Act: ActIrregular, From: []State{InCharge}, To: InfoAsked, Sides: Staff, Needs: text,
			Stops: term.IrregularRequest, Tells: true, known: knowsStop(term.IrregularRequest)},
		{Act: ActSupply, From: []State{InfoAsked}, To: InCharge, Sides: Staff | Applicant, Needs: text,
			Tells: true},
		{Act: ActSuspend, From: []State{InCharge}, To: Suspended, Sides: Staff, Needs: text,
			Stops: term.PrivacyOpinion, Tells: true, known: knowsStop(term.PrivacyOpinion)},
		{Act: ActConsult, From: []State{InCharge, ThirdParty}, To: ThirdParty, Sides: Staff, Needs: text,
			Stops: term.CounterInterested, Tells: true, known: knowsOpponents},
		{Act: ActObject, From: []State{ThirdParty}, Sides: Staff, Needs: []string{FieldOf}},
		{Act: ActResume, From: []State{InfoAsked, Suspended, ThirdParty}, To: InCharge, Sides: Staff,
			Tells: true, guard: opponentsHeard},
		{Act: ActForward, From: []State{Received, InCharge, Forwarded}, To: Forwarded, Sides: Staff,
			Needs: office, Tells: true},
		// what a request waits for goes with it to the other office
		{Act: ActForward, From: []State{InfoAsked, Suspended, NoticeGiven, ThirdParty}, Sides: Staff,
			Needs: office, Tells: true},
		{Act: ActAssign, From: open, Sides: Staff, Needs: []string{FieldResponsible}},
		{Act: ActNotice, From: []State{InCharge}, To: NoticeGiven, Sides: Staff, Needs: text,
			Stops: term.RefusalNotice, Tells: true, known: knowsNotice, guard: noticeOnce},
		{Act: ActObserve, From: []State{NoticeGiven}, Sides: Staff | Applicant, Needs: text, Tells: true},
		{Act: ActAnswer, From: []State{InCharge, NoticeGiven}, To: Answered, Sides: Staff, Needs: text,
			Tells: true},
		{Act: ActRefuse, From: []State{InCharge, NoticeGiven}, To: Refused, Sides: Staff, Needs: text,
			Tells: true, guard: noticeFirst},
		{Act: ActNotCompetent, From: []State{Received, InCharge, Forwarded}, To: NotCompetent, Sides: Staff,
			Needs: text, Tells: true},
		{Act: ActWithdraw, From: open, To: Withdrawn, Sides: Staff | Applicant, Tells: true},
		{Act: ActServe, From: []State{NoticeGiven, ThirdParty, Answered, Refused}, Sides: Staff,
			Needs: []string{FieldOf, FieldOn}},
		{Act: ActRelease, From: []State{Answered}, Sides: Staff, Needs: text, Tells: true, known: Request.opposed,
			guard: releaseWaits},
		{Act: ActSubstitute, From: open, Sides: Applicant, Tells: true, known: knowsSubstitute, guard: onlyLate},
		{Act: ActReterm, From: open, Sides: Staff, Needs: []string{FieldVersion, FieldText}, Tells: true,
			guard: termRuns},
		{Act: ActMessage, From: all, Sides: Staff | Applicant, Needs: text, Tells: true},
		{Act: ActNote, From: all, Sides: Staff, Needs: text},
		{Act: ActGroup, From: open, Sides: Staff, Needs: []string{FieldGroup}, known: ungrouped},
		{Act: ActUngroup, From: all, Sides: Staff, known: grouped},
	}
})

// MoveOf returns the move of an act, the first one where it depends on the state what comes of it, and false
// when there is no such act.
func MoveOf(a Act) (Move, bool) {
	all := Moves()
	n := slices.IndexFunc(all, func(m Move) bool { return m.Act == a })
	if n < 0 {
		return Move{}, false
	}
	return all[n], true
}

// moveFrom returns the move that an act is in a state; one of another state where it is none in that.
func moveFrom(s State, a Act) Move {
	for _, m := range Moves() {
		if m.Act == a && slices.Contains(m.From, s) {
			return m
		}
	}
	m, _ := MoveOf(a)
	return m
}

// Ends reports whether m brings a request to its end.
func (m Move) Ends() bool { return m.To != "" && !m.To.Open() }

// offered reports whether r knows m in the state it is in, done by a side.
func (m Move) offered(r Request, side Side) bool {
	return slices.Contains(m.From, r.State) && m.Sides&side != 0 && (m.known == nil || m.known(r))
}

func knowsStop(k term.Kind) func(Request) bool {
	return func(r Request) bool { return r.Rules.stoppedBy(k) }
}

func knowsNotice(r Request) bool     { return r.Rules.NoNotice == "" }
func knowsOpponents(r Request) bool  { return r.Rules.Silence != SilenceNone }
func knowsSubstitute(r Request) bool { return r.Rules.Silence == SilenceDelay }

// opposed reports whether a counter-interested person objected.
func (r Request) opposed() bool {
	return slices.ContainsFunc(r.Events, func(e Event) bool { return e.Act == ActObject && e.Objection })
}
