package requests

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/memo"
)

// Report is how requests of a year were dealt with, as it was known on a day. Every figure follows from the
// events of the requests.
type Report struct {
	Year       int
	Day        term.Date // the last day that counts: the last of the year, or today
	Procedures []ProcedureFigures
	Overdue    []Lapse
	Accesses   []Access
	Months     []MonthFigures // of the year and the one before, in order; whole ones only
	Received   Limits         // of MonthFigures.Received
}

// ProcedureFigures are the figures of one procedure in a year. Days are counted as its term counts them, from
// the day after the request came in, without those on which the term was stopped.
type ProcedureFigures struct {
	Procedure civic.ID
	Name      civic.Text  // as it was called by the request that came in last
	Terms     []term.Term // that requests ended in the year had, shortest first
	Received  int
	Ended     int // of them or of earlier ones: by the office, in the year
	Withdrawn int // by the applicant, in the year
	OnTime    int // of Ended
	Waiting   int // at the end of Day
	Overdue   int // of Waiting: the term was over
	// days that those took which ended in the year: zero when there is none
	Median, P90, Mean float64

	days []float64
	last time.Time
}

// OnTimeShare returns which share of what ended did so within the term, and false when nothing ended.
func (p ProcedureFigures) OnTimeShare() (float64, bool) { return share(p.OnTime, p.Ended) }

// Lapse is a request whose term ran out in the year before it came to its end.
type Lapse struct {
	ID        civic.ID
	Number    string
	Procedure civic.Text
	Office    civic.ID
	DueOn     string
	EndedOn   string // empty: it waits
	Days      int    // from the last day of the term to the end, or to Report.Day
}

// Access is a line of the register of accesses (ANAC, determination 1309 of 28 December 2016, § 9): a request
// for access to documents or to data that came in during the year.
type Access struct {
	ID         civic.ID
	Number     string
	ReceivedOn string
	Procedure  civic.Text
	Office     civic.ID
	Subject    string
	Opposed    bool // somebody else's interests were weighed against it
	State      State
	EndedOn    string // empty: it waits
}

// MonthFigures are the requests of a month.
type MonthFigures struct {
	Month    string // "2026-11"
	Received int
	Ended    int  // by the office
	OnTime   int  // of Ended
	Unusual  bool // Received lies outside of Report.Received
}

// OnTimeShare returns which share of what ended did so within the term, and false when nothing ended.
func (m MonthFigures) OnTimeShare() (float64, bool) { return share(m.OnTime, m.Ended) }

func share(n, of int) (float64, bool) {
	if of == 0 {
		return 0, false
	}
	return float64(n) / float64(of), true
}

// Limits are between which a series moves by itself. The zero value is of a series that is too short to say.
type Limits struct{ Low, Centre, High float64 }

// Known reports whether the series was long enough.
func (l Limits) Known() bool { return l.High > 0 }

// leastMonths is how many months a series has at least of which limits are told.
const leastMonths = 8

// limitsOf returns the natural limits of counts in a row, for a chart of individuals: their mean, more or
// less 2.66 times the mean distance of one from the next, and no less than nothing (NIST/SEMATECH e-Handbook
// of Statistical Methods, 6.3.2.2: 3/d₂ with d₂ = 1.128 for ranges of two).
func limitsOf(counts []int) Limits {
	if len(counts) < leastMonths {
		return Limits{}
	}
	sum, moves := 0, 0
	for i, n := range counts {
		sum += n
		if i > 0 {
			moves += max(n-counts[i-1], counts[i-1]-n)
		}
	}
	centre := float64(sum) / float64(len(counts))
	reach := 3 / 1.128 * float64(moves) / float64(len(counts)-1)
	return Limits{Low: max(0, centre-reach), Centre: centre, High: centre + reach}
}

// The years a report can be asked for.
const firstYear = 2000

// Report returns the figures of a year: of every office for who reads all contacts, else of the actor's own;
// of one office when it is named. Who may not read requests gets no subject. Reading it is audited, for it
// names requests. It returns Invalid for a year that is not yet, and Forbidden for another office.
func (s *Service) Report(ctx context.Context, by civic.Actor, year int, office civic.ID) (Report, error) {
	if err := by.Can(PermFigures); err != nil {
		return Report{}, err
	}
	var of docstore.Filter
	switch {
	case office != "" && !by.Allowed(crm.PermReadContacts) && !by.In(office):
		return Report{}, civic.NewError(civic.Forbidden, "error.forbidden")
	case office != "":
		of = docstore.Filter{docstore.Eq("office", office)}
	case !by.Allowed(crm.PermReadContacts):
		of = docstore.Filter{docstore.In("office", by.Offices...)}
	}
	r, err := s.report(ctx, year, of)
	if err != nil {
		return Report{}, err
	}
	if !by.Allowed(PermRead) {
		for n := range r.Accesses {
			r.Accesses[n].Subject = ""
		}
	}
	return r, s.record(ctx, by, ActionReport, "", "",
		map[string]string{"year": strconv.Itoa(year), "office": string(office)})
}

// published is a report that serves for a while: everybody can ask for it, and it is dear to work out.
type published struct {
	Report
	memo.Freshness
}

// maxPublished is how many years are remembered.
const maxPublished = 8

// PublicReport returns what is published of a year: the figures by procedure and month, and no single
// request; up to a quarter of a minute old. It returns Invalid for a year that is not yet.
func (s *Service) PublicReport(ctx context.Context, year int) (Report, error) {
	if known, ok := s.published.Get(year); ok && known.Fresh() {
		return known.Report, nil
	}
	start := time.Now()
	r, err := s.report(ctx, year, nil)
	if err != nil {
		return Report{}, err
	}
	r.Overdue, r.Accesses = nil, nil
	p := published{Report: r}
	p.Learned(start)
	s.published.Put(year, p)
	return r, nil
}

// report counts the requests of some offices, nil for all.
func (s *Service) report(ctx context.Context, year int, of docstore.Filter) (Report, error) {
	today := s.today()
	last, err := term.NewDate(year, time.December, 31)
	if this, _, _ := today.Civil(); err != nil || year < firstYear || year > this {
		return Report{}, civic.NewError(civic.Invalid, "requests.error.year")
	}
	c := newReportCount(year, min(last, today))
	from := time.Date(year-1, time.January, 1, 0, 0, 0, 0, civic.Rome())
	until := time.Date(year+1, time.January, 1, 0, 0, 0, 0, civic.Rome())
	// what came in since from; what came in before and ended since; what came in before and waits
	for _, part := range []struct {
		where docstore.Filter
		since bool
	}{
		{docstore.Filter{docstore.Gte("receivedAt", from), docstore.Lt("receivedAt", until)}, true},
		{docstore.Filter{docstore.Gte("closedAt", from)}, false},
		{docstore.Filter{docstore.Eq("open", true)}, false},
	} {
		q := docstore.Query{Filter: slices.Concat(part.where, of)}
		for r, err := range s.requests.All(ctx, q) {
			if err != nil {
				return Report{}, err
			}
			if part.since == !r.ReceivedAt.Before(from) {
				c.add(r)
			}
		}
	}
	return c.figures(), nil
}

// reportCount adds up.
type reportCount struct {
	Report
	first, end string // the first day and the last that counts, of the year
	by         map[civic.ID]*ProcedureFigures
	months     map[string]*MonthFigures
}

func newReportCount(year int, day term.Date) *reportCount {
	return &reportCount{Report: Report{Year: year, Day: day}, first: strconv.Itoa(year) + "-01-01",
		end: day.String(), by: map[civic.ID]*ProcedureFigures{}, months: map[string]*MonthFigures{}}
}

func (c *reportCount) add(r Request) {
	received, ended := term.DateOf(r.ReceivedAt).String(), ""
	if !r.Open && !r.ClosedAt.IsZero() {
		ended = term.DateOf(r.ClosedAt).String()
	}
	if received > c.end {
		return
	}
	if ended > c.end {
		ended = "" // it still waited then
	}
	p := c.procedure(r)
	v := r.Verdict()
	due := r.DueOn
	if v != nil {
		due = v.DueOn
	}
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
		p.end(r, *v)
	}
	c.list(r, received, ended, due)
}

// list adds r to the overdue and to the register.
func (c *reportCount) list(r Request, received, ended, due string) {
	if over := cmp.Or(ended, c.end); due >= c.first && due < over && due < c.end {
		l := Lapse{ID: r.ID, Number: r.Number, Procedure: r.Name, Office: r.Office, DueOn: due, EndedOn: ended}
		from, err := term.ParseDate(due)
		to, toErr := term.ParseDate(over)
		if err == nil && toErr == nil {
			l.Days = int(to - from)
		}
		c.Overdue = append(c.Overdue, l)
	}
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
func (p *ProcedureFigures) end(r Request, v Verdict) {
	p.Ended++
	if !v.Late {
		p.OnTime++
	}
	p.days = append(p.days, float64(v.Used))
	if !slices.Contains(p.Terms, r.Rules.Term) {
		p.Terms = append(p.Terms, r.Rules.Term)
	}
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
		return cmp.Or(cmp.Compare(a.Name.In("it"), b.Name.In("it")), cmp.Compare(a.Procedure, b.Procedure))
	})
	slices.SortFunc(c.Overdue, func(a, b Lapse) int {
		return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.Number, b.Number))
	})
	slices.SortFunc(c.Accesses, func(a, b Access) int { return cmp.Compare(a.Number, b.Number) })
	c.series()
	return c.Report
}

// series puts the whole months in a row, from the first in which a request came in.
func (c *reportCount) series() {
	month := time.Date(c.Year-1, time.January, 1, 0, 0, 0, 0, time.UTC)
	var counts []int
	for ; month.Year() <= c.Year; month = month.AddDate(0, 1, 0) {
		if month.AddDate(0, 1, -1).Format(time.DateOnly) > c.end {
			break
		}
		m := c.months[month.Format("2006-01")]
		if m == nil && len(counts) == 0 {
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
