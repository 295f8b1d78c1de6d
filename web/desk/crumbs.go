package desk

import (
	"ascolto/web/page"
	"ascolto/web/ui"
)

// segmentsPath is the page of the list of segments.
const segmentsPath = "/desk/segments"

// segmentName returns what the segment of the page's path is called.
func (p *Pages) segmentName(r *page.Request) (string, error) {
	id, err := r.ID("id")
	if err != nil {
		return "", err
	}
	g, err := p.CRM.Segment(r.Context(), r.Actor, id)
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
func (p *Pages) campaignName(r *page.Request) (string, error) {
	id, err := r.ID("id")
	if err != nil {
		return "", err
	}
	c, err := p.Notify.Campaign(r.Context(), r.Actor, id)
	return c.Name, err
}
