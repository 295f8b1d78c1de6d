package settings

import (
	"net/http"
	"net/url"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	town "ascolto/internal/reference"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// createSetting stores a new item.
func (p *Pages) createSetting(r *page.Request) error { return p.saveSetting(r, "") }

// updateSetting stores a changed item.
func (p *Pages) updateSetting(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.saveSetting(r, id)
}

func (p *Pages) saveSetting(r *page.Request, id civic.ID) error {
	form := r.Form()
	save := p.settingSaver(r, form, id)
	if save == nil {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	err := form.Err()
	if err == nil {
		err = save()
	}
	if err == nil {
		return r.Redirect("/desk/settings", civic.Msg("crm.settings.saved"))
	}
	again, clashes, ok := settingClash(r, form, err)
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		return p.settingForm(r, http.StatusUnprocessableEntity, id,
			settingFormPage{Form: again, Clashes: clashes})
	}
	return err
}

// settingClash returns the form that comes back for a conflict of two edits of an item, of whatever kind,
// with what clashes.
func settingClash(r *page.Request, form *page.Form, err error) (ui.Form, []ui.Clash, bool) {
	if again, clashes, ok := page.ConflictForm(form, err, settingShows(r, districtValues)); ok {
		return again, clashes, ok
	}
	if again, clashes, ok := page.ConflictForm(form, err, settingShows(r, officeValues)); ok {
		return again, clashes, ok
	}
	if again, clashes, ok := page.ConflictForm(form, err, settingShows(r, topicValues)); ok {
		return again, clashes, ok
	}
	return page.ConflictForm(form, err, settingShows(r, tagValues))
}

func settingShows[T interface{ Shown() string }](r *page.Request,
	values func(T) url.Values) page.ConflictView[T] {
	return page.ConflictView[T]{Values: values, Field: func(name string, of T) (label, value string) {
		if name == "inactive" {
			return r.T("crm.settings.state"),
				r.T(map[bool]string{false: "crm.settings.active",
					true: "crm.settings.inactive"}[values(of).Has(name)])
		}
		return r.T(deskui.SettingLabels()[name]), values(of).Get(name)
	}}
}

// settingSaver reads the form of a kind and returns what stores it; nil for a kind there is not.
func (p *Pages) settingSaver(r *page.Request, form *page.Form, id civic.ID) func() error {
	ctx, by, revision := r.Context(), r.Actor, int64(form.Int("revision"))
	order, inactive := form.Int("order"), form.Bool("inactive")
	sent := town.Sent{Form: string(form.Key()), Shown: form.Line("shown", merge.MaxShown)}
	switch setting(r.Param("kind")) {
	case districtSetting:
		d := town.District{Sent: sent, Name: form.String("name"), Order: order, Inactive: inactive}
		d.ID, d.Revision = id, revision
		return func() error { _, err := p.Reference.SaveDistrict(ctx, by, d); return err }
	case officeSetting:
		o := town.Office{Sent: sent, Name: form.String("name"), Email: form.String("email"),
			Phone: form.String("phone"), Order: order, Inactive: inactive}
		o.ID, o.Revision = id, revision
		return func() error { _, err := p.Reference.SaveOffice(ctx, by, o); return err }
	case topicSetting:
		t := town.Topic{
			Sent: sent, Name: form.Lines("name", page.MaxLine),
			Description: form.Lines("description", page.MaxLine), Order: order, Inactive: inactive,
		}
		t.ID, t.Revision = id, revision
		text := form.Texts("text", 2000)
		return func() error { _, err := p.Reference.SaveTopic(ctx, by, t, text); return err }
	case tagSetting:
		t := town.Tag{Sent: sent, Name: form.String("name"), Order: order, Inactive: inactive}
		t.ID, t.Revision = id, revision
		return func() error { _, err := p.Reference.SaveTag(ctx, by, t); return err }
	}
	return nil
}
