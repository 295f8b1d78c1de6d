package surveys

import (
	"math"
	"slices"
	"strconv"

	"ascolto/internal/civic"
)

// Sum asks to distribute a total over rows: a budget over its items, a hundred points over wishes.
const Sum Kind = "sum"

// MaxTotal bounds what a Sum distributes.
const MaxTotal = 1_000_000

type sumKind struct{ uncoded }

func (sumKind) name() Kind { return Sum }

func (sumKind) settings() []Setting {
	return []Setting{rowSetting,
		{Name: "total", Least: 1, Most: MaxTotal, Whole: func(d *Details) *int { return &d.Total }},
		{Name: "unit", Words: func(d *Details) *civic.Text { return &d.Unit }}}
}

// fresh has a hundred points distributed until somebody says otherwise.
func (sumKind) fresh(q *Question) {
	if q.Total == 0 {
		q.Total = 100
	}
}

func (sumKind) clean(q *Question, p *civic.Problems) {
	if q.Total < 1 || q.Total > MaxTotal {
		p.Add("total", "surveys.error.total", civic.Args{"Max": MaxTotal})
	}
	if len(q.Rows) > MaxRows {
		p.Add(rowSetting.NewRows(), "surveys.error.rows_many", civic.Args{"Max": MaxRows})
	}
}

func (sumKind) lacking(q Question, p *civic.Problems) {
	if len(q.Rows) < 2 {
		p.Add(q.Code, "surveys.error.sum_rows", q.named())
	}
}

func (sumKind) inputs(q Question) []Input {
	inputs := make([]Input, len(q.Rows))
	for i, row := range q.Rows {
		inputs[i] = Input{Part: row.Code, Label: row.Label, By: ByNumber, Unit: q.Unit, Whole: true, Empty: true}
	}
	return inputs
}

func (sumKind) aid(q Question) Aid { return Aid{Name: "sum", Value: strconv.Itoa(q.Total)} }

func (sumKind) hint(q Question) *civic.Message {
	return &civic.Message{Key: "surveys.choose.sum", Args: civic.Args{"Total": q.Total}}
}

// parse reads a whole number for each row; a row left empty gets nothing.
func (k sumKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	var p civic.Problems
	a := Answer{Question: q.Code}
	for _, row := range q.Rows {
		n, err := parseNumber(typed.one(row.Code), 0)
		p.Check(row.Code, err)
		if err == nil && n != nil {
			a.Parts = append(a.Parts, Answer{Question: row.Code, Number: n})
		}
	}
	if err := p.Err(); err != nil {
		return a, err
	}
	return k.normal(q, a)
}

func (sumKind) typed(a Answer, language string) TypedAnswer {
	typed := TypedAnswer{}
	for _, part := range a.Parts {
		typed[part.Question] = numberKind{}.typed(part, language)[""]
	}
	return typed
}

// normal keeps the numbers of the rows that q has, in their order; together they must be the total.
func (sumKind) normal(q Question, a Answer) (Answer, error) {
	var p civic.Problems
	kept, sum := Answer{Question: q.Code}, 0
	for _, row := range q.Rows {
		n := a.part(row.Code).Number
		switch {
		case n == nil:
			continue
		case *n != math.Trunc(*n):
			p.Add(row.Code, "surveys.error.number_whole")
		case *n < 0 || *n > float64(q.Total):
			p.Add(row.Code, "surveys.error.sum_part", civic.Args{"Total": q.Total})
		default:
			sum += int(*n)
		}
		kept.Parts = append(kept.Parts, Answer{Question: row.Code, Number: n})
	}
	if err := p.Err(); err != nil || len(kept.Parts) == 0 {
		return kept, err
	}
	args := civic.Args{"Total": q.Total, "Sum": sum, "Left": q.Total - sum, "Over": sum - q.Total}
	switch {
	case sum < q.Total:
		return kept, civic.NewErrorArgs(civic.Invalid, "surveys.error.sum_less", args)
	case sum > q.Total:
		return kept, civic.NewErrorArgs(civic.Invalid, "surveys.error.sum_more", args)
	}
	return kept, nil
}

// values says which rows got something.
func (sumKind) values(a Answer) []string {
	values := []string{}
	for _, part := range a.Parts {
		if part.Number != nil && *part.Number > 0 {
			values = append(values, part.Question)
		}
	}
	return values
}

// words has the total beside the rows: 50 is another answer where it is half.
func (sumKind) words(q Question) []Option {
	total := strconv.Itoa(q.Total)
	return append(slices.Clone(q.Rows), Option{Code: "unit", Label: q.Unit},
		Option{Code: "total", Label: civic.TextOf(func(string) string { return total })})
}

func (sumKind) inWords(q Question, a Answer, language, other string) []string {
	var words []string
	for _, row := range q.Rows {
		for _, said := range (numberKind{}).inWords(q, a.part(row.Code), language, other) {
			words = append(words, row.Label.In(language)+": "+said)
		}
	}
	return words
}

// givers counts, of each row, who gave it something.
const givers = "givers"

// tally adds up what each row got, and counts who gave it something.
func (k sumKind) tally(a Answer, c *Count) {
	for _, part := range a.Parts {
		if part.Number != nil {
			c.Codes[part.Question] += int(*part.Number)
		}
	}
	for _, row := range k.values(a) {
		c.addToRow(row, givers, 1)
	}
}

func (sumKind) merge(m *QuestionResult, q Question) {
	newest := len(m.Options) == 0
	for _, row := range q.Rows {
		if !slices.ContainsFunc(m.Options, func(o OptionResult) bool { return o.Code == row.Code }) {
			m.Options = append(m.Options, OptionResult{Code: row.Code, Label: row.Label, Removed: !newest})
		}
	}
}

// fill puts in what each row got of all together, and as a share of all that was distributed.
func (sumKind) fill(m *QuestionResult, c Count) {
	all := 0
	for _, n := range c.Codes {
		all += n
	}
	for i := range m.Options {
		o := &m.Options[i]
		o.N = c.Codes[o.Code]
		o.Percent = percent(o.N, all)
		o.Givers = c.Rows[o.Code][givers]
	}
}

// public hides the rows to which few gave something. What the hidden ones got together follows from the total
// of all answers: there are two of them at least, and many gave to one. How many gave is not public.
func (sumKind) public(m *QuestionResult) {
	m.Options = slices.Clone(m.Options)
	hidden, most := 0, 0
	hide := func(i int) {
		hidden, most = hidden+1, max(most, m.Options[i].Givers)
		m.Options[i] = m.Options[i].hidden()
	}
	if slices.ContainsFunc(m.Options, func(o OptionResult) bool { return o.Hidden }) {
		return // they were held to this rule before
	}
	for i, o := range m.Options {
		if few(o.Givers) {
			hide(i)
		}
	}
	for hidden > 0 && (hidden < 2 || most < PublicThreshold) {
		least := -1
		for i, o := range m.Options {
			if o.Givers > 0 && (least < 0 || o.Givers < m.Options[least].Givers) {
				least = i
			}
		}
		if least < 0 { // nobody gave to those that are left: the hidden ones got everything
			m.Options, m.Withheld = nil, true
			return
		}
		hide(least)
	}
	for i := range m.Options {
		m.Options[i].Givers = 0
	}
}

// facts returns what each answer distributed, unless that was not the same in all versions.
func (sumKind) facts(m QuestionResult) []Fact {
	if m.Changed {
		return nil
	}
	return []Fact{{Name: "distributed", Main: "Total", Figures: map[string]Figure{
		"Total": {Value: float64(m.Question.Total)}}}}
}

func (sumKind) columns(q Question) []Column {
	columns := make([]Column, len(q.Rows))
	for i, row := range q.Rows {
		columns[i] = Column{Suffix: "_" + row.Code, State: true}
	}
	return columns
}

func (sumKind) fillCells(q Question, a Answer, language, _ string, cells map[string]string) {
	for _, row := range q.Rows {
		cells["_"+row.Code] = "0"
		if n := a.part(row.Code).Number; n != nil {
			cells["_"+row.Code] = localNumber(*n, language)
		}
	}
}
