package crm

import (
	"slices"
	"sync"
	"testing"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
)

func (w *town) ensure(t testing.TB, id accounts.Identity) civic.ID {
	t.Helper()
	contact, err := w.EnsureContact(t.Context(), id)
	if err != nil {
		t.Fatalf("%+v: %v", id, err)
	}
	return contact
}

func TestEnsureContact(t *testing.T) {
	t.Parallel()
	const code = "RSSMRA85T10A562S"
	w := newTown(t)
	mario := w.create(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi", Emails: []string{"casa.rossi@posta.example"}})
	coded := w.create(t, ContactInput{GivenName: "Lucia", FamilyName: "Bo", Emails: []string{"lucia@posta.example"}, FiscalCode: "BNCGLI72H65H501H"})
	tests := []struct {
		name string
		id   accounts.Identity
		want civic.ID // "" for a new contact
	}{
		{"the address of one person", accounts.Identity{Email: "Lucia@Posta.example"}, coded.ID},
		{"the code, whatever the rest says", accounts.Identity{FiscalCode: "bncgli72h65h501h", Email: "casa.rossi@posta.example", GivenName: "Giulia", FamilyName: "Bianchi"}, coded.ID},
		{"a code by omocodia is another person", accounts.Identity{FiscalCode: "BNCGLI72H65H50MZ", Email: "lucia@posta.example", GivenName: "Lucia", FamilyName: "Bo"}, ""},
		{"the family's address, another name", accounts.Identity{FiscalCode: "RSSMRA80A01F257G", Email: "casa.rossi@posta.example", GivenName: "Carla", FamilyName: "Rossi"}, ""},
		{"address and name of somebody without a code", accounts.Identity{FiscalCode: code, Email: "casa.rossi@posta.example", GivenName: "MARIO", FamilyName: "ROSSI"}, mario.ID},
		{"the same again", accounts.Identity{FiscalCode: code}, mario.ID},
		{"an address two people have now", accounts.Identity{Email: "casa.rossi@posta.example"}, ""},
	}
	known := []civic.ID{mario.ID, coded.ID}
	for _, tt := range tests {
		got := w.ensure(t, tt.id)
		if tt.want != "" && got != tt.want || tt.want == "" && slices.Contains(known, got) {
			t.Errorf("%s: %s, want %q of %v", tt.name, got, tt.want, known)
		}
		if again := w.ensure(t, tt.id); again != got {
			t.Errorf("%s: %s, and again %s", tt.name, got, again)
		}
		known = append(known, got)
	}
	c, _ := w.contacts.Get(t.Context(), mario.ID)
	if plain, err := w.openCode(c); err != nil || plain.String() != code || c.Version != 2 {
		t.Errorf("mario has %q, %v, version %d", plain, err, c.Version)
	}
}

func TestEnsureContactRefuses(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, id := range []accounts.Identity{{}, {Email: "nobody"}, {FiscalCode: "RSSMRA85T10A562T"}, {GivenName: "Anna"}} {
		if contact, err := w.EnsureContact(t.Context(), id); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%+v: %s, %v", id, contact, err)
		}
	}
	id := w.ensure(t, accounts.Identity{FiscalCode: "RSSMRA85T10A562S", GivenName: "a\xff"})
	if c, _ := w.contacts.Get(t.Context(), id); c.GivenName != "" {
		t.Errorf("a name that is no text: %q", c.GivenName)
	}
}

func TestSigningInAtOnceMakesOneContact(t *testing.T) {
	t.Parallel()
	for _, id := range []accounts.Identity{{Email: "nuova@posta.example"}, {FiscalCode: "RSSMRA85T10A562S", Email: "nuova@posta.example", GivenName: "Mario", FamilyName: "Rossi"}} {
		w := newTown(t)
		ids := make([]civic.ID, 8)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				var err error
				if ids[i], err = w.EnsureContact(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if slices.ContainsFunc(ids, func(id civic.ID) bool { return id == "" || id != ids[0] }) {
			t.Errorf("contacts %v", ids)
		}
	}
}
