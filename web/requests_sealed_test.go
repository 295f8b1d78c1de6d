package web_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web"
	"ascolto/web/webtest"
)

// Who typed somebody's address reads in their own browser nothing of what its owner changed since, with the
// link; the owner reads and confirms it.
func TestWhoBeganDoesNotReadWhatTheOwnerWrites(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	stranger, owner := town.Browser(t), town.Browser(t)
	waits, link, _ := askedBy(t, town, stranger, lampVisitor("nadia@posta.example"))
	if !waits.Has("Da tre settimane") {
		t.Fatalf("who typed it: %.600s", waits.Text())
	}
	owner.Get(link)
	form := owner.Get(visitorForm + "?ripresa=1")
	owner.Submit(form, visitorForm, url.Values{"text": {"Davanti a casa mia, al civico 14."},
		"phone": {"333 1234567"}, "do": {"send"}})
	for _, path := range []string{confirming, visitorForm + "?ripresa=1"} {
		page := stranger.Get(path)
		if page.Status == 303 {
			page = stranger.Follow(page)
		}
		if page.Status != 200 || page.Has("civico 14") || page.Has("1234567") || page.Has("Ferri") ||
			page.Has("nadia@") || !page.Has("solo aprendo il collegamento") {
			t.Errorf("%s in the browser that began: status %d, %.900s", path, page.Status, page.Text())
		}
	}
	again := stranger.Submit(stranger.Get(confirming), confirming, url.Values{"do": {"again"}})
	if again.Has("civico 14") || again.Has("nadia@") {
		t.Errorf("asked for the mail again: status %d, %.900s", again.Status, again.Text())
	}
	read := owner.Get(confirming)
	if !read.Has("civico 14") {
		t.Fatalf("the owner: status %d, %.900s", read.Status, read.Text())
	}
	if done := owner.Submit(read, confirming, nil); done.Status != 303 || len(openRequests(t, town)) != 1 {
		t.Errorf("the owner confirms: status %d, %.600s", done.Status, done.Text())
	}
}

// noColleagues is who asks, where nobody can be responsible.
type noColleagues struct{ *crm.Service }

func (noColleagues) Colleagues(context.Context, civic.Actor) ([]crm.Colleague, error) {
	return nil, nil
}

// When a procedure ends before a request is confirmed, its author still reads what they wrote, and why it
// cannot be filed.
func TestWhatCannotBeFiledAnyMoreIsRead(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	posting(t, town)
	p, err := town.Requests.Procedure(t.Context(), "istanza")
	if err != nil {
		t.Fatal(err)
	}
	last := p.Latest()
	last.From = civic.Now().In(civic.Rome()).Format(time.DateOnly)
	last.Until = last.From
	if _, err := town.Requests.SaveProcedure(t.Context(), town.Administrator, "", p.ID, p.Revision,
		last); err != nil {
		t.Fatal(err)
	}
	_, link, _ := askedBy(t, town, town.Browser(t), lampVisitor("nadia@posta.example"))
	services := town.Services
	services.Requests, err = requests.New(t.Context(), requests.Options{DB: town.DB, Audit: town.Audit,
		Vault: town.Vault, Reference: town.Reference, People: noColleagues{town.CRM}, Recorder: town.CRM,
		Files: town.Files, Now: func() time.Time { return civic.Now().Add(24 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	tomorrow := webtest.Start(t, web.Options{Services: services, Vault: town.Vault, Sessions: town.Accounts})
	b := tomorrow.Browser(t)
	page := b.Follow(b.Get(link))
	if page.Status != 200 || !page.Has("Da tre settimane") || !page.Has("non è più offerto") ||
		page.Has("Conferma e presenta") || page.Has("?ripresa=") {
		t.Errorf("on the day after: status %d, %.900s", page.Status, page.Text())
	}
	pressed := b.Submit(page, confirming, url.Values{"do": {""}, "version": {"1"}})
	if pressed.Status != 410 || !pressed.Has("Da tre settimane") || len(openRequests(t, town)) != 0 {
		t.Errorf("confirmed from a page of the day before: status %d, %.900s", pressed.Status, pressed.Text())
	}
	if gone := b.Submit(b.Get(confirming), confirming, url.Values{"do": {"discard"}}); gone.Status != 303 {
		t.Errorf("erased: status %d", gone.Status)
	}
}
