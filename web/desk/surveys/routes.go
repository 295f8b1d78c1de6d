package surveys

import (
	"ascolto/surveys"
	"ascolto/web/page"
)

// Routes returns who may ask for what of surveys.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/surveys", surveys.PermRead, p.surveyList),
		page.Get("/desk/surveys/new", surveys.PermWrite, p.newSurvey),
		page.Post("/desk/surveys", surveys.PermWrite, p.createSurvey).Long(),
		page.Get("/desk/surveys/:id", surveys.PermRead, p.survey),
		page.Get("/desk/surveys/:id/settings", surveys.PermWrite, p.editSurveySettings),
		page.Post("/desk/surveys/:id/settings", surveys.PermWrite, p.saveSurveySettings).Long(),
		page.Post("/desk/surveys/:id/pages", surveys.PermWrite, p.addSurveyPage),
		page.Post("/desk/surveys/:id/pages/:number", surveys.PermWrite, p.saveSurveyPage),
		page.Get("/desk/surveys/:id/questions/new", surveys.PermWrite, p.newSurveyQuestion),
		page.Post("/desk/surveys/:id/questions", surveys.PermWrite, p.createSurveyQuestion).Long(),
		page.Get("/desk/surveys/:id/questions/:code", surveys.PermWrite, p.editSurveyQuestion),
		page.Post("/desk/surveys/:id/questions/:code", surveys.PermWrite, p.saveSurveyQuestion).Long(),
		page.Post("/desk/surveys/:id/questions/:code/move", surveys.PermWrite, p.moveSurveyQuestion),
		page.Post("/desk/surveys/:id/questions/:code/delete", surveys.PermWrite, p.deleteSurveyQuestion),
		page.Post("/desk/surveys/:id/duplicate", surveys.PermWrite, p.duplicateSurvey),
		page.Get("/desk/surveys/:id/publish", surveys.PermPublish, p.publishSurveyForm),
		page.Post("/desk/surveys/:id/publish", surveys.PermPublish, p.publishSurvey),
		page.Get("/desk/surveys/:id/times", surveys.PermPublish, p.surveyTimesForm),
		page.Post("/desk/surveys/:id/times", surveys.PermPublish, p.changeSurveyTimes),
		page.Post("/desk/surveys/:id/discard", surveys.PermWrite, p.discardSurveyEdits),
		page.Post("/desk/surveys/:id/delete", surveys.PermWrite, p.deleteSurvey),
		page.Post("/desk/surveys/:id/close", surveys.PermPublish, p.closeSurvey),
		page.Get("/desk/surveys/:id/results", surveys.PermResults, p.surveyResults),
		page.Post("/desk/surveys/:id/questions/:code/meaning", surveys.PermPublish, p.setSurveyMeaning),
		page.Post("/desk/surveys/:id/results/publish", surveys.PermPublish, p.publishSurveyResults),
		page.Get("/desk/surveys/:id/texts/:code", surveys.PermTexts, p.surveyTexts),
		page.Get("/desk/surveys/:id/files/:file", surveys.PermTexts, p.surveyFile),
		page.Post("/desk/surveys/:id/responses", surveys.PermExport, p.askSurveyResponses).Costing(5),
		page.Get("/desk/surveys/:id/responses.csv", surveys.PermExport, p.downloadSurveyResponses).Costing(5),
		page.Get("/desk/surveys/:id/results.csv", surveys.PermExport, p.downloadSurveyResults).Costing(5),
	}
}
