package campaigns

import (
	"ascolto/crm/segment"
	"ascolto/notify"
	"ascolto/web/page"
)

// asChosen fills in what the segment was when the campaign took its people, for who may read segments.
func (p *Pages) asChosen(r *page.Request, view *campaignPage) error {
	chosen := view.Campaign.Chosen
	if chosen == nil || !r.Actor.Allowed(segment.PermRead) {
		return nil
	}
	if view.Segment != chosen.Name {
		view.Renamed = view.Segment
	}
	view.Segment = chosen.Name
	rule, err := segment.DecodeRule(chosen.Rule)
	if err != nil {
		return err
	}
	view.Rule, err = p.RuleLines(r, rule)
	return err
}

// missingLabels returns how the fields are called that a campaign must have to be scheduled.
func missingLabels(r *page.Request, c notify.Campaign) []string {
	var labels []string
	for _, field := range c.Missing() {
		labels = append(labels, campaignLabel(r, field))
	}
	return labels
}
