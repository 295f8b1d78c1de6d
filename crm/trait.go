package crm

import "ascolto/internal/civic"

// trait is one thing that conditions ask of contacts: a field and a value it has, for an answer with its question.
type trait struct {
	field  Field
	source civic.ID
	key    string
	value  string
}

// asks returns the trait that r's condition asks for with one of its values.
func (r Rule) asks(value string) trait {
	if r.Field == FieldFact {
		return trait{FieldFact, r.Source, r.Key, value}
	}
	return trait{field: r.Field, value: value}
}

// traits returns everything that conditions can ask for and c has now.
func (c Contact) traits() []trait {
	ts := make([]trait, 0, 8)
	add := func(f Field, value string) { ts = append(ts, trait{field: f, value: value}) }
	add(FieldKind, string(c.Kind))
	add(FieldLanguage, c.Language)
	if c.District != "" {
		add(FieldDistrict, string(c.District))
	}
	for _, t := range c.Tags {
		add(FieldTag, string(t))
	}
	for _, topic := range c.consentTopics() {
		add(FieldConsent, topic)
	}
	for _, by := range c.reach() {
		add(FieldReach, by)
	}
	for _, f := range c.Facts {
		ts = append(ts, trait{FieldFact, f.Source, f.Key, f.Value})
	}
	return ts
}
