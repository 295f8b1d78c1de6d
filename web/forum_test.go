package web_test

import (
	"crypto/rand"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// forumTown is a town in whose forum Anna asked something, Bruno replied, and the public works left a note.
func forumTown(t *testing.T) (*webtest.Town, forum.Thread, forum.Post) {
	t.Helper()
	w := webtest.Open(t)
	thread, err := w.Forum.StartThread(t.Context(), w.Anna, forum.ThreadInput{
		FormKey: rand.Text(), Area: "san-lazzaro", Title: "Il parco è buio",
		Source: "I lampioni sono **spenti**.", AsksAnswer: true, Tags: []string{"luce"},
	})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := w.Forum.Reply(t.Context(), w.Bruno,
		forum.ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: "Concordo, è pericoloso."})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Forum.AddNote(t.Context(), w.Works,
		forum.NoteInput{FormKey: rand.Text(), Thread: thread.ID,
			Text: "Guasto già noto in segreto."}); err != nil {
		t.Fatal(err)
	}
	return w, thread, reply
}

const secret = "in segreto"

func TestForumReading(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	names := []string{"Dall'Olio", "De Cristofaro", "posta.example", string(w.Anna.Account),
		string(w.Anna.Contact), secret}
	for _, who := range []*civic.Actor{nil, &w.Bruno, &w.Desk} {
		not := names
		if who != nil {
			not = []string{secret, string(w.Anna.Account), "anna@posta.example", "Dall'Olio"}
		}
		w.Run(t, []webtest.Scenario{
			{
				Name: "areas", Who: who, Path: "/forum", WantStatus: 200, WantNot: not,
				Want: []string{"San Lazzaro", "1 discussione", "Il parco è buio",
					"risposta alle domande entro 10 giorni"},
			},
			{
				Name: "area", Who: who, Path: "/forum/san-lazzaro", WantStatus: 200, WantNot: not,
				Want: []string{"Il parco è buio", "di Anna D.", "1 risposta", "In attesa di risposta",
					"#luce"},
			},
			{Name: "area by state", Who: who, Path: "/forum/san-lazzaro?stato=answered", WantStatus: 200,
				Want: []string{"Non ci sono discussioni"}, WantNot: []string{"Il parco è buio"}},
			{Name: "area by a state nobody may see", Who: who, Path: "/forum/san-lazzaro?stato=hidden",
				WantStatus: 400},
			{Name: "no such area", Who: who, Path: "/forum/altrove", WantStatus: 404},
			{
				Name: "discussion", Who: who, Path: thread.Path(), WantStatus: 200, WantNot: not,
				Want: []string{"I lampioni sono spenti.", "Anna D.", "Bruno D.", "Concordo, è pericoloso.",
					"risposta del Comune attesa entro"},
			},
			{Name: "a reply that is not there", Who: who, Path: thread.Path() + "?da=99", WantStatus: 303,
				WantLocation: thread.Path()},
			{Name: "old address", Who: who, Path: "/forum/discussioni/" + string(thread.ID) + "/vecchio?da=2",
				WantStatus: 301, WantLocation: thread.Path() + "?da=2"},
			{Name: "bare address", Who: who, Path: "/forum/discussioni/" + string(thread.ID), WantStatus: 301,
				WantLocation: thread.Path()},
			{Name: "no such discussion", Who: who, Path: "/forum/discussioni/nessuna/x", WantStatus: 404},
			{Name: "history", Who: who, Path: "/forum/discussioni/" + string(thread.ID) +
				"/messaggi/2/cronologia", WantStatus: 200, Want: []string{"non è stato modificato"}},
			{Name: "rules", Who: who, Path: "/forum/regole", WantStatus: 200,
				Want: []string{"Dati personali", "Fuori tema"}},
			{Name: "register", Who: who, Path: "/forum/registro", WantStatus: 200,
				Want: []string{"non è stata presa alcuna decisione"}},
			{Name: "overdue", Who: who, Path: "/forum/in-ritardo", WantStatus: 200,
				WantNot: []string{"Il parco è buio"}},
		})
	}
}

func TestForumPosting(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	b := w.As(t, w.Anna)
	empty := b.Submit(b.Get("/forum/nuova"), "/forum/nuova", nil)
	for _, field := range []string{"area", "title", "body"} {
		if len(empty.By("href", "#campo-"+field)) != 1 {
			t.Errorf("the summary of an empty form does not name %s: %.400s", field, empty.Text())
		}
	}
	page := b.Submit(b.Get("/forum/nuova?area=citta"), "/forum/nuova",
		url.Values{"title": {"Corto"}, "body": {"Si può?"}, "asks": {"1"}})
	if page.Status != 422 || page.Form("/forum/nuova").Get("body") != "Si può?" ||
		page.Form("/forum/nuova").Get("area") != "citta" || page.Form("/forum/nuova").Get("asks") != "1" {
		t.Fatalf("status %d; the form holds %v", page.Status, page.Form("/forum/nuova"))
	}
	if links := page.By("href", "#campo-title"); len(links) != 1 || !page.Has("almeno 8 caratteri") {
		t.Errorf("the summary does not lead to the title: %s", page.Text())
	}
	page = b.Submit(page, "/forum/nuova",
		url.Values{"title": {"Orti condivisi in centro"}, "body": {"Si *può*? <script>alert(1)</script>"},
			"preview": {"1"}})
	if page.Status != 200 || !page.Has("Orti condivisi in centro") || len(page.Tags(atom.Em)) != 1 {
		t.Fatalf("preview: status %d: %.300s", page.Status, page.Text())
	}
	key := page.Input("form_key")
	previewed := innerText(page, "forum-preview")
	page = b.Submit(page, "/forum/nuova", nil)
	if page.Status != 303 || !strings.HasPrefix(page.Location, "/forum/discussioni/"+key+"/orti-condivisi") {
		t.Fatalf("status %d, leads to %q: %.300s", page.Status, page.Location, page.Text())
	}
	path := page.Location
	page = b.Follow(page)
	if !page.Has("La discussione è stata pubblicata.") || !page.Has("Si può? <script>alert(1)</script>") ||
		!strings.Contains(previewed, "Si può? <script>") {
		t.Errorf("the page says %.800s; the preview said %q", page.Text(), previewed)
	}
	reply(t, w, path)
}

// TestWritingCanBeGivenUp: every form of the forum leads back to where its writer came from without sending.
func TestWritingCanBeGivenUp(t *testing.T) {
	t.Parallel()
	w, thread, reply := forumTown(t)
	at := "/forum/discussioni/" + string(thread.ID)
	b := w.As(t, w.Anna)
	for path, back := range map[string]string{
		"/forum/nuova":              "/forum",
		at + "/rispondi":            thread.Path() + "#post-1",
		at + "/messaggi/1/modifica": thread.Path() + "#post-1",
		at + "/messaggi/1/segnala":  thread.Path() + "#post-1",
		at + "/rispondi?a=2":        reply.Path(thread), // which may be on a later page
		at + "/messaggi/2/segnala":  reply.Path(thread),
	} {
		page := b.Get(path)
		if page.Status != 200 || !page.Has("Annulla") || len(page.By("href", back)) == 0 {
			t.Errorf("%s does not lead back to %s: %d %.300s", path, back, page.Status, page.Text())
		}
	}
}

// reply has Bruno preview and send a reply from the discussion's page, without scripts.
func reply(t *testing.T, w *webtest.Town, path string) {
	t.Helper()
	b := w.As(t, w.Bruno)
	action := strings.Join(strings.Split(path, "/")[:4], "/") + "/rispondi"
	page := b.Submit(b.Get(path), action, url.Values{"body": {"Sì, **volentieri**."}, "preview": {"1"}})
	if page.Status != 200 || len(page.Tags(atom.Strong)) == 0 ||
		page.Form(action).Get("body") != "Sì, **volentieri**." {
		t.Fatalf("preview: status %d: %.300s", page.Status, page.Text())
	}
	page = b.Submit(page, action, nil)
	if page.Status != 303 || page.Location != path+"?da=2#post-2" {
		t.Fatalf("status %d, leads to %q", page.Status, page.Location)
	}
	page = b.Get(page.Location)
	if got := page.By("id", "post-2"); len(got) != 1 ||
		!strings.Contains(webtest.TextOf(got[0]), "Sì, volentieri") {
		t.Errorf("the page does not show the reply: %.600s", page.Text())
	}
	page = b.Submit(b.Get(action+"?a=2"), action, url.Values{"body": {""}})
	if page.Status != 422 || !page.Has("In risposta a Bruno D., messaggio n. 2") ||
		page.Form(action).Get("parent") != "2" {
		t.Errorf("an empty reply: status %d: %.300s", page.Status, page.Text())
	}
}

func innerText(p *webtest.Page, class string) string {
	for _, n := range p.All(
		func(n *html.Node) bool {
			return strings.Contains(" "+webtest.Attr(n, "class")+" ",
				" "+class+" ")
		}) {
		return webtest.TextOf(n)
	}
	return ""
}

func TestForumWhoMay(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	id := string(thread.ID)
	desk := []string{"/desk/forum", "/desk/forum/" + id}
	moderation := []string{"/desk/moderation", "/desk/moderation/log", "/desk/moderation/" + id + "/2"}
	writing := []string{"/forum/nuova", "/forum/profilo", "/forum/discussioni/" + id + "/rispondi"}
	for _, who := range w.Everybody() {
		check := func(paths []string, allowed bool) {
			for _, path := range paths {
				b := w.As(t, who)
				if who.Account == "" {
					b = w.Browser(t)
				}
				page := b.Get(path)
				want := 403
				switch {
				case allowed:
					want = 200
				case who.Account == "":
					want = 303
				}
				if page.Status != want {
					t.Errorf("%s opens %s: status %d, want %d", who.Name, path, page.Status, want)
				}
				if !allowed && strings.Contains(page.Body, secret) {
					t.Errorf("%s reads the note at %s", who.Name, path)
				}
			}
		}
		check(desk, who.Allowed(forum.PermNote))
		check(moderation, who.Allowed(forum.PermModerate))
		check(writing, who.Allowed(forum.PermPost))
		check([]string{"/desk/forum/areas", "/desk/forum/areas/new", "/desk/forum/areas/citta"},
			who.Allowed(forum.PermAreas))
	}
	w.Run(t, []webtest.Scenario{
		{Name: "another's post", Who: &w.Bruno, Path: "/forum/discussioni/" + id + "/messaggi/1/modifica",
			WantStatus: 403, WantNot: []string{"lampioni"}},
		{Name: "own post", Who: &w.Anna, Path: "/forum/discussioni/" + id + "/messaggi/1/modifica",
			WantStatus: 200, Want: []string{"lampioni"}},
		{
			Name: "another office answers", Who: &w.Desk, Method: http.MethodPost, Path: "/desk/forum/" + id +
				"/answer",
			Form: url.Values{"office": {"lavori-pubblici"}, "body": {"Fatto."}}, WantStatus: 403,
		},
		{Name: "a citizen answers", Who: &w.Bruno, Method: http.MethodPost, Path: "/desk/forum/" + id +
			"/answer", Form: url.Values{"body": {"Fatto."}}, WantStatus: 403},
		{Name: "a citizen hides", Who: &w.Bruno, Method: http.MethodPost, Path: "/desk/moderation/" + id +
			"/1/decide", Form: url.Values{"action": {"hide"}}, WantStatus: 403},
	})
}

func TestForumAnswer(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	b := w.As(t, w.Works)
	list := b.Get("/desk/forum?di=miei")
	if !list.Has("Il parco è buio") {
		t.Errorf("the list of the office says %.400s", list.Text())
	}
	if other := w.As(t, w.Desk).Get("/desk/forum?di=miei"); other.Has("Il parco è buio") {
		t.Error("another office has it on its list")
	}
	path := "/desk/forum/" + string(thread.ID)
	page := b.Get(path)
	if !page.Has(secret) {
		t.Errorf("the desk does not read its note: %.600s", page.Text())
	}
	if !page.Has("Leggi 1 risposta") || !page.Has("Concordo, è pericoloso.") {
		t.Errorf("the desk does not read what others wrote: %.600s", page.Text())
	}
	page = b.Submit(page, path+"/answer", url.Values{"body": {""}})
	if page.Status != 422 || !page.Has("Scrivere il testo") {
		t.Errorf("an empty answer: status %d", page.Status)
	}
	page = b.Submit(page, path+"/answer",
		url.Values{"body": {"Saranno accesi **a marzo**."}, "preview": {"1"}})
	if page.Status != 200 || !strings.Contains(innerText(page, "forum-preview"), "a marzo") {
		t.Fatalf("preview: status %d: %.300s", page.Status, page.Text())
	}
	page = b.Submit(page, path+"/answer", nil)
	if page.Status != 303 {
		t.Fatalf("status %d: %.400s", page.Status, page.Text())
	}
	public := w.Browser(t).Get(thread.Path())
	checkNames(t, thread.Path(), public)
	for _, own := range []*webtest.Page{w.As(t, w.Anna).Get("/area-personale"),
		w.As(t, w.Desk).Get("/desk/contacts/" + string(w.Anna.Contact))} {
		links := own.By("href", thread.Path()+"#post-1")
		if len(links) == 0 || webtest.TextOf(links[len(links)-1]) != "Il parco è buio" {
			t.Errorf("no entry of the timeline leads to the post: %.600s", own.Text())
		}
	}
	official := innerText(public, "forum-official")
	if !strings.Contains(official, "Risposta ufficiale – Lavori pubblici") ||
		!strings.Contains(official, "Saranno accesi a marzo") {
		t.Errorf("the public page shows %q", official)
	}
	if strings.Contains(public.Body, "Dario") || strings.Contains(public.Body, secret) {
		t.Error("the public page names the official or shows the note")
	}
	if at := func(s string) int { return strings.Index(public.Body, s) }; at("Saranno accesi") > at(
		"Concordo") || at("Saranno accesi") < at("lampioni") {
		t.Error("the answer does not stand between the first post and the replies")
	}
	if b.Get("/desk/forum").Has("Il parco è buio") {
		t.Error("it still waits")
	}
}

func TestForumModeration(t *testing.T) {
	t.Parallel()
	w, thread, reply := forumTown(t)
	id := string(thread.ID)
	visitor := w.Browser(t)
	action := "/forum/discussioni/" + id + "/messaggi/2/segnala"
	page := visitor.Submit(visitor.Get(action), action, url.Values{"text": {"Troppo allarmista"}})
	if page.Status != 422 || !page.Has("Scegliere la regola") ||
		page.Form(action).Get("text") != "Troppo allarmista" {
		t.Errorf("without a rule: status %d", page.Status)
	}
	page = visitor.Submit(page, action, url.Values{"rule": {"off_topic"}})
	if page.Status != 303 {
		t.Fatalf("status %d: %.300s", page.Status, page.Text())
	}
	receipt := page.Location
	if page = visitor.Follow(page); !page.Has("In attesa di decisione") {
		t.Errorf("the receipt says %.300s", page.Text())
	}

	mod := w.As(t, w.Moderator)
	if page = mod.Get("/desk/moderation"); !page.Has("Concordo, è pericoloso.") {
		t.Fatalf("the queue says %.300s", page.Text())
	}
	path := "/desk/moderation/" + id + "/2"
	page = mod.Submit(mod.Get(path), path+"/claim", nil)
	page = mod.Follow(page)
	page = mod.Submit(page, path+"/decide", url.Values{"action": {"hide"}, "rule": {"off_topic"}})
	if page.Status != 422 || len(page.By("href", "#decisione-campo-reason")) != 1 {
		t.Fatalf("without a reason: status %d: %.600s", page.Status, page.Text())
	}
	page = mod.Submit(page, path+"/decide", url.Values{"action": {"hide"}, "rule": {"off_topic"},
		"reason": {"Parla d'altro, non del parco."}})
	if page.Status != 303 {
		t.Fatalf("status %d: %.600s", page.Status, page.Text())
	}
	statement := "/forum/provvedimenti/" + id + "/2/0"
	w.Run(t, []webtest.Scenario{
		{Name: "the page", Path: thread.Path(), WantStatus: 200,
			Want: []string{"Contenuto rimosso: fuori tema."}, WantNot: []string{"Concordo", "Bruno"}},
		{Name: "the history", Path: "/forum/discussioni/" + id + "/messaggi/2/cronologia", WantStatus: 410,
			WantNot: []string{"Concordo"}},
		{Name: "a reply to it", Who: &w.Anna, Path: "/forum/discussioni/" + id + "/rispondi?a=2",
			WantStatus: 410, WantNot: []string{"Concordo"}},
		{Name: "the receipt", Path: receipt, WantStatus: 200, Want: []string{"è stato nascosto"},
			WantNot: []string{"Gaia", "d'altro"}},
		{Name: "the register", Path: "/forum/registro", WantStatus: 200,
			Want:    []string{"Messaggio nascosto", "Fuori tema", "San Lazzaro"},
			WantNot: []string{"Gaia", "Bruno", "d'altro"}},
		{Name: "the statement, to a stranger", Path: statement, WantStatus: 303},
		{Name: "the statement, to another citizen", Who: &w.Anna, Path: statement, WantStatus: 404,
			WantNot: []string{"Concordo", "d'altro"}},
		{Name: "the statement, to another office", Who: &w.Works, Path: statement, WantStatus: 404,
			WantNot: []string{"Concordo", "d'altro"}},
		{Name: "the statement, to the author", Who: &w.Bruno, Path: statement, WantStatus: 200,
			Want:    []string{"Parla d'altro", "Concordo", "Fuori tema", "senza mezzi automatici"},
			WantNot: []string{"Gaia"}},
		{
			Name: "the case again", Who: &w.Moderator, Path: "/desk/moderation/" + id + "/2", WantStatus: 200,
			Want: []string{"Decisioni precedenti su questo messaggio", "Gaia Montanari", "Parla d'altro"},
		},
		{Name: "the desk's log", Who: &w.Moderator, Path: "/desk/moderation/log", WantStatus: 200,
			Want:    []string{"Gaia Montanari", "Parla d'altro", "«Il parco è buio», messaggio n. 2"},
			WantNot: []string{"Bruno"}},
	})
	if ok, err := w.Forum.Findable(t.Context(), civic.Visitor(""),
		"post/"+string(reply.ID)); ok["post/"+string(reply.ID)] || err != nil {
		t.Errorf("findable: %v, %v", ok, err)
	}
	hideDiscussion(t, w, thread, mod)
}

func hideDiscussion(t *testing.T, w *webtest.Town, thread forum.Thread, mod *webtest.Browser) {
	t.Helper()
	path := "/desk/forum/" + string(thread.ID)
	page := mod.Submit(mod.Get(path), path+"/decide",
		url.Values{"action": {"hide"}, "rule": {"spam"}, "reason": {"Pubblicità di lampioni."}})
	if page.Status != 303 {
		t.Fatalf("status %d: %.600s", page.Status, page.Text())
	}
	w.Run(t, []webtest.Scenario{
		{Name: "the hidden discussion", Path: thread.Path(), WantStatus: 410,
			Want: []string{"Contenuto rimosso: pubblicità"}, WantNot: []string{"lampioni", "Anna"}},
		{Name: "its area", Path: "/forum/san-lazzaro", WantStatus: 200, WantNot: []string{"Il parco"}},
		{Name: "the forum", Path: "/forum", WantStatus: 200, Want: []string{"0 discussioni"},
			WantNot: []string{"Il parco"}},
		{Name: "at the desk", Who: &w.Works, Path: path, WantStatus: 200,
			WantNot: []string{"lampioni", "risposte di chi"}},
		{Name: "at the moderators' desk", Who: &w.Moderator, Path: path, WantStatus: 200,
			Want: []string{"Ripristinare la discussione"}},
	})
}

func TestForumEdits(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	b := w.As(t, w.Works)
	path := "/desk/forum/" + string(thread.ID)
	if page := b.Submit(b.Get(path), path+"/answer", url.Values{"body": {"A marzo."}}); page.Status != 303 {
		t.Fatalf("status %d: %.300s", page.Status, page.Text())
	}
	edit := "/forum/discussioni/" + string(thread.ID) + "/messaggi/3/modifica"
	page := b.Get(edit)
	stale := w.As(t, w.Head).Get(edit)
	if page = b.Submit(page, edit, url.Values{"body": {"Ad aprile."}}); page.Status != 303 {
		t.Fatalf("status %d: %.300s", page.Status, page.Text())
	}
	head := w.As(t, w.Head)
	page = head.Submit(stale, edit, url.Values{"body": {"A maggio."}})
	if page.Status != 422 || !page.Has("Ad aprile.") || !page.Has("A maggio.") ||
		!page.Has("da "+w.Works.Name) {
		t.Fatalf("an edit of an old text: status %d: %.900s", page.Status, page.Text())
	}
	if page = head.Submit(page, edit, url.Values{}); page.Status != 303 {
		t.Fatalf("saving once more: status %d: %.600s", page.Status, page.Text())
	}
	if page = head.Submit(head.Get(edit), edit, url.Values{"body": {"Ad aprile."}}); page.Status != 303 {
		t.Fatalf("back again: status %d", page.Status)
	}
	page = w.Browser(t).Get("/forum/discussioni/" + string(thread.ID) + "/messaggi/3/cronologia")
	if got := innerText(page, "forum-diff"); got != "tolto: A maggio. aggiunto: Ad aprile." {
		t.Errorf("the history says %q", got)
	}
}

func TestForumAreasAtTheDesk(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	b := w.As(t, w.Administrator)
	if menu := b.Get("/desk").By("href", "/desk/forum/areas"); len(menu) != 1 {
		t.Errorf("%d entries of the administrator's menu lead to the areas", len(menu))
	}
	if page := b.Get("/desk/forum/areas/new"); len(page.By("href", "/desk/forum")) != 0 ||
		!page.Has("San Lazzaro") || !page.Has("Lavori pubblici") {
		t.Errorf("the form leads where the administrator may not go, or does not name districts and offices: "+
			"%.600s", page.Text())
	}
	wrong := url.Values{"slug": {"sud"}, "name": {"Sud"}, "answer_days": {"15"}, "district": {"atlantide"},
		"office": {"nessuno"}}
	if page := b.Submit(b.Get("/desk/forum/areas/new"), "/desk/forum/areas", wrong); page.Status != 422 ||
		len(page.By("href", "#campo-district")) != 1 || len(page.By("href", "#campo-office")) != 1 {
		t.Errorf("a district and an office that do not exist: status %d: %.400s", page.Status, page.Text())
	}
	page := b.Submit(b.Get("/desk/forum/areas/new"), "/desk/forum/areas",
		url.Values{"slug": {"Nord!"}, "name": {""}, "answer_days": {"0"}})
	if page.Status != 422 || len(page.By("href", "#campo-slug")) != 1 ||
		len(page.By("href", "#campo-answer_days")) != 1 {
		t.Errorf("status %d: %.400s", page.Status, page.Text())
	}
	if page = b.Submit(page, "/desk/forum/areas", url.Values{"slug": {"nord"}, "name": {"Quartiere Nord"},
		"answer_days": {"15"}, "office": {"lavori-pubblici"}}); page.Status != 303 {
		t.Fatalf("status %d: %.400s", page.Status, page.Text())
	}
	if form := b.Get("/desk/forum/areas/nord").Form("/desk/forum/areas/nord"); form.Get(
		"office") != "lavori-pubblici" || form.Get("district") != "" {
		t.Errorf("the form of the area holds %v", form)
	}
	if page = b.Submit(b.Get("/desk/forum/areas/nord"), "/desk/forum/areas/nord",
		url.Values{"closed": {"1"}}); page.Status != 303 {
		t.Fatalf("status %d: %.400s", page.Status, page.Text())
	}
	for _, want := range []string{"piazza-sant-anna", "piazza-sant-anna-2"} { // made of the name
		page = b.Submit(b.Get("/desk/forum/areas/new"), "/desk/forum/areas",
			url.Values{"name": {"Piazza Sant'Ànna"}, "answer_days": {"15"}})
		if page.Status != 303 || b.Get("/desk/forum/areas/"+want).Status != 200 {
			t.Errorf("an area without an address: %d, no %s: %.400s", page.Status, want, page.Text())
		}
	}
	for name, want := range map[string]string{"Regole": "regole-2", "東京": "sezione"} {
		page = b.Submit(b.Get("/desk/forum/areas/new"), "/desk/forum/areas",
			url.Values{"name": {name}, "answer_days": {"15"}})
		if page.Status != 303 || b.Get("/desk/forum/areas/"+want).Status != 200 {
			t.Errorf("%s: %d, no %s: %.400s", name, page.Status, want, page.Text())
		}
	}
	public := w.As(t, w.Anna)
	if page = public.Get("/forum/nord"); page.Status != 200 || page.Has("Nuova discussione") {
		t.Errorf("a closed area offers a new discussion: status %d", page.Status)
	}
	if page = public.Get("/forum/nuova"); len(page.By("value", "nord")) != 0 ||
		len(page.By("value", "citta")) != 1 {
		t.Error("the form offers the closed area")
	}
}

func TestForumFeeds(t *testing.T) {
	t.Parallel()
	w, thread, _ := forumTown(t)
	if _, err := w.Forum.Decide(t.Context(), w.Moderator, forum.DecisionInput{
		Thread: thread.ID, Number: 2, Action: forum.ActionHide, Rule: "off_topic",
		Reason: "Parla d'altro, non del parco.",
	}); err != nil {
		t.Fatal(err)
	}
	b := w.Browser(t)
	for path, want := range map[string]int{"/forum/san-lazzaro/feed.atom": 1, "/forum/discussioni/" +
		string(thread.ID) + "/feed.atom": 1, "/forum/citta/feed.atom": 0} {
		page := b.Get(path)
		var feed struct {
			XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
			ID      string   `xml:"id"`
			Updated string   `xml:"updated"`
			Entries []struct {
				Author  string `xml:"author>name"`
				Content string `xml:"content"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(page.Body), &feed); err != nil || len(feed.Entries) != want ||
			!strings.HasPrefix(feed.ID, "urn:uuid:") {
			t.Fatalf("%s: %d entries, %v: %s", path, len(feed.Entries), err, page.Body)
		}
		if want > 0 &&
			(feed.Entries[0].Author != "Anna D." ||
				!strings.Contains(feed.Entries[0].Content, "<strong>spenti</strong>")) {
			t.Errorf("%s: %+v", path, feed.Entries)
		}
		for _, not := range []string{"Concordo", "Bruno", secret, "Dall'Olio"} {
			if strings.Contains(page.Body, not) {
				t.Errorf("%s holds %q", path, not)
			}
		}
		for header, value := range map[string]string{"If-None-Match": page.Header.Get("ETag"),
			"If-Modified-Since": page.Header.Get("Last-Modified")} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.Origin+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(header, value)
			if again := b.Do(req); again.Status != http.StatusNotModified || again.Body != "" {
				t.Errorf("%s with %s: status %d and %d bytes", path, header, again.Status, len(again.Body))
			}
			req.Header.Set(header,
				map[string]string{"If-None-Match": `"other"`,
					"If-Modified-Since": "Sun, 01 Jan 2023 00:00:00 GMT"}[header])
			if again := b.Do(req.Clone(t.Context())); again.Status != http.StatusOK {
				t.Errorf("%s with another %s: status %d", path, header, again.Status)
			}
		}
	}
	if page := b.Get("/forum/discussioni/nessuna/feed.atom"); page.Status != 404 {
		t.Errorf("no such discussion: status %d", page.Status)
	}
}
