package web_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"image/color"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/webtest"
)

// unwalked are pages that no link of a busy town leads to, with the reason.
var unwalked = map[string]string{
	"/sitemap/:part": "is no page, and there where a town has very many",
	"/area-personale/dati": "is about an account, which the people of a test town do not " +
		"have",
	"/area-personale/dati/file/:id":           "is reached from the copy of one's own data",
	"/accedi/oidc":                            "leads away, to the identity provider",
	"/accedi/oidc/ritorno":                    "is come back to from the identity provider",
	"/sondaggi/:slug/pagina":                  "leads to the page one was on",
	"/forum/discussioni/:id":                  "leads to the address with the title in it",
	"/forum/provvedimenti/:id/:number/:round": "is reached from a mail",
	"/desk/login/password/:token":             "is reached from a mail",
	"/desk/requests/together":                 "is reached by choosing requests in the queue",
	"/desk/contacts/:id/forum": "is for moderators, who come from a contact with posts under a " +
		"pseudonym",
	"/disiscrizione/:token":                "is reached from a mail",
	"/disiscrizione/:token/fatto":          "is reached from a mail",
	"/desk/audit/evidence":                 "is about a sign-in by SPID",
	"/desk/campaigns/:id/deliveries":       "is about a run",
	"/desk/contacts/export":                "is a table, to which a button leads",
	"/desk/segments/:id/export":            "is a table, to which a button leads",
	"/desk/campaigns/:id/events":           "is a stream, which the page of the campaign listens to",
	"/desk/work/:id/events":                "is a stream, which the page of the task listens to",
	"/desk/surveys/:id/responses.csv":      "is a table, to which a button leads",
	"/richieste/conferma/:draft/:code":     "is reached from a mail, and leads to the page without the code",
	"/desk/mail/kept":                      "is for programs that keep their mail",
	"/desk/mail/document":                  "is a mail, not a page of ours",
	"/desk/campaigns/:id/preview/document": "is a mail, not a page of ours",
}

// busyTown is a town in which every kind of page has something to show.
type busyTown struct {
	*newsroom
	receipt     string           // where a report is followed
	history     string           // how a post read before
	request     requests.Request // of Anna's
	draftSurvey string           // where a questionnaire is edited
}

func openBusyTown(t *testing.T) *busyTown {
	t.Helper()
	n := &busyTown{newsroom: openNewsroom(t)}
	thread := talk(t, n.Town, n.Anna, "Il parco è buio",
		"I lampioni sono **spenti**.\n\n1. uno\n2. due\n\n> citato")
	if _, err := n.Forum.Reply(t.Context(), n.Bruno, forum.ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
		Source: "Concordo."}); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Forum.AddNote(t.Context(), n.Works,
		forum.NoteInput{FormKey: rand.Text(), Thread: thread.ID, Text: "Guasto noto."}); err != nil {
		t.Fatal(err)
	}
	// one that is done, one that waits
	for i, do := range []func(*testing.T, *webtest.Town){worked, func(*testing.T, *webtest.Town) {}} {
		if _, err := n.Work.Add(t.Context(), n.News, work.NewTask{FormKey: rand.Text() + strconv.Itoa(i),
			Kind: crm.WorkContacts}); err != nil {
			t.Fatal(err)
		}
		do(t, n.Town)
	}
	report := "/forum/discussioni/" + string(thread.ID) + "/messaggi/2/segnala"
	stranger := n.Browser(t)
	n.receipt = stranger.Submit(stranger.Get(report), report,
		url.Values{"rule": {"off_topic"}, "text": {"Fuori tema"}}).Location
	n.history = "/forum/discussioni/" + string(thread.ID) + "/messaggi/1/cronologia"
	edit := "/forum/discussioni/" + string(thread.ID) + "/messaggi/1/modifica"
	anna := n.As(t, n.Anna)
	if saved := anna.Submit(anna.Get(edit), edit,
		url.Values{"body": {"I lampioni sono **spenti** da ieri."}}); saved.Status != 303 {
		t.Fatalf("status %d: %.300s", saved.Status, saved.Text())
	}
	file, err := n.Files.Put(t.Context(), blob.Upload{Name: "lettera.txt", Use: crm.InteractionFiles(),
		Sender: n.Desk.Account}, strings.NewReader("Il lampione è spento."))
	if err != nil {
		t.Fatal(err)
	}
	call(t, n.Town, n.Desk, crm.InteractionInput{Contact: n.Anna.Contact, Office: "urp", FormKey: rand.Text(),
		Files: []civic.ID{file.ID},
		Note:  "Nota"})
	n.request, _ = askedWithFile(t, n.Town, n.Anna, requests.FileInput{Procedure: "istanza",
		Subject: "Passo carrabile", Text: "Con la pianta."}, "La pianta del cortile.")
	group, err := n.Requests.CreateGroup(t.Context(), n.Desk, rand.Text(), "Passi carrabili", "urp")
	if err != nil {
		t.Fatal(err)
	}
	move(t, n.Town, n.Desk, n.request, requests.MoveInput{Act: requests.ActGroup, Group: group.ID})
	wrote(t, n.Town, "From: Carlo Rossi <carlo@posta.example>", "Subject: Buca in via Roma", "", "È profonda.")
	wrote(t, n.Town, "From: Carlo Rossi <carlo@posta.example>", "Subject: Foto",
		"Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain; name=nota.txt",
		"Content-Disposition: attachment", "", "Una nota.", "--b", "Content-Type: a/b; name=gioco.exe",
		"Content-Disposition: attachment", "", "MZ", "--b--")
	n.survey("Verde in città", "verde-in-citta", 1)
	n.publishedSurvey()
	n.Town.Program(t, n.News, crm.PermReadContacts)
	news := n.As(t, n.News)
	n.draftSurvey = newSurvey(t, news, "Una bozza", nil)
	n.create(news)
	reminded(t, n.Town)
	settled(t, n.Town)
	return n
}

// reminded has requests brought before those who deal with them, and returns the step that does.
func reminded(t *testing.T, town *webtest.Town) requests.Step {
	t.Helper()
	st, err := town.Requests.SaveStep(t.Context(), town.Administrator, rand.Text(), "", 0, requests.Step{
		Kind: requests.StepBefore, Value: 3, Tell: []requests.Reader{requests.ReaderResponsible}})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// survey asks a question of every kind and one more that depends on it, has people answer, and returns its
// address at the desk.
func (n *busyTown) survey(title, slug string, people int) string {
	n.t.Helper()
	b := n.As(n.t, n.News)
	at := newSurvey(n.t, b, title, nil)
	addQuestion(n.t, b, at, "1", surveys.Single,
		values("text.it", "Quale parco?", "required", "1", "option.lines", "Amendola\nFerrari", "other", "1"))
	addQuestion(n.t, b, at, "1", surveys.Multiple,
		values("text.it", "Che cosa manca?", "option.lines", "Panchine\nOmbra", "max", "2"))
	addQuestion(n.t, b, at, "1", surveys.Scale, scaleLabels())
	addQuestion(n.t, b, at, "1", surveys.NPS, values("text.it", "Lo consiglierebbe?", "low.it", "No",
		"high.it", "Sì"))
	b.Submit(b.Get(at), at+"/pages", nil)
	addQuestion(n.t, b, at, "2", surveys.FreeText, values("text.it", "Perché?", "terms.1", "is:q1:a2", "join",
		"all"))
	addQuestion(n.t, b, at, "2", surveys.File, values("text.it", "Che foto?"))
	photo := jpegOf(n.t, drawing(80, 60, color.White))
	opens, closes := surveys.FormatLocal(time.Now().Add(-time.Minute)),
		surveys.FormatLocal(time.Now().Add(time.Hour))
	b.Submit(b.Get(at+"/publish"), at+"/publish", values("opens", opens, "closes", closes, "grace", "0"))
	for range people {
		stranger := n.Browser(n.t)
		first, here := start(stranger, slug)
		second := stranger.Follow(stranger.Submit(first, here, values("q1", "a2", "q3", "2", "q4", "10")))
		summary := stranger.Follow(stranger.UploadAll(second, "/sondaggi/"+slug+"/pagina/2",
			values("q5", "È bello"), "q6", webtest.SentFile{Name: "parco.jpg", Content: photo}))
		stranger.Submit(summary, "/sondaggi/"+slug+"/riepilogo", nil)
	}
	return at
}

// publishedSurvey is over, and its results are public.
func (n *busyTown) publishedSurvey() {
	b, at := n.As(n.t, n.News), n.survey("Aree giochi", "aree-giochi", surveys.PublicThreshold)
	b.Submit(b.Get(at), at+"/close", nil)
	if done := b.Submit(b.Get(at+"/results"), at+"/results/publish", nil); done.Status != 303 {
		n.t.Fatalf("status %d: %.300s", done.Status, done.Text())
	}
}

// pageWalk opens pages by following links, a few of each route and role.
type pageWalk struct {
	t       *testing.T
	town    *busyTown
	routes  []*regexp.Regexp
	paths   []string        // of the routes, in the same order
	reached map[string]bool // paths of routes
	forms   map[string]bool // actions of forms that were refused
	look    func(name string, page *webtest.Page)
}

// perRoute is how many pages of one route a role opens.
const perRoute = 3

func newWalk(t *testing.T, look func(string, *webtest.Page)) *pageWalk {
	w := &pageWalk{t: t, town: openBusyTown(t), paths: web.PagePaths(), reached: map[string]bool{},
		forms: map[string]bool{}, look: look}
	for _, path := range w.paths {
		w.routes = append(w.routes,
			regexp.MustCompile("^"+
				regexp.MustCompile(`:\w+`).ReplaceAllString(regexp.QuoteMeta(path), `[^/]+`)+"$"))
	}
	return w
}

// route returns the path of the route that an address leads to, fixed ones first.
func (w *pageWalk) route(address string) string {
	path, _, _ := strings.Cut(address, "?")
	if slices.Contains(w.paths, path) {
		return path
	}
	i := slices.IndexFunc(w.routes, func(r *regexp.Regexp) bool { return r.MatchString(path) })
	if i < 0 {
		return ""
	}
	return w.paths[i]
}

// as walks with a browser from the given pages, and then sends each form it met empty. What the forms of who
// walked before took away, the search has forgotten.
func (w *pageWalk) as(who string, b *webtest.Browser, from ...string) {
	indexed(w.t, w.town.Town)
	seen, count, posts := map[string]bool{}, map[string]int{}, map[string]string{}
	linked := map[string]string{} // addresses that a page leads to, and the page
	for len(from) > 0 {
		at := from[0]
		from = from[1:]
		route := w.route(at)
		if seen[at] || route == "" || count[route] >= perRoute || unwalked[route] != "" {
			continue
		}
		seen[at] = true
		count[route]++
		page := b.Get(at)
		if page.Location != "" && page.Status < 400 {
			from = append(from, page.Location)
		}
		if on := linked[at]; on != "" && page.Status >= 400 {
			w.t.Errorf("as %s, %s leads to %s, which answers %d", who, on, at, page.Status)
		}
		w.reached[route] = w.reached[route] || page.Status == 200
		if page.Doc == nil {
			continue
		}
		w.look(fmt.Sprintf("%s as %s", at, who), page)
		for _, to := range links(page, w.town.Origin) {
			// the people of a test town have no accounts, and the form of a new question asks for its kind
			if to != "/area-personale/sessioni" && !strings.HasSuffix(to, "/questions/new") {
				linked[to] = at
			}
			from = append(from, to)
		}
		for _, form := range page.By("method", "post") {
			if action := webtest.Attr(form, "action"); posts[action] == "" {
				posts[action] = at
			}
		}
	}
	w.refuse(who, b, posts)
}

// refuse sends the forms empty, and looks at the pages that say what is wrong.
func (w *pageWalk) refuse(who string, b *webtest.Browser, posts map[string]string) {
	for _, action := range slices.Sorted(maps.Keys(posts)) {
		page := b.Get(posts[action]) // as it is by now
		form := page.Form(action)
		if action == "/esci" || form == nil {
			continue
		}
		for name := range form {
			if !slices.ContainsFunc(page.By("name", name),
				func(n *html.Node) bool { return webtest.Attr(n, "type") == "hidden" }) {
				form[name] = []string{""}
			}
		}
		if answer := b.Do(b.PostRequest(action, form)); answer.Status == 422 && answer.Doc != nil {
			w.forms[action] = true
			w.look(fmt.Sprintf("%s refused as %s", action, who), answer)
		}
	}
}

// links returns where a page leads by links and by forms that ask.
func links(page *webtest.Page, origin string) []string {
	var out []string
	for _, n := range page.All(func(n *html.Node) bool {
		return n.DataAtom == atom.A || n.DataAtom == atom.Form || webtest.Attr(n, "rel") == "alternate"
	}) {
		at := webtest.Attr(n, "href")
		if n.DataAtom == atom.Form && webtest.Attr(n, "method") != "post" {
			at = webtest.Attr(n, "action")
		}
		at = strings.TrimPrefix(at, origin)
		if at, _, _ = strings.Cut(at, "#"); strings.HasPrefix(at, "/") {
			out = append(out, at)
		}
	}
	return out
}

// everybody walks as each of the town, by what only mails or the middle of a survey lead to, too.
func (w *pageWalk) everybody() {
	n := w.town
	stranger := n.Browser(w.t)
	first, _ := start(stranger, "verde-in-citta")
	stranger.Submit(first, "/sondaggi/verde-in-citta/pagina/1", values("q1", "a2"))
	stranger.Submit(stranger.Get("/accedi"), "/accedi", values("email", "anna@posta.example"))
	places := []string{"/", "/nulla", "/cerca?q=parco", "/cerca?q=", "/sondaggi/verde-in-citta/pagina/1",
		"/sondaggi/verde-in-citta/pagina/2",
		"/sondaggi/verde-in-citta/riepilogo", "/sondaggi/aree-giochi/risultati",
		"/sondaggi/verde-in-citta/inviato", "/desk/login",
		"/accedi", "/accedi/codice", n.receipt, n.history, "/sitemap.xml"}
	w.as("stranger", stranger, places...)
	w.as("who has a code", following(w.t, n.Town, n.request, n.Anna), "/richieste/seguita")
	w.as("somebody who answered", stranger, "/sondaggi/verde-in-citta/inviato")
	for _, who := range n.Everybody()[1:] {
		w.as(who.Name, n.As(w.t, who), append(places, "/area-personale", "/area-personale/sessioni", "/desk",
			"/desk/search?q=parco",
			"/desk/contacts?q=niente", n.draftSurvey+"/questions/new?page=1&kind=scale")...)
	}
	visitor := n.Browser(w.t)
	typed := laid(lampVisitor("nadia@posta.example"), "do", "review")
	summary := visitor.Submit(visitor.Get(visitorForm), visitorForm, typed)
	sent := visitor.Submit(summary, visitorForm, url.Values{"do": {"send"}})
	w.as("who asks without an account", visitor, sent.Location)
}

// TestPagesAreValid opens the pages of every route as every role, sends every form empty, and finds no fault
// of markup; nor does the Nu Html Checker, when ASCOLTO_VNU names its jar (make e2e).
func TestPagesAreValid(t *testing.T) {
	t.Parallel()
	vnu, folder, pages := os.Getenv("ASCOLTO_VNU"), t.TempDir(), 0
	w := newWalk(t, func(name string, page *webtest.Page) {
		if pages++; vnu != "" {
			file := filepath.Join(folder, regexp.MustCompile(`[^\w-]+`).ReplaceAllString(name, "_")+".html")
			if err := os.WriteFile(file, []byte(page.Body), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if page.Status == 422 {
			checkRefusal(t, name, page)
		}
		for _, f := range webtest.MarkupFaults(page.Body) {
			t.Errorf("%s: %s", name, f)
		}
	})
	w.everybody()
	t.Logf("%d pages of %d routes, %d forms refused", pages, len(w.reached), len(w.forms))
	for _, path := range w.paths {
		if !w.reached[path] && unwalked[path] == "" {
			t.Errorf("no link leads to %s", path)
		}
	}
	if vnu != "" {
		checkWithVnu(t, vnu, folder)
	}
}

// checkWithVnu fails the test for every error and warning that the Nu Html Checker (validator.github.io) has
// about the pages in a folder. What it calls information is about style.
func checkWithVnu(t *testing.T, jar, folder string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "java", "-jar", jar, "--format", "json", "--stdout",
		"--exit-zero-always", folder)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the checker does not run: %v", err)
	}
	var answer struct {
		Messages []struct{ URL, Type, SubType, Message, Extract string }
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("the checker answers %.300q: %v", out, err)
	}
	for _, m := range answer.Messages {
		if m.Type != "info" || m.SubType == "warning" {
			t.Errorf("%s: %s: %s", filepath.Base(m.URL), m.Message, m.Extract)
		}
	}
}

// closed are reasons that are not about what was typed.
var closed = regexp.MustCompile(`Ricaricare la pagina|non si può più modificare|Si può modificare solo`)

// checkRefusal fails the test unless a page that refuses a form says so in its title, and leads to what is
// wrong.
func checkRefusal(t *testing.T, name string, page *webtest.Page) {
	t.Helper()
	if title := webtest.TextOf(page.Tags(atom.Title)[0]); !strings.HasPrefix(title, "Errore: ") {
		t.Errorf("%s: the page is called %q", name, title)
	}
	for _, summary := range page.By("class", "alert alert-danger error-summary") {
		for n := range summary.Descendants() {
			if n.DataAtom == atom.Li && !closed.MatchString(webtest.TextOf(n)) &&
				!slices.ContainsFunc(slices.Collect(n.Descendants()),
					func(n *html.Node) bool { return n.DataAtom == atom.A }) {
				t.Errorf("%s: no link leads from “%s” to what is wrong", name, webtest.TextOf(n))
			}
		}
	}
}
