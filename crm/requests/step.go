package requests

import (
	"cmp"
	"slices"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
)

// Step is one of the steps by which a request that waits too long is brought before more and more people.
type Step struct {
	docstore.Meta `bson:",inline"`
	// what it is for; empty: every procedure that has no steps of its own
	Procedure  civic.ID  `bson:"procedure,omitempty" json:"-"`
	Kind       StepKind  `bson:"kind" json:"kind"`
	Value      int       `bson:"value" json:"value"` // in the unit of Kind
	Tell       []Reader  `bson:"tell" json:"tell"`
	Substitute civic.ID  `bson:"substitute,omitempty" json:"-"` // the account of who has the substitute power
	Urgent     bool      `bson:"urgent,omitempty" json:"-"`     // it comes when the office is closed, too
	Off        bool      `bson:"off,omitempty" json:"-"`
	Since      time.Time `bson:"since" json:"-"`          // what would have come before does not come any more
	Left       []left    `bson:"left,omitempty" json:"-"` // the procedures it was for

	Base  string        `bson:"-" json:"-"`               // what the form that changes it showed; see Shown
	Edits merge.Edits   `bson:"edits,omitempty" json:"-"` // who edited which field last
	Last  *audit.Change `bson:"last,omitempty" json:"-"`
}

func lastOfStep(st *Step) (docstore.Meta, **audit.Change) { return st.Meta, &st.Last }

// left is when a step was given to another procedure than it was for.
type left struct {
	Procedure civic.ID  `bson:"procedure"`
	At        time.Time `bson:"at"`
}

// leave notes that st is no longer for a procedure.
func (st *Step) leave(procedure civic.ID, at time.Time) {
	st.Left = append(slices.DeleteFunc(slices.Clone(st.Left),
		func(l left) bool { return l.Procedure == procedure }), left{procedure, at})
}

// StepKind says when a step comes.
type StepKind string

// The kinds.
const (
	StepShare    StepKind = "share"    // when Value per cent of the term are over
	StepBefore   StepKind = "before"   // Value days before the last day of the term
	StepAfter    StepKind = "after"    // Value days after it
	StepFirst    StepKind = "first"    // when the promise of a first answer was not kept
	StepSolution StepKind = "solution" // when that of a solution was not kept
	// on the day after the term the applicant is told what follows from that nobody answered, where something
	// does
	StepSilence StepKind = "silence"
)

// Word returns the key of the text that says that the step has come, of Count.
func (k StepKind) Word() string { return "requests.step." + string(k) }

// StepKinds lists the kinds that can be chosen for a new step: StepSilence is there once.
func StepKinds() []StepKind {
	return []StepKind{StepShare, StepBefore, StepAfter, StepFirst, StepSolution}
}

// counted reports whether the kind has a Value, which it has when none is said, and the most that it may be.
func (k StepKind) counted() (usual, most int, ok bool) {
	switch k {
	case StepShare:
		return 50, 99, true
	case StepBefore, StepAfter:
		return 1, 365, true
	}
	return 0, 0, false
}

// Usual returns the Value of a step of the kind for which nobody says one; zero where it has none.
func (k StepKind) Usual() int {
	usual, _, _ := k.counted()
	return usual
}

// early reports whether the step comes before the term is over, and so sooner rather than later when the
// office is closed on its day.
func (k StepKind) early() bool { return k == StepShare || k == StepBefore }

// dated reports whether the step goes by the last day of the term.
func (k StepKind) dated() bool { return k == StepBefore || k == StepAfter || k == StepSilence }

// promised reports whether the step goes by a promise, not by the term of the law.
func (k StepKind) promised() bool { return k == StepFirst || k == StepSolution }

// Reader is who is told that a step has come.
type Reader string

// The readers.
const (
	ReaderResponsible Reader = "responsible" // who answers for the office while there is nobody
	ReaderHead        Reader = "head"        // of the office
	ReaderSubstitute  Reader = "substitute"  // who has the substitute power; the head while nobody is named
	ReaderApplicant   Reader = "applicant"   // of StepSilence alone
)

// Readers lists who of the staff can be told.
func Readers() []Reader { return []Reader{ReaderResponsible, ReaderHead, ReaderSubstitute} }

func stepSpec() docstore.Spec { return docstore.Spec{Name: "request_steps", Followed: true} }

// maxSteps bounds how many steps there are.
const maxSteps = 500

// check cleans st, or returns an Invalid error that names every wrong field.
func (st *Step) check(procedures map[civic.ID]bool, staff map[civic.ID]bool) error {
	var p civic.Problems
	p.Check("procedure", choice(st.Procedure == "" || procedures[st.Procedure]))
	p.Check("kind", choice(slices.Contains(StepKinds(), st.Kind)))
	if _, most, ok := st.Kind.counted(); !ok {
		st.Value = 0
	} else if st.Value < 1 || st.Value > most {
		p.Add("value", "requests.error.step_value", civic.Args{"Max": most})
	}
	if len(st.Tell) == 0 {
		p.Add("tell", "error.required")
	}
	for _, r := range st.Tell {
		p.Check("tell", choice(slices.Contains(Readers(), r)))
	}
	if !slices.Contains(st.Tell, ReaderSubstitute) {
		st.Substitute = ""
	}
	p.Check("substitute", choice(st.Substitute == "" || staff[st.Substitute]))
	return p.Err()
}

// sameTime reports whether st and o come at the same time to the same requests.
func (st Step) sameTime(o Step) bool {
	return st.Procedure == o.Procedure && st.Kind == o.Kind && st.Value == o.Value && st.Off == o.Off
}

// same reports whether st and o say the same.
func (st Step) same(o Step) bool {
	return st.sameTime(o) && slices.Equal(st.Tell, o.Tell) && st.Substitute == o.Substitute &&
		st.Urgent == o.Urgent
}

// inOrder sorts steps as they come in a life.
func inOrder(all []Step) {
	kinds := append(StepKinds(), StepSilence)
	slices.SortFunc(all, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Procedure, b.Procedure),
			cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
			cmp.Compare(order(a), order(b)), cmp.Compare(a.ID, b.ID))
	})
}

// order tells which of two steps of a kind comes first.
func order(st Step) int {
	if st.Kind == StepBefore {
		return -st.Value
	}
	return st.Value
}

// stepsOf returns the steps that hold for a procedure: its own, else those of every procedure; and what
// applicants are told. Those of every procedure hold from when the last of its own was switched off, or given
// to another procedure.
func (p plan) stepsOf(procedure civic.ID) []Step {
	own, since := false, time.Time{}
	for _, st := range p.steps {
		for _, l := range st.Left {
			if l.Procedure == procedure && l.At.After(since) {
				since = l.At
			}
		}
		if st.Procedure != procedure {
			continue
		}
		if own = own || !st.Off; st.Since.After(since) {
			since = st.Since
		}
	}
	var all []Step
	for _, st := range p.steps {
		switch {
		case st.Off:
		case st.Kind == StepSilence || st.Procedure == procedure:
			all = append(all, st)
		case st.Procedure == "" && !own:
			if st.Since.Before(since) {
				st.Since = since
			}
			all = append(all, st)
		}
	}
	return all
}
