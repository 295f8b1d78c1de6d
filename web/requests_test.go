package web_test

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// filedBy has a citizen file a request on the site, and returns the page of its receipt.
func filedBy(t *testing.T, b *webtest.Browser, procedure string) (receipt *webtest.Page, path string) {
	t.Helper()
	form := "/richieste/nuova/" + procedure
	back := b.Submit(b.Get(form), form, url.Values{"subject": {""}, "text": {"Da tre settimane è spento."},
		"do": {"review"}})
	if back.Status != 422 || back.Form(form).Get("text") != "Da tre settimane è spento." {
		t.Fatalf("without a subject: status %d, %.300s", back.Status, back.Text())
	}
	summary := b.Submit(back, form, url.Values{"subject": {"Lampione spento"}, "do": {"review"}})
	if summary.Status != 200 || !summary.Has("la richiesta non è presentata") ||
		!summary.Has("Lampione spento") {
		t.Fatalf("the summary: status %d, %.600s", summary.Status, summary.Text())
	}
	sent := b.Submit(summary, form, url.Values{"do": {"send"}})
	if sent.Status != 303 {
		t.Fatalf("filing: status %d, %.600s", sent.Status, sent.Text())
	}
	again := b.Submit(summary, form, url.Values{"do": {"send"}})
	if again.Location != sent.Location {
		t.Errorf("sent twice it leads to %s and %s", sent.Location, again.Location)
	}
	return b.Get(sent.Location), strings.TrimSuffix(sent.Location, "/ricevuta")
}

// onlyRequest returns the one request of a citizen.
func onlyRequest(t *testing.T, town *webtest.Town, who civic.Actor) requests.Request {
	t.Helper()
	list, err := town.Requests.OwnRequests(t.Context(), who, civic.PageRequest{})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("requests: %+v, %v", list.Items, err)
	}
	return list.Items[0]
}

// A citizen files a request and gets number, code, office, term and who decides else; they follow it signed
// in and by number and code, where nothing of the staff's is shown; nobody else opens it.
func TestACitizenFilesAndFollowsARequest(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Anna)
	if list := b.Get("/richieste"); !list.Has("30 giorni") || !list.Has("Che cosa serve") {
		t.Errorf("what can be asked for: %.600s", list.Text())
	}
	receipt, path := filedBy(t, b, "istanza")
	r := onlyRequest(t, town, town.Anna)
	code, err := town.Requests.Code(t.Context(), town.Anna, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{r.Number, code, "Ufficio relazioni", "30 giorni", "potere sostitutivo",
		"18-bis"} {
		if !receipt.Has(want) {
			t.Errorf("the receipt does not say %q: %.900s", want, receipt.Text())
		}
	}
	move(t, town, town.Desk, r, requests.MoveInput{Act: requests.ActTake})
	move(t, town, town.Desk, r, requests.MoveInput{Act: requests.ActNote, Text: "È il solito vicino."})
	move(t, town, town.Desk, r, requests.MoveInput{Act: requests.ActAsk, Text: "Quale numero civico?"})

	stranger := town.Browser(t)
	for _, wrong := range []string{"AAAAA-AAAAA-AAAAA-AAAAA", ""} {
		page := stranger.Submit(stranger.Get("/richieste/segui"), "/richieste/segui",
			url.Values{"number": {r.Number}, "code": {wrong}})
		if page.Status != 422 || page.Form("/richieste/segui").Get("number") != r.Number || page.Has("Lampione") {
			t.Errorf("with the code %q: status %d, %.300s", wrong, page.Status, page.Text())
		}
	}
	opened := stranger.Submit(stranger.Get("/richieste/segui"), "/richieste/segui",
		url.Values{"number": {r.Number}, "code": {strings.ToLower(code)}})
	shown := stranger.Follow(opened)
	for _, page := range []*webtest.Page{shown, b.Get(path)} {
		if page.Status != 200 || !page.Has("Quale numero civico?") || !page.Has("in attesa di informazioni") ||
			!page.Has("Carla Conti") || page.Has("solito vicino") {
			t.Errorf("followed: status %d, %.900s", page.Status, page.Text())
		}
	}
	done := stranger.Submit(shown, "/richieste/seguita", url.Values{"act": {"supply"}, "text": {"Il 12."}})
	if done.Status != 303 || !stranger.Follow(done).Has("Il 12.") {
		t.Errorf("supplied: status %d", done.Status)
	}
	if town.Browser(t).Get("/richieste/seguita").Status != 303 {
		t.Error("a browser that opened nothing is shown something")
	}
	if page := town.As(t, town.Bruno).Get(path); page.Status != 404 {
		t.Errorf("another citizen opens it: status %d", page.Status)
	}
	if own := b.Get("/richieste/mie"); !own.Has(r.Number) || !own.Has("presa in carico") {
		t.Errorf("own requests: %.400s", own.Text())
	}
}

func move(t *testing.T, town *webtest.Town, by civic.Actor, r requests.Request, in requests.MoveInput) {
	t.Helper()
	in.FormKey = "formformform-" + string(in.Act)
	if _, err := town.Requests.Move(t.Context(), by, r.ID, in); err != nil {
		t.Fatalf("%s: %v", in.Act, err)
	}
}

// The desk finds a request in its queue, and does everything to it on its page; what the law forbids is a
// button that says why. Another office is not shown it until it is given to it.
func TestTheDeskDealsWithARequest(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "istanza")
	r := onlyRequest(t, town, town.Anna)
	path := "/desk/requests/" + string(r.ID)
	b := town.As(t, town.Desk)
	if q := b.Get("/desk/requests"); !q.Has("Lampione spento") || !q.Has("Dall'Olio Anna") || !q.Has(r.Number) {
		t.Errorf("the queue: %.600s", q.Text())
	}
	if home := b.Get("/desk"); !home.Has("Pratiche in scadenza") || !home.Has("Lampione spento") {
		t.Error("the start page does not have it")
	}
	works := town.As(t, town.Works)
	if works.Get(path).Status != 404 || works.Get("/desk/requests").Has("Lampione") {
		t.Error("another office reads it")
	}
	act := func(form url.Values) *webtest.Page {
		t.Helper()
		done := b.Submit(b.Get(path), path, form)
		if done.Status != 303 {
			t.Fatalf("%s: status %d, %.900s", form.Get("act"), done.Status, done.Text())
		}
		return b.Follow(done)
	}
	taken := act(url.Values{"act": {"take"}, "responsible": {string(town.Desk.Account)}})
	if !taken.Has("Prima di un rifiuto la legge chiede di comunicarne i motivi") ||
		!taken.Has("Ricevimento in data") ||
		!taken.Has("tempo usato: 0 giorni; rimasto: 30 giorni") {
		t.Errorf("the page says neither why a refusal is blocked nor how the term is counted: %.1500s",
			taken.Text())
	}
	wrong := b.Submit(taken, path, url.Values{"act": {"answer"}, "text": {""}, "reason": {"Facile."}})
	if wrong.Status != 422 || wrong.Form(path).Get("act") == "" || !strings.Contains(wrong.Body, "Facile.") {
		t.Errorf("an answer without words: status %d, %.300s", wrong.Status, wrong.Text())
	}
	act(url.Values{"act": {"note"}, "text": {"Sentito l'elettricista."}})
	noticed := act(url.Values{"act": {"notice"}, "text": {"La strada è privata."}})
	if !noticed.Has("può presentare osservazioni fino al giorno") || !noticed.Has("preavviso di rigetto") {
		t.Errorf("after a notice: %.900s", noticed.Text())
	}
	act(url.Values{"act": {"answer"}, "text": {"Lo ripariamo domani."}})
	if own := town.As(t, town.Anna).Get("/richieste/mie/" + string(r.ID)); !own.Has("Lo ripariamo domani.") ||
		own.Has("elettricista") || !own.Has("Conclusa nei termini") {
		t.Errorf("what Anna reads: %.900s", own.Text())
	}
	if q := b.Get("/desk/requests?state=ended"); !q.Has(r.Number) {
		t.Error("it is not among those that ended")
	}
}

// An operator files a request for somebody who calls; a form that is wrong comes back filled, and the receipt
// has the code. Another office that gets it opens the request and its contact.
func TestTheDeskFilesForSomebody(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	settled(t, town)
	b := town.As(t, town.Desk)
	form := b.Get("/desk/requests/new?contact=" + string(town.Anna.Contact))
	if !form.Has("Anna Dall'Olio") {
		t.Fatalf("the contact is not chosen: %.600s", form.Text())
	}
	wrong := b.Submit(form, "/desk/requests", url.Values{"contact": {string(town.Anna.Contact)},
		"subject": {"Buca"}})
	if wrong.Status != 422 || wrong.Form("/desk/requests").Get("subject") != "Buca" {
		t.Errorf("a form without procedure: status %d", wrong.Status)
	}
	done := b.Submit(wrong, "/desk/requests", url.Values{"contact": {string(town.Anna.Contact)},
		"procedure": {"disservizio"}, "text": {"In via Po."}})
	receipt := b.Follow(done)
	r := onlyRequest(t, town, town.Anna)
	code, err := town.Requests.Code(t.Context(), town.Anna, r.ID)
	if err != nil || !receipt.Has(code) || !receipt.Has(r.Number) {
		t.Errorf("the receipt (%v): %.900s", err, receipt.Text())
	}
	works := town.As(t, town.Works)
	contact := "/desk/contacts/" + string(town.Anna.Contact)
	if works.Get(contact).Status != 404 {
		t.Error("an office that has nothing to do with Anna opens her contact")
	}
	path := "/desk/requests/" + string(r.ID)
	b.Submit(b.Get(path), path, url.Values{"act": {"forward"}, "office": {"lavori-pubblici"}})
	if works.Get(path).Status != 200 || works.Get(contact).Status != 200 {
		t.Error("the office that it was given to does not open the request and its contact")
	}
	settled(t, town)
	if found := b.Get("/desk/search?q=" + r.Number); !found.Has("Buca") {
		t.Errorf("it is not found by its number: %.400s", found.Text())
	}
}

// Administrators change a procedure from a day on; requests filed before follow what held then.
func TestProceduresAreEdited(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	filedBy(t, town.As(t, town.Anna), "istanza")
	before := onlyRequest(t, town, town.Anna)
	b := town.As(t, town.Administrator)
	path := "/desk/procedures/istanza"
	wrong := b.Submit(b.Get(path), path, url.Values{"length": {"0"}, "basis": {"Regolamento nuovo"}})
	if wrong.Status != 422 || wrong.Form(path).Get("basis") != "Regolamento nuovo" {
		t.Errorf("a term of no days: status %d", wrong.Status)
	}
	saved := b.Submit(wrong, path, url.Values{"length": {"45"}})
	if saved.Status != 303 {
		t.Fatalf("saving: status %d, %.600s", saved.Status, saved.Text())
	}
	if list := town.Browser(t).Get("/richieste"); !list.Has("45 giorni") {
		t.Error("citizens are not offered the new version")
	}
	after := onlyRequest(t, town, town.Anna)
	if after.DueOn != before.DueOn || after.Version != 1 {
		t.Errorf("the running request moved from %s to %s", before.DueOn, after.DueOn)
	}
	if page := town.As(t, town.Desk).Get(path); page.Status != 403 {
		t.Errorf("an operator edits procedures: status %d", page.Status)
	}
	later := civic.Now().In(civic.Rome()).AddDate(0, 6, 0).Format(time.DateOnly)
	b.Submit(b.Get(path), path, url.Values{"length": {"60"}, "from": {later}})
	planned := b.Get(path)
	taken := b.Submit(planned, path+"/withdraw", nil)
	if done := b.Follow(taken); !done.Has("La versione 3 è ritirata.") || !done.Has("ritirata") ||
		done.Form(path).Get("length") != "45" || strings.Contains(done.Body, path+"/withdraw") {
		t.Errorf("after the planned version was withdrawn: status %d, %.900s", done.Status, done.Text())
	}
}

// askedWithFile has somebody ask for something, with a file and an answer, and returns it.
func askedWithFile(t *testing.T, town *webtest.Town, by civic.Actor, in requests.FileInput, content string,
) (r requests.Request, file civic.ID) {
	t.Helper()
	f, err := town.Files.Put(t.Context(), blob.Upload{Name: "pianta.txt", Use: requests.Files(),
		Sender: by.Account},
		strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	in.FormKey, in.Files = rand.Text(), []civic.ID{f.ID}
	if r, err = town.Requests.File(t.Context(), by, in); err != nil {
		t.Fatal(err)
	}
	return r, f.ID
}

// following returns a browser that opened a request with its number and code.
func following(t *testing.T, town *webtest.Town, r requests.Request, applicant civic.Actor) *webtest.Browser {
	t.Helper()
	code, err := town.Requests.Code(t.Context(), applicant, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := town.Browser(t)
	if done := b.Submit(b.Get("/richieste/segui"), "/richieste/segui",
		url.Values{"number": {r.Number}, "code": {code}}); done.Status != 303 {
		t.Fatalf("following: status %d", done.Status)
	}
	return b
}

// Files go with a request both ways: to who asked and to who deals with it, and to nobody else.
func TestFilesOfARequest(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	r, file := askedWithFile(t, town, town.Anna,
		requests.FileInput{Procedure: "istanza", Subject: "Passo carrabile",
			Text: "Con la pianta."}, "La pianta del cortile.")
	below := "/file/" + string(file)
	if page := town.As(t, town.Anna).Get("/richieste/mie/" + string(r.ID) + below); !strings.Contains(page.Body,
		"cortile") {
		t.Errorf("who sent it: status %d", page.Status)
	}
	if page := following(t, town, r, town.Anna).Get("/richieste/seguita" + below); !strings.Contains(page.Body,
		"cortile") {
		t.Errorf("by number and code: status %d", page.Status)
	}
	desk := "/desk/requests/" + string(r.ID) + "/files/" + string(file)
	if page := town.As(t, town.Desk).Get(desk); !strings.Contains(page.Body, "cortile") {
		t.Errorf("the desk: status %d", page.Status)
	}
	for name, page := range map[string]*webtest.Page{
		"another office":  town.As(t, town.Works).Get(desk),
		"another citizen": town.As(t, town.Bruno).Get("/richieste/mie/" + string(r.ID) + below),
		"a stranger":      town.Browser(t).Get("/richieste/seguita" + below),
	} {
		if page.Status != 404 && page.Status != 303 || strings.Contains(page.Body, "cortile") {
			t.Errorf("%s: status %d", name, page.Status)
		}
	}
}

// TestFilesOfANoteAreTheDesks: what the staff note among themselves, with a file, is neither on the page of
// who asked nor in the copy of their data; the desk reads it.
func TestFilesOfANoteAreTheDesks(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	r, _ := askedWithFile(t, town, town.Anna, requests.FileInput{Procedure: "istanza",
		Subject: "Passo carrabile",
		Text:    "Con la pianta."}, "La pianta del cortile.")
	note, err := town.Files.Put(t.Context(), blob.Upload{Name: "parere.txt", Use: requests.Files(),
		Sender: town.Desk.Account}, strings.NewReader("Parere riservato."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := town.Requests.Move(t.Context(), town.Desk, r.ID, requests.MoveInput{FormKey: rand.Text(),
		Act: requests.ActNote, Text: "Sentito il legale.", Files: []civic.ID{note.ID}}); err != nil {
		t.Fatal(err)
	}
	if page := town.As(t, town.Desk).Get("/desk/requests/" + string(r.ID) + "/files/" +
		string(note.ID)); page.Status != 200 {
		t.Errorf("the desk: status %d", page.Status)
	}
	anna := town.As(t, town.Anna)
	if page := anna.Get("/richieste/mie/" + string(r.ID) + "/file/" + string(note.ID)); page.Status != 404 {
		t.Errorf("who asked: status %d", page.Status)
	}
	about := civic.Subject{Contact: town.Anna.Contact}
	sections, err := town.Files.ExportPersonal(t.Context(), civic.System("test"), about, "it")
	if err != nil {
		t.Fatal(err)
	}
	names := fmt.Sprint(sections)
	if !strings.Contains(names, "pianta.txt") || strings.Contains(names, "parere.txt") {
		t.Errorf("the copy of the data has %s", names)
	}
	if _, content, err := town.Files.OpenPersonal(t.Context(), civic.System("test"), about,
		note.ID); err == nil {
		content.Close()
		t.Error("the file of a note is opened as the applicant's own")
	}
}
