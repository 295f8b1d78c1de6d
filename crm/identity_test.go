package crm

import (
	"slices"
	"sync"
	"testing"

	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/reach"
	"ascolto/internal/testtown"
	"ascolto/internal/textfold"
)

func (w *town) ensure(t testing.TB, id accounts.Identity) civic.ID {
	t.Helper()
	contact, err := w.EnsureContact(t.Context(), id)
	if err != nil {
		t.Fatalf("%+v: %v", id, err)
	}
	return contact
}

// proved returns a contact made by staff whose person proved the address since.
func (w *town) proved(t testing.TB, in ContactInput) Contact {
	t.Helper()
	c := w.create(t, in)
	if err := w.Learn(t.Context(), c.ID,
		accounts.Identity{Email: in.Emails[0], EmailProved: true}); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEnsureContact(t *testing.T) {
	t.Parallel()
	const code = "RSSMRA85T10A562S"
	w := newTown(t)
	mario := w.proved(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi",
		Emails: []string{"casa.rossi@posta.example"}})
	coded := w.proved(t,
		ContactInput{GivenName: "Lucia", FamilyName: "Bo", Emails: []string{"lucia@posta.example"},
			FiscalCode: "BNCGLI72H65H501H"})
	typed := w.create(t,
		ContactInput{GivenName: "Ugo", FamilyName: "Neri", Emails: []string{"ugo@posta.example"},
			Reason: "altra persona"})
	tests := []struct {
		name string
		id   accounts.Identity
		want civic.ID // "" for a new contact
		why  Double   // of the new contact
	}{
		{"the address one person proved", accounts.Identity{Email: "Lucia@Posta.example", EmailProved: true},
			coded.ID, ""},
		{"the code, whatever the rest says",
			accounts.Identity{FiscalCode: "bncgli72h65h501h", Email: "casa.rossi@posta.example",
				EmailProved: true, GivenName: "Giulia", FamilyName: "Bianchi"}, coded.ID, ""},
		{"a code by omocodia is another person",
			accounts.Identity{FiscalCode: "BNCGLI72H65H50MZ", Email: "lucia@posta.example", EmailProved: true,
				GivenName: "Lucia", FamilyName: "Bo"}, "", DoubleShared},
		{"the family's address, another name",
			accounts.Identity{FiscalCode: "RSSMRA80A01F257G", Email: "casa.rossi@posta.example",
				GivenName: "Carla", FamilyName: "Rossi"}, "", DoubleShared},
		{"address and name, which the provider only claims",
			accounts.Identity{FiscalCode: "DNGNCL68A01F257Q", Email: "casa.rossi@posta.example",
				GivenName: "Mario", FamilyName: "Rossi"}, "", DoubleShared},
		{"address and name of somebody without a code, proved by both",
			accounts.Identity{FiscalCode: code, Email: "casa.rossi@posta.example", EmailProved: true,
				GivenName: "MARIO", FamilyName: "ROSSI"}, mario.ID, ""},
		{"the same again", accounts.Identity{FiscalCode: code}, mario.ID, ""},
		{"an address that staff typed", accounts.Identity{Email: "ugo@posta.example", EmailProved: true}, "",
			DoubleClaimed},
		{"address and name that staff typed",
			accounts.Identity{FiscalCode: "FRRGFR00B29F257A", Email: "ugo@posta.example", EmailProved: true,
				GivenName: "Ugo", FamilyName: "Neri"}, "", DoubleShared},
		{"a new address", accounts.Identity{Email: "nuova@posta.example", EmailProved: true}, "", ""},
	}
	known := []civic.ID{mario.ID, coded.ID, typed.ID}
	for _, tt := range tests {
		got := w.ensure(t, tt.id)
		if tt.want != "" && got != tt.want || tt.want == "" && slices.Contains(known, got) {
			t.Errorf("%s: %s, want %q of %v", tt.name, got, tt.want, known)
		}
		if again := w.ensure(t, tt.id); again != got {
			t.Errorf("%s: %s, and again %s", tt.name, got, again)
		}
		if c, err := w.contacts.Get(t.Context(), got); err != nil || tt.want == "" && c.Double != tt.why {
			t.Errorf("%s: double %q, want %q; %v", tt.name, c.Double, tt.why, err)
		}
		known = append(known, got)
	}
	c, _ := w.contacts.Get(t.Context(), mario.ID)
	if plain, err := w.openCode(c); err != nil || plain.String() != code {
		t.Errorf("mario has %q, %v", plain, err)
	}
	if c, _ := w.contacts.Get(t.Context(), typed.ID); c.CodeDigest != "" {
		t.Error("a contact whose address nobody proved was given a fiscal code")
	}
}

// A stranger types the victim's address and name into their own profile: the victim, who signs in with SPID
// from that address, gets a third contact, and the fiscal code stays off the stranger's, and out of what they
// may download. Nor is it sealed into the contact that staff made of somebody of that name.
func TestATypedNameAndAddressGetNobodysCode(t *testing.T) {
	t.Parallel()
	const code = "RSSMRA85T10A562S"
	w := newTown(t)
	made := w.create(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi", Phones: []string{"059 203211"}})
	stranger := w.proved(t,
		ContactInput{GivenName: "Ugo", FamilyName: "Neri", Emails: []string{"ugo@posta.example"}})
	shown, err := w.OwnContact(t.Context(), w.Citizen(stranger.ID))
	if err != nil {
		t.Fatal(err)
	}
	in := ContactInput{
		Version: shown.Version, GivenName: "Mario", FamilyName: "Rossi", Language: civic.Italian,
		Emails: []string{"ugo@posta.example", "mario.rossi@posta.example"},
	}
	if _, err := w.UpdateOwnContact(t.Context(), w.Citizen(stranger.ID), in); err != nil {
		t.Fatal(err)
	}
	victim := accounts.Identity{FiscalCode: code, GivenName: "Mario", FamilyName: "Rossi",
		Email: "mario.rossi@posta.example", EmailProved: true}
	got := w.ensure(t, victim)
	if got == stranger.ID || got == made.ID {
		t.Errorf("the victim landed on %s, of %s and %s", got, stranger.ID, made.ID)
	}
	for contact, want := range map[civic.ID]string{got: code, stranger.ID: "", made.ID: ""} {
		c, err := w.contacts.Get(t.Context(), contact)
		if err != nil || (c.CodeDigest != "") != (want != "") {
			t.Errorf("%s has the digest %q, %v", c.DisplayName(), c.CodeDigest, err)
		}
		// what the copy of one's own data holds
		if read, err := w.Reader().FiscalCode(c); err != nil || read != want {
			t.Errorf("%s downloads the code %q, want %q; %v", c.DisplayName(), read, want, err)
		}
	}
	if c, err := w.contacts.Get(t.Context(), stranger.ID); err != nil || c.FullName() != "Mario Rossi" ||
		len(c.Emails) != 2 || c.HasProved("mario.rossi@posta.example") {
		t.Errorf("the stranger's contact is %q with %v, %v", c.FullName(), c.Emails, err)
	}
}

// Two people proved to have one address: whoever else signs in with it is neither of them for sure.
func TestAnAddressThatTwoProved(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mario := w.proved(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi",
		Emails: []string{"casa@posta.example"}})
	carla := w.proved(t, ContactInput{GivenName: "Carla", FamilyName: "Verdi",
		Emails: []string{"casa@posta.example"}, Reason: "moglie"})
	got := w.ensure(t, accounts.Identity{Email: "casa@posta.example", EmailProved: true})
	if got == mario.ID || got == carla.ID {
		t.Errorf("guessed %s", got)
	}
}

// An address that was stored before proofs were known is claimed.
func TestContactOfAnEarlierVersionProvesNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	old := Contact{Meta: docstore.Meta{ID: "vecchio"}, Kind: Person, FamilyName: "casa@posta.example",
		Emails: []reach.Email{{Address: "casa@posta.example",
			Key: "casa@posta.example"}}, Language: civic.Italian}
	old.SortName = textfold.Name(old.FamilyName) // as it was stored then
	if err := w.contacts.Insert(t.Context(), &old); err != nil {
		t.Fatal(err)
	}
	if got := w.ensure(t, accounts.Identity{Email: "casa@posta.example", EmailProved: true}); got == old.ID {
		t.Error("the old contact was taken for the person's")
	}
	c, err := w.contacts.Get(t.Context(), old.ID)
	if err != nil || c.skip("", true) != "" || c.DisplayName() != "c•••@posta.example" || c.FullName() != "" {
		t.Errorf("the old contact: skip %q, name %q, %v", c.skip("", true), c.DisplayName(), err)
	}
	if err := w.Learn(t.Context(), old.ID,
		accounts.Identity{Email: "casa@posta.example", EmailProved: true}); err != nil {
		t.Fatal(err)
	}
	if c, _ := w.contacts.Get(t.Context(), old.ID); !c.HasProved("casa@posta.example") {
		t.Error("an account that is bound to it proves nothing")
	}
}

// What a citizen typed into the profile is written to when it is confirmed, and keeps what staff do with the
// contact.
func TestAnAddressTypedByTheCitizen(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t,
		ContactInput{GivenName: "Anna", FamilyName: "Bo", Emails: []string{"anna@posta.example"}})
	in := ContactInput{Version: anna.Version, GivenName: "Anna", FamilyName: "Bo",
		Emails: []string{"vittima@posta.example"}, Language: civic.Italian}
	if _, err := w.UpdateOwnContact(t.Context(), w.Citizen(anna.ID), in); err != nil {
		t.Fatal(err)
	}
	r, err := w.Recipient(t.Context(), anna.ID, "mobilita", true)
	if err != nil || r.Skip != SkipAwaits || r.Address != "" {
		t.Errorf("%+v, %v", r, err)
	}
	c, _ := w.contacts.Get(t.Context(), anna.ID)
	staff := ContactInput{Version: c.Version, Kind: Person, GivenName: "Anna", FamilyName: "Bo",
		Emails: []string{"vittima@posta.example", "anna@posta.example"}, Language: civic.Italian}
	if _, err := w.UpdateContact(t.Context(), w.Operator, anna.ID, staff); err != nil {
		t.Fatal(err)
	}
	if r, err := w.Recipient(t.Context(), anna.ID, "mobilita", true); err != nil ||
		r.Address != "anna@posta.example" {
		t.Errorf("after staff saved the form: %+v, %v", r, err)
	}
	if err := w.Learn(t.Context(), anna.ID,
		accounts.Identity{Email: "vittima@posta.example", EmailProved: true}); err != nil {
		t.Fatal(err)
	}
	if r, err := w.Recipient(t.Context(), anna.ID, "mobilita", true); err != nil ||
		r.Address != "vittima@posta.example" {
		t.Errorf("confirmed: %+v, %v", r, err)
	}
	c, _ = w.contacts.Get(t.Context(), anna.ID)
	staff.Version, staff.Emails = c.Version, []string{"anna@posta.example"}
	if c, err := w.UpdateContact(t.Context(), w.Operator, anna.ID, staff); err != nil ||
		len(c.Proved)+len(c.Unconfirmed) != 0 {
		t.Errorf("an address that was taken off leaves %v, %v, %v", c.Proved, c.Unconfirmed, err)
	}
}

func TestEnsureContactRefuses(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, id := range []accounts.Identity{{}, {Email: "nobody"}, {FiscalCode: "RSSMRA85T10A562T"},
		{GivenName: "Anna"}} {
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
	for _, id := range []accounts.Identity{{Email: "nuova@posta.example", EmailProved: true},
		{FiscalCode: "RSSMRA85T10A562S", Email: "nuova@posta.example", GivenName: "Mario",
			FamilyName: "Rossi"}} {
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

// TestASignInSentAgainCompletesItsContact: when the program ends behind the contact of a first sign-in, the
// next one completes what follows: the audit says once who made it, and it is found.
func TestASignInSentAgainCompletesItsContact(t *testing.T) {
	t.Parallel()
	w, ctx := newTown(t), t.Context()
	id := accounts.Identity{Email: "nuova@posta.example", EmailProved: true, GivenName: "Nuova",
		FamilyName: "Arrivata"}
	e, err := reach.ParseEmail(id.Email)
	testtown.Check(t, err)
	left := w.contactOf(civic.ID(w.vault.Digest(purposeMail, e.Key)), id, fiscalcode.Code{})
	testtown.Check(t, w.contacts.Insert(ctx, &left))
	for range 2 {
		if contact := w.ensure(t, id); contact != left.ID {
			t.Fatalf("another contact: %s", contact)
		}
	}
	page, err := w.Log.List(ctx, civic.System("test"), audit.Query{Action: ActionContactCreate})
	testtown.Check(t, err)
	if len(page.Items) != 1 || page.Items[0].Object != left.ID {
		t.Errorf("the audit says %d times who made it", len(page.Items))
	}
}
