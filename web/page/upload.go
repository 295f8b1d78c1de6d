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

	"ascolto/internal/civic"
)

// maxFormParts is how many fields and files a form with files may have.
const maxFormParts = 50

// TakeFiles lets the request bring a form with files (RFC 7578). The whole of it counts for the route's bytes
// of body.
func (r *Request) TakeFiles() { r.sent.parts = true }

// File returns what was sent as the file of a name, nil when none was chosen or it cannot be read any more,
// which is noted as a problem. Neither its name nor the kind the sender says it is are kept: neither can be
// trusted. What it takes in memory counts for the room that all bodies have.
func (f *Form) File(name string) []byte {
	file := f.r.sent.files[name]
	if file == nil {
		return nil
	}
	content, err := f.r.readFile(file)
	f.problems.Check(name, err)
	return content
}

func (r *Request) readFile(file *os.File) ([]byte, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if err := r.reserve(int(size)); err != nil {
		return nil, err
	}
	content := make([]byte, size)
	_, err = file.ReadAt(content, 0)
	return content, err
}

// formParts reads a form with files from its sender: the fields by the rules of parseForm, into memory, and
// of each name the first file that is not empty, onto the disk. It is read once.
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
	sender := &limitedSender{from: r.whole(stream), left: limit}
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
		case n >= maxFormParts:
			return nil, civic.NewError(civic.TooLarge, "error.too_large")
		}
		if err := r.readPart(part, values, &memory); err != nil {
			return nil, cmp.Or(sender.err, err)
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
	if _, isFile := params["filename"]; isFile {
		return r.keepFile(name, part)
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
func (r *Request) keepFile(name string, from io.Reader) error {
	file, err := os.CreateTemp("", "ascolto-upload-")
	if err != nil {
		return roomless(err)
	}
	r.sent.open = append(r.sent.open, file)
	if err := os.Remove(file.Name()); err != nil {
		return err
	}
	size, err := io.Copy(file, from)
	if errors.Is(err, syscall.ENOSPC) {
		return roomless(err)
	}
	if err != nil {
		return civic.Wrap(civic.Invalid, "error.form", err)
	}
	if size > 0 && r.sent.files[name] == nil {
		if r.sent.files == nil {
			r.sent.files = map[string]*os.File{}
		}
		r.sent.files[name] = file
	}
	return nil
}

// roomless returns a Full error for a disk that is full, else err.
func roomless(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
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
