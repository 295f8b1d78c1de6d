package deskui

import (
	"context"
	"slices"

	"ascolto/forum"
	"ascolto/internal/civic"
	town "ascolto/internal/reference"
	"ascolto/web/contactform"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Reference is the reference data that pages about people need to show names instead of ids.
type Reference struct {
	Districts []town.District
	Offices   []town.Office
	Topics    []town.Topic
	Tags      []town.Tag
}

// ReadReference returns the reference data of the town.
func ReadReference(req *page.Request, data *town.Service) (r Reference, err error) {
	if r.Districts, err = data.Districts(req.Context()); err != nil {
		return r, err
	}
	if r.Offices, err = data.Offices(req.Context()); err != nil {
		return r, err
	}
	if r.Topics, err = data.Topics(req.Context()); err != nil {
		return r, err
	}
	r.Tags, err = data.Tags(req.Context())
	return r, err
}

// Names returns what fields of contacts choose from.
func (r Reference) Names() contactform.Names {
	return contactform.Names{Districts: r.Districts, Tags: r.Tags}
}

// HasDistrict reports whether the town has the district.
func (r Reference) HasDistrict(id civic.ID) bool {
	return slices.ContainsFunc(r.Districts, func(d town.District) bool { return d.ID == id })
}

// HasOffice reports whether the town has the office.
func (r Reference) HasOffice(id civic.ID) bool {
	return slices.ContainsFunc(r.Offices, func(o town.Office) bool { return o.ID == id })
}

// DistrictName returns the name of a district, empty for none.
func (r Reference) DistrictName(id civic.ID) string {
	for _, d := range r.Districts {
		if d.ID == id {
			return d.Name
		}
	}
	return string(id)
}

// OfficeName returns the name of an office, empty for none.
func (r Reference) OfficeName(id civic.ID) string {
	for _, o := range r.Offices {
		if o.ID == id {
			return o.Name
		}
	}
	return string(id)
}

// TagName returns the name of a tag.
func (r Reference) TagName(id civic.ID) string {
	for _, t := range r.Tags {
		if t.ID == id {
			return t.Name
		}
	}
	return string(id)
}

// TopicName returns the name of a topic in a language.
func (r Reference) TopicName(id civic.ID, lang string) string {
	for _, t := range r.Topics {
		if t.ID == id {
			return t.Name.In(lang)
		}
	}
	return string(id)
}

// DistrictOptions lists the districts in use and the chosen one, after an option for none.
func (r Reference) DistrictOptions(none string, chosen civic.ID) []ui.Option {
	options := []ui.Option{{Label: none}}
	for _, d := range r.Districts {
		if !d.Inactive || d.ID == chosen {
			options = append(options, ui.Option{Value: string(d.ID), Label: d.Name})
		}
	}
	return options
}

// OfficeOptions lists the offices in use and the chosen one.
func (r Reference) OfficeOptions(chosen civic.ID) []ui.Option {
	var options []ui.Option
	for _, o := range r.Offices {
		if !o.Inactive || o.ID == chosen {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return options
}

// TopicOptions lists the topics in use and the chosen one, after an option for none.
func (r Reference) TopicOptions(f ui.Frame, chosen civic.ID) []ui.Option {
	options := []ui.Option{{Label: f.T("crm.field.no_topic")}}
	for _, t := range r.Topics {
		if !t.Inactive || t.ID == chosen {
			options = append(options, ui.Option{Value: string(t.ID), Label: t.Name.In(string(f.L.Lang()))})
		}
	}
	return options
}

// OfficeNames returns the names of the offices.
func OfficeNames(ctx context.Context, data *town.Service) (map[civic.ID]string, error) {
	offices, err := data.Offices(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[civic.ID]string, len(offices))
	for _, o := range offices {
		known[o.ID] = o.Name
	}
	return known, nil
}

// AreaNames returns the names of the areas of the forum.
func AreaNames(r *page.Request, posts *forum.Service) (map[civic.ID]string, error) {
	areas, err := posts.AreaList(r.Context())
	names := map[civic.ID]string{}
	for _, a := range areas {
		names[a.ID] = a.Name
	}
	return names, err
}
