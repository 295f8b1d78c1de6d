package surveys

import (
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// Answer is what was answered to one question: codes, or a text, or "other" with its text.
type Answer struct {
	Question string   `bson:"q"`
	Codes    []string `bson:"c,omitempty"` // in the order of the options
	Text     string   `bson:"t,omitempty"`
}

// Empty reports whether nothing was answered.
func (a Answer) Empty() bool { return len(a.Codes) == 0 && a.Text == "" }

// Answers are the answers of one respondent, at most one for each question.
type Answers []Answer

// To returns the answer to a question; an empty one when there is none.
func (as Answers) To(code string) Answer {
	for _, a := range as {
		if a.Question == code {
			return a
		}
	}
	return Answer{Question: code}
}

// with returns as with one answer put in or, when it is empty, taken out.
func (as Answers) with(a Answer) Answers {
	as = slices.DeleteFunc(slices.Clone(as), func(b Answer) bool { return b.Question == a.Question })
	if a.Empty() {
		return as
	}
	return append(as, a)
}

// Typed is what somebody typed to questions, by their codes, before it is checked.
type Typed map[string]TypedAnswer

// TypedAnswer is what was typed to one question.
type TypedAnswer struct {
	Values []string // the codes that were chosen, or the one text
	Other  string   // the text beside "other"
}

// text returns what was typed to a question that asks for a text.
func (t TypedAnswer) text() string {
	if len(t.Values) == 0 {
		return ""
	}
	return t.Values[0]
}

// OtherField names the text beside "other" of a question, in forms and errors.
func OtherField(code string) string { return code + "." + OtherCode }

// parseAnswer returns what was typed to q, and an Invalid error when it cannot be an answer. Nothing typed is an empty answer without
// an error. A text beside "other" counts as choosing it unless another single option was chosen.
func (q Question) parseAnswer(typed TypedAnswer) (Answer, error) {
	if q.Kind == FreeText {
		return q.parseText(typed.text())
	}
	chosen := slices.DeleteFunc(slices.Clone(typed.Values), func(c string) bool { return c == "" })
	a := Answer{Question: q.Code, Codes: chosen}
	if q.Other {
		text, err := civic.CleanLine(typed.Other, MaxOtherAnswer)
		if err != nil {
			a.Codes = slices.DeleteFunc(chosen, func(c string) bool { return !slices.Contains(q.Codes(), c) })
			a.Text = validPrefix(typed.Other)
			return a, err
		}
		a.Text = text
		if text != "" && (len(chosen) == 0 || q.Kind == Multiple) && !slices.Contains(chosen, OtherCode) {
			a.Codes = append(chosen, OtherCode)
		}
	}
	return q.normal(a)
}

func (q Question) parseText(typed string) (Answer, error) {
	text, err := civic.CleanText(typed, q.MaxLength)
	if err != nil {
		return Answer{Question: q.Code, Text: validPrefix(typed)}, err
	}
	return Answer{Question: q.Code, Text: text}, nil
}

// validPrefix bounds what is shown again of a text that was refused.
func validPrefix(s string) string {
	text, err := civic.CleanText(strings.ToValidUTF8(s, "\uFFFD"), len(s))
	if err != nil {
		return ""
	}
	r := []rune(text)
	return string(r[:min(len(r), 2*MaxTextAnswer)])
}

// normal returns a with its codes each once and in the order of the options, and its text only where there is room for one; or
// an Invalid error when a is no answer to q.
func (q Question) normal(a Answer) (Answer, error) {
	codes := q.Codes()
	for _, c := range a.Codes {
		if !slices.Contains(codes, c) {
			return Answer{Question: q.Code}, civic.NewError(civic.Invalid, "surveys.error.option")
		}
	}
	chosen := slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return !slices.Contains(a.Codes, c) })
	a.Question, a.Codes = q.Code, chosen
	other := slices.Contains(chosen, OtherCode)
	if q.Kind != FreeText && !other {
		a.Text = ""
	}
	switch n := len(chosen); {
	case q.Kind == FreeText:
		return q.parseText(a.Text)
	case n > 1 && q.Kind != Multiple:
		return a, civic.NewError(civic.Invalid, "surveys.error.one_only")
	case other && a.Text == "":
		return a, civic.NewError(civic.Invalid, "surveys.error.other_text")
	case n > 0 && n < q.Min:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.at_least", civic.Args{"Min": q.Min})
	case q.Max > 0 && n > q.Max:
		return a, civic.NewErrorArgs(civic.Invalid, "surveys.error.at_most", civic.Args{"Max": q.Max})
	}
	return a, nil
}

// logicAnswers returns the answers as the logic reads them.
func (as Answers) logicAnswers() logic.Answers {
	m := make(logic.Answers, len(as))
	for _, a := range as {
		switch {
		case len(a.Codes) > 0:
			m[a.Question] = a.Codes
		case a.Text != "":
			m[a.Question] = []string{a.Text}
		}
	}
	return m
}

// shown returns the codes of the questions that a respondent with these answers sees.
func (c Content) shown(as Answers) map[string]bool {
	qs := c.logicQuestions()
	shown := make(map[string]bool, len(qs))
	for i, visible := range logic.Visible(qs, as.logicAnswers()) {
		shown[qs[i].Code] = visible
	}
	return shown
}

// final returns the answers that count: those to questions that are shown, normal and in the order of the questions. It
// returns an Invalid error that names, by code, every shown question without a required or with an impossible answer.
func (c Content) final(as Answers) (Answers, error) {
	var p civic.Problems
	var kept Answers
	shown := c.shown(as)
	for _, q := range c.Questions() {
		if !shown[q.Code] {
			continue
		}
		a, err := q.normal(as.To(q.Code))
		p.Check(q.Code, err)
		switch {
		case a.Empty() && q.Required:
			p.Add(q.Code, "surveys.error.required")
		case !a.Empty():
			kept = append(kept, a)
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return nil, civic.NewError(civic.Invalid, "surveys.error.nothing_answered")
	}
	return kept, nil
}
