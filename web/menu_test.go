package web_test

import (
	"testing"

	"ascolto/web/webtest"
)

// TestTheMenuShowsLongWorkToWhoMayAskForIt: to others it would lead to a list that stays empty for ever.
func TestTheMenuShowsLongWorkToWhoMayAskForIt(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for _, who := range town.Everybody() {
		if !who.IsStaff() {
			continue
		}
		use := who.Account == town.News.Account || who.Account == town.Administrator.Account
		b := town.As(t, who)
		for _, path := range []string{"/desk", "/desk/shortcuts"} {
			if page := b.Get(path); page.Has("Elaborazioni") != use {
				t.Errorf("%s, %v, is shown the entry on %s: %t, want %t", who.Name, who.Roles, path, !use, use)
			}
		}
		if page := b.Get("/desk/work"); page.Status != 200 { // by its address, as from an old link
			t.Errorf("%s is answered %d", who.Name, page.Status)
		}
	}
}
