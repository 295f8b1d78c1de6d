package ui

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"ascolto/internal/civic"
)

// Paging is where a list goes on; an empty address is not offered.
type Paging struct{ First, Previous, Next string }

// PagingBy returns the Paging of a list at path whose query holds the filters: next is the cursor of what follows, and the
// cursor in query that of the part shown.
func PagingBy(path string, query url.Values, next string) Paging {
	var p Paging
	with := func(cursor string) string {
		q := url.Values{}
		for k, v := range query {
			if k != CursorParam {
				q[k] = v
			}
		}
		if cursor != "" {
			q.Set(CursorParam, cursor)
		}
		if len(q) == 0 {
			return path
		}
		return path + "?" + q.Encode()
	}
	if query.Get(CursorParam) != "" {
		p.First = with("")
	}
	if next != "" {
		p.Next = with(next)
	}
	return p
}

// CursorParam is the query parameter that carries a list's cursor.
const CursorParam = "da"

// Facet is one value a list can be narrowed by.
type Facet struct {
	Label  string
	URL    string // where choosing it, or taking it back when Chosen, leads
	Count  int
	Chosen bool
}

// Event is an entry of a timeline.
type Event struct {
	At      time.Time
	Icon    string // of the sprite
	Kind    string
	Title   string
	URL     string
	Note    string
	DayOnly bool // the hour is not shown
}

// ChartKind says how a chart is drawn.
type ChartKind string

// The kinds of chart.
const (
	BarChart     ChartKind = "bar"     // one horizontal bar a row
	StackedChart ChartKind = "stacked" // rows parted by column
	LineChart    ChartKind = "line"    // one line a column, rows from left to right
)

// Chart is a table of numbers that is also drawn.
type Chart struct {
	ID      string // of the table, unique in the page
	Title   string
	Kind    ChartKind
	Columns []string // headings, that of the labels first
	Rows    []ChartRow
	Percent bool // the numbers are shares between 0 and 1
	Folded  bool // the table is folded away at first
	Note    string
}

// ChartRow is one row of a Chart.
type ChartRow struct {
	Label string
	Cells []ChartCell
}

// ChartCell is one number: its value for the drawing and its text for the table. Extra ones are not drawn.
type ChartCell struct {
	Value float64
	Text  string
	Extra bool
}

func (c Chart) titleArgs() civic.Args { return civic.Args{"Title": c.Title} }

// charts makes the page load the drawing script once, however many charts it has.
var charts = templ.NewOnceHandle()
