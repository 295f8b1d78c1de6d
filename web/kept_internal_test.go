package web

import (
	"context"
	"io"
	"testing"

	"github.com/a-h/templ"

	"ascolto/web/visit"
)

// A page that carries a form's token, or shows what a browser remembers, is never one that others are given.
func TestKeptPagesHoldNothingOfABrowser(t *testing.T) {
	t.Parallel()
	shows := func(text func(v *visit.Visit) string) visit.Handler {
		return visit.Kept(func() string { return "1" }, func(v *visit.Visit) error {
			return v.Page(200, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, text(v))
				return err
			}))
		})
	}
	r := newRig(t,
		get("/form", visit.Public, shows((*visit.Visit).Token)),
		get("/begun", visit.Public, shows(func(v *visit.Visit) string { return "begun " + v.Remembered("survey-parco") })),
		get("/remember", visit.Public, func(v *visit.Visit) error {
			v.Remember("survey-parco", "anna", 0)
			return v.Redirect("/")
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
