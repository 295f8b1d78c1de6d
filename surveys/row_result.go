package surveys

import (
	"slices"

	"ascolto/internal/civic"
)

// RowResult is what the answers to one row of a question come to.
type RowResult struct {
	Code     string         `bson:"code"`
	Label    civic.Text     `bson:"label,omitempty"`
	Answered int            `bson:"answered"`
	Options  []OptionResult `bson:"options"` // their shares are of those who answered the row
	Mean     float64        `bson:"mean,omitempty"`
	Removed  bool           `bson:"removed,omitempty"` // the last of the versions does not have it any more
	// few answers, or what would tell of them: nothing of it is public
	Hidden bool `bson:"hidden,omitempty"`
}

// addRows adds the rows and options that m does not have yet. What the newest version does not have was taken
// away: it is merged first.
func (m *QuestionResult) addRows(rows, options []Option) {
	newest := len(m.Rows) == 0
	for _, row := range rows {
		if !slices.ContainsFunc(m.Rows, func(r RowResult) bool { return r.Code == row.Code }) {
			m.Rows = append(m.Rows, RowResult{Code: row.Code, Label: row.Label, Removed: !newest})
		}
	}
	if len(m.Rows) == 0 {
		return
	}
	offered := slices.Clone(m.Rows[0].Options)
	for _, o := range options {
		if !slices.ContainsFunc(offered, func(n OptionResult) bool { return n.Code == o.Code }) {
			offered = append(offered, OptionResult{Code: o.Code, Label: o.Label, Removed: !newest})
		}
	}
	for i := range m.Rows {
		m.Rows[i].Options = slices.Clone(offered)
	}
}

// fillRows puts the counts of rows in.
func (m *QuestionResult) fillRows(c Count) {
	for i := range m.Rows {
		r := &m.Rows[i]
		r.Answered = 0
		for _, n := range c.Rows[r.Code] {
			r.Answered += n
		}
		for j := range r.Options {
			o := &r.Options[j]
			o.N = c.Rows[r.Code][o.Code]
			o.Percent = percent(o.N, r.Answered)
		}
	}
}

// addToRow counts n answers of a code to a row.
func (c *Count) addToRow(row, code string, n int) {
	if c.Rows == nil {
		c.Rows = map[string]map[string]int{}
	}
	if c.Rows[row] == nil {
		c.Rows[row] = map[string]int{}
	}
	c.Rows[row][code] += n
}
