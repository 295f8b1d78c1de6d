package surveys

import (
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// Single asks for one of several options.
const Single Kind = "single"

type singleKind struct{ choice }

func (singleKind) name() Kind { return Single }

func (singleKind) settings() []Setting { return []Setting{optionSetting, otherSetting} }

func (singleKind) inputs(q Question) []Input { return []Input{{By: ByOne, Options: q.offered()}} }

func (singleKind) parse(q Question, typed TypedAnswer) (Answer, error) {
	return q.parseChoice(typed, func(chosen []string) bool { return len(chosen) == 0 })
}

func (singleKind) normal(q Question, a Answer) (Answer, error) {
	a, err := q.chosen(a)
	if err == nil && len(a.Codes) > 1 {
		return a, civic.NewError(civic.Invalid, "surveys.error.one_only")
	}
	return a, err
}

// choice is what the kinds have in common that are answered with codes of options.
type choice struct{ uncoded }

// offered returns the options with "other" as the last.
func (q Question) offered() []Option {
	if !q.Other {
		return q.Options
	}
	return append(slices.Clone(q.Options), Option{Code: OtherCode})
}

func optionCodes(options []Option) []string {
	codes := make([]string, len(options))
	for i, o := range options {
		codes[i] = o.Code
	}
	return codes
}

func optionLabel(options []Option, code string) civic.Text {
	if i := slices.IndexFunc(options, func(o Option) bool { return o.Code == code }); i >= 0 {
		return options[i].Label
	}
	return civic.Text{}
}

func (choice) lacking(q Question, p *civic.Problems) {
	if len(q.offered()) < 2 {
		p.Add(q.Code, "surveys.error.options_few", q.named())
	}
}

// parseChoice reads chosen codes and the text beside "other", which counts as choosing that where implies
// says so.
func (q Question) parseChoice(typed TypedAnswer, implies func(chosen []string) bool) (Answer, error) {
	chosen := slices.DeleteFunc(slices.Clone(typed[""]), func(c string) bool { return c == "" })
	a := Answer{Question: q.Code, Codes: chosen}
	if q.Other {
		text, err := civic.CleanLine(typed.one(OtherCode), MaxOtherAnswer)
		if err != nil {
			a.Codes = slices.DeleteFunc(chosen, func(c string) bool { return !slices.Contains(q.Codes(), c) })
			a.Text = validPrefix(typed.one(OtherCode))
			return a, err
		}
		a.Text = text
		if text != "" && implies(chosen) && !slices.Contains(chosen, OtherCode) {
			a.Codes = append(chosen, OtherCode)
		}
	}
	return q.normal(a)
}

func (choice) typed(a Answer, _ string) TypedAnswer {
	t := TypedAnswer{"": a.Codes}
	if a.Text != "" {
		t[OtherCode] = []string{a.Text}
	}
	return t
}

// chosen returns a with its codes each once and in the order of the options, and its text only beside
// "other"; or an Invalid error when it has other codes, or "other" without a text.
func (q Question) chosen(a Answer) (Answer, error) {
	codes := q.Codes()
	for _, c := range a.Codes {
		if !slices.Contains(codes, c) {
			return Answer{Question: q.Code}, civic.NewError(civic.Invalid, "surveys.error.option")
		}
	}
	chosen := slices.DeleteFunc(slices.Clone(codes),
		func(c string) bool { return !slices.Contains(a.Codes, c) })
	other := slices.Contains(chosen, OtherCode)
	text := a.Text
	if !other {
		text = ""
	}
	a = Answer{Question: q.Code, Codes: chosen, Text: text}
	if other && text == "" {
		return a, civic.NewError(civic.Invalid, "surveys.error.other_text")
	}
	return a, nil
}

func (choice) codes(q Question) []string { return optionCodes(q.offered()) }

func (choice) label(q Question, code, language string) string {
	return optionLabel(q.Options, code).In(language)
}

func (choice) words(q Question) []Option { return q.offered() }

func (choice) inWords(q Question, a Answer, language, other string) []string {
	var words []string
	for _, code := range a.Codes {
		if code == OtherCode {
			words = append(words, other)
		} else {
			words = append(words, q.Label(code, language))
		}
	}
	return words
}

func (choice) tally(a Answer, c *Count) {
	for _, code := range a.Codes {
		c.Codes[code]++
	}
}

func (choice) merge(m *QuestionResult, q Question) { m.addOptions(q) }

func (choice) fill(m *QuestionResult, c Count) {
	for i := range m.Options {
		o := &m.Options[i]
		o.N = c.Codes[o.Code]
		o.Percent = percent(o.N, m.Answered)
	}
}

// The parts of the names of columns beside that of a code.
const (
	labelSuffix = "_label"
	otherSuffix = "_" + OtherCode
)

func (choice) columns(q Question) []Column {
	columns := []Column{{State: true}, {Suffix: labelSuffix}}
	if q.Other {
		columns = append(columns, Column{Suffix: otherSuffix})
	}
	return columns
}

func (choice) fillCells(q Question, a Answer, language, other string, cells map[string]string) {
	cells[""], cells[otherSuffix] = strings.Join(a.Codes, " "), a.Text
	cells[labelSuffix] = strings.Join(q.InWords(a, language, other), "; ")
}
