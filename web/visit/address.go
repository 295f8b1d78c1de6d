package visit

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

// follow has the browser keep a language that was chosen on a page of this site. An address that came from elsewhere speaks its
// language for this page alone.
func (v *Visit) follow(l locale.Lang) {
	if l != "" && v.fromHere() && v.c.Cookies(v.CookieName(langCookie)) != string(l) {
		v.Speak(l)
	}
}

// fromHere reports whether a link of this site led to the page.
func (v *Visit) fromHere() bool {
	if site := v.c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	return strings.HasPrefix(v.c.Get(fiber.HeaderReferer), v.site.Origin+"/")
}

// Findable tells that search engines may list the page; web says so by the route.
func (v *Visit) Findable(yes bool) { v.findable = yes }

// address returns where search engines find this page, empty when they should not. What a reader has narrowed down is not listed: only
// the language and the part of a list may be named.
func (v *Visit) address() string {
	if !v.findable || v.c.Method() != http.MethodGet && v.c.Method() != http.MethodHead {
		return ""
	}
	address, cursor := v.site.Origin+v.Path(), ""
	for key, value := range v.c.Context().QueryArgs().All() {
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
func (v *Visit) URN(of string) string {
	sum := sha256.Sum256([]byte(v.site.Vault.Digest(purpose+"urn", of)))
	id := sum[:16]
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8: made as its maker likes (RFC 9562, 5.8)
	h := hex.EncodeToString(id)
	return "urn:uuid:" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// tagOf returns an entity tag for a body.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// ForgetSite has the browser drop what it keeps of this site's pages, for a sign-out on a shared machine. Cookies stay: one of them
// makes the browser known at the next sign-in.
func (v *Visit) ForgetSite() { v.c.Set("Clear-Site-Data", `"cache", "storage"`) }
