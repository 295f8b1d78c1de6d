package web

import (
	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/page"
)

// deskRoutes are those of what every desk has.
func (r rooms) deskRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk", page.Staff, r.desk.Home),
		page.Get("/desk/shortcuts", page.Staff, r.desk.Shortcuts),
		page.Get("/desk/search", page.Staff, r.find.Desk),
		page.Get("/desk/work", page.Staff, r.desk.Tasks),
		page.Get("/desk/work/:id", page.Staff, r.desk.Task),
		page.Get("/desk/work/:id/file", page.Staff, r.desk.DownloadTask).Costing(5),
		page.Post("/desk/work/:id/cancel", page.Staff, r.desk.CancelTask),
	}
}

// contactRoutes are those of contacts, calls and segments at the desk.
func (r rooms) contactRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk/contacts", crm.PermReadContacts, r.desk.Contacts),
		page.Post("/desk/contacts", crm.PermWriteContacts, r.desk.CreateContact).Long(),
		page.Get("/desk/contacts/new", crm.PermWriteContacts, r.desk.NewContact),
		page.Get("/desk/contacts/export", crm.PermExportContacts, r.desk.ExportContacts).Costing(5),
		page.Post("/desk/contacts/export", crm.PermExportContacts, r.desk.AskContactExport).Costing(5),
		page.Get("/desk/contacts/:id", page.Staff, r.desk.Contact),
		page.Post("/desk/contacts/:id", crm.PermWriteContacts, r.desk.UpdateContact).Long(),
		page.Get("/desk/contacts/:id/edit", crm.PermWriteContacts, r.desk.EditContact),
		page.Get("/desk/contacts/:id/accounts", accounts.PermRebind, r.desk.ContactAccounts),
		page.Post("/desk/contacts/:id/accounts", accounts.PermRebind, r.desk.RebindAccount),
		page.Get("/desk/contacts/:id/forum", forum.PermIdentify, r.desk.ContactForum),
		page.Post("/desk/contacts/:id/forum", forum.PermIdentify, r.desk.IdentifyInForum),
		page.Post("/desk/contacts/:id/consents", crm.PermWriteContacts, r.desk.SetConsent),
		page.Get("/desk/contacts/:id/consents/:row", page.Staff, r.desk.ConsentReceipt),
		page.Get("/desk/calls/new", crm.PermWriteInteractions, r.desk.NewCall),
		page.Post("/desk/calls", crm.PermWriteInteractions, r.desk.RecordCall).Long(),
		page.Get("/desk/interactions", crm.PermReadInteractions, r.desk.Interactions),
		page.Get("/desk/interactions/statistics", crm.PermCallFigures, r.desk.CallFigures).Costing(5),
		page.Get("/desk/interactions/statistics.csv", crm.PermCallFigures, r.desk.DownloadCallFigures).Costing(5),
		page.Get("/desk/interactions/:id", crm.PermReadInteractions, r.desk.Interaction),
		page.Post("/desk/interactions/:id/close", crm.PermWriteInteractions, r.desk.CloseFollowUp).Long(),
		page.Post("/desk/interactions/:id", crm.PermWriteInteractions, r.desk.CorrectInteraction).Long(),
		page.Get("/desk/interactions/:id/edit", crm.PermWriteInteractions, r.desk.EditInteraction),
		page.Post("/desk/interactions/:id/notes", crm.PermWriteInteractions, r.desk.AddCaseNote).Long(),
		page.Post("/desk/interactions/:id/assign", crm.PermWriteInteractions, r.desk.AssignInteraction),
		page.Post("/desk/interactions/:id/contact", crm.PermWriteInteractions, r.desk.AttachContact),
		page.Post("/desk/interactions/:id/reopen", crm.PermWriteInteractions, r.desk.ReopenFollowUp),
		page.Get("/desk/segments", segment.PermRead, r.desk.Segments),
		page.Post("/desk/segments", segment.PermWrite, r.desk.CreateSegment).Long(),
		page.Get("/desk/segments/new", segment.PermWrite, r.desk.NewSegment),
		page.Get("/desk/segments/:id", segment.PermRead, r.desk.Segment),
		page.Post("/desk/segments/:id", segment.PermWrite, r.desk.UpdateSegment).Long(),
		page.Get("/desk/segments/:id/edit", segment.PermWrite, r.desk.EditSegment),
		page.Get("/desk/segments/:id/export", crm.PermExportContacts, r.desk.ExportSegment).Costing(5),
		page.Post("/desk/segments/:id/export", crm.PermExportContacts, r.desk.AskSegmentExport).Costing(5),
		page.Post("/desk/segments/:id/delete", segment.PermWrite, r.desk.DeleteSegment),
	}
}

// settingRoutes are those of the town's data and texts.
func (r rooms) settingRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk/texts", sitepage.PermWrite, r.desk.SiteTexts),
		page.Get("/desk/texts/logo", sitepage.PermWrite, r.desk.EditLogo),
		page.Post("/desk/texts/logo", sitepage.PermWrite, r.desk.PublishLogo).Longest().WithFiles(),
		page.Get("/desk/texts/:page", sitepage.PermWrite, r.desk.EditSiteText),
		page.Post("/desk/texts/:page", sitepage.PermWrite, r.desk.PublishSiteText).Long(),
		page.Get("/desk/settings", reference.PermWrite, r.desk.Settings),
		page.Get("/desk/settings/:kind/new", reference.PermWrite, r.desk.NewSetting),
		page.Post("/desk/settings/:kind", reference.PermWrite, r.desk.CreateSetting).Long(),
		page.Get("/desk/settings/:kind/:id", reference.PermWrite, r.desk.EditSetting),
		page.Post("/desk/settings/:kind/:id", reference.PermWrite, r.desk.UpdateSetting).Long(),
	}
}

// deskForumRoutes are those of forum and moderation at the desk.
func (r rooms) deskForumRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk/forum", forum.PermNote, r.desk.ForumList),
		page.Get("/desk/forum/areas", forum.PermAreas, r.desk.ForumAreas),
		page.Post("/desk/forum/areas", forum.PermAreas, r.desk.CreateForumArea),
		page.Get("/desk/forum/areas/new", forum.PermAreas, r.desk.NewForumArea),
		page.Get("/desk/forum/areas/:slug", forum.PermAreas, r.desk.EditForumArea),
		page.Post("/desk/forum/areas/:slug", forum.PermAreas, r.desk.SaveForumArea),
		page.Get("/desk/forum/:id", forum.PermNote, r.desk.ForumThread),
		page.Post("/desk/forum/:id/answer", forum.PermAnswer, r.desk.AnswerThread).Long(),
		page.Post("/desk/forum/:id/notes", forum.PermNote, r.desk.AddForumNote).Long(),
		page.Post("/desk/forum/:id/assign", forum.PermAssign, r.desk.AssignThread),
		page.Post("/desk/forum/:id/decide", forum.PermModerate, r.desk.DecideThread).Long(),
		page.Get("/desk/moderation", forum.PermModerate, r.desk.ModerationQueue),
		page.Get("/desk/moderation/log", forum.PermModerate, r.desk.ModerationLog),
		page.Get("/desk/moderation/:id/:number", forum.PermModerate, r.desk.ModerationCase),
		page.Post("/desk/moderation/:id/:number/claim", forum.PermModerate, r.desk.ClaimCase),
		page.Post("/desk/moderation/:id/:number/release", forum.PermModerate, r.desk.ReleaseCase),
		page.Post("/desk/moderation/:id/:number/decide", forum.PermModerate, r.desk.DecideCase).Long(),
	}
}

// accountRoutes are those of accounts of the staff and the audit.
func (r rooms) accountRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk/account", page.Staff, r.desk.Account),
		page.Post("/desk/account/password", page.Staff, r.desk.ChangePassword),
		page.Post("/desk/account/sessions", page.Staff, r.desk.EndSession),
		page.Post("/desk/account/tokens", page.Staff, r.desk.CreateToken),
		page.Get("/desk/account/tokens/new", page.Staff, r.desk.NewToken),
		page.Get("/desk/account/tokens/:id", page.Staff, r.desk.Token),
		page.Post("/desk/account/tokens/:id/revoke", page.Staff, r.desk.RevokeToken),
		page.Get("/desk/users", accounts.PermManage, r.desk.Users),
		page.Post("/desk/users", accounts.PermManage, r.desk.AddUser),
		page.Get("/desk/users/new", accounts.PermManage, r.desk.NewUser),
		page.Get("/desk/users/:id", accounts.PermManage, r.desk.User),
		page.Post("/desk/users/:id/duties", accounts.PermManage, r.desk.SetDuties),
		page.Post("/desk/users/:id/disable", accounts.PermManage, r.desk.DisableUser),
		page.Post("/desk/users/:id/enable", accounts.PermManage, r.desk.EnableUser),
		page.Post("/desk/users/:id/invite", accounts.PermManage, r.desk.InviteUser),
		page.Post("/desk/users/:id/sessions", accounts.PermManage, r.desk.EndUserSession),
		page.Get("/desk/audit", audit.PermRead, r.desk.AuditLog),
		page.Get("/desk/audit/export", audit.PermRead, r.desk.ExportAudit),
		page.Post("/desk/audit/verify", audit.PermRead, r.desk.VerifyAudit).Costing(20),
		page.Get("/desk/audit/evidence", accounts.PermEvidence, r.desk.Evidence),
	}
}

// deskSurveyRoutes are those of surveys as the staff makes them.
func (r rooms) deskSurveyRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk/surveys", surveys.PermRead, r.desk.SurveyList),
		page.Get("/desk/surveys/new", surveys.PermWrite, r.desk.NewSurvey),
		page.Post("/desk/surveys", surveys.PermWrite, r.desk.CreateSurvey).Long(),
		page.Get("/desk/surveys/:id", surveys.PermRead, r.desk.Survey),
		page.Get("/desk/surveys/:id/preview", surveys.PermRead, r.site.SurveyPreview),
		page.Get("/desk/surveys/:id/settings", surveys.PermWrite, r.desk.EditSurveySettings),
		page.Post("/desk/surveys/:id/settings", surveys.PermWrite, r.desk.SaveSurveySettings).Long(),
		page.Post("/desk/surveys/:id/pages", surveys.PermWrite, r.desk.AddSurveyPage),
		page.Post("/desk/surveys/:id/pages/:number", surveys.PermWrite, r.desk.SaveSurveyPage),
		page.Get("/desk/surveys/:id/questions/new", surveys.PermWrite, r.desk.NewSurveyQuestion),
		page.Post("/desk/surveys/:id/questions", surveys.PermWrite, r.desk.CreateSurveyQuestion).Long(),
		page.Get("/desk/surveys/:id/questions/:code", surveys.PermWrite, r.desk.EditSurveyQuestion),
		page.Post("/desk/surveys/:id/questions/:code", surveys.PermWrite, r.desk.SaveSurveyQuestion).Long(),
		page.Post("/desk/surveys/:id/questions/:code/move", surveys.PermWrite, r.desk.MoveSurveyQuestion),
		page.Post("/desk/surveys/:id/questions/:code/delete", surveys.PermWrite, r.desk.DeleteSurveyQuestion),
		page.Post("/desk/surveys/:id/duplicate", surveys.PermWrite, r.desk.DuplicateSurvey),
		page.Get("/desk/surveys/:id/publish", surveys.PermPublish, r.desk.PublishSurveyForm),
		page.Post("/desk/surveys/:id/publish", surveys.PermPublish, r.desk.PublishSurvey),
		page.Get("/desk/surveys/:id/times", surveys.PermPublish, r.desk.SurveyTimesForm),
		page.Post("/desk/surveys/:id/times", surveys.PermPublish, r.desk.ChangeSurveyTimes),
		page.Post("/desk/surveys/:id/discard", surveys.PermWrite, r.desk.DiscardSurveyEdits),
		page.Post("/desk/surveys/:id/delete", surveys.PermWrite, r.desk.DeleteSurvey),
		page.Post("/desk/surveys/:id/close", surveys.PermPublish, r.desk.CloseSurvey),
		page.Get("/desk/surveys/:id/results", surveys.PermResults, r.desk.SurveyResults),
		page.Post("/desk/surveys/:id/questions/:code/meaning", surveys.PermPublish, r.desk.SetSurveyMeaning),
		page.Post("/desk/surveys/:id/results/publish", surveys.PermPublish, r.desk.PublishSurveyResults),
		page.Get("/desk/surveys/:id/texts/:code", surveys.PermTexts, r.desk.SurveyTexts),
		page.Post("/desk/surveys/:id/responses", surveys.PermExport, r.desk.AskSurveyResponses).Costing(5),
		page.Get("/desk/surveys/:id/responses.csv", surveys.PermExport, r.desk.DownloadSurveyResponses),
		page.Get("/desk/surveys/:id/results.csv", surveys.PermExport, r.desk.DownloadSurveyResults),
	}
}

// campaignRoutes are those of campaigns and outgoing mail.
func (r rooms) campaignRoutes() []page.Route {
	return []page.Route{
		page.Get("/desk/campaigns", notify.PermReadCampaigns, r.desk.CampaignList),
		page.Get("/desk/campaigns/new", notify.PermWriteCampaigns, r.desk.NewCampaign),
		page.Post("/desk/campaigns", notify.PermWriteCampaigns, r.desk.CreateCampaign).Longest(),
		page.Get("/desk/campaigns/:id", notify.PermReadCampaigns, r.desk.Campaign),
		page.Post("/desk/campaigns/:id", notify.PermWriteCampaigns, r.desk.SaveCampaign).Longest(),
		page.Get("/desk/campaigns/:id/edit", notify.PermWriteCampaigns, r.desk.EditCampaign),
		page.Get("/desk/campaigns/:id/preview", notify.PermReadCampaigns, r.desk.PreviewCampaign),
		page.Get("/desk/campaigns/:id/preview/document", notify.PermReadCampaigns, r.desk.PreviewDocument),
		page.Get("/desk/campaigns/:id/deliveries", notify.PermReadCampaigns, r.desk.Deliveries),
		page.Post("/desk/campaigns/:id/test", notify.PermWriteCampaigns, r.desk.TestCampaign),
		page.Get("/desk/campaigns/:id/schedule", notify.PermSendCampaigns, r.desk.ScheduleForm),
		page.Post("/desk/campaigns/:id/schedule", notify.PermSendCampaigns, r.desk.Schedule),
		page.Post("/desk/campaigns/:id/unschedule", notify.PermSendCampaigns, r.desk.UnscheduleCampaign),
		page.Post("/desk/campaigns/:id/pause", notify.PermSendCampaigns, r.desk.PauseCampaign),
		page.Post("/desk/campaigns/:id/resume", notify.PermSendCampaigns, r.desk.ResumeCampaign),
		page.Post("/desk/campaigns/:id/cancel", notify.PermSendCampaigns, r.desk.CancelCampaign),
		page.Post("/desk/campaigns/:id/retry", notify.PermSendCampaigns, r.desk.RetryCampaign),
		page.Get("/desk/mail", notify.PermReadMail, r.desk.OutgoingMail),
		page.Post("/desk/mail/hold", notify.PermHoldMail, r.desk.HoldMail),
		page.Post("/desk/mail/release", notify.PermHoldMail, r.desk.ReleaseMail),
		page.Get("/desk/mail/kept", notify.PermReadMail, r.desk.KeptMail),
		page.Get("/desk/mail/document", notify.PermReadMail, r.desk.KeptDocument),
		page.Get("/desk/mail/addresses", notify.PermReadMail, r.desk.HeldAddresses),
		page.Post("/desk/mail/addresses/release", notify.PermSendCampaigns, r.desk.ReleaseAddresses),
		page.Post("/desk/mail/addresses/:id/release", notify.PermSendCampaigns, r.desk.ReleaseAddress),
	}
}
