package accounts

import (
	"slices"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/migrate"
)

// alphabet are names in the order in which Italian readers look for them.
var alphabet = []string{"de Luca", "Đorđe", "Èlia", "Łucja", "Zanasi"}

// listed returns the names of all staff, read two at a time.
func (tn *town) listed(t *testing.T) (names []string) {
	t.Helper()
	for at := (civic.PageRequest{Size: 2}); ; {
		page, err := tn.ListStaff(t.Context(), tn.admin, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Items {
			names = append(names, a.Name)
		}
		if at.Cursor = page.Next; at.Cursor == "" {
			return names
		}
	}
}

// TestStaffByName: from page to page the staff stand where Italian readers look for them.
func TestStaffByName(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	for n, name := range []string{"Zanasi", "Łucja", "de Luca", "Èlia", "Đorđe"} {
		if _, err := tn.CreateStaff(t.Context(), tn.admin, NewStaff{Email: string(rune('a'+n)) + "@example.it",
			Name: name, Roles: []civic.Role{civic.Operator}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := tn.listed(t); !slices.Equal(got, alphabet) {
		t.Errorf("%q, want %q", got, alphabet)
	}
}

// earlierAccount is what an earlier version stored, which sorted names by their bytes.
type earlierAccount struct {
	docstore.Meta `bson:",inline"`
	Staff         bool   `bson:"staff"`
	Name          string `bson:"name"`
	Later         string `bson:"later"` // of a version to come
}

// TestStaffOfEarlierVersions: the step of an upgrade gives staff what they are sorted by, and citizens, who
// are in no list, nothing.
func TestStaffOfEarlierVersions(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storetest.Open(t)
	earlier, err := docstore.Collect[earlierAccount](ctx, db, docstore.Spec{Name: "accounts",
		Indexes: []docstore.Index{{Name: "staff", Fields: []string{"staff", "name"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for n, name := range []string{"Zanasi", "Łucja", "de Luca", "Èlia", "Đorđe", "Anna"} {
		if err := earlier.Insert(ctx, &earlierAccount{Meta: docstore.Meta{ID: civic.ID(rune('a' + n))},
			Name: name, Staff: name != "Anna", Later: "stays"}); err != nil {
			t.Fatal(err)
		}
	}
	m, err := migrate.Open(ctx, db, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a crash may repeat it
		if err := m.Take(ctx, SortNamesStep()); err != nil {
			t.Fatal(err)
		}
	}
	tn := townOn(t, db)
	if got := tn.listed(t); !slices.Equal(got, alphabet) {
		t.Errorf("%q, want %q", got, alphabet)
	}
	if a, err := tn.accounts.Get(ctx, "f"); err != nil || a.SortName != "" || a.Revision != 1 {
		t.Errorf("the citizen: %+v, %v", a, err)
	}
	if a, err := earlier.Get(ctx, "a"); err != nil || a.Later != "stays" || a.Revision != 1 {
		t.Errorf("one of the staff: %+v, %v", a, err)
	}
}
