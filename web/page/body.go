package page

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"

	"ascolto/internal/civic"
)

// How many bytes of body a route takes. A letter with an accent is six bytes of a form, an emoji twelve.
const (
	ShortBody   = 64 << 10 // a route that says nothing
	LongBody    = 1 << 20  // a text of some pages
	LongestBody = 4 << 20  // several long texts at once
)

// Bodies bounds the memory that long bodies take in all. Nothing is taken for what a client announces, only
// for what it sent.
type Bodies struct{ room, disk *semaphore.Weighted }

// bodyRoom is the memory for all bodies together, beyond the first ShortBody bytes of each.
const bodyRoom = 64 << 20

// diskRoom is what the files of forms that are being read may take on the disk, in bytes.
const diskRoom = 1 << 30

// bodyPatience is how long a body waits for others to make room.
const bodyPatience = 5 * time.Second

// NewBodies returns bounds that nothing counts to yet.
func NewBodies() *Bodies {
	return &Bodies{semaphore.NewWeighted(bodyRoom), semaphore.NewWeighted(diskRoom)}
}

// Fill takes all the room, for a test to see what happens then, or returns an error when ctx ends first;
// Empty gives it back.
func (b *Bodies) Fill(ctx context.Context) error { return b.room.Acquire(ctx, bodyRoom) }

// Empty gives back what Fill took.
func (b *Bodies) Empty() { b.room.Release(bodyRoom) }

// body is what was sent with a request, read when it is first asked for.
type body struct {
	limit int
	read  bool
	bytes []byte
	err   error
	taken int64 // of the room for all bodies
	end   context.CancelFunc

	parts    bool // a form with files is taken
	passed   bool // its files are read and not kept
	values   url.Values
	files    map[string][]sentFile
	open     []*os.File
	spooled  int   // files on the disk
	written  int64 // bytes on the disk
	onDisk   int64 // of the room for the files of all forms
	inMemory int   // bytes of files that were read
}

// LimitBody sets how many bytes of body this request may have; ShortBody when it is not called.
func (r *Request) LimitBody(bytes int) { r.sent.limit = bytes }

// Restart gives the request so much time from now on, whatever it had.
func (r *Request) Restart(time time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time)
	r.sent.end = cancel
	r.c.SetUserContext(ctx)
}

// Close gives back what the request held. web alone calls it, when the request is over.
func (r *Request) Close() {
	if r.sent.end != nil {
		r.sent.end()
	}
	for _, file := range r.sent.open {
		_ = file.Close() // it has no name: nothing of it is kept
	}
	r.sent.open, r.sent.files = nil, nil
	if r.sent.onDisk > 0 {
		r.site.Bodies.disk.Release(r.sent.onDisk)
		r.sent.onDisk = 0
	}
	if r.sent.taken > 0 {
		r.site.Bodies.room.Release(r.sent.taken)
		r.sent.taken = 0
	}
}

// raw returns the body, or a TooLarge error, or an *fiber.Error for one that cannot be read.
func (r *Request) raw() ([]byte, error) {
	if !r.sent.read {
		r.sent.read = true
		if r.sent.bytes, r.sent.err = r.readBody(); r.sent.err != nil {
			r.hangUp()
		}
	}
	return r.sent.bytes, r.sent.err
}

func (r *Request) readBody() ([]byte, error) {
	stream := r.c.Context().RequestBodyStream()
	if stream == nil {
		return nil, nil
	}
	limit := max(r.sent.limit, ShortBody)
	if r.c.Request().Header.ContentLength() > limit {
		return nil, civic.NewError(civic.TooLarge, "error.too_large")
	}
	return r.readUpTo(r.whole(stream), limit)
}

// whole returns the body as it comes, with an error where it ends before the length that was announced:
// fasthttp calls that its end.
func (r *Request) whole(stream io.Reader) io.Reader {
	return &announced{from: stream, left: r.c.Request().Header.ContentLength()}
}

// announced reads a body of which so many bytes are still to come; fewer than none when its length was not
// announced.
type announced struct {
	from io.Reader
	left int
}

// Read implements io.Reader.
func (a *announced) Read(p []byte) (int, error) {
	n, err := a.from.Read(p)
	if a.left >= 0 {
		if a.left -= n; a.left > 0 && errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// readUpTo reads r to its end into memory that grows with what came.
func (req *Request) readUpTo(r io.Reader, limit int) ([]byte, error) {
	b := make([]byte, 0, 4<<10)
	for {
		if len(b) == cap(b) {
			size := min(2*cap(b), limit+1)
			if err := req.reserve(size); err != nil {
				return nil, err
			}
			b = append(make([]byte, 0, size), b...)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case len(b) > limit:
			return nil, civic.NewError(civic.TooLarge, "error.too_large")
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return nil, unreadBody(err)
		}
	}
}

// reserve takes room for a body of size bytes, or returns an Unavailable error when others hold it for too
// long.
func (r *Request) reserve(size int) error {
	more := int64(size) - ShortBody - r.sent.taken
	if more <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), bodyPatience)
	defer cancel()
	if err := r.site.Bodies.room.Acquire(ctx, more); err != nil {
		return civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	r.sent.taken += more
	return nil
}

// diskPart is how much room on the disk is taken at a time.
const diskPart = 1 << 20

// reserveDisk takes room for so many bytes more on the disk, as reserve does in memory.
func (r *Request) reserveDisk(more int) error {
	r.sent.written += int64(more)
	for r.sent.onDisk < r.sent.written {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), bodyPatience)
		err := r.site.Bodies.disk.Acquire(ctx, diskPart)
		cancel()
		if err != nil {
			return civic.Wrap(civic.Unavailable, "error.unavailable", err)
		}
		r.sent.onDisk += diskPart
	}
	return nil
}

// RefuseBody leaves the body unread: nothing that it holds will be known, and the connection ends after the
// answer.
func (r *Request) RefuseBody(why error) {
	if !r.sent.read {
		r.sent.read, r.sent.err = true, why
		r.hangUp()
	}
}

// BringsFiles reports whether the body is a form with files that this request may bring.
func (r *Request) BringsFiles() bool {
	return r.sent.parts && strings.HasPrefix(r.c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm)
}

// unreadBody returns how a body is refused that ended before its end.
func unreadBody(err error) error {
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}

// hangUp ends the connection after the answer: nobody reads the rest of the body. The client may still read
// the answer.
func (r *Request) hangUp() {
	r.c.Context().SetConnectionClose()
	if c, ok := r.c.Context().Conn().(interface{ Linger() }); ok {
		c.Linger()
	}
}

// NoForm is the message of the error for a body that is not a form.
const NoForm = "error.media_type"

// CheckBody returns nil when the body is empty or a form within the limits; else an Invalid or TooLarge
// error, with the message NoForm when it is something else than a form, or an *fiber.Error when the body did
// not come as a whole.
func (r *Request) CheckBody() error {
	_, err := r.formValues()
	return err
}

func (r *Request) formValues() (url.Values, error) {
	contentType := r.c.Get(fiber.HeaderContentType)
	if r.BringsFiles() {
		return r.formParts(contentType)
	}
	b, err := r.raw()
	if err != nil {
		return nil, err
	}
	return parseForm(contentType, b)
}

// OneClick reports whether the body is what RFC 8058 has mail programs send, in either form it allows: a
// field List-Unsubscribe.
func (r *Request) OneClick() bool {
	b, err := r.raw()
	if err != nil {
		return false
	}
	contentType := r.c.Get(fiber.HeaderContentType)
	if media, params, err := mime.ParseMediaType(contentType); err == nil &&
		media == fiber.MIMEMultipartForm {
		return hasPart(b, params["boundary"], oneClickField)
	}
	values, err := parseForm(contentType, b)
	return err == nil && values.Has(oneClickField)
}

// oneClickField is the one field of a one-click unsubscription (RFC 8058 section 3.2).
const oneClickField = "List-Unsubscribe"

// maxParts is how many parts of a multipart body are looked at.
const maxParts = 10

// hasPart reports whether a multipart body has a field of that name.
func hasPart(body []byte, boundary, name string) bool {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range maxParts {
		part, err := parts.NextPart()
		if err != nil {
			return false
		}
		if part.FormName() == name {
			return true
		}
	}
	return false
}

// parseForm reads an URL-encoded body. Semicolons are no separators, names are valid UTF-8 without NUL;
// values may be anything.
func parseForm(contentType string, body []byte) (url.Values, error) {
	if len(body) == 0 {
		return url.Values{}, nil
	}
	media, params, err := mime.ParseMediaType(contentType)
	charset := params["charset"]
	if err != nil || media != fiber.MIMEApplicationForm ||
		charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, civic.NewError(civic.Invalid, NoForm)
	}
	text := string(body)
	if strings.Count(text, "&") >= MaxFields {
		return nil, civic.NewError(civic.TooLarge, "error.too_large")
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, civic.Wrap(civic.Invalid, "error.form", err)
	}
	for name := range values {
		if !isFieldName(name) {
			return nil, civic.NewError(civic.Invalid, "error.form")
		}
	}
	return values, nil
}

func isFieldName(name string) bool {
	return len(name) <= MaxName && utf8.ValidString(name) && !strings.ContainsRune(name, 0)
}
