package desk

import (
	"strings"

	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/locale"
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
				Text: f.T("notify.campaign.language." + string(lang)), URL: campaignPath(c.ID, "preview") + "?language=" + string(lang),
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
		links = append(links, ui.Link{Text: deliveryFilter(f, p, s), URL: campaignPath(p.Campaign.ID, "deliveries") + "?state=" + string(s)})
	}
	return links
}

// heldSince says since when mail is held and by whom.
func heldSince(f ui.Frame, s notify.SendingStatus) string {
	if s.ByName == "" {
		return f.T("notify.mail_page.held_since", civic.Args{"At": f.L.DateTime(s.At)})
	}
	return f.T("notify.mail_page.held_by", civic.Args{"At": f.L.DateTime(s.At), "Name": s.ByName})
}

// holdReason returns why mail is held: a text of the catalogues where the program held it, else the words of who did.
func holdReason(f ui.Frame, reason string) string {
	if reason == notify.HoldRestored {
		return f.T(notify.HoldRestored)
	}
	return reason
}

// formFor returns the form of one address.
func (p heldPage) formFor(id civic.ID) ui.Form {
	return p.Form.ForItem("a"+string(id), p.Released == id)
}
