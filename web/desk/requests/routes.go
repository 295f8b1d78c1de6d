package requests

import (
	"ascolto/crm/requests"
	"ascolto/web/page"
)

// Routes returns who may ask for what of requests.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get(queuePath, requests.PermRead, p.queue),
		page.Get(queuePath+"/new", requests.PermWrite, p.newRequest),
		page.Get(togetherPath, requests.PermWrite, p.chooseTogether),
		page.Post(togetherPath, requests.PermWrite, p.moveTogether),
		page.Post(queuePath, requests.PermWrite, p.fileFor).Attaching(requests.Files()),
		page.Get(reportPath, requests.PermFigures, p.report).Costing(5),
		page.Get(reportPath+".xlsx", requests.PermFigures, p.reportXLSX).Costing(5),
		page.Get(reportPath+".csv", requests.PermFigures, p.reportCSV).Costing(5),
		page.Get(queuePath+"/:id", requests.PermRead, p.request),
		page.Post(queuePath+"/:id", requests.PermWrite, p.move).Attaching(requests.Files()),
		page.Post(queuePath+"/:id"+claimPart, requests.PermWrite, p.claim),
		page.Get(queuePath+"/:id/receipt", requests.PermWrite, p.receipt),
		page.Get(queuePath+"/:id"+receiptPDF, requests.PermWrite, p.downloadReceipt),
		page.Get(queuePath+"/:id/files/:file", requests.PermRead, p.sendFile),
		page.Get(groupsPath, requests.PermRead, p.groups),
		page.Post(groupsPath, requests.PermWrite, p.createGroup),
		page.Get(groupsPath+"/:id", requests.PermRead, p.group),
		page.Post(groupsPath+"/:id", requests.PermWrite, p.moveGroup).Long(),
		page.Post(groupsPath+"/:id/leave", requests.PermWrite, p.leaveGroup),
		page.Get(stepsPath, requests.PermWriteProcedures, p.steps),
		page.Get(stepsPath+"/new", requests.PermWriteProcedures, p.newStep),
		page.Post(stepsPath, requests.PermWriteProcedures, p.createStep),
		page.Get(stepsPath+"/:id", requests.PermWriteProcedures, p.editStep),
		page.Post(stepsPath+"/:id", requests.PermWriteProcedures, p.updateStep),
		page.Get(proceduresPath, requests.PermWriteProcedures, p.procedures),
		page.Get(proceduresPath+"/new", requests.PermWriteProcedures, p.newProcedure),
		page.Post(proceduresPath, requests.PermWriteProcedures, p.createProcedure).Long(),
		page.Get(proceduresPath+"/:id", requests.PermWriteProcedures, p.editProcedure),
		page.Post(proceduresPath+"/:id", requests.PermWriteProcedures, p.saveProcedure).Long(),
		page.Post(proceduresPath+"/:id"+withdrawPart, requests.PermWriteProcedures, p.withdrawVersion),
	}
}
