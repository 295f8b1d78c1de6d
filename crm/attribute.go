package crm

import "ascolto/internal/civic"

// attribute is one thing that conditions ask of contacts: a field and a value it has, for an answer with its question.
type attribute struct {
	field  Field
	source civic.ID
	key    string
	value  string
}

// asks returns the attribute that r's condition asks for with one of its values.
func (r Rule) asks(value string) attribute {
	if r.Field == FieldAnswer {
		return attribute{FieldAnswer, r.Source, r.Key, value}
	}
	return attribute{field: r.Field, value: value}
}

// attributes returns everything that conditions can ask for and c has now.
func (c Contact) attributes() []attribute {
	ts := make([]attribute, 0, 8)
	add := func(f Field, value string) { ts = append(ts, attribute{field: f, value: value}) }
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
	for _, f := range c.Answers {
		ts = append(ts, attribute{FieldAnswer, f.Source, f.Key, f.Value})
	}
	return ts
}
