package surveys

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// Answer is what was answered to one question, as its kind says: codes, a text, "other" with its text, a
// number, a day, files, or several parts.
type Answer struct {
	Question string `bson:"q"` // of a part: its code in the question
	// in the order of the options; of a ranking, what comes first first
	Codes  []string          `bson:"c,omitempty"`
	Text   string            `bson:"t,omitempty"`
	Number *float64          `bson:"n,omitempty"`
	Day    string            `bson:"d,omitempty"` // YYYY-MM-DD
	Parts  []Answer          `bson:"p,omitempty"` // in the order of the question's rows
	Files  []blob.Attachment `bson:"f,omitempty"`
}

// Empty reports whether nothing was answered.
func (a Answer) Empty() bool {
	return len(a.Codes) == 0 && a.Text == "" && a.Number == nil && a.Day == "" && len(a.Parts) == 0 &&
		len(a.Files) == 0
}

// part returns the answer to a part; an empty one when there is none.
func (a Answer) part(code string) Answer { return Answers(a.Parts).To(code) }

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

// TypedAnswer is what was typed to one question: the values of its fields, by what their names have after the
// question's code and a point; "" for the question's own.
type TypedAnswer map[string][]string

// one returns the single value of a field, empty when there is none.
func (t TypedAnswer) one(part string) string {
	if len(t[part]) == 0 {
		return ""
	}
	return t[part][0]
}

// Parse returns what was typed to q, and an Invalid error when it cannot be an answer. Nothing typed is an
// empty answer without an error.
func (q Question) Parse(typed TypedAnswer) (Answer, error) { return q.kind().parse(q, typed) }

// ParseIn is Parse for what was typed in a language, which decides what the marks in a number mean.
func (q Question) ParseIn(language string, typed TypedAnswer) (Answer, error) {
	typed = maps.Clone(typed)
	for _, in := range q.Inputs() {
		if in.By == ByNumber && len(typed[in.Part]) > 0 {
			typed[in.Part] = []string{NumberTyped(typed.one(in.Part), language)}
		}
	}
	return q.Parse(typed)
}

// Typed returns an answer to q as it would be typed in a language.
func (q Question) Typed(a Answer, language string) TypedAnswer { return q.kind().typed(a, language) }

// normal returns a as it counts, or an Invalid error when it is no answer to q.
func (q Question) normal(a Answer) (Answer, error) { return q.kind().normal(q, a) }

// validPrefix bounds what is shown again of a text that was refused.
func validPrefix(s string) string {
	text, err := civic.CleanText(strings.ToValidUTF8(s, "\uFFFD"), len(s))
	if err != nil {
		return ""
	}
	r := []rune(text)
	return string(r[:min(len(r), 2*MaxTextAnswer)])
}

// logicAnswers returns the answers as the logic reads them.
func (c Content) logicAnswers(as Answers) logic.Answers {
	m := make(logic.Answers, len(as))
	for _, a := range as {
		if q, ok := c.Question(a.Question); ok && !a.Empty() {
			m[a.Question] = q.kind().values(a)
		}
	}
	return m
}

// noteFaults notes what is wrong with an answer, or with parts of it.
func noteFaults(p *civic.Problems, question string, err error) {
	var e *civic.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		p.Check(question, err)
		return
	}
	for _, f := range e.Fields {
		p.Add(civic.Field(question, f.Field), f.Message.Key, f.Message.Args)
	}
}

// shown returns the codes of the questions that a respondent with these answers sees.
func (c Content) shown(as Answers) map[string]bool {
	qs := c.conditions()
	shown := make(map[string]bool, len(qs))
	for i, visible := range logic.Visible(qs, c.logicAnswers(as)) {
		shown[qs[i].Code] = visible
	}
	return shown
}

// asked is what a version asks, looked up once for all the responses to it.
type asked struct {
	questions  []Question
	kinds      []kind
	conditions []logic.Question
	at         map[string]int // where a question is among them, by its code
}

func (c Content) asked() asked {
	a := asked{questions: c.Questions(), conditions: c.conditions(), at: map[string]int{}}
	for i, q := range a.questions {
		a.kinds = append(a.kinds, q.kind())
		a.at[q.Code] = i
	}
	return a
}

// shown tells of each question whether a respondent with these answers sees it.
func (v asked) shown(as Answers) []bool {
	m := make(logic.Answers, len(as))
	for _, a := range as {
		if i, known := v.at[a.Question]; known && !a.Empty() {
			m[a.Question] = v.kinds[i].values(a)
		}
	}
	return logic.Visible(v.conditions, m)
}

// final returns the answers that count: those to questions that are shown, normal and in the order of the
// questions. It returns an Invalid error that names, by code, every shown question without a required or with
// an impossible answer.
func (c Content) final(as Answers) (Answers, error) {
	var p civic.Problems
	var kept Answers
	shown := c.shown(as)
	for _, q := range c.Questions() {
		if !shown[q.Code] {
			continue
		}
		a, err := q.normal(as.To(q.Code))
		noteFaults(&p, q.Code, err)
		switch {
		case err == nil && a.Empty() && q.Required:
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
