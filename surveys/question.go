package surveys

import (
	"slices"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// OtherCode is the code of the option "other", which comes with a text.
const OtherCode = "other"

// The bounds of questions and answers, lengths in characters.
const (
	MaxOptions       = 60
	MaxQuestions     = 120
	MaxPages         = 40
	MaxLabel         = 300
	MaxHelp          = 1000
	MaxIntroduction  = 8000
	MaxTextAnswer    = 4000
	DefaultMaxLength = 1000
	MaxOtherAnswer   = 200
)

// Option is one thing to choose. Its code never changes and is never used again, so that answers keep their
// meaning.
type Option struct {
	Code  string     `bson:"code"`
	Label civic.Text `bson:"label"`
}

// Question is one question. Its code and kind never change, and a code is never used again in the same
// questionnaire: that is what makes answers to different versions comparable.
type Question struct {
	Code     string     `bson:"code"`
	Kind     Kind       `bson:"kind"`
	Text     civic.Text `bson:"text"`
	Help     civic.Text `bson:"help,omitempty"`
	Required bool       `bson:"required,omitempty"`
	NextCode int        `bson:"next,omitempty"` // the number of the next option's code
	Details  `bson:",inline"`
	Show     *logic.Cond `bson:"show,omitempty"` // when it is shown; nil: always
	Form     string      `bson:"form,omitempty"` // digest of the form that added it
}

// Section is one page of a questionnaire.
type Section struct {
	Title     civic.Text `bson:"title,omitempty"`
	Questions []Question `bson:"questions"`
}

// Content is what a questionnaire asks. Staff edit one; a published version is one that no longer changes.
type Content struct {
	Title        civic.Text `bson:"title"`
	Introduction civic.Text `bson:"introduction,omitempty"`
	Languages    []string   `bson:"languages"`
	Pages        []Section  `bson:"pages"`
	NextCode     int        `bson:"next"` // the number of the next question's code
}

// Codes returns what answers to q can say in conditions, segments and tables, in order; nil where they are
// not counted by codes.
func (q Question) Codes() []string { return q.kind().codes(q) }

// Coded reports whether q is answered with codes, which can be counted.
func (q Question) Coded() bool { return q.kind().codes(q) != nil }

// Measure says what answers to q are compared by in conditions.
func (q Question) Measure() logic.Measure { return q.kind().measure() }

// Label returns what code means in a language: the option's label, the digit of a scale without one. The
// label of "other" is the interface's and comes back empty.
func (q Question) Label(code, language string) string { return q.kind().label(q, code, language) }

// Hint returns a sentence on how to answer, nil when there is nothing to say.
func (q Question) Hint() *civic.Message { return q.kind().hint(q) }

// InWords returns an answer to q as it is read in a language; other is what the interface calls the option
// "other".
func (q Question) InWords(a Answer, language, other string) []string {
	return q.kind().inWords(q, a, language, other)
}

// OwnWords reports whether answers to q can hold a text.
func (q Question) OwnWords() bool { return q.Other || q.asks(ByText) || q.asks(ByLine) }

// ReadOneByOne reports whether answers to q hold what is read one by one and never public: texts, files.
func (q Question) ReadOneByOne() bool { return q.OwnWords() || q.asks(ByFiles) }

func (q Question) asks(by Way) bool {
	return slices.ContainsFunc(q.Inputs(), func(in Input) bool { return in.By == by })
}

// Questions returns all questions in order.
func (c Content) Questions() []Question {
	var qs []Question
	for _, p := range c.Pages {
		qs = append(qs, p.Questions...)
	}
	return qs
}

// Question returns the question with a code.
func (c Content) Question(code string) (Question, bool) {
	page, i, ok := c.locate(code)
	if !ok {
		return Question{}, false
	}
	return c.Pages[page].Questions[i], true
}

// Page returns the number of the page a question is on, counted from 1; 0 when there is no such question.
func (c Content) Page(code string) int {
	page, _, ok := c.locate(code)
	if !ok {
		return 0
	}
	return page + 1
}

func (c Content) locate(code string) (page, i int, ok bool) {
	for page, p := range c.Pages {
		for i, q := range p.Questions {
			if q.Code == code {
				return page, i, true
			}
		}
	}
	return 0, 0, false
}

// Speaks reports whether the questionnaire has texts in a language.
func (c Content) Speaks(language string) bool { return slices.Contains(c.Languages, language) }

// clone returns a copy that shares nothing that editing changes.
func (c Content) clone() Content {
	c.Languages = slices.Clone(c.Languages)
	c.Pages = slices.Clone(c.Pages)
	for i := range c.Pages {
		c.Pages[i].Questions = slices.Clone(c.Pages[i].Questions)
		for j := range c.Pages[i].Questions {
			q := &c.Pages[i].Questions[j]
			for _, s := range q.kind().settings() {
				s.move(&q.Details, &q.Details)
			}
		}
	}
	return c
}

// logicQuestions returns what the logic needs to know to check conditions, in order.
func (c Content) logicQuestions() []logic.Question {
	all := c.conditions()
	for i, q := range c.Questions() {
		all[i].Codes, all[i].Measure = q.Codes(), q.Measure()
	}
	return all
}

// conditions returns what the logic needs to know to tell which questions are shown, in order.
func (c Content) conditions() []logic.Question {
	var all []logic.Question
	for page, p := range c.Pages {
		all = slices.Grow(all, len(p.Questions))
		for _, q := range p.Questions {
			all = append(all, logic.Question{Code: q.Code, Page: page, Show: q.Show})
		}
	}
	return all
}
