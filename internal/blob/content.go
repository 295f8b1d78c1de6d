package blob

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ascolto/internal/civic"
	"ascolto/internal/picture"
)

// examined is a file of which is known what it is and that it is whole.
type examined struct {
	*spooled
	kind          Type
	width, height int // pixels
}

// format is a kind of content, known by its first bytes.
type format struct {
	begins string // as picture.Begins reads it
	kinds  []Type // what it may turn out to be
	// check returns what the content is and that it is whole, or an Invalid error.
	check func(ctx context.Context, s *Store, sent *spooled) (examined, error)
}

// formats lists what can be told from the first bytes; what fits none may be a text.
func formats() []format {
	return []format{
		{picture.PNG.Magic, []Type{PNG}, checkPicture(picture.PNG, PNG)},
		{picture.JPEG.Magic, []Type{JPEG}, checkPicture(picture.JPEG, JPEG)},
		{picture.WebP.Magic, []Type{WebP}, checkPicture(picture.WebP, WebP)},
		{"%PDF-", []Type{PDF}, checkPDF},
		{"PK\x03\x04", []Type{ODT, ODS, DOCX, XLSX}, checkOffice},
	}
}

// Errors that say what to do with a file.
func errKind() error { return civic.NewError(civic.Invalid, "error.file.kind") }
func errTorn(cause error) error {
	return civic.Wrap(civic.Invalid, "error.file.torn", cause)
}

// examine returns what a file is, by its content alone, in the form in which it is kept. It returns an
// Invalid error for what the use does not take and for what does not parse.
func (s *Store) examine(ctx context.Context, use Use, sent *spooled) (examined, error) {
	if slices.Equal(use.Types, []Type{Mail}) {
		return examined{spooled: sent, kind: Mail}, nil
	}
	head := make([]byte, 512)
	n, err := sent.file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return examined{}, err
	}
	head = head[:n]
	check, kinds := checkText, []Type{Text}
	for _, f := range formats() {
		if picture.Begins(head, f.begins) {
			check, kinds = f.check, f.kinds
		}
	}
	taken := func(t Type) bool { return slices.Contains(use.Types, t) }
	if !slices.ContainsFunc(kinds, taken) {
		return examined{}, errKind()
	}
	found, err := check(ctx, s, sent)
	if err == nil && found.spooled == sent && !taken(found.kind) {
		err = errKind()
	}
	return found, err
}

// tail is where a PDF ends: its last bytes name where its table of objects is (ISO 32000-1, 7.5.5).
const tail = 2 << 10

// checkPDF looks at both ends of a PDF. What it holds is not looked at: it is never shown within a page of
// the site.
func checkPDF(_ context.Context, _ *Store, sent *spooled) (examined, error) {
	end := make([]byte, min(sent.size, tail))
	if _, err := sent.file.ReadAt(end, sent.size-int64(len(end))); err != nil {
		return examined{}, err
	}
	start := bytes.LastIndex(end, []byte("startxref"))
	if start < 0 || !bytes.Contains(end[start:], []byte("%%EOF")) {
		return examined{}, errTorn(nil)
	}
	return examined{spooled: sent, kind: PDF}, nil
}

// checkText accepts UTF-8 without signs that control a device, and nothing that a browser would take for a
// page.
func checkText(_ context.Context, _ *Store, sent *spooled) (examined, error) {
	if err := sent.rewind(); err != nil {
		return examined{}, err
	}
	b := bufio.NewReader(sent.file)
	head, err := b.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return examined{}, err
	}
	if !strings.HasPrefix(http.DetectContentType(head), "text/plain") || isMarkup(head) {
		return examined{}, errKind()
	}
	for {
		r, size, err := b.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return examined{spooled: sent, kind: Text}, nil
		case err != nil:
			return examined{}, err
		case r == utf8.RuneError && size == 1, unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f", r):
			return examined{}, errKind()
		}
	}
}

// isMarkup reports whether a text begins with a tag, a declaration or a comment of markup.
func isMarkup(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n\f")
	return len(head) > 1 && head[0] == '<' &&
		(head[1] == '!' || head[1] == '?' || unicode.IsLetter(rune(head[1])))
}
