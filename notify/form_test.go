package notify

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// boundary is what separates the parts of a mail, made of chance.
var boundary = regexp.MustCompile(`[0-9a-f]{60}`)

// TestMailsKeepTheirForm: a code, a message in HTML and a campaign are, byte for byte, the mails in testdata,
// but for their boundaries, which chance makes, and the ends of their lines, which are LF there.
func TestMailsKeepTheirForm(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC)
	o := openOffice(t, 1, func(o *Options) { o.Now = func() time.Time { return at } })
	code := Message{ID: "form/code", To: "anna@posta.example", Name: "Anna Bellucci, URP", Language: "it",
		Subject: "Codice di accesso: 12345678", Text: "Il codice è:\n\n12345678\n\nVale 10 minuti.",
		Class: ClassCode}
	html := Message{ID: "form/html", To: "anna@posta.example", Language: "en", Subject: "Sant'Ànna & Borgo",
		Text: "Guten Tag", HTML: `<p onclick="x">Guten <b>Tag</b> <a href="https://x.example/?a=1&b">qui</a></p>`,
		Class: ClassService, Contact: "anna"}
	for _, m := range []Message{code, html} {
		if err := o.Enqueue(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	c := o.launch("form", func(in *CampaignInput) {
		in.Contents["it"] = Content{Subject: "Mercato a {{quartiere|Borgo}}",
			Body: "# Mercato\n\nGentile {{nome|cittadina/o}},\n\n- *lunedì* <https://x.example>\n"}
	})
	if err := o.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]civic.ID{"code": "message/form/code", "html": "message/form/html",
		"campaign": civic.Key(c.ID, "c00000")} {
		d := o.delivery(id)
		a, err := o.compose(t.Context(), &d)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := a.mail.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		got := boundary.ReplaceAllString(strings.ReplaceAll(string(raw), "\r\n", "\n"), "BOUNDARY")
		want, err := os.ReadFile(filepath.Join("testdata", name+".eml.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
