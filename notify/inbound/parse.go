package inbound

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"strconv"
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

const (
	maxSubject = 200 // characters
	maxName    = 200 // of a file
)

// Read takes a mail apart. For what goes beyond the bounds, and for what cannot be read, it returns a
// *Refusal, and of the mail what its header says.
func Read(raw []byte) (m Mail, err error) {
	defer func() {
		if p := recover(); p != nil { // of whatever was not thought of: it is kept, and people look at it
			err = &Refusal{Unreadable}
		}
	}()
	s := scanned(raw)
	m = s.envelope()
	if s.fault != "" {
		return m, &Refusal{s.fault}
	}
	if n := strings.Count(s.head.all("To")+s.head.all("Cc"), "@"); n > maxTo {
		return m, &Refusal{ManyReaders}
	}
	e, err := decoded(s.out.Bytes())
	if err != nil {
		return m, &Refusal{Unreadable}
	}
	m.Text, m.Cut, m.Files = textOf(e), s.cut, s.files(e)
	return m, nil
}

// envelope returns what is read of the header alone.
func (s *scan) envelope() Mail {
	m := Mail{Subject: readable(enmime.DecodeRFC2047(bounded(s.head.first("Subject"))), maxSubject),
		MessageID: firstID(s.head.first("Message-ID")), Automatic: automatic(s.head, s.media)}
	m.From, _ = sender(bounded(s.head.all("From")))           // two of them name two
	if m.Certified = s.head.has("X-Trasporto"); m.Certified { // D.M. 2 November 2005, annex, 6.4 and 6.5
		m.From.Address = ""
	}
	m.To = s.head.recipients()
	m.Answers = s.head.answers()
	return m
}

// bounded returns as much of a field as is decoded.
func bounded(value string) string { return utf8Of([]byte(value[:min(len(value), maxField)])) }

// decoded has the library read what a scan wrote.
func decoded(mail []byte) (*enmime.Envelope, error) {
	return enmime.NewParser(
		enmime.SkipMalformedParts(true),
		enmime.MultipartWOBoundaryAsSinglePart(true),
		enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }),
		enmime.MaxStoredPartErrors(10),
		enmime.DisableTextConversion(true),
		enmime.DisableCharacterDetection(true),
	).ReadEnvelope(bytes.NewReader(mail))
}

// sender returns the mailbox of who wrote, and false where From does not name exactly one that can be written
// to: what mail servers check is the address in brackets, or the only one, so no other is believed.
func sender(from string) (reach.Mailbox, bool) {
	list, err := enmime.ParseAddressList(from)
	open, end := strings.LastIndexByte(from, '<'), strings.LastIndexByte(from, '>')
	bracketed := open >= 0 && end > open
	switch {
	case err == nil && len(list) == 1 && (!bracketed || strings.Contains(from[open:end], list[0].Address)):
	case err != nil && bracketed && !strings.Contains(from[:open], ">") && civic.IsBlank(from[end+1:]):
		// a name that is no phrase, as one with a comma
		list = []*mail.Address{{Name: strings.Trim(from[:open], "\" "), Address: from[open+1 : end]}}
	default:
		return reach.Mailbox{}, false
	}
	e, err := reach.ParseEmail(list[0].Address)
	if err != nil {
		return reach.Mailbox{}, false
	}
	return reach.Mailbox{Name: readable(list[0].Name, reach.MaxDisplayName), Address: e.Address}, true
}

// recipients returns the addresses to which the mail was sent, in small letters.
func (h header) recipients() (all []string) {
	for _, name := range []string{"Delivered-To", "X-Original-To", "To", "Cc"} {
		for word := range strings.FieldsFuncSeq(bounded(h.all(name)), func(r rune) bool {
			return strings.ContainsRune(" \t,;<>\"()", r)
		}) {
			if strings.Contains(word, "@") && len(all) < maxTo {
				all = append(all, strings.ToLower(word))
			}
		}
	}
	return all
}

// answers returns the ids of the mails that this one answers.
func (h header) answers() []string {
	answers := messageIDs(h.first("In-Reply-To"))
	refs := messageIDs(h.first("References"))
	for n := range refs {
		answers = append(answers, refs[len(refs)-1-n])
	}
	return answers[:min(len(answers), maxReferences)]
}

// messageIDs returns the ids of a field, without angle brackets.
func messageIDs(value string) (ids []string) {
	for part := range strings.SplitSeq(bounded(value), "<") {
		if id, _, ok := strings.Cut(part, ">"); ok && id != "" && !strings.ContainsAny(id, " \t") {
			ids = append(ids, id)
		}
	}
	return ids
}

func firstID(value string) string {
	if ids := messageIDs(value); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// files returns what came along: what was attached first, then pictures and the like that stand in the text.
func (s *scan) files(e *enmime.Envelope) (all []File) {
	for _, parts := range [][]*enmime.Part{e.Attachments, e.OtherParts, e.Inlines} {
		for _, p := range parts {
			n, err := strconv.Atoi(p.Header.Get(partField))
			if err != nil || n < 0 || n >= len(s.leaves) || isBody(p) {
				continue
			}
			l := s.leaves[n]
			all = append(all, File{Name: readable(p.FileName, maxName),
				open: func() io.Reader { return l.content(s.raw) }})
		}
	}
	return all
}

// isBody reports whether a part is a text that was not attached, only marked as standing in the mail.
func isBody(p *enmime.Part) bool {
	return p.Disposition != "attachment" && (p.ContentType == "text/plain" || p.ContentType == "text/html")
}

// content returns the content of l, decoded as it is read; what is broken in it is passed over.
func (l leaf) content(raw []byte) io.Reader {
	body := bytes.NewReader(raw[l.body:l.end])
	switch l.encoding {
	case "base64":
		return ended{base64.NewDecoder(base64.RawStdEncoding, signs{body})}
	case "quoted-printable":
		return ended{quotedprintable.NewReader(body)}
	}
	return body
}

// signs is a reader of the signs of base64 that passes over everything else.
type signs struct{ from io.Reader }

// Read implements io.Reader.
func (s signs) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	kept := 0
	for _, b := range p[:n] {
		if isSign[b] {
			p[kept] = b
			kept++
		}
	}
	return kept, err
}

var isSign = func() (is [256]bool) {
	for _, b := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		is[b] = true
	}
	return is
}()

// ended is a reader that ends where its content is broken.
type ended struct{ io.Reader }

// Read implements io.Reader.
func (e ended) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}
