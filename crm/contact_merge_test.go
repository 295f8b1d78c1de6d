package crm

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// typed returns the form of a stored contact as it comes back when nobody changes anything.
func typed(c Contact) ContactInput {
	in := ContactInput{
		Version: c.Version, Shown: c.Shown(), Kind: c.Kind, GivenName: c.GivenName, FamilyName: c.FamilyName,
		Address:  c.Address,
		District: c.District, Tags: c.Tags, Language: c.Language,
	}
	for _, e := range c.Emails {
		in.Emails = append(in.Emails, e.Address)
	}
	for _, p := range c.Phones {
		in.Phones = append(in.Phones, p.String())
	}
	return in
}

// clashing returns the fields that an edit of a contact clashed in.
func clashing(t *testing.T, err error) []string {
	t.Helper()
	conflict, ok := errors.AsType[*ContactConflict](err)
	if !ok || civic.CodeOf(err) != civic.Conflict {
		t.Fatalf("no conflict: %v", err)
	}
	var names []string
	for _, e := range conflict.Clashes {
		names = append(names, e.Field)
	}
	return names
}

// TestTwoTabsOfAContact: a number added in one and a street changed in the other are both kept, without a
// question; a street changed in both is one, about the street alone, that says who stored it and when; saving
// again keeps the colleague's number.
func TestTwoTabsOfAContact(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t, ContactInput{
		GivenName: "Anna", FamilyName: "Però", Emails: []string{"anna@posta.example"},
		Phones:  []string{"059 206311"},
		Address: Address{Street: "Via Emilia 1", Town: "Modena"}, Tags: []civic.ID{"stampa"},
		FiscalCode: "RSSMRA85T10A562S",
	})
	open := typed(c)
	open.FiscalCode = "RSSMRA85T10A562S"
	edit := func(by civic.Actor, change func(*ContactInput)) (Contact, error) {
		in := open
		in.Phones, in.Tags, in.Emails = slices.Clone(in.Phones), slices.Clone(in.Tags),
			slices.Clone(in.Emails)
		change(&in)
		return w.UpdateContact(t.Context(), by, c.ID, in)
	}
	if _, err := edit(w.Operator, func(in *ContactInput) {
		in.Phones, in.Tags = append(in.Phones, "347 7654321"), append(in.Tags, "volontariato")
	}); err != nil {
		t.Fatal(err)
	}
	at := w.now()
	got, err := edit(w.Operator, func(in *ContactInput) { in.Address.Street = "Via Po 2"; in.Tags = nil })
	if err != nil || got.Address.Street != "Via Po 2" || len(got.Phones) != 2 ||
		!slices.Equal(got.Tags, []civic.ID{"volontariato"}) {
		t.Fatalf("the second tab: %+v, %v", got, err)
	}
	second := func(in *ContactInput) {
		in.Address.Street = "Via Adda 3"
		in.FamilyName = "Però Neri"
		in.Phones = nil
	}
	_, err = edit(w.News, second)
	if names := clashing(t, err); !slices.Equal(names, []string{"street"}) {
		t.Errorf("clashes in %v", names)
	}
	conflict, _ := errors.AsType[*ContactConflict](err)
	if e := conflict.Clashes[0]; e.By != w.Operator.Account || e.Name != w.Operator.Name || e.At.Before(at) {
		t.Errorf("who and when: %+v", e)
	}
	if conflict.Stored.Address.Street != "Via Po 2" || conflict.Mine.Address.Street != "Via Adda 3" ||
		len(conflict.Mine.Phones) != 1 {
		t.Errorf("the two: %+v", conflict)
	}
	again := typed(conflict.Mine)
	again.Shown, again.FiscalCode, again.Confirmed = conflict.Stored.Shown(), "RSSMRA85T10A562S", true
	got, err = w.UpdateContact(t.Context(), w.News, c.ID, again)
	if err != nil || got.Address.Street != "Via Adda 3" || got.FamilyName != "Però Neri" ||
		len(got.Phones) != 1 || got.Phones[0].Number != "+393477654321" {
		t.Errorf("saved again: %+v, %v", got, err)
	}
	if stored, err := w.byName(t, "Però Neri"); err != nil || stored.ID != c.ID {
		t.Errorf("the list does not know the joined name: %+v, %v", stored, err)
	}
}

// byName returns the first contact of a list that begins with a family name.
func (w *town) byName(t *testing.T, family string) (Contact, error) {
	t.Helper()
	found, err := w.Contacts(t.Context(), w.Operator, ContactFilter{Prefix: family}, civic.PageRequest{})
	if err != nil || len(found.Items) == 0 {
		return Contact{}, err
	}
	return found.Items[0], nil
}

// TestTwoHalvesOfANameAreNotBothTakenAway: one takes the given name off, the other the family name.
func TestTwoHalvesOfANameAreNotBothTakenAway(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però"})
	first, second := typed(c), typed(c)
	first.GivenName, second.FamilyName = "", ""
	if _, err := w.UpdateContact(t.Context(), w.Operator, c.ID, first); err != nil {
		t.Fatal(err)
	}
	if _, err := w.UpdateContact(t.Context(), w.News, c.ID, second); !slices.Equal(testtown.Fields(err),
		[]string{"family_name"}) {
		t.Errorf("a contact without a name: %v", err)
	}
}

// TestAnOldForm: of a form that says nothing but its version, as one of the program before this one, every
// difference is a clash; what happens meanwhile to the rest of the contact is none.
func TestAnOldForm(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t,
		ContactInput{GivenName: "Anna", FamilyName: "Però", Emails: []string{"anna@posta.example"}})
	first := ContactInput{Version: c.Version, Kind: Person, GivenName: "Anna", FamilyName: "Però Rossi",
		Emails: []string{"anna@posta.example"}}
	if _, err := w.UpdateContact(t.Context(), w.Operator, c.ID, first); err != nil {
		t.Fatal(err)
	}
	second := ContactInput{Version: c.Version, Kind: Person, GivenName: "Anna", FamilyName: "Però",
		Emails: []string{"a.pero@posta.example"}}
	_, err := w.UpdateContact(t.Context(), w.News, c.ID, second)
	if names := clashing(t, err); !slices.Equal(names, []string{"family_name", "emails.1"}) {
		t.Errorf("clashes in %v", names)
	}
	if _, err := w.Withdraw(t.Context(), c.ID, "mobilita", string(FromUnsubscribe)); err != nil {
		t.Fatal(err)
	}
	second.Version = 2
	if got, err := w.UpdateContact(t.Context(), w.News, c.ID, second); err != nil || got.Version != 3 ||
		got.Emails[0].Address != "a.pero@posta.example" {
		t.Errorf("with the new version: %+v, %v", got, err)
	}
}

// TestEditsAtOnceAreAllKept: seven people change one contact at the same moment.
func TestEditsAtOnceAreAllKept(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però"})
	changes := []func(*ContactInput){
		func(in *ContactInput) { in.Address.Street = "Via Po 2" },
		func(in *ContactInput) { in.Address.Town = "Modena" },
		func(in *ContactInput) { in.Phones = []string{"059 206311"} },
		func(in *ContactInput) { in.Phones = []string{"347 7654321"} },
		func(in *ContactInput) { in.Emails = []string{"anna@posta.example"} },
		func(in *ContactInput) { in.District = "centro" },
		func(in *ContactInput) { in.BirthYear = "1970" },
	}
	faults := make(chan error, len(changes))
	for _, change := range changes {
		go func() {
			in := typed(c)
			change(&in)
			_, err := w.UpdateContact(t.Context(), w.Operator, c.ID, in)
			faults <- err
		}()
	}
	for range changes {
		select {
		case err := <-faults:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("an edit waits for ever")
		}
	}
	got, err := w.Contact(t.Context(), w.Operator, c.ID)
	if err != nil || got.Address.Street == "" || got.Address.Town == "" || len(got.Phones) != 2 ||
		len(got.Emails) != 1 || got.District == "" || got.BirthYear != 1970 {
		t.Errorf("%+v, %v", got, err)
	}
}
