package message

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

func testMail() Mail {
	return Mail{
		ID: "<abc@comune.example>", Date: time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC),
		From: reach.Mailbox{Name: "Comune di Borgo Sant'Ànna, URP", Address: "posta@comune.example"},
		To:   reach.Mailbox{Name: `Nicolò "Nico" D'Àngelo`, Address: "nicolo.dangelo@posta.example"},
		Subject: "Mercato rionale di piazza Libertà: da lunedì 7 dicembre cambia orario, perché la città è in " +
			"festa e le bancarelle restano " +
			"aperte più a lungo",
		Text: "Buongiorno,\n.una riga che comincia con un punto\n" + strings.Repeat("parole lunghe ", 120) +
			"\nè tutto.",
		HTML: "<p>Buongiorno, è tutto.</p>", Unsubscribe: "https://comune.example/disiscrizione/" +
			strings.Repeat("a", 150),
	}
}

func TestMailIsWhatAReaderExpects(t *testing.T) {
	t.Parallel()
	m := testMail()
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	checkLines(t, raw)
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	from, err := mail.ParseAddress(parsed.Header.Get("From"))
	if err != nil || from.Name != m.From.Name || from.Address != m.From.Address {
		t.Errorf("From: %v %v", from, err)
	}
	to, err := parsed.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != m.To.Name || to[0].Address != m.To.Address {
		t.Errorf("To: %v %v", to, err)
	}
	for name, want := range map[string]string{
		"Subject": m.Subject, "Message-Id": m.ID, "List-Unsubscribe": "<" + m.Unsubscribe + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "",
		"Date": "Mon, 23 Nov 2026 08:30:00 +0100", "Mime-Version": "1.0",
	} {
		got, _ := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get(name))
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for line := range strings.SplitSeq(strings.SplitN(string(raw), "\r\n\r\n", 2)[0], "\r\n") {
		if len(line) > aimLine && !strings.HasPrefix(line, "List-Unsubscribe: ") &&
			!strings.HasPrefix(line, "Content-Type: ") {
			t.Errorf("line of %d: %s", len(line), line)
		}
	}
	media, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil || media != "multipart/alternative" {
		t.Fatalf("Content-Type: %v %v", media, err)
	}
	parts := multipart.NewReader(parsed.Body, params["boundary"])
	for _, want := range []string{m.Text, m.HTML} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(part)
		if diff := cmp.Diff(want, newlines(string(got))); diff != "" {
			t.Errorf("part (-want +got):\n%s", diff)
		}
	}
}

func TestMailOfAProgramSaysSo(t *testing.T) {
	t.Parallel()
	m := testMail()
	m.Automatic, m.Unsubscribe, m.HTML = true, "", ""
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	parsed, _ := mail.ReadMessage(bytes.NewReader(raw))
	if parsed.Header.Get("Auto-Submitted") != "auto-generated" ||
		parsed.Header.Get("List-Unsubscribe") != "" ||
		!strings.HasPrefix(parsed.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("header: %v", parsed.Header)
	}
}

func TestMessageIDIsStableAndTellsNothing(t *testing.T) {
	t.Parallel()
	a := IDOf("camp1/contact1", "comune.example")
	if a != IDOf("camp1/contact1", "comune.example") {
		t.Error("differs for the same delivery")
	}
	if a == IDOf("camp1/contact2", "comune.example") || strings.Contains(a, "contact") ||
		!strings.HasSuffix(a, "@comune.example>") {
		t.Errorf("got %s", a)
	}
}

// injections are texts that try to end a field, add a recipient or break a line limit.
func injections() []string {
	var all []string
	for _, end := range []string{"\r\n", "\n", "\r", "\x00", "\r\n ", "\u2028", "\u0085", "\x0b", "%0d%0a"} {
		for _, field := range []string{"Bcc: spia@altrove.example", "X-Evil: 1", "\r\nCorpo iniettato",
			"Content-Type: text/html"} {
			all = append(all, "Mario"+end+field)
		}
	}
	all = append(all,
		"=?utf-8?q?Mario=0d=0aBcc:_spia@altrove.example?=",
		"=?utf-8?B?DQpCY2M6IHNwaWFAYWx0cm92ZS5leGFtcGxl?=", `" <spia@altrove.example>, "`,
		"Mario <spia@altrove.example>,", "a@b.example, spia@altrove.example",
		"spia@altrove.example>\r\nRCPT TO:<x@y.example", `"a\"b" <spia@altrove.example>;`,
		"gruppo: spia@altrove.example;", "(commento) spia@altrove.example", `"con spazi"@altrove.example`,
		"a@b@altrove.example", "a@[127.0.0.1]", "a@-altrove.example",
		"a b@altrove.example", "@altrove.example", "a@", "a..b@altrove.example", ".a@altrove.example",
		"a>@altrove.example", "<a@altrove.example>",
		strings.Repeat("x", 3000), strings.Repeat("è", 1500), strings.Repeat("x", 65)+
			"@altrove.example", "a@"+strings.Repeat("y.", 150)+"example", "\xff\xfe", "Mario\tBcc: x")
	return all
}

func TestInjectionsAddNothing(t *testing.T) {
	t.Parallel()
	payloads := injections()
	if len(payloads) < 60 {
		t.Fatalf("%d payloads, 60 are promised", len(payloads))
	}
	places := map[string]func(*Mail, string){
		"from name":   func(m *Mail, s string) { m.From.Name = s },
		"to name":     func(m *Mail, s string) { m.To.Name = s },
		"subject":     func(m *Mail, s string) { m.Subject = s },
		"to":          func(m *Mail, s string) { m.To.Address = s },
		"from":        func(m *Mail, s string) { m.From.Address = s },
		"reply to":    func(m *Mail, s string) { m.ReplyTo = s },
		"id":          func(m *Mail, s string) { m.ID = "<" + s + "@x>" },
		"unsubscribe": func(m *Mail, s string) { m.Unsubscribe = "https://x.example/" + s },
		"file name": func(m *Mail, s string) {
			m.Attachments = []Attachment{{Name: s, Type: "text/plain", Content: []byte("x")}}
		},
		"file type": func(m *Mail, s string) {
			m.Attachments = []Attachment{{Name: "a.txt", Type: "text/plain; " + s}}
		},
		"text": func(m *Mail, s string) { m.Text = s },
	}
	want := []string{"Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post",
		"Message-Id", "Mime-Version", "Subject", "To"}
	built := 0
	for place, set := range places {
		for _, payload := range payloads {
			m := testMail()
			set(&m, payload)
			raw, err := m.Bytes()
			if err != nil {
				if code := civic.CodeOf(err); code != civic.Invalid && code != civic.TooLarge {
					t.Errorf("%s %q: %v", place, payload, err)
				}
				continue
			}
			built++
			checkLines(t, raw)
			parsed, err := mail.ReadMessage(bytes.NewReader(raw))
			if err != nil {
				t.Errorf("%s %q: %v", place, payload, err)
				continue
			}
			var got []string
			for name := range parsed.Header {
				if name != "Reply-To" {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %q: header fields (-want +got):\n%s", place, payload, diff)
			}
			to, err := parsed.Header.AddressList("To")
			if err != nil || len(to) != 1 || strings.Contains(to[0].Address, "spia") && place != "to" {
				t.Errorf("%s %q: recipients %v %v", place, payload, to, err)
			}
			if from, err := parsed.Header.AddressList("From"); err != nil || len(from) != 1 {
				t.Errorf("%s %q: senders %v %v", place, payload, from, err)
			}
		}
	}
	if built < 60 {
		t.Errorf("only %d mails were built: the check above proves little", built)
	}
}

// checkLines demands CR LF everywhere and no line beyond the limit.
func checkLines(t *testing.T, raw []byte) {
	t.Helper()
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > maxLine || bytes.ContainsAny(line, "\r\n\x00") {
			t.Errorf("bad line of %d bytes: %.80q", len(line), line)
		}
	}
}

func FuzzHeader(f *testing.F) {
	for _, s := range injections() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := testMail()
		m.Subject, m.To.Name = s, s
		raw, err := m.Bytes()
		if err != nil {
			return
		}
		checkLines(t, raw)
		got, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(strings.Fields(got.Subject), " ") != strings.Join(
			strings.Fields(civic.Unformatted(s)), " ") {
			t.Fatalf("subject %q came back as %q", s, got.Subject)
		}
		if len(got.Header) != 9 {
			t.Fatalf("%d fields: %q", len(got.Header), got.Header)
		}
	})
}

func TestReadMailReturnsWhatWasWritten(t *testing.T) {
	t.Parallel()
	m := testMail()
	m.Attachments = []Attachment{{Name: "verbale è lungo.txt", Type: "text/plain",
		Content: []byte("allegato")}}
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != m.Text || got.HTML != m.HTML || got.Subject != m.Subject || got.MessageID != m.ID ||
		!got.Date.Equal(m.Date) {
		t.Errorf("got %+v", got)
	}
	if !strings.Contains(string(raw), "filename*=utf-8''verbale%20%C3%A8%20lungo.txt") {
		t.Error("the file name is not written by RFC 2231")
	}
	for _, bad := range []string{"", "no header", "Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing",
		"Content-Type: ;;\r\n\r\n"} {
		if _, err := Parse([]byte(bad)); err == nil || civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestMailsOfAThread: the ids of mails about one thing say what it is, each differs, and all name their
// thread, so that an answer to any is known by it; nothing can be added to a header that way.
func TestMailsOfAThread(t *testing.T) {
	t.Parallel()
	const thread = "2026-000001.0123456789abcdefghjk"
	first := ThreadID("message/a", thread, "comune.example")
	second := ThreadID("message/b", thread, "comune.example")
	if first == second || !strings.HasSuffix(first, "."+thread+"@comune.example>") ||
		first != ThreadID("message/a", thread, "comune.example") {
		t.Errorf("the ids are %s and %s", first, second)
	}
	m := testMail()
	m.Thread = thread
	raw, err := m.Bytes()
	if want := "References: <" + thread + "@" + m.From.Domain() + ">"; err != nil ||
		!strings.Contains(strings.ReplaceAll(string(raw), "\r\n ", " "), want) {
		t.Errorf("the mail does not say %s: %v\n%s", want, err, raw)
	}
	for _, wrong := range []string{"a>\r\nBcc: b@c.example", "a> <b", "a@b"} {
		m.Thread = wrong
		if _, err := m.Bytes(); err == nil {
			t.Errorf("%q is a thread", wrong)
		}
	}
}
