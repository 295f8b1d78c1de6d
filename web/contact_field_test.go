package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/web/webtest"
)

// TestAFieldIsInEveryPlace: a field that is declared once is in the profile, at the desk, in tables, in the
// copy of one's data, in the API and in segments.
func TestAFieldIsInEveryPlace(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	anna := town.As(t, town.Anna)
	profile := anna.Get("/area-personale/profilo")
	if !profile.Has("Canale preferito") {
		t.Fatalf("the profile says %.600s", profile.Text())
	}
	if saved := anna.Submit(profile, "/area-personale/profilo",
		url.Values{"preferred_channel": {"letter"}}); saved.Status != 303 {
		t.Fatalf("status %d; the page says %.600s", saved.Status, saved.Text())
	}
	if again := anna.Get("/area-personale/profilo"); again.Form("/area-personale/profilo").Get(
		"preferred_channel") != "letter" {
		t.Errorf("the profile has forgotten it: %v", again.Form("/area-personale/profilo"))
	}
	if wrong := anna.Submit(profile, "/area-personale/profilo",
		url.Values{"preferred_channel": {"pigeon"}}); wrong.Status != 422 {
		t.Errorf("a channel that is none: status %d", wrong.Status)
	}
	desk := town.As(t, town.News)
	path := "/desk/contacts/" + string(town.Anna.Contact)
	if c := desk.Get(path); !strings.Contains(c.Text(), "Canale preferito Lettera") {
		t.Errorf("the contact says %.900s", c.Text())
	}
	if f := desk.Get(path + "/edit"); f.Form(path).Get("preferred_channel") != "letter" {
		t.Errorf("the desk's form holds %v", f.Form(path))
	}
	if table := desk.Follow(desk.Submit(desk.Get("/desk/contacts"), "/desk/contacts/export",
		nil)); !strings.Contains(table.Body, "Registrato il;Canale preferito;") ||
		!strings.Contains(table.Body, ";Lettera;") {
		t.Errorf("the table is %.600s", table.Body)
	}
	page := desk.Get("/desk/segments/new")
	for _, do := range []url.Values{
		{"do": {"add rule"}, "name": {"Per lettera"}, "rule.new": {"preferred_channel"}},
		{"do": {"preview"}, "rule.1": {"letter"}},
	} {
		page = desk.Submit(page, "/desk/segments", do)
	}
	if !page.Has("1 contatto nel segmento") {
		t.Errorf("the segment says %.900s", page.Text())
	}
	program := town.Program(t, town.Desk, crm.PermReadContacts, crm.PermWriteContacts)
	resource := apiContacts + "/" + string(town.Anna.Contact)
	read := program.Do(http.MethodGet, resource, "")
	if !strings.Contains(read.Body, `"preferred_channel":"letter"`) {
		t.Errorf("programs read %s", read.Body)
	}
	if r := program.Do(http.MethodPatch, resource, `{"preferred_channel": null}`, "If-Match",
		read.Header.Get("ETag")); r.Status != 204 {
		t.Errorf("status %d: %s", r.Status, r.Body)
	}
	if again := program.Do(http.MethodGet, resource, ""); !strings.Contains(again.Body,
		`"preferred_channel":null`) {
		t.Errorf("programs read %s", again.Body)
	}
}

// TestConditionsAskWhatTheirTypeAllows: a number is compared as numbers are; what is wrong comes back with
// what was typed.
func TestConditionsAskWhatTheirTypeAllows(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	desk := town.As(t, town.News)
	page := desk.Get("/desk/segments/new")
	press := func(values url.Values) {
		t.Helper()
		page = desk.Submit(page, "/desk/segments", values)
	}
	press(url.Values{"do": {"add rule"}, "name": {"Con parole"}, "rule.new": {"birth_year"}})
	for op, offered := range map[string]bool{"between": true, "more": true, "contains": false,
		"last": false} {
		if got := len(page.By("value", op)) > 0; got != offered {
			t.Errorf("%s is offered for a number: %v", op, got)
		}
	}
	press(url.Values{"do": {"preview"}, "rule.1.op": {"between"}, "rule.1": {"1960"}, "rule.1.to": {"mille"}})
	if page.Status != 422 || !page.Has("Scrivere un numero intero") || page.Input("rule.1.to") != "mille" {
		t.Errorf("status %d; the page says %.600s", page.Status, page.Text())
	}
	press(url.Values{"do": {"add rule"}, "rule.1.op": {"empty"}, "rule.1": {""}, "rule.1.to": {""},
		"rule.new": {"created_at"}})
	press(url.Values{"do": {"add rule"}, "rule.2.op": {"last"}, "rule.2.days": {"30"},
		"rule.new": {"events - interaction"}})
	press(url.Values{"do": {"add rule"}, "rule.3.op": {"less"}, "rule.3": {"1"}, "rule.3.days": {"90"},
		"rule.new": {"district"}})
	press(url.Values{"do": {"preview"}, "rule.4.op": {"is_not"}, "rule.4": {"centro"}})
	if page.Status != 200 || !page.Has("2 contatti nel segmento") {
		t.Fatalf("status %d; the page says %.900s", page.Status, page.Text())
	}
	press(url.Values{"do": {"save"}})
	saved := desk.Follow(page)
	for _, want := range []string{
		"Anno di nascita: non indicato", "Registrato il: negli ultimi 30 giorni",
		"Numero di eventi: Colloquio: meno di 1, negli ultimi 90 giorni",
		"Quartiere: non Centro storico",
	} {
		if !saved.Has(want) {
			t.Errorf("the page does not say %q; it says %.900s", want, saved.Text())
		}
	}
	edit := desk.Get(page.Location + "/edit")
	form := edit.Form(page.Location)
	for name, want := range map[string]string{"rule.1.op": "empty", "rule.2.days": "30", "rule.3": "1",
		"rule.3.days": "90", "rule.4": "centro"} {
		if form.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, form.Get(name), want)
		}
	}
}

// TestOneMoreFieldTouchesFewFiles: outside tests and documents, a field of contacts is named where it is
// declared and in the catalogues.
func TestOneMoreFieldTouchesFewFiles(t *testing.T) {
	t.Parallel()
	var named []string
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{"node_modules", ".git", "dist", "bin", "docs"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		ext := filepath.Ext(path)
		if !slices.Contains([]string{".go", ".templ", ".json", ".ts", ".mjs"}, ext) ||
			strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), "preferred_channel") {
			named = append(named, filepath.ToSlash(path))
		}
		return err
	})
	want := []string{"../crm/field_table.go", "../web/locale/crm.en.json", "../web/locale/crm.it.json"}
	if err != nil || !slices.Equal(named, want) {
		t.Errorf("the field is named in %v, want %v: %v", named, want, err)
	}
}
