package requests

import (
	"context"
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
	Day        term.Date          // the last day that counts: the last of the year, or today
	Procedures []ProcedureFigures // by their Italian names
	Overdue    []Lapse
	Accesses   []Access
	Months     []MonthFigures // of the year and the one before, in order; whole ones only
	Received   Limits         // of MonthFigures.Received
}

// ProcedureFigures are the figures of one procedure in a year. Days are counted as its term counts them, from
// the day after the request came in, without those on which the term was stopped; those before the term began
// anew, because the request had to be completed, count too.
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

// Lapse is a request the last day of whose term was in the year and passed before it came to its end.
type Lapse struct {
	ID        civic.ID
	Number    string
	Procedure civic.Text
	Office    civic.ID
	DueOn     string
	State     State  // by which it ended, when it did
	EndedOn   string // maybe in a later year; empty: it waits today
	Days      int    // from the last day of the term to the end, or to today
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
	Opposed    bool   // somebody else's interests were weighed against it
	State      State  // today
	EndedOn    string // empty: it waits today
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

// firstYear is the first that a report can be asked for: no register is older.
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

// serves reports whether p need not be worked out anew: of this year, of which every day tells more, for
// minutes; of one that is over, to which only late events add, for an hour. What is cheap serves for less, so
// that it all takes a small part of the program's time, however many ask for however many years.
func (p published) serves(this int) bool {
	if p.Year < this {
		return p.FreshFor(200, time.Hour)
	}
	return p.FreshFor(20, 5*time.Minute)
}

// PublishedYears is how many years, this one included, have a report that is published.
const PublishedYears = 6

// publishingTime is how long working out a published report may take. What was begun is ended and remembered,
// though whoever asked for it has gone: else a large town's would be begun by each and ended by none.
const publishingTime = 2 * time.Minute

// PublicReport returns what is published of a year: the figures by procedure and month, and no single
// request; up to five minutes old, an hour for a year that is over. Reports are worked out one after the
// other, however many ask. It returns Invalid for a year that is not yet, or longer ago than PublishedYears.
func (s *Service) PublicReport(ctx context.Context, year int) (Report, error) {
	this, _, _ := s.today().Civil()
	if year <= this-PublishedYears {
		return Report{}, civic.NewError(civic.Invalid, "requests.error.year")
	}
	if known, ok := s.published.Get(year); ok && known.serves(this) {
		return known.Report, nil
	}
	done, err := s.publishing.Wait(ctx)
	if err != nil {
		return Report{}, civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	defer done()
	if known, ok := s.published.Get(year); ok && known.serves(this) { // another worked it out while we waited
		return known.Report, nil
	}
	start := time.Now()
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), publishingTime)
	defer end()
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
	c := newReportCount(s.cal, year, min(last, today), today)
	parts, begun, err := s.earlier(ctx, c.from(), of)
	if err != nil {
		return Report{}, err
	}
	c.begun = begun
	until := time.Date(year+1, time.January, 1, 0, 0, 0, 0, civic.Rome())
	since := docstore.Filter{docstore.Gte("receivedAt", c.from()), docstore.Lt("receivedAt", until)}
	for _, part := range append(parts, since) {
		if err := s.addPart(ctx, c, slices.Concat(part, of)); err != nil {
			return Report{}, err
		}
	}
	return c.figures(), nil
}

// addPart counts the requests of one of the parts in which they are read.
func (s *Service) addPart(ctx context.Context, c *reportCount, part docstore.Filter) error {
	for r, err := range s.requests.All(ctx, docstore.Query{Filter: part}) {
		if err == nil {
			err = c.addOnce(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// earlier returns by what to look for requests of some offices that came in before a moment and waited then
// or later: all that came in before, when those are few, as in the first years of a town's register; else
// those that wait, and then those that ended since. Begun is whether any came in before, whatever became of
// it.
func (s *Service) earlier(
	ctx context.Context, from time.Time, of docstore.Filter,
) (parts []docstore.Filter, begun bool, err error) {
	before := docstore.Filter{docstore.Lt("receivedAt", from)}
	// in this order: what ends between the two is in both, and counts once
	parts = []docstore.Filter{{docstore.Eq("open", true)}, {docstore.Gte("closedAt", from)}}
	few, err := s.requests.Count(ctx, slices.Concat(before, of))
	if err != nil {
		return nil, false, err
	}
	begun = few > 0
	for _, part := range parts {
		n, err := s.requests.Count(ctx, slices.Concat(part, of))
		if err != nil {
			return nil, false, err
		}
		few -= n
	}
	if few <= 0 {
		return []docstore.Filter{before}, begun, nil
	}
	return parts, begun, nil
}
