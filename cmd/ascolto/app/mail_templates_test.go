package app

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/notify/message"
	"ascolto/web/locale"
)

// samples returns a value for each field of a template that nothing else in a mail looks like.
func samples(t message.Template) civic.Args {
	values := civic.Args{}
	for i, f := range t.Fields {
		switch f.Kind {
		case message.FieldNumber:
			values[f.Name] = 67 + i
		case message.FieldLink:
			values[f.Name] = fmt.Sprintf("https://campione.example/%s?a=%d&b=2", f.Name, i)
		case message.FieldDay:
			values[f.Name] = fmt.Sprintf("%d febbraio 1999", 20+i)
		default:
			values[f.Name] = fmt.Sprintf("Campione %s <%d>", f.Name, i)
		}
	}
	return values
}

// faults returns what is wrong with a template in a language.
func faults(catalogues *locale.Catalogues, t message.Template, lang locale.Lang) (found []string) {
	words := catalogues.In(lang)
	registry, err := message.NewRegistry(
		func(_ string, m civic.Message) string { return words.Message(m) }, t)
	if err != nil {
		return []string{err.Error()}
	}
	keys := []string{t.ID + ".subject", t.Title().Key, t.Reader().Key}
	if !t.SubjectOnly {
		keys = append(keys, t.ID+".text")
	}
	for _, f := range t.Fields {
		keys = append(keys, f.Meaning)
	}
	for _, key := range keys {
		if !words.Has(key) {
			found = append(found, "no text "+key)
		}
	}
	values := samples(t)
	got, err := registry.Compose(t.ID, string(lang), values)
	if err != nil {
		return append(found, err.Error())
	}
	if civic.IsBlank(got.Subject) || civic.IsBlank(got.Text) != t.SubjectOnly {
		found = append(found, "subject or text is empty, or text is not")
	}
	all := got.Subject + "\n" + got.Text
	if strings.Contains(all, "<no value>") || strings.Contains(all, "{{") {
		found = append(found, "a placeholder is not declared")
	}
	for name, value := range values {
		if !strings.Contains(all, fmt.Sprint(value)) {
			found = append(found, name+" is not used")
		}
	}
	if !t.SubjectOnly {
		found = append(found, partFaults(lang, got, values)...)
	}
	return found
}

// partFaults returns what of a mail does not arrive in one of its parts.
func partFaults(lang locale.Lang, c message.Composed, values civic.Args) (found []string) {
	frame := message.Frame{Sender: "Comune di Prova"}
	r := frame.Render(string(lang), c.Subject, c.Text, "")
	raw, err := message.Mail{
		ID: "<campione@comune.example>", Date: time.Now(), From: reach.Mailbox{Address: "urp@comune.example"},
		To: reach.Mailbox{Address: "anna@posta.example"}, Subject: r.Subject, Text: r.Text, HTML: r.HTML,
	}.Bytes()
	if err != nil {
		return []string{err.Error()}
	}
	read, err := message.Parse(raw)
	if err != nil {
		return []string{err.Error()}
	}
	unescaped := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#39;", "'", "&#34;", `"`, "&amp;", "&")
	for part, shown := range map[string]string{"text": read.Text, "HTML": unescaped.Replace(read.HTML)} {
		for name, value := range values {
			if strings.Contains(c.Text, fmt.Sprint(value)) && !strings.Contains(shown, fmt.Sprint(value)) {
				found = append(found, fmt.Sprintf("%s does not arrive in the %s part", name, part))
			}
		}
	}
	if read.Subject != c.Subject {
		found = append(found, "the subject does not arrive")
	}
	return found
}

// TestMailTemplates: each template of a mail that the program writes by itself has its texts in both
// languages, uses every field it declares and none besides, and both parts of its mail show them.
func TestMailTemplates(t *testing.T) {
	t.Parallel()
	catalogues, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	templates := MailTemplates()
	if len(templates) < 18 {
		t.Errorf("only %d templates are registered", len(templates))
	}
	for _, template := range templates {
		for _, lang := range locale.Langs() {
			for _, fault := range faults(catalogues, template, lang) {
				t.Errorf("%s in %s: %s", template.ID, lang, fault)
			}
		}
	}
	// The test itself can fail: a field too many, and one too few.
	more := accountMails()[0]
	more.Fields = append(slices.Clone(more.Fields), daysField)
	if got := faults(catalogues, more, locale.Italian); !slices.Contains(got, "Days is not used") {
		t.Errorf("a field that no text uses is not found: %q", got)
	}
	fewer := accountMails()[0]
	fewer.Fields = slices.Clone(fewer.Fields)[1:]
	if got := faults(catalogues, fewer, locale.English); !slices.Contains(got,
		"a placeholder is not declared") {
		t.Errorf("a placeholder that no field declares is not found: %q", got)
	}
}
