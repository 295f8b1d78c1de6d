package find

import (
	"context"

	"ascolto/crm"
	"ascolto/web/locale"
	"ascolto/web/page"
)

// facetNames are the words for the values of facets, by the facet and the value.
type facetNames map[string]map[string]string

// namesKey says whose names they are: those of a room, in a language.
type namesKey struct {
	room string
	lang locale.Lang
}

// names returns the words for the values of a room's facets: districts, offices and the like have names that
// staff can change.
func (p *Pages) names(req *page.Request, r room) (facetNames, error) {
	key, edition := namesKey{r.path, req.Lang}, p.Edition()
	if kept, ok := p.named.Get(edition, key); ok {
		return kept, nil
	}
	names, err := p.readNames(req, r)
	if err == nil {
		p.named.Put(edition, key, names)
	}
	return names, err
}

func (p *Pages) readNames(req *page.Request, r room) (facetNames, error) {
	names := facetNames{"area": {}, "district": {}, "office": {}, "tag": {}, "channel": {}}
	loads := map[string]func(context.Context, facetNames) error{
		"area": p.areaNames, "district": p.districtNames, "office": p.officeNames, "tag": p.tagNames,
	}
	for _, facet := range r.facets {
		if load := loads[facet]; load != nil {
			if err := load(req.Context(), names); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range crm.InteractionChannels() {
		names["channel"][string(c)] = req.T("crm.channel." + string(c))
	}
	return names, nil
}

func (p *Pages) areaNames(ctx context.Context, names facetNames) error {
	areas, err := p.Forum.AreaList(ctx)
	for _, a := range areas {
		names["area"][string(a.ID)] = a.Name
	}
	return err
}

func (p *Pages) districtNames(ctx context.Context, names facetNames) error {
	districts, err := p.Reference.Districts(ctx)
	for _, d := range districts {
		names["district"][string(d.ID)] = d.Name
	}
	return err
}

func (p *Pages) officeNames(ctx context.Context, names facetNames) error {
	offices, err := p.Reference.Offices(ctx)
	for _, o := range offices {
		names["office"][string(o.ID)] = o.Name
	}
	return err
}

func (p *Pages) tagNames(ctx context.Context, names facetNames) error {
	tags, err := p.Reference.Tags(ctx)
	for _, t := range tags {
		names["tag"][string(t.ID)] = t.Name
	}
	return err
}
