package surveys

import (
	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// Way is how an input is filled in.
type Way string

// The ways. What offers options is answered with their codes.
const (
	ByOne    Way = "one"    // one of the options
	ByMany   Way = "many"   // any number of the options
	ByPoint  Way = "point"  // one of few points, side by side where there is room
	ByScore  Way = "score"  // one of a row of numbers
	ByText   Way = "text"   // own words, of several lines
	ByPick   Way = "pick"   // one of the options of a list that unfolds
	ByNumber Way = "number" // a number
	ByDay    Way = "day"    // a day
)

// Input is how a question, or one part of it, is asked.
type Input struct {
	// what the name of its field has after the question's code and a point; "" for the question's own
	Part      string
	Label     civic.Text // of a part, in the survey's words
	Say       string     // of a part without these: the key of the interface's words
	By        Way
	Options   []Option   // what can be chosen; that of OtherCode has no label and a text beside it
	Low, High civic.Text // what the ends mean
	Unit      civic.Text // of a number
	Whole     bool       // a number without digits after the point
	Signed    bool       // a number that may be below 0
	Least     string     // the least number or the first day allowed; empty: no bound
	Most      string     // the greatest number or the last day allowed; empty: no bound
	MaxLength int        // of a text, in characters
	Use       blob.Use   // what files are taken
	Empty     bool       // a part that may stay empty where the question needs an answer
}

// Inputs returns how q is asked: one input, or one for each part of its answer.
func (q Question) Inputs() []Input { return q.kind().inputs(q) }

// Aid is what a script of the pages adds to the inputs of a question where scripts run; nothing depends on
// it.
type Aid struct {
	Name  string // of the script; its words are the texts that begin with "surveys.aid." and this
	Value string // what it must know
}

// Aid returns what a script adds to the inputs of q, the zero Aid for nothing.
func (q Question) Aid() Aid { return q.kind().aid(q) }

// OtherField names the text beside "other" of a question, in forms and errors.
func OtherField(code string) string { return civic.Field(code, OtherCode) }
