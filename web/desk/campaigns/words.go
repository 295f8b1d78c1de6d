package campaigns

import (
	"slices"
	"strconv"

	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/notify/message"
	"ascolto/web/desk/deskui"
	"ascolto/web/ui"
)

func deliveryStateKey(s notify.DeliveryState) string {
	if !slices.Contains(notify.DeliveryStates(), s) {
		s = notify.Failed
	}
	return "notify.state." + string(s)
}

func campaignClassKey(c notify.CampaignClass) string { return "notify.class." + string(c) }

// campaignColour returns the colour of the mark that shows a campaign's state.
func campaignColour(s notify.CampaignState) string {
	switch s {
	case notify.Running, notify.Scheduled:
		return "primary"
	case notify.Finished:
		return "success"
	case notify.FinishedWithFailures, notify.Missed:
		return "danger"
	case notify.Paused:
		return "warning"
	}
	return "secondary"
}

// campaignFilters lets the list be narrowed to one state.
func campaignFilters(f ui.Frame, chosen notify.CampaignState) []ui.Link {
	links := []ui.Link{{Text: f.T("notify.campaigns.all"), URL: deskui.CampaignsPath}}
	for _, s := range notify.CampaignStates() {
		links = append(links,
			ui.Link{Text: f.T(deskui.CampaignStateKey(s)), URL: deskui.CampaignsPath + "?state=" + string(s)})
	}
	return links
}

// classOptions returns the classes of campaigns to choose from.
func classOptions(f ui.Frame) []ui.Option {
	return []ui.Option{
		{Value: string(notify.Voluntary), Label: f.T("notify.class.voluntary"),
			Hint: f.T("notify.class.voluntary.hint")},
		{Value: string(notify.Institutional), Label: f.T("notify.class.institutional"),
			Hint: f.T("notify.class.institutional.hint")},
	}
}

// haltWords says who paused a campaign and when, and why they said.
func haltWords(f ui.Frame, h notify.Halt) string {
	args := civic.Args{"At": f.L.DateTime(h.At), "Name": h.By, "Why": h.Why}
	words := f.T("notify.halt.person", args)
	switch {
	case h.Program:
		words = f.T("notify.halt.program", args)
	case h.By == "":
		words = f.T("notify.halt.staff", args)
	}
	if h.Why != "" {
		words += " " + f.T("notify.halt.why", args)
	}
	return words
}

// bodyHint explains how a campaign's text is written.
func bodyHint(f ui.Frame) string {
	fields, example := message.FieldHint(string(f.L.Lang()), f.T("notify.form.fallback"))
	return f.T("notify.form.body_hint", civic.Args{"Fields": fields, "Example": example})
}

// countsChart shows how many of a campaign's deliveries are in each state.
func countsChart(f ui.Frame, c notify.Counts) ui.Chart {
	chart := ui.Chart{
		ID: "destinatari", Title: f.T("notify.campaign.progress"), Kind: ui.BarChart,
		Columns: []string{f.T("notify.campaign.state"), f.T("notify.campaign.count"),
			f.T("notify.campaign.share")},
	}
	for _, s := range notify.DeliveryStates() {
		n, share := c.Of(s), 0.0
		if c.Total > 0 {
			share = float64(n) / float64(c.Total)
		}
		chart.Rows = append(chart.Rows, ui.ChartRow{Label: f.T(deliveryStateKey(s)), Cells: []ui.ChartCell{
			{Value: float64(n), Text: f.L.Int(n)}, {Value: share, Text: f.L.Percent(share, 1), Extra: true},
		}})
	}
	return chart
}

// indentation returns the class that moves a line of a rule as far in as the em spaces do that text no longer
// has: where the line wraps, all of it stands there.
func indentation(line, text string) string {
	return "asc-indent-" + strconv.Itoa(min((len(line)-len(text))/len("\u2003"), segment.MaxRuleDepth))
}
