package surveys

import (
	"slices"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// Scale asks for one of several points in a row, from 0 or 1 upwards. The ends have words, and the points
// between them may.
const Scale Kind = "scale"

// The bounds of how many points a Scale has. One that was made before it could be chosen has five.
const (
	MinPoints     = 2
	MaxPoints     = 11
	defaultPoints = 5
)

// The settings of a scale: its first and its last point.
var (
	fromSetting = Setting{Name: "from", Pair: true, Most: 1, Whole: func(d *Details) *int { return &d.Min }}
	toSetting   = Setting{Name: "to", Least: MinPoints - 1, Most: MaxPoints,
		Whole: func(d *Details) *int { return &d.Max }}
)

type scaleKind struct{ rated }

// rated is what the kinds have in common that are answered with one number of a scale.
type rated struct{ singleKind }

func (scaleKind) name() Kind { return Scale }

func (scaleKind) settings() []Setting { return []Setting{fromSetting, toSetting, pointSetting} }

// fresh gives q its points, each with the words it has already.
func (scaleKind) fresh(q *Question) {
	q.Min, q.Max = scaleEnds(*q)
	labels := q.Options
	q.Options = nil
	for n := q.Min; n <= q.Max; n++ {
		code := strconv.Itoa(n)
		q.Options = append(q.Options, Option{Code: code, Label: optionLabel(labels, code)})
	}
}

// scaleEnds returns the first and the last point of a scale.
func scaleEnds(q Question) (from, to int) {
	if q.Max == 0 {
		return 1, defaultPoints
	}
	return q.Min, q.Max
}

func (k scaleKind) clean(q *Question, p *civic.Problems) {
	points := q.Max - q.Min + 1
	switch {
	case q.Min != 0 && q.Min != 1:
		p.Add(fromSetting.Name, "surveys.error.scale_from")
		return
	case points < MinPoints || points > MaxPoints:
		p.Add(toSetting.Name, "surveys.error.scale_points",
			civic.Args{"Min": MinPoints, "Max": MaxPoints, "Least": q.Min + MinPoints - 1,
				"Most": q.Min + MaxPoints - 1})
		return
	}
	for _, end := range []int{q.Min, q.Max} { // points that the form did not have yet get their words later
		code := strconv.Itoa(end)
		sent := slices.ContainsFunc(q.Options, func(o Option) bool { return o.Code == code })
		if sent && civic.IsBlank(optionLabel(q.Options, code)[civic.Italian]) {
			p.Add(civic.Field(pointSetting.Row(code), civic.Italian), "surveys.error.end_missing")
		}
	}
	k.fresh(q)
}

func (rated) lacking(Question, *civic.Problems) {}

// Of a scale whose points all have words these are read; of one whose ends alone have them the numbers stand
// in a row between the ends.
func (scaleKind) inputs(q Question) []Input {
	last, said := len(q.Options)-1, worded(q.Options)
	if last > 0 && said <= last && worded(q.Options[1:last]) == 0 {
		return []Input{scoreInput(q, q.Options[0].Code, q.Options[last].Code)}
	}
	return []Input{{By: ByPoint, Options: labelled(q)}}
}

// worded returns how many options have words.
func worded(options []Option) int {
	n := 0
	for _, o := range options {
		if !o.Label.Empty() {
			n++
		}
	}
	return n
}

// labelled returns the options of a scale, each as it is called.
func labelled(q Question) []Option {
	options := make([]Option, 0, len(q.Options))
	for _, code := range q.Codes() {
		options = append(options, Option{code, q.label(code)})
	}
	return options
}

// scoreInput asks for one of a row of numbers, with words at its ends.
func scoreInput(q Question, low, high string) Input {
	in := Input{By: ByScore, Low: q.label(low), High: q.label(high)}
	for _, code := range q.Codes() {
		in.Options = append(in.Options, Option{Code: code, Label: civic.Text{civic.Italian: code}})
	}
	return in
}

func (rated) measure() logic.Measure { return logic.Points }

func (scaleKind) label(q Question, code, language string) string {
	said := optionLabel(q.Options, code).In(language)
	switch {
	case said == "":
		return code
	case worded(q.Options) == len(q.Options):
		return said
	default:
		return code + " – " + said
	}
}

// words has the range beside the words of each point: 5 is another answer where it is the last point.
func (scaleKind) words(q Question) []Option {
	from, to := scaleEnds(q)
	span := strconv.Itoa(from) + "–" + strconv.Itoa(to)
	return append(slices.Clone(q.Options),
		Option{Code: toSetting.Name, Label: civic.TextOf(func(string) string { return span })})
}

func (rated) fill(m *QuestionResult, c Count) {
	choice{}.fill(m, c)
	m.Mean = meanOf(c.Codes)
}

func (scaleKind) facts(m QuestionResult) []Fact {
	from, to := scaleEnds(m.Question)
	return []Fact{meanFact(m.Mean, from, to)}
}

func meanFact(mean float64, low, high int) Fact {
	return Fact{Name: "mean", Main: "Mean", Figures: map[string]Figure{
		"Mean": {Value: mean, Digits: 2}, "Low": {Value: float64(low)}, "High": {Value: float64(high)}}}
}
