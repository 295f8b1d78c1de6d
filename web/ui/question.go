package ui

import (
	"slices"

	"github.com/a-h/templ"

	"ascolto/internal/blob"
	"ascolto/web/locale"
)

// Way is how a question is filled in.
type Way string

// The ways; each has a component in AskQuestion.
const (
	ByOne    Way = "one"    // one of the options
	ByMany   Way = "many"   // any number of the options
	ByPoint  Way = "point"  // one of few labelled points, side by side where there is room
	ByScore  Way = "score"  // one of a row of numbers
	ByText   Way = "text"   // own words: Field.Max is their greatest length
	ByPick   Way = "pick"   // one of the options of a list that unfolds
	ByNumber Way = "number" // a number
	ByDay    Way = "day"    // a day
	ByLine   Way = "line"   // one line of own words
	ByFiles  Way = "files"  // files, as Use takes them
)

// Question is a question of a survey, or a part of one.
type Question struct {
	Field       // its Name is the question's code
	By      Way // how it is filled in, where it has no parts
	Parts   []Question
	Options []Option // what can be chosen
	Other   *Field   // the text beside the last option, nil when there is none
	// the words for choosing nothing, which radio buttons cannot be without; empty where an answer is
	// required
	NoAnswer  string
	Low, High string // what the ends of a score mean
	Aid       Aid    // of a question of several parts
	Use       blob.Use
}

// Aid is what a script adds to the parts of a question where scripts run: see aids in app.ts.
type Aid struct{ Name, Value, Text string }

func (a Aid) attributes() templ.Attributes {
	if a.Name == "" {
		return nil
	}
	return templ.Attributes{"data-aid": a.Name, "data-value": a.Value, "data-text": a.Text}
}

func (q Question) many() bool { return q.By == ByMany }

// options returns what can be chosen, and last, where an answer may be withheld, nothing.
func (q Question) options() []Option {
	if q.many() || q.NoAnswer == "" {
		return q.Options
	}
	return append(slices.Clone(q.Options), Option{Label: q.NoAnswer})
}

func (q Question) kind() string {
	if q.many() {
		return "checkbox"
	}
	return "radio"
}

// Counted is one answer and how many gave it.
type Counted struct {
	Label   string
	N       int
	Percent float64 // of those who answered, as it is shown
	Hidden  bool    // the numbers are not shown
}

// CountChart returns the chart of a question's answers: a bar for each, beside its number and share.
func CountChart(l *locale.Localizer, id, title string, rows []Counted, answer, number, share string) Chart {
	c := Chart{ID: id, Title: title, Kind: BarChart, Columns: []string{answer, number, share}, Percent: true}
	for _, r := range rows {
		if r.Hidden {
			none := l.T("core.chart.hidden")
			c.Rows = append(c.Rows, ChartRow{Label: r.Label,
				Cells: []ChartCell{{Text: none, Extra: true}, {Text: none}}})
			continue
		}
		c.Rows = append(c.Rows, ChartRow{Label: r.Label, Cells: []ChartCell{
			{Value: float64(r.N), Text: l.Int(r.N), Extra: true},
			{Value: r.Percent / 100, Text: l.Percent(r.Percent/100, 1)},
		}})
	}
	return c
}

// checked reports whether an option is chosen; choosing nothing never shows as a choice.
func (q Question) checked(f Form, o Option) bool { return o.Value != "" && f.Has(q.Name, o.Value) }
