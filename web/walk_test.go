package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// walk is one member of staff who opens every page of the desk that another page leads to.
type walk struct {
	t     *testing.T
	b     *webtest.Browser
	seen  map[string]int // pages by the shape of their path: a few of each are opened
	from  map[string]string
	forms []walkForm
}

// walkForm is a form that was met.
type walkForm struct {
	page, action string
	values       url.Values
}

const (
	walkEach = 3   // pages of one shape that are opened
	walkMost = 400 // pages in all
)

// TestNoButtonLeadsToARefusal has each role open every page of the desk and of the site, follow each link and
// send each form as it stands there: who sees a link or a button is never told that they may not, nor that
// there is nothing.
func TestNoButtonLeadsToARefusal(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for _, s := range submissions(t, town, 2) { // one of everything that forms make
		b, values := s.filled(t, town, 0)
		b.Do(b.PostRequest(s.action(0), values))
	}
	settled(t, town)
	for _, who := range []civic.Actor{town.Officer, town.Works, town.Head, town.Desk, town.Moderator,
		town.News, town.Administrator} {
		settled(t, town) // what the one before deleted is found until the index has heard of it
		w := &walk{t: t, b: town.As(t, who), seen: map[string]int{}, from: map[string]string{}}
		w.open("/desk", "/", "/forum", "/sondaggi")
		if len(w.from) < 8 {
			t.Errorf("%s opened %d pages: this test does not walk", who.Roles, len(w.from))
		}
		t.Logf("%s: %d pages, %d forms", who.Roles, len(w.from), len(w.forms))
		w.send(string(who.Roles[0]))
	}
}

// open follows links from the first pages, breadth first.
func (w *walk) open(queue ...string) {
	for _, first := range queue {
		w.from[first] = "the address bar"
	}
	for n := 0; n < len(queue) && n < walkMost; n++ {
		page := w.b.Get(queue[n])
		if turnedAway(page.Status) {
			w.t.Errorf("%s leads to %s: status %d", w.from[queue[n]], queue[n], page.Status)
		}
		for _, next := range linksOf(page) {
			if _, known := w.from[next]; known || w.seen[pathShape(next)] >= walkEach {
				continue
			}
			w.seen[pathShape(next)]++
			w.from[next] = queue[n]
			queue = append(queue, next)
		}
		w.note(queue[n], page)
	}
}

func turnedAway(status int) bool {
	return status == http.StatusForbidden || status == http.StatusNotFound ||
		status == http.StatusUnauthorized || status == http.StatusMethodNotAllowed
}

// linksOf returns where the links and GET forms of a page lead within the site, without marks.
func linksOf(page *webtest.Page) (links []string) {
	add := func(address string) {
		address, _, _ = strings.Cut(address, "#")
		if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "/static/") &&
			!slices.Contains(links, address) {
			links = append(links, address)
		}
	}
	for _, a := range page.By("href", "*") {
		if a.DataAtom == atom.A {
			add(webtest.Attr(a, "href"))
		}
	}
	for _, form := range page.Tags(atom.Form) {
		if webtest.Attr(form, "method") == "get" {
			add(webtest.Attr(form, "action"))
		}
	}
	return links
}

// pathShape returns a path with what looks like an id left out, and the names of its query.
func pathShape(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	parts := strings.Split(u.Path, "/")
	for i, p := range parts {
		if len(p) > 16 || strings.ContainsAny(p, "0123456789") {
			parts[i] = ":"
		}
	}
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(parts, "/") + "?" + strings.Join(names, "&")
}

// note keeps the forms of a page that change something, one of each shape.
func (w *walk) note(address string, page *webtest.Page) {
	for _, form := range page.All(func(n *html.Node) bool {
		return n.DataAtom == atom.Form &&
			webtest.Attr(n, "method") == "post"
	}) {
		action := webtest.Attr(form, "action")
		known := slices.ContainsFunc(w.forms,
			func(f walkForm) bool { return pathShape(f.action) == pathShape(action) })
		if known || !strings.HasPrefix(action, "/desk") && !strings.HasPrefix(action, "/forum") {
			continue
		}
		w.forms = append(w.forms, walkForm{address, action, page.Form(action)})
	}
}

// send sends the forms as they stand, what ends or deletes something at last.
func (w *walk) send(role string) {
	late := func(f walkForm) bool {
		return slices.ContainsFunc([]string{"delete", "disable", "sessions", "password", "duties", "close",
			"cancel", "hold"}, func(s string) bool { return strings.Contains(f.action, s) })
	}
	slices.SortStableFunc(w.forms, func(a, b walkForm) int {
		switch {
		case late(a) == late(b):
			return 0
		case late(a):
			return 1
		}
		return -1
	})
	for _, f := range w.forms {
		page := w.b.Do(w.b.PostRequest(f.action, f.values))
		if turnedAway(page.Status) || page.Status == http.StatusInternalServerError {
			w.t.Errorf("%s: the form on %s to %s: status %d: %.200s", role, f.page, f.action, page.Status,
				said(page))
		}
	}
}
