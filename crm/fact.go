package crm

import (
	"slices"
	"time"

	"ascolto/internal/civic"
)

// Fact is a coded answer kept on a contact, with the timeline entry it came by.
type Fact struct {
	Entry  civic.ID  `bson:"entry"`
	Source civic.ID  `bson:"source"`
	Key    string    `bson:"key"`
	Value  string    `bson:"value"`
	At     time.Time `bson:"at"`
}

// FactQuestion is a question whose answers segments may choose by: never one of an anonymous questionnaire.
type FactQuestion struct {
	Source      civic.ID
	SourceTitle Text
	Key         string
	Label       Text
	Values      []FactValue
}

// FactValue is one answer of a FactQuestion.
type FactValue struct {
	Value string
	Label Text
}

// facet returns the fact as the index knows it.
func (f Fact) facet() string { return factFacet(f.Source, f.Key, f.Value) }

func factFacet(source civic.ID, key, value string) string {
	return string(source) + "/" + key + "=" + value
}

// mergeFacts makes the facts of an entry those of the contact: they take the place of what the entry said before, and of what
// older entries said about the same questions. What a newer entry said stays. It returns whether anything changed.
func (c *Contact) mergeFacts(entry civic.ID, at time.Time, facts []civic.Fact) bool {
	before := slices.Clone(c.Facts)
	c.Facts = slices.DeleteFunc(c.Facts, func(f Fact) bool { return f.Entry == entry })
	type question struct {
		source civic.ID
		key    string
	}
	newer := map[question]bool{}
	told := map[question]bool{}
	for _, f := range facts {
		told[question{f.Source, f.Key}] = true
	}
	c.Facts = slices.DeleteFunc(c.Facts, func(f Fact) bool {
		q := question{f.Source, f.Key}
		if told[q] && f.At.After(at) {
			newer[q] = true
		}
		return told[q] && !f.At.After(at)
	})
	for _, f := range facts {
		if !newer[question{f.Source, f.Key}] {
			c.Facts = append(c.Facts, Fact{Entry: entry, Source: f.Source, Key: f.Key, Value: f.Value, At: at})
		}
	}
	if sameFacts(before, c.Facts) { // perhaps in another order, which means nothing
		c.Facts = before
		return false
	}
	return true
}

// sameFacts reports whether both hold the same facts.
func sameFacts(a, b []Fact) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(f Fact) bool { return !slices.Contains(b, f) })
}
