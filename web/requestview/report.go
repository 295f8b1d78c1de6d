package requestview

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/crm/requests"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/textfold"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Times returns the table of the terms by procedure, in the order of their names in the reader's language.
func Times(l *locale.Localizer, r requests.Report) Table {
	t := Table{ID: "tempi", Title: l.T("requests.report.times"), Columns: headings(l, "requests.field.procedure",
		"requests.report.term", "requests.report.received", "requests.report.ended", "requests.report.on_time",
		"requests.report.share", "requests.report.median", "requests.report.p90", "requests.report.mean",
		"requests.report.withdrawn", "requests.report.waiting", "requests.report.overdue_now")}
	lang := string(l.Lang())
	byName := slices.SortedStableFunc(slices.Values(r.Procedures), func(a, b requests.ProcedureFigures) int {
		return textfold.Compare(a.Name.In(lang), b.Name.In(lang))
	})
	for _, p := range byName {
		row := Row{Cells: []Cell{text(p.Name.In(lang)), text(terms(l, p.Terms)), count(p.Received),
			count(p.Ended), count(p.OnTime), shareOf(p.OnTimeShare())}}
		if p.Ended == 0 {
			row.Cells = append(row.Cells, Cell{}, Cell{}, Cell{})
		} else {
			row.Cells = append(row.Cells, days(p.Median), days(p.P90), days(p.Mean))
		}
		row.Cells = append(row.Cells, count(p.Withdrawn), count(p.Waiting), count(p.Overdue))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// oneWord reports whether text is a number or a name that no line may break.
func oneWord(text string) bool { return !strings.Contains(text, " ") }

func headings(l *locale.Localizer, keys ...string) []string {
	words := make([]string, len(keys))
	for i, k := range keys {
		words[i] = l.T(k)
	}
	return words
}

// terms says how long each of some terms is.
func terms(l *locale.Localizer, all []term.Term) string {
	words := make([]string, len(all))
	for i, t := range all {
		words[i] = Length(l, requests.Rules{Term: t})
	}
	return strings.Join(words, ", ")
}

// Months returns the table of the months.
func Months(l *locale.Localizer, r requests.Report) Table {
	t := Table{ID: "mesi", Title: l.T("requests.report.months"), Columns: headings(l, "requests.report.month",
		"requests.report.received", "requests.report.unusual", "requests.report.ended",
		"requests.report.on_time", "requests.report.share")}
	for _, m := range r.Months {
		unusual := ""
		if m.Unusual {
			unusual = l.T("requests.report.unusual_yes")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(m.Month), count(m.Received), text(unusual),
			count(m.Ended), count(m.OnTime), shareOf(m.OnTimeShare())}})
	}
	return t
}

// Overdue returns the table of the terms that ran out; link leads to a request, nil to none.
func Overdue(
	l *locale.Localizer, r requests.Report, office func(civic.ID) string, link func(civic.ID) string,
) Table {
	t := Table{ID: "scadute", Title: l.T("requests.report.lapses"), Columns: headings(l,
		"requests.field.number", "requests.field.procedure", "requests.field.office", "requests.report.due_on",
		"requests.field.state", "requests.report.ended_on", "requests.report.days_late")}
	for _, o := range r.Overdue {
		state := l.T("requests.report.still_waiting")
		if o.EndedOn != "" {
			state = l.T(o.State.Word())
		}
		t.Rows = append(t.Rows, Row{Path: linked(link, o.ID), Cells: []Cell{text(o.Number),
			text(o.Procedure.In(string(l.Lang()))), text(office(o.Office)), day(o.DueOn), text(state),
			day(o.EndedOn), count(o.Days)}})
	}
	return t
}

// Accesses returns the register of accesses; link leads to a request, nil to none.
func Accesses(
	l *locale.Localizer, r requests.Report, office func(civic.ID) string, link func(civic.ID) string,
) Table {
	t := Table{ID: "accessi", Title: l.T("requests.report.register"), Columns: headings(l,
		"requests.field.number", "requests.report.received_on", "requests.field.procedure",
		"requests.field.office", "requests.field.subject", "requests.report.opposed", "requests.field.state",
		"requests.report.ended_on")}
	for _, a := range r.Accesses {
		opposed := "requests.report.no"
		if a.Opposed {
			opposed = "requests.report.yes"
		}
		subject := a.Subject
		if subject == civic.Taken {
			subject = l.T("requests.desk.erased")
		}
		t.Rows = append(t.Rows, Row{Path: linked(link, a.ID), Cells: []Cell{text(a.Number), day(a.ReceivedOn),
			text(a.Procedure.In(string(l.Lang()))), text(office(a.Office)), text(subject), text(l.T(opposed)),
			text(l.T(a.State.Word())), day(a.EndedOn)}})
	}
	return t
}

func linked(link func(civic.ID) string, id civic.ID) string {
	if link == nil {
		return ""
	}
	return link(id)
}

// ReceivedChart draws how many requests came in a month.
func ReceivedChart(l *locale.Localizer, r requests.Report) ui.Chart {
	c := ui.Chart{ID: "arrivate", Title: l.T("requests.report.months"), Kind: ui.LineChart, Folded: true,
		Columns: headings(l, "requests.report.month", "requests.report.received", "requests.report.unusual")}
	for _, m := range r.Months {
		row := ui.ChartRow{Label: MonthText(l, m.Month), Cells: []ui.ChartCell{
			{Value: float64(m.Received), Text: l.Int(m.Received)}}}
		unusual := ui.ChartCell{Extra: true}
		if m.Unusual {
			unusual.Text = l.T("requests.report.unusual_yes")
		}
		row.Cells = append(row.Cells, unusual)
		c.Rows = append(c.Rows, row)
	}
	c.Note = l.T("requests.report.limits_short")
	if r.Received.Known() {
		key := "requests.report.limits"
		if r.Received.Low == 0 { // no month can be below
			key = "requests.report.limit"
		}
		c.Note = l.T(key, civic.Args{"Centre": l.Decimal(r.Received.Centre, 1),
			"Low": l.Decimal(r.Received.Low, 1), "High": l.Decimal(r.Received.High, 1)})
	}
	return c
}

// MonthText writes "2026-11" as a reader reads a month.
func MonthText(l *locale.Localizer, month string) string {
	at, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return l.Month(at.Month()) + " " + at.Format("2006")
}

// ReadYear returns the year that a field of the address asks for, this one when it is empty, and the years to
// choose from: this one first, and the one asked for among them. It returns NotFound for what is no year.
func ReadYear(r *page.Request, field string) (year int, years []ui.Option, err error) {
	this := civic.Now().In(civic.Rome()).Year()
	if year, err = strconv.Atoi(cmp.Or(r.Query(field), strconv.Itoa(this))); err != nil {
		return 0, nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	return year, yearsTo(this, year), nil
}

// NoSuchYear turns the Invalid error of a year without a report into NotFound.
func NoSuchYear(err error) error {
	if civic.CodeOf(err) == civic.Invalid {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	return err
}

func yearsTo(this, chosen int) []ui.Option {
	var all []ui.Option
	first := this - requests.PublishedYears + 1
	for year := this; year >= min(chosen, first) && year > 0; year-- {
		if year >= first || year == chosen {
			all = append(all, ui.Option{Value: strconv.Itoa(year), Label: strconv.Itoa(year)})
		}
	}
	return all
}
