package crm

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
)

// The codes of Mario Gavioli, born in 1961, and of a person called otherwise.
const (
	codeOfMario = "GVLMRA61A01F257F"
	codeOfRossi = "RSSMRA61A01F257D"
)

func marioInput(code string) ContactInput {
	return ContactInput{Kind: Person, GivenName: "Mario", FamilyName: "Gavioli", BirthYear: "1961",
		FiscalCode: code, Reason: "omonimo"}
}

// asked returns the key of the question about the fiscal code that err puts, empty when it puts none.
func asked(err error) string {
	var e *civic.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			if f.Field == CodeConfirmed {
				return f.Message.Key
			}
		}
	}
	return ""
}

// A fiscal code that does not fit is asked about once, and stored when it is confirmed.
func TestACodeThatDoesNotFitIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, c := range []struct {
		name, want string
		in         func(*ContactInput)
	}{
		{"fits", "", func(*ContactInput) {}},
		{"another family name", "crm.error.misfit.name",
			func(in *ContactInput) { in.FiscalCode = codeOfRossi }},
		{"another year", "crm.error.misfit.year", func(in *ContactInput) { in.BirthYear = "1988" }},
		{"another of both", "crm.error.misfit.both",
			func(in *ContactInput) { in.FiscalCode, in.BirthYear = codeOfRossi, "1988" }},
		{"no year", "", func(in *ContactInput) { in.BirthYear = "" }},
		{"one name alone", "", func(in *ContactInput) { in.GivenName, in.FamilyName = "", "Mario Gavioli" }},
		{"an organisation's number", "", func(in *ContactInput) {
			*in = ContactInput{Kind: Organisation, Organisation: "Ponte Alto", FiscalCode: "00743110157",
				Reason: "prova"}
		}},
	} {
		in := marioInput(codeOfMario)
		c.in(&in)
		in.FormKey = rand.Text()
		made, err := w.CreateContact(t.Context(), w.Operator, in)
		if got := asked(err); got != c.want || (c.want == "") != (err == nil) {
			t.Errorf("%s: asked %q, want %q (%v)", c.name, got, c.want, err)
		}
		if err != nil {
			in.Confirmed = true
			if made, err = w.CreateContact(t.Context(), w.Operator, in); err != nil {
				t.Errorf("%s, confirmed: %v", c.name, err)
			}
		}
		in = marioInput("") // the code is free for the next
		in.Version = made.Version
		if _, err := w.UpdateContact(t.Context(), w.Operator, made.ID, in); err != nil {
			t.Fatal(err)
		}
	}
}

// What was confirmed is not asked again by an edit of something else; a name typed anew is.
func TestWhatWasConfirmedIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	in := marioInput(codeOfRossi)
	in.FormKey, in.Confirmed = rand.Text(), true
	c, err := w.CreateContact(t.Context(), w.Operator, in)
	if err != nil {
		t.Fatal(err)
	}
	in = marioInput(codeOfRossi)
	in.Version, in.Address.Town = c.Version, "Modena"
	if c, err = w.UpdateContact(t.Context(), w.Operator, c.ID, in); err != nil {
		t.Fatalf("the town alone: %v", err)
	}
	in.Version, in.GivenName = c.Version, "Luca"
	if _, err = w.UpdateContact(t.Context(), w.Operator, c.ID, in); asked(err) == "" {
		t.Errorf("another name: %v", err)
	}
	own := civic.NewActor(civic.Actor{Account: "a", Contact: c.ID, Roles: []civic.Role{civic.Citizen}}, nil)
	mine := ContactInput{Version: c.Version, GivenName: "Luca", FamilyName: "Gavioli"}
	if _, err = w.UpdateOwnContact(t.Context(), own, mine); asked(err) == "" {
		t.Errorf("another name by the person: %v", err)
	}
	mine.Confirmed = true
	if _, err = w.UpdateOwnContact(t.Context(), own, mine); err != nil {
		t.Errorf("confirmed by the person: %v", err)
	}
}

// A name that an identity provider tells with a code it does not fit waits for the person, and says so.
func TestAToldNameThatDoesNotFitIsProposed(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, c := range []struct {
		told  accounts.Identity
		unfit bool
	}{
		{accounts.Identity{FiscalCode: codeOfMario, GivenName: "Mario", FamilyName: "Gavioli"}, false},
		{accounts.Identity{FiscalCode: codeOfRossi, GivenName: "Mario", FamilyName: "Gavioli"}, true},
	} {
		contact := Contact{Kind: Person}
		contact.derive()
		contact.learn(c.told, now)
		if c.unfit != contact.Nameless() ||
			c.unfit != (len(contact.Proposals) == 1 && contact.Proposals[0].Unfit) {
			t.Errorf("%s: name %q, proposals %+v", c.told.FiscalCode, contact.FullName(), contact.Proposals)
		}
	}
}

func TestMisfits(t *testing.T) {
	t.Parallel()
	code, err := fiscalcode.Parse(codeOfMario)
	if err != nil {
		t.Fatal(err)
	}
	if got := misfits(code, "Mario", "Gavioli", 1961); len(got) != 0 {
		t.Errorf("fits: %v", got)
	}
	if got := misfits(code, "Mària", "Rossi", 2061); len(got) != 1 || got[0] != fiscalcode.FamilyName {
		t.Errorf("another family name, the same two digits of the year: %v", got)
	}
}

// What cannot be a name, a street, a town or a year is refused with a word at its field.
func TestNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for field, in := range map[string]ContactInput{
		"given_name":  {GivenName: "12345", FamilyName: "Rossi"},
		"family_name": {GivenName: "Anna", FamilyName: "---"},
		"street":      {FamilyName: "Rossi", Address: Address{Street: "12"}},
		"town":        {FamilyName: "Rossi", Address: Address{Town: "41121"}},
		"postcode":    {FamilyName: "Rossi", Address: Address{Postcode: "4112"}},
		"birth_year":  {FamilyName: "Rossi", BirthYear: "2090"},
		"phones.1":    {FamilyName: "Rossi", Phones: []string{"059 1"}},
	} {
		in.Kind, in.FormKey, in.Reason = Person, rand.Text(), "prova"
		_, err := w.CreateContact(t.Context(), w.Operator, in)
		var e *civic.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, name := range []string{"Łucja", "李", "Ø"} {
		in := ContactInput{Kind: Person, FamilyName: name, FormKey: rand.Text(), Reason: "prova"}
		if _, err := w.CreateContact(t.Context(), w.Operator, in); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A line of which nothing is seen is an empty line, and no address, number, year or code.
func TestUnseenSignsAreNoInput(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, unseen := range []string{"\u200B", "\u3164", "\u2800", "\u00AD", " \u2060 "} {
		c := w.create(t, ContactInput{FamilyName: "Rossi", FormKey: rand.Text(), Emails: []string{unseen},
			Phones: []string{unseen}, BirthYear: unseen, FiscalCode: unseen})
		if len(c.Emails) != 0 || len(c.Phones) != 0 || c.BirthYear != 0 || c.CodeDigest != "" {
			t.Errorf("%q: %+v", unseen, c)
		}
	}
}
