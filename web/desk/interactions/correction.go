package interactions

import (
	"net/http"
	"net/url"
	"strconv"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// correctionPage is the form by which an interaction is put right.
type correctionPage struct {
	crm.Interaction
	Form      ui.Form
	Clashes   []ui.Clash
	Reference deskui.Reference
}

// correctionValues returns the form values of what was recorded.
func correctionValues(i crm.Interaction) url.Values {
	values := ui.Prefill("shown", i.Shown(), "subject", i.Subject, "note", i.Note, "channel",
		string(i.Channel), "direction", string(i.Direction), "outcome", string(i.Outcome),
		"due_on", i.DueOn, "on", i.Day(), "topic", string(i.Topic))
	if i.Confidential {
		values.Set("confidential", "1")
	}
	return values
}

// assignValues returns the form values of who follows an interaction.
func assignValues(i crm.Interaction) url.Values {
	return ui.Prefill("shown", i.Shown(), "office", string(i.Office), "owner", string(i.Owner))
}

// caseShows returns how a form with values shows an interaction.
func caseShows(r *page.Request, names deskui.Reference,
	values func(crm.Interaction) url.Values) page.ConflictView[crm.Interaction] {
	return page.ConflictView[crm.Interaction]{
		Values: values, Field: func(name string, of crm.Interaction) (label, value string) {
			value = correctionValues(of).Get(name)
			switch name {
			case "channel", "direction":
				value = r.T("crm." + name + "." + value)
			case "outcome":
				value = r.T("crm.outcome." + value)
				if of.DueOn != "" {
					value += " · " + deskui.DayText(r.L, of.DueOn)
				}
			case "on":
				value = deskui.DayText(r.L, value)
			case "topic":
				value = names.TopicName(of.Topic, string(r.Lang))
			case "confidential":
				value = r.T("crm.interaction.confidential_" + strconv.FormatBool(of.Confidential))
			case "office":
				value = names.OfficeName(of.Office)
				if of.Owner != "" {
					value += " · " + of.OwnerName
				}
			}
			return r.T("crm.case." + name), value
		}}
}

// editInteraction shows what was recorded, to be put right.
func (p *Pages) editInteraction(r *page.Request) error {
	return p.showCorrection(r, http.StatusOK, func(view *correctionPage) {
		view.Form = r.NewForm(correctionValues(view.Interaction))
	})
}

// showCorrection shows the form that fill puts in.
func (p *Pages) showCorrection(r *page.Request, status int, fill func(*correctionPage)) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	var view correctionPage
	if view.Interaction, err = p.CRM.Interaction(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if !view.Editable(r.Actor) {
		return civic.NewError(civic.Forbidden, "error.forbidden")
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	fill(&view)
	return r.Page(status, correctionForm(r.Frame(r.T("crm.interaction.correct")), view))
}

// correctInteraction puts right what was recorded.
func (p *Pages) correctInteraction(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := readCase(form)
	in.Shown = form.Line("shown", merge.MaxShown)
	if err = form.Err(); err == nil {
		_, err = p.CRM.CorrectInteraction(r.Context(), r.Actor, id, 0, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showCorrection(r, http.StatusUnprocessableEntity, func(view *correctionPage) {
			view.Form = again
			shows := caseShows(r, view.Reference, correctionValues)
			if joined, clashes, ok := page.ConflictForm(form, err, shows); ok {
				view.Form, view.Clashes = joined, clashes
			}
		})
	}
	if err != nil {
		return err
	}
	return r.Redirect(interactionPath(id), civic.Msg("crm.interaction.corrected"))
}
