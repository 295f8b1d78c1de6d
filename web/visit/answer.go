package visit

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/ui"
)

// Page answers with a component.
func (v *Visit) Page(status int, page templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer keepBuffer(b)
	if err := page.Render(ui.Answered(v.Context(), status), b); err != nil {
		return err
	}
	v.pageHeaders(status)
	tag := ""
	if v.Actor.Account == "" && status == http.StatusOK && !v.cookies {
		tag = tagOf(b.Bytes())
		v.c.Set(fiber.HeaderETag, `W/"`+tag+`"`)
		if v.hasTag(`"` + tag + `"`) {
			return v.c.SendStatus(http.StatusNotModified)
		}
	}
	return v.send(b.Bytes(), tag)
}

// pageHeaders sets what every page says of itself.
func (v *Visit) pageHeaders(status int) {
	v.c.Status(status)
	v.c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	v.c.Set(fiber.HeaderContentLanguage, string(v.Lang))
	v.c.Set(fiber.HeaderVary, "Accept-Encoding, Accept-Language, Cookie")
	v.private()
}

// send answers with a page, compressed when the browser can read that; tag names one that others will ask for too.
func (v *Visit) send(page []byte, tag string) error {
	again := tag != "" && v.site.Pressed.again(tag)
	encoding := encodingFor(v.c.Get(fiber.HeaderAcceptEncoding), again)
	switch {
	case encoding == "":
		page = bytes.Clone(page) // it is written over
	case again:
		page = v.site.Pressed.of(tag, encoding, page)
	default:
		page = compressed(page, encoding)
	}
	if encoding != "" {
		v.c.Set(fiber.HeaderContentEncoding, encoding)
	}
	if v.keep != nil && tag != "" {
		v.keep(remembered{tag: tag, encoding: encoding, page: page})
	}
	return v.c.Send(page)
}

// Inset answers with a whole HTML document that was not made here, such as a mail, to be shown in a sandboxed frame of a page of
// ours. It may run nothing, load nothing, and has no style but the one whose hash is given ("'sha256-…'").
func (v *Visit) Inset(document, styleHash string) error {
	v.c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	v.c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'; style-src "+styleHash+"; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	v.c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	v.private()
	return v.c.SendString(document)
}

// private keeps pages of signed-in people out of every cache and those of visitors out of shared ones.
func (v *Visit) private() {
	if v.Actor.Account != "" {
		v.c.Set(fiber.HeaderCacheControl, "no-store")
		return
	}
	v.c.Set(fiber.HeaderCacheControl, "private, no-cache")
}

// Download answers with a file to be saved under name.
func (v *Visit) Download(name, mediaType string, body []byte) error {
	v.c.Set(fiber.HeaderContentType, mediaType)
	v.c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	v.private()
	return v.c.Send(body)
}

// Feed answers with a document that programs ask for again and again: who has it already, by its tag or by its time, gets 304 and
// no body.
func (v *Visit) Feed(mediaType string, modified time.Time, body []byte) error {
	tag := `"` + tagOf(body) + `"`
	v.c.Set(fiber.HeaderContentType, mediaType)
	v.c.Set(fiber.HeaderETag, tag)
	v.c.Set(fiber.HeaderLastModified, modified.UTC().Format(http.TimeFormat))
	v.c.Set(fiber.HeaderCacheControl, "public, no-cache")
	if v.has(tag, modified) {
		return v.c.SendStatus(http.StatusNotModified)
	}
	return v.c.Send(body)
}

// has reports whether the request names the tag, or, naming none, a time at which the document was the same (RFC 9110, 13.2.2).
func (v *Visit) has(tag string, modified time.Time) bool {
	if v.c.Get(fiber.HeaderIfNoneMatch) != "" {
		return v.hasTag(tag)
	}
	since, err := http.ParseTime(v.c.Get(fiber.HeaderIfModifiedSince))
	return err == nil && !modified.Truncate(time.Second).After(since)
}

// hasTag reports whether the request names the tag of what it has.
func (v *Visit) hasTag(tag string) bool {
	return slices.ContainsFunc(strings.Split(v.c.Get(fiber.HeaderIfNoneMatch), ","), func(s string) bool {
		s = strings.TrimSpace(s)
		return s == "*" || strings.TrimPrefix(s, "W/") == tag
	})
}

// Redirect answers 303 to a path of this site, with messages for the page shown next. Any other target leads to "/".
func (v *Visit) Redirect(path string, flash ...civic.Message) error {
	if len(flash) > 0 {
		v.setFlash(flash)
	}
	v.private()
	v.c.Set(fiber.HeaderLocation, v.target(path))
	return v.c.SendStatus(http.StatusSeeOther)
}

// target returns where a path of this site leads, in the language that this address asked for; "/" for any other path.
func (v *Visit) target(path string) string {
	if !Local(path) {
		path = "/"
	}
	if asked := chosen(v.c); asked != "" && !strings.Contains(path, ui.LangParam+"=") {
		return ui.WithParam(path, ui.LangParam, string(asked))
	}
	return path
}

// Moved answers 301 to a path of this site: the address that was asked for will not do again. Any other target leads to "/".
func (v *Visit) Moved(path string) error {
	v.private()
	v.c.Set(fiber.HeaderLocation, v.target(path))
	return v.c.SendStatus(http.StatusMovedPermanently)
}

// Leave answers 303 to an address of another host, for a sign-in at an identity provider. target comes from configuration,
// never from the request.
func (v *Visit) Leave(target string) error {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return civic.Wrap(civic.Internal, "error.internal", errors.New("visit: leave for an address that is not absolute"))
	}
	v.private()
	v.c.Set(fiber.HeaderLocation, target)
	return v.c.SendStatus(http.StatusSeeOther)
}

// Empty answers with a status and no page, for machines: a mail client that unsubscribes with one click.
func (v *Visit) Empty(status int) error {
	v.c.Status(status)
	return nil
}
