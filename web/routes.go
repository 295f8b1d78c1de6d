package web

import (
	"net/http"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/sitepage"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/desk"
	"ascolto/web/find"
	"ascolto/web/site"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// Route is one line of the map: who may pass the gate by which method and path, and who answers.
type Route struct {
	Method  string
	Path    string
	Gate    civic.Permission // visit.Public, visit.SignedIn, visit.Staff or a permission
	Handler visit.Handler
	Signed  bool // the path carries a signed token that stands in for session and form token (RFC 8058)
	Cost    int  // how many tries a request counts for; 1 when not set
	Body    int  // bytes of body the route takes; visit.ShortBody when not set
	Files   bool // the form may bring files
	Found   bool // search engines may list the page
}

func (r Route) changes() bool { return r.Method != http.MethodGet }

func (r Route) cost() int { return max(r.Cost, 1) }

func (r Route) body() int { return max(r.Body, visit.ShortBody) }

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routeTable returns every page and act of Ascolto. Paths of the site are Italian, those of the desk English.
func (s *Server) routeTable() []Route {
	pages := &site.Pages{Accounts: s.opt.Accounts, CRM: s.opt.CRM, Surveys: s.opt.Surveys, Forum: s.opt.Forum, Notify: s.opt.Notify, Search: s.opt.Search, Texts: s.opt.Texts,
		Personal: s.opt.Personal()}
	staff := &desk.Pages{
		Accounts: s.opt.Accounts, Audit: s.opt.Audit, CRM: s.opt.CRM, Surveys: s.opt.Surveys, Forum: s.opt.Forum, Notify: s.opt.Notify,
		Search: s.opt.Search, Texts: s.opt.Texts,
	}
	finder := &find.Pages{Search: s.opt.Search, CRM: s.opt.CRM, Surveys: s.opt.Surveys, Forum: s.opt.Forum}
	return []Route{
		// the site
		{Method: get, Path: "/", Gate: visit.Public, Handler: visit.Kept(pages.Edition, pages.Home), Found: true},
		{Method: get, Path: "/sitemap.xml", Gate: visit.Public, Handler: pages.Sitemap},
		{Method: get, Path: "/sitemap/:part", Gate: visit.Public, Handler: pages.SitemapPart},
		{Method: post, Path: "/lingua", Gate: visit.Public, Handler: pages.ChangeLanguage},
		{Method: get, Path: "/cerca", Gate: visit.Public, Handler: visit.Kept(finder.Edition, finder.Public)},
		{Method: get, Path: "/note-legali", Gate: visit.Public, Handler: pages.Legal, Found: true},
		{Method: get, Path: "/privacy", Gate: visit.Public, Handler: pages.Privacy, Found: true},
		{Method: get, Path: "/domande-frequenti", Gate: visit.Public, Handler: pages.FAQ, Found: true},
		{Method: get, Path: "/contatti", Gate: visit.Public, Handler: pages.Contacts, Found: true},

		// surveys, for citizens
		{Method: get, Path: "/sondaggi/feed.atom", Gate: visit.Public, Handler: pages.SurveyFeed},
		{Method: get, Path: "/sondaggi", Gate: visit.Public, Handler: pages.SurveyList, Found: true},
		{Method: get, Path: "/sondaggi/:slug", Gate: visit.Public, Handler: pages.Survey, Found: true},
		{Method: post, Path: "/sondaggi/:slug", Gate: visit.Public, Handler: pages.StartSurvey},
		{Method: get, Path: "/sondaggi/:slug/pagina", Gate: visit.Public, Handler: pages.SurveyPlace},
		{Method: get, Path: "/sondaggi/:slug/pagina/:number", Gate: visit.Public, Handler: pages.SurveyPage},
		{Method: post, Path: "/sondaggi/:slug/pagina/:number", Gate: visit.Public, Handler: pages.SaveSurveyPage, Body: visit.LongBody},
		{Method: get, Path: "/sondaggi/:slug/riepilogo", Gate: visit.Public, Handler: pages.SurveySummary},
		{Method: post, Path: "/sondaggi/:slug/riepilogo", Gate: visit.Public, Handler: pages.SendSurvey, Body: visit.LongBody},
		{Method: get, Path: "/sondaggi/:slug/inviato", Gate: visit.Public, Handler: pages.SurveySent},
		{Method: get, Path: "/sondaggi/:slug/risultati", Gate: visit.Public, Handler: pages.SurveyResults, Found: true},

		// the forum
		{Method: get, Path: "/forum", Gate: visit.Public, Handler: pages.ForumHome, Found: true},
		{Method: get, Path: "/forum/feed.atom", Gate: visit.Public, Handler: pages.ForumFeed},
		{Method: get, Path: "/forum/regole", Gate: visit.Public, Handler: pages.ForumRules, Found: true},
		{Method: get, Path: "/forum/registro", Gate: visit.Public, Handler: pages.ForumRegister, Found: true},
		{Method: get, Path: "/forum/in-ritardo", Gate: visit.Public, Handler: pages.ForumOverdue, Found: true},
		{Method: get, Path: "/forum/profilo", Gate: forum.PermPost, Handler: pages.ForumProfile},
		{Method: post, Path: "/forum/profilo", Gate: forum.PermPost, Handler: pages.SaveForumProfile},
		{Method: get, Path: "/forum/nuova", Gate: forum.PermPost, Handler: pages.NewThread},
		{Method: post, Path: "/forum/nuova", Gate: forum.PermPost, Handler: pages.StartThread, Body: visit.LongBody},
		{Method: get, Path: "/forum/segnalazioni", Gate: visit.Public, Handler: pages.FindReport},
		{Method: post, Path: "/forum/segnalazioni", Gate: visit.Public, Handler: pages.OpenReport, Cost: 5},
		{Method: get, Path: "/forum/segnalazioni/:receipt", Gate: visit.Public, Handler: pages.ReportReceipt},
		{Method: get, Path: "/forum/provvedimenti/:id/:number/:round", Gate: visit.SignedIn, Handler: pages.ModerationStatement},
		{Method: get, Path: "/forum/discussioni/:id", Gate: visit.Public, Handler: pages.ForumThread},
		{Method: get, Path: "/forum/discussioni/:id/rispondi", Gate: forum.PermPost, Handler: pages.NewThreadReply},
		{Method: post, Path: "/forum/discussioni/:id/rispondi", Gate: forum.PermPost, Handler: pages.ReplyToThread, Body: visit.LongBody},
		{Method: get, Path: "/forum/discussioni/:id/feed.atom", Gate: visit.Public, Handler: pages.ForumThreadFeed},
		{Method: get, Path: "/forum/discussioni/:id/:slug", Gate: visit.Public, Handler: visit.Kept(pages.Edition, pages.ForumThread), Found: true},
		{Method: get, Path: "/forum/discussioni/:id/messaggi/:number/modifica", Gate: visit.SignedIn, Handler: pages.EditPost},
		{Method: post, Path: "/forum/discussioni/:id/messaggi/:number/modifica", Gate: visit.SignedIn, Handler: pages.SavePost, Body: visit.LongBody},
		{Method: get, Path: "/forum/discussioni/:id/messaggi/:number/cronologia", Gate: visit.Public, Handler: pages.ForumHistory},
		{Method: get, Path: "/forum/discussioni/:id/messaggi/:number/segnala", Gate: visit.Public, Handler: pages.NewPostReport},
		{Method: post, Path: "/forum/discussioni/:id/messaggi/:number/segnala", Gate: visit.Public, Handler: pages.ReportPost, Cost: 5, Body: visit.LongBody},
		{Method: get, Path: "/forum/:area/feed.atom", Gate: visit.Public, Handler: pages.ForumAreaFeed},
		{Method: get, Path: "/forum/:area", Gate: visit.Public, Handler: pages.ForumArea, Found: true},

		// signing in
		{Method: get, Path: "/accedi", Gate: visit.Public, Handler: pages.SignIn},
		{Method: post, Path: "/accedi", Gate: visit.Public, Handler: pages.AskCode},
		{Method: get, Path: "/accedi/codice", Gate: visit.Public, Handler: pages.Code},
		{Method: post, Path: "/accedi/codice", Gate: visit.Public, Handler: pages.SignInWithCode},
		{Method: get, Path: "/accedi/oidc", Gate: visit.Public, Handler: pages.BeginOIDC},
		{Method: get, Path: accounts.OIDCReturnPath, Gate: visit.Public, Handler: pages.EndOIDC},
		{Method: post, Path: "/esci", Gate: visit.Public, Handler: pages.SignOut},
		{Method: get, Path: "/area-personale/sessioni", Gate: visit.SignedIn, Handler: pages.Sessions},
		{Method: post, Path: "/area-personale/sessioni", Gate: visit.SignedIn, Handler: pages.EndSession},
		{Method: get, Path: "/desk/login", Gate: visit.Public, Handler: staff.SignIn},
		{Method: post, Path: "/desk/login", Gate: visit.Public, Handler: staff.StartSession},
		{Method: get, Path: "/desk/login/password", Gate: visit.Public, Handler: staff.ForgotPassword},
		{Method: post, Path: "/desk/login/password", Gate: visit.Public, Handler: staff.AskReset},
		{Method: get, Path: accounts.ResetPath + ":token", Gate: visit.Public, Handler: staff.ResetPassword},
		{Method: post, Path: accounts.ResetPath + ":token", Gate: visit.Public, Handler: staff.SetPassword},

		// the personal area
		{Method: get, Path: "/area-personale", Gate: visit.SignedIn, Handler: pages.Area},
		{Method: get, Path: "/area-personale/profilo", Gate: visit.SignedIn, Handler: pages.Profile},
		{Method: post, Path: "/area-personale/profilo", Gate: visit.SignedIn, Handler: pages.SaveProfile},
		{Method: get, Path: "/area-personale/indirizzi", Gate: visit.SignedIn, Handler: pages.Addresses},
		{Method: post, Path: "/area-personale/indirizzi", Gate: visit.SignedIn, Handler: pages.ConfirmAddress},
		{Method: post, Path: "/area-personale/indirizzi/codice", Gate: visit.SignedIn, Handler: pages.SendAddressCode},
		{Method: post, Path: "/area-personale/indirizzi/proposta", Gate: visit.SignedIn, Handler: pages.AnswerProposal},
		{Method: get, Path: "/area-personale/preferenze", Gate: visit.SignedIn, Handler: pages.Preferences},
		{Method: post, Path: "/area-personale/preferenze", Gate: visit.SignedIn, Handler: pages.SetPreference},
		{Method: get, Path: "/area-personale/sondaggi", Gate: visit.SignedIn, Handler: pages.OwnAnswers},
		{Method: get, Path: "/area-personale/dati", Gate: visit.SignedIn, Handler: pages.OwnDataPage, Cost: 5},
		{Method: post, Path: "/area-personale/dati", Gate: visit.SignedIn, Handler: pages.OwnData, Cost: 5},

		// mail, for citizens
		{Method: get, Path: notify.UnsubscribePath + ":token", Gate: visit.Public, Handler: pages.Unsubscribe},
		{Method: post, Path: notify.UnsubscribePath + ":token", Gate: visit.Public, Handler: pages.ConfirmUnsubscribe, Signed: true},
		{Method: get, Path: notify.UnsubscribePath + ":token/fatto", Gate: visit.Public, Handler: pages.Unsubscribed},

		// the desk
		{Method: get, Path: "/desk", Gate: visit.Staff, Handler: staff.Home},
		{Method: get, Path: "/desk/shortcuts", Gate: visit.Staff, Handler: staff.Shortcuts},
		{Method: get, Path: "/desk/search", Gate: visit.Staff, Handler: finder.Desk},

		// contacts, interactions, segments
		{Method: get, Path: "/desk/contacts", Gate: crm.PermReadContacts, Handler: staff.Contacts},
		{Method: post, Path: "/desk/contacts", Gate: crm.PermWriteContacts, Handler: staff.CreateContact, Body: visit.LongBody},
		{Method: get, Path: "/desk/contacts/new", Gate: crm.PermWriteContacts, Handler: staff.NewContact},
		{Method: get, Path: "/desk/contacts/export", Gate: crm.PermExportContacts, Handler: staff.ExportContacts, Cost: 5},
		{Method: get, Path: "/desk/contacts/:id", Gate: visit.Staff, Handler: staff.Contact},
		{Method: post, Path: "/desk/contacts/:id", Gate: crm.PermWriteContacts, Handler: staff.UpdateContact, Body: visit.LongBody},
		{Method: get, Path: "/desk/contacts/:id/edit", Gate: crm.PermWriteContacts, Handler: staff.EditContact},
		{Method: get, Path: "/desk/contacts/:id/accounts", Gate: accounts.PermRebind, Handler: staff.ContactAccounts},
		{Method: post, Path: "/desk/contacts/:id/accounts", Gate: accounts.PermRebind, Handler: staff.RebindAccount},
		{Method: get, Path: "/desk/contacts/:id/forum", Gate: forum.PermIdentify, Handler: staff.ContactForum},
		{Method: post, Path: "/desk/contacts/:id/forum", Gate: forum.PermIdentify, Handler: staff.IdentifyInForum},
		{Method: post, Path: "/desk/contacts/:id/consents", Gate: crm.PermWriteContacts, Handler: staff.SetConsent},
		{Method: get, Path: "/desk/contacts/:id/consents/:row", Gate: visit.Staff, Handler: staff.ConsentReceipt},
		{Method: get, Path: "/desk/calls/new", Gate: crm.PermWriteInteractions, Handler: staff.NewCall},
		{Method: post, Path: "/desk/calls", Gate: crm.PermWriteInteractions, Handler: staff.RecordCall, Body: visit.LongBody},
		{Method: get, Path: "/desk/interactions", Gate: crm.PermReadInteractions, Handler: staff.Interactions},
		{Method: get, Path: "/desk/interactions/statistics", Gate: crm.PermCallFigures, Handler: staff.CallFigures, Cost: 5},
		{Method: get, Path: "/desk/interactions/statistics.csv", Gate: crm.PermCallFigures, Handler: staff.DownloadCallFigures, Cost: 5},
		{Method: get, Path: "/desk/interactions/:id", Gate: crm.PermReadInteractions, Handler: staff.Interaction},
		{Method: post, Path: "/desk/interactions/:id/close", Gate: crm.PermWriteInteractions, Handler: staff.CloseFollowUp, Body: visit.LongBody},
		{Method: post, Path: "/desk/interactions/:id", Gate: crm.PermWriteInteractions, Handler: staff.CorrectInteraction, Body: visit.LongBody},
		{Method: get, Path: "/desk/interactions/:id/edit", Gate: crm.PermWriteInteractions, Handler: staff.EditInteraction},
		{Method: post, Path: "/desk/interactions/:id/notes", Gate: crm.PermWriteInteractions, Handler: staff.AddCaseNote, Body: visit.LongBody},
		{Method: post, Path: "/desk/interactions/:id/assign", Gate: crm.PermWriteInteractions, Handler: staff.AssignInteraction},
		{Method: post, Path: "/desk/interactions/:id/contact", Gate: crm.PermWriteInteractions, Handler: staff.AttachContact},
		{Method: post, Path: "/desk/interactions/:id/reopen", Gate: crm.PermWriteInteractions, Handler: staff.ReopenFollowUp},
		{Method: get, Path: "/desk/segments", Gate: crm.PermReadSegments, Handler: staff.Segments},
		{Method: post, Path: "/desk/segments", Gate: crm.PermWriteSegments, Handler: staff.CreateSegment, Body: visit.LongBody},
		{Method: get, Path: "/desk/segments/new", Gate: crm.PermWriteSegments, Handler: staff.NewSegment},
		{Method: get, Path: "/desk/segments/:id", Gate: crm.PermReadSegments, Handler: staff.Segment},
		{Method: post, Path: "/desk/segments/:id", Gate: crm.PermWriteSegments, Handler: staff.UpdateSegment, Body: visit.LongBody},
		{Method: get, Path: "/desk/segments/:id/edit", Gate: crm.PermWriteSegments, Handler: staff.EditSegment},
		{Method: get, Path: "/desk/segments/:id/export", Gate: crm.PermExportContacts, Handler: staff.ExportSegment, Cost: 5},
		{Method: post, Path: "/desk/segments/:id/delete", Gate: crm.PermWriteSegments, Handler: staff.DeleteSegment},
		{Method: get, Path: "/desk/texts", Gate: sitepage.PermWrite, Handler: staff.SiteTexts},
		{Method: get, Path: "/desk/texts/logo", Gate: sitepage.PermWrite, Handler: staff.EditLogo},
		{Method: post, Path: "/desk/texts/logo", Gate: sitepage.PermWrite, Handler: staff.PublishLogo, Body: visit.LongestBody, Files: true},
		{Method: get, Path: "/desk/texts/:page", Gate: sitepage.PermWrite, Handler: staff.EditSiteText},
		{Method: post, Path: "/desk/texts/:page", Gate: sitepage.PermWrite, Handler: staff.PublishSiteText, Body: visit.LongBody},
		{Method: get, Path: "/desk/settings", Gate: crm.PermWriteReference, Handler: staff.Settings},
		{Method: get, Path: "/desk/settings/:kind/new", Gate: crm.PermWriteReference, Handler: staff.NewSetting},
		{Method: post, Path: "/desk/settings/:kind", Gate: crm.PermWriteReference, Handler: staff.CreateSetting, Body: visit.LongBody},
		{Method: get, Path: "/desk/settings/:kind/:id", Gate: crm.PermWriteReference, Handler: staff.EditSetting},
		{Method: post, Path: "/desk/settings/:kind/:id", Gate: crm.PermWriteReference, Handler: staff.UpdateSetting, Body: visit.LongBody},

		// the desk: forum and moderation
		{Method: get, Path: "/desk/forum", Gate: forum.PermNote, Handler: staff.ForumList},
		{Method: get, Path: "/desk/forum/areas", Gate: forum.PermAreas, Handler: staff.ForumAreas},
		{Method: post, Path: "/desk/forum/areas", Gate: forum.PermAreas, Handler: staff.CreateForumArea},
		{Method: get, Path: "/desk/forum/areas/new", Gate: forum.PermAreas, Handler: staff.NewForumArea},
		{Method: get, Path: "/desk/forum/areas/:slug", Gate: forum.PermAreas, Handler: staff.EditForumArea},
		{Method: post, Path: "/desk/forum/areas/:slug", Gate: forum.PermAreas, Handler: staff.SaveForumArea},
		{Method: get, Path: "/desk/forum/:id", Gate: forum.PermNote, Handler: staff.ForumThread},
		{Method: post, Path: "/desk/forum/:id/answer", Gate: forum.PermAnswer, Handler: staff.AnswerThread, Body: visit.LongBody},
		{Method: post, Path: "/desk/forum/:id/notes", Gate: forum.PermNote, Handler: staff.AddForumNote, Body: visit.LongBody},
		{Method: post, Path: "/desk/forum/:id/assign", Gate: forum.PermAssign, Handler: staff.AssignThread},
		{Method: post, Path: "/desk/forum/:id/decide", Gate: forum.PermModerate, Handler: staff.DecideThread, Body: visit.LongBody},
		{Method: get, Path: "/desk/moderation", Gate: forum.PermModerate, Handler: staff.ModerationQueue},
		{Method: get, Path: "/desk/moderation/log", Gate: forum.PermModerate, Handler: staff.ModerationLog},
		{Method: get, Path: "/desk/moderation/:id/:number", Gate: forum.PermModerate, Handler: staff.ModerationCase},
		{Method: post, Path: "/desk/moderation/:id/:number/claim", Gate: forum.PermModerate, Handler: staff.ClaimCase},
		{Method: post, Path: "/desk/moderation/:id/:number/release", Gate: forum.PermModerate, Handler: staff.ReleaseCase},
		{Method: post, Path: "/desk/moderation/:id/:number/decide", Gate: forum.PermModerate, Handler: staff.DecideCase, Body: visit.LongBody},

		// accounts and audit
		{Method: get, Path: "/desk/account", Gate: visit.Staff, Handler: staff.Account},
		{Method: post, Path: "/desk/account/password", Gate: visit.Staff, Handler: staff.ChangePassword},
		{Method: post, Path: "/desk/account/sessions", Gate: visit.Staff, Handler: staff.EndSession},
		{Method: get, Path: "/desk/users", Gate: accounts.PermManage, Handler: staff.Users},
		{Method: post, Path: "/desk/users", Gate: accounts.PermManage, Handler: staff.AddUser},
		{Method: get, Path: "/desk/users/new", Gate: accounts.PermManage, Handler: staff.NewUser},
		{Method: get, Path: "/desk/users/:id", Gate: accounts.PermManage, Handler: staff.User},
		{Method: post, Path: "/desk/users/:id/duties", Gate: accounts.PermManage, Handler: staff.SetDuties},
		{Method: post, Path: "/desk/users/:id/disable", Gate: accounts.PermManage, Handler: staff.DisableUser},
		{Method: post, Path: "/desk/users/:id/enable", Gate: accounts.PermManage, Handler: staff.EnableUser},
		{Method: post, Path: "/desk/users/:id/invite", Gate: accounts.PermManage, Handler: staff.InviteUser},
		{Method: post, Path: "/desk/users/:id/sessions", Gate: accounts.PermManage, Handler: staff.EndUserSession},
		{Method: get, Path: "/desk/audit", Gate: audit.PermRead, Handler: staff.AuditLog},
		{Method: get, Path: "/desk/audit/export", Gate: audit.PermRead, Handler: staff.ExportAudit},
		{Method: post, Path: "/desk/audit/verify", Gate: audit.PermRead, Handler: staff.VerifyAudit, Cost: 20},
		{Method: get, Path: "/desk/audit/evidence", Gate: accounts.PermEvidence, Handler: staff.Evidence},

		// surveys, for staff
		{Method: get, Path: "/desk/surveys", Gate: surveys.PermRead, Handler: staff.SurveyList},
		{Method: get, Path: "/desk/surveys/new", Gate: surveys.PermWrite, Handler: staff.NewSurvey},
		{Method: post, Path: "/desk/surveys", Gate: surveys.PermWrite, Handler: staff.CreateSurvey, Body: visit.LongBody},
		{Method: get, Path: "/desk/surveys/:id", Gate: surveys.PermRead, Handler: staff.Survey},
		{Method: get, Path: "/desk/surveys/:id/preview", Gate: surveys.PermRead, Handler: pages.SurveyPreview},
		{Method: get, Path: "/desk/surveys/:id/settings", Gate: surveys.PermWrite, Handler: staff.EditSurveySettings},
		{Method: post, Path: "/desk/surveys/:id/settings", Gate: surveys.PermWrite, Handler: staff.SaveSurveySettings, Body: visit.LongBody},
		{Method: post, Path: "/desk/surveys/:id/pages", Gate: surveys.PermWrite, Handler: staff.AddSurveyPage},
		{Method: post, Path: "/desk/surveys/:id/pages/:number", Gate: surveys.PermWrite, Handler: staff.SaveSurveyPage},
		{Method: get, Path: "/desk/surveys/:id/questions/new", Gate: surveys.PermWrite, Handler: staff.NewSurveyQuestion},
		{Method: post, Path: "/desk/surveys/:id/questions", Gate: surveys.PermWrite, Handler: staff.CreateSurveyQuestion, Body: visit.LongBody},
		{Method: get, Path: "/desk/surveys/:id/questions/:code", Gate: surveys.PermWrite, Handler: staff.EditSurveyQuestion},
		{Method: post, Path: "/desk/surveys/:id/questions/:code", Gate: surveys.PermWrite, Handler: staff.SaveSurveyQuestion, Body: visit.LongBody},
		{Method: post, Path: "/desk/surveys/:id/questions/:code/move", Gate: surveys.PermWrite, Handler: staff.MoveSurveyQuestion},
		{Method: post, Path: "/desk/surveys/:id/questions/:code/delete", Gate: surveys.PermWrite, Handler: staff.DeleteSurveyQuestion},
		{Method: post, Path: "/desk/surveys/:id/duplicate", Gate: surveys.PermWrite, Handler: staff.DuplicateSurvey},
		{Method: get, Path: "/desk/surveys/:id/publish", Gate: surveys.PermPublish, Handler: staff.PublishSurveyForm},
		{Method: post, Path: "/desk/surveys/:id/publish", Gate: surveys.PermPublish, Handler: staff.PublishSurvey},
		{Method: get, Path: "/desk/surveys/:id/times", Gate: surveys.PermPublish, Handler: staff.SurveyTimesForm},
		{Method: post, Path: "/desk/surveys/:id/times", Gate: surveys.PermPublish, Handler: staff.ChangeSurveyTimes},
		{Method: post, Path: "/desk/surveys/:id/discard", Gate: surveys.PermWrite, Handler: staff.DiscardSurveyEdits},
		{Method: post, Path: "/desk/surveys/:id/delete", Gate: surveys.PermWrite, Handler: staff.DeleteSurvey},
		{Method: post, Path: "/desk/surveys/:id/close", Gate: surveys.PermPublish, Handler: staff.CloseSurvey},
		{Method: get, Path: "/desk/surveys/:id/results", Gate: surveys.PermResults, Handler: staff.SurveyResults},
		{Method: post, Path: "/desk/surveys/:id/questions/:code/meaning", Gate: surveys.PermPublish, Handler: staff.SetSurveyMeaning},
		{Method: post, Path: "/desk/surveys/:id/results/publish", Gate: surveys.PermPublish, Handler: staff.PublishSurveyResults},
		{Method: get, Path: "/desk/surveys/:id/texts/:code", Gate: surveys.PermTexts, Handler: staff.SurveyTexts},
		{Method: get, Path: "/desk/surveys/:id/responses.csv", Gate: surveys.PermExport, Handler: staff.DownloadSurveyResponses},
		{Method: get, Path: "/desk/surveys/:id/results.csv", Gate: surveys.PermExport, Handler: staff.DownloadSurveyResults},

		// campaigns and mail, for staff
		{Method: get, Path: "/desk/campaigns", Gate: notify.PermReadCampaigns, Handler: staff.CampaignList},
		{Method: get, Path: "/desk/campaigns/new", Gate: notify.PermWriteCampaigns, Handler: staff.NewCampaign},
		{Method: post, Path: "/desk/campaigns", Gate: notify.PermWriteCampaigns, Handler: staff.CreateCampaign, Body: visit.LongestBody},
		{Method: get, Path: "/desk/campaigns/:id", Gate: notify.PermReadCampaigns, Handler: staff.Campaign},
		{Method: post, Path: "/desk/campaigns/:id", Gate: notify.PermWriteCampaigns, Handler: staff.SaveCampaign, Body: visit.LongestBody},
		{Method: get, Path: "/desk/campaigns/:id/edit", Gate: notify.PermWriteCampaigns, Handler: staff.EditCampaign},
		{Method: get, Path: "/desk/campaigns/:id/preview", Gate: notify.PermReadCampaigns, Handler: staff.PreviewCampaign},
		{Method: get, Path: "/desk/campaigns/:id/preview/document", Gate: notify.PermReadCampaigns, Handler: staff.PreviewDocument},
		{Method: get, Path: "/desk/campaigns/:id/deliveries", Gate: notify.PermReadCampaigns, Handler: staff.Deliveries},
		{Method: post, Path: "/desk/campaigns/:id/test", Gate: notify.PermWriteCampaigns, Handler: staff.TestCampaign},
		{Method: get, Path: "/desk/campaigns/:id/schedule", Gate: notify.PermSendCampaigns, Handler: staff.ScheduleForm},
		{Method: post, Path: "/desk/campaigns/:id/schedule", Gate: notify.PermSendCampaigns, Handler: staff.Schedule},
		{Method: post, Path: "/desk/campaigns/:id/unschedule", Gate: notify.PermSendCampaigns, Handler: staff.UnscheduleCampaign},
		{Method: post, Path: "/desk/campaigns/:id/pause", Gate: notify.PermSendCampaigns, Handler: staff.PauseCampaign},
		{Method: post, Path: "/desk/campaigns/:id/resume", Gate: notify.PermSendCampaigns, Handler: staff.ResumeCampaign},
		{Method: post, Path: "/desk/campaigns/:id/cancel", Gate: notify.PermSendCampaigns, Handler: staff.CancelCampaign},
		{Method: post, Path: "/desk/campaigns/:id/retry", Gate: notify.PermSendCampaigns, Handler: staff.RetryCampaign},
		{Method: get, Path: "/desk/mail", Gate: notify.PermReadMail, Handler: staff.OutgoingMail},
		{Method: post, Path: "/desk/mail/hold", Gate: notify.PermHoldMail, Handler: staff.HoldMail},
		{Method: post, Path: "/desk/mail/release", Gate: notify.PermHoldMail, Handler: staff.ReleaseMail},
		{Method: get, Path: "/desk/mail/kept", Gate: notify.PermReadMail, Handler: staff.KeptMail},
		{Method: get, Path: "/desk/mail/document", Gate: notify.PermReadMail, Handler: staff.KeptDocument},
		{Method: get, Path: "/desk/mail/addresses", Gate: notify.PermReadMail, Handler: staff.HeldAddresses},
		{Method: post, Path: "/desk/mail/addresses/release", Gate: notify.PermSendCampaigns, Handler: staff.ReleaseAddresses},
		{Method: post, Path: "/desk/mail/addresses/:id/release", Gate: notify.PermSendCampaigns, Handler: staff.ReleaseAddress},
	}
}

// sections lists what the header's second menu leads to.
func sections() []ui.NavItem {
	return []ui.NavItem{
		{Path: "/sondaggi", Key: "surveys.list.title"},
		{Path: "/forum", Key: "forum.title"},
	}
}

// deskEntries lists the navigation of the desk in its order. Each leads to a GET route, whose gate decides who sees it.
func deskEntries() []ui.NavItem {
	return []ui.NavItem{
		{Path: "/desk", Key: "desk.nav.home", Icon: "it-pa", Keys: "g h"},
		{Path: "/desk/search", Key: "desk.nav.search", Icon: "it-search", Keys: "/"},
		{Path: "/desk/calls/new", Key: "crm.call.title", Icon: "it-telephone", Keys: "n"},
		{Path: "/desk/contacts", Key: "crm.contacts.title", Icon: "it-user", Keys: "g c"},
		{Path: "/desk/interactions", Key: "crm.interactions.title", Icon: "it-comment", Keys: "g i"},
		{Path: "/desk/segments", Key: "crm.segments.title", Icon: "it-list", Keys: "g e"},
		{Path: "/desk/campaigns", Key: "notify.campaigns.title", Icon: "it-mail", Keys: "g v"},
		{Path: "/desk/mail", Key: "notify.mail_page.title", Icon: "it-mail", Keys: "g p"},
		{Path: "/desk/forum", Key: "forum.desk.title", Icon: "it-comment", Keys: "g f"},
		{Path: "/desk/forum/areas", Key: "forum.desk.areas", Icon: "it-map-marker", Keys: "g z"},
		{Path: "/desk/moderation", Key: "forum.queue.title", Icon: "it-flag", Keys: "g m"},
		{Path: "/desk/surveys", Key: "surveys.desk.title", Icon: "it-list", Keys: "g s"},
		{Path: "/desk/settings", Key: "crm.settings.title", Icon: "it-settings", Keys: "g o"},
		{Path: "/desk/texts", Key: "desk.texts.title", Icon: "it-file", Keys: "g t"},
		{Path: "/desk/users", Key: "accounts.users.title", Icon: "it-user", Keys: "g u"},
		{Path: "/desk/audit", Key: "accounts.audit.title", Icon: "it-locked", Keys: "g r"},
		{Path: "/desk/account", Key: "accounts.account.title", Icon: "it-key", Keys: "g k"},
	}
}
