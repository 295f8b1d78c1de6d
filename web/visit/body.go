package visit

import (
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
)

// NoForm is the message of the error for a body that is not a form.
const NoForm = "error.media_type"

// CheckBody returns nil when the body is empty or a form within the limits; else an Invalid or TooLarge error; with the
// message NoForm when it is something else than a form.
func (v *Visit) CheckBody() error {
	_, err := parseForm(v.c.Get(fiber.HeaderContentType), v.c.BodyRaw())
	return err
}

// parseForm reads an URL-encoded body. Semicolons are no separators, names are valid UTF-8 without NUL; values may be anything.
func parseForm(contentType string, body []byte) (url.Values, error) {
	if len(body) == 0 {
		return url.Values{}, nil
	}
	media, params, err := mime.ParseMediaType(contentType)
	charset := params["charset"]
	if err != nil || media != fiber.MIMEApplicationForm || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, civic.NewError(civic.Invalid, NoForm)
	}
	text := string(body)
	if strings.Count(text, "&") >= MaxFields || len(body) > MaxBodyBytes {
		return nil, civic.NewError(civic.TooLarge, "error.too_large")
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, civic.Wrap(civic.Invalid, "error.form", err)
	}
	for name := range values {
		if len(name) > MaxName || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
			return nil, civic.NewError(civic.Invalid, "error.form")
		}
	}
	return values, nil
}
