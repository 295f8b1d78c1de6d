package web_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/web"
	"ascolto/web/webtest"
)

// The desk sees from a contact that somebody wrote in the forum under a pseudonym, not where: to learn it
// takes a moderator and a reason, which the data protection officer reads.
func TestWhosePseudonymItIs(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	talk(t, town, town.Bruno, "Panchine firmate", "Firmo con il mio nome")
	if _, err := town.Forum.SetPseudonym(t.Context(), town.Bruno, "Lucciola di notte"); err != nil {
		t.Fatal(err)
	}
	thread := talk(t, town, town.Bruno, "Lamentela sul capo", "Il mio capo non deve saperlo")
	page := "/desk/contacts/" + string(town.Bruno.Contact)
	act := page + "/forum"
	secret := []string{"Lamentela", string(thread.ID), "Lucciola"}
	both := civic.NewActor(civic.Actor{Account: town.Desk.Account, Name: town.Desk.Name,
		Offices: town.Desk.Offices, Request: rand.Text(),
		Roles: []civic.Role{civic.Operator, civic.Moderator}}, web.Grants())
	town.Run(t, []webtest.Scenario{
		{Name: "operator", Who: &town.Desk, Path: page, WantStatus: 200,
			Want:    []string{"Ha scritto con uno pseudonimo nella sezione San Lazzaro", "Panchine firmate"},
			WantNot: append(secret, "Messaggi sotto pseudonimo")},
		{Name: "operator who moderates", Who: &both, Path: page, WantStatus: 200,
			Want: []string{"Messaggi sotto pseudonimo"}, WantNot: secret},
		{Name: "the citizen's own area", Who: &town.Bruno, Path: "/area-personale", WantStatus: 200,
			Want: []string{"Lamentela sul capo"}},
		{Name: "a stranger", Path: act, WantStatus: 303, WantNot: secret},
		{Name: "a citizen", Who: &town.Bruno, Path: act, WantStatus: 403, WantNot: secret},
		{Name: "another office", Who: &town.Works, Path: act, WantStatus: 403, WantNot: secret},
		{Name: "the operator", Who: &town.Desk, Path: act, WantStatus: 403, WantNot: secret},
		{Name: "the administrator", Who: &town.Administrator, Path: act, WantStatus: 403, WantNot: secret},
		{Name: "a moderator before the reason", Who: &town.Moderator, Path: act, WantStatus: 200,
			Want: []string{"Motivo"}, WantNot: secret},
	})
	for _, by := range []*civic.Actor{{}, &town.Bruno, &town.Works, &town.Desk, &town.Administrator} {
		if posts, err := town.Forum.Identify(t.Context(), *by, town.Bruno.Contact, "Richiesta"); err == nil ||
			posts != nil {
			t.Errorf("%q learns %v", by.Account, posts)
		}
	}
	b := town.As(t, town.Moderator)
	form := b.Get(act).Form(act)
	form.Set("reason", " \u2800\u200b ")
	if got := b.Post(act, form); got.Status != 422 || got.Has("Lamentela") || !got.Has("Scrivere il motivo") {
		t.Errorf("without a reason: %d %.300s", got.Status, got.Text())
	}
	officer := town.As(t, town.Officer)
	log := "/desk/audit?" + url.Values{"action": {string(forum.ActionIdentified)}}.Encode()
	if got := officer.Get(log); got.Has("Richiesta della procura") {
		t.Error("audited before it happened")
	}
	form.Set("reason", "Richiesta della procura n. 12")
	got := b.Post(act, form)
	if got.Status != 200 || !got.Has("Lamentela sul capo") || !got.Has("Lucciola di notte") ||
		strings.Contains(got.Text(), "Panchine firmate") {
		t.Errorf("with a reason: %d %.500s", got.Status, got.Text())
	}
	if got := officer.Get(log); !got.Has("Richiesta della procura n. 12") || !got.Has("Gaia Montanari") {
		t.Errorf("the officer reads %d %.600s", got.Status, got.Text())
	}
}

// TestAPseudonymIsNoColleaguesName: nobody takes the name of somebody of the staff for a pseudonym; a citizen
// who is called so signs with given name and initial all the same, and a name that nobody there has is free.
func TestAPseudonymIsNoColleaguesName(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	_, err := town.Accounts.CreateStaff(t.Context(), civic.System("test"), accounts.NewStaff{
		Email: "ada.benassi@comune.example", Name: "Ada Benassi", Roles: []civic.Role{civic.Operator},
		Offices: []civic.ID{"urp"}})
	if err != nil {
		t.Fatal(err)
	}
	b := town.As(t, town.Bruno)
	const path = "/forum/profilo"
	for _, name := range []string{"Ada Benassi", "Benassi Ada", "adabenassi", "Ada Benass1"} {
		refused := b.Submit(b.Get(path), path, url.Values{"pseudonym": {name}})
		wants(t, refused, 422, "scambiato per quello di un'istituzione")
	}
	wants(t, b.Submit(b.Get(path), path, url.Values{"pseudonym": {"Ada Bellini"}}), 303)
	namesake := town.Anna
	namesake.Name = "Ada Benassi"
	thread := talk(t, town, namesake, "La piazza è buia", "Da una settimana")
	if got := thread.Author.Name; got != "Ada B." {
		t.Errorf("a namesake signs as %q", got)
	}
}
