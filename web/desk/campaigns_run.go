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
	Reach    crm.Preview // if it began now
	TooFew   string      // why that may not be said
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
	topic := c.Topic
	if c.Class == notify.Institutional {
		topic = "" // it needs no consent
	}
	if page.Reach, err = p.CRM.CountSegment(v.Context(), v.Actor, c.Segment, topic); crm.TooFew(err) {
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

// Schedule gives a draft its time.
func (p *Pages) Schedule(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	form := v.Form()
	start, notAfter := form.LocalTime("start"), form.LocalTime("not_after")
	if err = form.Err(); err == nil {
		_, err = p.Notify.Schedule(v.Context(), v.Actor, id, start, notAfter)
	}
	if again, ok := form.Again(err); ok {
		return p.showSchedule(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
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

// ResumeCampaign lets a paused campaign go on.
func (p *Pages) ResumeCampaign(v *visit.Visit) error {
	return p.moveCampaign(v, p.Notify.Resume, civic.Msg("notify.campaign.resumed"))
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

// RetryCampaign queues what a campaign could not deliver once more.
func (p *Pages) RetryCampaign(v *visit.Visit) error {
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

// deliveriesPage lists a campaign's recipients in one state.
type deliveriesPage struct {
	Campaign notify.Campaign
	State    notify.DeliveryState
	Counts   notify.Counts
	Items    []notify.Delivery
	Paging   ui.Paging
}

// Deliveries lists a campaign's recipients in one state, with why they did not get the mail.
func (p *Pages) Deliveries(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := deliveriesPage{State: notify.DeliveryState(v.Query("state"))}
	if page.State == "" {
		page.State = notify.Failed
	}
	if page.Campaign, err = p.Notify.Campaign(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if page.Counts, err = p.Notify.Counts(v.Context(), v.Actor, id); err != nil {
		return err
	}
	list, err := p.Notify.Deliveries(v.Context(), v.Actor, id, page.State, v.PageRequest())
	if err != nil {
		return err
	}
	page.Items, page.Paging = list.Items, ui.PagingBy(campaignPath(id, "deliveries"), v.Queries(), list.Next)
	title := v.T("notify.deliveries.title", civic.Args{"State": v.T(deliveryStateKey(page.State))})
	return v.Page(http.StatusOK, deliveryList(v.Frame(title), page))
}
