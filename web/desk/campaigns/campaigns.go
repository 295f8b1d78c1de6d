package campaigns

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ascolto/crm/segment"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// campaignsPage is the list of campaigns.
type campaignsPage struct {
	State    notify.CampaignState // chosen; empty: all
	Items    []notify.Campaign
	Paging   ui.Paging
	MayWrite bool
}

// campaignList lists campaigns, the newest first.
func (p *Pages) campaignList(r *page.Request) error {
	view := campaignsPage{
		State: notify.CampaignState(r.Query("state")), MayWrite: r.Actor.Allowed(notify.PermWriteCampaigns),
	}
	list, err := p.Notify.Campaigns(r.Context(), r.Actor, view.State, r.PageRequest())
	if err != nil {
		return err
	}
	view.Items, view.Paging = list.Items, ui.PagingBy(deskui.CampaignsPath, r.Queries(),
		list.Next).NewestFirst()
	return r.Page(http.StatusOK, campaignList(r.Frame(r.T("notify.campaigns.title")), view))
}

// campaignPage is one campaign as staff see it.
type campaignPage struct {
	Campaign notify.Campaign
	Counts   notify.Counts
	Segment  string   // as it is called, or was when the campaign took its people
	Renamed  string   // as it is called now, when that is something else
	Rule     []string // by which the people were taken, in words; nil before
	Missing  []string // labels of the fields that a draft must have to be scheduled
	Topic    string
	Status   notify.SendingStatus
	Now      time.Time
	Form     ui.Form // its tokens serve every form of the page
	MayWrite bool
	MaySend  bool
	MayMail  bool
	Held     bool      // the reader stopped the refreshing
	Task     work.Task // the long work it is in, or that failed; its id is empty when there is none
}

// campaign shows a campaign: what it is, how far it came, and what can be done with it.
func (p *Pages) campaign(r *page.Request) error {
	return p.showCampaign(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showCampaign(r *page.Request, status int, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := campaignPage{
		Form: form, MayWrite: r.Actor.Allowed(notify.PermWriteCampaigns),
		MaySend: r.Actor.Allowed(notify.PermSendCampaigns),
		MayMail: r.Actor.Allowed(notify.PermReadMail), Now: civic.Now(),
	}
	if view.Campaign, err = p.Notify.Campaign(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Counts, err = p.Notify.Counts(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Segment, view.Topic, err = p.campaignNames(r, view.Campaign); err != nil {
		return err
	}
	if err := p.asChosen(r, &view); err != nil {
		return err
	}
	if view.Campaign.State == notify.Draft {
		view.Missing = missingLabels(r, view.Campaign)
	}
	if view.MayMail {
		if view.Status, err = p.Notify.Status(r.Context(), r.Actor); err != nil {
			return err
		}
	}
	if view.Task, err = p.campaignTask(r.Context(), r.Actor, view.Campaign); err != nil {
		return err
	}
	f := r.Frame(view.Campaign.Name)
	if view.Held = r.Query("hold") != ""; view.moving() && !view.Held {
		f.Renew = deskui.RenewEvery
	}
	return r.Page(status, campaignDetails(f, view))
}

// campaignNames returns what segment and topic of a campaign are called. A name that is gone, or not for this
// reader, is empty.
func (p *Pages) campaignNames(r *page.Request, c notify.Campaign) (called, topic string, err error) {
	if r.Actor.Allowed(segment.PermRead) {
		s, err := p.Segments.Segment(r.Context(), r.Actor, c.Segment)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return "", "", err
		}
		called = s.Name
	}
	if c.Topic == "" {
		return called, "", nil
	}
	t, err := p.Reference.Topic(r.Context(), c.Topic)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return "", "", err
	}
	return called, t.Name.In(string(r.Lang)), nil
}

// campaignForm is the form of a campaign, new or stored.
type campaignForm struct {
	Form     ui.Form
	Action   string // that of the list for a new one, else its own page; giving up leads there too
	Called   string // the stored name of one that is edited
	Segments []ui.Option
	Topics   []ui.Option
	Clashes  []ui.Clash // what somebody else stored meanwhile in fields that were typed into
}

// newCampaign shows the form of a new campaign.
func (p *Pages) newCampaign(r *page.Request) error {
	values := ui.Prefill("class", string(notify.Voluntary), "segment", r.Query("segment"))
	return p.showCampaignForm(r, http.StatusOK,
		campaignForm{Form: r.NewForm(values), Action: deskui.CampaignsPath})
}

// createCampaign stores a new campaign as a draft.
func (p *Pages) createCampaign(r *page.Request) error {
	return p.saveCampaign(r, deskui.CampaignsPath, func(in notify.CampaignInput) (notify.Campaign, error) {
		return p.Notify.CreateCampaign(r.Context(), r.Actor, in)
	})
}

// editCampaign shows the form of a draft.
func (p *Pages) editCampaign(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	c, err := p.Notify.Campaign(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return p.showCampaignForm(r, http.StatusOK,
		campaignForm{Form: r.NewForm(campaignValues(c)), Action: deskui.CampaignPath(id)})
}

// updateCampaign stores what was changed of a draft.
func (p *Pages) updateCampaign(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.saveCampaign(r, deskui.CampaignPath(id), func(in notify.CampaignInput) (notify.Campaign, error) {
		return p.Notify.EditCampaign(r.Context(), r.Actor, id, in)
	})
}

// saveCampaign reads the form that is sent to action and has save store it.
func (p *Pages) saveCampaign(r *page.Request, action string,
	save func(notify.CampaignInput) (notify.Campaign, error)) error {
	form := r.Form()
	in := campaignInput(form)
	var c notify.Campaign
	err := form.Err()
	if err == nil {
		c, err = save(in)
	}
	again, clashes, ok, readErr := p.campaignClash(r, form, err)
	if readErr != nil {
		return readErr
	}
	if ok {
		return p.showCampaignForm(r, http.StatusUnprocessableEntity,
			campaignForm{Form: again, Action: action, Clashes: clashes})
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.CampaignPath(c.ID), civic.Msg("notify.form.saved"))
}

// campaignClash returns the form that comes back for err, with what clashes when two edited a draft at once.
func (p *Pages) campaignClash(r *page.Request, form *page.Form,
	err error) (again ui.Form, clashes []ui.Clash, ok bool, _ error) {
	conflict, ok := errors.AsType[*merge.Conflict[notify.Campaign]](err)
	if !ok {
		again, ok = form.Again(err)
		return again, nil, ok, nil
	}
	names := map[civic.ID]string{"": ""}
	for _, c := range []notify.Campaign{conflict.Mine, conflict.Stored} {
		segment, topic, err := p.campaignNames(r, c)
		if err != nil {
			return again, nil, false, err
		}
		names[c.Segment], names[c.Topic] = segment, topic
	}
	again, clashes, ok = page.ConflictForm(form, conflict,
		page.ConflictView[notify.Campaign]{
			Values: campaignValues, Field: func(name string, of notify.Campaign) (label, value string) {
				value = campaignValues(of).Get(name)
				switch name {
				case "segment", "topic":
					value = names[civic.ID(value)]
				case "class":
					value = r.T(campaignClassKey(of.Class))
				}
				return campaignLabel(r, name), value
			}})
	return again, clashes, ok, nil
}

// campaignLabel returns the label of a field of a campaign's form: "Oggetto (italiano)".
func campaignLabel(r *page.Request, name string) string {
	field, lang := civic.SplitField(name)
	if lang == "" {
		return r.T("notify.form." + name)
	}
	return r.T("notify.form."+field) + " (" + r.T("notify.campaign.language."+lang) + ")"
}

func campaignInput(form *page.Form) notify.CampaignInput {
	in := notify.CampaignInput{
		Key: form.Key(), Name: form.String("name"), Segment: form.ID("segment"), Topic: form.ID("topic"),
		Class: notify.CampaignClass(form.String("class")), LegalBasis: form.Text("legal_basis", 500),
		Revision: int64(form.Int("revision")),
		Shown:    form.Line("shown", merge.MaxShown), Contents: map[string]notify.Content{},
	}
	for _, l := range civic.Languages() {
		in.Contents[l] = notify.Content{
			Subject: form.String(civic.Field("subject", l)), Body: form.Text(civic.Field("body", l), 50_000),
			Text: form.Text(civic.Field("text", l), 50_000),
		}
	}
	return in
}

func campaignValues(c notify.Campaign) url.Values {
	values := ui.Prefill("name", c.Name, "segment", string(c.Segment), "topic", string(c.Topic), "class",
		string(c.Class),
		"legal_basis", c.LegalBasis, "revision", strconv.FormatInt(c.Revision, 10), "shown", c.Shown())
	for _, content := range c.Contents {
		values.Set(civic.Field("subject", content.Language), content.Subject)
		values.Set(civic.Field("body", content.Language), content.Body)
		values.Set(civic.Field("text", content.Language), content.Text)
	}
	return values
}

// maxSegments bounds the segments a campaign can be given.
const maxSegments = 500

func (p *Pages) showCampaignForm(r *page.Request, status int, form campaignForm) error {
	if err := r.Actor.Can(notify.PermWriteCampaigns); err != nil {
		return err
	}
	for next := (civic.PageRequest{Size: civic.MaxPageSize}); len(form.Segments) < maxSegments; {
		list, err := p.Segments.List(r.Context(), r.Actor, next)
		if err != nil {
			return err
		}
		for _, s := range list.Items {
			form.Segments = append(form.Segments, ui.Option{Value: string(s.ID), Label: s.Name})
		}
		if next.Cursor = list.Next; next.Cursor == "" {
			break
		}
	}
	topics, err := p.Reference.Topics(r.Context())
	if err != nil {
		return err
	}
	for _, t := range topics {
		if !t.Inactive || form.Form.Value("topic") == string(t.ID) {
			form.Topics = append(form.Topics,
				ui.Option{Value: string(t.ID), Label: t.Name.In(string(r.Lang))})
		}
	}
	if form.Action == deskui.CampaignsPath {
		return r.Page(status, campaignEdit(r.Frame(r.T("notify.form.title_new")), form))
	}
	if form.Called, err = p.campaignName(r); err != nil {
		return err
	}
	return r.Page(status, campaignEdit(r.Frame(r.T("notify.form.title_edit")), form))
}
