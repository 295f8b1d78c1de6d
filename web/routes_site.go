package web

import (
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/notify"
	"ascolto/web/visit"
)

// siteRoutes are those of the home page and what concerns the whole site.
func (r rooms) siteRoutes() []Route {
	return []Route{
		get("/", visit.Public, visit.Kept(r.site.Edition, r.site.Home)).listed(),
		get("/sitemap.xml", visit.Public, r.site.Sitemap),
		get("/sitemap/:part", visit.Public, r.site.SitemapPart),
		post("/lingua", visit.Public, r.site.ChangeLanguage),
		get("/cerca", visit.Public, visit.Kept(r.find.Edition, r.find.Public)),
		get("/note-legali", visit.Public, r.site.Legal).listed(),
		get("/privacy", visit.Public, r.site.Privacy).listed(),
		get("/domande-frequenti", visit.Public, r.site.FAQ).listed(),
		get("/contatti", visit.Public, r.site.Contacts).listed(),
	}
}

// surveyRoutes are those of surveys as citizens answer them.
func (r rooms) surveyRoutes() []Route {
	return []Route{
		get("/sondaggi/feed.atom", visit.Public, r.site.SurveyFeed),
		get("/sondaggi", visit.Public, r.site.SurveyList).listed(),
		get("/sondaggi/:slug", visit.Public, r.site.Survey).listed(),
		post("/sondaggi/:slug", visit.Public, r.site.StartSurvey),
		get("/sondaggi/:slug/pagina", visit.Public, r.site.SurveyPlace),
		get("/sondaggi/:slug/pagina/:number", visit.Public, r.site.SurveyPage),
		post("/sondaggi/:slug/pagina/:number", visit.Public, r.site.SaveSurveyPage).long(),
		get("/sondaggi/:slug/riepilogo", visit.Public, r.site.SurveySummary),
		post("/sondaggi/:slug/riepilogo", visit.Public, r.site.SendSurvey).long(),
		get("/sondaggi/:slug/inviato", visit.Public, r.site.SurveySent),
		get("/sondaggi/:slug/risultati", visit.Public, r.site.SurveyResults).listed(),
	}
}

// forumRoutes are those of the forum.
func (r rooms) forumRoutes() []Route {
	return []Route{
		get("/forum", visit.Public, r.site.ForumHome).listed(),
		get("/forum/feed.atom", visit.Public, r.site.ForumFeed),
		get("/forum/regole", visit.Public, r.site.ForumRules).listed(),
		get("/forum/registro", visit.Public, r.site.ForumRegister).listed(),
		get("/forum/in-ritardo", visit.Public, r.site.ForumOverdue).listed(),
		get("/forum/profilo", forum.PermPost, r.site.ForumProfile),
		post("/forum/profilo", forum.PermPost, r.site.SaveForumProfile),
		get("/forum/nuova", forum.PermPost, r.site.NewThread),
		post("/forum/nuova", forum.PermPost, r.site.StartThread).long(),
		get("/forum/segnalazioni", visit.Public, r.site.FindReport),
		post("/forum/segnalazioni", visit.Public, r.site.OpenReport).costing(5),
		get("/forum/segnalazioni/:receipt", visit.Public, r.site.ReportReceipt),
		get("/forum/provvedimenti/:id/:number/:round", visit.SignedIn, r.site.ModerationStatement),
		get("/forum/discussioni/:id", visit.Public, r.site.ForumThread),
		get("/forum/discussioni/:id/rispondi", forum.PermPost, r.site.NewThreadReply),
		post("/forum/discussioni/:id/rispondi", forum.PermPost, r.site.ReplyToThread).long(),
		get("/forum/discussioni/:id/feed.atom", visit.Public, r.site.ForumThreadFeed),
		get("/forum/discussioni/:id/:slug", visit.Public, visit.Kept(r.site.Edition, r.site.ForumThread)).listed(),
		get("/forum/discussioni/:id/messaggi/:number/modifica", visit.SignedIn, r.site.EditPost),
		post("/forum/discussioni/:id/messaggi/:number/modifica", visit.SignedIn, r.site.SavePost).long(),
		get("/forum/discussioni/:id/messaggi/:number/cronologia", visit.Public, r.site.ForumHistory),
		get("/forum/discussioni/:id/messaggi/:number/segnala", visit.Public, r.site.NewPostReport),
		post("/forum/discussioni/:id/messaggi/:number/segnala", visit.Public, r.site.ReportPost).costing(5).long(),
		get("/forum/:area/feed.atom", visit.Public, r.site.ForumAreaFeed),
		get("/forum/:area", visit.Public, r.site.ForumArea).listed(),
	}
}

// signInRoutes are those of signing in and out, of citizens and staff.
func (r rooms) signInRoutes() []Route {
	return []Route{
		get("/accedi", visit.Public, r.site.SignIn),
		post("/accedi", visit.Public, r.site.AskCode),
		get("/accedi/codice", visit.Public, r.site.Code),
		post("/accedi/codice", visit.Public, r.site.SignInWithCode),
		get("/accedi/oidc", visit.Public, r.site.BeginOIDC),
		get(accounts.OIDCReturnPath, visit.Public, r.site.EndOIDC),
		post("/esci", visit.Public, r.site.SignOut),
		get("/area-personale/sessioni", visit.SignedIn, r.site.Sessions),
		post("/area-personale/sessioni", visit.SignedIn, r.site.EndSession),
		get("/desk/login", visit.Public, r.desk.SignIn),
		post("/desk/login", visit.Public, r.desk.StartSession),
		get("/desk/login/password", visit.Public, r.desk.ForgotPassword),
		post("/desk/login/password", visit.Public, r.desk.AskReset),
		get(accounts.ResetPath+":token", visit.Public, r.desk.ResetPassword),
		post(accounts.ResetPath+":token", visit.Public, r.desk.SetPassword),
	}
}

// personalRoutes are those of the personal area.
func (r rooms) personalRoutes() []Route {
	return []Route{
		get("/area-personale", visit.SignedIn, r.site.Area),
		get("/area-personale/profilo", visit.SignedIn, r.site.Profile),
		post("/area-personale/profilo", visit.SignedIn, r.site.SaveProfile),
		get("/area-personale/indirizzi", visit.SignedIn, r.site.Addresses),
		post("/area-personale/indirizzi", visit.SignedIn, r.site.ConfirmAddress),
		post("/area-personale/indirizzi/codice", visit.SignedIn, r.site.SendAddressCode),
		post("/area-personale/indirizzi/proposta", visit.SignedIn, r.site.AnswerProposal),
		get("/area-personale/preferenze", visit.SignedIn, r.site.Preferences),
		post("/area-personale/preferenze", visit.SignedIn, r.site.SetPreference),
		get("/area-personale/sondaggi", visit.SignedIn, r.site.OwnAnswers),
		get("/area-personale/dati", visit.SignedIn, r.site.OwnDataPage).costing(5),
		post("/area-personale/dati", visit.SignedIn, r.site.OwnData).costing(5),
	}
}

// mailRoutes are those of what the links in mails lead to.
func (r rooms) mailRoutes() []Route {
	return []Route{
		get(notify.UnsubscribePath+":token", visit.Public, r.site.Unsubscribe),
		post(notify.UnsubscribePath+":token", visit.Public, r.site.ConfirmUnsubscribe).signed(),
		get(notify.UnsubscribePath+":token/fatto", visit.Public, r.site.Unsubscribed),
	}
}
