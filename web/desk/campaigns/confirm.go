package campaigns

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// confirmPage asks once more before mail goes to people, and says to how many.
type confirmPage struct {
	Campaign notify.Campaign
	Form     ui.Form
	Action   string
	Yes      string // the button's words; empty when there is nothing to confirm
	Question string
	Note     string
	Reach    *notify.Forecast // who would get it, and why others would not
	TooFew   string           // why that may not be said
	Changed  []string         // labels of what somebody changed since the form before was shown
	Keep     []string         // pairs of name and value that go along
}

// askSchedule asks whether a draft shall go, now or at a time, to as many people as it would reach at this
// moment.
func (p *Pages) askSchedule(r *page.Request, id civic.ID, form *page.Form, start time.Time,
	reach notify.Forecast, tooFew string) error {
	c, err := p.Notify.Campaign(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	view := confirmPage{
		Campaign: c, Form: r.NewForm(nil), Action: deskui.CampaignPath(id, "schedule"),
		Yes: r.T("notify.confirm.yes_later"), TooFew: tooFew,
		Question: r.T("notify.confirm.later", civic.Args{"Count": reach.Send, "At": r.L.DateTime(start)}),
		Reach:    &reach,
		Keep: []string{
			"start", form.Raw("start"), "not_after", form.Raw("not_after"), "confirmed", announced(reach),
			"seen", c.Tag(),
		},
	}
	if form.Has("seen") {
		for _, field := range c.ChangedSince(form.Raw("seen")) {
			view.Changed = append(view.Changed, campaignLabel(r, field))
		}
	}
	if start.IsZero() {
		view.Yes, view.Note = r.T("notify.confirm.yes_now"), r.T("notify.confirm.now_note")
		view.Question = r.T("notify.confirm.now", civic.Args{"Count": reach.Send})
	}
	return r.Page(http.StatusOK, campaignConfirm(r.Frame(r.T("notify.confirm.title")), view))
}

// suspended reports whether some people would get nothing because their addresses are suspended.
func (p confirmPage) suspended() bool {
	return p.Reach != nil && slices.ContainsFunc(p.Reach.Skipped,
		func(why notify.CauseCount) bool { return why.Cause == notify.SkipHeld })
}

// announced is what a form sends back of the number that was said, so that another number is asked about
// anew.
func announced(reach notify.Forecast) string { return strconv.Itoa(reach.Send) }

// checkSchedule returns what a draft would do if it began now; tooFew is why that may not be said.
func (p *Pages) checkSchedule(r *page.Request, id civic.ID, start,
	notAfter time.Time) (reach notify.Forecast, tooFew string, err error) {
	reach, err = p.Notify.CheckSchedule(r.Context(), r.Actor, id, start, notAfter)
	if segment.TooFew(err) {
		return notify.Forecast{}, r.L.Message(messageOf(err)), nil
	}
	return reach, "", err
}

// forecast returns what a campaign would do if it began now, nil when it has begun or is not whole, or the
// segment cannot be used.
func (p *Pages) forecast(r *page.Request, c notify.Campaign) (*notify.Forecast, error) {
	if !c.StartedAt.IsZero() || c.Ended() || len(c.Missing()) > 0 {
		return nil, nil
	}
	reach, err := p.Notify.Forecast(r.Context(), r.Actor, c.ID)
	switch civic.CodeOf(err) {
	case civic.Forbidden, civic.NotFound:
		return nil, nil
	}
	return &reach, err
}

// askAgain asks whether a campaign that has begun shall go on, with as many people as would get it now. It
// reports false when so many were confirmed, or when that cannot be: the service then says why.
func (p *Pages) askAgain(r *page.Request, act string) (asked bool, err error) {
	id, err := r.ID("id")
	if err != nil {
		return false, err
	}
	c, err := p.Notify.Campaign(r.Context(), r.Actor, id)
	if err != nil || !c.May(notify.Running) || c.StartedAt.IsZero() {
		return false, err
	}
	reach, err := p.Notify.ForecastAgain(r.Context(), r.Actor, id)
	if civic.CodeOf(err) == civic.Conflict || err == nil && r.Form().Raw("confirmed") == announced(reach) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	view := confirmPage{
		Campaign: c, Form: r.NewForm(nil), Action: deskui.CampaignPath(id, act),
		Yes:      r.T("notify.confirm.yes_" + act),
		Question: r.T("notify.confirm."+act, deskui.Count(reach.Send)),
		Note:     r.T("notify.confirm.once"),
		Reach:    &reach,
		Keep:     []string{"confirmed", announced(reach)},
	}
	if act == "retry" && reach.Send == 0 {
		view.Yes, view.Question = "", r.T("notify.confirm.retry_none")
		view.Note = r.T("notify.confirm.retry_none_note")
	}
	return true, r.Page(http.StatusOK, campaignConfirm(r.Frame(r.T("notify.confirm.title")), view))
}

// confirmed moves a campaign on when that was confirmed, and else asks.
func (p *Pages) confirmed(r *page.Request, act string, move func() error) error {
	if asked, err := p.askAgain(r, act); asked || err != nil {
		return err
	}
	return move()
}

// moved is moveCampaign as something to be confirmed.
func (p *Pages) moved(r *page.Request,
	move func(context.Context, civic.Actor, civic.ID) (notify.Campaign, error),
	done civic.Message) func() error {
	return func() error { return p.moveCampaign(r, move, done) }
}
