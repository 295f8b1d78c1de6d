package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"ascolto/web/locale"
	"ascolto/web/ui"
)

// chosen returns the language that the address asks for, empty when it asks for none.
func chosen(c *fiber.Ctx) locale.Lang {
	l, err := locale.ParseLang(c.Query(ui.LangParam))
	if err != nil {
		return ""
	}
	return l
}

// follow has the browser keep a language that was chosen on a page of this site. An address that came from
// elsewhere speaks its language for this page alone.
func (r *Request) follow(l locale.Lang) {
	if l != "" && r.fromHere() && r.c.Cookies(r.CookieName(langCookie)) != string(l) {
		r.Speak(l)
	}
}

// fromHere reports whether a link of this site led to the page.
func (r *Request) fromHere() bool {
	if site := r.c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	return strings.HasPrefix(r.c.Get(fiber.HeaderReferer), r.site.Origin+"/")
}

// Findable tells that search engines may list the page; web says so by the route.
func (r *Request) Findable(yes bool) { r.findable = yes }

// address returns where search engines find this page, empty when they should not. What a reader has narrowed
// down is not listed: only the language and the part of a list may be named.
func (r *Request) address() string {
	if !r.findable || r.c.Method() != http.MethodGet && r.c.Method() != http.MethodHead {
		return ""
	}
	address, cursor := r.site.Origin+r.Path(), ""
	for key, value := range r.c.Context().QueryArgs().All() {
		switch string(key) {
		case ui.LangParam:
		case ui.CursorParam:
			cursor = string(value)
		default:
			return ""
		}
	}
	return ui.WithParam(address, ui.CursorParam, cursor)
}

// URN returns a name for something of this installation that stays when its address changes.
func (r *Request) URN(of string) string {
	sum := sha256.Sum256([]byte(r.site.Vault.Digest(purpose+"urn", of)))
	id := sum[:16]
	// a UUID of version 8: made as its maker likes (RFC 9562, 5.8)
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	h := hex.EncodeToString(id)
	return "urn:uuid:" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// tagOf returns an entity tag for a body.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// ForgetSite has the browser drop what it keeps of this site's pages, for a sign-out on a shared machine.
// Cookies stay: one of them makes the browser known at the next sign-in.
func (r *Request) ForgetSite() { r.c.Set("Clear-Site-Data", `"cache", "storage"`) }
