// Package message composes and reads mail: its header, its layout, and the text that becomes the two parts of
// a letter, with what is filled in for each person. It also holds the templates of the mails that the program
// writes by itself. It knows nothing of who gets a mail, or how it is handed over.
package message

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"mime"
	"net/textproto"
	"strings"
	"time"

	"github.com/jordan-wright/email"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

// The limits of a mail, in characters of its subject and bytes of each part.
const (
	MaxSubject  = 200
	MaxPart     = 200 << 10
	maxFileName = 80
)

// Mail is one message to one person, before it becomes bytes.
type Mail struct {
	ID          string // Message-ID, in angle brackets
	Date        time.Time
	From, To    reach.Mailbox
	ReplyTo     string
	Thread      string // see ThreadID; empty: it belongs to none
	Subject     string
	Text, HTML  string
	Unsubscribe string // the link of RFC 8058's one click; empty for mail nobody can unsubscribe from
	// written by the program rather than a person: says so, that no machine answers (RFC 3834)
	Automatic   bool
	Attachments []Attachment
}

// Attachment is a file that goes with a mail.
type Attachment struct {
	Name    string
	Type    string // media type
	Content []byte
}

// IDOf returns the Message-ID of a delivery: the same for each attempt, so that a mail program shows a
// repeat once.
func IDOf(delivery civic.ID, domain string) string {
	sum := sha256.Sum256([]byte("ascolto mail " + delivery))
	name := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20])
	return "<" + strings.ToLower(name) + "@" + domain + ">"
}

// ThreadID returns the Message-ID of a delivery that is about something of which there are several mails:
// what it is about is part of it, so that whoever gets an answer knows that, too.
func ThreadID(delivery civic.ID, thread, domain string) string {
	local, _, _ := strings.Cut(strings.Trim(IDOf(delivery, domain), "<>"), "@")
	return "<" + local + "." + thread + "@" + domain + ">"
}

// Bytes returns the mail as SMTP carries it. It refuses, with an Invalid error, whatever could add a header
// or a recipient or break a limit of RFC 5322. Subject and names go without what would make them read as
// another text.
func (m Mail) Bytes() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	m.Subject, m.From.Name, m.To.Name = civic.Unformatted(m.Subject), civic.Unformatted(m.From.Name),
		civic.Unformatted(m.To.Name)
	h, err := m.header()
	if err != nil {
		return nil, err
	}
	body, err := m.mime(h)
	if err != nil {
		return nil, err
	}
	head := h.String()
	whole := make([]byte, 0, len(head)+len("\r\n")+len(body))
	return append(append(append(whole, head...), "\r\n"...), body...), nil
}

func (m Mail) check() error {
	if strings.ContainsAny(m.Thread, "<>@ ") {
		return civic.NewError(civic.Invalid, "notify.error.header")
	}
	for _, s := range []string{m.ID, m.Thread, m.Subject, m.From.Name, m.To.Name, m.Unsubscribe} {
		if err := OneLine(s); err != nil {
			return err
		}
	}
	for _, a := range []string{m.From.Address, m.To.Address} {
		if parsed, err := reach.ParseAddress(a); err != nil || parsed != a {
			return civic.NewError(civic.Invalid, "error.email")
		}
	}
	if m.ReplyTo != "" {
		if _, err := reach.ParseAddress(m.ReplyTo); err != nil {
			return err
		}
	}
	if len([]rune(m.Subject)) > MaxSubject || len(m.Text) > MaxPart || len(m.HTML) > 2*MaxPart {
		return civic.NewError(civic.TooLarge, "notify.error.size")
	}
	return nil
}

func (m Mail) header() (*header, error) {
	var h header
	fields := [][2]string{
		{"Date", m.Date.In(civic.Rome()).Format(time.RFC1123Z)},
		{"From", mailboxHeader(m.From)},
		{"To", mailboxHeader(m.To)},
		{"Subject", encodeText(m.Subject)},
		{"Message-ID", m.ID},
	}
	if m.Thread != "" { // by which programs show the mails of a thread together
		fields = append(fields, [2]string{"References", "<" + m.Thread + "@" + m.From.Domain() + ">"})
	}
	if m.ReplyTo != "" {
		fields = append(fields, [2]string{"Reply-To", m.ReplyTo})
	}
	if m.Unsubscribe != "" {
		fields = append(fields, [2]string{"List-Unsubscribe", "<" + m.Unsubscribe + ">"},
			[2]string{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"})
	}
	if m.Automatic {
		fields = append(fields, [2]string{"Auto-Submitted", "auto-generated"})
	}
	fields = append(fields, [2]string{"MIME-Version", "1.0"})
	for _, f := range fields {
		if err := h.add(f[0], f[1]); err != nil {
			return nil, err
		}
	}
	return &h, nil
}

// mime returns the parts and adds the fields that describe them to h. The library writes header fields
// without folding or checking, so of its header only those fields are taken.
func (m Mail) mime(h *header) ([]byte, error) {
	e := email.NewEmail()
	e.Headers.Set("Message-Id", "-") // else it asks for the host's name and makes one
	e.Text, e.HTML = []byte(newlines(m.Text)), []byte(newlines(m.HTML))
	for _, a := range m.Attachments {
		part, err := a.part()
		if err != nil {
			return nil, err
		}
		e.Attachments = append(e.Attachments, part)
	}
	raw, err := e.Bytes()
	if err != nil {
		return nil, fmt.Errorf("message: build mail: %w", err)
	}
	end := bytes.Index(raw, []byte("\r\n\r\n"))
	if end < 0 {
		return nil, errors.New("message: build mail: no end of the header")
	}
	body := raw[end+len("\r\n\r\n"):]
	from := bufio.NewReaderSize(bytes.NewReader(raw[:len(raw)-len(body)]), end)
	head, err := textproto.NewReader(from).ReadMIMEHeader()
	if err != nil {
		return nil, fmt.Errorf("message: build mail: %w", err)
	}
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
		if v := head.Get(name); v != "" {
			if err := h.add(name, v); err != nil {
				return nil, err
			}
		}
	}
	return body, nil
}

// Check returns an Invalid error for a name or a type that no mail can carry.
func (a Attachment) Check() error {
	_, err := a.part()
	return err
}

// part returns a as the library wants it, with every field set by us, because it would write name and type as
// they are.
func (a Attachment) part() (*email.Attachment, error) {
	if err := OneLine(a.Name); err != nil {
		return nil, err
	}
	if a.Name == "" || len([]rune(a.Name)) > maxFileName || strings.ContainsAny(a.Name, `/\`) {
		return nil, civic.NewError(civic.Invalid, "notify.error.file")
	}
	media, params, err := mime.ParseMediaType(a.Type)
	if err != nil || OneLine(a.Type) != nil {
		return nil, civic.NewError(civic.Invalid, "notify.error.file")
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})
	if len("Content-Disposition: ")+len(disposition) > maxLine {
		return nil, civic.NewError(civic.Invalid, "notify.error.file")
	}
	sum := sha256.Sum256([]byte(a.Name))
	return &email.Attachment{
		Content:     a.Content,
		ContentType: mime.FormatMediaType(media, params),
		Header: textproto.MIMEHeader{
			"Content-Disposition": {disposition},
			"Content-Id":          {fmt.Sprintf("<%x@attachment>", sum[:8])},
		},
	}, nil
}

// newlines turns CR LF and lone CR into LF; the encoder writes CR LF.
func newlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
