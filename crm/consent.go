package crm

import (
	"time"

	"ascolto/internal/civic"
)

// Channel is a way by which a contact is reached or got in touch.
type Channel string

// The channels. ByMail is e-mail.
const (
	ByPhone  Channel = "phone"
	AtDesk   Channel = "desk"
	ByMail   Channel = "mail"
	ByLetter Channel = "letter"
	ByWeb    Channel = "web"
)

// ConsentChannels lists the channels a consent can be about.
func ConsentChannels() []Channel { return []Channel{ByMail, ByPhone, ByLetter} }

// Source is the way by which a consent was given or taken back.
type Source string

// The sources.
const (
	FromDesk        Source = "desk"
	FromPhone       Source = "phone"
	FromPaper       Source = "paper"
	FromWeb         Source = "web"         // the person, in the personal area
	FromUnsubscribe Source = "unsubscribe" // the person, by the link in a mail
	FromLoad        Source = "load"        // taken over from another system
)

// StaffSources lists the sources an operator may record.
func StaffSources() []Source { return []Source{FromDesk, FromPhone, FromPaper} }

// Personal reports whether consents that came this way are acts of the person, recorded by nobody else.
func (s Source) Personal() bool { return s == FromWeb || s == FromUnsubscribe }

// Consent is one row of a contact's consents: at some moment, consent to a topic by a channel was given or
// taken back. Rows are never changed; the last one about a topic and channel holds.
type Consent struct {
	ID       civic.ID `bson:"id"`
	Topic    civic.ID `bson:"topic"`
	Channel  Channel  `bson:"channel"`
	Given    bool     `bson:"given"`
	Version  int      `bson:"version"`  // of the topic's consent text, which never changes once it was shown
	Language string   `bson:"language"` // in which the text was shown
	Source   Source   `bson:"source"`
	Of       civic.ID `bson:"of,omitempty"` // the campaign whose link took it back; earlier versions did not say
	// the operator's account; empty when the person did it, or another system
	By     civic.ID  `bson:"by,omitempty"`
	ByName string    `bson:"byName,omitempty"`
	At     time.Time `bson:"at"`
}

// maxRepeat is how long after a withdrawal the same one may be sent again because its answer was lost.
const maxRepeat = 24 * time.Hour

// sameWay reports whether c and other say the same, said by the same person in the same way.
func (c Consent) sameWay(other Consent) bool {
	return c.Given == other.Given && c.By == other.By && c.Source == other.Source && c.Of == other.Of
}

// maxConsents bounds the rows of a contact; nobody changes their mind so often by hand.
const maxConsents = 1000

// latest returns the row that holds for a topic and channel.
func (c Contact) latest(topic civic.ID, channel Channel) (Consent, bool) {
	for i := len(c.Consents) - 1; i >= 0; i-- {
		if row := c.Consents[i]; row.Topic == topic && row.Channel == channel {
			return row, true
		}
	}
	return Consent{}, false
}

// ConsentsTo reports whether c consents now to being told about a topic by a channel.
func (c Contact) ConsentsTo(topic civic.ID, channel Channel) bool {
	row, ok := c.latest(topic, channel)
	return ok && row.Given
}

// consentTopics returns the topics c consents to by e-mail now.
func (c Contact) consentTopics() []string {
	var topics []string
	seen := make(map[civic.ID]bool, len(c.Consents))
	for i := len(c.Consents) - 1; i >= 0; i-- {
		if row := c.Consents[i]; row.Channel == ByMail && !seen[row.Topic] {
			seen[row.Topic] = true
			if row.Given {
				topics = append(topics, string(row.Topic))
			}
		}
	}
	return topics
}

// addConsent appends row unless it says what holds already. It returns whether anything changed, or Limited
// when the contact has too many rows for another.
func (c *Contact) addConsent(row Consent) (bool, error) {
	now, ok := c.latest(row.Topic, row.Channel)
	if now.Given == row.Given &&
		(!row.Given || ok && now.Version == row.Version && now.Language == row.Language) {
		return false, nil
	}
	if len(c.Consents) >= maxConsents && row.Given { // taking back is always possible
		return false, civic.NewError(civic.Limited, "crm.error.consents_many")
	}
	if !row.Given {
		row.Version, row.Language = now.Version, now.Language
	}
	c.Consents = append(c.Consents, row)
	return true, nil
}
