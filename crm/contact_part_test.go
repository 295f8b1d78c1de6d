package crm

import (
	"slices"
	"strings"
	"testing"

	"ascolto/internal/migrate"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

// TestFoundByAPart: what the page promises: the beginning of a telephone number, with or without its country
// and however it is grouped, and the beginning of a fiscal code from six letters on.
func TestFoundByAPart(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però", Phones: []string{"349 008 5051"},
		FiscalCode: "RSSMRA85T10A562S"})
	w.create(t, ContactInput{GivenName: "Bruno", FamilyName: "Neri", Phones: []string{"059 206311"},
		FiscalCode: "BNCGLI72H65H501H"})
	// a name that looks like the beginning of a code
	rossmr := w.create(t, ContactInput{GivenName: "Rino", FamilyName: "Rssmra"})
	w.flush(t)
	for text, want := range map[string][]civic.ID{
		"3490085": {anna.ID}, "349 008": {anna.ID}, "+39 349 0085": {anna.ID}, "+393490085": {anna.ID},
		"0039 3490085": {anna.ID},
		"349/0085":     {anna.ID}, "349-00 85": {anna.ID}, "3490085051": {anna.ID}, "5051": {anna.ID},
		"3490086": nil, "34": nil,
		"RSSMRA": {anna.ID, rossmr.ID}, "rssmra": {anna.ID, rossmr.ID}, "RSSMRA85T10": {anna.ID},
		"rss mra 85t10": {anna.ID}, "RSSMRA85T10A56": {anna.ID},
		"RSSMRA85": {anna.ID}, "RSSMRA85T10A562S": {anna.ID}, "RSSMRA86": nil, "RSSMRA85T11": nil,
		"RSSMR": nil, "\u200bRSSMRA85T10\u202c": {anna.ID},
		"\u202d+39 349 0085051\u202c": {anna.ID},
	} {
		found, _, err := w.FindContacts(t.Context(), w.Operator, text, "")
		var got []civic.ID
		for _, c := range found {
			got = append(got, c.ID)
		}
		if err != nil || !slices.Equal(got, want) &&
			!(text == "RSSMR" && slices.Equal(got, []civic.ID{rossmr.ID})) {
			t.Errorf("%q finds %v, %v; not %v", text, got, err, want)
		}
	}
}

// TestTheStoreTellsNoPartOfACode: neither a code nor a part of it stands in what is stored, and equal parts
// are no equal digests of another length.
func TestTheStoreTellsNoPartOfACode(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però", FiscalCode: "RSSMRA85T10A562S"})
	if len(c.CodeParts) != 2 || c.CodeParts[0] == c.CodeParts[1] ||
		slices.Contains(c.CodeParts, c.CodeDigest) {
		t.Fatalf("%q", c.CodeParts)
	}
	for _, p := range c.CodeParts {
		if strings.Contains(p, "RSSMRA") || len(p) != len(c.CodeDigest) {
			t.Errorf("%q", p)
		}
	}
	c, err := w.UpdateContact(t.Context(), w.Operator, c.ID,
		ContactInput{Version: 1, Kind: Person, GivenName: "Anna", FamilyName: "Però"})
	if err != nil || c.CodeParts != nil {
		t.Errorf("a code that was taken off is still found: %q, %v", c.CodeParts, err)
	}
}

// TestAnOlderContactIsFoundByAPart: the step of an upgrade gives the contacts of the program before this one
// what they are found by.
func TestAnOlderContactIsFoundByAPart(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.create(t, ContactInput{GivenName: "Łucja", FamilyName: "Dell’Orbona",
		FiscalCode: "RSSMRA85T10A562S"})
	if _, err := w.contacts.Update(t.Context(), c.ID, func(c *Contact) error {
		c.SortName, c.Skeleton, c.Joined, c.CodeParts = "dellorbona\tłucja", "dlrbn łc", "", nil
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if found, _, err := w.FindContacts(t.Context(), w.Operator, "RSSMRA85T10", ""); err != nil ||
		len(found) != 0 {
		t.Fatalf("%v, %v", found, err)
	}
	w.mendNames(t)
	mended, err := w.contacts.Get(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.mendNames(t)
	if again, err := w.contacts.Get(t.Context(), c.ID); err != nil || again.Revision != mended.Revision {
		t.Errorf("what is right already was stored again: revision %d after %d, %v", again.Revision,
			mended.Revision, err)
	}
	if found, _, err := w.FindContacts(t.Context(), w.Operator, "RSSMRA85T10", ""); err != nil ||
		len(found) != 1 || found[0].SortName != "dellorbona\tlucja" {
		t.Errorf("%v, %v", found, err)
	}
}

// unseen are the signs that come along when something is copied from a page, a letter or a chat.
var unseen = []string{
	"\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d",
	"\u202e", "\u2060", "\u2061", "\u2066", "\u2067", "\u2068", "\u2069",
	"\ufeff", "\u061c", "\u180e", "\u034f", "\U000e0020",
}

// TestUnseenSignsIdentifyNobody: around and inside what identifies something they change nothing, in every
// input.
func TestUnseenSignsIdentifyNobody(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]struct {
		typed, want string
		parse       func(string) (string, error)
	}{
		"e-mail": {"nome@ex.example", "nome@ex.example",
			func(s string) (string, error) { e, err := reach.ParseEmail(s); return e.Address, err }},
		"recipient": {"nome@ex.example", "nome@ex.example", reach.ParseAddress},
		"telephone": {"+39 347 7654321", "+393477654321",
			func(s string) (string, error) { p, err := reach.ParsePhone(s); return p.Number, err }},
		"plain phone": {"+393477654321", "+393477654321",
			func(s string) (string, error) { p, err := reach.ParsePhone(s); return p.Number, err }},
		"fiscal code": {"RSSMRA85T10A562S", "RSSMRA85T10A562S",
			func(s string) (string, error) { c, err := ParseFiscalCode(s); return c.String(), err }},
		"id": {"01ABC-def", "01ABC-def",
			func(s string) (string, error) {
				id, err := civic.ParseID(civic.Bare(s))
				return string(id),
					err
			}},
	} {
		for _, u := range unseen {
			half := len(in.typed) / 2
			for _, s := range []string{u + in.typed, in.typed + u, u + in.typed + u, " " + u + " " + in.typed,
				in.typed[:half] + u + in.typed[half:]} {
				if got, err := in.parse(s); err != nil || got != in.want {
					t.Errorf("%s %+q: %q, %v", name, s, got, err)
				}
			}
		}
	}
}

// mendNames takes the step over names as if the store came from a program before it.
func (w *town) mendNames(t *testing.T) {
	t.Helper()
	m, err := migrate.Open(t.Context(), w.DB, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Take(t.Context(), NamesStep(w.vault)); err != nil {
		t.Fatal(err)
	}
}
