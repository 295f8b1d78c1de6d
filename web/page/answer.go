package page

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
func (r *Request) Page(status int, page templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer keepBuffer(b)
	if err := page.Render(ui.Answered(r.Context(), status), b); err != nil {
		return err
	}
	r.pageHeaders(status)
	tag := ""
	if r.Actor.Account == "" && status == http.StatusOK && !r.cookies && !r.secret {
		tag = tagOf(b.Bytes())
		r.c.Set(fiber.HeaderETag, `W/"`+tag+`"`)
		if r.hasTag(`"` + tag + `"`) {
			return r.c.SendStatus(http.StatusNotModified)
		}
	}
	return r.send(b.Bytes(), tag)
}

// pageHeaders sets what every page says of itself.
func (r *Request) pageHeaders(status int) {
	r.c.Status(status)
	r.c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	r.c.Set(fiber.HeaderContentLanguage, string(r.Lang))
	r.c.Set(fiber.HeaderVary, "Accept-Encoding, Accept-Language, Cookie")
	r.private()
}

// send answers with a page, compressed when the browser can read that; tag names one that others will ask for
// too.
func (r *Request) send(page []byte, tag string) error {
	again := tag != "" && r.site.Compressed.again(tag)
	encoding := encodingFor(r.c.Get(fiber.HeaderAcceptEncoding), again)
	switch {
	case encoding == "":
		page = bytes.Clone(page) // it is written over
	case again:
		page = r.site.Compressed.of(tag, encoding, page)
	default:
		page = compressed(page, encoding)
	}
	if encoding != "" {
		r.c.Set(fiber.HeaderContentEncoding, encoding)
	}
	if r.keep != nil && tag != "" {
		r.keep(remembered{tag: tag, encoding: encoding, page: page})
	}
	return r.c.Send(page)
}

// Inset answers with a whole HTML document that was not made here, such as a mail, to be shown in a sandboxed
// frame of a page of ours. It may run nothing, load nothing, and has no style but the one whose hash is given
// ("'sha256-…'").
func (r *Request) Inset(document, styleHash string) error {
	r.c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	r.c.Set(fiber.HeaderContentSecurityPolicy,
		"sandbox; default-src 'none'; style-src "+styleHash+
			"; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	r.c.Set(fiber.HeaderXFrameOptions, "SAMEORIGIN")
	r.private()
	return r.c.SendString(document)
}

// AllowPosition lets the page that is answered ask the browser where its reader is; the browser asks them.
func (r *Request) AllowPosition() {
	policy := r.c.GetRespHeader(fiber.HeaderPermissionsPolicy)
	r.c.Set(fiber.HeaderPermissionsPolicy, strings.Replace(policy, "geolocation=()", "geolocation=(self)", 1))
}

// private keeps pages of signed-in people, and those with a secret, out of every cache and those of visitors
// out of shared ones.
func (r *Request) private() {
	if r.Actor.Account != "" || r.secret {
		r.c.Set(fiber.HeaderCacheControl, "no-store")
		return
	}
	r.c.Set(fiber.HeaderCacheControl, "private, no-cache")
}

// Download answers with a file to be saved under name.
func (r *Request) Download(name, mediaType string, body []byte) error {
	r.c.Set(fiber.HeaderContentType, mediaType)
	r.c.Set(fiber.HeaderContentDisposition,
		mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	r.private()
	return r.c.Send(body)
}

// Feed answers with a document that programs ask for again and again: who has it already, by its tag or by
// its time, gets 304 and no body.
func (r *Request) Feed(mediaType string, modified time.Time, body []byte) error {
	tag := `"` + tagOf(body) + `"`
	r.c.Set(fiber.HeaderContentType, mediaType)
	r.c.Set(fiber.HeaderETag, tag)
	r.c.Set(fiber.HeaderLastModified, modified.UTC().Format(http.TimeFormat))
	r.c.Set(fiber.HeaderCacheControl, "public, no-cache")
	if r.has(tag, modified) {
		return r.c.SendStatus(http.StatusNotModified)
	}
	return r.c.Send(body)
}

// has reports whether the request names the tag, or, naming none, a time at which the document was the same
// (RFC 9110, 13.2.2).
func (r *Request) has(tag string, modified time.Time) bool {
	if r.c.Get(fiber.HeaderIfNoneMatch) != "" {
		return r.hasTag(tag)
	}
	since, err := http.ParseTime(r.c.Get(fiber.HeaderIfModifiedSince))
	return err == nil && !modified.Truncate(time.Second).After(since)
}

// hasTag reports whether the request names the tag of what it has.
func (r *Request) hasTag(tag string) bool {
	return slices.ContainsFunc(strings.Split(r.c.Get(fiber.HeaderIfNoneMatch), ","), func(s string) bool {
		s = strings.TrimSpace(s)
		return s == "*" || strings.TrimPrefix(s, "W/") == tag
	})
}

// Redirect answers 303 to a path of this site, with messages for the page shown next. Any other target leads
// to "/".
func (r *Request) Redirect(path string, flash ...civic.Message) error {
	if len(flash) > 0 {
		r.setFlash(flash)
	}
	r.private()
	r.c.Set(fiber.HeaderLocation, r.target(path))
	return r.c.SendStatus(http.StatusSeeOther)
}

// target returns where a path of this site leads, in the language that this address asked for; "/" for any
// other path.
func (r *Request) target(path string) string {
	if !Local(path) {
		path = "/"
	}
	if asked := chosen(r.c); asked != "" && !strings.Contains(path, ui.LangParam+"=") {
		return ui.WithParam(path, ui.LangParam, string(asked))
	}
	return path
}

// Moved answers 301 to a path of this site: the address that was asked for will not do again. Any other
// target leads to "/".
func (r *Request) Moved(path string) error {
	r.private()
	r.c.Set(fiber.HeaderLocation, r.target(path))
	return r.c.SendStatus(http.StatusMovedPermanently)
}

// Leave answers 303 to an address of another host, for a sign-in at an identity provider. target comes from
// configuration, never from the request.
func (r *Request) Leave(target string) error {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return civic.Wrap(civic.Internal, "error.internal",
			errors.New("page: leave for an address that is not absolute"))
	}
	r.private()
	r.c.Set(fiber.HeaderLocation, target)
	return r.c.SendStatus(http.StatusSeeOther)
}

// Empty answers with a status and no page, for machines: a mail client that unsubscribes with one click.
func (r *Request) Empty(status int) error {
	r.c.Status(status)
	return nil
}
