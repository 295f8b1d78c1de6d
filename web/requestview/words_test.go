package requestview

import (
	"log/slog"
	"testing"

	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// TestTitle: a timeline says what a request is about to those alone who may know it, also where an earlier
// version wrote it behind the number.
func TestTitle(t *testing.T) {
	t.Parallel()
	catalogues, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l := catalogues.In("it")
	known := map[civic.ID]string{"r1": "Panchina"}
	for stored, want := range map[string][2]string{
		"2026-000123":                    {"2026-000123 · Panchina", "2026-000123"},
		"2026-000123 · Panchina · rotta": {"2026-000123 · Panchina", "2026-000123"},
	} {
		if got := Title(l, stored, known, "r1"); got != want[0] {
			t.Errorf("%q is %q to who may know it", stored, got)
		}
		if got := Title(l, stored, known, "r2"); got != want[1] {
			t.Errorf("%q is %q to others", stored, got)
		}
	}
}
