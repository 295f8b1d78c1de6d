package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/crm/segment"
)

// TestADraftIsSavedAsFarAsItIs: with only a name a draft is saved as typed; its page and that of its time say
// what is missing, and nothing can be begun.
func TestADraftIsSavedAsFarAsItIs(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	saved := b.Submit(b.Get("/desk/campaigns/new"), "/desk/campaigns",
		url.Values{"name": {"Appena cominciato"}, "subject.it": {"Oggetto di Nicolò"}, "class": {"voluntary"}})
	if saved.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %.600s", saved.Status, saved.Text())
	}
	path := saved.Location
	const missing = "restano da compilare: Segmento, Argomento, Messaggio (italiano)."
	if page := b.Get(path); !page.Has(missing) || !page.Has("Oggetto di Nicolò") || page.Has("Anteprima") {
		t.Errorf("page of the draft: %.800s", page.Text())
	}
	schedule := b.Get(path + "/schedule")
	if schedule.Status != http.StatusOK || !schedule.Has(missing) || schedule.Has("riceverebbe") {
		t.Errorf("its time: %d %.600s", schedule.Status, schedule.Text())
	}
	sent := b.Post(path+"/schedule", url.Values{"confirmed": {"0"}})
	if sent.Status != http.StatusUnprocessableEntity || !sent.Has(missing) {
		t.Errorf("begun all the same: %d %.600s", sent.Status, sent.Text())
	}
	if preview := b.Get(path + "/preview"); preview.Status != http.StatusConflict ||
		!preview.Has("La bozza non ha ancora un messaggio") {
		t.Errorf("preview: %d %.600s", preview.Status, preview.Text())
	}
	edit := b.Get(path + "/edit")
	if !edit.Has("Una bozza si può salvare anche incompleta") {
		t.Errorf("form: %.400s", edit.Text())
	}
	if whole := b.Submit(edit, path, n.draft()); whole.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %.600s", whole.Status, whole.Text())
	}
	if page := b.Get(path); page.Has("restano da compilare") || !page.Has("Anteprima") {
		t.Errorf("page of the whole draft: %.800s", page.Text())
	}
}

// TestAMailingKeepsItsSegment: a mailing that has taken its people shows by what it did, whatever becomes of
// the segment; paused, it says who did that, when, and why.
func TestAMailingKeepsItsSegment(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t)
	b := n.As(t, n.News)
	path := n.create(b)
	if page := n.schedule(b, path); page.Status != http.StatusSeeOther {
		t.Fatalf("schedule: %d %.400s", page.Status, page.Text())
	}
	for range 2 {
		if err := n.service.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := n.Work.WorkOne(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	changed := segment.Input{Revision: 1, Name: "Tutta la città",
		Rule: segment.All(segment.Is(crm.AttributeLanguage, "en"))}
	if _, err := n.Segments.Update(t.Context(), n.News, n.segment, changed); err != nil {
		t.Fatal(err)
	}
	page := b.Get(path)
	for _, want := range []string{"In corso", "Chi parla italiano", "Nome attuale del segmento Tutta la città",
		"Lingua dei messaggi: Italiano"} {
		if !page.Has(want) {
			t.Errorf("the page does not say %q: %.1200s", want, page.Text())
		}
	}
	long := b.Submit(page, path+"/pause", url.Values{"why": {strings.Repeat("parola ", 60)}})
	if long.Status != http.StatusUnprocessableEntity || !strings.Contains(long.Body, "parola parola") ||
		!b.Get(path).Has("In corso") {
		t.Errorf("a reason that is too long: %d %.400s", long.Status, long.Text())
	}
	paused := b.Submit(page, path+"/pause", url.Values{"why": {"L'indirizzo dell'ufficio è sbagliato"}})
	if paused.Status != http.StatusSeeOther {
		t.Fatalf("pause: %d %.400s", paused.Status, paused.Text())
	}
	stands := b.Get(path)
	if !stands.Has("lo ha fermato "+n.News.Name+".") || !stands.Has("In pausa dal ") ||
		!stands.Has("Motivo: L'indirizzo dell'ufficio è sbagliato") {
		t.Errorf("paused: %.800s", stands.Text())
	}
	if other := n.As(t, n.Desk).Get(path); other.Status == http.StatusOK && !other.Has("Motivo:") {
		t.Errorf("a colleague is not told why: %.800s", other.Text())
	}
}
