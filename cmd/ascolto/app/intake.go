package app

import (
	"context"
	"errors"
	"io"
	"strings"

	"ascolto/crm/requests/intake"
	"ascolto/notify/inbound"
)

// mailReader takes mails apart for the intake.
type mailReader struct{}

// Read implements intake.Reader.
func (mailReader) Read(raw []byte) intake.Letter {
	m, err := inbound.Read(raw)
	l := intake.Letter{From: m.From, To: m.To, Subject: m.Subject, Text: m.Text, Cut: m.Cut,
		Answers: m.Answers, Automatic: string(m.Automatic), Certified: m.Certified}
	if refused, ok := errors.AsType[*inbound.Refusal](err); ok {
		l.Refused = string(refused.Why)
	}
	for _, f := range m.Files {
		l.Files = append(l.Files, intake.LetterFile{Name: f.Name, Open: func() io.Reader { return f.Open() }})
	}
	return l
}

// mailSink gives the intake what lies in a mailbox.
type mailSink struct{ *intake.Service }

// MostKept implements inbound.Sink.
func (mailSink) MostKept() int64 { return intake.MaxKept }

// Take implements inbound.Sink.
func (s mailSink) Take(ctx context.Context, f inbound.Fetched) error {
	_, err := s.Service.Take(ctx, intake.Arrived{Place: f.Place, At: f.At, Size: f.Size, Body: f.Body})
	return err
}

// TakeMail goes on with mails that were not dealt with, then fetches what lies in the mailbox, if there is
// one.
func (a *App) TakeMail(ctx context.Context) error {
	_, unsettled := a.Intake.Settle(ctx)
	if a.config.IMAP == nil {
		return unsettled
	}
	n, err := inbound.Mailbox{Server: *a.config.IMAP}.Fetch(ctx, mailSink{a.Intake})
	if n > 0 {
		a.Log.InfoContext(ctx, "mail was taken in", "mails", n)
	}
	return errors.Join(unsettled, err) // one mail that cannot be dealt with keeps no other from it
}

// ownAddresses returns the addresses from which nobody writes to the municipality but itself.
func (a *App) ownAddresses() []string {
	own := []string{strings.ToLower(a.config.From.Address)}
	if a.config.Inbound != "" {
		own = append(own, strings.ToLower(a.config.Inbound))
	}
	return own
}

// answersTo returns the address for answers to a letter about a request: the mailbox's, with the request's
// tag behind a "+". It is empty without a mailbox, and where there is no tag.
func (a *App) answersTo(tag string) string {
	if a.config.IMAP == nil || tag == "" {
		return ""
	}
	if a.config.IMAP.Plain {
		return a.config.Inbound
	}
	local, domain, _ := strings.Cut(a.config.Inbound, "@")
	return local + "+" + tag + "@" + domain
}

// threadOf returns what the ids of letters about a request have in common, where answers are taken in.
func (a *App) threadOf(tag string) string {
	if a.config.IMAP == nil {
		return ""
	}
	return tag
}
