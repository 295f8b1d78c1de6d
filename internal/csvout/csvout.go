// Package csvout writes tables that a spreadsheet in an Italian office opens rightly: UTF-8 with a byte order
// mark, semicolons between cells, and no cell that the spreadsheet would run as a formula.
package csvout

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Writer writes rows. It keeps the first error, which Flush returns.
type Writer struct {
	csv  *csv.Writer
	safe []string
	err  error
}

// New returns a Writer to w, having written the byte order mark.
func New(w io.Writer) *Writer {
	_, err := io.WriteString(w, "\uFEFF")
	out := Continue(w)
	out.err = err
	return out
}

// Continue returns a Writer that goes on with a table that was begun before.
func Continue(w io.Writer) *Writer {
	c := csv.NewWriter(w)
	c.Comma = ';'
	c.UseCRLF = true // RFC 4180
	return &Writer{csv: c}
}

// Row writes one row. It returns the first error there was, so that a loop can end.
func (w *Writer) Row(cells ...string) error {
	if w.err != nil {
		return w.err
	}
	w.safe = w.safe[:0]
	for _, c := range cells {
		w.safe = append(w.safe, Safe(c))
	}
	w.err = w.csv.Write(w.safe)
	return w.err
}

// Flush writes what is buffered and returns the first error there was.
func (w *Writer) Flush() error {
	w.csv.Flush()
	if w.err == nil {
		w.err = w.csv.Error()
	}
	return w.err
}

// leaders begin a formula in one spreadsheet or another; full-width forms do in East Asian settings, and
// space before one is skipped by some.
const leaders = "=+-@\t\r\n\x00＝＋－＠"

// plain matches what begins like a formula and is none: a number, and a telephone number as it is stored
// ("+39 059 203 2660"), or several of them. Nothing in them can be computed, so they stay what they are.
var plain = regexp.MustCompile(
	`^(-?[0-9]{1,18}([.,][0-9]{1,18})?|\+[0-9][0-9 ]{2,24}(;? \+[0-9][0-9 ]{2,24})*)$`)

// Safe returns the cell with an apostrophe in front when a spreadsheet could take it for a formula (OWASP
// ASVS 5.0, 1.2.10). Numbers and telephone numbers are no formulas.
func Safe(cell string) string {
	first, size := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \u00A0\u200B\uFEFF"))
	if size == 0 || !strings.ContainsRune(leaders, first) || plain.MatchString(cell) {
		return cell
	}
	return "'" + cell
}
