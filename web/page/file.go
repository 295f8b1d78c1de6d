package page

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/blob"
)

// sandboxed is the policy of a file: opened by itself it may run and load nothing, and nobody frames it.
const sandboxed = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// File answers with a file that somebody sent, or the range of it that was asked for, and closes content.
// Pictures that the program drew are shown in place, everything else is saved. Whether the actor may read the
// document that refers to the file, the handler has checked.
func (r *Request) File(f blob.File, content io.ReadSeekCloser) error {
	tag := `"` + f.SHA256 + `"`
	r.private()
	r.c.Set(fiber.HeaderETag, tag)
	r.c.Set(fiber.HeaderAcceptRanges, "bytes")
	r.c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	r.c.Set(fiber.HeaderContentSecurityPolicy, sandboxed)
	if r.hasTag(tag) {
		return errors.Join(content.Close(), r.c.SendStatus(http.StatusNotModified))
	}
	part, ok := byteRange{0, f.Size}, true
	if asked := r.c.Get(fiber.HeaderRange); asked != "" && r.rangeHolds(tag) {
		part, ok = parseRange(asked, f.Size)
	}
	if !ok {
		r.c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", f.Size))
		return errors.Join(content.Close(), r.c.SendStatus(http.StatusRequestedRangeNotSatisfiable))
	}
	if part.length < f.Size {
		r.c.Status(http.StatusPartialContent)
		r.c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", part.from, part.from+part.length-1,
			f.Size))
	}
	if _, err := content.Seek(part.from, io.SeekStart); err != nil {
		return errors.Join(err, content.Close())
	}
	r.fileHeaders(f)
	return r.c.SendStream(limited{io.LimitReader(content, part.length), content}, int(part.length))
}

// fileHeaders says what the file is and whether it is shown in place.
func (r *Request) fileHeaders(f blob.File) {
	kind, disposition := string(f.Type), "attachment"
	if f.Type == blob.Text {
		kind += "; charset=utf-8"
	}
	if f.Type.IsPicture() {
		disposition = "inline"
	}
	r.c.Set(fiber.HeaderContentType, kind)
	r.c.Set(fiber.HeaderContentDisposition,
		mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
}

// rangeHolds reports whether a range was asked of what the file still is (RFC 9110, 13.1.5).
func (r *Request) rangeHolds(tag string) bool {
	of := r.c.Get(fiber.HeaderIfRange)
	return of == "" || of == tag
}

// limited is a part of a file, whose end closes all of it.
type limited struct {
	io.Reader
	io.Closer
}

// byteRange is a part of a file.
type byteRange struct{ from, length int64 }

// parseRange returns the part that a Range header asks for (RFC 9110, 14.1.2); the whole for several ranges
// at once and for what is no range of bytes, which a server may ignore. It is not ok when nothing of the file
// lies in it.
func parseRange(header string, size int64) (part byteRange, ok bool) {
	whole := byteRange{0, size}
	unit, asked, found := strings.Cut(header, "=")
	first, last, dash := strings.Cut(strings.TrimSpace(asked), "-")
	if !found || !strings.EqualFold(unit, "bytes") || !dash || strings.Contains(asked, ",") {
		return whole, true
	}
	from, errFrom := strconv.ParseUint(first, 10, 63)
	to, errTo := strconv.ParseUint(last, 10, 63)
	switch {
	case first == "" && errTo == nil: // the last bytes
		n := min(int64(to), size)
		return byteRange{size - n, n}, n > 0
	case errFrom != nil || last != "" && (errTo != nil || to < from):
		return whole, true
	case int64(from) >= size:
		return byteRange{}, false
	case last == "":
		return byteRange{int64(from), size - int64(from)}, true
	}
	return byteRange{int64(from), min(int64(to), size-1) - int64(from) + 1}, true
}
