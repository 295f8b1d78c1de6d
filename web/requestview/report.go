package requestview

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ascolto/crm/requests"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

// XLSX is the media type of a workbook.
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Table is a table of a report: a page shows it, CSV and workbooks hold it.
type Table struct {
	ID      string
	Title   string
	Columns []string
	Rows    []Row
}

// Row is a line of a Table. The first cell names it; Path leads to what it is about, empty for nothing.
type Row struct {
	Path  string
	Cells []Cell
}

// Cell is a text, or a number with so many places.
type Cell struct {
	Text   string
	Number float64
	Places int
	Figure bool
}

func text(s string) Cell  { return Cell{Text: s} }
func count(n int) Cell    { return Cell{Number: float64(n), Figure: true} }
func days(x float64) Cell { return Cell{Number: x, Places: 1, Figure: true} }
func shareOf(s float64, known bool) Cell {
	if !known {
		return Cell{}
	}
	return Cell{Number: 100 * s, Places: 1, Figure: true}
}

// In returns a cell as a reader of a language reads it.
func (c Cell) In(l *locale.Localizer) string {
	if !c.Figure {
		return c.Text
	}
	if c.Places == 0 {
		return l.Int(int(c.Number))
	}
	return l.Decimal(c.Number, c.Places)
}

// Times returns the table of the terms by procedure.
func Times(l *locale.Localizer, r requests.Report) Table {
	t := Table{ID: "tempi", Title: l.T("requests.report.times"), Columns: headings(l, "requests.field.procedure",
		"requests.field.due", "requests.report.received", "requests.report.ended", "requests.report.on_time",
		"requests.report.share", "requests.report.median", "requests.report.p90", "requests.report.mean",
		"requests.report.withdrawn", "requests.report.waiting", "requests.report.overdue_now")}
	for _, p := range r.Procedures {
		row := Row{Cells: []Cell{text(p.Name.In(string(l.Lang()))), text(terms(l, p.Terms)), count(p.Received),
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
		"requests.field.number", "requests.field.procedure", "requests.field.office", "requests.field.due",
		"requests.report.ended_on", "requests.report.days_late")}
	for _, o := range r.Overdue {
		t.Rows = append(t.Rows, Row{Path: linked(link, o.ID), Cells: []Cell{text(o.Number),
			text(o.Procedure.In(string(l.Lang()))), text(office(o.Office)), text(o.DueOn), text(o.EndedOn),
			count(o.Days)}})
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
		t.Rows = append(t.Rows, Row{Path: linked(link, a.ID), Cells: []Cell{text(a.Number), text(a.ReceivedOn),
			text(a.Procedure.In(string(l.Lang()))), text(office(a.Office)), text(subject), text(l.T(opposed)),
			text(l.T(a.State.Word())), text(a.EndedOn)}})
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
		c.Note = l.T("requests.report.limits", civic.Args{"Centre": l.Decimal(r.Received.Centre, 1),
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

// WriteCSV writes tables one below the other, an empty row between.
func WriteCSV(w io.Writer, l *locale.Localizer, tables ...Table) error {
	out := csvout.New(w)
	for i, t := range tables {
		if i > 0 {
			_ = out.Row("") // Flush returns what fails
		}
		if len(tables) > 1 {
			_ = out.Row(t.Title)
		}
		_ = out.Row(t.Columns...)
		for _, r := range t.Rows {
			cells := make([]string, len(r.Cells))
			for n, c := range r.Cells {
				cells[n] = strings.ReplaceAll(c.In(l), "\u00a0", "")
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// WriteXLSX writes a workbook with one sheet a table. Texts stay texts: none is a formula.
func WriteXLSX(w io.Writer, l *locale.Localizer, tables ...Table) (err error) {
	book := excelize.NewFile()
	defer func() {
		if closed := book.Close(); err == nil {
			err = closed
		}
	}()
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, t := range tables {
		name := t.Title
		if cut := []rune(name); len(cut) > excelize.MaxSheetNameLength {
			name = string(cut[:excelize.MaxSheetNameLength])
		}
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), name)
		} else {
			_, err = book.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := writeSheet(book, name, bold, t); err != nil {
			return err
		}
	}
	return book.Write(w)
}

func writeSheet(book *excelize.File, name string, bold int, t Table) error {
	s, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, len(t.Columns), 18); err != nil {
		return err
	}
	head := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c}
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	for n, r := range t.Rows {
		cells := make([]any, len(r.Cells))
		for i, c := range r.Cells {
			if cells[i] = any(c.Text); c.Figure {
				cells[i] = c.Number
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n+2)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, cells); err != nil {
			return err
		}
	}
	return s.Flush()
}

// yearsBack is how many years before this one a list offers.
const yearsBack = 5

// Years lists the years to choose from, this one first, and the chosen one among them.
func Years(chosen, this int) []ui.Option {
	var all []ui.Option
	for year := this; year >= min(chosen, this-yearsBack); year-- {
		if year >= this-yearsBack || year == chosen {
			all = append(all, ui.Option{Value: strconv.Itoa(year), Label: strconv.Itoa(year)})
		}
	}
	return all
}
