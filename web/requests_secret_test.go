package web_test

import (
	"encoding/base64"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/pdf/pdftest"
	"ascolto/web/locale"
	"ascolto/web/webtest"
)

// What number and code open stays in the browser until it is closed, for an hour at most, sealed: nobody
// reads the code there, tries codes by it, or finds the page again in what the browser kept. Signing out
// forgets it.
func TestWhatTheCodeOpenedIsNotKept(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	r, file := askedWithFile(t, town, town.Anna,
		requests.FileInput{Procedure: "istanza", Subject: "Passo carrabile",
			Text: "Con la pianta."}, "La pianta del cortile.")
	code, err := town.Requests.Code(t.Context(), town.Anna, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := town.Browser(t)
	opened := b.Submit(b.Get("/richieste/segui"), "/richieste/segui",
		url.Values{"number": {r.Number}, "code": {code}})
	set := strings.Join(opened.Header.Values("Set-Cookie"), "\n")
	if !strings.Contains(set, "request=") || strings.Contains(set, "max-age") || strings.Contains(set, code) {
		t.Errorf("the cookie: %s", set)
	}
	for _, path := range []string{"/richieste/seguita", "/richieste/seguita/file/" + string(file)} {
		if page := b.Get(path); page.Status != 200 || page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, %s", path, page.Status, page.Header.Get("Cache-Control"))
		}
	}
	kept := b.Cookie("request")
	sealed := func(life time.Duration) string {
		plain := strconv.FormatInt(time.Now().Add(life).Unix(), 10) + " " + r.Number + "_" + code
		return base64.RawURLEncoding.EncodeToString(town.Vault.Seal("web/request", []byte(plain)))
	}
	for name, c := range map[string]struct {
		cookie string
		status int
	}{
		"as it was": {kept, 200}, "made up": {r.Number + "_" + code, 303}, "cut": {kept[:len(kept)-2], 303},
		"within its hour": {sealed(time.Minute), 200}, "over": {sealed(-time.Second), 303},
	} {
		other := town.Browser(t)
		other.SetCookie("request", c.cookie)
		if page := other.Get("/richieste/seguita"); page.Status != c.status {
			t.Errorf("a cookie %s: status %d", name, page.Status)
		}
	}
	signed := town.As(t, town.Bruno)
	signed.SetCookie("request", kept)
	if out := signed.Post("/esci", nil); out.Status != 303 || signed.Cookie("request") != "" {
		t.Errorf("signed out (status %d), the browser keeps %q", out.Status, signed.Cookie("request"))
	}
}

// A timeline has the number of a request for whoever reads timelines, and what it is about for who may read
// it.
func TestWhatARequestIsAboutOnATimeline(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "istanza")
	r := onlyRequest(t, town, town.Anna)
	contact := "/desk/contacts/" + string(town.Anna.Contact)
	desk := "/desk/requests/" + string(r.ID)
	for name, c := range map[string]struct {
		page    *webtest.Page
		subject bool
		link    string
	}{
		"the desk":            {town.As(t, town.Desk).Get(contact), true, desk},
		"who writes the news": {town.As(t, town.News).Get(contact), false, ""},
		"the privacy officer": {town.As(t, town.Officer).Get(contact), false, ""},
		"Anna, in her own area": {town.As(t, town.Anna).Get("/area-personale"), true, "/richieste/mie/" +
			string(r.ID)},
	} {
		if c.page.Status != 200 || !c.page.Has(r.Number) || c.page.Has("Lampione spento") != c.subject ||
			strings.Contains(c.page.Body, desk) != (c.link == desk) || !strings.Contains(c.page.Body, c.link) {
			t.Errorf("%s: status %d, %.700s", name, c.page.Status, c.page.Text())
		}
	}
}

// readings returns how often the staff opened requests of a contact.
func readings(t *testing.T, town *webtest.Town, contact civic.ID) (n int) {
	t.Helper()
	lines, err := town.Audit.About(t.Context(), civic.System("test"), civic.Subject{Contact: contact})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Action == requests.ActionRequestRead {
			n++
		}
	}
	return n
}

// An act is no reading: the page shown behind it is. Of a request that was erased the pages say so.
func TestWhatWasReadAndErased(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "istanza")
	r := onlyRequest(t, town, town.Anna)
	path := "/desk/requests/" + string(r.ID)
	b := town.As(t, town.Desk)
	page := b.Get(path)
	done := b.Submit(page, path, url.Values{"act": {"note"}, "text": {"Sentito il vicino."}})
	if n := readings(t, town, town.Anna.Contact); n != 1 || done.Location != path {
		t.Errorf("%d readings of one page and one act, which leads to %s", n, done.Location)
	}
	move(t, town, town.Anna, r, requests.MoveInput{Act: requests.ActWithdraw})
	if err := town.Requests.ErasePersonal(t.Context(), town.Officer, civic.Subject{Contact: town.Anna.Contact},
		civic.PersonalErasure{}); err != nil {
		t.Fatal(err)
	}
	settled(t, town)
	for _, path := range []string{path, "/desk/requests?state=ended", "/desk/search?q=" + r.Number} {
		page := b.Get(path)
		if page.Status != 200 || !page.Has("Oggetto cancellato") || page.Has("[…]") || page.Has("Lampione") {
			t.Errorf("%s: status %d, %.600s", path, page.Status, page.Text())
		}
	}
}

// The receipt is also had as a PDF, with every row of the page and its accents, in the language of the page:
// by who filed the request and at the desk that may move it, kept by no cache, and by nobody else.
func TestTheReceiptAsAPDF(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "istanza")
	r := onlyRequest(t, town, town.Anna)
	code, err := town.Requests.Code(t.Context(), town.Anna, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	own, desk := "/richieste/mie/"+string(r.ID)+"/ricevuta", "/desk/requests/"+string(r.ID)+"/receipt"
	follow := town.Origin + "/richieste/segui?numero=" + r.Number
	for name, c := range map[string]struct {
		b    *webtest.Browser
		path string
		want []string
	}{
		"Anna": {town.As(t, town.Anna), own, []string{"Ricevuta della richiesta n. " + r.Number,
			"Comune di Borgoforte",
			"Lampione spento", "Anna Dall'Olio", "Ufficio relazioni", "30 giorni", "18-bis", "Se nessuno risponde",
			"si può chiedere l'intervento sostitutivo", "Chi decide",
			"sarà indicato quando l'ufficio la prende in carico"}},
		"the desk": {town.As(t, town.Desk), desk, []string{"Lampione spento", "Dove si vedono gli atti"}},
		"Anna, in English": {town.As(t, town.Anna), own + "?lingua=en",
			[]string{"Receipt of request no. " + r.Number,
				"How to follow it", "30 days", "18-bis"}},
	} {
		path, query, _ := strings.Cut(c.path, "?")
		page, file := c.b.Get(c.path), c.b.Get(path+".pdf?"+query)
		if !strings.Contains(page.Body, path+".pdf") || file.Status != 200 ||
			file.Header.Get("Content-Type") != "application/pdf" || file.Header.Get("Cache-Control") != "no-store" ||
			!strings.Contains(file.Header.Get("Content-Disposition"), r.Number+".pdf") {
			t.Errorf("%s: status %d, %v", name, file.Status, file.Header)
			continue
		}
		words := strings.Join(strings.Fields(pdftest.Words(t, []byte(file.Body))), " ")
		for _, want := range append(c.want, r.Number, code, follow) {
			if !strings.Contains(words, want) || !page.Has(want) {
				t.Errorf("%s: the PDF or the page does not say %q: %s", name, want, words)
			}
		}
		language := "/Lang (it)"
		if query != "" {
			language = "/Lang (en)"
		}
		if !strings.Contains(file.Body, language) {
			t.Errorf("%s: the file has no %s", name, language)
		}
	}
	for name, page := range map[string]*webtest.Page{
		"another citizen": town.As(t, town.Bruno).Get(own + ".pdf"), "a visitor": town.Browser(t).Get(own + ".pdf"),
		"another office":      town.As(t, town.Works).Get(desk + ".pdf"),
		"who may not move it": town.As(t, town.News).Get(desk + ".pdf"),
	} {
		if page.Status == 200 || strings.Contains(page.Body, "%PDF") {
			t.Errorf("%s is sent the receipt", name)
		}
	}
}

// The receipt of a request that came to its end goes on saying the term that was promised, on its page and
// as a PDF; the lists say when it came to its end beside that.
func TestAReceiptKeepsItsTerm(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	anna := town.As(t, town.Anna)
	filedBy(t, anna, "istanza")
	r := onlyRequest(t, town, town.Anna)
	path := "/richieste/mie/" + string(r.ID)
	day, _ := r.DueDay()
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	told := texts.In(locale.Italian)
	promised := told.Date(day)
	move(t, town, town.Desk, r, requests.MoveInput{Act: requests.ActTake})
	move(t, town, town.Desk, r, requests.MoveInput{Act: requests.ActAnswer, Text: "È riparato."})
	words := strings.Join(strings.Fields(pdftest.Words(t, []byte(anna.Get(path+"/ricevuta.pdf").Body))), " ")
	want := promised + " (30 giorni;"
	if page := anna.Get(path + "/ricevuta"); !page.Has(want) || page.Has("conclusa il giorno") ||
		!strings.Contains(words, want) || strings.Contains(words, "conclusa il giorno") {
		t.Errorf("the receipt does not say %q: %.900s; the PDF: %s", want, page.Text(), words)
	}
	for name, page := range map[string]*webtest.Page{
		"its page": anna.Get(path), "the list of one's own": anna.Get("/richieste/mie"),
		"the queue": town.As(t, town.Desk).Get("/desk/requests?state=answered"),
	} {
		if !page.Has(promised + "; conclusa il giorno " + told.Date(time.Now())) {
			t.Errorf("%s: %.900s", name, page.Text())
		}
	}
}
