package requests

import (
	"ascolto/crm/requests"
	"ascolto/web/page"
)

// followCost is for how many tries one look with number and code counts: who guesses is slowed down, by their
// address, and nobody else is.
const followCost = 10

// Routes returns who may ask for what of requests.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get(askPath, page.Public, p.ask).Listed(),
		page.Get(timesPath, page.Public, p.times).Listed(),
		page.Get(timesPath+".csv", page.Public, p.timesCSV).Costing(5),
		page.Get(newPath+":id", page.Public, p.newRequest),
		page.Post(newPath+":id", page.Public, p.file).Attaching(requests.Files()),
		page.Get(confirmPath, page.Public, p.confirmation),
		page.Post(confirmPath, page.Public, p.confirm).Costing(followCost),
		page.Get(confirmPath+"/:draft/:code", page.Public, p.openDraft).Costing(followCost),
		page.Get(ownPath, page.SignedIn, p.ownRequests),
		page.Post(draftsPath+":draft", page.SignedIn, p.discardDraft),
		page.Get(ownPath+"/:id", page.SignedIn, p.ownRequest),
		page.Get(ownPath+"/:id/ricevuta", page.SignedIn, p.receipt),
		page.Get(ownPath+"/:id"+receiptPDF, page.SignedIn, p.downloadReceipt),
		page.Post(ownPath+"/:id", page.SignedIn, p.moveOwn).Attaching(requests.Files()),
		page.Get(ownPath+"/:id/file/:file", page.SignedIn, p.ownFile),
		page.Get(followPath, page.Public, p.follow),
		page.Post(followPath, page.Public, p.open).Costing(followCost),
		page.Get(followedPath, page.Public, p.followed),
		page.Post(followedPath, page.Public, p.moveFollowed).Long(),
		page.Post(followedPath+"/chiudi", page.Public, p.leave),
		page.Get(followedPath+"/file/:file", page.Public, p.followedFile),
		page.Get(followedPath+"/ricevuta", page.Public, p.followedReceipt),
		page.Get(followedPath+receiptPDF, page.Public, p.downloadFollowedReceipt),
	}
}
