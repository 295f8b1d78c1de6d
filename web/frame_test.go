package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/web"
	"ascolto/web/assets"
	"ascolto/web/webtest"
)

// publicPages are the pages that need nothing in the store.
func publicPages() []string {
	return []string{"/", "/note-legali", "/privacy", "/domande-frequenti", "/contatti", "/nulla"}
}

// The evaluators of municipal sites look for these hooks on every page.
func TestHooksOfTheDesignModel(t *testing.T) {
	t.Parallel()
	b := webtest.Start(t, web.Options{}).Browser(t)
	for _, path := range publicPages() {
		page := b.Get(path)
		for hook, want := range map[string]string{
			"faq": "Leggi le FAQ", "report-inefficiency": "Segnala disservizio",
			"accessibility-link":  "Dichiarazione di accessibilità",
			"privacy-policy-link": "Informativa privacy", "legal-notes": "Note legali",
			"personal-area-login": "",
			"contacts":            "Richiedi assistenza", "appointment-booking": "",
			"management": "Amministrazione", "news": "Novità", "all-services": "Servizi",
			"live": "Vivere Borgoforte",
		} {
			found := page.By("data-element", hook)
			if len(found) == 0 {
				t.Errorf("%s: no %s", path, hook)
				continue
			}
			if text := webtest.TextOf(found[0]); want != "" && text != want {
				t.Errorf("%s: %s says %q, want %q", path, hook, text, want)
			}
			if hook == "report-inefficiency" &&
				webtest.Attr(found[0], "href") != "/richieste#procedimento-disservizio" {
				t.Errorf("%s: a problem is reported at %s", path, webtest.Attr(found[0], "href"))
			}
			if found[0].DataAtom == atom.A && webtest.Attr(found[0], "href") == "" {
				t.Errorf("%s: %s leads nowhere", path, hook)
			}
		}
		if href := webtest.Attr(page.By("data-element", "accessibility-link")[0],
			"href"); !strings.HasPrefix(href, "https://form.agid.gov.it/view/") {
			t.Errorf("%s: the accessibility declaration leads to %s", path, href)
		}
	}
}

// What the content security policy would block must not be in a page in the first place.
func TestPagesHoldNothingInlineOrForeign(t *testing.T) {
	t.Parallel()
	b := webtest.Start(t, web.Options{}).Browser(t)
	for _, path := range publicPages() {
		page := b.Get(path)
		for _, n := range page.All(func(n *html.Node) bool { return true }) {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
				}
			}
			switch n.DataAtom {
			case atom.Style:
				t.Errorf("%s: a style element", path)
			case atom.Script, atom.Img, atom.Iframe:
				if src := webtest.Attr(n, "src"); !strings.HasPrefix(src, assets.Prefix) {
					t.Errorf("%s: <%s> loads %q", path, n.Data, src)
				}
			case atom.Link:
				rel := webtest.Attr(n, "rel")
				if href := webtest.Attr(n, "href"); rel != "canonical" && rel != "alternate" &&
					!strings.HasPrefix(href, assets.Prefix) {
					t.Errorf("%s: <link> loads %q", path, href)
				}
			}
		}
		if lang := webtest.Attr(page.Tags(atom.Html)[0], "lang"); lang != "it" {
			t.Errorf("%s: lang is %q", path, lang)
		}
		if n := len(page.Tags(atom.H1)); n != 1 {
			t.Errorf("%s: %d first-level headings", path, n)
		}
		checkIDs(t, path, page)
		checkNames(t, path, page)
	}
}

// checkNames fails the test when a link or button shows words that are kept from its name: who speaks to the
// browser says what they see (WCAG 2.5.3).
func checkNames(t *testing.T, path string, page *webtest.Page) {
	t.Helper()
	for _, tag := range []atom.Atom{atom.A, atom.Button} {
		for _, n := range page.Tags(tag) {
			for part := range n.Descendants() {
				if webtest.Attr(part, "aria-hidden") == "true" &&
					strings.ContainsFunc(webtest.TextOf(part), unicode.IsGraphic) {
					t.Errorf("%s: “%s” shows “%s”, which is not in its name", path, webtest.TextOf(n),
						webtest.TextOf(part))
				}
			}
		}
	}
}

func checkIDs(t *testing.T, path string, page *webtest.Page) {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range page.By("id", "*") {
		id := webtest.Attr(n, "id")
		if ids[id] {
			t.Errorf("%s: the id %s is there twice", path, id)
		}
		ids[id] = true
	}
	for _, n := range page.All(
		func(n *html.Node) bool { return strings.HasPrefix(webtest.Attr(n, "href"), "#") }) {
		if target := webtest.Attr(n, "href")[1:]; !ids[target] {
			t.Errorf("%s: a link leads to #%s, which is not there", path, target)
		}
	}
	for _, attr := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
		for _, n := range page.By(attr, "*") {
			for id := range strings.FieldsSeq(webtest.Attr(n, attr)) {
				if !ids[id] {
					t.Errorf("%s: %s names #%s, which is not there", path, attr, id)
				}
			}
		}
	}
}

// The licence text is checked word for word by the evaluators. On a narrow screen the rows of a table stand
// as blocks: each cell says what it holds, and empty ones stay away.
func TestTablesNameTheirColumns(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	page := town.As(t, town.Desk).Get("/desk/contacts")
	labels := map[string]bool{}
	for _, cell := range page.Tags(atom.Td) {
		labels[webtest.Attr(cell, "data-label")] = webtest.HasAttr(cell, "role")
		if empty := webtest.TextOf(cell) == ""; empty != webtest.HasAttr(cell, "data-bare") {
			t.Errorf("a cell that says %q is marked as empty: %t", webtest.TextOf(cell), !empty)
		}
	}
	// a role would say what the element says
	want := map[string]bool{"E-mail": false, "Telefono": false, "Quartiere": false, "Ultima modifica": false}
	if d := cmp.Diff(want, labels); d != "" {
		t.Errorf("the labels of the cells: %s", d)
	}
	if len(page.By("scope", "row")) == 0 {
		t.Error("a row has lost its header")
	}
}

func TestLicenceText(t *testing.T) {
	t.Parallel()
	page := webtest.Start(t, web.Options{}).Browser(t).Get("/note-legali")
	if title := webtest.TextOf(
		page.By("data-element", "legal-notes-section")[0]); title != "Licenza dei contenuti" {
		t.Errorf("the section is called %q", title)
	}
	const want = "In applicazione del principio open by default ai sensi dell'articolo 52 del decreto " +
		"legislativo 7 marzo 2005, n. 82 (CAD) " +
		"e salvo dove diversamente specificato (compresi i contenuti incorporati di terzi), i dati, i documenti " +
		"e le informazioni " +
		"pubblicati sul sito sono rilasciati con licenza CC-BY 4.0. Gli utenti sono quindi liberi di condividere " +
		"(riprodurre, " +
		"distribuire, comunicare al pubblico, esporre in pubblico), rappresentare, eseguire e recitare questo " +
		"materiale con qualsiasi " +
		"mezzo e formato e modificare (trasformare il materiale e utilizzarlo per opere derivate) per qualsiasi " +
		"fine, anche " +
		"commerciale con il solo onere di attribuzione, senza apporre restrizioni aggiuntive."
	if got := webtest.TextOf(page.By("data-element", "legal-notes-body")[0]); got != want {
		t.Errorf("the licence reads %q", got)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	b := w.As(t, w.Anna)
	page := b.Get("/privacy?x=1")
	if !page.Has("Informativa privacy") || page.Has("Privacy notice") {
		t.Error("the first page is not in Italian")
	}
	page = b.Submit(page, "/lingua", url.Values{"lang": {"en"}})
	if page.Status != http.StatusSeeOther || page.Location != "/privacy?x=1" {
		t.Fatalf("status %d, leads to %q", page.Status, page.Location)
	}
	if page = b.Follow(page); !page.Has("Privacy notice") || page.Has("Informativa") ||
		webtest.Attr(page.Tags(atom.Html)[0], "lang") != "en" {
		t.Error("the page is not in English after the change")
	}
	if page = b.Submit(page, "/lingua",
		url.Values{"lang": {"it"}, "to": {"//evil.example"}}); page.Location != "/" {
		t.Errorf("the way back leads to %q", page.Location)
	}
	if page = b.Submit(b.Get("/"), "/lingua",
		url.Values{"lang": {"../xx"}}); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown language is answered with %d", page.Status)
	}
}

func TestFilesAreCompressedAndKept(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	b := site.Browser(t)
	ask := func(path, accept string) (*http.Response, []byte) {
		req := request(t, http.MethodGet, site.Origin+path)
		req.Header.Set("Accept-Encoding", accept)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, body
	}
	css := assets.URL("app.css")
	plain, whole := ask(css, "identity")
	if !bytes.Contains(whole, []byte("--bootstrap-italia-version")) {
		t.Error("the styles do not tell the version of Bootstrap Italia")
	}
	if plain.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" ||
		plain.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("headers %v", plain.Header)
	}
	for accept, want := range map[string]string{"br, gzip": "br", "gzip, deflate": "gzip",
		"br;q=0, gzip;q=0.5": "gzip", "gzip;q=0": "", "": "", "deflate": ""} {
		res, body := ask(css, accept)
		if got := res.Header.Get("Content-Encoding"); got != want {
			t.Errorf("accepting %q the file comes as %q, want %q", accept, got, want)
		}
		if want == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, whole) {
				t.Errorf("the compressed file differs (%v)", err)
			}
		}
	}
	res, body := ask("/", "gzip")
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("the page comes as %q (%v)", res.Header.Get("Content-Encoding"), err)
	}
	if page, err := io.ReadAll(z); err != nil || !bytes.Contains(page, []byte("</html>")) {
		t.Errorf("the compressed page is broken (%v)", err)
	}
	for _, m := range regexp.MustCompile(`url\(["']?([^"')]+)`).FindAllSubmatch(whole, -1) {
		ref := string(m[1])
		if strings.HasPrefix(ref, "data:") || strings.HasPrefix(ref, "#") {
			continue
		}
		if page := b.Get(assets.Prefix + strings.TrimPrefix(ref, "./")); page.Status != 200 {
			t.Errorf("the styles name %s, which is answered with %d", ref, page.Status)
		}
	}
	if fonts := bytes.Count(whole, []byte("@font-face")); fonts < 16 {
		t.Errorf("%d font faces, want 16", fonts)
	}
	licences := b.Get(assets.URL("licences.txt"))
	for _, want := range []string{"Titillium", "Lora", "Roboto Mono", "Bootstrap Italia", "Apache License",
		"SIL OPEN FONT LICENSE"} {
		if !strings.Contains(licences.Body, want) {
			t.Errorf("the licences do not speak of %s", want)
		}
	}
}

// At least 30 % of the classes of a page must be the design system's (criterion C.SI.1.2).
func TestClassesAreTheDesignSystems(t *testing.T) {
	t.Parallel()
	b := webtest.Start(t, web.Options{}).Browser(t)
	css := b.Get(assets.URL("app.css")).Body
	for _, path := range publicPages() {
		all, known := 0, 0
		seen := map[string]bool{}
		for _, n := range b.Get(path).By("class", "*") {
			for class := range strings.FieldsSeq(webtest.Attr(n, "class")) {
				if seen[class] {
					continue
				}
				seen[class] = true
				all++
				if !strings.HasPrefix(class, "asc-") && strings.Contains(css, "."+class) {
					known++
				}
			}
		}
		if known*2 < all {
			t.Errorf("%s: %d of %d classes are the design system's", path, known, all)
		}
	}
}
