package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

const ownRequests = "/richieste/mie"

var draftLink = regexp.MustCompile(`/richieste/nuova/istanza\?ripresa=[0-9A-Za-z]+`)

// resumedBy returns the form of the one draft that somebody finds among their requests.
func resumedBy(t *testing.T, b *webtest.Browser) *webtest.Page {
	t.Helper()
	list := b.Get(ownRequests)
	link := draftLink.FindString(strings.ReplaceAll(list.Body, "&amp;", "&"))
	if link == "" {
		t.Fatalf("no draft is listed: %.900s", list.Text())
	}
	return b.Get(link)
}

// A citizen saves a request that is half written, with its file, and goes on with it on another device;
// nobody else is shown it. The summary saves it, too. When it is filed the draft is gone.
func TestADraftIsResumedOnAnotherDevice(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	first := town.As(t, town.Anna)
	saved := first.Upload(first.Get(visitorForm), visitorForm, url.Values{"text": {"Il lampione è"},
		"do": {"save"}}, "files", "pianta.txt", []byte("La pianta del cortile."))
	if list := first.Follow(saved); saved.Status != 303 || !list.Has("Senza oggetto") ||
		!list.Has("La bozza è salvata") || !list.Has("Istanza o petizione") {
		t.Fatalf("saved: status %d, %.900s", saved.Status, saved.Text())
	}
	other := town.As(t, town.Anna)
	form := resumedBy(t, other)
	if got := form.Form(visitorForm); got.Get("text") != "Il lampione è" || !form.Has("pianta.txt") {
		t.Fatalf("on another device: %q, %.900s", got.Get("text"), form.Text())
	}
	link := draftLink.FindString(strings.ReplaceAll(other.Get(ownRequests).Body, "&amp;", "&"))
	for name, b := range map[string]*webtest.Browser{"another citizen": town.As(t, town.Bruno),
		"a visitor": town.Browser(t)} {
		if page := b.Get(link); page.Status < 400 || page.Has("Il lampione") {
			t.Errorf("%s opens it: status %d", name, page.Status)
		}
	}
	summary := other.Submit(form, visitorForm, url.Values{"subject": {"Lampione spento"},
		"text": {"Il lampione è spento."}, "do": {"review"}})
	if summary.Status != 200 || !summary.Has("salvato come bozza fino al") {
		t.Fatalf("the summary: status %d, %.900s", summary.Status, summary.Text())
	}
	again := resumedBy(t, first)
	if got := again.Form(visitorForm); got.Get("text") != "Il lampione è spento." {
		t.Errorf("the summary saved %q", got.Get("text"))
	}
	empty := first.Submit(first.Get(visitorForm), visitorForm, url.Values{"do": {"save"}})
	if empty.Status != 422 {
		t.Errorf("nothing was typed: status %d", empty.Status)
	}
	sent := other.Submit(summary, visitorForm, url.Values{"do": {"send"}})
	if sent.Status != 303 || first.Get(ownRequests).Has("Bozze") {
		t.Errorf("sent: status %d, %.600s", sent.Status, first.Get(ownRequests).Text())
	}
	r := onlyRequest(t, town, town.Anna)
	if len(r.Events[0].Files) != 1 || r.Text != "Il lampione è spento." {
		t.Errorf("filed: %+v", r)
	}
	file, err := town.Files.Get(t.Context(), r.Events[0].Files[0].File)
	if err != nil || len(file.Claims) != 1 || file.Person != town.Anna.Contact {
		t.Errorf("its file: %+v, %v", file, err)
	}
	if late := first.Submit(again, visitorForm, url.Values{"do": {"save"}}); late.Status != 422 {
		t.Errorf("saved after it was filed: status %d", late.Status)
	}
}

// A form that is still open on another device does not pass over what was saved since: it comes back as it
// was filled, with what is saved, and replaces that only when it is sent again.
func TestAnOlderPageDoesNotReplaceADraft(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	laptop, phone := town.As(t, town.Anna), town.As(t, town.Anna)
	older := laptop.Submit(laptop.Get(visitorForm), visitorForm, url.Values{"subject": {"Lampione spento"},
		"text": {"È spento."}, "do": {"review"}})
	open := resumedBy(t, phone)
	laptop.Submit(older, visitorForm, url.Values{"text": {"È spento da tre settimane."}, "do": {"save"}})
	for _, do := range []string{"review", "save", "send"} {
		page := phone.Submit(open, visitorForm, url.Values{"text": {"È spento da un anno."}, "do": {do}})
		if page.Status == 303 || !page.Has("salvata altrove") || !page.Has("È spento da tre settimane.") ||
			page.Form(visitorForm).Get("text") != "È spento da un anno." {
			t.Errorf("%s: status %d, %.900s", do, page.Status, page.Text())
		}
		if got := resumedBy(t, laptop).Form(visitorForm).Get("text"); got != "È spento da tre settimane." {
			t.Errorf("%s: saved is %q", do, got)
		}
		open = resumedBy(t, phone)
		laptop.Submit(resumedBy(t, laptop), visitorForm, url.Values{"subject": {"Lampione " + do},
			"do": {"save"}})
	}
	told := phone.Submit(open, visitorForm, url.Values{"text": {"È spento da un anno."}, "do": {"review"}})
	if sent := phone.Submit(told, visitorForm, url.Values{"do": {"send"}}); sent.Status != 303 {
		t.Fatalf("sent by who has seen it: status %d, %.900s", sent.Status, sent.Text())
	}
	if r := onlyRequest(t, town, town.Anna); r.Text != "È spento da un anno." {
		t.Errorf("filed: %+v", r)
	}
}

// Who has two ways to sign in has one draft; it is deleted from the list, by its citizen alone.
func TestADraftIsTheCitizensNotTheAccounts(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	first, same := town.As(t, town.Anna), town.Anna
	same.Account = "another-way-in"
	other := town.As(t, same)
	first.Upload(first.Get(visitorForm), visitorForm, url.Values{"subject": {"Lampione spento"}, "do": {"save"}},
		"files", "pianta.txt", []byte("La pianta del cortile."))
	done := other.Upload(resumedBy(t, other), visitorForm, url.Values{"text": {"È spento."}, "do": {"review"}},
		"files", "foto.txt", []byte("Una foto."))
	if done.Status != 200 || !done.Has("pianta.txt") || !done.Has("foto.txt") {
		t.Fatalf("with another account: status %d, %.900s", done.Status, done.Text())
	}
	form := resumedBy(t, first)
	drafts, err := town.Requests.OwnDrafts(t.Context(), town.Anna)
	if err != nil || len(drafts) != 1 || len(drafts[0].Files) != 2 || !form.Has("foto.txt") {
		t.Fatalf("drafts: %+v, %v", drafts, err)
	}
	path := ownRequests + "/bozze/" + string(drafts[0].ID)
	if page := town.As(t, town.Bruno).Post(path, nil); page.Status != 404 {
		t.Errorf("another citizen deletes it: status %d", page.Status)
	}
	if page := first.Submit(first.Get(ownRequests), path, nil); page.Status != 303 ||
		first.Get(ownRequests).Has("Bozze") {
		t.Errorf("deleted: status %d", page.Status)
	}
	file, err := town.Files.Get(t.Context(), drafts[0].Files[0].File)
	if err != nil || len(file.Claims) != 0 {
		t.Errorf("its file is still referred to: %+v, %v", file, err)
	}
}

// What somebody has begun is in the copy of their data, and goes with an erasure.
func TestADraftIsPersonalData(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	b := town.As(t, town.Anna)
	b.Submit(b.Get(visitorForm), visitorForm, url.Values{"text": {"Il lampione è"}, "do": {"save"}})
	if page := b.Get("/area-personale/dati"); page.Status == 200 && !page.Has("Il lampione è") {
		t.Errorf("the copy of the data: %.900s", page.Text())
	}
	about := civic.Subject{Contact: town.Anna.Contact}
	sections, err := town.Requests.ExportPersonal(t.Context(), town.Anna, about, "it")
	if err != nil || len(sections) != 3 || len(sections[2].Entries) != 1 {
		t.Errorf("the copy of the data: %+v, %v", sections, err)
	}
	err = town.Requests.ErasePersonal(t.Context(), town.Officer, about, civic.PersonalErasure{})
	if err != nil {
		t.Fatal(err)
	}
	if drafts, err := town.Requests.OwnDrafts(t.Context(), town.Anna); err != nil || len(drafts) != 0 {
		t.Errorf("after the erasure: %+v, %v", drafts, err)
	}
}
