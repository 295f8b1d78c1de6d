package signin

import (
	"ascolto/web/page"
)

// ResetPath is where links for a new password lead, followed by the token.
const ResetPath = "/desk/login/password/"

// Routes returns who may ask for what of signing in.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/login", page.Public, p.signIn),
		page.Post("/desk/login", page.Public, p.startSession),
		page.Get("/desk/login/password", page.Public, p.forgotPassword),
		page.Post("/desk/login/password", page.Public, p.askReset),
		page.Get(ResetPath+":token", page.Public, p.resetPassword),
		page.Post(ResetPath+":token", page.Public, p.setPassword),
	}
}
