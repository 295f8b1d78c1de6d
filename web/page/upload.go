package page

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"

	"ascolto/internal/civic"
)

// maxFormParts is how many fields and files a form with files may have.
const maxFormParts = 50

// TakeFiles lets the request bring a form with files (RFC 7578). The whole of it counts for the route's bytes
// of body.
func (r *Request) TakeFiles() { r.sent.parts = true }

// File returns what was sent as the file of a name, nil when none was chosen. Neither its name nor the kind
// the sender says it is are kept: neither can be trusted.
func (f *Form) File(name string) []byte { return f.r.sent.files[name] }

// parseParts reads a form with files: its fields by the rules of parseForm, and of each name the first file
// that is not empty.
func parseParts(contentType string, body []byte) (url.Values, map[string][]byte, error) {
	values, files := url.Values{}, map[string][]byte{}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return nil, nil, civic.NewError(civic.Invalid, NoForm)
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		switch {
		case errors.Is(err, io.EOF) && n > 0:
			return values, files, nil
		case err != nil:
			return nil, nil, civic.Wrap(civic.Invalid, "error.form", err)
		case n >= maxFormParts:
			return nil, nil, civic.NewError(civic.TooLarge, "error.too_large")
		}
		if err := readPart(part, values, files); err != nil {
			return nil, nil, err
		}
	}
}

// readPart adds a part to the fields or to the files.
func readPart(part *multipart.Part, values url.Values, files map[string][]byte) error {
	name := part.FormName()
	content, err := io.ReadAll(part)
	if err != nil || name == "" || !isFieldName(name) {
		return civic.Wrap(civic.Invalid, "error.form", err)
	}
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if _, isFile := params["filename"]; !isFile {
		values.Add(name, string(content))
	} else if len(content) > 0 && files[name] == nil {
		files[name] = content
	}
	return nil
}
