package web

import (
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/page"
)

// siteRoutes are those of the home page and what concerns the whole site.
func (r rooms) siteRoutes() []page.Route {
	return []page.Route{
		page.Get("/", page.Public, page.Cached(r.site.Edition, r.site.Home)).Listed(),
		page.Get("/sitemap.xml", page.Public, r.site.Sitemap),
		page.Get("/sitemap/:part", page.Public, r.site.SitemapPart),
		page.Post("/lingua", page.Public, r.site.ChangeLanguage),
		page.Get("/cerca", page.Public, page.Cached(r.find.Edition, r.find.Public)),
		page.Get("/note-legali", page.Public, r.site.Legal).Listed(),
		page.Get("/privacy", page.Public, r.site.Privacy).Listed(),
		page.Get("/domande-frequenti", page.Public, r.site.FAQ).Listed(),
		page.Get("/contatti", page.Public, r.site.Contacts).Listed(),
	}
}

// surveyRoutes are those of surveys as citizens answer them.
func (r rooms) surveyRoutes() []page.Route {
	return []page.Route{
		page.Get("/sondaggi/feed.atom", page.Public, r.site.SurveyFeed),
		page.Get("/sondaggi", page.Public, r.site.SurveyList).Listed(),
		page.Get("/sondaggi/:slug", page.Public, r.site.Survey).Listed(),
		page.Post("/sondaggi/:slug", page.Public, r.site.StartSurvey),
		page.Get("/sondaggi/:slug/pagina", page.Public, r.site.SurveyPlace),
		page.Get("/sondaggi/:slug/pagina/:number", page.Public, r.site.SurveyPage),
		page.Post("/sondaggi/:slug/pagina/:number", page.Public, r.site.SaveSurveyPage).Long(),
		page.Get("/sondaggi/:slug/riepilogo", page.Public, r.site.SurveySummary),
		page.Post("/sondaggi/:slug/riepilogo", page.Public, r.site.SendSurvey).Long(),
		page.Get("/sondaggi/:slug/inviato", page.Public, r.site.SurveySent),
		page.Get("/sondaggi/:slug/risultati", page.Public, r.site.SurveyResults).Listed(),
	}
}

// forumRoutes are those of the forum.
func (r rooms) forumRoutes() []page.Route {
	return []page.Route{
		page.Get("/forum", page.Public, r.site.ForumHome).Listed(),
		page.Get("/forum/feed.atom", page.Public, r.site.ForumFeed),
		page.Get("/forum/regole", page.Public, r.site.ForumRules).Listed(),
		page.Get("/forum/registro", page.Public, r.site.ForumRegister).Listed(),
		page.Get("/forum/in-ritardo", page.Public, r.site.ForumOverdue).Listed(),
		page.Get("/forum/profilo", forum.PermPost, r.site.ForumProfile),
		page.Post("/forum/profilo", forum.PermPost, r.site.SaveForumProfile),
		page.Get("/forum/nuova", forum.PermPost, r.site.NewThread),
		page.Post("/forum/nuova", forum.PermPost, r.site.StartThread).Long(),
		page.Get("/forum/segnalazioni", page.Public, r.site.FindReport),
		page.Post("/forum/segnalazioni", page.Public, r.site.OpenReport).Costing(5),
		page.Get("/forum/segnalazioni/:receipt", page.Public, r.site.ReportReceipt),
		page.Get("/forum/provvedimenti/:id/:number/:round", page.SignedIn, r.site.ModerationStatement),
		page.Get("/forum/discussioni/:id", page.Public, r.site.ForumThread),
		page.Get("/forum/discussioni/:id/rispondi", forum.PermPost, r.site.NewThreadReply),
		page.Post("/forum/discussioni/:id/rispondi", forum.PermPost, r.site.ReplyToThread).Long(),
		page.Get("/forum/discussioni/:id/feed.atom", page.Public, r.site.ForumThreadFeed),
		page.Get("/forum/discussioni/:id/:slug", page.Public,
			page.Cached(r.site.Edition, r.site.ForumThread)).Listed(),
		page.Get("/forum/discussioni/:id/messaggi/:number/modifica", page.SignedIn, r.site.EditPost),
		page.Post("/forum/discussioni/:id/messaggi/:number/modifica", page.SignedIn, r.site.SavePost).Long(),
		page.Get("/forum/discussioni/:id/messaggi/:number/cronologia", page.Public, r.site.ForumHistory),
		page.Get("/forum/discussioni/:id/messaggi/:number/segnala", page.Public, r.site.NewPostReport),
		page.Post("/forum/discussioni/:id/messaggi/:number/segnala", page.Public,
			r.site.ReportPost).Costing(5).Long(),
		page.Get("/forum/:area/feed.atom", page.Public, r.site.ForumAreaFeed),
		page.Get("/forum/:area", page.Public, r.site.ForumArea).Listed(),
	}
}

// signInRoutes are those of signing in and out, of citizens and staff.
func (r rooms) signInRoutes() []page.Route {
	return []page.Route{
		page.Get("/accedi", page.Public, r.site.SignIn),
		page.Post("/accedi", page.Public, r.site.AskCode),
		page.Get("/accedi/codice", page.Public, r.site.Code),
		page.Post("/accedi/codice", page.Public, r.site.SignInWithCode),
		page.Get("/accedi/oidc", page.Public, r.site.BeginOIDC),
		page.Get(accounts.OIDCReturnPath, page.Public, r.site.EndOIDC),
		page.Post("/esci", page.Public, r.site.SignOut),
		page.Get("/area-personale/sessioni", page.SignedIn, r.site.Sessions),
		page.Post("/area-personale/sessioni", page.SignedIn, r.site.EndSession),
	}
}

// personalRoutes are those of the personal area.
func (r rooms) personalRoutes() []page.Route {
	return []page.Route{
		page.Get("/area-personale", page.SignedIn, r.site.Area),
		page.Get("/area-personale/profilo", page.SignedIn, r.site.Profile),
		page.Post("/area-personale/profilo", page.SignedIn, r.site.SaveProfile),
		page.Get("/area-personale/indirizzi", page.SignedIn, r.site.Addresses),
		page.Post("/area-personale/indirizzi", page.SignedIn, r.site.ConfirmAddress),
		page.Post("/area-personale/indirizzi/codice", page.SignedIn, r.site.SendAddressCode),
		page.Post("/area-personale/indirizzi/proposta", page.SignedIn, r.site.AnswerProposal),
		page.Get("/area-personale/preferenze", page.SignedIn, r.site.Preferences),
		page.Post("/area-personale/preferenze", page.SignedIn, r.site.SetPreference),
		page.Get("/area-personale/sondaggi", page.SignedIn, r.site.OwnAnswers),
		page.Get("/area-personale/dati", page.SignedIn, r.site.OwnDataPage).Costing(5),
		page.Post("/area-personale/dati", page.SignedIn, r.site.OwnData).Costing(5),
	}
}

// mailRoutes are those of what the links in mails lead to.
func (r rooms) mailRoutes() []page.Route {
	return []page.Route{
		page.Get(notify.UnsubscribePath+":token", page.Public, r.site.Unsubscribe),
		page.Post(notify.UnsubscribePath+":token", page.Public, r.site.ConfirmUnsubscribe).Signed(),
		page.Get(notify.UnsubscribePath+":token/fatto", page.Public, r.site.Unsubscribed),
	}
}

// deskFindRoutes are those that other folders give to the desk.
func (r rooms) deskFindRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk/search", page.Staff, r.find.Desk),
		page.Get("/desk/surveys/:id/preview", surveys.PermRead, r.site.SurveyPreview),
	}
}
