package crm

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// TestFieldsGoRound: what each field says of a contact, typed into a form, is that contact again; an empty
// form empties it.
func TestFieldsGoRound(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	full := w.create(t, ContactInput{
		GivenName: "Anna", FamilyName: "Però", Emails: []string{"anna@posta.example"},
		Phones:   []string{"059 206311", "347 1234567"},
		District: "centro", Address: Address{Street: "Via Emilia 12", Postcode: "41121", Town: "Modena"},
		BirthYear: "1985", Language: "en",
		Tags: []civic.ID{"stampa"}, More: map[string][]string{"preferred_channel": {"letter"}},
	})
	k, err := w.known(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var in ContactInput
	for _, f := range ContactFields() {
		values := f.Typed(full)
		if len(values) == 0 && f.Kind != Organisation && f.Type != CodeField {
			t.Errorf("%s: the contact of this test has none", f.Name)
		}
		if found, ok := ContactField(f.FormName()); !ok || found.Name != f.Name {
			t.Errorf("%s is not found by the name that forms use", f.Name)
		}
		f.Write(&in, values...)
	}
	var again Contact
	if _, err := in.apply(&again, k, 2026); err != nil {
		t.Fatal(err)
	}
	if changed := mergeFields.Changed(&full, &again); len(changed) > 0 {
		t.Errorf("%v changed on the way", changed)
	}
	for _, f := range ContactFields() {
		if f.Column != "" && f.Kind != Organisation && !slices.Equal(f.Told(full), f.Told(again)) {
			t.Errorf("%s: %v and %v", f.Name, f.Told(full), f.Told(again))
		}
	}
	if _, err := (ContactInput{Kind: Person, GivenName: "Anna"}).apply(&again, k, 2026); err != nil ||
		again.More["preferred_channel"] != nil {
		t.Errorf("%+v, %v", again.More, err)
	}
}

// TestAKeptField: a field that is declared and nothing else is checked, joined, exported and patched like any
// other.
func TestAKeptField(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	more := func(v ...string) map[string][]string { return map[string][]string{"preferred_channel": v} }
	anna := w.create(t, ContactInput{GivenName: "Anna", More: more("mail")})
	if _, err := w.CreateContact(t.Context(), w.Operator,
		ContactInput{Kind: Person, GivenName: "X", More: more("pigeon")}); !slices.Equal(
		testtown.Fields(err), []string{"preferred_channel"}) {
		t.Errorf("%v", err)
	}
	first, second := ContactInput{Shown: anna.Shown(), Kind: Person, GivenName: "Anna",
		More: more("phone")},
		ContactInput{Shown: anna.Shown(), Kind: Person, GivenName: "Anna Maria", More: more("mail")}
	if _, err := w.UpdateContact(t.Context(), w.Operator, anna.ID, first); err != nil {
		t.Fatal(err)
	}
	got, err := w.UpdateContact(t.Context(), w.News, anna.ID, second)
	if err != nil || got.GivenName != "Anna Maria" ||
		!slices.Equal(got.More["preferred_channel"], []string{"phone"}) {
		t.Errorf("two edits of two fields: %+v, %v", got, err)
	}
	second.More = more("letter")
	_, err = w.UpdateContact(t.Context(), w.News, anna.ID, second)
	if names := clashing(t, err); !slices.Equal(names, []string{"preferred_channel"}) {
		t.Errorf("clashes in %v", names)
	}
	own := ContactInput{Shown: got.Shown(), GivenName: "Anna Maria", More: more()}
	if c, err := w.UpdateOwnContact(t.Context(), w.Citizen(anna.ID), own); err != nil ||
		len(c.More["preferred_channel"]) > 0 {
		t.Errorf("the person empties it: %+v, %v", c.More, err)
	}
	c, err := w.PatchContact(t.Context(), w.Operator, anna.ID,
		ContactPatch{Fields: map[string][]string{"preferred_channel": {"letter"}}})
	if err != nil || c.GivenName != "Anna Maria" ||
		!slices.Contains(c.Attributes(), Attribute{Name: "preferred_channel", Value: "letter"}) {
		t.Errorf("%+v, %v", c, err)
	}
	var out strings.Builder
	if err := w.ExportContacts(t.Context(), w.News, ContactFilter{}, "it", &out); err != nil ||
		!strings.Contains(out.String(), "crm.column.created_at;crm.field.preferred_channel;") ||
		!strings.Contains(out.String(), ";crm.channel.letter;") {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// TestColumnsKeepTheirPlaces: whoever reads tables counts on them; new ones come after.
func TestColumnsKeepTheirPlaces(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(firstColumns, exportColumns[:len(firstColumns)]); diff != "" {
		t.Error(diff)
	}
	for i, f := range exportFields {
		told := exportColumns[i] == "id" || exportColumns[i] == "consents" || exportColumns[i] == "created_at"
		if told == (f.Column != "") {
			t.Errorf("column %s is told by nobody, or by two", exportColumns[i])
		}
	}
}
