package personal

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/notify"
	"ascolto/web/contactform"
	"ascolto/web/page"
	"ascolto/web/requestview"
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
		Name:   c.DisplayName(),
		Paging: ui.PagingBy("/area-personale", r.Queries(), entries.Next).NewestFirst(),
	}
	if err := p.ownForum(r, &view); err != nil {
		return err
	}
	paths, err := p.Forum.Paths(r.Context(), crm.RefsOf(entries.Items, forum.ActivityPost))
	if err != nil {
		return err
	}
	notices, err := p.noticePaths(r, entries.Items)
	if err != nil {
		return err
	}
	subjects, err := p.Requests.Subjects(r.Context(), r.Actor, requestview.Of(entries.Items))
	if err != nil {
		return err
	}
	for _, e := range entries.Items {
		event := ownEvent(r, e, offices)
		event.URL = cmp.Or(paths[e.Ref], notices[e.Ref])
		if e.Kind == requests.ActivityRequest || e.Kind == requests.ActivityRequestEnd {
			event.URL = "/richieste/mie/" + string(e.Ref)
			event.Title = requestview.Title(r.L, e.Title, subjects, e.Ref)
		}
		view.Timeline = append(view.Timeline, event)
	}
	return r.Page(http.StatusOK, area(r.Frame(r.T("crm.area.title")), view))
}

// noticePaths returns where the forum's letters among entries lead, by the entries' references.
func (p *Pages) noticePaths(r *page.Request, entries []crm.Entry) (map[civic.ID]string, error) {
	letters := map[civic.ID]civic.ID{}
	for _, ref := range crm.RefsOf(entries, notify.ActivityMail) {
		if message, ok := notify.MessageOf(ref); ok {
			letters[message] = ref
		}
	}
	found, err := p.Forum.NoticePaths(r.Context(), slices.Collect(maps.Keys(letters)))
	paths := map[civic.ID]string{}
	for message, path := range found {
		paths[letters[message]] = path
	}
	return paths, err
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
	event.At, event.Title = e.At, r.L.Kept(e.Title, "forum.thread.taken")
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
	Form    ui.Form
	Kind    crm.Kind
	Names   contactform.Names
	Clashes []ui.Clash // what was stored meanwhile in fields that were typed into
}

// profile shows the form with what is stored.
func (p *Pages) profile(r *page.Request) error {
	c, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return p.profileForm(r, http.StatusOK,
		profilePage{Kind: c.Kind, Form: r.NewForm(contactform.Values(c, true))})
}

func (p *Pages) profileForm(r *page.Request, status int, view profilePage) error {
	var err error
	if view.Names, err = contactform.ReadNames(r.Context(), p.Reference); err != nil {
		return err
	}
	return r.Page(status, profile(r.Frame(r.T("crm.profile.title")), view))
}

// saveProfile stores what the person changed.
func (p *Pages) saveProfile(r *page.Request) error {
	form := r.Form()
	in := contactform.Input(form)
	in.Session = civic.ID(r.Session)
	before, err := p.CRM.OwnContact(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	var saved crm.Contact
	if err = form.Err(); err == nil {
		saved, err = p.CRM.UpdateOwnContact(r.Context(), r.Actor, in)
	}
	view := profilePage{Kind: crm.Kind(form.String("kind"))}
	names, readErr := contactform.ReadNames(r.Context(), p.Reference)
	if readErr != nil {
		return readErr
	}
	var ok bool
	if view.Form, view.Clashes, ok = page.ConflictForm(form, err, profileShows(r, names)); !ok {
		view.Form, ok = form.Again(err)
	}
	if ok {
		return p.profileForm(r, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	closed := crm.Closed(before, saved)
	to, said := p.confirmNew(r, before, saved)
	for _, email := range closed {
		said = append(said, civic.Message{Key: "crm.profile.closed", Args: civic.Args{"Email": email}})
	}
	if len(closed) > 0 && len(saved.Proved) == 0 {
		said = append(said, civic.Msg("crm.profile.no_sign_in"))
	}
	return r.Redirect(to, said...)
}

// profileShows returns how the profile shows a contact.
func profileShows(r *page.Request, names contactform.Names) page.ConflictView[crm.Contact] {
	return page.ConflictView[crm.Contact]{
		Values: func(c crm.Contact) url.Values { return contactform.Values(c, true) },
		Field: func(name string, of crm.Contact) (label, value string) {
			return names.ClashWords(r.L, name, of)
		},
	}
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
	if e, ok := errors.AsType[*civic.Error](err); ok &&
		(e.Code == civic.Invalid || e.Code == civic.Conflict) {
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
