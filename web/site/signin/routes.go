package signin

import (
	"ascolto/internal/accounts"
	"ascolto/web/page"
)

// Routes returns who may ask for what of signing in.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/accedi", page.Public, p.signIn),
		page.Post("/accedi", page.Public, p.askCode),
		page.Get("/accedi/codice", page.Public, p.code),
		page.Post("/accedi/codice", page.Public, p.signInWithCode),
		page.Get("/accedi/oidc", page.Public, p.beginOIDC),
		page.Get(accounts.OIDCReturnPath, page.Public, p.endOIDC),
		page.Post("/esci", page.Public, p.signOut),
		page.Get("/area-personale/sessioni", page.SignedIn, p.sessions),
		page.Post("/area-personale/sessioni", page.SignedIn, p.endSession),
	}
}
