package inbound

import (
	"net/http"
	"slices"

	"ascolto/crm"
	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// listPage is the list of mails.
type listPage struct {
	State     string
	Office    string
	Items     []intake.Mail
	Reference deskui.Reference
	Offices   []ui.Option
	Paging    ui.Paging
}

// list lists mails, newest first.
func (p *Pages) list(r *page.Request) error {
	view := listPage{State: r.Query("state"), Office: r.Query("office")}
	filter := intake.Filter{Office: civic.ID(view.Office)}
	if slices.Contains(intake.States(), intake.State(view.State)) {
		filter.State = intake.State(view.State)
	}
	list, err := p.Intake.List(r.Context(), r.Actor, filter, deskui.Rows(r))
	if err != nil {
		return err
	}
	if err := p.CRM.Shown(r.Context(), r.Actor, len(list.Items)); err != nil {
		return err
	}
	view.Items, view.Paging = list.Items, ui.PagingBy(listPath, r.Queries(), list.Next)
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	view.Offices = []ui.Option{{Label: r.T("intake.every_office")}}
	for _, o := range view.Reference.Offices {
		if r.Actor.Allowed(crm.PermReadContacts) || r.Actor.In(o.ID) {
			view.Offices = append(view.Offices, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return r.Page(http.StatusOK, mailList(r.Frame(r.T("intake.title")), view))
}

// stateOptions lists the states to choose from.
func stateOptions(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("intake.every_state")}}
	for _, s := range intake.States() {
		options = append(options, ui.Option{Value: string(s), Label: f.T(s.Word())})
	}
	return options
}

// sender says who wrote a mail.
func sender(f ui.Frame, m intake.Mail) string {
	switch {
	case m.Erased:
		return f.T("intake.erased")
	case m.From == "" && m.FromName == "":
		return f.T("intake.no_sender")
	case m.FromName == "":
		return m.From
	}
	return m.FromName + " <" + m.From + ">"
}

// subject says what a mail is about, as it is shown.
func subject(f ui.Frame, m intake.Mail) string {
	switch {
	case m.Erased:
		return f.T("intake.erased")
	case civic.IsBlank(m.Subject):
		return f.T("intake.no_subject")
	}
	return m.Subject
}

// stateKind returns how the mark of a state looks.
func stateKind(s intake.State) string {
	switch s {
	case intake.Unassigned, intake.Quarantined:
		return "warning"
	case intake.Filed, intake.Added:
		return "success"
	}
	return "secondary"
}
