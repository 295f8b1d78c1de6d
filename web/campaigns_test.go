package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"ascolto/cmd/ascolto/app"
	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/notify"
	"ascolto/notify/message"
	"ascolto/notify/transport"
	"ascolto/web"
	"ascolto/web/locale"
	"ascolto/web/webtest"
)

// newsroom is a town whose mail is kept as files, with a segment of everybody who speaks Italian; Anna
// consented to news about getting around, Bruno did not.
type newsroom struct {
	*webtest.Town
	*webtest.Site
	t       *testing.T
	service *notify.Service
	segment civic.ID
}

type staffBoxes struct{ town *webtest.Town }

func (s staffBoxes) StaffMailbox(ctx context.Context, account civic.ID) (reach.Mailbox, string, error) {
	a, err := s.town.Accounts.Staff(ctx, civic.System("test"), account)
	return reach.Mailbox{Name: a.Name, Address: a.Email}, "it", err
}

func (staffBoxes) CampaignLink(campaign civic.ID) string {
	return "/desk/campaigns/" + string(campaign)
}

func openNewsroom(t *testing.T) *newsroom {
	t.Helper()
	files, err := transport.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return openNewsroomOver(t, files)
}

// openNewsroomOver is openNewsroom with mail that a given transport carries.
func openNewsroomOver(t *testing.T, carrier notify.Transport) *newsroom {
	t.Helper()
	n := &newsroom{Town: webtest.Open(t), t: t}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	must(err)
	words := func(l string, m civic.Message) string { return texts.In(locale.Lang(l)).Message(m) }
	mails, err := message.NewRegistry(words, notify.MailTemplates()...)
	must(err)
	outbox, err := notify.NewOutbox(t.Context(), notify.OutboxOptions{DB: n.DB, Vault: n.Town.Vault})
	must(err)
	n.service, err = notify.New(t.Context(), notify.Options{
		DB: n.DB, Vault: n.Town.Vault, Outbox: outbox,
		Audience: app.Audience{Service: n.CRM, Segments: n.Segments}, Topics: n.Reference,
		Timeline: n.CRM, Audit: n.Audit, Transport: carrier, Work: n.Work, Log: slog.New(slog.DiscardHandler),
		Words: words, Mails: mails, Staff: staffBoxes{n.Town},
		From: reach.Mailbox{Name: "Comune di Borgoforte",
			Address: "ascolto@comune.borgoforte.example"},
		Organisation: "Comune di Borgoforte",
		Origin:       "https://ascolto.comune.borgoforte.example",
	})
	must(err)
	services := n.Services
	services.Notify = n.service
	n.Site = webtest.Start(t, web.Options{Services: services, Vault: n.Town.Vault})
	_, err = n.CRM.SetConsent(t.Context(), n.Desk, n.Anna.Contact, crm.ConsentInput{
		Topic: "mobilita", Channel: crm.ByMail, Given: true, Version: 1, Language: "it",
		Source: crm.StaffSources()[0],
	})
	must(err)
	segment, err := n.Segments.Create(t.Context(), n.News,
		segment.Input{FormKey: "chiave-del-segmento", Name: "Chi parla italiano",
			Rule: segment.All(segment.Is(crm.AttributeLanguage, "it"))})
	must(err)
	n.segment = segment.ID
	return n
}

// run sends mail, and does what is due as a job would, until the test ends.
func (n *newsroom) run() {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = n.service.Run(ctx) })
	wg.Go(func() {
		for ctx.Err() == nil {
			_ = n.service.SendDue(ctx)
			_, _ = n.Work.WorkOne(ctx)
			time.Sleep(50 * time.Millisecond)
		}
	})
	n.t.Cleanup(func() { cancel(); wg.Wait() })
}

func (n *newsroom) draft() url.Values {
	return url.Values{
		"name": {"Nuova pista ciclabile"}, "segment": {string(n.segment)}, "class": {"voluntary"},
		"topic":      {"mobilita"},
		"subject.it": {"Pista ciclabile, {{given_name|gentile cittadina/o}}"},
		"body.it": {
			"# La pista apre\n\nGentile {{given_name|cittadina/o}}, **da lunedì** [si " +
				"pedala](https://comune.borgoforte.example/bici)."},
	}
}

// create makes a draft by the form and returns its path.
func (n *newsroom) create(b *webtest.Browser) string {
	n.t.Helper()
	page := b.Submit(b.Get("/desk/campaigns/new"), "/desk/campaigns", n.draft())
	if page.Status != http.StatusSeeOther {
		n.t.Fatalf("status %d: %.600s", page.Status, page.Text())
	}
	return page.Location
}

// schedule lets a draft begin now, by the form and the question after it.
func (n *newsroom) schedule(b *webtest.Browser, path string) *webtest.Page {
	n.t.Helper()
	return b.Submit(b.Submit(b.Get(path+"/schedule"), path+"/schedule", nil), path+"/schedule", nil)
}

func (n *newsroom) await(b *webtest.Browser, path, text string) *webtest.Page {
	n.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		if page := b.Get(path); page.Has(text) {
			return page
		}
		time.Sleep(50 * time.Millisecond)
	}
	n.t.Fatalf("%s never says %q: %.800s", path, text, b.Get(path).Text())
	return nil
}

func TestACampaignFromDraftToUnsubscribing(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	n.run()
	b := n.As(t, n.News)
	path := n.create(b)
	page := b.Get(path)
	for _, want := range []string{"Nuova pista ciclabile", "Bozza salvata.", "Chi parla italiano",
		"Informazione su un argomento", "non partono"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q: %.800s", want, page.Text())
		}
	}

	preview := b.Get(path + "/preview")
	if !preview.Has("Pista ciclabile, Maria") ||
		!preview.Has("Gentile Maria, da lunedì si pedala (https://comune.borgoforte.example/bici).") {
		t.Errorf("preview: %.800s", preview.Text())
	}
	frames := preview.Tags(atom.Iframe)
	if len(frames) != 1 || !webtest.HasAttr(frames[0], "sandbox") ||
		webtest.Attr(frames[0], "sandbox") != "" || webtest.Attr(frames[0], "title") == "" {
		t.Fatalf("the mail is not in a sandboxed frame: %v", frames)
	}
	document := b.Get(webtest.Attr(frames[0], "src"))
	csp := document.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "sandbox;") || !strings.Contains(csp, "default-src 'none'") ||
		strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'self'") {
		t.Errorf("policy of the mail: %s", csp)
	}
	if !document.Has("La pista apre") || strings.Contains(document.Body, "style=") ||
		strings.Contains(document.Body, "src=") {
		t.Errorf("document: %.600s", document.Body)
	}

	if tested := b.Submit(b.Get(path), path+"/test", nil); tested.Status != http.StatusSeeOther {
		t.Fatalf("test: %d", tested.Status)
	}
	n.await(b, "/desk/mail", "[Prova] Pista ciclabile, Maria")

	schedule := b.Get(path + "/schedule")
	if !schedule.Has("lo riceverebbe 1 persona, su 2 nel segmento") ||
		!schedule.Has("Nessun consenso all'argomento 1") || schedule.Has("Anna") {
		t.Errorf("before it is scheduled the page says %.600s", schedule.Text())
	}
	asked := b.Submit(schedule, path+"/schedule", url.Values{"start": {""}})
	if asked.Status != http.StatusOK || !asked.Has("Inviare adesso il messaggio a 1 persona?") ||
		b.Get(path).Has("Programmato") {
		t.Fatalf("one click and no question: %d %.400s", asked.Status, asked.Text())
	}
	if lied := b.Submit(asked, path+"/schedule",
		url.Values{"confirmed": {"260"}}); lied.Status != http.StatusOK || !lied.Has("a 1 persona?") {
		t.Errorf("confirmed with another number: %d", lied.Status)
	}
	scheduled := b.Submit(asked, path+"/schedule", nil)
	if scheduled.Status != http.StatusSeeOther {
		t.Fatalf("schedule: %d %.400s", scheduled.Status, scheduled.Text())
	}
	done := n.await(b, path, "Concluso")
	if !done.Has("Inviati (1)") || !done.Has("Esclusi (") {
		t.Errorf("counts: %.1200s", done.Text())
	}
	skipped := b.Get(path + "/deliveries?state=skipped")
	if !skipped.Has("Nessun consenso all'argomento") || skipped.Has("anna@posta.example") {
		t.Errorf("left out: %.800s", skipped.Text())
	}

	list := b.Get("/desk/mail")
	if !list.Has("Nessun messaggio lascia questo computer") || !list.Has("Pista ciclabile, Anna") ||
		list.Has("bruno@") {
		t.Errorf("kept mail: %.800s", list.Text())
	}
	var kept string
	for _, a := range list.Tags(atom.A) {
		if strings.Contains(webtest.TextOf(a), "Pista ciclabile, Anna") {
			kept = webtest.Attr(a, "href")
		}
	}
	mail := b.Get(kept)
	if !mail.Has("anna@posta.example") || !mail.Has("List-Unsubscribe-Post: List-Unsubscribe=One-Click") ||
		len(mail.Tags(atom.Iframe)) != 1 {
		t.Errorf("mail: %.1500s", mail.Text())
	}
	if shown := b.Get(webtest.Attr(mail.Tags(atom.Iframe)[0], "src")); !shown.Has("Gentile Anna") ||
		!strings.Contains(shown.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("document of the mail: %.400s", shown.Text())
	}

	timeline, err := n.CRM.Timeline(t.Context(), n.Desk, n.Anna.Contact, civic.PageRequest{})
	if err != nil || len(timeline.Items) == 0 || timeline.Items[0].Title != "Pista ciclabile, Anna" {
		t.Errorf("Anna's timeline: %v %v", timeline.Items, err)
	}
	n.unsubscribe(
		regexp.MustCompile(
			`https://ascolto\.comune\.borgoforte\.example(/disiscrizione/[A-Za-z0-9_-]+)`).FindStringSubmatch(
			mail.Text())[1])
}

// unsubscribe follows a link as a scanner, a mail program and a person would.
func (n *newsroom) unsubscribe(link string) {
	n.t.Helper()
	consents := func() bool {
		c, err := n.CRM.Contact(n.t.Context(), n.Desk, n.Anna.Contact)
		if err != nil {
			n.t.Fatal(err)
		}
		return c.ConsentsTo("mobilita", crm.ByMail)
	}
	b := n.Browser(n.t)
	if early := b.Get(link + "/fatto"); early.Status != http.StatusSeeOther || early.Location != link {
		n.t.Errorf("opened before anything was done: %d %s", early.Status, early.Location)
	}
	var page *webtest.Page
	for range 20 {
		page = b.Get(link)
	}
	if page.Status != http.StatusOK || !consents() || page.Has("anna@") || page.Has("Anna") {
		n.t.Errorf("looking at the link: status %d, consent %v: %.400s", page.Status, consents(), page.Text())
	}
	oneClick, err := http.NewRequest(http.MethodPost, n.Origin+link,
		strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		n.t.Fatal(err)
	}
	oneClick.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res := b.Do(oneClick); res.Status != http.StatusOK || res.Body != "" || consents() {
		n.t.Errorf("one click: status %d, consent %v", res.Status, consents())
	}
	if again := b.Get(link); again.Status != http.StatusSeeOther ||
		!b.Follow(again).Has("Argomento: Mobilità") || b.Get(link+"/fatto").Has("Richiesta registrata") {
		n.t.Errorf("the link of a request that is done: %d, %.600s", again.Status, b.Follow(again).Text())
	}
	n.replays(link)
	if res := b.Do(b.PostRequest(link, url.Values{})); res.Status != http.StatusSeeOther ||
		!b.Follow(res).Has("Richiesta registrata") {
		n.t.Errorf("the button of the page: %d", res.Status)
	}
	for _, bad := range []string{link + "x", link[:len(link)-4], "/disiscrizione/abc"} {
		if res := b.Get(bad); res.Status != http.StatusNotFound || !res.Has("si cambiano le preferenze") {
			n.t.Errorf("%s: %d", bad, res.Status)
		}
		if res := b.Do(b.PostRequest(bad, url.Values{})); res.Status != http.StatusNotFound {
			n.t.Errorf("POST %s: %d", bad, res.Status)
		}
	}
}

// replays sends a link's request again and again, in the forms RFC 8058 allows: each is answered, and nothing
// more is written down.
func (n *newsroom) replays(link string) {
	n.t.Helper()
	state := func() (consents, rows int) {
		c, err := n.CRM.Contact(n.t.Context(), n.Desk, n.Anna.Contact)
		if err != nil {
			n.t.Fatal(err)
		}
		for _, action := range []audit.Action{notify.ActionUnsubscribe, crm.ActionConsentWithdraw} {
			page, err := n.Audit.List(n.t.Context(), n.Officer,
				audit.Query{Action: action, Page: civic.PageRequest{Size: civic.MaxPageSize}})
			if err != nil {
				n.t.Fatal(err)
			}
			rows += len(page.Items)
		}
		return len(c.Consents), rows
	}
	consents, rows := state()
	b := n.Browser(n.t)
	post := func(contentType, body string) int {
		r, err := http.NewRequest(http.MethodPost, n.Origin+link, strings.NewReader(body))
		if err != nil {
			n.t.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		return b.Do(r).Status
	}
	part := "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
	for range 5 {
		if status := post("multipart/form-data; boundary=x", part); status != http.StatusOK {
			n.t.Errorf("one click as multipart: %d", status)
		}
		if status := post("application/x-www-form-urlencoded",
			"List-Unsubscribe=One-Click"); status != http.StatusOK {
			n.t.Errorf("one click again: %d", status)
		}
	}
	if status := post("multipart/form-data; boundary=x",
		part+strings.Repeat("x", 70<<10)); status != http.StatusRequestEntityTooLarge {
		n.t.Errorf("a large body: %d", status)
	}
	if c, r := state(); c != consents || r != rows {
		n.t.Errorf("replays wrote: %d consents, before %d; %d audit rows, before %d", c, consents, r, rows)
	}
}

// One of two people has no given name: the preview says so as long as nothing is written in its place.
func TestThePreviewSaysWhoLacksAValue(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	nameless, err := n.CRM.CreateContact(t.Context(), n.Desk, crm.ContactInput{
		Kind: crm.Person, FamilyName: "Ansaloni", Emails: []string{"ansaloni@posta.example"}, Language: "it",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.CRM.SetConsent(t.Context(), n.Desk, nameless.ID, crm.ConsentInput{
		Topic: "mobilita", Channel: crm.ByMail, Given: true, Version: 1, Language: "it",
		Source: crm.StaffSources()[0],
	}); err != nil {
		t.Fatal(err)
	}
	b := n.As(t, n.News)
	path := n.create(b)
	preview := func(subject, body string) *webtest.Page {
		t.Helper()
		form := n.draft()
		form.Set("subject.it", subject)
		form.Set("body.it", body)
		if saved := b.Submit(b.Get(path+"/edit"), path, form); saved.Status != http.StatusSeeOther {
			t.Fatalf("status %d: %.600s", saved.Status, saved.Text())
		}
		return b.Get(path + "/preview")
	}
	const lack = "1 persona su 2 non ha un valore per il campo {{nome}}"
	for _, text := range [][2]string{{"Letture in biblioteca, {{nome}}", "Si legge."},
		{"Letture in biblioteca", "Gentile {{given_name}}, si legge."}} {
		wants(t, preview(text[0], text[1]), 200, lack, "Con {{nome|")
	}
	for _, text := range [][2]string{{"Letture, {{nome|cittadina}}",
		"Gentile {{given_name|cittadina}}, si legge."}, {"Letture", "{{cognome}}, si legge."}} {
		page := preview(text[0], text[1])
		wants(t, page, 200, "si legge")
		if page.Has("non ha un valore") {
			t.Errorf("%q lacks something: %.600s", text, page.Text())
		}
	}
}

func TestACampaignsFormComesBackWithItsErrors(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	bad := n.draft()
	bad["subject.it"], bad["body.it"], bad["topic"] = []string{"Ciao {{secondo_nome}}"}, []string{
		"![foto](https://altrove.example/f.png)"}, nil
	page := b.Submit(b.Get("/desk/campaigns/new"), "/desk/campaigns", bad)
	if page.Status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", page.Status)
	}
	for _, want := range []string{"Il campo «secondo_nome» non esiste", "Le immagini non sono ammesse",
		"Nuova pista ciclabile", "Ciao {{secondo_nome}}"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	path := n.create(b)
	edit := b.Get(path + "/edit")
	saved := b.Submit(edit, path, url.Values{"name": {"Pista di via Emilia"}})
	if saved.Status != http.StatusSeeOther || !b.Follow(saved).Has("Pista di via Emilia") {
		t.Errorf("edit: %d", saved.Status)
	}
	if again := b.Submit(edit, path,
		url.Values{"name": {"Altro nome"}}); again.Status != http.StatusUnprocessableEntity ||
		b.Get(path).Has("Altro nome") {
		t.Errorf("an edit of an old version: %d", again.Status)
	}
	for field, values := range map[string]url.Values{
		"start":     {"start": {"2020-01-01T08:00"}},
		"not_after": {"start": {nextYear + "-01-02T08:00"}, "not_after": {nextYear + "-01-01T08:00"}},
		"skipped":   {"start": {"2027-03-28T02:30"}}, // clocks skip this hour
	} {
		if page := b.Submit(b.Get(path+"/schedule"), path+"/schedule",
			values); page.Status != http.StatusUnprocessableEntity ||
			len(page.By("aria-invalid", "true")) != 1 {
			t.Errorf("%s: status %d", field, page.Status)
		}
	}
	for _, step := range []string{"schedule", "unschedule", "schedule", "cancel"} {
		from := path
		if step == "schedule" {
			from += "/schedule"
		}
		values := url.Values{"start": {nextYear + "-01-02T08:00"}}
		if step == "schedule" {
			asked := b.Submit(b.Get(from), path+"/schedule", values)
			if !asked.Has("Programmare per il") {
				t.Errorf("scheduling asks nothing: %.300s", asked.Text())
			}
			values = url.Values{"start": {nextYear + "-01-02T08:00"},
				"seen":      {webtest.Attr(asked.By("name", "seen")[0], "value")},
				"confirmed": {webtest.Attr(asked.By("name", "confirmed")[0], "value")}}
		}
		if page := b.Submit(b.Get(from), path+"/"+step, values); page.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d", step, page.Status)
		}
	}
	if page := b.Get(path); !page.Has("Annullato") || page.Form(path+"/cancel") != nil {
		t.Errorf("cancelled: %.400s", page.Text())
	}
}

func TestWhoSeesCampaignsAndMail(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	path := n.create(n.As(t, n.News))
	sees := map[string][]civic.Actor{
		"/desk/campaigns": {n.News}, "/desk/campaigns/new": {n.News}, path: {n.News},
		path + "/preview": {n.News}, path + "/deliveries": {n.News},
		"/desk/mail": {n.News, n.Administrator}, "/desk/mail/addresses": {n.News, n.Administrator},
	}
	for page, allowed := range sees {
		for _, who := range n.Everybody() {
			b := n.Browser(t)
			if who.Account != "" {
				b = n.As(t, who)
			}
			may := false
			for _, a := range allowed {
				may = may || a.Account == who.Account
			}
			got := b.Get(page)
			if may != (got.Status == http.StatusOK) {
				t.Errorf("%s %v: %s gives %d", who.Name, who.Roles, page, got.Status)
			}
			if !may && strings.Contains(got.Body, "pista ciclabile") {
				t.Errorf("%s reads the campaign on %s", who.Name, page)
			}
		}
	}
	for _, who := range []civic.Actor{n.Desk, n.Works, n.Anna, n.Administrator} {
		for _, act := range []string{"/schedule", "/cancel", "/test", "/pause"} {
			if got := n.As(t, who).Post(path+act, nil); got.Status != http.StatusForbidden {
				t.Errorf("%s: POST %s gives %d", who.Name, act, got.Status)
			}
		}
	}
	if got := n.As(t, n.News).Post("/desk/mail/hold", nil); got.Status != http.StatusForbidden {
		t.Errorf("the communication office holds all mail: %d", got.Status)
	}
}

func TestHoldingAllMailFromTheDesk(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	n.run()
	admin, news := n.As(t, n.Administrator), n.As(t, n.News)
	held := admin.Submit(admin.Get("/desk/mail"), "/desk/mail/hold",
		url.Values{"reason": {"prova di ripristino"}})
	if held.Status != http.StatusSeeOther {
		t.Fatalf("hold: %d", held.Status)
	}
	if page := admin.Get("/desk/mail"); !page.Has("Tutta la posta è sospesa") ||
		!page.Has("prova di ripristino") || !page.Has("Luisa Orlandi") {
		t.Errorf("held: %.600s", page.Text())
	}
	stranger := n.Browser(t)
	if !stranger.Get("/accedi").Has("può arrivare in ritardo") {
		t.Error("who would ask for a code is not told that mail is late")
	}
	path := n.create(news)
	if page := n.schedule(news, path); page.Status != http.StatusSeeOther {
		t.Fatalf("schedule: %d", page.Status)
	}
	n.await(news, path, "In attesa (1)")
	for range 20 { // rounds of who sends, which would take what is not held in a few of them
		time.Sleep(50 * time.Millisecond)
		if page := news.Get(path); !page.Has("In attesa (1)") || !page.Has("Tutta la posta è sospesa") {
			t.Fatalf("mail went out although it is held: %.600s", page.Text())
		}
	}
	if page := admin.Submit(admin.Get("/desk/mail"), "/desk/mail/release",
		nil); page.Status != http.StatusSeeOther {
		t.Fatalf("release: %d", page.Status)
	}
	n.await(news, path, "Inviati (1)")
	if stranger.Get("/accedi").Has("può arrivare in ritardo") {
		t.Error("mail is called late although it leaves")
	}
}

// TestCampaignPagesAreWellFormed looks for what every page must have: one h1, labels, no text left as a key.
func TestCampaignPagesAreWellFormed(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	path := n.create(b)
	for _, p := range []string{"/desk/campaigns", "/desk/campaigns/new", path, path + "/edit",
		path + "/preview", path + "/schedule", path + "/deliveries", "/desk/mail", "/desk/mail/addresses"} {
		for _, lang := range []string{"it", "en"} {
			b.SetCookie("lang", lang)
			page := b.Get(p)
			if page.Status != http.StatusOK || len(page.Tags(atom.H1)) != 1 {
				t.Errorf("%s (%s): status %d, %d h1", p, lang, page.Status, len(page.Tags(atom.H1)))
			}
			ids := map[string]bool{}
			for _, e := range page.By("id", "*") {
				if id := webtest.Attr(e, "id"); ids[id] {
					t.Errorf("%s: two elements are called %s", p, id)
				} else {
					ids[id] = true
				}
			}
			if strings.Contains(page.Body, "style=") || strings.Contains(page.Body, "onclick") {
				t.Errorf("%s has inline style or script", p)
			}
		}
	}
}

// nextYear is a year in which a campaign can be planned.
var nextYear = strconv.Itoa(time.Now().Year() + 1)
