package surveys

import (
	"ascolto/surveys"
	"ascolto/web/page"
)

// Routes returns who may ask for what of surveys.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/sondaggi/feed.atom", page.Public, p.surveyFeed),
		page.Get("/sondaggi", page.Public, p.surveyList).Listed(),
		page.Get("/sondaggi/:slug", page.Public, p.survey).Listed(),
		page.Post("/sondaggi/:slug", page.Public, p.startSurvey),
		page.Get("/sondaggi/:slug/pagina", page.Public, p.surveyPlace),
		page.Get("/sondaggi/:slug/pagina/:number", page.Public, p.surveyPage),
		page.Post("/sondaggi/:slug/pagina/:number", page.Public, p.saveSurveyPage).Attaching(surveys.Uploads()).
			Recounted(p.recountPage),
		page.Get("/sondaggi/:slug/riepilogo", page.Public, p.surveySummary),
		page.Post("/sondaggi/:slug/riepilogo", page.Public, p.sendSurvey).Long(),
		page.Get("/sondaggi/:slug/inviato", page.Public, p.surveySent),
		page.Get("/sondaggi/:slug/risultati", page.Public, p.surveyResults).Listed(),
		page.Get("/desk/surveys/:id/preview", surveys.PermRead, p.surveyPreview),
	}
}
