package crm

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
)

func TestExportHasNoFormulasAndIsAudited(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, lead := range []string{"=1+A1", "+A1", "-1+B2", "@SUM(A1)", "＝A1"} {
		w.create(t, ContactInput{GivenName: lead, FamilyName: lead,
			Address: Address{Street: lead, Town: lead}, District: "centro", Phones: []string{"059206311"}})
	}
	w.create(t, ContactInput{FamilyName: "D'Angelo; \"Anna\"", District: "san-lazzaro"})
	var out bytes.Buffer
	if err := w.ExportContacts(t.Context(), w.News, ContactFilter{}, "it", &out); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\uFEFF")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	phones := 0
	for _, row := range rows {
		for _, cell := range row {
			phone := strings.HasPrefix(cell, "+39059") // a number, and no formula
			if phone {
				phones++
			} else if cell != "" && strings.ContainsRune("=+-@\t\r＝", []rune(cell)[0]) {
				t.Errorf("cell %q", cell)
			}
		}
	}
	if phones != 5 {
		t.Errorf("%d telephone numbers as they are, want 5", phones)
	}
	page, err := w.Log.List(t.Context(), w.Officer, auditOf("crm.contact.export"))
	if err != nil || len(page.Items) != 1 || page.Items[0].Actor != "news-1" {
		t.Errorf("audited: %+v, %v", page.Items, err)
	}
	broken := errors.New("the connection is gone")
	if err := w.ExportContacts(t.Context(), w.News, ContactFilter{}, "it",
		failing{broken}); !errors.Is(err, broken) {
		t.Errorf("a reader who is gone: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
