package web

import (
	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/sitepage"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/page"
)

// deskRoutes are those of what every desk has.
func (r rooms) deskRoutes() []Route {
	return []Route{
		get("/desk", page.Staff, r.desk.Home),
		get("/desk/shortcuts", page.Staff, r.desk.Shortcuts),
		get("/desk/search", page.Staff, r.find.Desk),
		get("/desk/work", page.Staff, r.desk.Tasks),
		get("/desk/work/:id", page.Staff, r.desk.Task),
		get("/desk/work/:id/file", page.Staff, r.desk.DownloadTask).costing(5),
		post("/desk/work/:id/cancel", page.Staff, r.desk.CancelTask),
	}
}

// contactRoutes are those of contacts, calls and segments at the desk.
func (r rooms) contactRoutes() []Route {
	return []Route{
		get("/desk/contacts", crm.PermReadContacts, r.desk.Contacts),
		post("/desk/contacts", crm.PermWriteContacts, r.desk.CreateContact).long(),
		get("/desk/contacts/new", crm.PermWriteContacts, r.desk.NewContact),
		get("/desk/contacts/export", crm.PermExportContacts, r.desk.ExportContacts).costing(5),
		post("/desk/contacts/export", crm.PermExportContacts, r.desk.AskContactExport).costing(5),
		get("/desk/contacts/:id", page.Staff, r.desk.Contact),
		post("/desk/contacts/:id", crm.PermWriteContacts, r.desk.UpdateContact).long(),
		get("/desk/contacts/:id/edit", crm.PermWriteContacts, r.desk.EditContact),
		get("/desk/contacts/:id/accounts", accounts.PermRebind, r.desk.ContactAccounts),
		post("/desk/contacts/:id/accounts", accounts.PermRebind, r.desk.RebindAccount),
		get("/desk/contacts/:id/forum", forum.PermIdentify, r.desk.ContactForum),
		post("/desk/contacts/:id/forum", forum.PermIdentify, r.desk.IdentifyInForum),
		post("/desk/contacts/:id/consents", crm.PermWriteContacts, r.desk.SetConsent),
		get("/desk/contacts/:id/consents/:row", page.Staff, r.desk.ConsentReceipt),
		get("/desk/calls/new", crm.PermWriteInteractions, r.desk.NewCall),
		post("/desk/calls", crm.PermWriteInteractions, r.desk.RecordCall).long(),
		get("/desk/interactions", crm.PermReadInteractions, r.desk.Interactions),
		get("/desk/interactions/statistics", crm.PermCallFigures, r.desk.CallFigures).costing(5),
		get("/desk/interactions/statistics.csv", crm.PermCallFigures, r.desk.DownloadCallFigures).costing(5),
		get("/desk/interactions/:id", crm.PermReadInteractions, r.desk.Interaction),
		post("/desk/interactions/:id/close", crm.PermWriteInteractions, r.desk.CloseFollowUp).long(),
		post("/desk/interactions/:id", crm.PermWriteInteractions, r.desk.CorrectInteraction).long(),
		get("/desk/interactions/:id/edit", crm.PermWriteInteractions, r.desk.EditInteraction),
		post("/desk/interactions/:id/notes", crm.PermWriteInteractions, r.desk.AddCaseNote).long(),
		post("/desk/interactions/:id/assign", crm.PermWriteInteractions, r.desk.AssignInteraction),
		post("/desk/interactions/:id/contact", crm.PermWriteInteractions, r.desk.AttachContact),
		post("/desk/interactions/:id/reopen", crm.PermWriteInteractions, r.desk.ReopenFollowUp),
		get("/desk/segments", crm.PermReadSegments, r.desk.Segments),
		post("/desk/segments", crm.PermWriteSegments, r.desk.CreateSegment).long(),
		get("/desk/segments/new", crm.PermWriteSegments, r.desk.NewSegment),
		get("/desk/segments/:id", crm.PermReadSegments, r.desk.Segment),
		post("/desk/segments/:id", crm.PermWriteSegments, r.desk.UpdateSegment).long(),
		get("/desk/segments/:id/edit", crm.PermWriteSegments, r.desk.EditSegment),
		get("/desk/segments/:id/export", crm.PermExportContacts, r.desk.ExportSegment).costing(5),
		post("/desk/segments/:id/export", crm.PermExportContacts, r.desk.AskSegmentExport).costing(5),
		post("/desk/segments/:id/delete", crm.PermWriteSegments, r.desk.DeleteSegment),
	}
}

// settingRoutes are those of the town's data and texts.
func (r rooms) settingRoutes() []Route {
	return []Route{
		get("/desk/texts", sitepage.PermWrite, r.desk.SiteTexts),
		get("/desk/texts/logo", sitepage.PermWrite, r.desk.EditLogo),
		post("/desk/texts/logo", sitepage.PermWrite, r.desk.PublishLogo).longest().withFiles(),
		get("/desk/texts/:page", sitepage.PermWrite, r.desk.EditSiteText),
		post("/desk/texts/:page", sitepage.PermWrite, r.desk.PublishSiteText).long(),
		get("/desk/settings", crm.PermWriteReference, r.desk.Settings),
		get("/desk/settings/:kind/new", crm.PermWriteReference, r.desk.NewSetting),
		post("/desk/settings/:kind", crm.PermWriteReference, r.desk.CreateSetting).long(),
		get("/desk/settings/:kind/:id", crm.PermWriteReference, r.desk.EditSetting),
		post("/desk/settings/:kind/:id", crm.PermWriteReference, r.desk.UpdateSetting).long(),
	}
}

// deskForumRoutes are those of forum and moderation at the desk.
func (r rooms) deskForumRoutes() []Route {
	return []Route{
		get("/desk/forum", forum.PermNote, r.desk.ForumList),
		get("/desk/forum/areas", forum.PermAreas, r.desk.ForumAreas),
		post("/desk/forum/areas", forum.PermAreas, r.desk.CreateForumArea),
		get("/desk/forum/areas/new", forum.PermAreas, r.desk.NewForumArea),
		get("/desk/forum/areas/:slug", forum.PermAreas, r.desk.EditForumArea),
		post("/desk/forum/areas/:slug", forum.PermAreas, r.desk.SaveForumArea),
		get("/desk/forum/:id", forum.PermNote, r.desk.ForumThread),
		post("/desk/forum/:id/answer", forum.PermAnswer, r.desk.AnswerThread).long(),
		post("/desk/forum/:id/notes", forum.PermNote, r.desk.AddForumNote).long(),
		post("/desk/forum/:id/assign", forum.PermAssign, r.desk.AssignThread),
		post("/desk/forum/:id/decide", forum.PermModerate, r.desk.DecideThread).long(),
		get("/desk/moderation", forum.PermModerate, r.desk.ModerationQueue),
		get("/desk/moderation/log", forum.PermModerate, r.desk.ModerationLog),
		get("/desk/moderation/:id/:number", forum.PermModerate, r.desk.ModerationCase),
		post("/desk/moderation/:id/:number/claim", forum.PermModerate, r.desk.ClaimCase),
		post("/desk/moderation/:id/:number/release", forum.PermModerate, r.desk.ReleaseCase),
		post("/desk/moderation/:id/:number/decide", forum.PermModerate, r.desk.DecideCase).long(),
	}
}

// accountRoutes are those of accounts of the staff and the audit.
func (r rooms) accountRoutes() []Route {
	return []Route{
		get("/desk/account", page.Staff, r.desk.Account),
		post("/desk/account/password", page.Staff, r.desk.ChangePassword),
		post("/desk/account/sessions", page.Staff, r.desk.EndSession),
		post("/desk/account/tokens", page.Staff, r.desk.CreateToken),
		get("/desk/account/tokens/new", page.Staff, r.desk.NewToken),
		get("/desk/account/tokens/:id", page.Staff, r.desk.Token),
		post("/desk/account/tokens/:id/revoke", page.Staff, r.desk.RevokeToken),
		get("/desk/users", accounts.PermManage, r.desk.Users),
		post("/desk/users", accounts.PermManage, r.desk.AddUser),
		get("/desk/users/new", accounts.PermManage, r.desk.NewUser),
		get("/desk/users/:id", accounts.PermManage, r.desk.User),
		post("/desk/users/:id/duties", accounts.PermManage, r.desk.SetDuties),
		post("/desk/users/:id/disable", accounts.PermManage, r.desk.DisableUser),
		post("/desk/users/:id/enable", accounts.PermManage, r.desk.EnableUser),
		post("/desk/users/:id/invite", accounts.PermManage, r.desk.InviteUser),
		post("/desk/users/:id/sessions", accounts.PermManage, r.desk.EndUserSession),
		get("/desk/audit", audit.PermRead, r.desk.AuditLog),
		get("/desk/audit/export", audit.PermRead, r.desk.ExportAudit),
		post("/desk/audit/verify", audit.PermRead, r.desk.VerifyAudit).costing(20),
		get("/desk/audit/evidence", accounts.PermEvidence, r.desk.Evidence),
	}
}

// deskSurveyRoutes are those of surveys as the staff makes them.
func (r rooms) deskSurveyRoutes() []Route {
	return []Route{
		get("/desk/surveys", surveys.PermRead, r.desk.SurveyList),
		get("/desk/surveys/new", surveys.PermWrite, r.desk.NewSurvey),
		post("/desk/surveys", surveys.PermWrite, r.desk.CreateSurvey).long(),
		get("/desk/surveys/:id", surveys.PermRead, r.desk.Survey),
		get("/desk/surveys/:id/preview", surveys.PermRead, r.site.SurveyPreview),
		get("/desk/surveys/:id/settings", surveys.PermWrite, r.desk.EditSurveySettings),
		post("/desk/surveys/:id/settings", surveys.PermWrite, r.desk.SaveSurveySettings).long(),
		post("/desk/surveys/:id/pages", surveys.PermWrite, r.desk.AddSurveyPage),
		post("/desk/surveys/:id/pages/:number", surveys.PermWrite, r.desk.SaveSurveyPage),
		get("/desk/surveys/:id/questions/new", surveys.PermWrite, r.desk.NewSurveyQuestion),
		post("/desk/surveys/:id/questions", surveys.PermWrite, r.desk.CreateSurveyQuestion).long(),
		get("/desk/surveys/:id/questions/:code", surveys.PermWrite, r.desk.EditSurveyQuestion),
		post("/desk/surveys/:id/questions/:code", surveys.PermWrite, r.desk.SaveSurveyQuestion).long(),
		post("/desk/surveys/:id/questions/:code/move", surveys.PermWrite, r.desk.MoveSurveyQuestion),
		post("/desk/surveys/:id/questions/:code/delete", surveys.PermWrite, r.desk.DeleteSurveyQuestion),
		post("/desk/surveys/:id/duplicate", surveys.PermWrite, r.desk.DuplicateSurvey),
		get("/desk/surveys/:id/publish", surveys.PermPublish, r.desk.PublishSurveyForm),
		post("/desk/surveys/:id/publish", surveys.PermPublish, r.desk.PublishSurvey),
		get("/desk/surveys/:id/times", surveys.PermPublish, r.desk.SurveyTimesForm),
		post("/desk/surveys/:id/times", surveys.PermPublish, r.desk.ChangeSurveyTimes),
		post("/desk/surveys/:id/discard", surveys.PermWrite, r.desk.DiscardSurveyEdits),
		post("/desk/surveys/:id/delete", surveys.PermWrite, r.desk.DeleteSurvey),
		post("/desk/surveys/:id/close", surveys.PermPublish, r.desk.CloseSurvey),
		get("/desk/surveys/:id/results", surveys.PermResults, r.desk.SurveyResults),
		post("/desk/surveys/:id/questions/:code/meaning", surveys.PermPublish, r.desk.SetSurveyMeaning),
		post("/desk/surveys/:id/results/publish", surveys.PermPublish, r.desk.PublishSurveyResults),
		get("/desk/surveys/:id/texts/:code", surveys.PermTexts, r.desk.SurveyTexts),
		get("/desk/surveys/:id/responses.csv", surveys.PermExport, r.desk.DownloadSurveyResponses),
		get("/desk/surveys/:id/results.csv", surveys.PermExport, r.desk.DownloadSurveyResults),
	}
}

// campaignRoutes are those of campaigns and outgoing mail.
func (r rooms) campaignRoutes() []Route {
	return []Route{
		get("/desk/campaigns", notify.PermReadCampaigns, r.desk.CampaignList),
		get("/desk/campaigns/new", notify.PermWriteCampaigns, r.desk.NewCampaign),
		post("/desk/campaigns", notify.PermWriteCampaigns, r.desk.CreateCampaign).longest(),
		get("/desk/campaigns/:id", notify.PermReadCampaigns, r.desk.Campaign),
		post("/desk/campaigns/:id", notify.PermWriteCampaigns, r.desk.SaveCampaign).longest(),
		get("/desk/campaigns/:id/edit", notify.PermWriteCampaigns, r.desk.EditCampaign),
		get("/desk/campaigns/:id/preview", notify.PermReadCampaigns, r.desk.PreviewCampaign),
		get("/desk/campaigns/:id/preview/document", notify.PermReadCampaigns, r.desk.PreviewDocument),
		get("/desk/campaigns/:id/deliveries", notify.PermReadCampaigns, r.desk.Deliveries),
		post("/desk/campaigns/:id/test", notify.PermWriteCampaigns, r.desk.TestCampaign),
		get("/desk/campaigns/:id/schedule", notify.PermSendCampaigns, r.desk.ScheduleForm),
		post("/desk/campaigns/:id/schedule", notify.PermSendCampaigns, r.desk.Schedule),
		post("/desk/campaigns/:id/unschedule", notify.PermSendCampaigns, r.desk.UnscheduleCampaign),
		post("/desk/campaigns/:id/pause", notify.PermSendCampaigns, r.desk.PauseCampaign),
		post("/desk/campaigns/:id/resume", notify.PermSendCampaigns, r.desk.ResumeCampaign),
		post("/desk/campaigns/:id/cancel", notify.PermSendCampaigns, r.desk.CancelCampaign),
		post("/desk/campaigns/:id/retry", notify.PermSendCampaigns, r.desk.RetryCampaign),
		get("/desk/mail", notify.PermReadMail, r.desk.OutgoingMail),
		post("/desk/mail/hold", notify.PermHoldMail, r.desk.HoldMail),
		post("/desk/mail/release", notify.PermHoldMail, r.desk.ReleaseMail),
		get("/desk/mail/kept", notify.PermReadMail, r.desk.KeptMail),
		get("/desk/mail/document", notify.PermReadMail, r.desk.KeptDocument),
		get("/desk/mail/addresses", notify.PermReadMail, r.desk.HeldAddresses),
		post("/desk/mail/addresses/release", notify.PermSendCampaigns, r.desk.ReleaseAddresses),
		post("/desk/mail/addresses/:id/release", notify.PermSendCampaigns, r.desk.ReleaseAddress),
	}
}
