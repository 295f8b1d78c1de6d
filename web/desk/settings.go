package desk

import (
	"net/http"
	"net/url"
	"strconv"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// setting is one kind of reference data as the settings show it. Its name stands in addresses and message keys.
type setting string

// The kinds, as addresses name them.
const (
	districtSetting setting = "districts"
	officeSetting   setting = "offices"
	topicSetting    setting = "topics"
	tagSetting      setting = "tags"
)

func settings() []setting {
	return []setting{districtSetting, officeSetting, topicSetting, tagSetting}
}

// settingItem is one item of reference data in a list.
type settingItem struct {
	ID       civic.ID
	Name     string
	Note     string
	Inactive bool
}

// settingList is the items of a kind.
type settingList struct {
	Kind  setting
	Items []settingItem
}

// noted reports whether items of the kind tell more than their name.
func (l settingList) noted() bool { return l.Kind == officeSetting || l.Kind == topicSetting }

func (l settingList) headings(f ui.Frame) []string {
	if l.noted() {
		return []string{f.T("crm.settings.name"), f.T("crm.settings.note"), f.T("crm.settings.state")}
	}
	return []string{f.T("crm.settings.name"), f.T("crm.settings.state")}
}

// Settings lists the reference data of every kind.
func (p *Pages) Settings(v *visit.Visit) error {
	r, err := p.reference(v)
	if err != nil {
		return err
	}
	var lists []settingList
	for _, kind := range settings() {
		lists = append(lists, settingList{Kind: kind, Items: r.items(kind, string(v.Lang))})
	}
	return v.Page(http.StatusOK, settingsOverview(v.Frame(v.T("crm.settings.title")), lists))
}

func (r reference) items(kind setting, lang string) []settingItem {
	var items []settingItem
	switch kind {
	case districtSetting:
		for _, d := range r.Districts {
			items = append(items, settingItem{ID: d.ID, Name: d.Name, Inactive: d.Inactive})
		}
	case officeSetting:
		for _, o := range r.Offices {
			items = append(items, settingItem{ID: o.ID, Name: o.Name, Note: o.Email, Inactive: o.Inactive})
		}
	case topicSetting:
		for _, t := range r.Topics {
			items = append(items, settingItem{ID: t.ID, Name: t.Name.In(lang), Note: t.Description.In(lang), Inactive: t.Inactive})
		}
	case tagSetting:
		for _, t := range r.Tags {
			items = append(items, settingItem{ID: t.ID, Name: t.Name, Inactive: t.Inactive})
		}
	}
	return items
}

// settingFormPage is the form of one item.
type settingFormPage struct {
	Kind    setting
	Action  string
	Form    ui.Form
	Clashes []ui.Clash
	Texts   []crm.ConsentText // of a topic, newest first
}

// NewSetting shows an empty form of a kind.
func (p *Pages) NewSetting(v *visit.Visit) error {
	return p.settingForm(v, http.StatusOK, "", settingFormPage{Form: v.NewForm(url.Values{})})
}

// EditSetting shows the form with what is stored.
func (p *Pages) EditSetting(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	r, err := p.reference(v)
	if err != nil {
		return err
	}
	values, ok := r.values(setting(v.Param("kind")), id)
	if !ok {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	return p.settingForm(v, http.StatusOK, id, settingFormPage{Form: v.NewForm(values)})
}

func (p *Pages) settingForm(v *visit.Visit, status int, id civic.ID, page settingFormPage) error {
	if page.Kind = setting(v.Param("kind")); !known(page.Kind) {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	page.Action = "/desk/settings/" + string(page.Kind)
	title := v.T("crm.settings.new." + string(page.Kind))
	if id != "" {
		page.Action += "/" + string(id)
		title = v.T("crm.settings.edit." + string(page.Kind))
	}
	if page.Kind == topicSetting && id != "" {
		t, err := p.CRM.Topic(v.Context(), id)
		if err != nil {
			return err
		}
		for i := len(t.Texts) - 1; i >= 0; i-- {
			page.Texts = append(page.Texts, t.Texts[i])
		}
	}
	return v.Page(status, settingForm(v.Frame(title), page))
}

func known(kind setting) bool {
	for _, k := range settings() {
		if k == kind {
			return true
		}
	}
	return false
}

// values returns what the form of an item shows, and false when there is no such item.
func (r reference) values(kind setting, id civic.ID) (url.Values, bool) {
	switch kind {
	case districtSetting:
		for _, d := range r.Districts {
			if d.ID == id {
				return districtValues(d), true
			}
		}
	case officeSetting:
		for _, o := range r.Offices {
			if o.ID == id {
				return officeValues(o), true
			}
		}
	case topicSetting:
		for _, t := range r.Topics {
			if t.ID == id {
				return topicValues(t), true
			}
		}
	case tagSetting:
		for _, t := range r.Tags {
			if t.ID == id {
				return tagValues(t), true
			}
		}
	}
	return nil, false
}

func districtValues(d crm.District) url.Values {
	return settingValues(d.Meta, d.Shown(), d.Order, d.Inactive, "name", d.Name)
}

func officeValues(o crm.Office) url.Values {
	return settingValues(o.Meta, o.Shown(), o.Order, o.Inactive, "name", o.Name, "email", o.Email, "phone", o.Phone)
}

func topicValues(t crm.Topic) url.Values {
	text := t.Current().Text
	return settingValues(t.Meta, t.Shown(), t.Order, t.Inactive, "name_it", t.Name.It, "name_en", t.Name.En,
		"description_it", t.Description.It, "description_en", t.Description.En, "text_it", text.It, "text_en", text.En)
}

func tagValues(t crm.Tag) url.Values {
	return settingValues(t.Meta, t.Shown(), t.Order, t.Inactive, "name", t.Name)
}

func settingValues(m docstore.Meta, shown string, order int, inactive bool, pairs ...string) url.Values {
	v := ui.Prefill(pairs...)
	v.Set("revision", strconv.FormatInt(m.Revision, 10))
	v.Set("shown", shown)
	v.Set("order", strconv.Itoa(order))
	if inactive {
		v.Set("inactive", "1")
	}
	return v
}

// CreateSetting stores a new item.
func (p *Pages) CreateSetting(v *visit.Visit) error { return p.saveSetting(v, "") }

// UpdateSetting stores a changed item.
func (p *Pages) UpdateSetting(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	return p.saveSetting(v, id)
}

func (p *Pages) saveSetting(v *visit.Visit, id civic.ID) error {
	form := v.Form()
	meta := docstore.Meta{ID: id, Revision: int64(form.Int("revision"))}
	save := p.settingSaver(v, form, meta)
	if save == nil {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	err := form.Err()
	if err == nil {
		err = save()
	}
	if err == nil {
		return v.Redirect("/desk/settings", civic.Msg("crm.settings.saved"))
	}
	again, clashes, ok := settingClash(v, form, err)
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		return p.settingForm(v, http.StatusUnprocessableEntity, id, settingFormPage{Form: again, Clashes: clashes})
	}
	return err
}

// settingClash returns the form that comes back for a conflict of two edits of an item, of whatever kind, with what clashes.
func settingClash(v *visit.Visit, form *visit.Form, err error) (ui.Form, []ui.Clash, bool) {
	if again, clashes, ok := visit.Clash(form, err, settingShows(v, districtValues)); ok {
		return again, clashes, ok
	}
	if again, clashes, ok := visit.Clash(form, err, settingShows(v, officeValues)); ok {
		return again, clashes, ok
	}
	if again, clashes, ok := visit.Clash(form, err, settingShows(v, topicValues)); ok {
		return again, clashes, ok
	}
	return visit.Clash(form, err, settingShows(v, tagValues))
}

func settingShows[T interface{ Shown() string }](v *visit.Visit, values func(T) url.Values) visit.Shows[T] {
	return visit.Shows[T]{Values: values, Field: func(name string, of T) (label, value string) {
		if name == "inactive" {
			return v.T("crm.settings.state"), v.T(map[bool]string{false: "crm.settings.active", true: "crm.settings.inactive"}[values(of).Has(name)])
		}
		for _, f := range settingFields() {
			if f.name == name {
				label = v.T(f.label)
			}
		}
		return label, values(of).Get(name)
	}}
}

type settingField struct{ name, label string }

// settingFields lists the fields of the forms of all kinds, with the keys of their labels.
func settingFields() []settingField {
	return []settingField{
		{"name", "crm.settings.name"}, {"name_it", "crm.settings.name_it"}, {"name_en", "crm.settings.name_en"},
		{"description_it", "crm.settings.description_it"}, {"description_en", "crm.settings.description_en"},
		{"text_it", "crm.settings.text_it"}, {"text_en", "crm.settings.text_en"},
		{"email", "crm.field.email_1"}, {"phone", "crm.field.phone_1"}, {"order", "crm.settings.order"},
	}
}

// settingSaver reads the form of a kind and returns what stores it; nil for a kind there is not.
func (p *Pages) settingSaver(v *visit.Visit, form *visit.Form, meta docstore.Meta) func() error {
	ctx, by, order, inactive, sent := v.Context(), v.Actor, form.Int("order"), form.Bool("inactive"), crm.Sent{Form: string(form.Key()), Shown: form.Line("shown", merge.MaxShown)}
	switch setting(v.Param("kind")) {
	case districtSetting:
		d := crm.District{Meta: meta, Sent: sent, Name: form.String("name"), Order: order, Inactive: inactive}
		return func() error { _, err := p.CRM.SaveDistrict(ctx, by, d); return err }
	case officeSetting:
		o := crm.Office{Meta: meta, Sent: sent, Name: form.String("name"), Email: form.String("email"), Phone: form.String("phone"), Order: order, Inactive: inactive}
		return func() error { _, err := p.CRM.SaveOffice(ctx, by, o); return err }
	case topicSetting:
		t := crm.Topic{
			Meta: meta, Sent: sent, Name: crm.Text{It: form.String("name_it"), En: form.String("name_en")},
			Description: crm.Text{It: form.String("description_it"), En: form.String("description_en")}, Order: order, Inactive: inactive,
		}
		text := crm.Text{It: form.Text("text_it", 2000), En: form.Text("text_en", 2000)}
		return func() error { _, err := p.CRM.SaveTopic(ctx, by, t, text); return err }
	case tagSetting:
		t := crm.Tag{Meta: meta, Sent: sent, Name: form.String("name"), Order: order, Inactive: inactive}
		return func() error { _, err := p.CRM.SaveTag(ctx, by, t); return err }
	}
	return nil
}
