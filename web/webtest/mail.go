package webtest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"ascolto/forum"
	"ascolto/notify/transport"
)

// Mail remembers what would have gone out: codes and links for signing in, notices of the forum, and the
// mails of campaigns.
type Mail struct {
	mu   sync.Mutex
	sent []string
}

func (m *Mail) keep(parts ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, strings.Join(parts, " "))
}

// Sent returns everything that went out so far, oldest first: to whom, and what.
func (m *Mail) Sent() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sent)
}

// Last returns the newest that went to an address or a contact, empty when nothing did.
func (m *Mail) Last(to string) string {
	for _, s := range slices.Backward(m.Sent()) {
		if strings.HasPrefix(s, to+" ") {
			return s
		}
	}
	return ""
}

// SendCode keeps a one-time code.
func (m *Mail) SendCode(_ context.Context, to, lang, code string) error {
	m.keep(to, "code", lang, code)
	return nil
}

// SendConfirmation keeps a code that confirms an address.
func (m *Mail) SendConfirmation(_ context.Context, to, lang, code string) error {
	m.keep(to, "confirmation", lang, code)
	return nil
}

// SendReset keeps a link for a new password.
func (m *Mail) SendReset(_ context.Context, to, lang, link string) error {
	m.keep(to, "reset", lang, link)
	return nil
}

// SendInvite keeps a link for a first password.
func (m *Mail) SendInvite(_ context.Context, to, lang, link string) error {
	m.keep(to, "invite", lang, link)
	return nil
}

// QueueReminder keeps a letter of the forum to an office.
func (m *Mail) QueueReminder(_ context.Context, r forum.Reminder) error {
	m.keep(string(r.Office), string(r.Kind), r.Title)
	return nil
}

// QueueNotice keeps a notice of the forum.
func (m *Mail) QueueNotice(_ context.Context, n forum.Notice) error {
	m.keep(string(n.Contact), "notice", string(n.Kind), n.Title, n.Reason, n.Path)
	return nil
}

// Conn returns m: it keeps the mails of campaigns too.
func (m *Mail) Conn(transport.Limits) transport.Conn { return m }

// Send keeps a mail and says that it was accepted.
func (m *Mail) Send(_ context.Context, e transport.Envelope) transport.Outcome {
	m.keep(e.To, "mail", string(e.Mail))
	return transport.Outcome{Result: transport.Accepted, Stage: transport.StageAnswer, Code: 250}
}

// Close does nothing.
func (m *Mail) Close() error { return nil }
