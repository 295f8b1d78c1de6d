package desk

import (
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// segmentsPath is the page of the list of segments.
const segmentsPath = "/desk/segments"

// segmentName returns what the segment of the page's path is called.
func (p *Pages) segmentName(v *visit.Visit) (string, error) {
	id, err := v.ID("id")
	if err != nil {
		return "", err
	}
	g, err := p.CRM.Segment(v.Context(), v.Actor, id)
	return g.Name, err
}

// crumbs returns f with the way to the form.
func (p campaignForm) crumbs(f ui.Frame) ui.Frame {
	f = f.With(f.T("notify.campaigns.title"), campaignsPath)
	if p.Called == "" {
		return f
	}
	return f.With(p.Called, p.Action)
}

// campaignName returns what the campaign of the page's path is called.
func (p *Pages) campaignName(v *visit.Visit) (string, error) {
	id, err := v.ID("id")
	if err != nil {
		return "", err
	}
	c, err := p.Notify.Campaign(v.Context(), v.Actor, id)
	return c.Name, err
}
