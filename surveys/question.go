package surveys

import (
	"slices"
	"strconv"

	"ascolto/surveys/logic"
)

// Kind is the kind of a question.
type Kind string

// The kinds.
const (
	Single   Kind = "single"   // one of several options
	Multiple Kind = "multiple" // several of several options
	Scale    Kind = "scale"    // one of five labelled points
	NPS      Kind = "nps"      // how likely to recommend, 0 to 10
	FreeText Kind = "text"     // own words
)

// Kinds lists the kinds in the order the interface shows them.
func Kinds() []Kind { return []Kind{Single, Multiple, Scale, NPS, FreeText} }

// OtherCode is the code of the option "other", which comes with a text.
const OtherCode = "other"

// The bounds of questions and answers, lengths in characters.
const (
	ScalePoints      = 5
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

// Option is one thing to choose. Its code never changes and is never used again, so that answers keep their meaning.
type Option struct {
	Code  string `bson:"code"`
	Label Text   `bson:"label"`
}

// Question is one question. Its code and kind never change, and a code is never used again in the same questionnaire: that is
// what makes answers to different versions comparable.
type Question struct {
	Code      string      `bson:"code"`
	Kind      Kind        `bson:"kind"`
	Text      Text        `bson:"text"`
	Help      Text        `bson:"help,omitempty"`
	Required  bool        `bson:"required,omitempty"`
	Options   []Option    `bson:"options,omitempty"`   // of Single and Multiple; the five points of Scale
	NextCode  int         `bson:"next,omitempty"`      // the number of the next option's code
	Other     bool        `bson:"other,omitempty"`     // whether there is an option "other" with a text
	Min       int         `bson:"min,omitempty"`       // of Multiple: at least so many, when answered; 0: no bound
	Max       int         `bson:"max,omitempty"`       // of Multiple: at most so many; 0: no bound
	MaxLength int         `bson:"maxlength,omitempty"` // of FreeText, in characters
	Low       Text        `bson:"low,omitempty"`       // of NPS: what 0 means
	High      Text        `bson:"high,omitempty"`      // of NPS: what 10 means
	Show      *logic.Cond `bson:"show,omitempty"`      // when it is shown; nil: always
}

// Section is one page of a questionnaire.
type Section struct {
	Title     Text       `bson:"title,omitempty"`
	Questions []Question `bson:"questions"`
}

// Content is what a questionnaire asks. Staff edit one; a published version is one that no longer changes.
type Content struct {
	Title        Text      `bson:"title"`
	Introduction Text      `bson:"introduction,omitempty"`
	Languages    []string  `bson:"languages"`
	Pages        []Section `bson:"pages"`
	NextCode     int       `bson:"next"` // the number of the next question's code
}

// Codes returns the codes that q can be answered with, in order; nil for free text.
func (q Question) Codes() []string {
	var codes []string
	switch q.Kind {
	case NPS:
		for n := range 11 {
			codes = append(codes, strconv.Itoa(n))
		}
	case Single, Multiple, Scale:
		for _, o := range q.Options {
			codes = append(codes, o.Code)
		}
		if q.Other {
			codes = append(codes, OtherCode)
		}
	}
	return codes
}

// Coded reports whether q is answered with codes, which can be counted.
func (q Question) Coded() bool { return q.Kind != FreeText }

// Numeric reports whether q's codes are digits of a scale.
func (q Question) Numeric() bool { return q.Kind == Scale || q.Kind == NPS }

// Bounds returns the lowest and the highest number that answers to a numeric question stand for.
func (q Question) Bounds() (low, high int) {
	if q.Kind == NPS {
		return 0, 10
	}
	return 1, ScalePoints
}

// Label returns what code means in a language: the option's label, the digit of a scale without one. The label of "other" is
// the interface's and comes back empty.
func (q Question) Label(code, language string) string {
	i := slices.IndexFunc(q.Options, func(o Option) bool { return o.Code == code })
	switch {
	case i >= 0 && !q.Options[i].Label.Empty():
		return q.Options[i].Label.In(language)
	case q.Kind == NPS && code == "0" && !q.Low.Empty():
		return "0 – " + q.Low.In(language)
	case q.Kind == NPS && code == "10" && !q.High.Empty():
		return "10 – " + q.High.In(language)
	case q.Numeric():
		return code
	default:
		return ""
	}
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
			q.Options = slices.Clone(q.Options)
		}
	}
	return c
}

// logicQuestions returns what the logic needs to know, in order.
func (c Content) logicQuestions() []logic.Question {
	var qs []logic.Question
	for page, p := range c.Pages {
		for _, q := range p.Questions {
			qs = append(qs, logic.Question{Code: q.Code, Page: page, Codes: q.Codes(), Numeric: q.Numeric(), Show: q.Show})
		}
	}
	return qs
}
