package account

import "ascolto/web/page"

// Routes returns who may ask for what of one's own account.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/account", page.Staff, p.account),
		page.Post("/desk/account/password", page.Staff, p.changePassword),
		page.Post("/desk/account/sessions", page.Staff, p.endSession),
		page.Post("/desk/account/tokens", page.Staff, p.createToken),
		page.Get("/desk/account/tokens/new", page.Staff, p.newToken),
		page.Get("/desk/account/tokens/:id", page.Staff, p.token),
		page.Post("/desk/account/tokens/:id/revoke", page.Staff, p.revokeToken),
	}
}
