package inbound

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// nested returns a mail with parts within parts, so many deep.
func nested(depth int) []byte {
	var b strings.Builder
	b.WriteString(from + "Subject: bambole\nContent-Type: multipart/mixed; boundary=b0\n\n")
	for n := range depth {
		fmt.Fprintf(&b, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", n, n+1)
	}
	fmt.Fprintf(&b, "--b%d\n\nin fondo\n", depth)
	return []byte(b.String())
}

// TestMailBombs: what is made to break those who read it is refused, with the reason, with sender and subject
// as far as they can be read, in little time and room.
func TestMailBombs(t *testing.T) {
	t.Parallel()
	parts := func(n int) string {
		return strings.Repeat("--b\nContent-Type: image/png\n\nx\n", n) + "--b--\n"
	}
	many := "Subject: a\nContent-Type: multipart/mixed; boundary=b"
	mail := func(head, body string) []byte { return mailOf(from+head, body) }
	for name, c := range map[string]struct {
		raw  []byte
		want Why
	}{
		"a thousand deep":      {nested(1000), TooDeep},
		"eight deep":           {nested(8), ""},
		"10,000 readers":       {mail("Subject: a\nCc: "+strings.Repeat("a@b.eu, ", 10_000), "a"), ManyReaders},
		"a header of 50 MB":    {mail("Subject: a\nX-A: "+strings.Repeat("a", 50<<20), "a"), TooLarge},
		"a header of 20 MB":    {mail("Subject: a\nX-A: "+strings.Repeat("a", 20<<20), "a"), LongHeader},
		"100,000 folded lines": {mail("Subject: a\nX-A: b"+strings.Repeat("\n c", 100_000), "a"), LongHeader},
		"10,000 fields":        {mail("Subject: a\n"+strings.Repeat("X-A: b\n", 10_000)+"X-B: c", "a"), LongHeader},
		"10,000 parts":         {mail(many, parts(10_000)), ManyParts},
		"a hundred parts":      {mail(many, parts(100)), ""},
		"a header of a part":   {mail(many, "--b\nX-A: "+strings.Repeat("a", 1<<20)+"\n\na\n--b--"), LongHeader},
		"a boundary of 5,000":  {mail(many+strings.Repeat("b", 5000), "a"), Unreadable},
		"33 MB":                {mail("Subject: a", strings.Repeat("a\n", 17<<20)), TooLarge},
		"a page 100,000 deep": {mail("Subject: a\nContent-Type: text/html",
			strings.Repeat("<div>", 100_000)+"in fondo"), ""},
		"a text without breaks": {mail("Subject: a", strings.Repeat("a", 8<<20)), ""},
		"words in a comment":    {mail("Subject: a\nComments: "+strings.Repeat("=?utf-8?Q?a?= ", 15_000), "a"), ""},
		"15,000 words of 2047": {mailOf("Subject: "+strings.Repeat("=?utf-8?Q?a?= ", 15_000)+
			"\nFrom: a@b.example", "a"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			m, why := refused(t, c.raw)
			if why != c.want {
				t.Errorf("refused for %q, want %q", why, c.want)
			}
			if m.From.Address == "" || m.Subject == "" {
				t.Errorf("of the mail nothing is known: %+v", m.From)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
			for _, f := range m.Files {
				if _, err := io.Copy(io.Discard, f.Open()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestReadingTakesLittleRoom: what stands beside a mail in memory is little, however large its files are.
func TestReadingTakesLittleRoom(t *testing.T) {
	raw := mailOf(from+"Content-Type: multipart/mixed; boundary=b", "--b\n\nCiao\n--b\n"+
		"Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n"+
		"Content-Transfer-Encoding: base64\n\n"+strings.Repeat(strings.Repeat("A", 76)+"\n", 350_000)+"--b--")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m := read(t, raw)
	n, err := io.Copy(io.Discard, m.Files[0].Open())
	runtime.ReadMemStats(&after)
	if err != nil || n != 350_000*57 {
		t.Fatalf("%d bytes of a file, %v", n, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d MB were taken for a mail of %d MB", used>>20, len(raw)>>20)
	}
}
