package unsubscribe

import (
	"ascolto/notify"
	"ascolto/web/page"
)

// Routes returns who may ask for what of unsubscribing.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get(notify.UnsubscribePath+":token", page.Public, p.unsubscribe),
		page.Post(notify.UnsubscribePath+":token", page.Public, p.confirmUnsubscribe).Signed(),
		page.Get(notify.UnsubscribePath+":token/fatto", page.Public, p.unsubscribed),
	}
}
