// Package pdftest reads the words of a PDF, for tests.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

var (
	streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	drawn   = regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\) ?Tj`)
	escaped = regexp.MustCompile(`(?s)\\(.)`)
)

// Words returns the words that a file draws, in their order, with a space for each break between lines.
func Words(t testing.TB, file []byte) string {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-")) {
		t.Fatalf("no PDF: %.40q", file)
	}
	var words []string
	for _, s := range streams.FindAllSubmatch(file, -1) {
		content := inflated(s[1])
		for _, m := range drawn.FindAllSubmatch(content, -1) {
			words = append(words, word(m[1]))
		}
	}
	return strings.Join(words, " ")
}

// inflated returns what a stream says, compressed or not.
func inflated(stream []byte) []byte {
	r, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return stream
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return plain
}

// word returns a string of the page's program, whose characters are numbered as Unicode numbers them.
func word(raw []byte) string {
	raw = escaped.ReplaceAllFunc(raw, func(b []byte) []byte {
		if b[1] == 'r' {
			return []byte{'\r'}
		}
		return b[1:]
	})
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}
