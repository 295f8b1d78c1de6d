// Package requests has what citizens ask the municipality for, as the offices deal with it: the queue, one
// request, filing for somebody, and the procedures.
package requests

import (
	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/web/page"
)

// Pages answers the requests about requests.
type Pages struct {
	Requests  *requests.Service
	CRM       *crm.Service
	Reference *reference.Service
	Files     page.Files
}

// The addresses.
const (
	queuePath      = "/desk/requests"
	proceduresPath = "/desk/procedures"
	togetherPath   = queuePath + "/together"
	hoursPath      = "/desk/hours" // when offices work
	stepsPath      = "/desk/escalation"
	groupsPath     = "/desk/request-groups"

	receiptPDF   = "/receipt.pdf" // below that of a request
	claimPart    = "/claim"       // below that of a request
	withdrawPart = "/withdraw"    // below that of a procedure
)

func requestPath(id civic.ID) string { return queuePath + "/" + string(id) }

func groupPath(id civic.ID) string { return groupsPath + "/" + string(id) }

func stepPath(id civic.ID) string { return stepsPath + "/" + string(id) }

func procedurePath(id civic.ID) string { return proceduresPath + "/" + string(id) }

func callPath(id civic.ID) string { return "/desk/interactions/" + string(id) }
