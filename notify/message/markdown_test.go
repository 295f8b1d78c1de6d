package message

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/markdown/markdowntest"
)

func TestBodyBecomesHTMLAndText(t *testing.T) {
	t.Parallel()
	b, err := parseBody(strings.Join([]string{
		"# Mercato *rionale*", "",
		"Gentile {{given_name|cittadina/o}},",
		"il mercato di **{{district}}** cambia giorno: costa 3 \\* 2 &amp; poco.", "",
		"- vestiti", "- [orari](https://comune.example/orari)", "  1. lunedì", "  2. martedì", "",
		"> citato", "", "`a\\*b` <https://comune.example>", "", "    codice  {{family_name}}", "", "---",
		"Scriva a [urp@comune.example](mailto:urp@comune.example)",
	}, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"given_name": "Nicolò", "district": "<b>Sant'Ànna & \"co\"</b>",
		"family_name": "D'Àngelo"}
	wantText := strings.Join([]string{
		"Mercato rionale", "",
		"Gentile Nicolò,", "il mercato di <b>Sant'Ànna & \"co\"</b> cambia giorno: costa 3 * 2 &amp; poco.",
		"",
		"- vestiti", "- orari (https://comune.example/orari)", "  1. lunedì", "  2. martedì", "",
		"> citato", "", "`a\\*b` <https://comune.example>", "", "codice  D'Àngelo", "",
		strings.Repeat("-", 40), "", "Scriva a urp@comune.example",
	}, "\n")
	if diff := cmp.Diff(wantText, b.text.fillText(values)); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	got := b.html.fillHTML(values)
	for _, want := range []string{"<h1>Mercato <em>rionale</em></h1>", "Gentile Nicolò,",
		`<a href="https://comune.example/orari">orari</a>`,
		"&lt;b&gt;Sant&#39;Ànna &amp; &#34;co&#34;&lt;/b&gt;", "<blockquote>"} {
		if !strings.Contains(got, want) {
			t.Errorf("HTML lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "<b>") || strings.ContainsRune(got, markOpen) {
		t.Errorf("HTML holds a value unescaped or a mark:\n%s", got)
	}
	if got := b.text.fillText(nil); !strings.Contains(got, "Gentile cittadina/o,") {
		t.Errorf("without a name the fallback is missing:\n%s", got)
	}
}

// Writers use the names of their language; what is stored with the names of the other stays good.
func TestFieldsHaveNamesInBothLanguages(t *testing.T) {
	t.Parallel()
	values := map[string]string{"given_name": "Nicolò", "family_name": "D'Àngelo", "name": "Nicolò D'Àngelo",
		"district": "Sant'Agnese"}
	for i, field := range PersonFields() {
		for _, name := range []string{field, fieldsIn("it")[i]} {
			p, err := parsePattern("«{{ " + name + " | nessuno }}»")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got, want := p.fillText(values), "«"+values[field]+"»"; got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
			if got := p.fillText(nil); got != "«nessuno»" {
				t.Errorf("%s without a value: %s", name, got)
			}
		}
	}
	if fields, example := FieldHint("it",
		"cittadina/o"); fields != "{{nome}}, {{cognome}}, {{nome_completo}}, {{quartiere}}" ||
		example != "{{nome|cittadina/o}}" {
		t.Errorf("the hint says %s and %s", fields, example)
	}
}

func TestBodyIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"Ciao {{secondo_nome}}":               "notify.error.template.field",
		"Ciao {{}}":                           "notify.error.template.field",
		"Ciao {{given_name":                   "notify.error.template.open",
		"Ciao {{given_name|{{name}}}}":        "notify.error.template.open",
		"[qui](https://x.example/{{name}})":   "notify.error.template.place",
		"vedi https://x.example/{{name}}":     "notify.error.template.place",
		"![foto](https://x.example/a.png)":    "notify.error.body.image",
		"[qui](www.comune.example)":           "notify.error.body.link",
		"---\n>\n> - ":                        "notify.error.body.marks",
		"# uno\n\n### tre":                    "notify.error.body.heading",
		"[qui](javascript:alert(1))":          "notify.error.body.link",
		"[qui](/relativo)":                    "notify.error.body.link",
		"[qui](data:text/html,x)":             "notify.error.body.link",
		strings.Repeat("{{name}}", maxGaps+1): "notify.error.template.many",
	} {
		_, err := parseBody(source)
		var e *civic.Error
		if !errors.As(err, &e) || e.Message.Key != want || e.Code != civic.Invalid {
			t.Errorf("%q: got %v, want %s", civic.Shorten(source, 60), err, want)
		}
	}
	_, err := parseBody("{{codice_segreto}}")
	var e *civic.Error
	if !errors.As(err, &e) || e.Message.Args["Field"] != "codice_segreto" {
		t.Errorf("the unknown field is not named: %v", err)
	}
}

// Whatever is written, every word of it is in both parts of the mail that arrives, or the form says why it
// cannot be.
func TestEveryWordArrives(t *testing.T) {
	t.Parallel()
	r, sent := rand.New(rand.NewPCG(2026, 12)), 0
	for i := range 2_000 {
		source := markdowntest.Scribble(r)
		l, err := ParseLetter("it", "Avviso", source, "")
		if err != nil {
			if civic.CodeOf(err) != civic.Invalid {
				t.Fatalf("text %d: %v\n%q", i, err, source)
			}
			continue
		}
		sent++
		got := arrived(t, l)
		for part, seen := range map[string]string{"HTML": markdowntest.Shown(t, got.HTML), "text": got.Text} {
			end := strings.LastIndex(seen, lastLine)
			if end < 0 {
				t.Fatalf("text %d: the %s has no end: %q", i, part, seen)
			}
			if lost := markdowntest.Missing(source, seen[:end]); len(lost) > 0 {
				t.Fatalf("text %d: the %s lacks %q\n%q\n%q", i, part, lost, source, seen)
			}
		}
	}
	t.Logf("%d mails", sent)
	if sent < 1_000 {
		t.Errorf("only %d texts became mails", sent)
	}
}

// lastLine stands below the letters of the test.
const lastLine = "Fine dell'avviso"

// arrived returns a letter as a mail program shows it.
func arrived(t *testing.T, l Letter) Parsed {
	t.Helper()
	r := l.Render(Frame{Footer: []Footnote{{Text: lastLine}}}, nil)
	m := testMail()
	m.Subject, m.Text, m.HTML = r.Subject, r.Text, r.HTML
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func FuzzBody(f *testing.F) {
	for _, s := range []string{"# a\n{{name|x}}", "[a](https://b.example)", "{{", "}}", "<https://a.example>",
		"- a\n  - b\n\n    c", "![a](b)", "[a]: javascript:x\n[a]",
		string(markOpen) + string(markDigit) + string(markClose), "&#x6a;avascript:", "`{{name}}`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		b, err := parseBody(source)
		if err != nil {
			if civic.CodeOf(err) == civic.Internal {
				t.Fatalf("internal error: %v", err)
			}
			return
		}
		for _, value := range []string{"<script>x</script>", `" onclick="x`} {
			out := strings.ToLower(
				b.html.fillHTML(map[string]string{"name": value, "given_name": value, "family_name": value,
					"district": value}))
			for _, bad := range []string{"<script", "<img", "javascript:", "<iframe", "<style"} {
				if strings.Contains(strings.ReplaceAll(out, "&#", ""), bad) &&
					(bad[0] == '<' || strings.Contains(out, `href="`+bad)) {
					t.Fatalf("%q in %q", bad, out)
				}
			}
		}
	})
}
