package web_test

import (
	"strings"
	"testing"

	"ascolto/surveys"
)

// TestOnlyAPlaceMayAskForThePosition: a page that asks for a place lets the browser ask where one is, also
// when it comes back with a fault; the pages around it do not. A place outside of the country is refused.
func TestOnlyAPlaceMayAskForThePosition(t *testing.T) {
	t.Parallel()
	town := openDoor(t)
	news := town.As(t, town.News)
	at := newSurvey(t, news, "Dove", values("participation", "anonymous"))
	addQuestion(t, news, at, "1", surveys.Place, values("text.it", "Dove?", "precision", "2"))
	news.Submit(news.Get(at), at+"/pages", nil)
	addQuestion(t, news, at, "2", surveys.FreeText, values("text.it", "Perché?", "join", "all"))
	if done := publishNow(t, news, at); done.Status != 303 {
		t.Fatalf("publishing: %d %.900s", done.Status, done.Text())
	}
	b, slug := town.site.Browser(t), "/sondaggi/dove"
	page, here := start(b, "dove")
	fault := b.Submit(page, here, values("q1.lat", "10,92", "q1.lon", "44,64"))
	if fault.Status != 422 || !fault.Has("La coordinata va da 35 a 47,2 gradi.") {
		t.Errorf("a place elsewhere: %d %.900s", fault.Status, fault.Text())
	}
	second := b.Submit(fault, here, values("q1.lat", "44.64712", "q1.lon", "10.92558"))
	wantForm(t, "what is kept", b.Get(here).Form(here), values("q1.lat", "44,65", "q1.lon", "10,93"))
	for name, policy := range map[string]string{
		"the page": page.Header.Get("Permissions-Policy"), "the fault": fault.Header.Get("Permissions-Policy"),
	} {
		if !strings.Contains(policy, "geolocation=(self)") || !strings.Contains(policy, "camera=()") {
			t.Errorf("%s: %s", name, policy)
		}
	}
	for _, other := range []string{slug, second.Location, at} {
		if policy := news.Get(other).Header.Get("Permissions-Policy"); !strings.Contains(policy, "geolocation=()") {
			t.Errorf("%s: %s", other, policy)
		}
	}
}
