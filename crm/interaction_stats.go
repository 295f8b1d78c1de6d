package crm

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// CallsFilter chooses what is counted: the conversations from one day in Rome to another, both included, of
// an office or of all that the actor may count.
type CallsFilter struct {
	From, To string // "2026-11-28"
	Office   civic.ID
}

// CallCount is how many conversations share a key: a day or month, a channel, an office, a topic, an account.
type CallCount struct {
	Key   string
	Label string // of an account: the name; else empty
	Calls int
	Open  int // of them with something left to do
}

// CallStatistics are the figures of conversations in a period. ByOperator is nil for who may not see what
// each colleague did.
type CallStatistics struct {
	CallsFilter
	Monthly                                            bool // ByPeriod counts months, not days
	Total                                              CallCount
	Late                                               int // open after the day by which they were to be done
	ByPeriod, ByChannel, ByOffice, ByTopic, ByOperator []CallCount
}

// The longest periods, in days.
const (
	maxCallDays = 3 * 366
	maxDaily    = 62 // longer ones are counted by month
)

// Calls counts conversations: of all offices for who reads every contact, else of the actor's own. Figures of
// single colleagues are for PermOperatorFigures alone, and counting is audited. It returns Invalid with field
// errors for days that make no period of at most three years, and Forbidden for another office.
func (s *Service) Calls(ctx context.Context, by civic.Actor, f CallsFilter) (CallStatistics, error) {
	if err := by.Can(PermCallFigures); err != nil {
		return CallStatistics{}, err
	}
	from, to, err := f.bounds()
	if err != nil {
		return CallStatistics{}, err
	}
	filter, err := f.offices(by)
	if err != nil {
		return CallStatistics{}, err
	}
	counts := newCallCounts(CallStatistics{CallsFilter: f,
		Monthly: from.In(civic.Rome()).AddDate(0, 0, maxDaily).Before(to)},
		s.now())
	filter = append(filter, docstore.Gte("at", from), docstore.Lt("at", to))
	for i, err := range s.interactions.All(ctx, docstore.Query{Filter: filter, Sort: []string{"-at"}}) {
		if err != nil {
			return CallStatistics{}, err
		}
		counts.add(i)
	}
	detail := map[string]string{"from": f.From, "to": f.To, "office": string(f.Office)}
	return counts.figures(by.Allowed(PermOperatorFigures)), s.record(ctx, by, ActionInteractionCount, "", "",
		detail)
}

// offices returns the condition by which f counts only what by may.
func (f CallsFilter) offices(by civic.Actor) (docstore.Filter, error) {
	switch {
	case f.Office != "" && !by.Allowed(PermReadContacts) && !by.In(f.Office):
		return nil, civic.NewError(civic.Forbidden, "error.forbidden")
	case f.Office != "":
		return docstore.Filter{docstore.Eq("office", f.Office)}, nil
	case !by.Allowed(PermReadContacts):
		return docstore.Filter{docstore.In("office", by.Offices...)}, nil
	}
	return nil, nil
}

// bounds returns the instants from which and until which f counts.
func (f CallsFilter) bounds() (from, to time.Time, err error) {
	var p civic.Problems
	from, fromErr := time.ParseInLocation(time.DateOnly, f.From, civic.Rome())
	last, toErr := time.ParseInLocation(time.DateOnly, f.To, civic.Rome())
	if fromErr != nil {
		p.Add("from", "error.date")
	}
	if toErr != nil {
		p.Add("to", "error.date")
	}
	to = last.AddDate(0, 0, 1)
	switch {
	case fromErr != nil || toErr != nil:
	case !to.After(from):
		p.Add("to", "crm.error.period")
	case from.AddDate(0, 0, maxCallDays).Before(to):
		p.Add("to", "crm.error.period_long", civic.Args{"Years": 3})
	}
	return from.UTC(), to.UTC(), p.Err()
}

// callCounts adds up.
type callCounts struct {
	s     CallStatistics
	today string
	by    [5]map[string]*CallCount
}

func newCallCounts(s CallStatistics, now time.Time) *callCounts {
	c := &callCounts{s: s, today: now.In(civic.Rome()).Format(time.DateOnly)}
	for n := range c.by {
		c.by[n] = map[string]*CallCount{}
	}
	return c
}

func (c *callCounts) add(i Interaction) {
	day := i.Day()
	if c.s.Monthly {
		day = day[:len("2026-11")]
	}
	for n, key := range []string{day, string(i.Channel), string(i.Office), string(i.Topic), string(i.By)} {
		count := c.by[n][key]
		if count == nil {
			count = &CallCount{Key: key}
			c.by[n][key] = count
		}
		if n == 4 && count.Label == "" {
			count.Label = i.ByName
		}
		count.add(i)
	}
	c.s.Total.add(i)
	if i.Open && i.DueOn != "" && i.DueOn < c.today {
		c.s.Late++
	}
}

func (c *CallCount) add(i Interaction) {
	c.Calls++
	if i.Open {
		c.Open++
	}
}

// figures returns what was counted: periods in their order, all else the most frequent first.
func (c *callCounts) figures(operators bool) CallStatistics {
	lists := []*[]CallCount{&c.s.ByPeriod, &c.s.ByChannel, &c.s.ByOffice, &c.s.ByTopic, &c.s.ByOperator}
	if !operators {
		lists = lists[:4]
	}
	for n, list := range lists {
		for _, key := range slices.Sorted(maps.Keys(c.by[n])) {
			*list = append(*list, *c.by[n][key])
		}
		if n > 0 {
			slices.SortStableFunc(*list, func(a, b CallCount) int { return cmp.Compare(b.Calls, a.Calls) })
		}
	}
	return c.s
}
