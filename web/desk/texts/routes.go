package texts

import (
	"ascolto/internal/sitepage"
	"ascolto/web/page"
)

// Routes returns who may ask for what of the texts of the site.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/texts", sitepage.PermWrite, p.siteTexts),
		page.Get("/desk/texts/logo", sitepage.PermWrite, p.editLogo),
		page.Post("/desk/texts/logo", sitepage.PermWrite, p.publishLogo).Longest().WithFiles(),
		page.Get("/desk/texts/:page", sitepage.PermWrite, p.editSiteText),
		page.Post("/desk/texts/:page", sitepage.PermWrite, p.publishSiteText).Long(),
	}
}
