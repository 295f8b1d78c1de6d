package users

import (
	"ascolto/internal/accounts"
	"ascolto/web/page"
)

// Routes returns who may ask for what of colleagues.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/users", accounts.PermManage, p.users),
		page.Post("/desk/users", accounts.PermManage, p.addUser),
		page.Get("/desk/users/new", accounts.PermManage, p.newUser),
		page.Get("/desk/users/:id", accounts.PermManage, p.user),
		page.Post("/desk/users/:id/duties", accounts.PermManage, p.setDuties),
		page.Post("/desk/users/:id/disable", accounts.PermManage, p.disableUser),
		page.Post("/desk/users/:id/enable", accounts.PermManage, p.enableUser),
		page.Post("/desk/users/:id/invite", accounts.PermManage, p.inviteUser),
		page.Post("/desk/users/:id/sessions", accounts.PermManage, p.endUserSession),
	}
}
