package segment

import (
	"slices"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
)

// alphabet are names in the order in which Italian readers look for them.
var alphabet = []string{"de Luca", "Đorđe", "Èlia", "Łucja", "Zanasi"}

// listed returns the names of all segments, read two at a time.
func (w *town) listed(t *testing.T) (names []string) {
	t.Helper()
	for at := (civic.PageRequest{Size: 2}); ; {
		page, err := w.List(t.Context(), w.News, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page.Items {
			names = append(names, g.Name)
		}
		if at.Cursor = page.Next; at.Cursor == "" {
			return names
		}
	}
}

// TestSegmentsByName: from page to page segments stand where Italian readers look for them, also after they
// got another name.
func TestSegmentsByName(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	rule := Is(crm.AttributeDistrict, "centro")
	for _, name := range []string{"zeta", "Łucja", "de Luca", "Èlia", "Đorđe"} {
		g, err := w.Service.Create(t.Context(), w.News, Input{FormKey: formKey(), Name: name, Rule: rule})
		if err == nil && name == "zeta" {
			_, err = w.Service.Update(t.Context(), w.News, g.ID, Input{Revision: g.Revision, Name: "Zanasi",
				Rule: rule})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := w.listed(t); !slices.Equal(got, alphabet) {
		t.Errorf("%q, want %q", got, alphabet)
	}
}

// earlierSegment is what an earlier version stored, which sorted names by their bytes.
type earlierSegment struct {
	docstore.Meta `bson:",inline"`
	Name          string `bson:"name"`
	Later         string `bson:"later"` // of a version to come
}

// TestSegmentsOfEarlierVersions: the step of an upgrade gives segments what they are sorted by.
func TestSegmentsOfEarlierVersions(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newTown(t)
	earlier, err := docstore.Collect[earlierSegment](ctx, w.DB, docstore.Spec{Name: "segments",
		Indexes: []docstore.Index{{Name: "name", Fields: []string{"name"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for n, name := range []string{"Zanasi", "Łucja", "de Luca", "Èlia", "Đorđe"} {
		if err := earlier.Insert(ctx, &earlierSegment{Meta: docstore.Meta{ID: civic.ID(rune('a' + n))},
			Name: name, Later: "stays"}); err != nil {
			t.Fatal(err)
		}
	}
	m, err := migrate.Open(ctx, w.DB, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a crash may repeat it
		if err := m.Take(ctx, SortNamesStep()); err != nil {
			t.Fatal(err)
		}
	}
	if w.Service, err = New(ctx, Options{DB: w.DB, Contacts: w.CRM, Reference: w.Reference, Audit: w.Log,
		Vault: w.Vault, Now: w.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	if got := w.listed(t); !slices.Equal(got, alphabet) {
		t.Errorf("%q, want %q", got, alphabet)
	}
	if g, err := earlier.Get(ctx, "a"); err != nil || g.Later != "stays" || g.Revision != 1 {
		t.Errorf("%+v, %v", g, err)
	}
}
