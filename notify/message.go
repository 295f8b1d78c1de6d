package notify

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/notify/message"
)

// Class says what a single message is, and so how urgent it is and how long its content is kept.
type Class string

// The classes of single messages.
const (
	ClassCode    Class = "code"    // a personal code or link: worth nothing after minutes
	ClassService Class = "service" // a confirmation, a change of state, a reply
	ClassTest    Class = "test"    // a campaign sent to its author to look at
)

// Message is a single mail to one person. Text is plain; HTML is a fragment without frame and may be left
// out.
type Message struct {
	ID       civic.ID // made from what it is about: a second message with the same ID is not sent
	To       string
	Name     string // beside the address; may be empty
	Language string // "it" or "en"
	Subject  string
	Text     string
	HTML     string
	// files that go with it, of at most MaxAttached bytes together
	Attachments []message.Attachment
	Class       Class
	Contact     civic.ID // on whose timeline it appears; empty for none
	ReplyTo     string   // where answers go; empty: where those to all mail go
	// what it is about, as the ids of mails say it, so that answers are known by it; may be empty
	Thread string
	// how long it is worth sending; ten minutes for codes and four days for the rest when zero
	Valid time.Duration

	whole bool // Text and HTML have their frame
}

// MessageOf returns the id of the single message that a delivery is of; false for one of a campaign.
func MessageOf(delivery civic.ID) (civic.ID, bool) {
	id, single := strings.CutPrefix(string(delivery), messageQueue+"/")
	return civic.ID(id), single
}

// MaxAttached bounds the files of a single message, in bytes: they wait in the ledger with it.
const MaxAttached = 1 << 20

// The times a message is worth sending when it does not say.
const (
	validCode    = 10 * time.Minute
	validMessage = patience
)

// sealedMessage is what of a message is kept under seal.
type sealedMessage struct {
	Name, Language, Subject, Text, HTML string
	Whole                               bool
	ReplyTo                             string               `json:",omitempty"`
	Thread                              string               `json:",omitempty"`
	Attachments                         []message.Attachment `json:",omitempty"`
}

// delivery returns the row of the ledger for m, or an Invalid error.
func (m Message) delivery(now time.Time, seal func([]byte) []byte) (*Delivery, error) {
	address, err := reach.ParseAddress(m.To)
	if err != nil {
		return nil, err
	}
	if _, err := civic.ParseID(string(m.ID)); err != nil {
		return nil, err
	}
	if m.ReplyTo != "" {
		if _, err := reach.ParseAddress(m.ReplyTo); err != nil {
			return nil, err
		}
	}
	for _, line := range []string{m.Name, m.Subject, m.Thread} {
		if err := message.OneLine(line); err != nil {
			return nil, err
		}
	}
	attached := 0
	for _, a := range m.Attachments {
		if err := a.Check(); err != nil {
			return nil, err
		}
		attached += len(a.Content)
	}
	valid := m.Valid
	switch {
	case m.Class != ClassCode && m.Class != ClassService && m.Class != ClassTest:
		return nil, fmt.Errorf("notify: message of unknown class %q", m.Class)
	case m.Subject == "" || m.Text == "":
		return nil, fmt.Errorf("notify: message without subject or text")
	case len([]rune(m.Subject)) > message.MaxSubject || len(m.Text) > message.MaxPart ||
		len(m.HTML) > message.MaxPart || attached > MaxAttached:
		return nil, civic.NewError(civic.TooLarge, "notify.error.size")
	case valid == 0 && m.Class == ClassCode:
		valid = validCode
	case valid == 0:
		valid = validMessage
	}
	content, err := json.Marshal(sealedMessage{m.Name, m.Language, m.Subject, m.Text, m.HTML, m.whole, m.ReplyTo,
		m.Thread, m.Attachments})
	if err != nil {
		return nil, fmt.Errorf("notify: message: %w", err)
	}
	d := &Delivery{
		Contact: m.Contact, State: Queued, Queue: messageQueue, DueAt: now, ExpiresAt: now.Add(valid),
		Address:   address,
		CreatedAt: now, UpdatedAt: now, Class: m.Class, Sealed: seal(content),
	}
	d.ID = civic.Key(messageQueue, m.ID)
	return d, nil
}
