package requestview

import (
	"cmp"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/web/locale"
)

// The media types of tables.
const (
	CSV  = "text/csv; charset=utf-8"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

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

// Cell is a text, a day, or a number with so many places.
type Cell struct {
	Text   string
	Day    string // "2026-11-30"
	Number float64
	Places int
	Figure bool
}

func text(s string) Cell  { return Cell{Text: s} }
func day(s string) Cell   { return Cell{Day: s} }
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
	switch {
	case c.Day != "":
		at, err := time.ParseInLocation(time.DateOnly, c.Day, civic.Rome())
		if err != nil {
			return c.Day
		}
		return l.Date(at)
	case !c.Figure:
		return c.Text
	case c.Places == 0:
		return l.Int(int(c.Number))
	}
	return l.Decimal(c.Number, c.Places)
}

// plain returns a cell as tables have it: days as ISO 8601 has them, numbers without groups.
func (c Cell) plain(l *locale.Localizer) string {
	if !c.Figure {
		return cmp.Or(c.Day, c.Text)
	}
	number := strconv.FormatFloat(c.Number, 'f', c.Places, 64)
	if l.Lang() == locale.Italian {
		number = strings.Replace(number, ".", ",", 1)
	}
	return number
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
				cells[n] = c.plain(l)
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
	var styles sheetStyles
	if styles.head, err = book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	if styles.day, err = book.NewStyle(&excelize.Style{NumFmt: dayFormat}); err != nil {
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
		if err := writeSheet(book, name, styles, t); err != nil {
			return err
		}
	}
	return book.Write(w)
}

// sheetStyles are how cells of a workbook look.
type sheetStyles struct{ head, day int }

// dayFormat is the built-in format of days, which each spreadsheet writes in its own language.
const dayFormat = 14

func writeSheet(book *excelize.File, name string, styles sheetStyles, t Table) error {
	s, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, len(t.Columns), 18); err != nil {
		return err
	}
	head := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = excelize.Cell{StyleID: styles.head, Value: c}
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	for n, r := range t.Rows {
		cells := make([]any, len(r.Cells))
		for i, c := range r.Cells {
			switch at, err := time.Parse(time.DateOnly, c.Day); {
			case c.Figure:
				cells[i] = c.Number
			case c.Day != "" && err == nil:
				cells[i] = excelize.Cell{StyleID: styles.day, Value: at}
			default:
				cells[i] = c.Text
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
