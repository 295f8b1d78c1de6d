package crm

import (
	"testing"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
)

// An address opens a contact while it stands there and waits for no confirmation; a fiscal code and the word
// of staff do without. The last confirmed address goes only after a question.
func TestAnAddressOpensItsContactWhileItStandsThere(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	vera := w.proved(t, ContactInput{GivenName: "Vera", FamilyName: "Bo",
		Emails: []string{"vera@posta.example"}})
	id := accounts.Identity{Account: "a", Email: "Vera@posta.example", EmailProved: true}
	admits := func(id accounts.Identity, want civic.Code) {
		t.Helper()
		if err := w.Admits(t.Context(), vera.ID, id); civic.CodeOf(err) != want {
			t.Errorf("%+v: %v, want %q", id, err, want)
		}
	}
	edit := func(confirmed bool, emails ...string) error {
		own, err := w.OwnContact(t.Context(), w.Citizen(vera.ID))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.UpdateOwnContact(t.Context(), w.Citizen(vera.ID), ContactInput{Version: own.Version,
			GivenName: "Vera", FamilyName: "Bo", Language: civic.Italian, Emails: emails, NoSignIn: confirmed})
		return err
	}
	admits(id, "")
	if err := edit(false); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("the last confirmed address goes without a question: %v", err)
	}
	admits(id, "")
	if err := edit(true); err != nil {
		t.Fatal(err)
	}
	admits(id, civic.Forbidden)
	if err := edit(false, "vera@posta.example"); err != nil { // typed again, and not confirmed
		t.Fatal(err)
	}
	admits(id, civic.Forbidden)
	admits(accounts.Identity{FiscalCode: "RSSMRA85T10A562S", Email: id.Email}, "")
	vouched := accounts.Identity{Account: "b", Email: "nuova@posta.example", EmailProved: true, Vouched: true}
	admits(vouched, "")
	if err := w.Learn(t.Context(), vera.ID, vouched); err != nil {
		t.Fatal(err)
	}
	vouched.Vouched = false
	admits(vouched, "") // it stands there now, to be seen and taken off
	if err := w.Admits(t.Context(), "nobody", id); civic.CodeOf(err) != civic.NotFound {
		t.Error(err)
	}
}

// Whoever signs in for the first time is written to in the language in which they read the page.
func TestTheLanguageOfTheFirstSignIn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for said, want := range map[string]string{"en": civic.English, "": civic.Italian, "tlh": civic.Italian} {
		got := w.ensure(t, accounts.Identity{Email: "a" + said + "@posta.example", EmailProved: true,
			Language: said})
		if c, err := w.contacts.Get(t.Context(), got); err != nil || c.Language != want {
			t.Errorf("%q: %q, %v", said, c.Language, err)
		}
	}
}
