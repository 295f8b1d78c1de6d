package desk

import "ascolto/web/page"

// segmentName returns what the segment of the page's path is called.
func (p *Pages) segmentName(r *page.Request) (string, error) {
	id, err := r.ID("id")
	if err != nil {
		return "", err
	}
	g, err := p.SegmentService.Segment(r.Context(), r.Actor, id)
	return g.Name, err
}
