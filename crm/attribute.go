package crm

import (
	"time"

	"ascolto/internal/civic"
)

// AttributeName is what rules may ask of contacts.
type AttributeName string

// The attributes beside those that fields declare.
const (
	AttributeDistrict AttributeName = "district"
	AttributeTag      AttributeName = "tag"     // one for each tag
	AttributeConsent  AttributeName = "consent" // consents now, by e-mail, to a topic: one for each
	AttributeLanguage AttributeName = "language"
	AttributeKind     AttributeName = "kind"
	// can be reached by "mail", "phone", "letter": one for each
	AttributeReach  AttributeName = "reach"
	AttributeAnswer AttributeName = "fact" // answered question Key of Source
	// the day on which the contact was made, "2026-11-30" in Rome
	AttributeCreated AttributeName = "created_at"
)

// Attribute is one thing that rules may ask of a contact: a name and a value it has, for an answer with its
// question.
type Attribute struct {
	Name   AttributeName
	Source civic.ID
	Key    string
	Value  string
}

// Attributes returns everything that rules may ask for and c has now.
func (c Contact) Attributes() []Attribute {
	as := make([]Attribute, 0, 12)
	add := func(name AttributeName, value string) { as = append(as, Attribute{Name: name, Value: value}) }
	var room [8]string
	for _, f := range contactFields {
		if f.Attribute == "" {
			continue
		}
		for _, v := range f.tell(room[:0], &c) {
			add(f.Attribute, v)
		}
	}
	if !c.CreatedAt.IsZero() {
		add(AttributeCreated, c.CreatedAt.In(civic.Rome()).Format(time.DateOnly))
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
