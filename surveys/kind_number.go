package surveys

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// Number asks for a number, of a unit and between bounds.
const Number Kind = "number"

// The bounds of numbers.
const (
	MaxDecimals = 4
	MaxNumber   = 999_999_999_999
)

type numberKind struct{ uncoded }

func (numberKind) name() Kind { return Number }

func (numberKind) settings() []Setting {
	return []Setting{
		{Name: "unit", Words: func(d *Details) *civic.Text { return &d.Unit }},
		{Name: "least", Pair: true, Line: func(d *Details) *string { return &d.Least }},
		{Name: "most", Line: func(d *Details) *string { return &d.Most }},
		{Name: "decimals", Most: MaxDecimals, Whole: func(d *Details) *int { return &d.Decimals }},
	}
}

func (numberKind) clean(q *Question, p *civic.Problems) {
	if q.Decimals < 0 || q.Decimals > MaxDecimals {
		p.Add("decimals", "surveys.error.decimals", civic.Args{"Max": MaxDecimals})
		return
	}
	for field, bound := range map[string]*string{"least": &q.Least, "most": &q.Most} {
		n, err := parseNumber(*bound, q.Decimals)
		p.Check(field, err)
		if err == nil && n != nil {
			*bound = plainNumber(*n)
		}
	}
	least, most := bounds(*q)
	if p.Err() == nil && least > most {
		p.Add("most", "surveys.error.bounds")
	}
}

// bounds returns the least and the greatest number that q allows.
func bounds(q Question) (least, most float64) {
	least, most = -MaxNumber, MaxNumber
	if n, err := strconv.ParseFloat(q.Least, 64); err == nil {
		least = n
	}
	if n, err := strconv.ParseFloat(q.Most, 64); err == nil {
		most = n
	}
	return least, most
}

func (numberKind) inputs(q Question) []Input {
	least, _ := bounds(q)
	return []Input{{By: ByNumber, Unit: q.Unit, Whole: q.Decimals == 0, Signed: least < 0, Least: q.Least,
		Most: q.Most}}
}

func (numberKind) hint(q Question) *civic.Message {
	least, most := bounds(q)
	args := civic.Args{"Least": civic.Decimal(least), "Most": civic.Decimal(most)}
	switch {
	case q.Least != "" && q.Most != "":
		return &civic.Message{Key: "surveys.number.between", Args: args}
	case q.Least != "":
		return &civic.Message{Key: "surveys.number.least", Args: args}
	case q.Most != "":
		return &civic.Message{Key: "surveys.number.most", Args: args}
	default:
		return nil
	}
}

func (numberKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	n, err := parseNumber(typed.one(""), q.Decimals)
	if err != nil {
		return Answer{Question: q.Code}, err
	}
	return q.normal(Answer{Number: n})
}

func (numberKind) typed(a Answer, language string) TypedAnswer {
	if a.Number == nil {
		return nil
	}
	return TypedAnswer{"": {localNumber(*a.Number, language)}}
}

func (numberKind) normal(q Question, a Answer) (Answer, error) {
	a = Answer{Question: q.Code, Number: a.Number}
	if a.Number == nil {
		return a, nil
	}
	least, most := bounds(q)
	switch n := *a.Number; {
	case math.IsNaN(n) || math.Abs(n) > MaxNumber:
		return a, civic.NewError(civic.Invalid, "surveys.error.number")
	case digitsAfterPoint(plainNumber(n)) > q.Decimals:
		return a, tooExact(q.Decimals)
	case n < least:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.number_least",
			civic.Args{"Least": civic.Decimal(least)})
	case n > most:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.number_most",
			civic.Args{"Most": civic.Decimal(most)})
	}
	return a, nil
}

func (numberKind) measure() logic.Measure { return logic.Numbers }

func (numberKind) values(a Answer) []string {
	if a.Number == nil {
		return nil
	}
	return []string{plainNumber(*a.Number)}
}

func (numberKind) words(q Question) []Option { return []Option{{Code: "unit", Label: q.Unit}} }

func (numberKind) inWords(q Question, a Answer, language, _ string) []string {
	if a.Number == nil {
		return nil
	}
	said := localNumber(*a.Number, language)
	if unit := q.Unit.In(language); unit != "" {
		said += " " + unit
	}
	return []string{said}
}

func (numberKind) fillCells(_ Question, a Answer, language, _ string, cells map[string]string) {
	if a.Number != nil {
		cells[""] = localNumber(*a.Number, language)
	}
}

func (numberKind) tally(a Answer, c *Count) {
	if a.Number != nil {
		c.Sum += *a.Number
		c.addNumber(NumberCount{*a.Number, 1})
	}
}

// maxNumbers bounds the distinct numbers of a Count. From there on the distribution is kept in three
// significant digits; the ends and the sum, and with it the mean, stay exact.
const maxNumbers = 2000

// addNumber adds to the distribution.
func (c *Count) addNumber(v NumberCount) {
	i, found := slices.BinarySearchFunc(c.Numbers, v.Value,
		func(e NumberCount, x float64) int { return cmp.Compare(e.Value, x) })
	if found {
		c.Numbers[i].N += v.N
		return
	}
	c.Numbers = slices.Insert(c.Numbers, i, v)
	if len(c.Numbers) > maxNumbers {
		c.coarsen()
	}
}

func (c *Count) coarsen() {
	var coarse []NumberCount
	least, most := c.Numbers[0].Value, c.Numbers[len(c.Numbers)-1].Value
	for _, v := range c.Numbers {
		if v.Value > least && v.Value < most {
			// it is a number already
			v.Value, _ = strconv.ParseFloat(strconv.FormatFloat(v.Value, 'g', 3, 64), 64)
			v.Value = min(max(v.Value, least), most)
		}
		if last := len(coarse) - 1; last >= 0 && coarse[last].Value == v.Value {
			coarse[last].N += v.N
			continue
		}
		coarse = append(coarse, v)
	}
	c.Numbers = coarse
}

func (numberKind) fill(m *QuestionResult, c Count) {
	if len(c.Numbers) == 0 || m.Answered == 0 {
		return
	}
	digits := m.Question.Decimals
	m.Mean = c.Sum / float64(m.Answered)
	middle := median(c.Numbers)
	m.Median = &Figure{Value: middle, Digits: min(max(digits, digitsAfterPoint(plainNumber(middle))),
		MaxDecimals)}
	m.Extremes = &Extremes{
		Least: Figure{Value: c.Numbers[0].Value,
			Digits: digits}, Most: Figure{Value: c.Numbers[len(c.Numbers)-1].Value, Digits: digits}}
	_, most := bounds(m.Question)
	m.Options = classes(c.Numbers, digits, most)
	for i := range m.Options {
		m.Options[i].Percent = percent(m.Options[i].N, m.Answered)
	}
}

func (numberKind) facts(m QuestionResult) []Fact {
	mean := Figure{Value: m.Mean, Digits: 2}
	return append([]Fact{{Name: "average", Main: "Mean", Figures: map[string]Figure{"Mean": mean}}},
		middleFacts(m)...)
}

// middleFacts returns the median and the extremes, as far as they are there.
func middleFacts(m QuestionResult) []Fact {
	var facts []Fact
	add := func(name, main string, f Figure) {
		facts = append(facts, Fact{Name: name, Main: main, Figures: map[string]Figure{main: f}})
	}
	switch {
	case m.Median == nil:
	case m.Median.Label != nil:
		add("median_class", "Median", *m.Median)
	default:
		add("median", "Median", *m.Median)
	}
	if m.Extremes != nil {
		add("least", "Least", m.Extremes.Least)
		add("most", "Most", m.Extremes.Most)
	}
	return facts
}
