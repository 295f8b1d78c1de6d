package desk

import (
	"net/http"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// homePage is the start page of the desk: what waits for this member of staff, and what they begin most often.
type homePage struct {
	Held      bool       // all mail
	Oversight *oversight // of personal data, to the officer who protects them
	Steps     []step
	Actions   []ui.Link
	Panels    []panel
}

// panel is one list of things that wait: the first of them, and where the rest is.
type panel struct {
	ID    string
	Title string
	Empty string // said when there are none
	All   string // where all of them are listed
	Count int
	More  bool // there are more than were counted
	Rows  []panelRow
}

// panelRow is one thing that waits.
type panelRow struct {
	Path string
	Text string
	Note string
	Late bool
}

// offer is something a member of staff may see or begin on the start page.
type offer struct {
	may  civic.Permission
	path string
	key  string
}

// beginnings lists what is begun from the start page, the most frequent first.
func beginnings() []offer {
	return []offer{
		{crm.PermWriteInteractions, "/desk/calls/new", "crm.call.title"},
		{notify.PermWriteCampaigns, "/desk/campaigns/new", "notify.campaigns.new"},
		{surveys.PermWrite, "/desk/surveys/new", "surveys.desk.new"},
		{crm.PermWriteContacts, "/desk/contacts/new", "crm.contact.new"},
		{accounts.PermManage, "/desk/users/new", "accounts.users.new"},
		{audit.PermRead, "/desk/audit", "accounts.audit.title"},
	}
}

// Home shows what waits for this member of staff, and where to begin.
func (p *Pages) Home(v *visit.Visit) error {
	var page homePage
	for _, o := range beginnings() {
		if v.Actor.Allowed(o.may) {
			page.Actions = append(page.Actions, ui.Link{Text: v.T(o.key), URL: o.path})
		}
	}
	for _, of := range []struct {
		may  civic.Permission
		show func(*visit.Visit) (panel, error)
	}{
		{crm.PermReadInteractions, p.followUps},
		{forum.PermAnswer, p.awaiting},
		{forum.PermModerate, p.reported},
		{notify.PermReadCampaigns, p.campaignsAhead},
		{surveys.PermRead, p.openSurveys},
		{accounts.PermManage, p.newcomers},
	} {
		if !v.Actor.Allowed(of.may) {
			continue
		}
		part, err := of.show(v)
		if err != nil {
			return err
		}
		page.Panels = append(page.Panels, part)
	}
	var err error
	if page.Held, err = p.mailHeld(v); err != nil {
		return err
	}
	page.Oversight = dataOversight(v)
	frame := v.Frame(v.T("desk.home.title"))
	if page.Steps, err = p.firstSteps(v, frame.Town); err != nil {
		return err
	}
	return v.Page(http.StatusOK, home(frame, page))
}

// mailHeld reports whether all mail is held, to those who may know.
func (p *Pages) mailHeld(v *visit.Visit) (bool, error) {
	if !v.Actor.Allowed(notify.PermReadMail) {
		return false, nil
	}
	status, err := p.Notify.Status(v.Context(), v.Actor)
	return status.Held, err
}
