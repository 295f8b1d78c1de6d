package home

import (
	"net/url"
	"time"

	"ascolto/crm"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// oversight is where a data protection officer begins.
type oversight struct {
	Form  ui.Form
	Links []ui.Link // to the records of what reveals most
}

// oversightDays is how far back the links of the start page look.
const oversightDays = 30

// revealing lists the acts by which personal data leave the program or are read for a reason, as the start
// page offers them.
func revealing() []audit.Action {
	return []audit.Action{
		crm.ActionContactExport, segment.ActionExport, work.ActionTaken, surveys.ActionResponsesExport,
		crm.ActionContactReadCode,
		surveys.ActionTextsRead,
		forum.ActionIdentified, accounts.ActionEvidence, audit.ActionRebound, accounts.ActionRefused,
	}
}

// dataOversight returns nil for whoever has no such duty.
func dataOversight(r *page.Request) *oversight {
	if !r.Actor.Allowed(audit.PermRead) || !r.Actor.Allowed(accounts.PermEvidence) {
		return nil
	}
	from := civic.Now().In(civic.Rome()).AddDate(0, 0, -oversightDays).Format(time.DateOnly)
	o := oversight{Form: r.NewForm(nil).Asking()}
	for _, action := range revealing() {
		path := deskui.AuditPath("/desk/audit", url.Values{deskui.AuditFrom: {from}}, deskui.AuditAction,
			string(action))
		o.Links = append(o.Links, ui.Link{Text: deskui.ActionText(r.L, action), URL: path})
	}
	return &o
}
