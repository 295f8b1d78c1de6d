package page

import (
	"net/http"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/ui"
)

// Route is one line of the map: who may pass the gate by which method and path, and who answers.
type Route struct {
	Method  string
	Path    string
	Gate    civic.Permission // Public, SignedIn, Staff or a permission
	Handler Handler
	Auth    Auth // how whoever asks is known, and what shows that they mean it
	Cost    int  // how many tries a request counts for
	Body    int  // bytes of body the route takes
	Files   bool // the form may bring files
	// bytes of all files that the form may bring together; 0: Body is the only bound
	Attaches int64
	Found    bool // search engines may list the page
	// returns what its form said, for the page that gives it back when it was not accepted; nil: Form.Written
	Recount func(*Request) []ui.Written
}

// Get returns the route of a page, for whoever may pass the gate.
func Get(path string, gate civic.Permission, h Handler) Route {
	return Route{
		Method: http.MethodGet, Path: path, Gate: gate, Handler: h, Auth: BySession, Cost: 1, Body: ShortBody,
	}
}

// Post returns the route of a form.
func Post(path string, gate civic.Permission, h Handler) Route {
	return Route{
		Method: http.MethodPost, Path: path, Gate: gate, Handler: h, Auth: ByFormToken, Cost: 1,
		Body: ShortBody,
	}
}

// Patch returns the route of a change that a program makes.
func Patch(path string, gate civic.Permission, h Handler) Route {
	r := Post(path, gate, h)
	r.Method = http.MethodPatch
	return r
}

// Changes reports whether a request changes something.
func (r Route) Changes() bool { return r.Method != http.MethodGet }

// Costing counts a request for several tries.
func (r Route) Costing(tries int) Route {
	r.Cost = tries
	return r
}

// Long lets a form bring texts.
func (r Route) Long() Route {
	r.Body = LongBody
	return r
}

// Longest lets a form bring what few do: a mailing, a picture.
func (r Route) Longest() Route {
	r.Body = LongestBody
	return r
}

// WithFiles lets the form bring files.
func (r Route) WithFiles() Route {
	r.Files = true
	return r
}

// Attaching lets the form bring the files of a use, and texts. What is somewhat more than the use takes is
// read all the same, so that the form comes back and says so.
func (r Route) Attaching(use blob.Use) Route {
	r.Files, r.Body, r.Attaches = true, int(2*use.Bytes())+LongBody, use.Bytes()
	return r
}

// Listed lets search engines list the page.
func (r Route) Listed() Route {
	r.Found = true
	return r
}

// Recounted has what the form said given back as tell tells it, when it is not accepted.
func (r Route) Recounted(tell func(*Request) []ui.Written) Route {
	r.Recount = tell
	return r
}

// Bearer makes r an address for programs.
func (r Route) Bearer() Route {
	r.Auth = ByBearer
	return r
}

// Signed lets a token in the path stand in for session and form token.
func (r Route) Signed() Route {
	r.Auth = BySignedPath
	return r
}
