package crm

import "ascolto/internal/civic"

// AttributeName is what rules may ask of contacts.
type AttributeName string

// The attributes.
const (
	AttributeDistrict AttributeName = "district"
	AttributeTag      AttributeName = "tag"     // one for each tag
	AttributeConsent  AttributeName = "consent" // consents now, by e-mail, to a topic: one for each
	AttributeLanguage AttributeName = "language"
	AttributeKind     AttributeName = "kind"
	AttributeReach    AttributeName = "reach" // can be reached by "mail", "phone", "letter": one for each
	AttributeAnswer   AttributeName = "fact"  // answered question Key of Source
)

// Attribute is one thing that rules may ask of a contact: a name and a value it has, for an answer with its question.
type Attribute struct {
	Name   AttributeName
	Source civic.ID
	Key    string
	Value  string
}

// Attributes returns everything that rules may ask for and c has now.
func (c Contact) Attributes() []Attribute {
	as := make([]Attribute, 0, 8)
	add := func(name AttributeName, value string) { as = append(as, Attribute{Name: name, Value: value}) }
	add(AttributeKind, string(c.Kind))
	add(AttributeLanguage, c.Language)
	if c.District != "" {
		add(AttributeDistrict, string(c.District))
	}
	for _, t := range c.Tags {
		add(AttributeTag, string(t))
	}
	for _, topic := range c.consentTopics() {
		add(AttributeConsent, topic)
	}
	for _, by := range c.reach() {
		add(AttributeReach, by)
	}
	for _, a := range c.Answers {
		as = append(as, Attribute{AttributeAnswer, a.Source, a.Key, a.Value})
	}
	return as
}
