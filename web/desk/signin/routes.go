package signin

import (
	"ascolto/internal/accounts"
	"ascolto/web/page"
)

// Routes returns who may ask for what of signing in.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/login", page.Public, p.signIn),
		page.Post("/desk/login", page.Public, p.startSession),
		page.Get("/desk/login/password", page.Public, p.forgotPassword),
		page.Post("/desk/login/password", page.Public, p.askReset),
		page.Get(accounts.ResetPath+":token", page.Public, p.resetPassword),
		page.Post(accounts.ResetPath+":token", page.Public, p.setPassword),
	}
}
