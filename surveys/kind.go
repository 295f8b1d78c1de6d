package surveys

import (
	"time"

	"ascolto/internal/civic"
	"ascolto/surveys/logic"
)

// Kind is the kind of a question.
type Kind string

// kind is all that the program knows of one kind of question.
type kind interface {
	name() Kind
	// settings lists what staff set beside the texts that every question has, in the order of the form.
	settings() []Setting
	// fresh puts into a question what its kind always has, and it may not have yet.
	fresh(q *Question)
	// clean bounds the settings and notes what is wrong with them, by the names of their fields.
	clean(q *Question, p *civic.Problems)
	// lacking notes what is missing before q can be published, besides texts.
	lacking(q Question, p *civic.Problems)

	// inputs returns how q is asked: one input, or one for each part of its answer.
	inputs(q Question) []Input
	// aid returns what a script adds to the inputs, the zero Aid for nothing.
	aid(q Question) Aid
	// hint returns a sentence on how to answer, nil when there is nothing to say.
	hint(q Question) *civic.Message
	// parse returns what was typed as an answer, what of it can be shown again when there is an error.
	parse(q Question, typed TypedAnswer) (Answer, error)
	// typed is the inverse of parse.
	typed(a Answer, language string) TypedAnswer
	// normal returns a stored answer as it counts, or an Invalid error when it is none to q.
	normal(q Question, a Answer) (Answer, error)

	// measure says what answers are compared by in conditions.
	measure() logic.Measure
	// codes returns what answers can say in conditions, segments and tables, in order; nil where they are not
	// counted by codes.
	codes(q Question) []string
	// label returns what a code means in a language; of "other", whose words are the interface's, nothing.
	label(q Question, code, language string) string
	// values returns what an answer says: codes where q has them.
	values(a Answer) []string
	// words returns every text that gives answers their meaning, each by a code; a change of one is a change
	// of the question.
	words(q Question) []Option
	// inWords returns an answer as it is read; other is what the interface calls the option "other".
	inWords(q Question, a Answer, language, other string) []string

	// tally adds an answer to what others came to.
	tally(a Answer, c *Count)
	// merge adds to a result what one more version of the question offers.
	merge(m *QuestionResult, q Question)
	// fill puts the counts into a result.
	fill(m *QuestionResult, c Count)
	// public takes out of a result what would tell what few people answered.
	public(m *QuestionResult)
	// facts returns figures about the answers beside those of each option.
	facts(m QuestionResult) []Fact
	// columns returns the columns of q in a table of responses, by what their names have after the question's
	// code.
	columns(q Question) []Column
	// fillCells puts what an answer says in each of the columns into cells, by what their names have after the
	// question's code.
	fillCells(q Question, a Answer, language, other string, cells map[string]string)
}

// kindOf returns a kind by its name; one that this program does not know asks nothing and counts nothing.
func kindOf(name Kind) kind {
	for _, k := range kinds() {
		if k.name() == name {
			return k
		}
	}
	return uncoded{}
}

func (q Question) kind() kind { return kindOf(q.Kind) }

// Kinds lists the kinds in the order the interface shows them.
func Kinds() []Kind {
	var names []Kind
	for _, k := range kinds() {
		names = append(names, k.name())
	}
	return names
}

// Column is a column of a question in a table of responses.
type Column struct {
	Suffix string // what its name has after the question's code
	State  bool   // whether it says why there is no answer; a label beside it stays empty then
}

// Fact is a sentence of the catalogues about the answers to a question: "surveys.results." + Name + "_is",
// with figures in it. The one called Main is, by itself, "surveys.results." + Name.
type Fact struct {
	Name    string
	Main    string
	Figures map[string]Figure
}

// Figure is a number or a day that is written as the reader's language does.
type Figure struct {
	Value  float64 `bson:"value,omitempty"`
	Digits int     `bson:"digits,omitempty"` // after the point
	Share  bool    `bson:"share,omitempty"`  // it is between 0 and 1, and written in hundredths
	Day    string  `bson:"day,omitempty"`    // YYYY-MM-DD, instead of a number
	// of a class, instead of a number
	Label civic.Text `bson:"label,omitempty"`
}

// Writer writes figures as a language does.
type Writer interface {
	Decimal(x float64, places int) string
	Percent(share float64, places int) string
	ShortDate(t time.Time) string
}

// Sentence returns a fact as a text of the catalogues with its figures.
func (f Fact) Sentence(w Writer) civic.Message {
	args := civic.Args{}
	for name, figure := range f.Figures {
		args[name] = figure.written(w)
	}
	return civic.Message{Key: "surveys.results." + f.Name + "_is", Args: args}
}

func (f Figure) written(w Writer) any {
	switch {
	case f.Label != nil:
		return f.Label
	case f.Day != "":
		return dayWritten(f.Day, w)
	case f.Share:
		return w.Percent(f.Value, f.Digits)
	default:
		return w.Decimal(f.Value, f.Digits)
	}
}

// dayWritten returns a stored day as a language writes it; one that is none stays as it is.
func dayWritten(day string, w Writer) string {
	t, err := time.ParseInLocation(time.DateOnly, day, civic.Rome())
	if err != nil {
		return day
	}
	return w.ShortDate(t)
}

// uncoded is what kinds have in common whose answers are no codes.
type uncoded struct{}

func (uncoded) name() Kind                        { return "" }
func (uncoded) settings() []Setting               { return nil }
func (uncoded) fresh(*Question)                   {}
func (uncoded) clean(*Question, *civic.Problems)  {}
func (uncoded) lacking(Question, *civic.Problems) {}
func (uncoded) inputs(Question) []Input           { return nil }
func (uncoded) aid(Question) Aid                  { return Aid{} }
func (uncoded) hint(Question) *civic.Message      { return nil }
func (uncoded) parse(q Question, _ TypedAnswer) (Answer, error) {
	return Answer{Question: q.Code},
		nil
}
func (uncoded) typed(Answer, string) TypedAnswer { return nil }
func (uncoded) normal(q Question, _ Answer) (Answer, error) {
	return Answer{Question: q.Code},
		nil
}
func (uncoded) measure() logic.Measure                            { return logic.Unmeasured }
func (uncoded) codes(Question) []string                           { return nil }
func (uncoded) label(Question, string, string) string             { return "" }
func (uncoded) values(a Answer) []string                          { return a.Codes }
func (uncoded) words(Question) []Option                           { return nil }
func (uncoded) inWords(Question, Answer, string, string) []string { return nil }
func (uncoded) tally(Answer, *Count)                              {}
func (uncoded) merge(*QuestionResult, Question)                   {}
func (uncoded) fill(*QuestionResult, Count)                       {}
func (uncoded) facts(QuestionResult) []Fact                       { return nil }
func (uncoded) columns(Question) []Column {
	return []Column{{State: true}}
}
func (uncoded) fillCells(Question, Answer, string, string, map[string]string) {}
