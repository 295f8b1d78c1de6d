package term

import "time"

// Step is one line of the explanation of a result: a message key and the values that fill it. Dates and
// numbers that a key does not use are zero.
type Step struct {
	Key      string // "term.step.start", "term.step.suspension", …
	From, To Date
	Days     int    // of the term's unit in a length, calendar days elsewhere
	Cause    string // key of a holiday or of a suspension rule
	Source   string // the law that says so
}

// The keys of steps. Those of a length and of a term counted backwards end in the unit.
const (
	stepStart      = "term.step.start"             // From: the day that is not counted
	stepSuspension = "term.step.suspension"        // stopped on From, went on after To: Days not counted
	stepCapped     = "term.step.suspension_capped" // the same, ended by the law and not by an answer
	// stopped on From and not gone on yet on To, the day of asking
	stepResting = "term.step.resting"
	// so many Days of the step before were left out already
	stepOverlap = "term.step.overlap"
	stepRestart = "term.step.restart" // stopped on From, begun again on To
	// stopped on From, to begin again some day after To, the day of asking
	stepRestartWaiting = "term.step.restart_waiting"
	stepLength         = "term.step.length." // Days of the unit after From end on To
	stepRoll           = "term.step.roll"    // From is a holiday: moved to To
	// stopped after its last full day: ends on To, when it goes on
	stepResumed  = "term.step.resumed"
	stepDue      = "term.step.due"       // To: the last day
	stepBefore   = "term.step.before."   // Days of the unit before From lead to To
	stepRollBack = "term.step.roll_back" // From is a holiday: moved back to To
	stepRelease  = "term.step.release"   // Days after From, so not before To
)

// CauseKey returns the key of the text that names the step's cause, "" when it has none.
func (s Step) CauseKey() string {
	if s.Cause == "" {
		return ""
	}
	return "term.cause." + s.Cause
}

// Args returns the values the step carries, by the name of the gap each fills in its text: From and To
// (time.Time, noon in Rome), Count (int, the days), Source (string). The gap Cause is to be filled with the
// text of CauseKey.
func (s Step) Args() map[string]any {
	args := map[string]any{}
	for name, d := range map[string]Date{"From": s.From, "To": s.To} {
		if d.Valid() {
			args[name] = d.Time()
		}
	}
	if s.counts() {
		args["Count"] = s.Days
	}
	if s.Source != "" {
		args["Source"] = s.Source
	}
	return args
}

// Time returns noon of d in Rome: an instant that lies on d there, also on days on which the clocks change at
// midnight. It is the zero time for no date.
func (d Date) Time() time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	return d.at(12 * 60)
}

// counts reports whether the step's Days mean something.
func (s Step) counts() bool {
	switch s.Key {
	case stepStart, stepRestart, stepRestartWaiting, stepRoll, stepRollBack, stepResumed, stepDue:
		return false
	}
	return true
}
