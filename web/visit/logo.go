package visit

import (
	"ascolto/internal/sitepage"
	"ascolto/web/ui"
)

// logo returns the logo in force.
func (v *Visit) logo() sitepage.Logo {
	if v.site.Logo == nil {
		return sitepage.Logo{}
	}
	return v.site.Logo(v.Context())
}

func (v *Visit) frameLogo() ui.Logo {
	l := v.logo()
	return ui.Logo{Path: l.Path(), Alt: l.Alt[string(v.Lang)], Width: l.Width, Height: l.Height}
}
