package web_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/web/webtest"
)

// TestTheTableSaysNames: a colleague reads the table in the words of the pages, and a program finds the codes
// of what the municipality names itself.
func TestTheTableSaysNames(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	made, err := town.CRM.CreateContact(t.Context(), town.Desk, crm.ContactInput{
		FormKey: "tabletabletabletable01", Kind: crm.Person, FamilyName: "Tavola", District: "centro",
	})
	if err != nil {
		t.Fatal(err)
	}
	b := town.As(t, town.News)
	for lang, want := range map[string]string{
		"it": "Codice del contatto;Tipo di contatto;Nome;Cognome;Denominazione;E-mail;Telefono;" +
			"Via e numero civico;CAP;Comune;Quartiere;Etichette;Lingua dei messaggi;Anno di nascita;" +
			"Argomenti con consenso via e-mail;Registrato il;Canale preferito;" +
			"Quartiere (codice);Etichette (codice);Argomenti con consenso via e-mail (codice)",
		"en": "Contact code;Kind of contact;Given name;Family name;Name of the organisation;E-mail;Telephone;" +
			"Street and number;Postcode;Town;District;Tags;Language of messages;Year of birth;" +
			"Topics with consent by e-mail;Recorded on;Preferred channel;" +
			"District (code);Tags (code);Topics with consent by e-mail (code)",
	} {
		table := b.Get("/desk/contacts/export?lingua=" + lang).Body
		head, rows, _ := strings.Cut(strings.TrimPrefix(table, "\uFEFF"), "\r\n")
		if head != want {
			t.Errorf("%s: the first line is %s", lang, head)
		}
		kind := map[string]string{"it": "Persona", "en": "Person"}[lang]
		row := rowOf(t, rows, string(made.ID))
		if row[1] != kind || row[10] != "Centro storico" || row[17] != "centro" ||
			!strings.Contains(row[15], "2026-") || strings.Contains(row[15], "T") {
			t.Errorf("%s: the row is %q", lang, row)
		}
	}
}

// rowOf returns the cells of the row that begins with id.
func rowOf(t *testing.T, rows, id string) []string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(rows))
	r.Comma = ';'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		if row[0] == id {
			return row
		}
	}
	t.Fatalf("no row of %s in %.600s", id, rows)
	return nil
}
