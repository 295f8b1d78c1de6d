package civic

// Recipient is a person a message can go to, as who knows people tells it at this moment.
type Recipient struct {
	Contact  ID
	Address  string            // e-mail address; empty when Skip is set
	Name     string            // as in a To header
	Language string            // "it" or "en"
	Fields   map[string]string // what a template may use: "given_name", "family_name", "name", "district"
	Skip     string            // why this person is not written to now, as a message key; empty when they are
	Gone     bool              // there is no such person any more; Skip says so, too
}
