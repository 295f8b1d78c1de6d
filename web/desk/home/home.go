package home

import (
	"net/http"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// homePage is the start page of the desk: what waits for this member of staff, and what they begin most
// often.
type homePage struct {
	Held      bool       // all mail
	Room      []string   // of which files there is little room left
	Register  []string   // what keeps documents from the register
	Mails     int        // that came in and wait for somebody to say what they are
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

// home shows what waits for this member of staff, and where to begin.
func (p *Pages) home(r *page.Request) error {
	var view homePage
	for _, o := range beginnings() {
		if r.Actor.Allowed(o.may) {
			view.Actions = append(view.Actions, ui.Link{Text: r.T(o.key), URL: o.path})
		}
	}
	for _, of := range []struct {
		may  civic.Permission
		show func(*page.Request) (panel, error)
	}{
		{crm.PermReadInteractions, p.followUps},
		{requests.PermRead, p.dueRequests},
		{forum.PermAnswer, p.awaiting},
		{forum.PermModerate, p.reported},
		{notify.PermReadCampaigns, p.campaignsAhead},
		{surveys.PermRead, p.openSurveys},
		{accounts.PermManage, p.newcomers},
	} {
		if !r.Actor.Allowed(of.may) {
			continue
		}
		part, err := of.show(r)
		if err != nil {
			return err
		}
		view.Panels = append(view.Panels, part)
	}
	var err error
	if view.Held, err = p.mailHeld(r); err != nil {
		return err
	}
	if view.Room, err = p.fewRooms(r); err != nil {
		return err
	}
	if view.Register, err = p.registerFaults(r); err != nil {
		return err
	}
	if view.Mails, err = p.Intake.Waiting(r.Context(), r.Actor); err != nil {
		return err
	}
	view.Oversight = dataOversight(r)
	frame := r.Frame(r.T("desk.home.title"))
	if view.Steps, err = p.firstSteps(r, frame.Town); err != nil {
		return err
	}
	return r.Page(http.StatusOK, home(frame, view))
}

// mailHeld reports whether all mail is held, to those who may know.
func (p *Pages) mailHeld(r *page.Request) (bool, error) {
	if !r.Actor.Allowed(notify.PermReadMail) {
		return false, nil
	}
	status, err := p.Notify.Status(r.Context(), r.Actor)
	return status.Held, err
}
