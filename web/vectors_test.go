package web_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

//go:embed testdata/xss.txt
var xss string

// shown gathers the pages that show what was typed, by who opens them.
type shown struct {
	t        *testing.T
	mu       sync.Mutex // guards pages and accepted
	town     *webtest.Town
	vectors  []string
	people   map[string]*civic.Actor // nil: a stranger
	pages    map[string][]string
	accepted map[string]int
}

// sample is of how many things that were made one is opened by itself; all are in lists.
const sample = 12

// TestTextsRunNowhere types more than a hundred vectors into every field of free text of every form that
// makes something, and opens all pages that show them in a real browser: no dialog, nothing that the policy
// had to block, no request to another host.
func TestTextsRunNowhere(t *testing.T) {
	if os.Getenv("ASCOLTO_E2E") == "" {
		t.Skip("a browser: make e2e")
	}
	town := webtest.Open(t)
	s := &shown{t: t, town: town, vectors: strings.Split(strings.TrimSpace(xss), "\n"),
		pages: map[string][]string{}, accepted: map[string]int{}, people: map[string]*civic.Actor{
			"stranger": nil, "anna": &town.Anna, "desk": &town.Desk, "works": &town.Works, "news": &town.News,
			"moderator":     &town.Moderator,
			"administrator": &town.Administrator, "officer": &town.Officer,
		}}
	if len(s.vectors) < 100 {
		t.Fatalf("%d vectors", len(s.vectors))
	}
	var wg sync.WaitGroup
	forms := submissions(t, town, 10)
	for _, form := range forms {
		wg.Go(func() {
			for n := range s.vectors {
				s.typeInto(form, n)
			}
		})
	}
	wg.Wait()
	if len(s.accepted) != len(forms) {
		t.Errorf("only these forms took anything: %v", s.accepted)
	}
	for name, n := range s.accepted {
		if n < len(s.vectors)*7/10 {
			t.Errorf("%s: only %d of %d texts were taken: the rest proves nothing", name, n, len(s.vectors))
		}
	}
	settled(t, town)
	s.lists()
	s.open()
}

// typeInto fills every field of free text of a form with a vector, each with another one, and notes the page
// it leads to.
func (s *shown) typeInto(form submission, n int) {
	s.t.Helper()
	b, values := form.filled(s.t, s.town, n)
	page := b.Get(form.page(n))
	fields := freeTexts(page, form.action(n))
	if form.only != nil {
		fields = slices.DeleteFunc(fields, func(name string) bool { return !slices.Contains(form.only, name) })
	}
	typed := url.Values{}
	values.Set("reason", s.vectors[n]) // for storing somebody who may be there already
	for i, name := range fields {
		typed.Set(name, values.Get(name))
		values.Set(name, s.vectors[(n+i)%len(s.vectors)])
		if len(page.All(func(e *html.Node) bool {
			return e.DataAtom == atom.Textarea &&
				webtest.Attr(e, "name") == name
		})) > 0 {
			for more := 1; more < sample; more++ { // so that the pages looked at show all
				values.Set(name, values.Get(name)+"\n\n"+s.vectors[(n+i+more)%len(s.vectors)])
			}
		}
	}
	answer := b.Do(b.PostRequest(form.action(n), values))
	// what a field does not take is not typed into it
	for try := 0; try < 2 && s.refuse(answer, typed, values); try++ {
		if try > 0 { // fields that belong to each other
			for _, name := range fields[1:] {
				values[name] = typed[name]
			}
		}
		answer = b.Do(b.PostRequest(form.action(n), values))
	}
	switch answer.Status {
	case http.StatusSeeOther:
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.accepted[form.name]++; n%sample != 0 {
			return
		}
		s.see(s.nameOf(form.who), answer.Location)
	case http.StatusUnprocessableEntity, http.StatusConflict, http.StatusOK:
		if n == 0 {
			s.t.Logf("%s: %d: %.300s", form.name, answer.Status, said(answer))
		}
	default:
		s.t.Errorf("%s: status %d: %.200s", form.name, answer.Status, said(answer))
	}
}

// refuse puts back into values what was typed by hand into the fields that a page has a complaint about, and
// reports whether it has any.
func (s *shown) refuse(page *webtest.Page, typed, values url.Values) (any bool) {
	for name := range typed {
		if len(page.By("href", "#campo-"+strings.ReplaceAll(name, ".", "-"))) > 0 {
			values[name], any = typed[name], true
		}
	}
	return any
}

// isDownload reports whether a link leads to a file, which no browser shows as a page.
func isDownload(to string) bool {
	path, _, _ := strings.Cut(to, "?")
	for _, kind := range []string{".csv", ".xlsx", ".pdf"} {
		if strings.HasSuffix(path, kind) {
			return true
		}
	}
	return false
}

// see notes that who opens path.
func (s *shown) see(who, path string) {
	path, _, _ = strings.Cut(path, "#")
	if !slices.Contains(s.pages[who], path) {
		s.pages[who] = append(s.pages[who], path)
	}
}

func (s *shown) nameOf(who *civic.Actor) string {
	for name, actor := range s.people {
		if actor == who {
			return name
		}
	}
	return "stranger"
}

// freeTexts returns the names of the fields of a form into which anything can be typed.
func freeTexts(page *webtest.Page, action string) []string {
	var names []string
	for _, form := range page.Tags(atom.Form) {
		if webtest.Attr(form, "action") != action {
			continue
		}
		for n := range form.Descendants() {
			kind := webtest.Attr(n, "type")
			free := n.DataAtom == atom.Textarea || n.DataAtom == atom.Input &&
				(kind == "text" || kind == "" || kind == "search")
			if name := webtest.Attr(n, "name"); n.Type == html.ElementNode && free && name != "" &&
				!slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// lists notes the pages that show many texts at once, and follows their links to further pages.
func (s *shown) lists() {
	for who, paths := range map[string][]string{
		"stranger": {"/", "/forum", "/forum/citta", "/forum/san-lazzaro", "/forum/registro",
			"/forum/in-ritardo", "/sondaggi"},
		"anna": {"/forum", "/forum/citta", "/area-personale", "/area-personale/preferenze",
			"/area-personale/profilo", "/forum/nuova"},
		"desk":  {"/desk", "/desk/contacts", "/desk/interactions", "/desk/calls/new"},
		"works": {"/desk", "/desk/forum"},
		"news": {"/desk", "/desk/segments", "/desk/campaigns", "/desk/surveys", "/desk/settings",
			"/desk/segments/new", "/desk/campaigns/new", "/desk/mail"},
		"moderator": {"/desk", "/desk/moderation", "/desk/moderation/log", "/desk/forum/areas",
			"/desk/forum"},
		"administrator": {"/desk/users", "/desk/settings", "/desk/forum/areas"},
		"officer":       {"/desk/audit"},
	} {
		for _, path := range paths {
			s.see(who, path)
			s.follow(who, path, 5)
		}
	}
	const together = 4 // in one search
	for part := range slices.Chunk(s.vectors, together) {
		query := "?" + url.Values{"q": {strings.Join(part, " ")}}.Encode()
		s.see("stranger", "/cerca"+query)
		if len(s.pages["desk"])%2 == 0 {
			s.see("desk", "/desk/search"+query)
		} else {
			s.see("desk", "/desk/contacts"+query)
		}
	}
	for _, who := range []string{"news", "desk"} {
		for i, path := range slices.Clone(s.pages[who]) {
			if i%8 == 0 && strings.Count(path, "/") >= 3 && !strings.Contains(path, "?") {
				s.follow(who, path, 4)
			}
		}
	}
}

// follow notes the pages below path that a page leads to, at most so many.
func (s *shown) follow(who, path string, most int) {
	b := s.town.Browser(s.t)
	if actor := s.people[who]; actor != nil {
		b = s.town.As(s.t, *actor)
	}
	for _, a := range b.Get(path).By("href", "*") {
		to := webtest.Attr(a, "href")
		if a.DataAtom == atom.A && strings.HasPrefix(to, path) && to != path && path != "/" &&
			path != "/desk" && most > 0 && !strings.Contains(to, "export") &&
			!strings.Contains(to, "sessioni") && !isDownload(to) &&
			!strings.HasSuffix(to, ".atom") {
			s.see(who, to)
			most--
		}
	}
}

// open has the browser look at all of them.
func (s *shown) open() {
	s.t.Helper()
	for who, paths := range s.pages {
		s.t.Logf("%s opens %d pages", who, len(paths))
	}
	sessions := map[string]string{}
	for name, who := range s.people {
		sessions[name] = ""
		if who != nil {
			sessions[name] = s.town.As(s.t, *who).Cookie("sid")
		}
	}
	data, err := json.Marshal(map[string]any{"origin": s.town.Origin, "sessions": sessions, "pages": s.pages,
		"vectors": s.vectors})
	if err != nil {
		s.t.Fatal(err)
	}
	file := filepath.Join(s.t.TempDir(), "pages.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 4*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "e2e/vectors.mjs")
	cmd.Dir, cmd.Env = "..", append(os.Environ(), "ASCOLTO_PAGES="+file)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Errorf("%v\n%s", err, out)
	}
	s.t.Logf("%s", out)
}
