package campaigns

import (
	"ascolto/notify"
	"ascolto/web/page"
)

// Routes returns who may ask for what of campaigns.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/campaigns", notify.PermReadCampaigns, p.campaignList),
		page.Get("/desk/campaigns/new", notify.PermWriteCampaigns, p.newCampaign),
		page.Post("/desk/campaigns", notify.PermWriteCampaigns, p.createCampaign).Longest(),
		page.Get("/desk/campaigns/:id", notify.PermReadCampaigns, p.campaign),
		page.Get("/desk/campaigns/:id/events", notify.PermReadCampaigns, p.campaignEvents),
		page.Post("/desk/campaigns/:id", notify.PermWriteCampaigns, p.updateCampaign).Longest(),
		page.Get("/desk/campaigns/:id/edit", notify.PermWriteCampaigns, p.editCampaign),
		page.Get("/desk/campaigns/:id/preview", notify.PermReadCampaigns, p.previewCampaign),
		page.Get("/desk/campaigns/:id/preview/document", notify.PermReadCampaigns, p.previewDocument),
		page.Get("/desk/campaigns/:id/deliveries", notify.PermReadCampaigns, p.deliveries),
		page.Post("/desk/campaigns/:id/test", notify.PermWriteCampaigns, p.testCampaign),
		page.Get("/desk/campaigns/:id/schedule", notify.PermSendCampaigns, p.scheduleForm),
		page.Post("/desk/campaigns/:id/schedule", notify.PermSendCampaigns, p.schedule),
		page.Post("/desk/campaigns/:id/unschedule", notify.PermSendCampaigns, p.unscheduleCampaign),
		page.Post("/desk/campaigns/:id/pause", notify.PermSendCampaigns, p.pauseCampaign),
		page.Post("/desk/campaigns/:id/resume", notify.PermSendCampaigns, p.resumeCampaign),
		page.Post("/desk/campaigns/:id/cancel", notify.PermSendCampaigns, p.cancelCampaign),
		page.Post("/desk/campaigns/:id/retry", notify.PermSendCampaigns, p.retryCampaign),
	}
}
