package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/locale"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

const campaignsPath = "/desk/campaigns"

// campaignPath returns the address of a campaign's page, or of one below it.
func campaignPath(id civic.ID, below ...string) string {
	path := campaignsPath + "/" + string(id)
	for _, part := range below {
		path += "/" + part
	}
	return path
}

// campaignsPage is the list of campaigns.
type campaignsPage struct {
	State    notify.CampaignState // chosen; empty: all
	Items    []notify.Campaign
	Paging   ui.Paging
	MayWrite bool
}

// CampaignList lists campaigns, the newest first.
func (p *Pages) CampaignList(v *visit.Visit) error {
	page := campaignsPage{State: notify.CampaignState(v.Query("state")), MayWrite: v.Actor.Allowed(notify.PermWriteCampaigns)}
	list, err := p.Notify.Campaigns(v.Context(), v.Actor, page.State, v.PageRequest())
	if err != nil {
		return err
	}
	page.Items, page.Paging = list.Items, ui.PagingBy(campaignsPath, v.Queries(), list.Next)
	return v.Page(http.StatusOK, campaignList(v.Frame(v.T("notify.campaigns.title")), page))
}

// campaignPage is one campaign as staff see it.
type campaignPage struct {
	Campaign notify.Campaign
	Counts   notify.Counts
	Segment  string
	Topic    string
	Status   notify.SendingStatus
	Now      time.Time
	Form     ui.Form // its tokens serve every form of the page
	MayWrite bool
	MaySend  bool
	MayMail  bool
}

// Campaign shows a campaign: what it is, how far it came, and what can be done with it.
func (p *Pages) Campaign(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	page := campaignPage{
		Form: v.NewForm(nil), MayWrite: v.Actor.Allowed(notify.PermWriteCampaigns), MaySend: v.Actor.Allowed(notify.PermSendCampaigns),
		MayMail: v.Actor.Allowed(notify.PermReadMail), Now: civic.Now(),
	}
	if page.Campaign, err = p.Notify.Campaign(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if page.Counts, err = p.Notify.Counts(v.Context(), v.Actor, id); err != nil {
		return err
	}
	if page.Segment, page.Topic, err = p.campaignNames(v, page.Campaign); err != nil {
		return err
	}
	if page.MayMail {
		if page.Status, err = p.Notify.Status(v.Context(), v.Actor); err != nil {
			return err
		}
	}
	return v.Page(http.StatusOK, campaignDetails(v.Frame(page.Campaign.Name), page))
}

// campaignNames returns what segment and topic of a campaign are called. A name that is gone, or not for this reader, is empty.
func (p *Pages) campaignNames(v *visit.Visit, c notify.Campaign) (segment, topic string, err error) {
	if v.Actor.Allowed(crm.PermReadSegments) {
		s, err := p.CRM.Segment(v.Context(), v.Actor, c.Segment)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return "", "", err
		}
		segment = s.Name
	}
	if c.Topic == "" {
		return segment, "", nil
	}
	t, err := p.CRM.Topic(v.Context(), c.Topic)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return "", "", err
	}
	return segment, t.Name.In(string(v.Lang)), nil
}

// campaignForm is the form of a campaign, new or stored.
type campaignForm struct {
	Form     ui.Form
	Action   string // that of the list for a new one, else its own page; giving up leads there too
	Segments []ui.Option
	Topics   []ui.Option
	Changed  []change // what somebody else stored meanwhile
}

// NewCampaign shows the form of a new campaign.
func (p *Pages) NewCampaign(v *visit.Visit) error {
	values := ui.Prefill("class", string(notify.Voluntary), "segment", v.Query("segment"))
	return p.showCampaignForm(v, http.StatusOK, campaignForm{Form: v.NewForm(values), Action: campaignsPath})
}

// CreateCampaign stores a new campaign as a draft.
func (p *Pages) CreateCampaign(v *visit.Visit) error {
	return p.saveCampaign(v, "", campaignsPath, func(in notify.CampaignInput) (notify.Campaign, error) {
		return p.Notify.CreateCampaign(v.Context(), v.Actor, in)
	})
}

// EditCampaign shows the form of a draft.
func (p *Pages) EditCampaign(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	c, err := p.Notify.Campaign(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	return p.showCampaignForm(v, http.StatusOK, campaignForm{Form: v.NewForm(campaignValues(c)), Action: campaignPath(id)})
}

// SaveCampaign stores what was changed of a draft.
func (p *Pages) SaveCampaign(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	return p.saveCampaign(v, id, campaignPath(id), func(in notify.CampaignInput) (notify.Campaign, error) {
		return p.Notify.EditCampaign(v.Context(), v.Actor, id, in)
	})
}

// saveCampaign reads the form that is sent to action and has save store it; id is that of the draft it edits, empty for a new one.
func (p *Pages) saveCampaign(v *visit.Visit, id civic.ID, action string, save func(notify.CampaignInput) (notify.Campaign, error)) error {
	form := v.Form()
	in := campaignInput(form)
	var c notify.Campaign
	err := form.Err()
	if err == nil {
		c, err = save(in)
	}
	var stored edition
	if id != "" && civic.CodeOf(err) == civic.Conflict {
		var readErr error
		if stored, readErr = p.storedCampaign(v, id, in); readErr != nil {
			return readErr
		}
	}
	if again, changed, ok := stored.again(form, err); ok {
		return p.showCampaignForm(v, http.StatusUnprocessableEntity, campaignForm{Form: again, Action: action, Changed: changed})
	}
	if err != nil {
		return err
	}
	return v.Redirect(campaignPath(c.ID), civic.Msg("notify.form.saved"))
}

// storedCampaign returns what is stored of a draft beside what its form says; nothing of a campaign that is no draft any more, over
// which no form can be saved.
func (p *Pages) storedCampaign(v *visit.Visit, id civic.ID, in notify.CampaignInput) (edition, error) {
	c, err := p.Notify.Campaign(v.Context(), v.Actor, id)
	if err != nil || c.State != notify.Draft {
		return edition{}, err
	}
	segment, topic, err := p.campaignNames(v, c)
	e := edition{revision: c.Revision, fields: []compared{
		{label: v.T("notify.form.name"), stored: c.Name, typed: in.Name},
		{label: v.T("notify.form.segment"), stored: string(c.Segment), typed: string(in.Segment), words: segment},
		{label: v.T("notify.form.class"), stored: string(c.Class), typed: string(in.Class), words: v.T(campaignClassKey(c.Class))},
		{label: v.T("notify.form.topic"), stored: string(c.Topic), typed: string(in.Topic), words: topic},
		{label: v.T("notify.form.legal_basis"), stored: c.LegalBasis, typed: in.LegalBasis},
	}}
	stored := map[string]notify.Content{}
	for _, content := range c.Contents {
		stored[content.Language] = content
	}
	for _, lang := range locale.Langs() {
		was, typed := stored[string(lang)], in.Contents[string(lang)]
		in := " (" + v.T("notify.campaign.language."+string(lang)) + ")"
		e.fields = append(e.fields,
			compared{label: v.T("notify.form.subject") + in, stored: was.Subject, typed: typed.Subject},
			compared{label: v.T("notify.form.body") + in, stored: was.Body, typed: typed.Body},
			compared{label: v.T("notify.form.text") + in, stored: was.Text, typed: typed.Text})
	}
	return e, err
}

func campaignInput(form *visit.Form) notify.CampaignInput {
	in := notify.CampaignInput{
		Key: form.Key(), Name: form.String("name"), Segment: form.ID("segment"), Topic: form.ID("topic"),
		Class: notify.CampaignClass(form.String("class")), LegalBasis: form.Text("legal_basis", 500), Revision: int64(form.Int("revision")),
		Contents: map[string]notify.Content{},
	}
	for _, lang := range locale.Langs() {
		l := string(lang)
		in.Contents[l] = notify.Content{
			Subject: form.String("subject_" + l), Body: form.Text("body_"+l, 50_000), Text: form.Text("text_"+l, 50_000),
		}
	}
	return in
}

func campaignValues(c notify.Campaign) url.Values {
	values := ui.Prefill("name", c.Name, "segment", string(c.Segment), "topic", string(c.Topic), "class", string(c.Class),
		"legal_basis", c.LegalBasis, "revision", strconv.FormatInt(c.Revision, 10))
	for _, content := range c.Contents {
		values.Set("subject_"+content.Language, content.Subject)
		values.Set("body_"+content.Language, content.Body)
		values.Set("text_"+content.Language, content.Text)
	}
	return values
}

// maxSegments bounds the segments a campaign can be given.
const maxSegments = 500

func (p *Pages) showCampaignForm(v *visit.Visit, status int, form campaignForm) error {
	if err := v.Actor.Can(notify.PermWriteCampaigns); err != nil {
		return err
	}
	for next := (civic.PageRequest{Size: civic.MaxPageSize}); len(form.Segments) < maxSegments; {
		list, err := p.CRM.Segments(v.Context(), v.Actor, next)
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
	topics, err := p.CRM.Topics(v.Context())
	if err != nil {
		return err
	}
	for _, t := range topics {
		if !t.Inactive || form.Form.Value("topic") == string(t.ID) {
			form.Topics = append(form.Topics, ui.Option{Value: string(t.ID), Label: t.Name.In(string(v.Lang))})
		}
	}
	title := v.T("notify.form.title_edit")
	if form.Action == campaignsPath {
		title = v.T("notify.form.title_new")
	}
	return v.Page(status, campaignEdit(v.Frame(title), form))
}
