package settings

import (
	"net/http"
	"net/url"
	"strconv"

	"ascolto/internal/civic"
	town "ascolto/internal/reference"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// setting is one kind of reference data as the settings show it. Its name stands in addresses and message
// keys.
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

// settings lists the reference data of every kind.
func (p *Pages) settings(req *page.Request) error {
	r, err := deskui.ReadReference(req, p.Reference)
	if err != nil {
		return err
	}
	var lists []settingList
	for _, kind := range settings() {
		lists = append(lists, settingList{Kind: kind, Items: itemsOf(r, kind, string(req.Lang))})
	}
	return req.Page(http.StatusOK, settingsOverview(req.Frame(req.T("crm.settings.title")), lists))
}

func itemsOf(r deskui.Reference, kind setting, lang string) []settingItem {
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
			items = append(items,
				settingItem{ID: t.ID, Name: t.Name.In(lang), Note: t.Description.In(lang),
					Inactive: t.Inactive})
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
	Texts   []town.ConsentText // of a topic, newest first
}

// newSetting shows an empty form of a kind.
func (p *Pages) newSetting(r *page.Request) error {
	return p.settingForm(r, http.StatusOK, "", settingFormPage{Form: r.NewForm(url.Values{})})
}

// editSetting shows the form with what is stored.
func (p *Pages) editSetting(req *page.Request) error {
	id, err := req.ID("id")
	if err != nil {
		return err
	}
	r, err := deskui.ReadReference(req, p.Reference)
	if err != nil {
		return err
	}
	values, ok := valuesOf(r, setting(req.Param("kind")), id)
	if !ok {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	return p.settingForm(req, http.StatusOK, id, settingFormPage{Form: req.NewForm(values)})
}

func (p *Pages) settingForm(r *page.Request, status int, id civic.ID, view settingFormPage) error {
	if view.Kind = setting(r.Param("kind")); !known(view.Kind) {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	view.Action = "/desk/settings/" + string(view.Kind)
	title := r.T("crm.settings.new." + string(view.Kind))
	if id != "" {
		view.Action += "/" + string(id)
		title = r.T("crm.settings.edit." + string(view.Kind))
	}
	if view.Kind == topicSetting && id != "" {
		t, err := p.Reference.Topic(r.Context(), id)
		if err != nil {
			return err
		}
		for i := len(t.Texts) - 1; i >= 0; i-- {
			view.Texts = append(view.Texts, t.Texts[i])
		}
	}
	return r.Page(status, settingForm(r.Frame(title), view))
}

func known(kind setting) bool {
	for _, k := range settings() {
		if k == kind {
			return true
		}
	}
	return false
}

// valuesOf returns what the form of an item shows, and false when there is no such item.
func valuesOf(r deskui.Reference, kind setting, id civic.ID) (url.Values, bool) {
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

func districtValues(d town.District) url.Values {
	return settingValues(d.Revision, d.Shown(), d.Order, d.Inactive, "name", d.Name)
}

func officeValues(o town.Office) url.Values {
	return settingValues(o.Revision, o.Shown(), o.Order, o.Inactive, "name", o.Name, "email", o.Email,
		"phone",
		o.Phone)
}

func topicValues(t town.Topic) url.Values {
	values := settingValues(t.Revision, t.Shown(), t.Order, t.Inactive)
	ui.PrefillText(values, "name", t.Name)
	ui.PrefillText(values, "description", t.Description)
	ui.PrefillText(values, "text", t.Current().Text)
	return values
}

func tagValues(t town.Tag) url.Values {
	return settingValues(t.Revision, t.Shown(), t.Order, t.Inactive, "name", t.Name)
}

func settingValues(revision int64, shown string, order int, inactive bool, pairs ...string) url.Values {
	v := ui.Prefill(pairs...)
	v.Set("revision", strconv.FormatInt(revision, 10))
	v.Set("shown", shown)
	v.Set("order", strconv.Itoa(order))
	if inactive {
		v.Set("inactive", "1")
	}
	return v
}
