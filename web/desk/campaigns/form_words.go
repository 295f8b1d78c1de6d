package campaigns

import (
	"strings"

	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// choosable puts "none chosen" before the answers of a choice.
func choosable(none string, options []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: none}}, options...)
}

// contentLanguages returns the languages a campaign is written in.
func contentLanguages(f ui.Frame, c notify.Campaign) string {
	var names []string
	for _, content := range c.Contents {
		names = append(names, f.T("notify.campaign.language."+content.Language))
	}
	return strings.Join(names, ", ")
}

// previewLanguages leads to the preview in each language of a campaign.
func previewLanguages(f ui.Frame, c notify.Campaign) []ui.Link {
	var links []ui.Link
	for _, content := range c.Contents {
		if lang, err := locale.ParseLang(content.Language); err == nil {
			links = append(links, ui.Link{
				Text: f.T("notify.campaign.language." + string(lang)),
				URL:  deskui.CampaignPath(c.ID, "preview") + "?language=" + string(lang),
			})
		}
	}
	return links
}

// deliveryFilter is the text of the link to the recipients in one state.
func deliveryFilter(f ui.Frame, p deliveriesPage, s notify.DeliveryState) string {
	return f.T(deliveryStateKey(s)) + " (" + f.L.Int(p.Counts.Of(s)) + ")"
}

func deliveryFilters(f ui.Frame, p deliveriesPage) []ui.Link {
	var links []ui.Link
	for _, s := range notify.DeliveryStates() {
		links = append(links,
			ui.Link{
				Text: deliveryFilter(f, p, s),
				URL:  deskui.CampaignPath(p.Campaign.ID, "deliveries") + "?state=" + string(s),
			})
	}
	return links
}

// crumbs returns f with the way to the form.
func (p campaignForm) crumbs(f ui.Frame) ui.Frame {
	f = f.With(f.T("notify.campaigns.title"), deskui.CampaignsPath)
	if p.Called == "" {
		return f
	}
	return f.With(p.Called, p.Action)
}

// campaignName returns what the campaign of the page's path is called.
func (p *Pages) campaignName(r *page.Request) (string, error) {
	id, err := r.ID("id")
	if err != nil {
		return "", err
	}
	c, err := p.Notify.Campaign(r.Context(), r.Actor, id)
	return c.Name, err
}
