package campaigns

import (
	"net/url"
	"strings"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/notify/transport"
	"ascolto/web/desk/deskui"
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
	if !transport.Ours(cause) {
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
