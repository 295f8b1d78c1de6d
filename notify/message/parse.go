package message

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"ascolto/internal/civic"
)

// Parsed is a mail taken apart for a page that shows it.
type Parsed struct {
	From, To, Subject string
	MessageID         string
	Date              time.Time
	Text, HTML        string
	Header            []string // the fields as written, unfolded
	Attached          int      // how many files go with it
}

// maxParsed bounds what is taken apart, in bytes.
const maxParsed = 4 << 20

// Parse takes a mail apart, or returns an Invalid error. It reads what Mail.Bytes writes; attachments are
// left out.
func Parse(raw []byte) (Parsed, error) {
	if len(raw) > maxParsed {
		return Parsed{}, civic.NewError(civic.TooLarge, "notify.error.size")
	}
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Parsed{}, civic.Wrap(civic.Invalid, "notify.error.unreadable", err)
	}
	m := Parsed{
		From:      decodeWords(message.Header.Get("From")),
		To:        decodeWords(message.Header.Get("To")),
		Subject:   decodeWords(message.Header.Get("Subject")),
		MessageID: message.Header.Get("Message-Id"),
	}
	m.Date, _ = message.Header.Date()
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	m.Header = strings.Split(strings.ReplaceAll(string(head), "\r\n ", " "), "\r\n")
	err = m.parts(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"),
		message.Body, 0)
	if err != nil {
		return Parsed{}, civic.Wrap(civic.Invalid, "notify.error.unreadable", err)
	}
	return m, nil
}

func (m *Parsed) parts(contentType, encoding string, body io.Reader, depth int) error {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(media, "multipart/") && depth < 4 {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if strings.HasPrefix(part.Header.Get("Content-Disposition"), "attachment") {
				m.Attached++
				continue
			}
			if err := m.parts(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"),
				part, depth+1); err != nil {
				return err
			}
		}
	}
	switch media {
	case "text/plain":
		m.Text, err = decodePart(encoding, body)
	case "text/html":
		m.HTML, err = decodePart(encoding, body)
	}
	return err
}

func decodePart(encoding string, body io.Reader) (string, error) {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	return strings.ToValidUTF8(newlines(string(b)), "\uFFFD"), err
}

func decodeWords(s string) string {
	if decoded, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return decoded
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
