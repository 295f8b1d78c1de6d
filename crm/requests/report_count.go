package requests

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/textfold"
)

// reportCount adds up.
type reportCount struct {
	Report
	cal        Calendar
	first, end string // the first day and the last that counts, of the year
	today      string
	by         map[civic.ID]*ProcedureFigures
	months     map[string]*MonthFigures
	counted    map[civic.ID]bool
	begun      bool // something had come in before from
}

func newReportCount(cal Calendar, year int, day, today term.Date) *reportCount {
	return &reportCount{Report: Report{Year: year, Day: day}, cal: cal, first: strconv.Itoa(year) + "-01-01",
		end: day.String(), today: today.String(), by: map[civic.ID]*ProcedureFigures{},
		months: map[string]*MonthFigures{}, counted: map[civic.ID]bool{}}
}

// from returns the beginning of the year before the report's, since when months are told of.
func (c *reportCount) from() time.Time {
	return time.Date(c.Year-1, time.January, 1, 0, 0, 0, 0, civic.Rome())
}

// addOnce is add of what may be met in two parts, or be over since before what the report tells of.
func (c *reportCount) addOnce(r Request) error {
	over := !r.Open && r.ClosedAt.Before(c.from()) && r.ReceivedAt.Before(c.from())
	if over || c.counted[r.ID] {
		return nil
	}
	c.counted[r.ID] = true
	return c.add(r)
}

// add counts a request.
func (c *reportCount) add(r Request) error {
	received, ended := term.DateOf(r.ReceivedAt).String(), ""
	if !r.Open && !r.ClosedAt.IsZero() {
		ended = term.DateOf(r.ClosedAt).String()
	}
	if received > c.end {
		return nil
	}
	v := r.Verdict()
	due := r.DueOn
	if v != nil {
		due = v.DueOn
	}
	c.register(r, received, ended)
	c.lapse(r, ended, due)
	if ended > c.end {
		ended = "" // it still waited then
	}
	p := c.procedure(r)
	c.month(received).Received++
	if ended != "" && r.State != Withdrawn && v != nil {
		m := c.month(ended)
		m.Ended++
		if !v.Late {
			m.OnTime++
		}
	}
	if received >= c.first {
		p.Received++
	}
	switch {
	case ended == "":
		p.Waiting++
		if due < c.end {
			p.Overdue++
		}
	case ended < c.first:
	case r.State == Withdrawn:
		p.Withdrawn++
	case v != nil:
		if err := p.end(c.cal, r, *v); err != nil {
			return err
		}
	}
	return nil
}

// lapse adds r to the overdue when the last day of its term was in the year and r came to its end after it,
// in whatever year, or waits today. So each term that ran out is in the list of one year, and of no other.
func (c *reportCount) lapse(r Request, ended, due string) {
	if over := cmp.Or(ended, c.today); due >= c.first && due <= c.end && due < over {
		l := Lapse{ID: r.ID, Number: r.Number, Procedure: r.Name, Office: r.Office, DueOn: due, State: r.State,
			EndedOn: ended}
		from, err := term.ParseDate(due)
		to, toErr := term.ParseDate(over)
		if err == nil && toErr == nil {
			l.Days = int(to - from)
		}
		c.Overdue = append(c.Overdue, l)
	}
}

// register adds r to the register of accesses, with what became of it to this day.
func (c *reportCount) register(r Request, received, ended string) {
	if received >= c.first && r.Rules.access() {
		_, opposed := r.event(ActConsult)
		a := Access{ID: r.ID, Number: r.Number, ReceivedOn: received, Procedure: r.Name, Office: r.Office,
			Subject: r.Subject, Opposed: opposed, State: r.State, EndedOn: ended}
		c.Accesses = append(c.Accesses, a)
	}
}

// access reports whether what is asked for by the rules is access to documents or to data: of the law's
// answers to silence, two are of access alone (L. 241/1990 art. 25 c. 4, D.Lgs. 33/2013 art. 5 c. 7).
func (r Rules) access() bool { return r.Silence == SilenceRejected || r.Silence == SilenceReview }

func (c *reportCount) procedure(r Request) *ProcedureFigures {
	p := c.by[r.Procedure]
	if p == nil {
		p = &ProcedureFigures{Procedure: r.Procedure}
		c.by[r.Procedure] = p
	}
	if !r.ReceivedAt.Before(p.last) {
		p.Name, p.last = r.Name, r.ReceivedAt
	}
	return p
}

func (c *reportCount) month(day string) *MonthFigures {
	key := day[:len("2026-11")]
	if c.months[key] == nil {
		c.months[key] = &MonthFigures{Month: key}
	}
	return c.months[key]
}

// end counts a request that the office brought to its end.
func (p *ProcedureFigures) end(cal Calendar, r Request, v Verdict) error {
	days, err := r.daysBefore(cal)
	if err != nil {
		return err
	}
	p.Ended++
	if !v.Late {
		p.OnTime++
	}
	p.days = append(p.days, float64(days+v.Used))
	if !slices.Contains(p.Terms, r.Rules.Term) {
		p.Terms = append(p.Terms, r.Rules.Term)
	}
	return nil
}

// daysBefore returns the days of the term that were used before it began anew, each time that the applicant
// had to complete the request (DPR 184/2006, art. 6, c. 5).
func (r Request) daysBefore(cal Calendar) (int, error) {
	days := 0
	for n, e := range r.Events {
		if _, ended := r.endOf(n); e.Act != ActIrregular || !ended {
			continue
		}
		before := r
		before.Events = r.Events[:n]
		used, err := before.clock(cal, term.DateOf(e.At))
		if err != nil {
			return 0, err
		}
		days += used.Used
	}
	return days, nil
}

// figures returns what was counted: procedures that had anything to do, by name; the longest overdue first.
func (c *reportCount) figures() Report {
	for _, p := range c.by {
		if p.Received+p.Ended+p.Withdrawn+p.Waiting == 0 {
			continue
		}
		slices.Sort(p.days)
		p.Median, p.P90, p.Mean = percentile(p.days, 0.5), percentile(p.days, 0.9), mean(p.days)
		slices.SortFunc(p.Terms, func(a, b term.Term) int {
			return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Length, b.Length))
		})
		c.Procedures = append(c.Procedures, *p)
	}
	slices.SortFunc(c.Procedures, func(a, b ProcedureFigures) int {
		return cmp.Or(textfold.Compare(a.Name[civic.Italian], b.Name[civic.Italian]),
			cmp.Compare(a.Procedure, b.Procedure))
	})
	slices.SortFunc(c.Overdue, func(a, b Lapse) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Number, b.Number))
	})
	slices.SortFunc(c.Accesses, func(a, b Access) int { return cmp.Compare(a.Number, b.Number) })
	c.series()
	return c.Report
}

// series puts the whole months in a row, from the first before which a request had come in.
func (c *reportCount) series() {
	month := time.Date(c.Year-1, time.January, 1, 0, 0, 0, 0, time.UTC)
	var counts []int
	for ; month.Year() <= c.Year; month = month.AddDate(0, 1, 0) {
		last := month.AddDate(0, 1, -1).Format(time.DateOnly)
		if last > c.end || last >= c.today {
			break
		}
		m := c.months[month.Format("2006-01")]
		if len(counts) == 0 && (m == nil || !c.begun && !c.before(month)) {
			continue
		}
		if m == nil {
			m = &MonthFigures{Month: month.Format("2006-01")}
		}
		c.Months, counts = append(c.Months, *m), append(counts, m.Received)
	}
	if c.Received = limitsOf(counts); !c.Received.Known() {
		return
	}
	for i := range c.Months {
		n := float64(c.Months[i].Received)
		c.Months[i].Unusual = n < c.Received.Low || n > c.Received.High
	}
}

// before reports whether a request came in or ended in a month before another.
func (c *reportCount) before(month time.Time) bool {
	for key := range c.months {
		if key < month.Format("2006-01") {
			return true
		}
	}
	return false
}

// percentile returns the p-th part of sorted values as PERCENTILE.INC of spreadsheets does (type 7 of Hyndman
// and Fan, 1996), zero of none.
func percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := p * float64(len(sorted)-1)
	low := math.Floor(at)
	high := min(int(low)+1, len(sorted)-1)
	return sorted[int(low)] + (at-low)*(sorted[high]-sorted[int(low)])
}

func mean(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
