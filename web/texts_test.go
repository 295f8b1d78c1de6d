package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/web/webtest"
)

// publish sends the form that words a page of the site.
func publish(b *webtest.Browser, path, it, en string, more ...string) *webtest.Page {
	values := url.Values{"text.it": {it}, "text.en": {en}, "act": {"publish"}}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return b.Submit(b.Get(path), path, values)
}

// TestSiteTexts: the communication office words the privacy notice; citizens read it in their language, with
// the version and the one before, and what is prescribed or drawn from the municipality's data stays.
func TestSiteTexts(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, citizen := w.As(t, w.News), w.Browser(t)
	if page := citizen.Get("/privacy"); !page.Has("piano di conservazione") || page.Has("versione") {
		t.Errorf("before anybody worded it: %.400s", page.Text())
	}
	form := news.Get("/desk/texts/privacy")
	if !form.Has("Quali dati") || !form.Has("Which data") && !form.Has("What data") {
		t.Errorf("the form does not begin with the texts of the program: %.600s", form.Text())
	}
	if it := form.Form("/desk/texts/privacy").Get("text.it"); it == "" || strings.Contains(it, "\n\n\n") {
		t.Errorf("no text, or empty lines in a row, in the form: %.600q", it)
	}
	first := publish(news, "/desk/texts/privacy",
		"## Chi siamo\n\nL'ufficio **privacy** di Borgoforte.\n\n<script>alert(1)</script>",
		"## Who we are\n\nThe privacy office.")
	if first.Status != 303 {
		t.Fatalf("status %d: %.600s", first.Status, first.Text())
	}
	page := citizen.Get("/privacy")
	for _, want := range []string{"Chi siamo", "L'ufficio privacy di Borgoforte.",
		"<script>alert(1)</script>", "dpo@comune.borgoforte.example", "Cookie", "versione 1"} {
		if !page.Has(want) {
			t.Errorf("the notice lacks %q: %.900s", want, page.Text())
		}
	}
	if page.Has("piano di conservazione") || strings.Contains(page.Body, "<script>alert") {
		t.Error("the notice still has the program's text, or a script")
	}
	if second := publish(news, "/desk/texts/privacy", "## Chi siamo noi\n\nAltro.",
		"## Who\n\nOther."); second.Status != 303 {
		t.Fatalf("status %d", second.Status)
	}
	old := citizen.Get("/privacy?versione=1")
	if !old.Has("non più in vigore") || !old.Has("L'ufficio privacy di Borgoforte.") || old.Has("Altro.") {
		t.Errorf("version 1: %.600s", old.Text())
	}
	for _, path := range []string{"/privacy?versione=9", "/privacy?versione=abc", "/privacy?versione=0"} {
		if page := citizen.Get(path); page.Status != 404 {
			t.Errorf("%s has status %d", path, page.Status)
		}
	}
	back := news.Submit(news.Get("/desk/texts/privacy"), "/desk/texts/privacy",
		url.Values{"act": {"standard"}})
	if page := citizen.Get("/privacy"); back.Status != 303 || !page.Has("piano di conservazione") ||
		page.Has("Altro.") {
		t.Errorf("back to the program's text: status %d, %.400s", back.Status, page.Text())
	}
}

// TestForumRulesAreWorded: the rules of the forum are a text with versions; the reasons for which moderators
// act stand above it.
func TestForumRulesAreWorded(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, citizen := w.As(t, w.News), w.Browser(t)
	reason := webtest.TextOf(citizen.Get("/forum/regole").Tags(atom.Strong)[0])
	if before := citizen.Get("/forum/regole"); before.Has("versione") || !before.Has(reason) {
		t.Errorf("before anybody worded it: %.600s", before.Text())
	}
	for version, text := range []string{"Qui si discute della **città**.", "Qui si discute di tutto."} {
		done := publish(news, "/desk/texts/forum-rules", "## Come si partecipa\n\n"+text,
			fmt.Sprintf("## How to take part\n\nRules %d.", version+1))
		if done.Status != 303 {
			t.Fatalf("status %d: %.600s", done.Status, done.Text())
		}
		wants(t, citizen.Get("/forum/regole"), 200, "Come si partecipa", strings.ReplaceAll(text, "*", ""),
			fmt.Sprintf("versione %d", version+1), reason)
	}
	if page := citizen.Get("/forum/regole"); page.Has("Qui si discute della città.") {
		t.Error("the rules of before still stand")
	}
	wants(t, citizen.Get("/forum/regole?versione=1"), 200, "non più in vigore", "Qui si discute della città.",
		reason)
	citizen.SetCookie("lang", "en")
	wants(t, citizen.Get("/forum/regole"), 200, "How to take part", "Rules 2.")
}

// TestSiteTextsSecondWriter: who publishes second keeps what was typed and what the first one published in
// the other language; of a language that both wrote they read the other one's words and who it was, and may
// publish on purpose. Going back to the program's text does not pass over a colleague's either.
func TestSiteTextsSecondWriter(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news, administrator := w.As(t, w.News), w.As(t, w.Administrator)
	const path = "/desk/texts/faq"
	send := func(page *webtest.Page, values url.Values) *webtest.Page {
		if !values.Has("act") {
			values.Set("act", "publish")
		}
		return administrator.Submit(page, path, values)
	}
	shows := func(wants, nots []string) {
		t.Helper()
		english := w.Browser(t)
		english.SetCookie("lang", "en")
		all := w.Browser(t).Get("/domande-frequenti").Text() + english.Get("/domande-frequenti").Text()
		for _, want := range wants {
			if !strings.Contains(all, want) {
				t.Errorf("the page lacks %q: %.600s", want, all)
			}
		}
		for _, not := range nots {
			if strings.Contains(all, not) {
				t.Errorf("the page has %q", not)
			}
		}
	}
	shown := administrator.Get(path)
	if page := publish(news, path, shown.Form(path).Get("text.it"), "## First\n\nOne."); page.Status != 303 {
		t.Fatalf("status %d", page.Status)
	}
	if page := send(shown, url.Values{"text.it": {"## Secondo\n\nDue."}}); page.Status != 303 {
		t.Fatalf("another language: status %d: %.300s", page.Status, page.Text())
	}
	shows([]string{"Due.", "One."}, nil)
	shown = administrator.Get(path)
	if page := publish(news, path, "## Terzo\n\nTre.", "## Third\n\nThree."); page.Status != 303 {
		t.Fatalf("status %d", page.Status)
	}
	again := send(shown, url.Values{"text.it": {"## Quarto\n\nQuattro."}, "note": {"Corretto"}})
	told := strings.Join(meanwhile(again), "|")
	for _, want := range []string{"Salvato da Fabio Lugli", "Tre.", "Quattro.", "Testo in italiano"} {
		if again.Status != 422 || !strings.Contains(told, want) {
			t.Errorf("status %d, told %q, lacks %q", again.Status, told, want)
		}
	}
	if strings.Contains(told, "inglese") || !strings.Contains(again.Form(path).Get("text.en"), "Three.") ||
		again.Input("note") != "Corretto" {
		t.Errorf("of what one alone changed: %q, %q", told, again.Form(path).Get("text.en"))
	}
	shows([]string{"Tre.", "Three."}, []string{"Quattro."})
	if page := send(again, url.Values{}); page.Status != 303 {
		t.Fatalf("on purpose: status %d", page.Status)
	}
	shows([]string{"Quattro.", "Three."}, []string{"Tre."})
	own := send(shown, url.Values{"text.it": {"## Quinto\n\nCinque."}})
	if told := strings.Join(meanwhile(own), "|"); own.Status != 422 ||
		!strings.Contains(told, "Salvato da Lei in un'altra finestra") {
		t.Errorf("of what they published themselves they are told: %q", told)
	}
	shown = administrator.Get(path)
	if page := publish(news, path, "## Sesto\n\nSei.", "## Third\n\nThree."); page.Status != 303 {
		t.Fatalf("status %d", page.Status)
	}
	back := send(shown, url.Values{"act": {"standard"}})
	if told := strings.Join(meanwhile(back), "|"); back.Status != 422 || !strings.Contains(told, "Sei.") {
		t.Errorf("back to the program's text: status %d, %q", back.Status, told)
	}
	shows([]string{"Sei."}, nil)
	if page := send(back, url.Values{"act": {"standard"}}); page.Status != 303 {
		t.Errorf("back on purpose: status %d", page.Status)
	}
	shows(nil, []string{"Sei.", "Three."})
}

// TestSiteTextsRefused: what is empty or too long comes back, and nobody else may word the site.
func TestSiteTextsRefused(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	news := w.As(t, w.News)
	for _, c := range []struct{ it, en, want string }{
		{"", "## X\n\ny", "Compilare questo campo"},
		{"\u200b\u2800", "## X\n\ny", "Compilare questo campo"},
		{strings.Repeat("a", 40_001), "## X\n\ny", "40.000 caratteri"},
	} {
		page := publish(news, "/desk/texts/legal", c.it, c.en)
		if page.Status != 422 || !page.Has(c.want) || !strings.Contains(page.Body, "## X") {
			t.Errorf("%.20q: status %d, %.300s", c.it, page.Status, page.Text())
		}
	}
	preview := publish(news, "/desk/texts/legal", "## Prova\n\nTesto di prova", "## Test\n\nA test", "act",
		"preview")
	if preview.Status != 200 || !preview.Has("Anteprima del testo italiano") ||
		w.Browser(t).Get("/note-legali").Has("Testo di prova") {
		t.Errorf("preview: status %d", preview.Status)
	}
	for _, who := range []civic.Actor{w.Desk, w.Works, w.Head, w.Moderator, w.Officer, w.Anna} {
		if page := w.As(t, who).Get("/desk/texts"); page.Status != 403 {
			t.Errorf("%s may open the texts: %d", who.Name, page.Status)
		}
	}
	if page := news.Get("/desk/texts/nothing"); page.Status != 404 {
		t.Errorf("a page that is none has status %d", page.Status)
	}
}

// A page published often keeps all its versions within reach.
func TestSiteTextVersionsArePaged(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	for i := range 23 {
		draft := sitepage.Draft{Page: sitepage.FAQ, Base: int64(i), Text: map[string]string{
			civic.Italian: fmt.Sprintf("## Domanda %d\n\nRisposta.", i),
			civic.English: fmt.Sprintf("## Question %d\n\nAnswer.", i),
		}}
		if _, err := w.Texts.Publish(t.Context(), w.News, draft); err != nil {
			t.Fatal(err)
		}
	}
	b := w.As(t, w.News)
	page := b.Get("/desk/texts/faq")
	if len(page.By("href", "/desk/texts/faq?from=23")) != 1 ||
		len(page.By("href", "/desk/texts/faq?from=1")) != 0 {
		t.Errorf("the newest versions are not on the first page alone: %.600s", page.Text())
	}
	next := page.By("rel", "next")
	if len(next) != 1 {
		t.Fatalf("%d ways to go on", len(next))
	}
	if !page.Has("Meno recenti") || page.Has("Successivi") {
		t.Error("what leads to older versions calls them those that follow")
	}
	if page = b.Get(webtest.Attr(next[0], "href")); len(page.By("href", "/desk/texts/faq?from=1")) != 1 ||
		!page.Has("Torna ai più recenti") {
		t.Errorf("the next page: status %d, %.600s", page.Status, page.Text())
	}
}
