package web

import (
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/notify"
	"ascolto/web/page"
)

// siteRoutes are those of the home page and what concerns the whole site.
func (r rooms) siteRoutes() []Route {
	return []Route{
		get("/", page.Public, page.Cached(r.site.Edition, r.site.Home)).listed(),
		get("/sitemap.xml", page.Public, r.site.Sitemap),
		get("/sitemap/:part", page.Public, r.site.SitemapPart),
		post("/lingua", page.Public, r.site.ChangeLanguage),
		get("/cerca", page.Public, page.Cached(r.find.Edition, r.find.Public)),
		get("/note-legali", page.Public, r.site.Legal).listed(),
		get("/privacy", page.Public, r.site.Privacy).listed(),
		get("/domande-frequenti", page.Public, r.site.FAQ).listed(),
		get("/contatti", page.Public, r.site.Contacts).listed(),
	}
}

// surveyRoutes are those of surveys as citizens answer them.
func (r rooms) surveyRoutes() []Route {
	return []Route{
		get("/sondaggi/feed.atom", page.Public, r.site.SurveyFeed),
		get("/sondaggi", page.Public, r.site.SurveyList).listed(),
		get("/sondaggi/:slug", page.Public, r.site.Survey).listed(),
		post("/sondaggi/:slug", page.Public, r.site.StartSurvey),
		get("/sondaggi/:slug/pagina", page.Public, r.site.SurveyPlace),
		get("/sondaggi/:slug/pagina/:number", page.Public, r.site.SurveyPage),
		post("/sondaggi/:slug/pagina/:number", page.Public, r.site.SaveSurveyPage).long(),
		get("/sondaggi/:slug/riepilogo", page.Public, r.site.SurveySummary),
		post("/sondaggi/:slug/riepilogo", page.Public, r.site.SendSurvey).long(),
		get("/sondaggi/:slug/inviato", page.Public, r.site.SurveySent),
		get("/sondaggi/:slug/risultati", page.Public, r.site.SurveyResults).listed(),
	}
}

// forumRoutes are those of the forum.
func (r rooms) forumRoutes() []Route {
	return []Route{
		get("/forum", page.Public, r.site.ForumHome).listed(),
		get("/forum/feed.atom", page.Public, r.site.ForumFeed),
		get("/forum/regole", page.Public, r.site.ForumRules).listed(),
		get("/forum/registro", page.Public, r.site.ForumRegister).listed(),
		get("/forum/in-ritardo", page.Public, r.site.ForumOverdue).listed(),
		get("/forum/profilo", forum.PermPost, r.site.ForumProfile),
		post("/forum/profilo", forum.PermPost, r.site.SaveForumProfile),
		get("/forum/nuova", forum.PermPost, r.site.NewThread),
		post("/forum/nuova", forum.PermPost, r.site.StartThread).long(),
		get("/forum/segnalazioni", page.Public, r.site.FindReport),
		post("/forum/segnalazioni", page.Public, r.site.OpenReport).costing(5),
		get("/forum/segnalazioni/:receipt", page.Public, r.site.ReportReceipt),
		get("/forum/provvedimenti/:id/:number/:round", page.SignedIn, r.site.ModerationStatement),
		get("/forum/discussioni/:id", page.Public, r.site.ForumThread),
		get("/forum/discussioni/:id/rispondi", forum.PermPost, r.site.NewThreadReply),
		post("/forum/discussioni/:id/rispondi", forum.PermPost, r.site.ReplyToThread).long(),
		get("/forum/discussioni/:id/feed.atom", page.Public, r.site.ForumThreadFeed),
		get("/forum/discussioni/:id/:slug", page.Public, page.Cached(r.site.Edition, r.site.ForumThread)).listed(),
		get("/forum/discussioni/:id/messaggi/:number/modifica", page.SignedIn, r.site.EditPost),
		post("/forum/discussioni/:id/messaggi/:number/modifica", page.SignedIn, r.site.SavePost).long(),
		get("/forum/discussioni/:id/messaggi/:number/cronologia", page.Public, r.site.ForumHistory),
		get("/forum/discussioni/:id/messaggi/:number/segnala", page.Public, r.site.NewPostReport),
		post("/forum/discussioni/:id/messaggi/:number/segnala", page.Public, r.site.ReportPost).costing(5).long(),
		get("/forum/:area/feed.atom", page.Public, r.site.ForumAreaFeed),
		get("/forum/:area", page.Public, r.site.ForumArea).listed(),
	}
}

// signInRoutes are those of signing in and out, of citizens and staff.
func (r rooms) signInRoutes() []Route {
	return []Route{
		get("/accedi", page.Public, r.site.SignIn),
		post("/accedi", page.Public, r.site.AskCode),
		get("/accedi/codice", page.Public, r.site.Code),
		post("/accedi/codice", page.Public, r.site.SignInWithCode),
		get("/accedi/oidc", page.Public, r.site.BeginOIDC),
		get(accounts.OIDCReturnPath, page.Public, r.site.EndOIDC),
		post("/esci", page.Public, r.site.SignOut),
		get("/area-personale/sessioni", page.SignedIn, r.site.Sessions),
		post("/area-personale/sessioni", page.SignedIn, r.site.EndSession),
		get("/desk/login", page.Public, r.desk.SignIn),
		post("/desk/login", page.Public, r.desk.StartSession),
		get("/desk/login/password", page.Public, r.desk.ForgotPassword),
		post("/desk/login/password", page.Public, r.desk.AskReset),
		get(accounts.ResetPath+":token", page.Public, r.desk.ResetPassword),
		post(accounts.ResetPath+":token", page.Public, r.desk.SetPassword),
	}
}

// personalRoutes are those of the personal area.
func (r rooms) personalRoutes() []Route {
	return []Route{
		get("/area-personale", page.SignedIn, r.site.Area),
		get("/area-personale/profilo", page.SignedIn, r.site.Profile),
		post("/area-personale/profilo", page.SignedIn, r.site.SaveProfile),
		get("/area-personale/indirizzi", page.SignedIn, r.site.Addresses),
		post("/area-personale/indirizzi", page.SignedIn, r.site.ConfirmAddress),
		post("/area-personale/indirizzi/codice", page.SignedIn, r.site.SendAddressCode),
		post("/area-personale/indirizzi/proposta", page.SignedIn, r.site.AnswerProposal),
		get("/area-personale/preferenze", page.SignedIn, r.site.Preferences),
		post("/area-personale/preferenze", page.SignedIn, r.site.SetPreference),
		get("/area-personale/sondaggi", page.SignedIn, r.site.OwnAnswers),
		get("/area-personale/dati", page.SignedIn, r.site.OwnDataPage).costing(5),
		post("/area-personale/dati", page.SignedIn, r.site.OwnData).costing(5),
	}
}

// mailRoutes are those of what the links in mails lead to.
func (r rooms) mailRoutes() []Route {
	return []Route{
		get(notify.UnsubscribePath+":token", page.Public, r.site.Unsubscribe),
		post(notify.UnsubscribePath+":token", page.Public, r.site.ConfirmUnsubscribe).signed(),
		get(notify.UnsubscribePath+":token/fatto", page.Public, r.site.Unsubscribed),
	}
}
