package page

import (
	"fmt"
	"strings"
)

// Auth says how a route knows who asks, and, where it changes something, what shows that they mean it. A
// route has one of these.
type Auth string

// The ways a request is known.
const (
	// BySession is a page: who asks is told by the cookie of the session; without one they are a visitor. It
	// changes nothing.
	BySession Auth = "session"
	// ByFormToken is a form of a page: as BySession, and the form carries the token of that session and
	// comes from this site.
	ByFormToken Auth = "form"
	// BySignedPath is an act whose path carries a signed token that stands in for session and form token
	// (RFC 8058).
	BySignedPath Auth = "path"
	// ByBearer is an address for programs: who asks is told by the access token in the Authorization header,
	// which no browser adds by itself, and by nothing else. Cookies are not looked at, and none is set.
	ByBearer Auth = "bearer"
)

// CheckAuth returns an error when a route that changes something could be set off by another site, or a
// page asks for what pages lack.
func (r Route) CheckAuth() error {
	ok := false
	program := strings.HasPrefix(r.Path, APIPath)
	switch r.Auth {
	case BySession:
		ok = !r.Changes()
	case ByFormToken:
		ok = r.Changes()
	case BySignedPath:
		ok = r.Changes() && strings.Contains(r.Path, ":token")
	case ByBearer:
		ok = program
	}
	if !ok || program != (r.Auth == ByBearer) {
		return fmt.Errorf("page: route %s %s cannot be known by %q", r.Method, r.Path, r.Auth)
	}
	return nil
}
