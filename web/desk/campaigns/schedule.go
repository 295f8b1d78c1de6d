package campaigns

import (
	"context"
	"errors"
	"net/http"

	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/notify/message"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// schedulePage is the form by which a draft gets its time.
type schedulePage struct {
	Campaign notify.Campaign
	Form     ui.Form
	Missing  []string        // labels of the fields it must have first
	Reach    notify.Forecast // if it began now
	TooFew   string          // why that may not be said
}

// scheduleForm shows the form by which a draft gets its time.
func (p *Pages) scheduleForm(r *page.Request) error {
	return p.showSchedule(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showSchedule(r *page.Request, status int, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	c, err := p.Notify.Campaign(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	view := schedulePage{Campaign: c, Form: form, Missing: missingLabels(r, c)}
	if len(view.Missing) > 0 {
		return r.Page(status, scheduleForm(r.Frame(r.T("notify.schedule.title")), view))
	}
	if view.Reach, err = p.Notify.Forecast(r.Context(), r.Actor, id); segment.TooFew(err) {
		view.TooFew, err = r.L.Message(messageOf(err)), nil
	}
	if err != nil {
		return err
	}
	return r.Page(status, scheduleForm(r.Frame(r.T("notify.schedule.title")), view))
}

// messageOf returns what an error of a service says to the person.
func messageOf(err error) civic.Message {
	e, _ := errors.AsType[*civic.Error](err)
	return e.Message
}

// schedule gives a draft its time, when it was confirmed that so many people shall get it as it is.
func (p *Pages) schedule(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	start, notAfter := form.LocalTime("start"), form.LocalEnd("not_after")
	var reach notify.Forecast
	var tooFew string
	if err = form.Err(); err == nil {
		reach, tooFew, err = p.checkSchedule(r, id, start, notAfter)
	}
	if err == nil && form.Raw("confirmed") == announced(reach) {
		_, err = p.Notify.Schedule(r.Context(), r.Actor, id, form.Raw("seen"), start, notAfter)
		if errors.Is(err, notify.ErrChanged) {
			return p.askSchedule(r, id, form, start, reach, tooFew)
		}
	} else if err == nil {
		return p.askSchedule(r, id, form, start, reach, tooFew)
	}
	if again, ok := form.Again(err); ok {
		return p.showSchedule(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	if start.IsZero() {
		return r.Redirect(deskui.CampaignPath(id), civic.Msg("notify.schedule.begun"))
	}
	return r.Redirect(deskui.CampaignPath(id), civic.Msg("notify.schedule.done"))
}

// unscheduleCampaign makes a scheduled campaign a draft again.
func (p *Pages) unscheduleCampaign(r *page.Request) error {
	return p.moveCampaign(r, p.Notify.Unschedule, civic.Msg("notify.campaign.unscheduled"))
}

// pauseCampaign stops a running campaign for a while.
func (p *Pages) pauseCampaign(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	why := form.Line("why", notify.MaxWhy)
	if err = form.Err(); err == nil {
		_, err = p.Notify.Pause(r.Context(), r.Actor, id, why)
	}
	if civic.CodeOf(err) == civic.Invalid {
		again, _ := form.Again(err)
		return p.showCampaign(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.CampaignPath(id), civic.Msg("notify.campaign.paused"))
}

// resumeCampaign lets a paused campaign go on, when that was confirmed.
func (p *Pages) resumeCampaign(r *page.Request) error {
	return p.confirmed(r, "resume", p.moved(r, p.Notify.Resume, civic.Msg("notify.campaign.resumed")))
}

// cancelCampaign ends a campaign.
func (p *Pages) cancelCampaign(r *page.Request) error {
	return p.moveCampaign(r, p.Notify.Cancel, civic.Msg("notify.campaign.cancelled"))
}

func (p *Pages) moveCampaign(r *page.Request,
	move func(context.Context, civic.Actor, civic.ID) (notify.Campaign, error), done civic.Message) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if _, err := move(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Redirect(deskui.CampaignPath(id), done)
}

// retryCampaign queues what a campaign could not deliver once more, when that was confirmed.
func (p *Pages) retryCampaign(r *page.Request) error {
	return p.confirmed(r, "retry", func() error { return p.retryFailed(r) })
}

func (p *Pages) retryFailed(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	n, err := p.Notify.RetryFailed(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Redirect(deskui.CampaignPath(id),
		civic.Message{Key: "notify.campaign.retried", Args: civic.Args{"Count": n}})
}

// testCampaign sends a campaign to whoever asks for it.
func (p *Pages) testCampaign(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := p.Notify.SendTest(r.Context(), r.Actor, id, r.Form().Key()); err != nil {
		return err
	}
	return r.Redirect(deskui.CampaignPath(id), civic.Msg("notify.campaign.tested"))
}

// previewPage is a campaign as an invented person would get it.
type previewPage struct {
	Campaign notify.Campaign
	Mail     notify.Preview
	Reach    *notify.Forecast // if it began now; nil when it has begun
}

func (p *Pages) campaignPreview(r *page.Request) (previewPage, error) {
	id, err := r.ID("id")
	if err != nil {
		return previewPage{}, err
	}
	c, err := p.Notify.Campaign(r.Context(), r.Actor, id)
	if err != nil {
		return previewPage{}, err
	}
	mail, err := p.Notify.PreviewCampaign(r.Context(), r.Actor, id, r.Query("language"))
	return previewPage{Campaign: c, Mail: mail}, err
}

// previewCampaign shows a campaign as it would arrive.
func (p *Pages) previewCampaign(r *page.Request) error {
	view, err := p.campaignPreview(r)
	if err == nil {
		view.Reach, err = p.forecast(r, view.Campaign)
	}
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK, campaignPreview(r.Frame(r.T("notify.preview.title")), view))
}

// previewDocument answers with the campaign's HTML, for the frame of the preview.
func (p *Pages) previewDocument(r *page.Request) error {
	view, err := p.campaignPreview(r)
	if err != nil {
		return err
	}
	return r.Inset(view.Mail.HTML, message.StyleHash())
}
