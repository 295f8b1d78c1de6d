package desk

import (
	"slices"
	"strconv"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// reference is the reference data that pages about people need to show names instead of ids.
type reference struct {
	Districts []crm.District
	Offices   []crm.Office
	Topics    []crm.Topic
	Tags      []crm.Tag
}

func (p *Pages) reference(req *page.Request) (r reference, err error) {
	if r.Districts, err = p.CRM.Districts(req.Context()); err != nil {
		return r, err
	}
	if r.Offices, err = p.CRM.Offices(req.Context()); err != nil {
		return r, err
	}
	if r.Topics, err = p.CRM.Topics(req.Context()); err != nil {
		return r, err
	}
	r.Tags, err = p.CRM.Tags(req.Context())
	return r, err
}

func (r reference) hasDistrict(id civic.ID) bool {
	return slices.ContainsFunc(r.Districts, func(d crm.District) bool { return d.ID == id })
}

func (r reference) hasOffice(id civic.ID) bool {
	return slices.ContainsFunc(r.Offices, func(o crm.Office) bool { return o.ID == id })
}

// DistrictName returns the name of a district, empty for none.
func (r reference) DistrictName(id civic.ID) string {
	for _, d := range r.Districts {
		if d.ID == id {
			return d.Name
		}
	}
	return string(id)
}

// OfficeName returns the name of an office, empty for none.
func (r reference) OfficeName(id civic.ID) string {
	for _, o := range r.Offices {
		if o.ID == id {
			return o.Name
		}
	}
	return string(id)
}

// TagName returns the name of a tag.
func (r reference) TagName(id civic.ID) string {
	for _, t := range r.Tags {
		if t.ID == id {
			return t.Name
		}
	}
	return string(id)
}

// TopicName returns the name of a topic in a language.
func (r reference) TopicName(id civic.ID, lang string) string {
	for _, t := range r.Topics {
		if t.ID == id {
			return t.Name.In(lang)
		}
	}
	return string(id)
}

// districtOptions lists the districts in use and the chosen one, after an option for none.
func (r reference) districtOptions(none string, chosen civic.ID) []ui.Option {
	options := []ui.Option{{Label: none}}
	for _, d := range r.Districts {
		if !d.Inactive || d.ID == chosen {
			options = append(options, ui.Option{Value: string(d.ID), Label: d.Name})
		}
	}
	return options
}

func (r reference) officeOptions(chosen civic.ID) []ui.Option {
	var options []ui.Option
	for _, o := range r.Offices {
		if !o.Inactive || o.ID == chosen {
			options = append(options, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return options
}

// topicOptions lists the topics in use and the chosen one, after an option for none.
func (r reference) topicOptions(f ui.Frame, chosen civic.ID) []ui.Option {
	options := []ui.Option{{Label: f.T("crm.field.no_topic")}}
	for _, t := range r.Topics {
		if !t.Inactive || t.ID == chosen {
			options = append(options, ui.Option{Value: string(t.ID), Label: t.Name.In(string(f.L.Lang()))})
		}
	}
	return options
}

func (r reference) tagOptions(form ui.Form) []ui.Option {
	var options []ui.Option
	for _, t := range r.Tags {
		if !t.Inactive || form.Has("tags", string(t.ID)) {
			options = append(options, ui.Option{Value: string(t.ID), Label: t.Name})
		}
	}
	return options
}

// keyed returns one option for each value, whose label is the text of prefix and value.
func keyed[T ~string](f ui.Form, prefix string, values []T) []ui.Option {
	options := make([]ui.Option, len(values))
	for i, value := range values {
		options[i] = ui.Option{Value: string(value), Label: f.T(prefix + string(value))}
	}
	return options
}

// events returns a timeline as it is shown to staff; traces tells what may be known of its posts.
func (r reference) events(req *page.Request, entries []crm.Entry, traces map[civic.ID]forum.Trace) []ui.Event {
	events := make([]ui.Event, len(entries))
	for i, e := range entries {
		events[i] = ui.ActivityEvent(req.L, e.Kind)
		events[i].At, events[i].Title, events[i].Note = e.At, e.Title, r.OfficeName(e.Office)
		if e.Kind == forum.ActivityPost {
			events[i] = postEvent(req, events[i], traces, e.Ref)
		}
		if e.Kind != crm.ActivityInteraction {
			continue
		}
		events[i].Kind = req.T("crm.channel." + e.Channel)
		if req.Actor.Allowed(crm.PermReadInteractions) {
			events[i].URL = "/desk/interactions/" + string(e.Ref)
		}
	}
	return events
}

// postEvent returns the event of a post: of one under a pseudonym only the day and the area, or whose pseudonym it is would show.
func postEvent(r *page.Request, e ui.Event, traces map[civic.ID]forum.Trace, post civic.ID) ui.Event {
	trace, known := traces[post]
	switch {
	case known && !trace.Masked:
		e.URL = trace.Path
	case trace.Area != "":
		e.DayOnly, e.Title = true, r.T("crm.timeline.masked_in", civic.Args{"Area": trace.Area})
	default:
		e.DayOnly, e.Title = true, r.T("crm.timeline.masked")
	}
	return e
}

func year(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
