package desk

import (
	"context"
	"errors"
	"net/http"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// schedulePage is the form by which a draft gets its time.
type schedulePage struct {
	Campaign notify.Campaign
	Form     ui.Form
	Reach    notify.Forecast // if it began now
	TooFew   string          // why that may not be said
}

// ScheduleForm shows the form by which a draft gets its time.
func (p *Pages) ScheduleForm(v *visit.Visit) error {
	return p.showSchedule(v, http.StatusOK, v.NewForm(nil))
}

func (p *Pages) showSchedule(v *visit.Visit, status int, form ui.Form) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	c, err := p.Notify.Campaign(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	page := schedulePage{Campaign: c, Form: form}
	if page.Reach, err = p.Notify.Forecast(v.Context(), v.Actor, id); crm.TooFew(err) {
		page.TooFew, err = v.L.Message(messageOf(err)), nil
	}
	if err != nil {
		return err
	}
	return v.Page(status, scheduleForm(v.Frame(v.T("notify.schedule.title")), page))
}

// messageOf returns what an error of a service says to the person.
func messageOf(err error) civic.Message {
	e, _ := errors.AsType[*civic.Error](err)
	return e.Message
}

// Schedule gives a draft its time, when it was confirmed that so many people shall get it.
func (p *Pages) Schedule(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	start, notAfter := form.LocalTime("start"), form.LocalTime("not_after")
	var reach notify.Forecast
	var tooFew string
	if err = form.Err(); err == nil {
		reach, tooFew, err = p.checkSchedule(v, id, start, notAfter)
	}
	if err == nil && form.Raw("confirmed") != announced(reach) {
		return p.askSchedule(v, id, form, start, reach, tooFew)
	}
	if err == nil {
		_, err = p.Notify.Schedule(v.Context(), v.Actor, id, start, notAfter)
	}
	if again, ok := form.Again(err); ok {
		return p.showSchedule(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	if start.IsZero() {
		return v.Redirect(campaignPath(id), civic.Msg("notify.schedule.begun"))
	}
	return v.Redirect(campaignPath(id), civic.Msg("notify.schedule.done"))
}

// UnscheduleCampaign makes a scheduled campaign a draft again.
func (p *Pages) UnscheduleCampaign(v *visit.Visit) error {
	return p.moveCampaign(v, p.Notify.Unschedule, civic.Msg("notify.campaign.unscheduled"))
}

// PauseCampaign stops a running campaign for a while.
func (p *Pages) PauseCampaign(v *visit.Visit) error {
	return p.moveCampaign(v, p.Notify.Pause, civic.Msg("notify.campaign.paused"))
}

// ResumeCampaign lets a paused campaign go on, when that was confirmed.
func (p *Pages) ResumeCampaign(v *visit.Visit) error {
	return p.confirmed(v, "resume", p.moved(v, p.Notify.Resume, civic.Msg("notify.campaign.resumed")))
}

// CancelCampaign ends a campaign.
func (p *Pages) CancelCampaign(v *visit.Visit) error {
	return p.moveCampaign(v, p.Notify.Cancel, civic.Msg("notify.campaign.cancelled"))
}

func (p *Pages) moveCampaign(v *visit.Visit, move func(context.Context, civic.Actor, civic.ID) (notify.Campaign, error), done civic.Message) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	if _, err := move(v.Context(), v.Actor, id); err != nil {
		return err
	}
	return v.Redirect(campaignPath(id), done)
}

// RetryCampaign queues what a campaign could not deliver once more, when that was confirmed.
func (p *Pages) RetryCampaign(v *visit.Visit) error {
	return p.confirmed(v, "retry", func() error { return p.retryCampaign(v) })
}

func (p *Pages) retryCampaign(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	n, err := p.Notify.RetryFailed(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	return v.Redirect(campaignPath(id), civic.Message{Key: "notify.campaign.retried", Args: civic.Args{"Count": n}})
}

// TestCampaign sends a campaign to whoever asks for it.
func (p *Pages) TestCampaign(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	if err := p.Notify.SendTest(v.Context(), v.Actor, id, v.Form().Key()); err != nil {
		return err
	}
	return v.Redirect(campaignPath(id), civic.Msg("notify.campaign.tested"))
}

// previewPage is a campaign as an invented person would get it.
type previewPage struct {
	Campaign notify.Campaign
	Mail     notify.Preview
	Reach    *notify.Forecast // if it began now; nil when it has begun
}

func (p *Pages) campaignPreview(v *visit.Visit) (previewPage, error) {
	id, err := v.ID("id")
	if err != nil {
		return previewPage{}, err
	}
	c, err := p.Notify.Campaign(v.Context(), v.Actor, id)
	if err != nil {
		return previewPage{}, err
	}
	mail, err := p.Notify.PreviewCampaign(v.Context(), v.Actor, id, v.Query("language"))
	return previewPage{Campaign: c, Mail: mail}, err
}

// PreviewCampaign shows a campaign as it would arrive.
func (p *Pages) PreviewCampaign(v *visit.Visit) error {
	page, err := p.campaignPreview(v)
	if err == nil {
		page.Reach, err = p.forecast(v, page.Campaign)
	}
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, campaignPreview(v.Frame(v.T("notify.preview.title")), page))
}

// PreviewDocument answers with the campaign's HTML, for the frame of the preview.
func (p *Pages) PreviewDocument(v *visit.Visit) error {
	page, err := p.campaignPreview(v)
	if err != nil {
		return err
	}
	return v.Inset(page.Mail.HTML, notify.LayoutStyleHash())
}
