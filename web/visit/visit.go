// Package visit shows one HTTP request to the handlers: who asks, in which language, what they sent, and the few ways to
// answer. Everything a Visit gives out is a copy that may be kept after the handler has returned.
package visit

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/internal/vault"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

// Handler answers one kind of request: it parses the form, calls one service, and redirects or shows a page. An error it
// returns becomes the page of that error.
type Handler func(v *Visit) error

// Site is what all visits of one server share.
type Site struct {
	Locale   *locale.Catalogues
	Town     ui.Municipality
	Vault    *vault.Vault
	Log      *slog.Logger
	Bodies   *Bodies
	Pressed  *Pressed
	Memory   *Memory
	Origin   string // "https://ascolto.example", without a slash at the end
	Secure   bool   // the origin is https, so cookies are Secure and carry the __Host- prefix
	Sections []ui.NavItem
	Desk     func(civic.Actor) []ui.NavItem      // what of the desk's navigation an actor sees
	Logo     func(context.Context) sitepage.Logo // nil: the program's sign
	Patience Patience                            // with whoever downloads; the usual one when zero
}

// Visit is one request and the answer to it. It must not be used by two goroutines at once.
type Visit struct {
	Actor   civic.Actor
	Lang    locale.Lang
	L       *locale.Localizer
	Session string // names the session the actor signed in with, empty for visitors; not the secret that is in the cookie
	Client  string // the address of the client as far as it can be trusted, to count tries by; never to be logged
	Request string // the id of this request
	site    *Site
	c       *fiber.Ctx
	form    *Form
	sent    body
	object  *Object

	program  bool             // the address is one for programs
	findable bool             // search engines may list it
	cookies  bool             // the answer sets one
	keep     func(remembered) // remembers the page as it is sent; nil when it is not to be
	anon     string
}

// New returns the visit of c. web alone calls it.
func New(site *Site, c *fiber.Ctx, request, client string) *Visit {
	v := &Visit{site: site, c: c, Request: request, Client: client, Actor: civic.Visitor(request)}
	v.Lang = site.Locale.Match(c.Get(fiber.HeaderAcceptLanguage))
	if v.program = isProgram(c.Path()); v.program {
		v.L = site.Locale.In(v.Lang)
		return v
	}
	if l, err := locale.ParseLang(c.Cookies(v.CookieName(langCookie))); err == nil {
		v.Lang = l
	}
	asked := chosen(c)
	if asked != "" {
		v.Lang = asked
	}
	v.L = site.Locale.In(v.Lang)
	v.follow(asked)
	return v
}

// Context ends when the request's time is up.
func (v *Visit) Context() context.Context { return v.c.UserContext() }

// T returns the text of key in the reader's language.
func (v *Visit) T(key string, args ...civic.Args) string { return v.L.T(key, args...) }

// Town returns the municipality the site belongs to.
func (v *Visit) Town() ui.Municipality { return v.site.Town }

// In returns the texts of another language than the reader's.
func (v *Visit) In(l locale.Lang) *locale.Localizer { return v.site.Locale.In(l) }

// Param returns the part of the path that the route names, decoded; empty when it is not valid.
func (v *Visit) Param(name string) string {
	s, err := url.PathUnescape(v.c.Params(name))
	if err != nil {
		return ""
	}
	return s
}

// ID returns the part of the path that the route names as an id, or a NotFound error.
func (v *Visit) ID(name string) (civic.ID, error) {
	id, err := civic.ParseID(v.Param(name))
	if err != nil {
		return "", civic.NewError(civic.NotFound, "error.not_found")
	}
	return id, nil
}

// Query returns the first value of a query parameter. Use it for reading only: what changes something is read from Form.
func (v *Visit) Query(name string) string { return v.c.Query(name) }

// Queries returns all query parameters.
func (v *Visit) Queries() url.Values {
	values := url.Values{}
	for key, value := range v.c.Context().QueryArgs().All() {
		values.Add(string(key), string(value))
	}
	return values
}

// PageRequest returns which part of a list the query asks for.
func (v *Visit) PageRequest() civic.PageRequest {
	return civic.PageRequest{Cursor: v.Query(ui.CursorParam)}.Normal()
}

// Path returns the path of the request as it was sent.
func (v *Visit) Path() string { return v.c.Path() }

// Absolute returns the address of a local path from outside, built from the configured origin and never from the request.
func (v *Visit) Absolute(path string) string { return v.site.Origin + path }

// Frame returns the surroundings of a page with this title, already in the reader's language. It takes the flash messages, so
// ask for it once a page.
func (v *Visit) Frame(title string) ui.Frame {
	f := ui.Frame{
		L: v.L, Title: title, Path: v.Path(), URL: v.c.OriginalURL(), Town: v.site.Town,
		Logo: v.frameLogo(), Sections: v.site.Sections, Flash: v.takeFlash(), Token: v.Token, Address: v.address(), Asked: chosen(v.c),
	}
	if v.c.Method() != http.MethodGet && v.c.Method() != http.MethodHead {
		f.URL = f.Path
	}
	if v.Actor.Account != "" {
		f.User = &ui.User{Name: cmp.Or(v.Actor.Name, v.T("core.personal_area")), Staff: v.Actor.IsStaff()}
	}
	if v.site.Desk != nil && f.User != nil {
		f.Desk = v.site.Desk(v.Actor)
	}
	return f
}

// NewForm returns a fresh form that shows values, nil for an empty one.
func (v *Visit) NewForm(values url.Values) ui.Form {
	if values == nil {
		values = url.Values{}
	}
	return ui.NewForm(v.L, v.Token(), NewFormKey(), values, nil)
}

// NewFormKey returns a random key for a form: what is stored from the form takes its id from it, so that sending it twice
// stores it once.
func NewFormKey() string { return rand.Text() }
