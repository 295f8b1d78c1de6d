// Package page shows one HTTP request to the handlers: who asks, in which language, what they sent, and the
// few ways to answer. Everything a Request gives out is a copy that may be kept after the handler has
// returned.
package page

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

// Handler answers one kind of request: it parses the form, calls one service, and redirects or shows a page.
// An error it returns becomes the page of that error.
type Handler func(r *Request) error

// Site is what all requests to one server share.
type Site struct {
	Locale     *locale.Catalogues
	Town       ui.Municipality
	Vault      *vault.Vault
	Log        *slog.Logger
	Bodies     *Bodies
	Compressed *Compressed
	Cache      *Cache
	Streams    *Streams
	// Who returns who acts in the session with a secret, with their permissions as of now, and its name; a
	// visitor where there is no secret. Unauthenticated when the session has ended.
	Who func(ctx context.Context, secret string, byPerson bool) (civic.Actor, string, error)

	Origin   string // "https://ascolto.example", without a slash at the end
	Secure   bool   // the origin is https, so cookies are Secure and carry the __Host- prefix
	Sections []ui.NavItem
	Desk     func(civic.Actor) []ui.NavItem      // what of the desk's navigation an actor sees
	Logo     func(context.Context) sitepage.Logo // nil: the program's sign
	Times    StreamTimes                         // with whoever downloads; the usual one when zero
}

// Request is one request and the answer to it. It must not be used by two goroutines at once.
type Request struct {
	Actor civic.Actor
	Lang  locale.Lang
	L     *locale.Localizer
	// names the session the actor signed in with, empty for visitors; not the secret that is in the cookie
	Session string
	// the address of the client as far as it can be trusted, to count tries by; never to be logged
	Client    string
	RequestID string // the id of this request
	site      *Site
	c         *fiber.Ctx
	form      *Form
	sent      body
	object    *Object

	recount  func(*Request) []ui.Written // tells what the form said; nil: Form.Written
	program  bool                        // the address is one for programs
	findable bool                        // search engines may list it
	cookies  bool                        // the answer sets one
	secret   bool                        // the browser showed one: it keeps no answer
	keep     func(remembered)            // remembers the page as it is sent; nil when it is not to be
	anon     string
}

// New returns the request of c. web alone calls it.
func New(site *Site, c *fiber.Ctx, request, client string) *Request {
	r := &Request{site: site, c: c, RequestID: request, Client: client, Actor: civic.Visitor(request)}
	r.Lang = site.Locale.Match(c.Get(fiber.HeaderAcceptLanguage))
	if r.program = isProgram(c.Path()); r.program {
		r.L = site.Locale.In(r.Lang)
		return r
	}
	if l, err := locale.ParseLang(c.Cookies(r.CookieName(langCookie))); err == nil {
		r.Lang = l
	}
	asked := chosen(c)
	if asked != "" {
		r.Lang = asked
	}
	r.L = site.Locale.In(r.Lang)
	r.follow(asked)
	return r
}

// RecountBy has what the form said told by tell; nil: by the form.
func (r *Request) RecountBy(tell func(*Request) []ui.Written) { r.recount = tell }

// Written returns what the form said, for a page that gives it back.
func (r *Request) Written() []ui.Written {
	if r.recount != nil {
		return r.recount(r)
	}
	return r.Form().Written()
}

// Context ends when the request's time is up.
func (r *Request) Context() context.Context { return r.c.UserContext() }

// T returns the text of key in the reader's language.
func (r *Request) T(key string, args ...civic.Args) string { return r.L.T(key, args...) }

// Town returns the municipality the site belongs to.
func (r *Request) Town() ui.Municipality { return r.site.Town }

// In returns the texts of another language than the reader's.
func (r *Request) In(l locale.Lang) *locale.Localizer { return r.site.Locale.In(l) }

// Param returns the part of the path that the route names, decoded; empty when it is not valid.
func (r *Request) Param(name string) string {
	s, err := url.PathUnescape(r.c.Params(name))
	if err != nil {
		return ""
	}
	return s
}

// ID returns the part of the path that the route names as an id, or a NotFound error.
func (r *Request) ID(name string) (civic.ID, error) {
	id, err := civic.ParseID(r.Param(name))
	if err != nil {
		return "", civic.NewError(civic.NotFound, "error.not_found")
	}
	return id, nil
}

// Query returns the first value of a query parameter. Use it for reading only: what changes something is read
// from Form.
func (r *Request) Query(name string) string { return r.c.Query(name) }

// Queries returns all query parameters.
func (r *Request) Queries() url.Values {
	values := url.Values{}
	for key, value := range r.c.Context().QueryArgs().All() {
		values.Add(string(key), string(value))
	}
	return values
}

// PageRequest returns which part of a list the query asks for.
func (r *Request) PageRequest() civic.PageRequest {
	return civic.PageRequest{Cursor: r.Query(ui.CursorParam)}.Normal()
}

// Path returns the path of the request as it was sent.
func (r *Request) Path() string { return r.c.Path() }

// Absolute returns the address of a local path from outside, built from the configured origin and never from
// the request.
func (r *Request) Absolute(path string) string { return r.site.Origin + path }

// Frame returns the surroundings of a page with this title, already in the reader's language. It takes the
// flash messages, so ask for it once a page.
func (r *Request) Frame(title string) ui.Frame {
	f := ui.Frame{
		L: r.L, Title: title, Path: r.Path(), URL: r.c.OriginalURL(), Town: r.site.Town,
		Logo: r.frameLogo(), Sections: r.site.Sections, Flash: r.takeFlash(), Token: r.Token,
		Address: r.address(),
		Asked:   chosen(r.c),
	}
	if r.c.Method() != http.MethodGet && r.c.Method() != http.MethodHead {
		f.URL = f.Path
	}
	if r.Actor.Account != "" {
		f.User = &ui.User{Name: cmp.Or(r.Actor.Name, r.T("core.personal_area")), Staff: r.Actor.IsStaff()}
	}
	if r.site.Desk != nil && f.User != nil {
		f.Desk = r.site.Desk(r.Actor)
	}
	return f
}

// NewForm returns a fresh form that shows values, nil for an empty one.
func (r *Request) NewForm(values url.Values) ui.Form {
	if values == nil {
		values = url.Values{}
	}
	return ui.NewForm(r.L, r.Token(), NewFormKey(), values, nil)
}

// NewFormKey returns a random key for a form: what is stored from the form takes its id from it, so that
// sending it twice stores it once.
func NewFormKey() string { return rand.Text() }
