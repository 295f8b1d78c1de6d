package surveys

import (
	"strconv"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// Scale asks for one of five labelled points.
const Scale Kind = "scale"

// ScalePoints is how many points a Scale has.
const ScalePoints = 5

type scaleKind struct{ rated }

// rated is what the kinds have in common that are answered with one digit.
type rated struct{ singleKind }

func (scaleKind) name() Kind { return Scale }

func (scaleKind) settings() []Setting { return []Setting{pointSetting} }

func (scaleKind) fresh(q *Question) {
	for n := range ScalePoints {
		q.Options = append(q.Options, Option{Code: strconv.Itoa(n + 1)})
	}
}

func (scaleKind) clean(q *Question, p *civic.Problems) {
	if len(q.Options) != ScalePoints {
		p.Add(pointSetting.Name, "surveys.error.scale_points")
	}
}

func (rated) lacking(Question, *civic.Problems) {}

func (scaleKind) inputs(q Question) []Input { return []Input{{By: ByPoint, Options: labelled(q)}} }

// labelled returns the options of a scale; a point without a label is called by its digit.
func labelled(q Question) []Option {
	options := make([]Option, 0, len(q.Options))
	for _, code := range q.Codes() {
		options = append(options, Option{code, q.label(code)})
	}
	return options
}

func (rated) measure() logic.Measure { return logic.Points }

func (scaleKind) label(q Question, code, language string) string {
	if t := optionLabel(q.Options, code); !t.Empty() {
		return t.In(language)
	}
	return code
}

func (rated) fill(m *QuestionResult, c Count) {
	choice{}.fill(m, c)
	m.Mean = meanOf(c.Codes)
}

func (scaleKind) facts(m QuestionResult) []Fact { return []Fact{meanFact(m.Mean, 1, ScalePoints)} }

func meanFact(mean float64, low, high int) Fact {
	return Fact{Name: "mean", Main: "Mean", Figures: map[string]Figure{
		"Mean": {Value: mean, Digits: 2}, "Low": {Value: float64(low)}, "High": {Value: float64(high)}}}
}
