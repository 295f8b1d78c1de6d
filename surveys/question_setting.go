package surveys

import (
	"slices"
	"strconv"

	"ascolto/internal/civic"
)

// Setting is one field of the form of a question, beside those that every question has. One of Flag, Whole,
// Line, Words and List is set: it returns where in Details the field's value lies.
type Setting struct {
	Name  string // of the field; of a list, what the names of its rows begin with
	Flag  func(*Details) *bool
	Whole func(*Details) *int // a whole number
	Line  func(*Details) *string
	Words func(*Details) *civic.Text
	List  func(*Details) *[]Option
	Day   bool                         // of Line: it is a day, YYYY-MM-DD
	Noun  string                       // of a list: what one of its rows is called: "option", "point"
	Pair  bool                         // it stands beside the next one
	Ends  bool                         // of a list: only the first and the last row must have words
	Least int                          // of Whole
	Most  int                          // of Whole; 0: no bound
	Lines func(*QuestionInput) *string // of a list that grows: its new rows
}

// Order is the form's field with the codes of a list's rows, in their order.
func (s Setting) Order() string { return civic.Field(s.Name, "order") }

// Needs reports whether the i-th of so many rows of a list must have words.
func (s Setting) Needs(i, rows int) bool { return !s.Ends || i == 0 || i == rows-1 }

// NewRows is the form's field with new rows of a list: one a line, Italian, and after a vertical bar English.
func (s Setting) NewRows() string { return civic.Field(s.Name, "lines") }

// Row is the form's field with the words of a row of a list, without its language.
func (s Setting) Row(code string) string { return civic.Field(s.Name, code) }

// Settings lists what staff set of questions of a kind beside the texts that every question has, in the order
// of the form; nil for a kind that does not exist.
func (k Kind) Settings() []Setting { return kindOf(k).settings() }

// The settings that several kinds have.
var (
	pointSetting = Setting{Name: "option", Noun: "point", Ends: true,
		List: func(d *Details) *[]Option { return &d.Options }}
	optionSetting = Setting{Name: "option", Noun: "option", List: pointSetting.List,
		Lines: func(in *QuestionInput) *string { return &in.Lines }}
	rowSetting = Setting{Name: "row", Noun: "row", List: func(d *Details) *[]Option { return &d.Rows },
		Lines: func(in *QuestionInput) *string { return &in.RowLines }}
	otherSetting = Setting{Name: "other", Flag: func(d *Details) *bool { return &d.Other }}
	minSetting   = Setting{Name: "min", Pair: true, Whole: func(d *Details) *int { return &d.Min }}
	maxSetting   = Setting{Name: "max", Whole: func(d *Details) *int { return &d.Max }}
	lowSetting   = Setting{Name: "low", Words: func(d *Details) *civic.Text { return &d.Low }}
	highSetting  = Setting{Name: "high", Words: func(d *Details) *civic.Text { return &d.High }}
)

// move copies what s sets from one to another.
func (s Setting) move(to, from *Details) {
	switch {
	case s.Flag != nil:
		*s.Flag(to) = *s.Flag(from)
	case s.Whole != nil:
		*s.Whole(to) = *s.Whole(from)
	case s.Line != nil:
		*s.Line(to) = *s.Line(from)
	case s.Words != nil:
		*s.Words(to) = *s.Words(from)
	case s.List != nil:
		*s.List(to) = slices.Clone(*s.List(from))
	}
}

// put puts into q what a form set: only what its kind has. Of lists, rows that q does not have are left out,
// and lines make new ones.
func (q *Question) put(in QuestionInput, p *civic.Problems) {
	known := q.Details
	q.Details = Details{}
	for _, s := range q.kind().settings() {
		s.move(&q.Details, &in.Details)
		if s.List == nil {
			continue
		}
		rows := s.List(&q.Details)
		if !s.Ends { // a scale has the points that its settings say
			*rows = kept(*rows, *s.List(&known))
		}
		for _, o := range *rows {
			if !s.Ends && civic.IsBlank(o.Label[civic.Italian]) {
				p.Add(civic.Field(s.Row(o.Code), civic.Italian), "surveys.error.option_missing")
			}
		}
		if s.Lines != nil {
			q.addRows(s, parseLines(*s.Lines(&in)))
		}
		if len(*rows) > MaxOptions {
			p.Add(s.NewRows(), "surveys.error.options_many", civic.Args{"Max": MaxOptions})
		}
	}
}

// kept returns the rows whose codes are known, each once.
func kept(rows, known []Option) []Option {
	has := func(all []Option, code string) bool {
		return slices.ContainsFunc(all, func(o Option) bool { return o.Code == code })
	}
	var out []Option
	for _, o := range rows {
		if has(known, o.Code) && !has(out, o.Code) {
			out = append(out, o)
		}
	}
	return out
}

// addRows appends rows with fresh codes to a list.
func (q *Question) addRows(s Setting, labels []civic.Text) {
	for _, label := range labels {
		q.NextCode = max(q.NextCode, 1)
		rows := s.List(&q.Details)
		*rows = append(*rows, Option{Code: s.prefix() + strconv.Itoa(q.NextCode), Label: label})
		q.NextCode++
	}
}

// prefix is what the codes of a list's rows begin with.
func (s Setting) prefix() string {
	if s.Name == optionSetting.Name {
		return "a"
	}
	return s.Name[:1]
}

// cleanDetails bounds what is set, whatever the kind.
func (q *Question) cleanDetails(p *civic.Problems) {
	for _, s := range q.kind().settings() {
		switch {
		case s.Words != nil:
			*s.Words(&q.Details) = s.Words(&q.Details).CleanLine(p, s.Name, MaxLabel)
		case s.List != nil:
			for i, o := range *s.List(&q.Details) {
				(*s.List(&q.Details))[i].Label = o.Label.CleanLine(p, s.Row(o.Code), MaxLabel)
			}
		}
	}
	q.kind().clean(q, p)
}

// texts returns the texts that q must have, and those that it may have.
func (q Question) texts() (needed, possible []civic.Text) {
	needed, possible = []civic.Text{q.Text}, []civic.Text{q.Help}
	for _, s := range q.kind().settings() {
		switch {
		case s.Words != nil:
			possible = append(possible, *s.Words(&q.Details))
		case s.List != nil:
			rows := *s.List(&q.Details)
			for i, o := range rows {
				if s.Needs(i, len(rows)) {
					needed = append(needed, o.Label)
				} else {
					possible = append(possible, o.Label)
				}
			}
		}
	}
	return needed, possible
}
