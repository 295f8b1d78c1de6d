package mail

import (
	"ascolto/notify"
	"ascolto/web/page"
)

// Routes returns who may ask for what of outgoing mail.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get("/desk/mail", notify.PermReadMail, p.outgoingMail),
		page.Post("/desk/mail/hold", notify.PermHoldMail, p.holdMail),
		page.Post("/desk/mail/release", notify.PermHoldMail, p.releaseMail),
		page.Get("/desk/mail/kept", notify.PermReadMail, p.keptMail),
		page.Get("/desk/mail/document", notify.PermReadMail, p.keptDocument),
		page.Get("/desk/mail/addresses", notify.PermReadMail, p.heldAddresses),
		page.Post("/desk/mail/addresses/release", notify.PermSendCampaigns, p.releaseAddresses),
		page.Post("/desk/mail/addresses/:id/release", notify.PermSendCampaigns, p.releaseAddress),
	}
}
