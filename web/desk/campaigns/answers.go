package campaigns

import (
	"net/url"
	"strings"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/ui"
)

// stopKey names the text that says why the program paused a campaign.
func stopKey(s notify.Stop) string {
	if s.Dead {
		return "notify.stop.dead"
	}
	return "notify.stop.ours"
}

// todoKey names the text that says what to do about a cause.
func todoKey(cause string) string {
	if !notify.Ours(cause) {
		return "notify.todo.dead"
	}
	return "notify.todo." + strings.TrimPrefix(cause, "notify.cause.")
}

// deliveriesURL returns the address of a campaign's recipients in a state, for a cause when one is given.
func deliveriesURL(campaign civic.ID, state notify.DeliveryState, cause string) string {
	q := url.Values{"state": {string(state)}}
	if cause != "" {
		q.Set("cause", cause)
	}
	return deskui.CampaignPath(campaign, "deliveries") + "?" + q.Encode()
}

// progress returns how far a campaign is; while the list of its recipients is made nobody knows the whole.
func (p campaignPage) progress(f ui.Frame) ui.Progress {
	done, all := p.Counts.Progress()
	bar := ui.Progress{Label: f.T("notify.campaign.running")}
	if p.Campaign.FrozenAt.IsZero() || all == 0 {
		bar.Step = f.T("notify.campaign.freezing")
		return bar
	}
	bar.Step, bar.Percent = f.T("notify.campaign.sending"), done*100/all
	if p.Status.Held {
		bar.Step = f.T("notify.campaign.standing")
	}
	bar.Count = f.T("notify.campaign.done_of", civic.Args{"Done": f.L.Int(done), "Total": f.L.Int(all)})
	return bar
}

// moving reports whether the numbers of the page change by themselves: the campaign is running, or due to
// begin.
func (p campaignPage) moving() bool {
	return p.Campaign.State == notify.Running ||
		p.Campaign.State == notify.Scheduled && !p.Campaign.StartAt.After(p.Now)
}
