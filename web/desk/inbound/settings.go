package inbound

import (
	"net/http"
	"strconv"

	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// settingsForm is the form of what becomes of mail by itself.
type settingsForm struct {
	Form       ui.Form
	Procedures []ui.Option
	Offices    []ui.Option
}

// settings shows what becomes of mail by itself.
func (p *Pages) settings(r *page.Request) error {
	set, err := p.Intake.Settings(r.Context())
	if err != nil {
		return err
	}
	return p.showSettings(r, http.StatusOK, r.NewForm(ui.Prefill("rev", strconv.FormatInt(set.Revision, 10),
		"procedure", string(set.Procedure), "office", string(set.Office))))
}

func (p *Pages) showSettings(r *page.Request, status int, form ui.Form) error {
	offered, err := p.Requests.Offered(r.Context())
	if err != nil {
		return err
	}
	names, err := deskui.ReadReference(r, p.Reference)
	if err != nil {
		return err
	}
	view := settingsForm{Form: form,
		Procedures: append([]ui.Option{{Label: r.T("intake.settings.desk")}},
			requestview.Options(r.L, offered, requestview.Today())...),
		Offices: append([]ui.Option{{Label: r.T("intake.settings.readers")}},
			names.OfficeOptions(civic.ID(form.Value("office")))...)}
	return r.Page(status, settingsPageForm(r.Frame(r.T("intake.settings.title")), view))
}

// saveSettings stores what becomes of mail by itself.
func (p *Pages) saveSettings(r *page.Request) error {
	form := r.Form()
	in := intake.Settings{Procedure: form.ID("procedure"), Office: form.ID("office")}
	names, err := deskui.ReadReference(r, p.Reference)
	if err != nil {
		return err
	}
	var offices []civic.ID
	for _, o := range names.Offices {
		offices = append(offices, o.ID)
	}
	revision := deskui.Revision(form)
	if err = form.Err(); err == nil {
		_, err = p.Intake.SaveSettings(r.Context(), r.Actor, revision, in, offices)
	}
	if again, ok := form.Again(err); ok {
		now, readErr := p.Intake.Settings(r.Context())
		if readErr != nil {
			return readErr
		}
		if civic.CodeOf(err) == civic.Conflict { // who sends it again has read that, and means what is written
			again.Values.Set("rev", strconv.FormatInt(now.Revision, 10))
		}
		return p.showSettings(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(settingsPath, civic.Msg("intake.settings.saved"))
}
