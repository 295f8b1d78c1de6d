package personal

import "ascolto/web/page"

// Routes returns who may ask for what of the personal area.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/area-personale", page.SignedIn, p.area),
		page.Get("/area-personale/profilo", page.SignedIn, p.profile),
		page.Post("/area-personale/profilo", page.SignedIn, p.saveProfile),
		page.Get("/area-personale/indirizzi", page.SignedIn, p.addresses),
		page.Post("/area-personale/indirizzi", page.SignedIn, p.confirmAddress),
		page.Post("/area-personale/indirizzi/codice", page.SignedIn, p.sendAddressCode),
		page.Post("/area-personale/indirizzi/proposta", page.SignedIn, p.answerProposal),
		page.Get("/area-personale/preferenze", page.SignedIn, p.preferences),
		page.Post("/area-personale/preferenze", page.SignedIn, p.setPreference),
		page.Get("/area-personale/sondaggi", page.SignedIn, p.ownAnswers),
		page.Get("/area-personale/dati", page.SignedIn, p.ownDataPage).Costing(5),
		page.Get("/area-personale/dati/file/:id", page.SignedIn, p.ownFile),
		page.Post("/area-personale/dati", page.SignedIn, p.ownData).Costing(5),
	}
}
