package main

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ascolto/web/webtest"
)

// TestFirstDay: from an empty folder to a first contact with nothing but what the command line and the pages
// say.
func TestFirstDay(t *testing.T) {
	t.Parallel()
	settings := here(t)
	out, err := once(t, settings, "user", "add", "-email", "ada@comune.example.it", "-name", "Ada Bianchi")
	said := regexp.MustCompile(`password, shown this once: (\S+)`).FindStringSubmatch(out)
	if err != nil || said == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := start(t, settings)
	ada := (&webtest.Site{Origin: p.URL}).Browser(t)
	page := submit(t, ada, "/desk/login", "/desk/login",
		url.Values{"email": {"ada@comune.example.it"}, "password": {said[1]}})
	for _, want := range []string{"Primi passi", "Comune di esempio", "i quartieri mancano",
		"Creare le sezioni del forum Da fare", "Nessuno ha ancora il ruolo: Operatore URP,", "ASCOLTO_SMTP"} {
		if !page.Has(want) {
			t.Errorf("the first page does not say %q:\n%.900s", want, page.Text())
		}
	}
	submit(t, ada, "/desk/settings/districts/new", "/desk/settings/districts",
		url.Values{"name": {"Centro storico"}})
	submit(t, ada, "/desk/forum/areas/new", "/desk/forum/areas",
		url.Values{"slug": {"citta"}, "name": {"Tutta la città"}, "answer_days": {"30"}})
	added := submit(t, ada, "/desk/users/new", "/desk/users",
		url.Values{"name": {"Dario Nicolò"}, "email": {"dario@comune.example.it"},
			"roles": {"communication", "operator"}})
	if !added.Has("non è partito nessun messaggio") || added.Has("collegamento inviato") ||
		!added.Has("ascolto user reset -email dario@comune.example.it") {
		t.Errorf("without a mail server the page says:\n%.900s", added.Text())
	}
	if page := ada.Get("/desk"); !page.Has("Creare le sezioni del forum Fatto") ||
		page.Has("Operatore URP,") {
		t.Errorf("what is done is not said:\n%.900s", page.Text())
	}
	const password = "una passeggiata lunga al parco"
	dario := (&webtest.Site{Origin: p.URL}).Browser(t)
	invited := invitation(t, settings["ASCOLTO_DATA"])
	submit(t, dario, invited, invited, url.Values{"password": {password}})
	submit(t, dario, "/desk/login", "/desk/login",
		url.Values{"email": {"dario@comune.example.it"}, "password": {password}})
	page = submit(t, dario, "/desk/contacts/new", "/desk/contacts", url.Values{
		"kind": {"person"}, "given_name": {"Niccolò"}, "family_name": {"D'Alò"},
		"emails.1": {"niccolo@posta.example"}, "district": {"centro-storico"},
	})
	if !page.Has("Niccolò D'Alò") || !page.Has("Centro storico") || page.Has("Primi passi") {
		t.Errorf("the first contact:\n%.600s", page.Text())
	}
}

// submit fills in the form at path, sends it, and returns the page it leads to.
func submit(t *testing.T, b *webtest.Browser, path, action string, fields url.Values) *webtest.Page {
	t.Helper()
	page := b.Submit(b.Get(path), action, fields)
	if page.Status != 303 {
		t.Fatalf("%s: status %d\n%.900s", path, page.Status, page.Text())
	}
	return b.Follow(page)
}

// invitation returns the path of the link in the mail that is kept in the data folder: pages show it to
// nobody.
func invitation(t *testing.T, data string) string {
	t.Helper()
	link := regexp.MustCompile(`/desk/login/password/[\w-]+`)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(
		50 * time.Millisecond) {
		kept, err := filepath.Glob(filepath.Join(data, mailFolder, "*.eml"))
		if err != nil || len(kept) == 0 {
			continue
		}
		mail, err := os.ReadFile(kept[0])
		if err != nil {
			t.Fatal(err)
		}
		return link.FindString(strings.ReplaceAll(string(mail), "=\r\n", ""))
	}
	t.Fatal("no invitation was kept")
	return ""
}
