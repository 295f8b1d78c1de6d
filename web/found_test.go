package web_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/xml"
	"image/png"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web"
	"ascolto/web/webtest"
)

// one returns the value of an attribute of the only element that has another one.
func one(t *testing.T, page *webtest.Page, key, value, attr string) string {
	t.Helper()
	found := page.By(key, value)
	if len(found) != 1 {
		t.Errorf("%d elements with %s=%s, want one", len(found), key, value)
		return ""
	}
	return webtest.Attr(found[0], attr)
}

// Every public page names its one address, in each language, and a description; what is narrowed down or
// private is not listed.
func TestPagesAreFound(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	b := w.Browser(t)
	for _, path := range []string{"/", "/forum", "/forum/san-lazzaro", thread.Path(), "/sondaggi", "/privacy",
		"/forum/regole", "/forum/san-lazzaro?da=x"} {
		page := b.Get(path)
		if page.Status == 400 && strings.Contains(path, "?") {
			continue // a cursor that is none
		}
		if got := one(t, page, "rel", "canonical", "href"); got != w.Origin+path {
			t.Errorf("%s: its address is %q", path, got)
		}
		if d := one(t, page, "name", "description", "content"); len(d) < 10 {
			t.Errorf("%s: description %q", path, d)
		}
		for lang, want := range map[string]string{"it": "?lingua=it", "en": "?lingua=en", "x-default": ""} {
			links := page.All(func(n *html.Node) bool {
				return n.DataAtom == atom.Link &&
					webtest.Attr(n, "hreflang") == lang
			})
			if len(links) != 1 || webtest.Attr(links[0], "href") != w.Origin+path+want {
				t.Errorf("%s: no address in %s", path, lang)
			}
		}
		if page.By("property", "og:title") == nil ||
			one(t, page, "property", "og:url", "content") != w.Origin+path ||
			len(page.By("name", "robots")) > 0 {
			t.Errorf("%s: what others show of it", path)
		}
	}
	english := b.Get(thread.Path() + "?lingua=en")
	if got := one(t, english, "rel", "canonical", "href"); got != w.Origin+thread.Path()+"?lingua=en" ||
		webtest.Attr(english.Tags(atom.Html)[0], "lang") != "en" {
		t.Errorf("the English page: address %q", got)
	}
	for _, path := range []string{"/cerca", "/cerca?q=parco", "/forum/san-lazzaro?stato=open", "/accedi",
		"/forum/segnalazioni", "/nulla", "/forum/discussioni/" + string(thread.ID) + "/messaggi/1/segnala"} {
		page := b.Get(path)
		if one(t, page, "name", "robots", "content") != "noindex" || len(page.By("rel", "canonical")) > 0 {
			t.Errorf("%s may be listed", path)
		}
	}
	if one(t, w.As(t, w.Desk).Get("/desk"), "name", "robots", "content") != "noindex" {
		t.Error("the desk may be listed")
	}
}

// A language is an address, which needs no cookie; choosing it on a page of ours is kept, coming from
// elsewhere is not.
func TestLanguageIsAnAddress(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	get := func(b *webtest.Browser, path, site string) *webtest.Page {
		req := request(t, http.MethodGet, path)
		req.Header.Set("Accept-Language", "it")
		if site != "" {
			req.Header.Set("Sec-Fetch-Site", site)
		}
		return b.Do(req)
	}
	lang := func(p *webtest.Page) string { return webtest.Attr(p.Tags(atom.Html)[0], "lang") }
	b := site.Browser(t)
	page := get(b, site.Origin+"/cerca?q=a%26b&lingua=xx", "")
	links := page.By("hreflang", "en")
	if len(links) != 1 || webtest.Attr(links[0], "href") != "/cerca?lingua=en&q=a%26b" {
		t.Fatalf("the switch of languages: %v", len(links))
	}
	for from, kept := range map[string]string{"cross-site": "it", "none": "it", "": "it",
		"same-origin": "en"} {
		b := site.Browser(t)
		if page := get(b, site.Origin+"/?lingua=en", from); lang(page) != "en" ||
			(page.Header.Get("Set-Cookie") != "") != (kept == "en") {
			t.Errorf("from %q: in %s, cookie %q", from, lang(page), page.Header.Get("Set-Cookie"))
		}
		if got := lang(get(b, site.Origin+"/", "same-origin")); got != kept {
			t.Errorf("from %q: the next page is in %s", from, got)
		}
	}
	w := webtest.Open(t)
	desk := w.As(t, w.Desk)
	in := desk.Submit(desk.Get("/desk?lingua=it"), "/lingua", map[string][]string{"lang": {"en"}})
	if in.Location != "/desk" || lang(desk.Follow(in)) != "en" {
		t.Errorf("who is signed in is led to %s", in.Location)
	}
}

// Who reads public pages without a form for the first time gets no cookie, and gets a page again only when it
// has changed, in the best encoding the browser reads.
func TestPublicPagesAreLight(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	if err := w.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := &http.Transport{DisableCompression: true}
	ask := func(path string, headers ...string) (*http.Response, []byte) {
		req := request(t, http.MethodGet, w.Origin+path)
		for i := 0; i < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := client.RoundTrip(req)
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
	for _, path := range []string{"/", "/forum", "/forum/san-lazzaro", thread.Path(), "/sondaggi",
		"/cerca?q=parco", "/privacy", "/contatti"} {
		res, plain := ask(path)
		tag := res.Header.Get("ETag")
		if len(res.Header.Values("Set-Cookie")) > 0 || tag == "" || res.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: cookies %v, tag %q", path, res.Header.Values("Set-Cookie"), tag)
		}
		if res, body := ask(path, "If-None-Match", tag); res.StatusCode != 304 || len(body) > 0 ||
			res.Header.Get("Vary") == "" {
			t.Errorf("%s again: status %d, %d bytes", path, res.StatusCode, len(body))
		}
		if res, _ := ask(path, "If-None-Match", tag, "Accept-Language", "en"); res.StatusCode != 200 {
			t.Errorf("%s in another language: status %d", path, res.StatusCode)
		}
		for accept, want := range map[string]string{"gzip, deflate, br": "br", "gzip": "gzip", "br;q=0": "",
			"identity": ""} {
			for range 2 { // the second time from what is kept
				res, body := ask(path, "Accept-Encoding", accept)
				if got := res.Header.Get("Content-Encoding"); got != want ||
					!bytes.Equal(decoded(t, got, body), plain) {
					t.Errorf("%s for %q: encoding %q, or not the same page", path, accept, got)
				}
			}
		}
	}
	// the first time quickly, and then in few bytes
	for _, first := range []struct{ path, accept, want string }{
		{"/cerca?q=buio", "br, gzip", "gzip"}, {"/cerca?q=buio", "br", "br"}, {"/cerca?q=mesi", "br", ""},
	} {
		res, body := ask(first.path, "Accept-Encoding", first.accept)
		got := res.Header.Get("Content-Encoding")
		if got != first.want || !strings.Contains(string(decoded(t, got, body)), "</html>") {
			t.Errorf("%s for %q: encoding %q, want %q", first.path, first.accept, got, first.want)
		}
	}
	if _, err := w.Forum.Reply(t.Context(), w.Bruno, replyTo(thread.ID)); err != nil {
		t.Fatal(err)
	}
	res, _ := ask(thread.Path())
	if res, _ := ask(thread.Path(), "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 {
		t.Errorf("a page with a new reply, asked for again: status %d", res.StatusCode)
	}
	if page := w.As(t, w.Anna).Get(thread.Path()); page.Header.Get("ETag") != "" ||
		page.Header.Get("Cache-Control") != "no-store" {
		t.Error("a page of somebody signed in has a tag")
	}
}

// The files that programs look for are where they look.
func TestWellKnownFiles(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	b := w.Browser(t)
	robots := b.Get("/robots.txt").Body
	if !strings.Contains(robots, "Disallow: /desk\n") ||
		!strings.Contains(robots, "Sitemap: "+w.Origin+"/sitemap.xml") ||
		strings.Contains(robots, "Disallow: /forum\n") {
		t.Errorf("robots.txt: %s", robots)
	}
	var places struct {
		URL []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(b.Get("/sitemap.xml").Body), &places); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, u := range places.URL {
		all = append(all, strings.TrimPrefix(u.Loc, w.Origin))
	}
	for _, want := range []string{"/", "/sondaggi", "/forum/san-lazzaro", thread.Path(), "/privacy"} {
		if !slices.Contains(all, want) {
			t.Errorf("the sitemap lacks %s", want)
		}
	}
	for _, path := range all {
		if page := b.Get(path); page.Status != 200 || len(page.By("rel", "canonical")) != 1 {
			t.Errorf("the sitemap leads to %s: status %d", path, page.Status)
		}
	}
	for path, want := range map[string]int{"/sitemap/1.xml": 200, "/sitemap/2.xml": 404,
		"/sitemap/0.xml": 404, "/sitemap/x": 404, "/sitemap/1844674407370957.xml": 404} {
		if page := b.Get(path); page.Status != want {
			t.Errorf("%s: status %d, want %d", path, page.Status, want)
		}
	}
	security := b.Get("/.well-known/security.txt").Body
	expires, err := time.Parse(time.RFC3339,
		regexp.MustCompile(`(?m)^Expires: (.*)$`).FindStringSubmatch(security)[1])
	if err != nil || time.Until(expires) < 30*24*time.Hour || time.Until(expires) > 365*24*time.Hour ||
		!strings.Contains(security, "Contact: mailto:urp@comune.borgoforte.example\n") {
		t.Errorf("security.txt: %v, %s", err, security)
	}
	icon := b.Get("/favicon.ico")
	if img, err := png.Decode(strings.NewReader(icon.Body[22:])); err != nil || img.Bounds().Dx() != 32 ||
		icon.Header.Get("Content-Type") != "image/x-icon" {
		t.Errorf("favicon.ico: %v", err)
	}
}

// What was hidden, whose address holds words of its title, is no longer named to search engines nor in feeds.
func TestHiddenDiscussionsAreNotAnnounced(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	b := w.Browser(t)
	named := func(path string) bool { return strings.Contains(b.Get(path).Body, string(thread.ID)) }
	lists := []string{"/sitemap.xml", "/forum/feed.atom", "/forum/san-lazzaro/feed.atom"}
	for _, list := range lists {
		if !named(list) {
			t.Fatalf("%s does not name the discussion", list)
		}
	}
	hide := forum.DecisionInput{
		Thread: thread.ID, Action: forum.ActionHide, Rule: string(forum.Rules()[0]),
		Reason: "Contiene insulti rivolti a una persona riconoscibile.",
	}
	if _, err := w.Forum.Decide(t.Context(), w.Moderator, hide); err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		for deadline := time.Now().Add(20 * time.Second); named(list); {
			if time.Now().After(deadline) {
				t.Fatalf("%s still names the discussion", list)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// Feeds are found from the pages they belong to, and what they name keeps its name wherever the site is.
func TestFeedsAreFound(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	b := w.Browser(t)
	feedOf := "/forum/discussioni/" + string(thread.ID) + "/feed.atom"
	for path, want := range map[string]string{"/forum": "/forum/feed.atom",
		"/forum/san-lazzaro": "/forum/san-lazzaro/feed.atom", thread.Path(): feedOf,
		"/sondaggi": "/sondaggi/feed.atom"} {
		links := b.Get(path).All(func(n *html.Node) bool {
			return n.DataAtom == atom.Link && webtest.Attr(n, "type") == "application/atom+xml"
		})
		if len(links) != 1 || webtest.Attr(links[0], "href") != want {
			t.Errorf("%s does not lead to the feed %s", path, want)
		}
		var feed struct {
			ID    string `xml:"id"`
			Entry []struct {
				ID    string `xml:"id"`
				Title string `xml:"title"`
			} `xml:"entry"`
		}
		page := b.Get(want)
		if err := xml.Unmarshal([]byte(page.Body), &feed); err != nil || page.Status != 200 {
			t.Fatalf("%s: status %d, %v", want, page.Status, err)
		}
		urn := regexp.MustCompile(
			`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
		if !urn.MatchString(feed.ID) {
			t.Errorf("%s: its id is %q", want, feed.ID)
		}
		for _, e := range feed.Entry {
			if !urn.MatchString(e.ID) {
				t.Errorf("%s: the id of an entry is %q", want, e.ID)
			}
		}
		if want == "/forum/feed.atom" && (len(feed.Entry) != 1 || feed.Entry[0].Title != "Il parco è buio") {
			t.Errorf("the forum's feed has %d entries", len(feed.Entry))
		}
	}
}

// Who signs out leaves nothing in the browser.
func TestSignOutClearsTheBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	anna := w.As(t, w.Anna)
	if page := anna.Post("/esci", nil); page.Status != 303 ||
		page.Header.Get("Clear-Site-Data") != `"cache", "storage"` {
		t.Errorf("status %d, %q", page.Status, page.Header.Get("Clear-Site-Data"))
	}
}

// decoded returns a body without its encoding.
func decoded(t *testing.T, encoding string, body []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch encoding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func replyTo(thread civic.ID) forum.ReplyInput {
	return forum.ReplyInput{FormKey: rand.Text(), Thread: thread, Source: "Una risposta nuova."}
}

// Who reads the site in English is not led to an Italian page; and nobody is led to a door that is closed to
// them.
func TestTheWayOnSpeaksAndIsOpen(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.Browser(t)
	for path, want := range map[string]string{
		"/area-personale/dati?lingua=en": "/accedi?lingua=en&ritorno=%2Farea-personale%2Fdati%3Flingua%3Den",
		"/desk/users?lingua=en":          "/desk/login?lingua=en&ritorno=%2Fdesk%2Fusers%3Flingua%3Den",
		"/area-personale":                "/accedi?ritorno=%2Farea-personale",
	} {
		if page := b.Get(path); page.Location != want {
			t.Errorf("%s leads to %s, want %s", path, page.Location, want)
		}
	}
	wants(t, b.Get("/accedi?lingua=en&ritorno=%2Farea-personale"), 200, "Sign in")
	for _, who := range []civic.Actor{civic.Visitor(""), town.Anna, town.Desk} {
		links := town.As(t, who).Get("/forum").By("href", "/desk")
		if open := who.Account == "" || who.IsStaff(); open != (len(links) > 0) {
			t.Errorf("%q: %d links to the desk", who.Name, len(links))
		}
	}
}
