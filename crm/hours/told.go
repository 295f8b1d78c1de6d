package hours

import (
	"context"
	"slices"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// lastChange is the last change of an office's hours and who made it: the line of the audit is theirs, though
// somebody else should find that it was never written.
type lastChange struct {
	Action  audit.Action `bson:"action"`
	By      civic.ID     `bson:"by"`
	ByName  string       `bson:"byName"`
	Token   string       `bson:"token,omitempty"`
	Request string       `bson:"request,omitempty"`
	At      time.Time    `bson:"at"`
	From    string       `bson:"from,omitempty"` // since when it holds
	Was     string       `bson:"was,omitempty"`  // what it changed, and what that became: see told
	Now     string       `bson:"now,omitempty"`
}

// note notes on h, which is about to be stored in the place of before, who changes what.
func (h *Hours) note(by civic.Actor, action audit.Action, from string, before Hours) {
	h.Last = &lastChange{Action: action, By: by.Account, ByName: by.Name, Token: by.Token, Request: by.Request,
		At: civic.Now(), From: from, Was: told(action, before, *h, from), Now: told(action, *h, before, from)}
}

// told returns what h, and not other, says of that which an action changes: the week since a day, closures or
// the day of the patron.
func told(action audit.Action, h, other Hours, from string) string {
	switch action {
	case ActionWeekSave, ActionWeekRemove:
		if !slices.ContainsFunc(h.Weeks, func(w Week) bool { return w.From <= from }) {
			return "" // by the hours of the town
		}
		return h.On(from).code()
	case ActionPatronSave:
		return h.Patron
	}
	var all []string
	for _, c := range h.Closures {
		if !slices.Contains(other.Closures, c) {
			all = append(all, c.From+"/"+c.Until+" "+c.Reason)
		}
	}
	return strings.Join(all, "\n") // no reason holds a line break
}

// ParseClosures returns the closures of what the audit keeps of them; what holds no days is left out.
func ParseClosures(code string) []Closure {
	var all []Closure
	for line := range strings.SplitSeq(code, "\n") {
		days, reason, _ := strings.Cut(line, " ")
		if from, until, ok := strings.Cut(days, "/"); ok {
			all = append(all, Closure{From: from, Until: until, Reason: reason})
		}
	}
	return all
}

// code returns a week in one line: "mon 08:30-13:00, 14:00-17:30; tue 08:30-13:00", "-" when it has no hours.
func (w Week) code() string {
	if len(w.Days) == 0 {
		return "-"
	}
	days := make([]string, len(w.Days))
	for n, d := range w.Days {
		days[n] = weekdayNames[d.Weekday] + " " + Text(d.Hours)
	}
	return strings.Join(days, "; ")
}

// ParseCode returns the days of a week from what the audit keeps of it, and false for anything else.
func ParseCode(code string) (Week, bool) {
	var w Week
	if code == "-" {
		return w, true
	}
	for day := range strings.SplitSeq(code, "; ") {
		name, text, _ := strings.Cut(day, " ")
		weekday := slices.Index(weekdayNames[:], name)
		intervals, err := ParseDay(text)
		if weekday < 0 || err != nil || len(intervals) == 0 {
			return Week{}, false
		}
		w.Days = append(w.Days, Day{time.Weekday(weekday), intervals})
	}
	return w, true
}

// tell writes the line of the audit about the change that h came of, once, in the name of who made it. Of
// what earlier versions stored there is none.
func (s *Service) tell(ctx context.Context, h Hours) error {
	last := h.Last
	if last == nil {
		return nil
	}
	by := civic.Actor{Account: last.By, Name: last.ByName, Token: last.Token, Request: last.Request,
		Roles: []civic.Role{civic.Administrator}} // staff: citizens are not named in the audit
	line := audit.Entry{By: by, Action: last.Action, Object: h.ID,
		Detail: map[string]string{"from": last.From, "was": last.Was, "now": last.Now}}
	return s.audit.Write(ctx, line.Of(h.Revision))
}

// Repair writes the lines of the audit about changes since then that are not there yet: the program may have
// ended between storing one and that.
func (s *Service) Repair(ctx context.Context, since time.Time) error {
	for h, err := range s.hours.All(ctx, docstore.Query{Limit: maxHours}) {
		if err != nil {
			return err
		}
		if h.Last == nil || h.Last.At.Before(since) {
			continue
		}
		if err := s.tell(ctx, h); err != nil {
			return err
		}
	}
	return nil
}
