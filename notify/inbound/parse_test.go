package inbound

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/reach"
)

// mailOf returns a mail with a header and a body, its lines ended as mail has it.
func mailOf(head, body string) []byte {
	return []byte(strings.ReplaceAll(head+"\n\n"+body, "\n", "\r\n"))
}

const from = "From: Anna Verdi <anna@posta.example>\nTo: urp@comune.example\n"

func read(t testing.TB, raw []byte) Mail {
	t.Helper()
	m, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// contents returns the names of files and what is in them.
func contents(t testing.TB, m Mail) (all [][2]string) {
	t.Helper()
	for _, f := range m.Files {
		b, err := io.ReadAll(f.Open())
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all = append(all, [2]string{f.Name, string(b)})
	}
	return all
}

// TestEncodings: what people write arrives, in whatever signs their programs send it, and when those say
// nothing of them, or something wrong.
func TestEncodings(t *testing.T) {
	t.Parallel()
	text := func(head string) string { return from + head }
	for name, c := range map[string]struct {
		head, body, subject, want string
	}{
		"utf-8": {text("Subject: Perché\nContent-Type: text/plain; charset=utf-8"),
			"Però è così.", "Perché", "Però è così."},
		"nothing said, ASCII": {text("Subject: Lampione"), "Non va.", "Lampione", "Non va."},
		"nothing said, UTF-8": {text("Subject: Lampione"), "È già là.", "Lampione", "È già là."},
		"nothing said, Windows": {text("Subject: Citt\xe0"), "Perch\xe9 cos\xec \x80 10 \x93no\x94", "Città",
			"Perché così € 10 “no”"},
		"ISO 8859-1": {text("Subject: =?iso-8859-1?Q?Citt=E0?=\nContent-Type: text/plain; charset=iso-8859-1\n" +
			"Content-Transfer-Encoding: quoted-printable"), "Perch=E9 =\nno?", "Città", "Perché no?"},
		"ISO 8859-15": {text("Subject: =?ISO-8859-15?Q?10_=A4?=\n" +
			"Content-Type: text/plain; charset=\"iso-8859-15\""),
			"costa 10 \xa4 l'anno, e di pi\xf9 non si pu\xf2 chiedere a chi abita qui da trent'anni e ne paga gi\xe0" +
				" altri, come sanno tutti", "10 €",
			"costa 10 € l'anno, e di più non si può chiedere a chi abita qui da trent'anni e ne paga già" +
				" altri, come sanno tutti"},
		"windows-1252": {text("Subject: a\nContent-Type: text/plain; charset=windows-1252"),
			"\x93Caff\xe8\x94 \x80 2", "a", "“Caffè” € 2"},
		"UTF-7": {text("Subject: a\nContent-Type: text/plain; charset=utf-7"), "Citt+AOA-", "a", "Città"},
		"a charset that there is not": {text("Subject: a\nContent-Type: text/plain; charset=x-marziano"),
			"Citt\xe0", "a", "Città"},
		"UTF-16": {text("Subject: a\nContent-Type: text/plain; charset=utf-16le\n" +
			"Content-Transfer-Encoding: base64"),
			"QwBpAHQAdADgAA==", "a", "Città"},
		"broken base64": {text("Subject: a\nContent-Type: text/plain; charset=utf-8\n" +
			"Content-Transfer-Encoding: base64"), "Q2l0dMOg!!\n*IGRhIG\n\n9nZ2k", "a", "Città da oggi"},
		"words of several charsets": {text("Subject: =?utf-8?B?UGVyY2jDqQ==?= =?iso-8859-1?Q?_citt=E0?="), "a",
			"Perché città", "a"},
		"a word that is none": {text("Subject: =?utf-8?B?UGVyY2jDqQ"), "a", "=?utf-8?B?UGVyY2jDqQ", "a"},
		"a folded subject": {text("Subject: Lampione\n\tspento\n in via Emilia"), "a",
			"Lampione spento in via Emilia", "a"},
		"control signs": {text("Subject: a\x00b\x07"), "c\x00d\x1b[31m\te", "ab", "cd[31m\te"},
		"a page whose head has no end": {text("Subject: a\nContent-Type: text/html; charset=utf-8"),
			"<html><head><title>No</title><body><p>Buongiorno, <noscript>il lampione", "a",
			"Buongiorno, il lampione"},
		"a page alone": {text("Subject: a\nContent-Type: text/html; charset=utf-8"),
			"<html><head><title>No</title><style>p{}</style></head><body><p>Buongiorno,</p><p>il <b>lampione</b>" +
				"&nbsp;&egrave; spento.<br>Vedi <a href=\"https://foto.example/1\">la foto</a></p>" +
				"<script>alert(1)</script><ul><li>uno<li>due</ul></body></html>", "a",
			"Buongiorno,\n\nil lampione è spento.\nVedi la foto (https://foto.example/1)\n\n- uno\n- due"},
		"neither subject nor text": {text("X-Mailer: a"), "", "", ""},
		"no type that is one":      {text("Subject: a\nContent-Type: testo"), "Ciao", "a", "Ciao"},
		"parts without a boundary": {text("Subject: a\nContent-Type: multipart/mixed"), "Ciao", "a", "Ciao"},
		"bare line feeds":          {text("Subject: a\nX-A: b"), "Ciao\nmondo", "a", "Ciao\nmondo"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := mailOf(c.head, c.body)
			if strings.Contains(name, "bare") {
				raw = []byte(c.head + "\n\n" + c.body)
			}
			m := read(t, raw)
			if m.Subject != c.subject || m.Text != c.want {
				t.Errorf("subject %q, text %q; want %q, %q", m.Subject, m.Text, c.subject, c.want)
			}
			if m.From.Address != "anna@posta.example" || len(m.Files) != 0 {
				t.Errorf("from %v, %d files", m.From, len(m.Files))
			}
		})
	}
}

// TestFilesOfAMail: what came along is found, under its name, whole, and whatever stands in the text is not
// taken for a file.
func TestFilesOfAMail(t *testing.T) {
	t.Parallel()
	m := read(t, mailOf(from+`Subject: Foto
Content-Type: multipart/mixed; boundary="fuori"`, `Questo non lo legge nessuno.
--fuori
Content-Type: multipart/alternative; boundary="fuori-dentro"

--fuori-dentro
Content-Type: text/plain; charset=utf-8

Ecco le foto.
--fuori-dentro
Content-Type: text/html

<p>Ecco le <i>foto</i>.</p>
--fuori-dentro--
--fuori
Content-Type: image/png; name="=?utf-8?Q?citt=C3=A0.png?="
Content-Disposition: inline

dentro il testo
--fuori
Content-Type: application/pdf
Content-Disposition: attachment;
 filename*0*=utf-8''Perch%C3%A9%20;
 filename*1*=no.pdf
Content-Transfer-Encoding: base64

JVBERi0x
 LjQK###
--fuori
Content-Type: text/plain; charset=utf-16
Content-Disposition: attachment; filename="nota.txt"
Content-Transfer-Encoding: quoted-printable

a=3Db
--fuori
Content-Type: message/rfc822

Subject: un'altra

--fuori-- no
Ciao
--fuori--
e questo nemmeno
`))
	if m.Text != "Ecco le foto." {
		t.Errorf("text %q", m.Text)
	}
	want := [][2]string{{"Perché no.pdf", "%PDF-1.4\n"}, {"nota.txt", "a=b"},
		{"", "Subject: un'altra\r\n"}, {"città.png", "dentro il testo"}}
	if diff := cmp.Diff(want, contents(t, m)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestMailThatIsAFile: a mail that is nothing but a file, and one that was cut off in the middle.
func TestMailThatIsAFile(t *testing.T) {
	t.Parallel()
	m := read(t, mailOf(from+"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64",
		"JVBERi0xLjQK"))
	if got := contents(t, m); m.Text != "" || !cmp.Equal(got, [][2]string{{"a.pdf", "%PDF-1.4\n"}}) {
		t.Errorf("text %q, files %q", m.Text, got)
	}
	m = read(t, mailOf(from+"Content-Type: multipart/mixed; boundary=b", "--b\n\nCiao\n--b\n"+
		"Content-Type: image/jpeg; name=foto.jpg\nContent-Transfer-Encoding: base64\n\nAAAA\nAA"))
	got := contents(t, m)
	if m.Text != "Ciao" || !cmp.Equal(got, [][2]string{{"foto.jpg", "\x00\x00\x00\x00"}}) {
		t.Errorf("text %q, files %q", m.Text, got)
	}
}

// TestWhoWrote: the sender is the address that the header says, never one that its name says.
func TestWhoWrote(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]reach.Mailbox{
		"Anna Verdi <Anna.Verdi@Posta.Example>":          {Name: "Anna Verdi", Address: "Anna.Verdi@posta.example"},
		"anna@posta.example":                             {Address: "anna@posta.example"},
		"anna@posta.example (Anna)":                      {Name: "Anna", Address: "anna@posta.example"},
		"=?utf-8?Q?Anna_Per=C3=B2?= <a@posta.example>":   {Name: "Anna Però", Address: "a@posta.example"},
		"=?utf-8?Q?x=3Cb=40b.example=3E?= <a@c.example>": {Name: "x<b@b.example>", Address: "a@c.example"},
		"Verdi, Anna <a@posta.example>":                  {Name: "Verdi, Anna", Address: "a@posta.example"},
		"\"a@b.example\" <a@c.example>":                  {Name: "a@b.example", Address: "a@c.example"},
		"a@posta.example, b@posta.example":               {}, // who of them?
		"Anna <a@posta.example>, Bea <b@posta.example>":  {},
		"anna@posta.example <furbo@x.example>":           {},
		"<anna@posta.example> <furbo@x.example>":         {},
		"anna@posta.example, <furbo@x.example>":          {},
		"anna@posta.example\nFrom: furbo@x.example":      {},
		"anna":                          {},
		"<>":                            {},
		"anna@localhost":                {},
		"Anna <anna@posta.example\x00>": {},
	} {
		m, err := Read(mailOf("From: "+field+"\nSubject: a", "b"))
		if err != nil || m.From != want {
			t.Errorf("%q: %+v, want %+v; %v", field, m.From, want, err)
		}
	}
}

// TestWhatAMailAnswers: the mails that it answers, and to whom it went.
func TestWhatAMailAnswers(t *testing.T) {
	t.Parallel()
	m := read(t, mailOf(from+"Delivered-To: URP+2026-000001.abc@Comune.example\n"+
		"Message-ID: <m1@posta.example>\nIn-Reply-To: <c@comune.example> (la vostra)\n"+
		"References: <a@comune.example>\n <b@comune.example>\nCc: x@y.example", "Sì"))
	answers := []string{"c@comune.example", "b@comune.example", "a@comune.example"}
	if !cmp.Equal(m.Answers, answers) {
		t.Errorf("answers %q", m.Answers)
	}
	want := []string{"urp+2026-000001.abc@comune.example", "urp@comune.example", "x@y.example"}
	if !cmp.Equal(m.To, want) || m.MessageID != "m1@posta.example" {
		t.Errorf("to %q, id %q", m.To, m.MessageID)
	}
}

// TestAutomatic: nobody answers what a machine wrote, and people are not taken for one.
func TestAutomatic(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]Automatic{
		"X-A: b":                              "",
		"Auto-Submitted: no":                  "",
		"Auto-Submitted: No; why=\"x\"":       "",
		"X-Auto-Response-Suppress: None":      "",
		"Precedence: first-class":             "",
		"Return-Path: <anna@posta.example>":   "",
		"Auto-Submitted: auto-replied":        AutoSubmitted,
		"Auto-Submitted: auto-generated; a=b": AutoSubmitted,
		"X-Autoreply: yes":                    AutoSubmitted,
		"Precedence: Bulk":                    Bulk,
		"Precedence: auto_reply":              Bulk,
		"List-Id: <news.posta.example>":       Bulk,
		"Return-Path: <>":                     NoReturn,
		"Return-Path:":                        NoReturn,
		"X-Auto-Response-Suppress: All":       NoAnswers,
		"X-Ricevuta: avvenuta-consegna":       Receipt,
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b": Report,
	} {
		m, err := Read(mailOf(from+head, "--b\n\na\n--b--"))
		if err != nil || m.Automatic != want {
			t.Errorf("%s: %q, want %q; %v", head, m.Automatic, want, err)
		}
	}
	m := read(t, mailOf("From: Mail Delivery System <MAILER-DAEMON@posta.example>", "a"))
	if m.Automatic != NoReturn {
		t.Errorf("a bounce: %q", m.Automatic)
	}
}

// refused returns why a mail is not taken apart, "" when it is.
func refused(t testing.TB, raw []byte) (Mail, Why) {
	t.Helper()
	m, err := Read(raw)
	var r *Refusal
	if err != nil && !errors.As(err, &r) {
		t.Fatal(err)
	}
	if r == nil {
		return m, ""
	}
	return m, r.Why
}
