package web

import (
	"slices"

	"ascolto/web/api"
	"ascolto/web/desk/account"
	"ascolto/web/desk/audit"
	"ascolto/web/desk/campaigns"
	"ascolto/web/desk/contacts"
	deskforum "ascolto/web/desk/forum"
	deskhome "ascolto/web/desk/home"
	deskhours "ascolto/web/desk/hours"
	"ascolto/web/desk/inbound"
	"ascolto/web/desk/interactions"
	"ascolto/web/desk/mail"
	"ascolto/web/desk/moderation"
	deskregister "ascolto/web/desk/register"
	deskrequests "ascolto/web/desk/requests"
	"ascolto/web/desk/searchindex"
	"ascolto/web/desk/segments"
	"ascolto/web/desk/settings"
	desksignin "ascolto/web/desk/signin"
	desksurveys "ascolto/web/desk/surveys"
	"ascolto/web/desk/texts"
	"ascolto/web/desk/users"
	"ascolto/web/desk/work"
	"ascolto/web/find"
	"ascolto/web/page"
	siteforum "ascolto/web/site/forum"
	sitehome "ascolto/web/site/home"
	"ascolto/web/site/personal"
	siterequests "ascolto/web/site/requests"
	sitesignin "ascolto/web/site/signin"
	sitesurveys "ascolto/web/site/surveys"
	sitetexts "ascolto/web/site/texts"
	"ascolto/web/site/unsubscribe"
	"ascolto/web/ui"
)

// routeTable returns every page and act of Ascolto, area by area: each folder gives its own routes. Paths of
// the site are Italian, those of the desk English.
func (s *Server) routeTable() []page.Route {
	o := s.opt
	return slices.Concat(
		s.siteRoutes(), s.deskRoutes(),
		find.Routes(&find.Pages{
			Search: o.Search, Requests: o.Requests, Reference: o.Reference, CRM: o.CRM, Surveys: o.Surveys,
			Forum: o.Forum,
		}),
		api.Routes(&api.Resources{CRM: o.CRM}),
	)
}

// siteRoutes are those of what citizens and visitors see, subject by subject.
func (s *Server) siteRoutes() []page.Route {
	o := s.opt
	return slices.Concat(
		sitehome.Routes(&sitehome.Pages{Surveys: o.Surveys, Forum: o.Forum}),
		sitetexts.Routes(&sitetexts.Pages{Texts: o.Texts}),
		sitesurveys.Routes(&sitesurveys.Pages{Surveys: o.Surveys, Files: o.Files}),
		siteforum.Routes(&siteforum.Pages{
			Surveys: o.Surveys, Forum: o.Forum, Texts: o.Texts, Memory: siteforum.NewMemory(),
		}),
		siterequests.Routes(&siterequests.Pages{Requests: o.Requests, Reference: o.Reference, Files: o.Files}),
		sitesignin.Routes(&sitesignin.Pages{Accounts: o.Accounts, Notify: o.Notify}),
		personal.Routes(&personal.Pages{
			Accounts: o.Accounts, CRM: o.CRM, Own: o.Own, Reference: o.Reference,
			Surveys: o.Surveys, Forum: o.Forum, Personal: o.Personal,
			Files: o.Files, Requests: o.Requests,
		}),
		unsubscribe.Routes(&unsubscribe.Pages{Reference: o.Reference, Notify: o.Notify}),
	)
}

// deskRoutes are those of what staff see, subject by subject.
func (s *Server) deskRoutes() []page.Route {
	o := s.opt
	groups := &segments.Pages{CRM: o.CRM, Segments: o.Segments, Reference: o.Reference, Work: o.Work}
	return slices.Concat(
		deskhome.Routes(&deskhome.Pages{
			Accounts: o.Accounts, Files: o.Files, CRM: o.CRM, Reference: o.Reference,
			Surveys: o.Surveys, Forum: o.Forum, Notify: o.Notify, Requests: o.Requests,
			Intake: o.Intake, Register: o.Register,
		}),
		contacts.Routes(&contacts.Pages{
			Accounts: o.Accounts, CRM: o.CRM, Reference: o.Reference, Forum: o.Forum, Work: o.Work,
			Erasures: o.Erasures, Requests: o.Requests,
		}),
		interactions.Routes(&interactions.Pages{
			CRM: o.CRM, Requests: o.Requests, Reference: o.Reference, Files: o.Files,
		}),
		deskrequests.Routes(&deskrequests.Pages{
			Requests: o.Requests, CRM: o.CRM, Reference: o.Reference, Files: o.Files,
		}),
		inbound.Routes(&inbound.Pages{
			Intake: o.Intake, Requests: o.Requests, CRM: o.CRM, Reference: o.Reference,
		}),
		deskregister.Routes(&deskregister.Pages{Register: o.Register}),
		deskhours.Routes(&deskhours.Pages{Hours: o.Hours, Reference: o.Reference}),
		segments.Routes(groups),
		campaigns.Routes(&campaigns.Pages{
			CRM: o.CRM, Segments: o.Segments, Reference: o.Reference, Notify: o.Notify, Work: o.Work,
			RuleLines: groups.RuleLines,
		}),
		mail.Routes(&mail.Pages{Notify: o.Notify}),
		deskforum.Routes(&deskforum.Pages{Reference: o.Reference, Forum: o.Forum}),
		moderation.Routes(&moderation.Pages{Forum: o.Forum}),
		desksurveys.Routes(&desksurveys.Pages{Reference: o.Reference, Surveys: o.Surveys, Work: o.Work}),
		settings.Routes(&settings.Pages{Reference: o.Reference}),
		texts.Routes(&texts.Pages{Texts: o.Texts}),
		users.Routes(&users.Pages{Accounts: o.Accounts, Reference: o.Reference, Notify: o.Notify}),
		audit.Routes(&audit.Pages{Accounts: o.Accounts, Audit: o.Audit, CRM: o.CRM, Reference: o.Reference,
			Requests: o.Requests, Forum: o.Forum, Files: o.Files}),
		work.Routes(&work.Pages{Work: o.Work}),
		searchindex.Routes(&searchindex.Pages{Search: o.Search, Work: o.Work}),
		account.Routes(&account.Pages{Accounts: o.Accounts, TokenScopes: TokenScopes()}),
		desksignin.Routes(&desksignin.Pages{Accounts: o.Accounts}),
	)
}

// sections lists what the header's second menu leads to.
func sections() []ui.NavItem {
	return []ui.NavItem{
		{Path: "/sondaggi", Key: "surveys.list.title"},
		{Path: "/forum", Key: "forum.title"},
		{Path: "/richieste", Key: "requests.site.title"},
	}
}

// deskEntries lists the navigation of the desk in its order. Each leads to a GET route, whose gate decides
// who sees it.
func deskEntries() []ui.NavItem {
	return []ui.NavItem{
		{Path: "/desk", Key: "desk.nav.home", Icon: "it-pa", Keys: "g h"},
		{Path: "/desk/search", Key: "desk.nav.search", Icon: "it-search", Keys: "/"},
		{Path: "/desk/calls/new", Key: "crm.call.title", Icon: "it-telephone", Keys: "n"},
		{Path: "/desk/contacts", Key: "crm.contacts.title", Icon: "it-user", Keys: "g c"},
		{Path: "/desk/interactions", Key: "crm.interactions.title", Icon: "it-comment", Keys: "g i"},
		{Path: "/desk/requests", Key: "requests.desk.title", Icon: "it-inbox", Keys: "g q"},
		{Path: "/desk/inbound", Key: "intake.title", Icon: "it-mail"},
		{Path: "/desk/requests/report", Key: "requests.report.title", Icon: "it-inbox"},
		{Path: callStatistics, Key: "crm.figures.title", Icon: "it-comment"},
		{Path: "/desk/segments", Key: "crm.segments.title", Icon: "it-list", Keys: "g e"},
		{Path: "/desk/campaigns", Key: "notify.campaigns.title", Icon: "it-mail", Keys: "g v"},
		{Path: "/desk/mail", Key: "notify.mail_page.title", Icon: "it-mail", Keys: "g p"},
		{Path: "/desk/forum", Key: "forum.desk.title", Icon: "it-comment", Keys: "g f"},
		{Path: "/desk/forum/areas", Key: "forum.desk.areas", Icon: "it-map-marker", Keys: "g z"},
		{Path: "/desk/moderation", Key: "forum.queue.title", Icon: "it-flag", Keys: "g m"},
		{Path: "/desk/surveys", Key: "surveys.desk.title", Icon: "it-list", Keys: "g s"},
		{Path: "/desk/settings", Key: "crm.settings.title", Icon: "it-settings", Keys: "g o"},
		{Path: "/desk/procedures", Key: "requests.procedures.title", Icon: "it-files"},
		{Path: "/desk/escalation", Key: "requests.steps.title", Icon: "it-flag"},
		{Path: "/desk/register", Key: "register.title", Icon: "it-files"},
		{Path: "/desk/inbound-settings", Key: "intake.settings.title", Icon: "it-mail"},
		{Path: "/desk/hours", Key: "hours.title", Icon: "it-clock"},
		{Path: "/desk/texts", Key: "desk.texts.title", Icon: "it-file", Keys: "g t"},
		{Path: "/desk/users", Key: "accounts.users.title", Icon: "it-user", Keys: "g u"},
		{Path: "/desk/audit", Key: "accounts.audit.title", Icon: "it-locked", Keys: "g r"},
		{Path: "/desk/work", Key: "work.title", Icon: "it-clock", Keys: "g l"},
		{Path: "/desk/search-index", Key: "search.index.title", Icon: "it-search"},
		{Path: "/desk/account", Key: "accounts.account.title", Icon: "it-key", Keys: "g k"},
	}
}
