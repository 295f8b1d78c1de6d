package personal

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/reach"
	"ascolto/internal/reference"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// areaPage is the start of the personal area: what happened between the person and the municipality.
type areaPage struct {
	Name     string
	Timeline []ui.Event
	Paging   ui.Paging
	MayPost  bool              // in the forum
	Sign     string            // the name under which they do; empty is a citizen without one
	Threads  []forum.OwnThread // that they last wrote in
}

// area shows the personal area.
func (p *Pages) area(r *page.Request) error {
	c, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	entries, err := p.CRM.OwnTimeline(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	offices, err := p.Reference.Offices(r.Context())
	if err != nil {
		return err
	}
	view := areaPage{
		Name: c.DisplayName(), Paging: ui.PagingBy("/area-personale", r.Queries(), entries.Next).NewestFirst(),
	}
	if err := p.ownForum(r, &view); err != nil {
		return err
	}
	paths, err := p.Forum.Paths(r.Context(), crm.RefsOf(entries.Items, forum.ActivityPost))
	if err != nil {
		return err
	}
	for _, e := range entries.Items {
		event := ownEvent(r, e, offices)
		event.URL = paths[e.Ref]
		view.Timeline = append(view.Timeline, event)
	}
	return r.Page(http.StatusOK, area(r.Frame(r.T("crm.area.title")), view))
}

// ownForum fills in what the reader does in the forum.
func (p *Pages) ownForum(r *page.Request, view *areaPage) (err error) {
	if view.MayPost = r.Actor.Allowed(forum.PermPost); !view.MayPost {
		return nil
	}
	if view.Sign, err = p.Forum.Signature(r.Context(), r.Actor); err != nil {
		return err
	}
	view.Threads, err = p.Forum.OwnThreads(r.Context(), r.Actor)
	return err
}

func ownEvent(r *page.Request, e crm.Entry, offices []reference.Office) ui.Event {
	event := ui.ActivityEvent(r.L, e.Kind)
	event.At, event.Title = e.At, e.Title
	if e.Kind == crm.ActivityInteraction {
		event.Kind = r.T("crm.channel." + e.Channel)
	}
	for _, o := range offices {
		if o.ID == e.Office {
			event.Note = o.Name
		}
	}
	return event
}

// profilePage is the form by which people keep their own data right.
type profilePage struct {
	Form      ui.Form
	Kind      crm.Kind
	Districts []ui.Option
	Clashes   []ui.Clash // what was stored meanwhile in fields that were typed into
}

// profile shows the form with what is stored.
func (p *Pages) profile(r *page.Request) error {
	c, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return p.profileForm(r, http.StatusOK, profilePage{Kind: c.Kind, Form: r.NewForm(profileValues(c))})
}

func (p *Pages) profileForm(r *page.Request, status int, view profilePage) error {
	districts, err := p.Reference.Districts(r.Context())
	if err != nil {
		return err
	}
	view.Districts = []ui.Option{{Label: r.T("crm.field.no_district")}}
	for _, d := range districts {
		if !d.Inactive || string(d.ID) == view.Form.Value("district") {
			view.Districts = append(view.Districts, ui.Option{Value: string(d.ID), Label: d.Name})
		}
	}
	return r.Page(status, profile(r.Frame(r.T("crm.profile.title")), view))
}

// ownLines is how many addresses, and how many numbers, the profile has room for.
const ownLines = 5

// saveProfile stores what the person changed.
func (p *Pages) saveProfile(r *page.Request) error {
	form := r.Form()
	in := crm.ContactInput{
		Version: int64(form.Int("version")), Shown: form.Line("shown", merge.MaxShown),
		GivenName: form.String("given_name"), FamilyName: form.String("family_name"),
		Organisation: form.String("organisation"),
		Address: crm.Address{
			Street: form.String("street"), Postcode: form.String("postcode"), Town: form.String("town"),
		},
		District: form.ID("district"), Language: form.String("language"),
		Confirmed: form.String(crm.CodeConfirmed) != "",
	}
	for i := 1; i <= ownLines; i++ {
		in.Emails, in.Phones = append(in.Emails, form.String(fmt.Sprintf("email_%d", i))),
			append(in.Phones, form.String(fmt.Sprintf("phone_%d", i)))
	}
	before, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	var saved crm.Contact
	if err = form.Err(); err == nil {
		saved, err = p.CRM.UpdateOwnContact(r.Context(), r.Actor, in)
	}
	view := profilePage{Kind: crm.Kind(form.String("kind"))}
	districts, readErr := p.Reference.Districts(r.Context())
	if readErr != nil {
		return readErr
	}
	var ok bool
	if view.Form, view.Clashes, ok = page.ConflictForm(form, err, profileShows(r, districts)); !ok {
		view.Form, ok = form.Again(err)
	}
	if ok {
		return p.profileForm(r, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	to, said := p.confirmNew(r, before, saved)
	return r.Redirect(to, said...)
}

// profileShows returns how the profile shows a contact.
func profileShows(r *page.Request, districts []reference.District) page.ConflictView[crm.Contact] {
	return page.ConflictView[crm.Contact]{
		Values: profileValues, Field: func(name string, of crm.Contact) (label, value string) {
			label, value = r.T("crm.field."+name), profileValues(of).Get(name)
			switch name {
			case "language":
				value = r.T("crm.language." + of.Language)
			case "district":
				value = ""
				for _, d := range districts {
					if d.ID == of.District {
						value = d.Name
					}
				}
			case "email_1":
				value = listed(of.Emails, func(e reach.Email) string { return e.Address })
			case "phone_1":
				value = listed(of.Phones, reach.Phone.String)
			}
			return label, value
		}}
}

// listed returns the words of all items on one line.
func listed[T any](items []T, say func(T) string) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = say(item)
	}
	return strings.Join(words, ", ")
}

func profileValues(c crm.Contact) url.Values {
	values := ui.Prefill("version", strconv.FormatInt(c.Version, 10), "shown", c.Shown(), "kind", string(c.Kind),
		"given_name", c.GivenName, "family_name", familyName(c),
		"organisation", c.Organisation, "street", c.Address.Street, "postcode", c.Address.Postcode, "town",
		c.Address.Town,
		"district", string(c.District), "language", c.Language)
	for i, e := range c.Emails {
		values.Set(fmt.Sprintf("email_%d", i+1), e.Address)
	}
	for i, n := range c.Phones {
		values.Set(fmt.Sprintf("phone_%d", i+1), n.String())
	}
	return values
}

// familyName returns what the field of the family name shows: not the address that stands there in the
// contacts of earlier versions.
func familyName(c crm.Contact) string {
	if c.Nameless() {
		return ""
	}
	return c.FamilyName
}

// profileLines returns how many fields of a repeated kind the profile shows: those that are filled and one
// more.
func profileLines(f ui.Form, name string) int {
	n := 1
	for i := 1; i <= ownLines; i++ {
		if f.Value(fmt.Sprintf("%s_%d", name, i)) != "" {
			n = i + 1
		}
	}
	return min(n, ownLines)
}

// preferencesPage is what the person agreed to be told about.
type preferencesPage struct {
	Topics []ownTopic
	Form   ui.Form
	Reach  bool   // there is an address to write to
	Fault  string // why the last choice was not kept
}

// ownTopic is a topic and whether the person agreed to it.
type ownTopic struct {
	Topic reference.Topic
	Given bool
}

// preferences shows the topics with the text of each consent.
func (p *Pages) preferences(r *page.Request) error {
	return p.showPreferences(r, http.StatusOK, "")
}

func (p *Pages) showPreferences(r *page.Request, status int, fault string) error {
	c, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	topics, err := p.Reference.Topics(r.Context())
	if err != nil {
		return err
	}
	view := preferencesPage{Form: r.NewForm(nil), Reach: c.HasEmail(), Fault: fault}
	for _, t := range topics {
		given := c.ConsentsTo(t.ID, crm.ByMail)
		if !t.Inactive || given {
			view.Topics = append(view.Topics, ownTopic{Topic: t, Given: given})
		}
	}
	return r.Page(status, preferences(r.Frame(r.T("crm.preferences.title")), view))
}

// setPreference gives or takes back consent to a topic.
func (p *Pages) setPreference(r *page.Request) error {
	form := r.Form()
	in := crm.ConsentInput{
		Topic: form.ID("topic"), Channel: crm.ByMail, Given: form.Either("choice", "give", "withdraw"),
		Version: form.Int("version"), Language: string(r.Lang),
	}
	err := form.Err()
	if err == nil {
		_, err = p.CRM.SetOwnConsent(r.Context(), r.Actor, in)
	}
	if e, ok := errors.AsType[*civic.Error](err); ok && (e.Code == civic.Invalid || e.Code == civic.Conflict) {
		return p.showPreferences(r, http.StatusUnprocessableEntity, r.L.Message(e.Message))
	}
	if err != nil {
		return err
	}
	said := civic.Msg("crm.preferences.withdrawn")
	if in.Given {
		said = civic.Msg("crm.preferences.given")
	}
	return r.Redirect("/area-personale/preferenze", said)
}
