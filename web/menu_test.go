package web_test

import (
	"slices"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestTheWayBackLeadsToOpenRooms: an office that opens one of its contacts reads where it is, and is not led
// to the list of all.
func TestTheWayBackLeadsToOpenRooms(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	call(t, town, town.Desk, crm.InteractionInput{Contact: town.Anna.Contact, Office: "lavori-pubblici",
		Subject: "Lampione"})
	for _, tt := range []struct {
		who  civic.Actor
		open bool
	}{{town.Desk, true}, {town.Works, false}} {
		b := town.As(t, tt.who)
		page := b.Get("/desk/contacts/" + string(town.Anna.Contact))
		if page.Status != 200 || !page.Has("Contatti / Anna") {
			t.Fatalf("%v: %d, %.900s", tt.who.Roles, page.Status, page.Text())
		}
		if led := slices.Contains(linksOf(page), "/desk/contacts"); led != tt.open ||
			b.Get("/desk/contacts").Status == 200 != tt.open {
			t.Errorf("%v is led to the list of all: %t, want %t", tt.who.Roles, led, tt.open)
		}
	}
}

// TestPagesOfAContactLeadBack: the pages below a contact say that they belong to the contacts, and to which.
func TestPagesOfAContactLeadBack(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	contact := "/desk/contacts/" + string(town.Anna.Contact)
	for _, tt := range []struct {
		who  civic.Actor
		path string
		want string
	}{
		{town.Desk, contact + "/accounts", contact},
		{town.Desk, contact + "/edit", contact},
		{town.Desk, contact, "/desk/contacts"},
		{town.Moderator, contact + "/forum", ""}, // who may not open contacts reads where they are
	} {
		page := town.As(t, tt.who).Get(tt.path)
		if page.Status != 200 || !page.Has("Contatti /") || tt.want != "" &&
			!slices.Contains(linksOf(page), tt.want) {
			t.Errorf("%s: %d, %.700s", tt.path, page.Status, page.Text())
		}
	}
}

// TestTheMenuShowsLongWorkToWhoMayAskForIt: to others it would lead to a list that stays empty for ever.
func TestTheMenuShowsLongWorkToWhoMayAskForIt(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for _, who := range town.Everybody() {
		if !who.IsStaff() {
			continue
		}
		use := who.Account == town.News.Account || who.Account == town.Administrator.Account ||
			who.Account == town.Head.Account // whose office may export its surveys
		b := town.As(t, who)
		for _, path := range []string{"/desk", "/desk/shortcuts"} {
			if page := b.Get(path); page.Has("Elaborazioni") != use {
				t.Errorf("%s, %v, is shown the entry on %s: %t, want %t", who.Name, who.Roles, path, !use,
					use)
			}
		}
		if page := b.Get("/desk/work"); page.Status != 200 { // by its address, as from an old link
			t.Errorf("%s is answered %d", who.Name, page.Status)
		}
	}
}

// TestTheMenuLeadsToTheFiguresOfCalls: who sees the list of conversations finds the figures there; who sees
// the figures alone, in the menu.
func TestTheMenuLeadsToTheFiguresOfCalls(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	const figures = "/desk/interactions/statistics"
	for _, who := range town.Everybody() {
		if !who.IsStaff() {
			continue
		}
		b := town.As(t, who)
		menu := who.Account == town.News.Account
		if led := slices.Contains(linksOf(b.Get("/desk")), figures); led != menu {
			t.Errorf("%s, %v, is led to the figures from the menu: %t, want %t", who.Name, who.Roles, led, menu)
		}
		list := slices.Contains(linksOf(b.Get("/desk/interactions")), figures)
		if opens := b.Get(figures).Status == 200; opens != (menu || list) {
			t.Errorf("%s, %v, opens the figures: %t; is led there: %t", who.Name, who.Roles, opens, menu || list)
		}
	}
}
