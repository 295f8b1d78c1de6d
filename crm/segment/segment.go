package segment

import (
	"encoding/json"
	"fmt"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/internal/textfold"
)

// Segment is a named rule by which contacts are chosen, evaluated anew each time it is used.
type Segment struct {
	docstore.Meta `bson:",inline"`
	Name          string        `bson:"name"`
	SortName      string        `bson:"sortName"` // Name as lists are sorted
	Description   string        `bson:"description,omitempty"`
	Rule          Rule          `bson:"rule"`
	CreatedAt     time.Time     `bson:"createdAt"`
	CreatedBy     civic.ID      `bson:"createdBy,omitempty"`
	UpdatedAt     time.Time     `bson:"updatedAt"`
	Submission    string        `bson:"submission,omitempty"`
	Edits         merge.Edits   `bson:"edits,omitempty"` // who edited which field last
	Last          *audit.Change `bson:"last,omitempty" json:"-"`
}

// Input is the form by which a segment is made or edited.
type Input struct {
	FormKey     string // of a new segment
	Revision    int64  // of the segment the form showed, when it is edited
	Shown       string `json:",omitempty"` // what that form carried; see Segment.Shown
	Name        string
	Description string
	Rule        Rule
}

// segmentFields are the fields of a segment's form; a rule is one, because two halves of two rules make no
// third.
func segmentFields() merge.Fields[Segment] {
	return merge.Fields[Segment]{
		merge.Value("name", func(g *Segment) *string { return &g.Name }),
		merge.Value("description", func(g *Segment) *string { return &g.Description }),
		merge.Value("rule", func(g *Segment) *Rule { return &g.Rule }),
	}
}

func lastOf(g *Segment) (docstore.Meta, **audit.Change) { return g.Meta, &g.Last }

// Shown returns what a form that shows g carries, for the edit to be joined with others.
func (g Segment) Shown() string { return segmentFields().Shown(&g) }

func segmentSpec() docstore.Spec {
	return docstore.Spec{Name: "segments", Indexes: []docstore.Index{
		{Name: "name", Fields: []string{"sortName"}},
		{Name: "changed", Fields: []string{"updatedAt"}},
	}}
}

// derive sets what follows from the name.
func (g *Segment) derive() { g.SortName = textfold.Name(g.Name) }

// maxName bounds the name of a segment, in characters.
const maxName = 120

// apply writes the checked input into g, or returns an Invalid error that names every wrong field.
func (in Input) apply(g *Segment, v Vocabulary) error {
	var p civic.Problems
	name, err := civic.CleanLine(in.Name, maxName)
	p.Check("name", err)
	if err == nil && name == "" {
		p.Add("name", "error.required")
	}
	description, err := civic.CleanText(in.Description, 1000)
	p.Check("description", err)
	g.Name, g.Description, g.Rule = name, description, in.Rule
	nodes := 0
	in.Rule.validate(v, &p, "rule", 1, &nodes)
	if p.Err() == nil {
		g.Rule = in.Rule.normal(v)
	}
	return p.Err()
}

// Encode returns r as a text that DecodeRule reads, for those who keep what they chose people by.
func (r Rule) Encode() (string, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("segment: rule: %w", err)
	}
	return string(b), nil
}

// DecodeRule returns the rule that Encode wrote.
func DecodeRule(s string) (r Rule, err error) {
	if err := json.Unmarshal([]byte(s), &r); err != nil {
		return Rule{}, fmt.Errorf("segment: kept rule: %w", err)
	}
	return r, nil
}
