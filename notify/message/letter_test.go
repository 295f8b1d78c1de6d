package message

import (
	"strings"
	"testing"
	"unicode"
)

// A name or a subject cannot turn what stands behind it, nor hide signs: not in the header of a mail, nor in
// the words it is filled into.
func TestNamesTurnNoText(t *testing.T) {
	t.Parallel()
	const turned = "Anna\u202E.moc\u2066 \u200BBo\U000E0041\u00AD"
	m := testMail()
	m.Subject, m.From.Name, m.To.Name = turned, turned, turned
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	read, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(read.Subject, "Anna.moc Bo") || !strings.Contains(read.To, "Anna.moc Bo") {
		t.Errorf("the header: %q, %q", read.Subject, read.To)
	}
	l, err := ParseLetter("it", "Mercato a {{district|Borgo}}",
		"# Mercato\n\nGentile {{given_name|cittadina/o}},\n\n- *lunedì*\n", "")
	if err != nil {
		t.Fatal(err)
	}
	r := l.Render(Frame{}, map[string]string{"given_name": turned, "district": turned})
	if !strings.Contains(r.Text, "Anna.moc Bo") {
		t.Errorf("the words: %q", r.Text)
	}
	for _, s := range []string{read.Subject, read.From, read.To, r.Subject, r.Text, r.HTML} {
		if i := strings.IndexFunc(s, func(c rune) bool { return unicode.Is(unicode.Cf, c) }); i >= 0 {
			t.Errorf("an unseen sign in %q", s)
		}
	}
}
