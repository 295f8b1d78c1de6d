package segment

import (
	"context"

	"ascolto/crm"
	"ascolto/internal/civic"
)

// Asked is a field that conditions can be about.
type Asked struct {
	Name   crm.AttributeName
	Type   ValueType
	Values []string  // of choices
	Field  crm.Field // of the contact that it is; the zero Field for what is none
	Key    string    // of events: their kind
}

// Vocabulary is what conditions may name: fields, and the questions whose answers may be chosen by.
type Vocabulary struct {
	Fields    []Asked
	Questions []AnswerQuestion
}

// Asked returns what a condition is about, and false when it is nothing to choose by.
func (v Vocabulary) Asked(r Rule) (Asked, bool) {
	if r.Field == crm.AttributeAnswer {
		for _, q := range v.Questions {
			if q.Source == r.Source && q.Key == r.Key {
				asked := Asked{Name: r.Field, Type: Choices}
				for _, a := range q.Values {
					asked.Values = append(asked.Values, a.Value)
				}
				return asked, true
			}
		}
		return Asked{}, false
	}
	for _, asked := range v.Fields {
		if asked.Name == r.Field && asked.Key == r.Key {
			return asked, true
		}
	}
	return Asked{}, false
}

// eventKinds are the events that conditions can count. Posts in the forum are none of them: who wrote under a
// pseudonym is not to be found by counting.
func eventKinds() []civic.ActivityKind {
	return []civic.ActivityKind{crm.ActivityInteraction, "mail", activityResponse}
}

// activityResponse is an answer to a survey, as surveys puts it on timelines.
const activityResponse = "response"

// sensitiveEvent reports whether to choose by the number of events tells something about answers.
func sensitiveEvent(kind string) bool { return kind == activityResponse }

// typeOf returns the type by which values of a field are compared.
func typeOf(f crm.Field) ValueType {
	switch f.Type {
	case crm.NumberField:
		return Numbers
	case crm.ChoiceField, crm.ChoicesField:
		return Choices
	}
	return Texts
}

// Vocabulary returns what the conditions of a segment may name now: every field of contacts that is declared
// for it, and what is known of contacts beside their fields.
func (s *Service) Vocabulary(ctx context.Context) (v Vocabulary, err error) {
	known := map[crm.Origin][]string{}
	districts, err := s.reference.Districts(ctx)
	if err != nil {
		return v, err
	}
	for _, d := range districts {
		known[crm.Districts] = append(known[crm.Districts], string(d.ID))
	}
	tags, err := s.reference.Tags(ctx)
	if err != nil {
		return v, err
	}
	for _, t := range tags {
		known[crm.Tags] = append(known[crm.Tags], string(t.ID))
	}
	topics, err := s.reference.Topics(ctx)
	if err != nil {
		return v, err
	}
	consent := Asked{Name: crm.AttributeConsent, Type: Choices}
	for _, t := range topics {
		consent.Values = append(consent.Values, string(t.ID))
	}
	for _, f := range crm.ContactFields() {
		if f.Attribute != "" {
			values := append(append([]string{}, f.Codes...), known[f.From]...)
			v.Fields = append(v.Fields, Asked{Name: f.Attribute, Type: typeOf(f), Values: values, Field: f})
		}
	}
	v.Fields = append(v.Fields, consent,
		Asked{Name: crm.AttributeReach, Type: Choices, Values: crm.Reaches()},
		Asked{Name: crm.AttributeCreated, Type: Days})
	for _, kind := range eventKinds() {
		v.Fields = append(v.Fields, Asked{Name: AttributeEvents, Type: Events, Key: string(kind)})
	}
	if s.answers != nil {
		v.Questions, err = s.answers.AnswerQuestions(ctx)
	}
	return v, err
}
