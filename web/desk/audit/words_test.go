package audit

import (
	"testing"

	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/web/locale"
)

// TestDaysOfTheAuditAreWords: when a promise is due, the day of the patron and the days of closures are said
// as people read them, in both languages; a reason keeps its semicolon.
func TestDaysOfTheAuditAreWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		action        audit.Action
		name, kept    string
		italian, read string
	}{
		{requests.ActionPromiseMove, "was", "2026-12-08 09:05", "8 dicembre 2026, ore 9:05",
			"8 December 2026, 09:05"},
		{requests.ActionPromiseMove, "due", "2026-12-09 12:30", "9 dicembre 2026, ore 12:30",
			"9 December 2026, 12:30"},
		{requests.ActionPromiseMove, "due", "presto", "presto", "presto"},
		{hours.ActionPatronSave, "was", "01-31", "31/01", "31/01"},
		{hours.ActionPatronSave, "now", "06-24", "24/06", "24/06"},
		{hours.ActionClosureSave, "now", "2027-01-04/2027-01-05 Ponte; patrono",
			"4 gennaio 2027–5 gennaio 2027 Ponte; patrono", "4 January 2027–5 January 2027 Ponte; patrono"},
		{hours.ActionClosureRemove, "was", "2026-12-24/2026-12-24 A; b\n2027-01-04/2027-01-05 C",
			"24 dicembre 2026–24 dicembre 2026 A; b, 4 gennaio 2027–5 gennaio 2027 C",
			"24 December 2026–24 December 2026 A; b, 4 January 2027–5 January 2027 C"},
	} {
		for lang, want := range map[locale.Lang]string{locale.Italian: c.italian, locale.English: c.read} {
			w := auditWords{l: catalogues().In(lang)}
			if got := w.detail(c.action, c.name, c.kept); got != want {
				t.Errorf("%s, %s of %s: %q, want %q", lang, c.name, c.action, got, want)
			}
		}
	}
}
