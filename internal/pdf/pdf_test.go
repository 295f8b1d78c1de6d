package pdf_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"ascolto/internal/pdf"
	"ascolto/internal/pdf/pdftest"
)

func sheet(rows ...pdf.Row) pdf.Sheet {
	return pdf.Sheet{Lang: "it", Author: "Comune di Borgoforte",
		Title: "Ricevuta della richiesta n. 2026-000123",
		Lead:  "Conservi numero e codice.", Rows: rows, Notes: []string{"Vale come avvio del procedimento."},
		Made: time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC),
		Page: func(n int) string { return fmt.Sprintf("pagina %d", n) }}
}

func written(t testing.TB, s pdf.Sheet) []byte {
	t.Helper()
	file, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Every word of a sheet is in the file as it was written, accents and all, and the file says what it is
// called, in which language, and where its links lead.
func TestWords(t *testing.T) {
	t.Parallel()
	const link = "https://ascolto.example/richieste/segui?numero=2026-000123"
	file := written(t, sheet(pdf.Row{Label: "Numero", Value: "2026-000123", Strong: true},
		pdf.Row{Label: "Perché", Value: "È già così, lì? À Ì Ò Ù – «città» l’età € (sic) \\ Київ Ελένη Dvořák"},
		pdf.Row{Label: "Come seguirla", Value: link, Link: link}))
	want := "Comune di Borgoforte Ricevuta della richiesta n. 2026-000123 Conservi numero e codice. " +
		"Numero 2026-000123 Perché È già così, lì? À Ì Ò Ù – «città» l’età € (sic) \\ Київ Ελένη Dvořák Come " +
		"seguirla " +
		link + " Vale come avvio del procedimento. pagina 1"
	if got := strings.Join(strings.Fields(pdftest.Words(t, file)), " "); got != want {
		t.Errorf("the file says\n%s\nwant\n%s", got, want)
	}
	for _, want := range []string{"/Lang (it)", "/URI (" + link + ")", "<rdf:li>it</rdf:li>",
		"Ricevuta della richiesta n. 2026-000123</rdf:li>"} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("the file has no %s", want)
		}
	}
}

// What the fonts do not have is a square, what would move the pen a space; nothing of it ends the program.
func TestWhatTheFontsLack(t *testing.T) {
	t.Parallel()
	file := written(t, sheet(pdf.Row{Label: "Nome", Value: "Anna 😀 王 محمد\tè\x00y\r\nfine \xff"}))
	if got := pdftest.Words(t, file); !strings.Contains(got, "Anna □ □ □□□□ è y") ||
		!strings.Contains(got, "fine") {
		t.Errorf("the file says %s", got)
	}
}

// A row that does not fit begins a page, and one longer than a page goes on; nothing is lost.
// TestHowLettersAreWritten: an accent that is typed apart, a hyphen that does not break and the apostrophe
// that is a letter are readable.
func TestHowLettersAreWritten(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"Perche\u0301": "Perché", "a\u2011b": "a-b",
		"В\u02BCячеслав": "В’ячеслав"} {
		if got := pdftest.Words(t, written(t, sheet(pdf.Row{Label: "Nome", Value: typed}))); !strings.Contains(got,
			want) {
			t.Errorf("%+q is written %q, want %q", typed, got, want)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	var rows []pdf.Row
	for n := range 60 {
		rows = append(rows, pdf.Row{Label: fmt.Sprintf("Riga %d", n), Value: strings.Repeat("parola ", n)})
	}
	rows = append(rows, pdf.Row{Label: "Lunga", Value: strings.Repeat("molte ", 3000)})
	got := pdftest.Words(t, written(t, sheet(rows...)))
	if strings.Count(got, "parola") != 59*60/2 || strings.Count(got, "molte") != 3000 ||
		!strings.Contains(got, "pagina 2") || !strings.Contains(got, "Riga 59") {
		t.Errorf("%d and %d words", strings.Count(got, "parola"), strings.Count(got, "molte"))
	}
}

func FuzzSheet(f *testing.F) {
	f.Add("Perché", "già\n(così) \\")
	f.Add("\x00\ufeff", strings.Repeat("a", 500))
	f.Add("", "\u2028\U0010ffff\ufffd")
	f.Fuzz(func(t *testing.T, label, value string) {
		if len(label)+len(value) > 10_000 {
			t.Skip("longer than anything a sheet has")
		}
		written(t, sheet(pdf.Row{Label: label, Value: value}))
	})
}

func BenchmarkSheet(b *testing.B) {
	for b.Loop() {
		written(b, sheet(pdf.Row{Label: "Oggetto", Value: "Lampione spento in via Emilia"}))
	}
}
