package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// ChartKind says how a chart is drawn.
type ChartKind string

// The kinds of chart.
const (
	BarChart  ChartKind = "bar"  // one horizontal bar a row
	LineChart ChartKind = "line" // one line, rows from left to right
)

// Chart is a table of numbers, of which one column is also drawn.
type Chart struct {
	ID      string // of the table, unique in the page
	Title   string
	Kind    ChartKind
	Columns []string // headings, that of the labels first
	Rows    []ChartRow
	Percent bool // the numbers are shares between 0 and 1
	Folded  bool // the table is folded away at first
	Note    string
	titled  bool // its title stands above it already
}

// Under returns the chart for a place whose heading says its title, which is then not shown a second time.
func (c Chart) Under() Chart {
	c.titled = true
	return c
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

// drawn returns the first cell of a row that is not extra.
func (r ChartRow) drawn() ChartCell {
	for _, cell := range r.Cells {
		if !cell.Extra {
			return cell
		}
	}
	return ChartCell{}
}

// top returns the value at the end of the axis: 1 for shares, so that a third looks like a third, and for
// counts the least of 1, 2, 5, 10, 20, 50 … that none exceeds.
func (c Chart) top() float64 {
	if c.Percent {
		return 1
	}
	most := 1.0
	for _, row := range c.Rows {
		most = max(most, row.drawn().Value)
	}
	unit := math.Pow(10, math.Floor(math.Log10(most)))
	for _, step := range []float64{1, 2, 5} {
		if step*unit >= most {
			return step * unit
		}
	}
	return 10 * unit
}

// ticks returns the words of the axis, from its beginning to its end at equal distances.
func (c Chart) ticks(l *locale.Localizer) []string {
	if c.Percent {
		return []string{l.Percent(0, 0), l.Percent(0.5, 0), l.Percent(1, 0)}
	}
	top := int(c.top())
	if top%2 != 0 {
		return []string{l.Int(0), l.Int(top)}
	}
	return []string{l.Int(0), l.Int(top / 2), l.Int(top)}
}

// width returns how far a row's bar reaches, in hundredths of the axis.
func (c Chart) width(row ChartRow) string { return hundredths(row.drawn().Value / c.top()) }

// points returns the line through all rows for a drawing 100 wide and 100 high, as SVG has it. A single row
// is a line from edge to edge.
func (c Chart) points() string {
	var at []string
	for i, row := range c.Rows {
		y := hundredths(1 - row.drawn().Value/c.top())
		if len(c.Rows) == 1 {
			return fmt.Sprintf("0,%s 100,%s", y, y)
		}
		at = append(at, hundredths(float64(i)/float64(len(c.Rows)-1))+","+y)
	}
	return strings.Join(at, " ")
}

func hundredths(share float64) string {
	return strconv.FormatFloat(math.Round(min(1, max(0, share))*10_000)/100, 'f', -1, 64)
}
