package app

import (
	"context"
	"iter"
	"strings"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/crm/segment"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/reach"
	"ascolto/internal/reference"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/locale"
)

// The types here join parts of the house that may not know each other. Each fulfils a small interface that
// one part declares by asking another; none decides anything.

// words returns a text of the catalogues; notify uses it for the foot of its mails.
func (a *App) words(language string, m civic.Message) string {
	return a.Catalogues.In(locale.Lang(language)).Message(m)
}

// segmentUse tells crm/segment which segments campaigns need. It asks when asked, for notify comes to be
// after it.
type segmentUse struct{ app *App }

// SegmentUsed implements segment.Uses.
func (u segmentUse) SegmentUsed(ctx context.Context, segment civic.ID) (bool, error) {
	return u.app.Notify.UsesSegment(ctx, segment)
}

// suspensions tells crm which addresses campaigns send nothing to; notify comes to be after crm here, too.
type suspensions struct{ app *App }

// Suspended implements segment.Suspensions.
func (u suspensions) Suspended(ctx context.Context) (map[string]bool, error) {
	return u.app.Notify.Suspended(ctx)
}

// answers tells crm the questions of surveys that segments may choose by.
type answers struct{ app *App }

// AnswerQuestions implements segment.AnswerSource: the coded questions of every published survey whose
// respondents are known, each wording by itself.
func (f answers) AnswerQuestions(ctx context.Context) ([]segment.AnswerQuestion, error) {
	var all []segment.AnswerQuestion
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := f.app.Surveys.List(ctx, civic.System("segments"), page)
		if err != nil {
			return nil, err
		}
		for _, q := range found.Items {
			if q.Participation == surveys.Known && q.Version() > 0 {
				asked, err := f.ofSurvey(ctx, q)
				if err != nil {
					return nil, err
				}
				all = append(all, asked...)
			}
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			return all, nil
		}
	}
}

func (f answers) ofSurvey(ctx context.Context, q surveys.Questionnaire) ([]segment.AnswerQuestion, error) {
	live, err := f.app.Surveys.Published(ctx, civic.System("segments"), q)
	if err != nil {
		return nil, err
	}
	askings, err := f.app.Surveys.Askings(ctx, civic.System("segments"), q)
	var all []segment.AnswerQuestion
	for _, a := range askings {
		asked := segment.AnswerQuestion{Source: q.ID, SourceTitle: live.Title, Key: a.Key,
			Label: a.Question.Text}
		if a.Apart {
			asked.Label = civic.Text{civic.Italian: f.inVersions(locale.Italian, a),
				civic.English: f.inVersions(locale.English, a)}
		}
		for _, o := range a.Options {
			asked.Values = append(asked.Values,
				segment.AnswerValue{Value: o.Code, Label: o.Label})
		}
		all = append(all, asked)
	}
	return all, err
}

// inVersions returns a question with the versions that ask it in these words.
func (f answers) inVersions(lang locale.Lang, a surveys.Asking) string {
	return f.app.Catalogues.In(lang).T("surveys.asked_in",
		civic.Args{"Question": a.Question.Text.In(string(lang)), "Count": len(a.Versions),
			"Versions": a.VersionList()})
}

// veil tells crm which mails of the forum staff must not see on timelines. It asks when asked, for the forum
// comes to be after crm.
type veil struct{ app *App }

// VeiledEntries implements crm.Veil.
func (v veil) VeiledEntries(ctx context.Context, entries []crm.Entry) (map[civic.ID]bool, error) {
	var notices []civic.ID
	entry := map[civic.ID]civic.ID{}
	for _, e := range entries {
		if message, ok := notify.MessageOf(e.Ref); ok && e.Kind == notify.ActivityMail {
			notices = append(notices, message)
			entry[message] = e.ID
		}
	}
	found, err := v.app.Forum.VeiledNotices(ctx, notices)
	veiled := map[civic.ID]bool{}
	for message := range found {
		veiled[entry[message]] = true
	}
	return veiled, err
}

// districtOptions gives surveys the districts of the town that are not past.
func districtOptions(town *reference.Service) func(context.Context) ([]surveys.Option, error) {
	return func(ctx context.Context) ([]surveys.Option, error) {
		districts, err := town.Districts(ctx)
		var options []surveys.Option
		for _, d := range districts {
			if !d.Inactive {
				options = append(options, surveys.Option{Code: string(d.ID),
					Label: civic.TextOf(func(string) string { return d.Name })})
			}
		}
		return options, err
	}
}

// officeNames tells the forum what the offices are called.
type officeNames struct{ named *reference.Service }

// OfficeName implements forum.Offices.
func (o officeNames) OfficeName(ctx context.Context, id civic.ID) (string, error) {
	office, err := o.named.Office(ctx, id)
	return office.Name, err
}

// OfficeNames implements forum.Offices.
func (o officeNames) OfficeNames(ctx context.Context) ([]string, error) {
	offices, err := o.named.Offices(ctx)
	names := make([]string, len(offices))
	for i, office := range offices {
		names[i] = office.Name
	}
	return names, err
}

// OfficesEdition implements forum.Offices.
func (o officeNames) OfficesEdition() string { return o.named.OfficesEdition() }

// Audience is what notify writes to: segments, and the contacts in them.
type Audience struct {
	*crm.Service
	Segments *segment.Service
}

// Members implements notify.Audience.
func (a Audience) Members(ctx context.Context, id civic.ID) iter.Seq2[civic.ID, error] {
	return a.Segments.Members(ctx, id)
}

// Chosen implements notify.Audience.
func (a Audience) Chosen(ctx context.Context, id civic.ID) (notify.Chosen, error) {
	s, err := a.Segments.Segment(ctx, civic.System("mail"), id)
	if err != nil {
		return notify.Chosen{}, err
	}
	rule, err := s.Rule.Encode()
	return notify.Chosen{Name: s.Name, Rule: rule}, err
}

// mailboxes tells notify where to write to staff.
type mailboxes struct{ app *App }

// StaffMailbox implements notify.Staff.
func (m mailboxes) StaffMailbox(ctx context.Context, account civic.ID) (reach.Mailbox, string, error) {
	a, err := m.app.Accounts.Staff(ctx, civic.System("mail"), account)
	return reach.Mailbox{Name: a.Name, Address: a.Email}, string(locale.Italian), err
}

// CampaignLink implements notify.Staff.
func (m mailboxes) CampaignLink(campaign civic.ID) string {
	return m.app.Origin + deskCampaignPath + string(campaign)
}

// parseFiscalCode lets accounts check the code an identity provider tells.
func parseFiscalCode(s string) (string, error) {
	c, err := fiscalcode.Parse(s)
	return c.String(), err
}

// oidcOptions returns the identity provider's options, nil when there is none.
func oidcOptions(c OIDC) *accounts.OIDC {
	if c.Issuer == "" {
		return nil
	}
	o := &accounts.OIDC{Issuer: c.Issuer, ClientID: c.Client, ClientSecret: c.Secret, Levels: c.ACR}
	if len(c.ACR) == 1 && strings.EqualFold(c.ACR[0], "any") {
		o.Levels, o.AnyLevel = nil, true
	}
	o.Claims = accounts.ClaimNames{
		FiscalCode: c.Claims["fiscal_code"], Email: c.Claims["email"], GivenName: c.Claims["given_name"],
		FamilyName: c.Claims["family_name"],
	}
	return o
}

// staffNames tells the forum what colleagues are called. Accounts come to be after the forum.
type staffNames struct{ app *App }

// StaffNames implements forum.Staff.
func (s staffNames) StaffNames(ctx context.Context) (names []string, err error) {
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := s.app.Accounts.ListStaff(ctx, civic.System("colleagues"), page)
		if err != nil {
			return nil, err
		}
		for _, a := range found.Items {
			if !a.Disabled {
				names = append(names, a.Name)
			}
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			return names, nil
		}
	}
}

// sessions ends for crm what was begun with an address. Accounts come to be after the contacts.
type sessions struct{ app *App }

// ShutOut implements crm.Sessions.
func (s sessions) ShutOut(ctx context.Context, contact civic.ID, emails []string, using civic.ID) error {
	return s.app.Accounts.ShutOut(ctx, contact, emails, using)
}

// colleagues tells crm who of the staff follows conversations. It asks when asked, for accounts come to be
// after crm.
type colleagues struct{ app *App }

// Colleagues implements crm.Colleagues.
func (c colleagues) Colleagues(ctx context.Context) ([]crm.Colleague, error) {
	return c.app.holding(ctx, crm.PermWriteInteractions)
}

// holding returns who of the staff holds a permission, by name.
func (a *App) holding(ctx context.Context, perm civic.Permission) ([]crm.Colleague, error) {
	staff, err := a.staffWith(ctx, perm)
	if err != nil {
		return nil, err
	}
	all := make([]crm.Colleague, len(staff))
	for n, s := range staff {
		all[n] = crm.Colleague{ID: s.ID, Name: s.Name, Email: s.Email, Offices: s.Offices}
	}
	return all, nil
}

// staffWith returns the accounts of the staff that hold a permission, by name.
func (a *App) staffWith(ctx context.Context, perm civic.Permission) (all []accounts.Account, err error) {
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := a.Accounts.ListStaff(ctx, civic.System("colleagues"), page)
		if err != nil {
			return nil, err
		}
		for _, s := range found.Items {
			if !s.Disabled && civic.NewActor(civic.Actor{Roles: s.Roles}, web.Grants()).Allowed(perm) {
				all = append(all, s)
			}
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			return all, nil
		}
	}
}

// requestPeople tells requests who asks, and who can be responsible.
type requestPeople struct {
	*crm.Service
	app *App
}

// Colleagues implements requests.People.
func (p requestPeople) Colleagues(ctx context.Context, by civic.Actor) ([]crm.Colleague, error) {
	if err := by.Can(requests.PermWrite); err != nil {
		return nil, err
	}
	return p.app.holding(ctx, requests.PermWrite)
}

// proofs tells requests whose an address is. It asks when asked, for accounts come to be after requests.
type proofs struct{ app *App }

// CountProof implements requests.Proofs.
func (p proofs) CountProof(ctx context.Context, email string, c accounts.Client) error {
	return p.app.Accounts.CountProof(ctx, email, c)
}

// Proved implements requests.Proofs.
func (p proofs) Proved(ctx context.Context, who accounts.Identity) (accounts.Account, error) {
	return p.app.Accounts.Proved(ctx, who)
}

// dealings tells crm which offices deal with a contact's requests, which come to be after crm.
type dealings struct{ app *App }

// DealtWith implements crm.Dealings.
func (d dealings) DealtWith(ctx context.Context, contact civic.ID, offices []civic.ID) (bool, error) {
	return d.app.Requests.DealtWith(ctx, contact, offices)
}

// asker tells long work what a colleague who asked for it may do now.
func (a *App) asker(ctx context.Context, id civic.ID) (civic.Actor, error) {
	account, err := a.Accounts.Staff(ctx, civic.System("work"), id)
	if err == nil && account.Disabled {
		err = civic.NewError(civic.Forbidden, "error.forbidden")
	}
	return civic.NewActor(civic.Actor{
		Account: account.ID, Name: account.Name, Offices: account.Offices, Roles: account.Roles,
	}, web.Grants()), err
}
