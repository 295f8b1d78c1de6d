package requests

import (
	"slices"
	"strconv"
	"time"

	"ascolto/crm/term"
	"ascolto/internal/civic"
)

// Raise is a step that came to a request: once for each time that its term began.
type Raise struct {
	Step       civic.ID  `bson:"step"`
	Epoch      int       `bson:"epoch"` // how often the term had begun anew
	Kind       StepKind  `bson:"kind"`
	Value      int       `bson:"value,omitempty"`
	Tell       []Reader  `bson:"tell"`
	Substitute civic.ID  `bson:"substitute,omitempty"`
	At         time.Time `bson:"at"`
	DueOn      string    `bson:"dueOn"` // the last day of the term, as it was then
}

// raised reports whether x came to r: the same step at the same time of the term, not outlived by the last
// day of x.
func (r Request) raised(x Raise) bool {
	return slices.ContainsFunc(r.Raised, func(o Raise) bool {
		return o.Step == x.Step && o.Epoch == x.Epoch && o.Kind == x.Kind && o.Value == x.Value &&
			!o.outlived(x.DueOn)
	})
}

// outlived reports whether x counted days to or from a last day that has moved later since, or told the
// applicant of it: a share of the term that was over stays so.
func (x Raise) outlived(dueOn string) bool { return x.Kind.dated() && x.DueOn < dueOn }

// letter returns the id of what is told of x: what makes it another step, or another time, is in it.
func (x Raise) letter(r Request) civic.ID {
	parts := []civic.ID{letterPrefix, r.ID, "step", x.Step, civic.ID(strconv.Itoa(x.Epoch)), civic.ID(x.Kind),
		civic.ID(strconv.Itoa(x.Value))}
	if x.Kind.dated() {
		parts = append(parts, civic.ID(x.DueOn))
	}
	return civic.Key(parts...)
}

// epoch returns how often the term of r began anew: because it had to be completed, or by another version of
// its procedure.
func (r Request) epoch() int {
	n := 0
	for i, e := range r.Events {
		if e.Act == ActReterm {
			n++
		}
		if _, ended := r.endOf(i); ended && e.Stops == term.IrregularRequest {
			n++
		}
	}
	return n
}

// Alerts returns the steps that came to r in the term as it runs, the latest last.
func (r Request) Alerts() []Raise {
	epoch := r.epoch()
	return slices.DeleteFunc(slices.Clone(r.Raised), func(x Raise) bool {
		return x.Kind == StepSilence || !x.Kind.promised() && x.Epoch != epoch || x.outlived(r.DueOn)
	})
}

// substitutes returns who has the substitute power over r by the steps that came to it: whom those name now.
func (r Request) substitutes(steps []Step) (accounts []civic.ID) {
	for _, x := range r.Alerts() {
		n := slices.IndexFunc(steps, func(st Step) bool { return st.ID == x.Step })
		if n < 0 || steps[n].Off || x.Substitute == "" {
			continue
		}
		if now := steps[n].Substitute; now != "" && !slices.Contains(accounts, now) {
			accounts = append(accounts, now)
		}
	}
	return accounts
}

// runs is how the term of a request runs, if nothing more happens.
type runs struct {
	start, due term.Date
	days       int // from start to due, without those on which it is stopped
}

// runs returns how the term of r runs, and false while it waits without limit.
func (r Request) runs(cal Calendar) (runs, bool, error) {
	due, err := term.ParseDate(r.DueOn)
	if err != nil || r.DueOn == NoDue {
		return runs{}, false, nil
	}
	on := term.DateOf(r.UpdatedAt)
	if r.Resting {
		on += horizon
	}
	c, err := r.clock(cal, on)
	if err != nil {
		return runs{}, false, err
	}
	t := runs{start: term.DateOf(r.ReceivedAt), due: due}
	if c.Restarted.Valid() {
		t.start = c.Restarted
	}
	t.days = max(1, int(due-t.start)-c.Suspended)
	return t, true, nil
}

// day returns the day on which a step by the term comes.
func (t runs) day(st Step) term.Date {
	switch st.Kind {
	case StepShare:
		return t.due - term.Date(t.days*(100-st.Value)/100)
	case StepBefore:
		return t.due - term.Date(st.Value)
	case StepAfter:
		return t.due + term.Date(st.Value)
	}
	return t.due + 1
}

// silenceHour is when applicants are told what follows from silence.
const silenceHour = 8

// moment returns when a step comes on a day: when the office opens; when it is closed all that day, on the
// working day before for what is early, else on the next one. What is urgent comes as the day begins.
func (st Step) moment(day, first term.Date, office *term.Calendar) time.Time {
	switch {
	case st.Kind == StepSilence:
		year, month, d := day.Civil()
		return time.Date(year, month, d, silenceHour, 0, 0, 0, civic.Rome())
	case st.Urgent:
		return startOf(day)
	}
	if st.Kind.early() {
		for back := day; back > first; back-- {
			if office.Working(back) {
				day = back
				break
			}
		}
	}
	if opens, err := office.After(startOf(day), 0); err == nil {
		return opens
	}
	return startOf(day)
}

// comes returns when a step comes to r, and false when it does not.
func (r Request) comes(
	st Step, office *term.Calendar, c ServiceClock, t runs, counts bool,
) (time.Time, bool) {
	if st.Kind.promised() {
		of, ok := c.Target(Target(st.Kind))
		if !ok || of.Due.IsZero() || !of.Done.IsZero() && !of.Missed {
			return time.Time{}, false
		}
		return of.Due.Add(time.Second), true
	}
	if !counts || st.Kind == StepSilence && r.Rules.Silence == SilenceNone {
		return time.Time{}, false
	}
	at := st.moment(t.day(st), t.start, office)
	if at.Before(r.ReceivedAt) {
		at = r.ReceivedAt
	}
	return at, true
}

// pending returns the steps that are due to come to r now, in the order in which they came but what the
// applicant is told last, and when the next one is. Of what is not urgent nothing comes while the office is
// closed.
func (r Request) pending(
	p plan, cal Calendar, c ServiceClock, now time.Time,
) (due []Raise, next time.Time, err error) {
	next = never
	if !r.Open {
		return nil, next, nil
	}
	t, counts, err := r.runs(cal)
	if err != nil {
		return nil, next, err
	}
	opens, epoch, moments := now, r.epoch(), map[civic.ID]time.Time{}
	office := p.hoursOf(r.Office, now)
	if at, err := office.After(now, 0); err == nil {
		opens = at
	}
	for _, st := range p.stepsOf(r.Procedure) {
		x := Raise{Step: st.ID, Epoch: epoch, Kind: st.Kind, Value: st.Value, Tell: st.Tell,
			Substitute: st.Substitute, At: now, DueOn: r.DueOn}
		if st.Kind.promised() {
			x.Epoch = 0
		}
		at, ok := r.comes(st, office, c, t, counts)
		if !ok || at.Before(st.Since) || at.Before(r.LoadedAt) || r.raised(x) {
			continue
		}
		if closed := opens.After(now) && !st.Urgent && st.Kind != StepSilence; closed && !at.After(now) {
			at = opens
		}
		if !at.After(now) {
			due, moments[x.Step] = append(due, x), at
		}
		if at.Before(next) {
			next = at
		}
	}
	slices.SortStableFunc(due, func(a, b Raise) int {
		if last := b.Kind == StepSilence; last != (a.Kind == StepSilence) {
			return map[bool]int{true: -1, false: 1}[last]
		}
		return moments[a.Step].Compare(moments[b.Step])
	})
	return due, next, nil
}

// alerted reports whether a step came to r that is still of account.
func (r Request) alerted() bool { return r.Open && len(r.Alerts()) > 0 }
