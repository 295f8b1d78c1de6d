package audit

import (
	"context"
	"testing"

	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reference"
	"ascolto/web/desk/deskui"
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
			w := auditWords{l: catalogues().In(lang), say: detailRows()}
			if got := w.detail(c.action, c.name, c.kept); got != want {
				t.Errorf("%s, %s of %s: %q, want %q", lang, c.name, c.action, got, want)
			}
		}
	}
}

// TestChangesOfTheAuditAreWords: what a step, an office, a topic or a tag was and became is said as its form
// says it; a code of another program stays as it is.
func TestChangesOfTheAuditAreWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		action        audit.Action
		kept          string
		italian, read string
	}{
		{requests.ActionStepSave, "kind before 3\ntell head responsible\noff ",
			"Quando: mancano 3 giorni alla scadenza; Chi è avvisato: responsabile dell'ufficio, responsabile della " +
				"richiesta; Spento: No",
			"When: 3 days to the due day; Who is told: head of the office, responsible " +
				"person; Off: No"},
		{requests.ActionStepSave, "substitute a1\nprocedure istanza\nurgent 1",
			"Chi ha il potere sostitutivo: Ada Neri; Procedimento: Istanza; Urgente: Sì",
			"Who has the substitute power: Ada Neri; Procedure: Istanza; Urgent: Yes"},
		{requests.ActionStepSave, "substitute \nprocedure \nkind dopo 3",
			"Chi ha il potere sostitutivo: (vuoto); Procedimento: Tutti i procedimenti; Quando: dopo 3",
			"Who has the substitute power: (empty); Procedure: Every procedure; When: dopo 3"},
		{reference.ActionOfficeSave, "name URP, centro\nphone \ninactive ",
			"Nome: URP, centro; Telefono: (vuoto); Stato: In uso",
			"Name: URP, centro; Telephone: (empty); State: In use"},
		{reference.ActionTopicSave, "text.it Le notizie.\norder 7\ninactive 1",
			"Testo del consenso in italiano: Le notizie.; Posizione nell'elenco: 7; Stato: Non più in uso",
			"Consent text in Italian: Le notizie.; Place in the list: 7; State: No longer in use"},
	} {
		for lang, want := range map[locale.Lang]string{locale.Italian: c.italian, locale.English: c.read} {
			w := auditWords{l: catalogues().In(lang), say: detailRows(),
				staff:      deskui.ColleaguesOf([]accounts.Account{{Meta: docstore.Meta{ID: "a1"}, Name: "Ada Neri"}}),
				procedures: map[civic.ID]string{"istanza": "Istanza"}}
			if got := w.detail(c.action, "was", c.kept); got != want {
				t.Errorf("%s, %s: %q, want %q", lang, c.action, got, want)
			}
		}
	}
}

// TestDetailsNameThings: discussions are called by their titles, files by their types and never by their
// names, which say more than the audit's readers may know; those that are gone or hidden by a plain word.
func TestDetailsNameThings(t *testing.T) {
	t.Parallel()
	look := func(name string) func(context.Context, civic.ID) (string, error) {
		return func(_ context.Context, id civic.ID) (string, error) {
			switch id {
			case "gone":
				return "", civic.NewError(civic.NotFound, "error.not_found")
			case "hidden":
				return "", civic.NewError(civic.Gone, "forum.error.hidden")
			}
			return name, nil
		}
	}
	for _, c := range []struct{ detail, id, italian, english string }{
		{"thread", "t1", "discussione: «La piscina»", "discussion: “La piscina”"},
		{"thread", "gone", "discussione: una discussione che non c'è più",
			"discussion: a discussion that is no longer there"},
		{"thread", "hidden", "discussione: una discussione nascosta", "discussion: a hidden discussion"},
		{"file", "f1", "file: un file PDF", "file: a PDF file"},
		{"file", "gone", "file: un file che non c'è più", "file: a file that is no longer there"},
	} {
		for lang, want := range map[locale.Lang]string{locale.Italian: c.italian, locale.English: c.english} {
			w := &auditWords{l: catalogues().In(lang), say: detailRows(), named: map[civic.ID]string{},
				look: lookups{look("La piscina"), look("PDF")}}
			r := audit.Record{Detail: map[string]string{c.detail: c.id}}
			if err := w.knowThings(t.Context(), []audit.Record{r}); err != nil {
				t.Fatal(err)
			}
			if got := w.details(r); got != want {
				t.Errorf("%s %s: %q, want %q", c.detail, c.id, got, want)
			}
		}
	}
}
