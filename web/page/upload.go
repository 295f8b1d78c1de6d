package page

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"os"
	"syscall"
	"time"

	"ascolto/internal/civic"
)

// maxSpooled is how many files of one form are kept until the request is over; those beyond are counted.
const maxSpooled = 50

// How long a form with files may take to come, and how long nothing of it may.
const (
	uploadTime  = 10 * time.Minute
	uploadPause = 30 * time.Second
)

// sentFile is a file of a form on the disk; file is nil for one beyond maxSpooled.
type sentFile struct {
	name string // what the sender calls it
	size int64
	file *os.File
}

// TakeFiles lets the request bring a form with files (RFC 7578). The whole of it counts for the route's bytes
// of body.
func (r *Request) TakeFiles() { r.sent.parts = true }

// PassFiles has the request read past its files, for whoever may not bring any: of the form only the fields
// are known, and nothing of it comes to the disk.
func (r *Request) PassFiles() { r.sent.passed = true }

// File returns what was sent as the file of a name, nil when none was chosen or it cannot be read any more,
// which is noted as a problem. Neither its name nor the kind the sender says it is are kept: neither can be
// trusted. What it takes in memory counts for the room that all bodies have.
func (f *Form) File(name string) []byte {
	for _, sent := range f.r.sent.files[name] {
		if sent.size > 0 && sent.file != nil {
			content, err := f.r.readFile(sent)
			f.problems.Check(name, err)
			return content
		}
	}
	return nil
}

func (r *Request) readFile(sent sentFile) ([]byte, error) {
	if err := r.reserve(r.sent.inMemory + int(sent.size)); err != nil {
		return nil, err
	}
	r.sent.inMemory += int(sent.size)
	content := make([]byte, sent.size)
	_, err := sent.file.ReadAt(content, 0)
	return content, err
}

// formParts reads a form with files from its sender: the fields by the rules of parseForm, into memory, and
// files onto the disk. It is read once.
func (r *Request) formParts(contentType string) (url.Values, error) {
	if !r.sent.read {
		r.sent.read = true
		if r.sent.values, r.sent.err = r.readParts(contentType); r.sent.err != nil {
			r.hangUp()
		}
	}
	return r.sent.values, r.sent.err
}

func (r *Request) readParts(contentType string) (url.Values, error) {
	_, params, err := mime.ParseMediaType(contentType)
	stream := r.c.Context().RequestBodyStream()
	if err != nil || params["boundary"] == "" || stream == nil {
		return nil, civic.NewError(civic.Invalid, NoForm)
	}
	limit := max(r.sent.limit, ShortBody)
	if r.c.Request().Header.ContentLength() > limit {
		return nil, civic.NewError(civic.TooLarge, "error.too_large")
	}
	sender := &limitedSender{from: r.patient(r.whole(stream)), left: limit}
	values := url.Values{}
	parts, memory := multipart.NewReader(sender, params["boundary"]), ShortBody
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		switch {
		case sender.err != nil:
			return nil, sender.err
		case err == io.EOF && n > 0: // bare only after the last boundary; wrapped where the form breaks off
			_, err := io.Copy(io.Discard, sender) // what comes after the last part means nothing
			return values, err
		case err != nil:
			return nil, civic.Wrap(civic.Invalid, "error.form", err)
		case n >= MaxFields:
			return nil, civic.NewError(civic.TooLarge, "error.too_large")
		}
		if err := r.readPart(part, values, &memory); err != nil {
			return values, cmp.Or(sender.err, err)
		}
	}
}

// readPart adds a part to the fields, which may take so many bytes more, or to the files.
func (r *Request) readPart(part *multipart.Part, values url.Values, memory *int) error {
	name := part.FormName()
	if name == "" || !isFieldName(name) {
		return civic.NewError(civic.Invalid, "error.form")
	}
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if called, isFile := params["filename"]; isFile {
		if token := values.Get("csrf"); token != "" && !r.TokenFits(token) {
			return r.Misfit() // before megabytes are read for nobody
		}
		return r.keepFile(name, called, part)
	}
	content, err := io.ReadAll(io.LimitReader(part, int64(*memory)+1))
	if err != nil {
		return civic.Wrap(civic.Invalid, "error.form", err)
	}
	if *memory -= len(content); *memory < 0 {
		return civic.NewError(civic.TooLarge, "error.too_large")
	}
	values.Add(name, string(content))
	return nil
}

// keepFile writes a file to the disk, until the request is over. It has no name there: nothing is left of it
// when the program dies.
// What a browser sends for no file chosen, without name and content, is none.
func (r *Request) keepFile(name, called string, from io.Reader) error {
	if r.sent.passed || r.sent.spooled >= maxSpooled {
		n, err := io.Copy(io.Discard, from)
		if n > 0 {
			r.noteFile(name, sentFile{name: called, size: n})
		}
		return formFault(err)
	}
	file, err := os.CreateTemp("", "ascolto-upload-")
	if err != nil {
		return roomless(err)
	}
	r.sent.open = append(r.sent.open, file)
	if err := os.Remove(file.Name()); err != nil {
		return err
	}
	size, err := io.Copy(&spool{r, file}, from)
	if err != nil {
		return formFault(err)
	}
	if r.sent.spooled++; size > 0 || called != "" {
		r.noteFile(name, sentFile{called, size, file})
	}
	return nil
}

func (r *Request) noteFile(name string, sent sentFile) {
	if r.sent.files == nil {
		r.sent.files = map[string][]sentFile{}
	}
	r.sent.files[name] = append(r.sent.files[name], sent)
}

// formFault returns how a form is refused that could not be read or written to the disk.
func formFault(err error) error {
	if _, ok := errors.AsType[*civic.Error](err); ok || err == nil {
		return err
	}
	if isFull(err) {
		return roomless(err)
	}
	return civic.Wrap(civic.Invalid, "error.form", err)
}

// spool writes a file onto the disk as long as there is room for the files of all forms.
type spool struct {
	r    *Request
	file *os.File
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	if err := s.r.reserveDisk(len(p)); err != nil {
		return 0, err
	}
	return s.file.Write(p)
}

func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// patient returns a body that may come slowly as long as it comes.
func (r *Request) patient(from io.Reader) io.Reader {
	return &patient{from: from, wait: r.c.Context().SetReadDeadline, ends: time.Now().Add(uploadTime)}
}

type patient struct {
	from io.Reader
	wait func(time.Time) error
	ends time.Time
}

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	until := time.Now().Add(uploadPause)
	if until.After(p.ends) {
		until = p.ends
	}
	if err := p.wait(until); err != nil {
		return 0, err
	}
	return p.from.Read(b)
}

// roomless returns a Full error for a disk that is full, else err.
func roomless(err error) error {
	if isFull(err) {
		return civic.Wrap(civic.Full, "error.full", err)
	}
	return err
}

// limitedSender reads what a client sends, up to a number of bytes, and keeps why it could not go on.
type limitedSender struct {
	from io.Reader
	left int
	err  error
}

// Read implements io.Reader.
func (s *limitedSender) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.from.Read(p)
	if s.left -= n; s.left < 0 {
		s.err = civic.NewError(civic.TooLarge, "error.too_large")
		return 0, s.err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = unreadBody(err)
		err = s.err
	}
	return n, err
}
