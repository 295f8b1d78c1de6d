package web

import (
	"context"
	"io"
	"testing"

	"github.com/a-h/templ"

	"ascolto/web/page"
)

// A page that carries a form's token, or shows what a browser remembers, is never one that others are given.
func TestKeptPagesHoldNothingOfABrowser(t *testing.T) {
	t.Parallel()
	shows := func(text func(req *page.Request) string) page.Handler {
		return page.Cached(func() string { return "1" }, func(req *page.Request) error {
			return req.Page(200, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, text(req))
				return err
			}))
		})
	}
	r := newRig(t,
		page.Get("/form", page.Public, shows((*page.Request).Token)),
		page.Get("/begun", page.Public,
			shows(func(req *page.Request) string { return "begun " + req.Remembered("survey-parco") })),
		page.Get("/remember", page.Public, func(req *page.Request) error {
			req.Remember("survey-parco", "anna", 0)
			return req.Redirect("/")
		}),
	)
	anna := r.client(t)
	r.get(t, anna, "/remember")
	r.get(t, anna, "/form") // it brings the cookie that the token is bound to
	for _, path := range []string{"/form", "/begun"} {
		for range 50 { // what is kept is given out for a second
			_, hers := r.get(t, anna, path)
			if _, other := r.get(t, r.client(t), path); other == hers {
				t.Fatalf("%s: another browser is given %q", path, other)
			}
		}
	}
}
