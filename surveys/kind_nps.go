package surveys

import (
	"strconv"
)

// NPS asks how likely somebody is to recommend something, from 0 to 10.
const NPS Kind = "nps"

// npsTop is the highest point of a NPS.
const npsTop = 10

type npsKind struct{ rated }

func (npsKind) name() Kind { return NPS }

func (npsKind) settings() []Setting { return []Setting{lowSetting, highSetting} }

func (npsKind) inputs(q Question) []Input {
	in := scoreInput(q, "0", strconv.Itoa(npsTop))
	if q.Low.Empty() && q.High.Empty() {
		in.Low, in.High = nil, nil
	}
	return []Input{in}
}

func (npsKind) codes(Question) []string {
	var codes []string
	for n := range npsTop + 1 {
		codes = append(codes, strconv.Itoa(n))
	}
	return codes
}

func (npsKind) label(q Question, code, language string) string {
	switch {
	case code == "0" && !q.Low.Empty():
		return "0 – " + q.Low.In(language)
	case code == "10" && !q.High.Empty():
		return "10 – " + q.High.In(language)
	}
	return code
}

func (npsKind) words(q Question) []Option {
	words := make([]Option, npsTop+1)
	for n := range words {
		words[n].Code = strconv.Itoa(n)
	}
	words[0].Label, words[npsTop].Label = q.Low, q.High
	return words
}

func (npsKind) fill(m *QuestionResult, c Count) {
	rated{}.fill(m, c)
	m.Promoters = recommendation(c.Codes)
}

func (npsKind) facts(m QuestionResult) []Fact {
	r := m.Promoters
	if m.ScoreHidden {
		return []Fact{meanFact(m.Mean, 0, npsTop)}
	}
	return []Fact{meanFact(m.Mean, 0, npsTop), {Name: "nps", Main: "Score", Figures: map[string]Figure{
		"Score": {Value: r.Score, Digits: 1}, "Promoters": {Value: r.Promoters, Digits: 1, Share: true},
		"Detractors": {Value: r.Detractors, Digits: 1, Share: true}}}}
}
