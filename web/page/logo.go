package page

import (
	"ascolto/internal/sitepage"
	"ascolto/web/ui"
)

// logo returns the logo in force.
func (r *Request) logo() sitepage.Logo {
	if r.site.Logo == nil {
		return sitepage.Logo{}
	}
	return r.site.Logo(r.Context())
}

func (r *Request) frameLogo() ui.Logo {
	l := r.logo()
	return ui.Logo{Path: l.Path(), Alt: l.Alt[string(r.Lang)], Width: l.Width, Height: l.Height}
}
