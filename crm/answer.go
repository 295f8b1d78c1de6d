package crm

import (
	"slices"
	"time"

	"ascolto/internal/civic"
)

// Answer is a coded answer kept on a contact, with the timeline entry it came by.
type Answer struct {
	Entry  civic.ID  `bson:"entry"`
	Source civic.ID  `bson:"source"`
	Key    string    `bson:"key"`
	Value  string    `bson:"value"`
	At     time.Time `bson:"at"`
}

// facet returns the answer as the index knows it.
func (f Answer) facet() string { return answerFacet(f.Source, f.Key, f.Value) }

func answerFacet(source civic.ID, key, value string) string {
	return string(source) + "/" + key + "=" + value
}

// mergeAnswers makes the answers of an entry those of the contact: they take the place of what the entry said
// before, and of what older entries said about the same questions. What a newer entry said stays. It returns
// whether anything changed.
func (c *Contact) mergeAnswers(entry civic.ID, at time.Time, answers []civic.Answer) bool {
	before := slices.Clone(c.Answers)
	c.Answers = slices.DeleteFunc(c.Answers, func(f Answer) bool { return f.Entry == entry })
	type question struct {
		source civic.ID
		key    string
	}
	newer := map[question]bool{}
	told := map[question]bool{}
	for _, f := range answers {
		told[question{f.Source, f.Key}] = true
	}
	c.Answers = slices.DeleteFunc(c.Answers, func(f Answer) bool {
		q := question{f.Source, f.Key}
		if told[q] && f.At.After(at) {
			newer[q] = true
		}
		return told[q] && !f.At.After(at)
	})
	for _, f := range answers {
		if !newer[question{f.Source, f.Key}] {
			c.Answers = append(c.Answers, Answer{Entry: entry, Source: f.Source, Key: f.Key, Value: f.Value,
				At: at})
		}
	}
	if sameAnswers(before, c.Answers) { // perhaps in another order, which means nothing
		c.Answers = before
		return false
	}
	return true
}

// sameAnswers reports whether both hold the same answers.
func sameAnswers(a, b []Answer) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(f Answer) bool { return !slices.Contains(b, f) })
}
