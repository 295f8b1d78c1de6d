// Package term counts the days Italian law gives an administration, and the office hours a service promises.
//
// A Calendar knows the public holidays by law and period, and an office's own closures. Due computes the day a term ends, with
// every suspension counted as its rule says, and returns the steps that lead there, so that the result can be explained to
// the citizen and checked by a lawyer. Clock counts office hours, with pauses, for a service's promised times.
//
// The rules are those of art. 2963 of the civil code (the first day is not counted, holidays inside the term are, a last day
// that is a holiday moves to the next day that is none) and of the laws named in data/*.json. Nothing here reads a clock or a
// file at run time: the data is part of the program, dated, with its source.
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

// Term is a length of time set by law or regulation.
type Term struct {
	Length int
	Unit   Unit
}

// MaxLength bounds a term: twenty years of days.
const MaxLength = 7305

// Switches are the two choices the law leaves to the administration's regulation; both are off by default.
type Switches struct {
	Saturday bool // a last day that is a Saturday moves too (as art. 155 c. 5 c.p.c. has it for acts of a trial)
	Patron   bool // the patron saint's day counts as a public holiday
}

// Errors of a computation. EventError tells which event is wrong.
var (
	ErrTerm  = errors.New("term: length or unit is not valid")
	ErrRange = errors.New("term: the computation leaves the years 1 to 9999")
)

// Step is one line of the explanation: a message key and the values that fill it. Dates and numbers that a key does not use
// are zero.
type Step struct {
	Key      string // "term.step.start", "term.step.suspension", …
	From, To Date
	Days     int
	Cause    string // key of a holiday or of a suspension rule
	Source   string // the law that says so
}

// Substitute returns the term in which the officer with substitute power must decide: half of the original one, rounded down
// to whole units (L. 241/1990 art. 2 c. 9-ter), at least one.
func (t Term) Substitute() Term { return Term{max(1, t.Length/2), t.Unit} }

func (t Term) check() error {
	switch {
	case t.Length < 1 || t.Length > MaxLength:
		return ErrTerm
	case t.Unit != Days && t.Unit != Months && t.Unit != WorkingDays:
		return ErrTerm
	case t.Unit == Months && t.Length > MaxLength/30:
		return ErrTerm
	}
	return nil
}
