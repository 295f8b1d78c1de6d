package inbound

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzRead: whatever comes, reading it ends, with a mail whose texts can be shown and whose files can be
// read, or with a reason.
func FuzzRead(f *testing.F) {
	f.Add(mailOf(from+"Subject: =?iso-8859-15?Q?10_=A4?=\nContent-Type: text/plain; charset=utf-7", "Citt+AOA-"))
	f.Add(mailOf(from+"Content-Type: multipart/mixed; boundary=b", "--b\n\nCiao\n--b\nContent-Type: image/png;"+
		" name*0*=utf-8''a%20; name*1=b.png\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--"))
	f.Add(mailOf(from+"Content-Type: text/html; charset=windows-1252",
		"<p>Citt\xe0<a href='http://a.b'>x</a><script>"))
	f.Add(mailOf("Content-Type: multipart/report; boundary=\"a b\"\nReturn-Path: <>",
		"--a b\nContent-Type: message/delivery-status\n\nAction: failed\n--a b--"))
	f.Add(mailOf("References: <a@b> <\nIn-Reply-To: <>\nCc: \"a, b\" <a@b.example>, <c@d", "x"))
	f.Add(nested(12))
	f.Add(nested(3))
	f.Add(mailOf(from+"Cc: "+strings.Repeat("a@b.example,", 1200), ""))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Read(raw)
		var r *Refusal
		if err != nil && !errors.As(err, &r) {
			t.Fatalf("an error that is no reason: %v", err)
		}
		for _, s := range []string{m.Subject, m.From.Name, m.Text} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
				return unicode.IsControl(r) && r != '\n' && r != '\t'
			}) {
				t.Errorf("%q cannot be shown", s)
			}
		}
		if strings.ContainsAny(m.Subject+m.From.Name, "\n\t") || utf8.RuneCountInString(m.Subject) > maxSubject {
			t.Errorf("subject %q, name %q", m.Subject, m.From.Name)
		}
		if len(m.Answers) > maxReferences || len(m.To) > maxTo || len(m.Files) > maxParts {
			t.Errorf("%d answers, %d readers, %d files", len(m.Answers), len(m.To), len(m.Files))
		}
		for _, file := range m.Files {
			n, err := io.Copy(io.Discard, file.Open())
			if err != nil || n > int64(len(raw)) {
				t.Errorf("a file of %d bytes, %v", n, err)
			}
		}
	})
}
