package csvout_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"ascolto/internal/csvout"
)

func TestSafe(t *testing.T) {
	t.Parallel()
	for _, lead := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠", " =",
		"\u00A0@", "\u200B+"} {
		if cell := lead + "SUM(A1)"; csvout.Safe(cell) != "'"+cell {
			t.Errorf("%q stays a formula", cell)
		}
	}
	for _, cell := range []string{
		"-1", "-12,5", "-3.75", "-100,0", "+39 059 203 2660", "+390592032660",
		"+39 347 765 4321; +39 059 203 2660", "+39 347 765 4321 +39 059 203 2660",
	} {
		if csvout.Safe(cell) != cell {
			t.Errorf("the number %q became a text", cell)
		}
	}
	for _, cell := range []string{"-1+2", "-A1", "-1,5*2", "+39+1", "+39 059 A1", "+1;=A1", "+1; =A1", "--1",
		"-", "+", "-1\n=A1", "+39-1", "+39(1)", "-1%0", "@39", "=-1"} {
		if csvout.Safe(cell) != "'"+cell {
			t.Errorf("%q stays a formula", cell)
		}
	}
	for _, cell := range []string{"", "Sì", "3,5", "è = a", "D'Amico", "'=1", " ", "n. 4"} {
		if csvout.Safe(cell) != cell {
			t.Errorf("%q was changed", cell)
		}
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := csvout.New(&b)
	_ = w.Row("a;b", `say "c"`, "two\nlines", "=1+1") // Flush returns the error
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "\uFEFF\"a;b\";\"say \"\"c\"\"\";\"two\r\nlines\";'=1+1\r\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestFirstErrorStays(t *testing.T) {
	t.Parallel()
	w := csvout.New(full{})
	if w.Row("a") == nil || w.Flush() == nil {
		t.Error("a writer that fails was not noticed")
	}
}

func FuzzRow(f *testing.F) {
	f.Add("=1", "a;b")
	f.Fuzz(func(t *testing.T, a, b string) {
		if !utf8.ValidString(a + b) {
			return
		}
		var out strings.Builder
		w := csvout.New(&out)
		_ = w.Row("x", a, b) // Flush returns the error
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\uFEFF")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 3 {
			t.Fatalf("%q reads as %q, %v", out.String(), rows, err)
		}
		for _, cell := range rows[0] {
			if csvout.Safe(cell) != cell && !strings.HasPrefix(cell, "'") {
				t.Errorf("%q could be run", cell)
			}
		}
	})
}
