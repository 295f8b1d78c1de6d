// Package term counts the days Italian law gives an administration, and the office hours a service promises.
//
// A Calendar knows the public holidays by law and period, and an office's own patron, closures and hours
// (National, New, ParseCalendar). On it,
//
//	Due      gives the last day of a term that runs, with every suspension and restart counted as its rule
//	         says, the days used and left, and the Steps that lead there, so that a citizen can follow them and
//	         a lawyer check them
//	Before   gives the last day for what must be done "at least so long before" an event
//	Release  gives the first day on which documents granted against an objection may be given out
//	ByLaw    gives the term the law itself sets for a duty, and Term.Substitute that of the officer who steps
//	         in
//	After    gives the instant at which an office will have been open for some hours, pauses apart; Between
//	         how long it was
//
// # How days are counted
//
// After art. 2963 of the civil code: the day a term begins on is not counted; holidays inside it are; a term
// in months ends on the day of the same number, or on the last of a month that has no such day; a last day
// that is a public holiday moves to the next day that is none. Saturday and the patron's day move it only
// where the administration says so (Switches). A term in working days counts the days its office works. Terms
// counted backwards move to the day before instead. Days are civil dates in Europe/Rome: 23:59:59 belongs to
// its day, whatever UTC says.
//
// # Where the rules are
//
// In data/*.json, each with the dates between which it is in force and the law that says so: holidays, legal
// terms, kinds of suspension. They are part of the program; nothing here reads a clock or a file at run time.
package term

import "errors"

// Unit is what a term counts.
type Unit string

// The units.
const (
	Days        Unit = "days"         // calendar days
	Months      Unit = "months"       // months by the calendar
	WorkingDays Unit = "working_days" // days on which the office works
)

// Term is a length of time set by law or regulation: so many of a unit, from one to MaxLength days, or as
// many months.
type Term struct {
	Length int  `json:"length"`
	Unit   Unit `json:"unit"`
}

// MaxLength bounds a term: twenty years of days.
const MaxLength = 7305

// monthDays is what a month counts for where half of one is asked: the law has no half months.
const monthDays = 30

// Switches are the two choices the law leaves to the administration's regulation; both are off by default.
type Switches struct {
	// a last day that is a Saturday moves too, as art. 155 c. 5 c.p.c. has it for acts of a trial
	Saturday bool
	Patron   bool // the patron saint's day counts as a public holiday
}

// Errors of a computation. EventError tells which event is wrong.
var (
	ErrTerm  = errors.New("term: length or unit is not valid")
	ErrRange = errors.New("term: the computation leaves the years 1 to 9999")
)

// Substitute returns the term within which the officer with substitute power must decide once t has passed:
// half of it (L. 241/1990 art. 2 c. 9-ter), 15 days for 30. Half a day is left out, in favour of who waits,
// but a term is at least one day; an odd number of months is halved as months of 30 days.
func (t Term) Substitute() Term {
	if t.Unit == Months && t.Length%2 == 1 {
		return Term{t.Length * monthDays / 2, Days}
	}
	return Term{max(1, t.Length/2), t.Unit}
}

// check returns ErrTerm when t is no term.
func (t Term) check() error {
	switch {
	case t.Length < 1 || t.Length > MaxLength:
		return ErrTerm
	case t.Unit != Days && t.Unit != Months && t.Unit != WorkingDays:
		return ErrTerm
	case t.Unit == Months && t.Length > MaxLength/monthDays:
		return ErrTerm
	}
	return nil
}
