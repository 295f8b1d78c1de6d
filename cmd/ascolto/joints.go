package main

import (
	"context"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/reach"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web"
	"ascolto/web/locale"
)

// The types here join parts of the house that may not know each other. Each fulfils a small interface that one part declares by
// asking another; none decides anything.

// letters writes the mails that accounts and the forum ask for.
type letters struct{ app *app }

// codeArgs is what the mails with a code say: the code, and for how many minutes it is good.
func codeArgs(code string) civic.Args {
	return civic.Args{"Code": code, "Minutes": int(accounts.CodeLife.Minutes())}
}

// SendCode implements accounts.Mailer.
func (l letters) SendCode(ctx context.Context, to, lang, code string) error {
	return l.send(ctx, notify.SecretCode, to, lang, "mail.code", codeArgs(code), notify.ClassCode)
}

// SendConfirmation implements accounts.Mailer.
func (l letters) SendConfirmation(ctx context.Context, to, lang, code string) error {
	return l.send(ctx, notify.SecretCode, to, lang, "mail.confirmation", codeArgs(code), notify.ClassCode)
}

// SendReset implements accounts.Mailer.
func (l letters) SendReset(ctx context.Context, to, lang, link string) error {
	return l.send(ctx, notify.SecretLink, to, lang, "mail.reset", civic.Args{"Link": link}, notify.ClassCode)
}

// SendInvite implements accounts.Mailer.
func (l letters) SendInvite(ctx context.Context, to, lang, link string) error {
	return l.send(ctx, notify.SecretLink, to, lang, "mail.invite", civic.Args{"Link": link}, notify.ClassService)
}

func (l letters) send(ctx context.Context, secret notify.Secret, to, lang, key string, args civic.Args, class notify.Class) error {
	args["Town"] = l.app.config.Town.Name
	t := l.app.texts.In(locale.Lang(lang))
	return l.app.outbox.Enqueue(ctx, notify.Message{
		ID: secret.NewID(), To: to, Language: lang, Class: class,
		Subject: t.T(key+".subject", args), Text: t.T(key+".text", args),
	})
}

// QueueNotice implements forum.Outbox: it writes to the citizen in their language, if they can be written to at all.
func (l letters) QueueNotice(ctx context.Context, n forum.Notice) error {
	to, err := l.app.crm.Recipient(ctx, n.Contact, "", true)
	if err != nil || to.Skip != "" {
		return err
	}
	t := l.app.texts.In(locale.Lang(to.Language))
	args := civic.Args{
		"Title": n.Title, "Reason": n.Reason, "Office": n.Office, "Link": l.app.origin + n.Path, "Town": l.app.config.Town.Name,
		"Rule": "", "Outcome": "",
	}
	if n.Rule != "" {
		args["Rule"] = t.T("forum.rule." + string(n.Rule))
	}
	if n.Outcome != "" {
		args["Outcome"] = t.T("forum.outcome." + string(n.Outcome))
	}
	key := "forum.mail." + string(n.Kind)
	return l.app.outbox.Enqueue(ctx, notify.Message{
		ID: n.ID, To: to.Address, Name: to.Name, Language: to.Language, Class: notify.ClassService, Contact: n.Contact,
		Subject: t.T(key+".subject", args), Text: t.T(key+".text", args),
	})
}

// QueueReminder implements forum.Outbox: it writes to the heads of the office, or to who else answers for it where there is no head.
// The mail's id is made of the reminder and the account, so that each gets it once.
func (l letters) QueueReminder(ctx context.Context, r forum.Reminder) error {
	readers, err := l.answering(ctx, r.Office)
	if err != nil {
		return err
	}
	t := l.app.texts.In(locale.Italian)
	args := civic.Args{"Title": r.Title, "Day": t.Date(r.DueAt), "Link": l.app.origin + r.Path, "Town": l.app.config.Town.Name}
	key := "forum.mail.office_" + string(r.Kind)
	for _, a := range readers {
		if err := l.app.outbox.Enqueue(ctx, notify.Message{
			ID: civic.Key(r.ID, a.ID), To: a.Email, Name: a.Name, Language: string(locale.Italian), Class: notify.ClassService,
			Subject: t.T(key+".subject", args), Text: t.T(key+".text", args),
		}); err != nil {
			return err
		}
	}
	return nil
}

// answering returns the heads of an office, or its other members where it has none.
func (l letters) answering(ctx context.Context, office civic.ID) (heads []accounts.Account, err error) {
	var members []accounts.Account
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := l.app.accounts.ListStaff(ctx, civic.System("reminders"), page)
		if err != nil {
			return nil, err
		}
		for _, a := range found.Items {
			switch {
			case a.Disabled || !slices.Contains(a.Offices, office):
			case a.Holds(civic.OfficeHead):
				heads = append(heads, a)
			case civic.NewActor(civic.Actor{Roles: a.Roles}, web.Grants()).Allowed(forum.PermAnswer):
				members = append(members, a)
			}
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			break
		}
	}
	if len(heads) == 0 {
		heads = members
	}
	return heads, nil
}

// words returns a text of the catalogues; notify uses it for the foot of its mails.
func (a *app) words(language string, m civic.Message) string {
	return a.texts.In(locale.Lang(language)).Message(m)
}

// segmentUse tells crm which segments campaigns need. It asks when asked, for notify comes to be after crm.
type segmentUse struct{ app *app }

// SegmentUsed implements crm.SegmentUse.
func (u segmentUse) SegmentUsed(ctx context.Context, segment civic.ID) (bool, error) {
	return u.app.notify.UsesSegment(ctx, segment)
}

// suspensions tells crm which addresses campaigns send nothing to; notify comes to be after crm here, too.
type suspensions struct{ app *app }

// Suspended implements crm.Suspensions.
func (u suspensions) Suspended(ctx context.Context) (map[string]bool, error) {
	return u.app.notify.Suspended(ctx)
}

// answers tells crm the questions of surveys that segments may choose by.
type answers struct{ app *app }

// FactQuestions implements crm.FactSource: the coded questions of every published survey whose respondents are known, each
// wording by itself.
func (f answers) FactQuestions(ctx context.Context) ([]crm.FactQuestion, error) {
	var all []crm.FactQuestion
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := f.app.surveys.List(ctx, civic.System("segments"), page)
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

func (f answers) ofSurvey(ctx context.Context, q surveys.Questionnaire) ([]crm.FactQuestion, error) {
	live, err := f.app.surveys.Published(ctx, civic.System("segments"), q)
	if err != nil {
		return nil, err
	}
	askings, err := f.app.surveys.Askings(ctx, civic.System("segments"), q)
	var all []crm.FactQuestion
	for _, a := range askings {
		fact := crm.FactQuestion{Source: q.ID, SourceTitle: crm.Text(live.Title), Key: a.Key, Label: crm.Text(a.Question.Text)}
		if a.Apart {
			fact.Label = crm.Text{It: f.inVersions(locale.Italian, a), En: f.inVersions(locale.English, a)}
		}
		for _, o := range a.Options {
			fact.Values = append(fact.Values, crm.FactValue{Value: o.Code, Label: crm.Text(o.Label)})
		}
		all = append(all, fact)
	}
	return all, err
}

// inVersions returns a question with the versions that ask it in these words.
func (f answers) inVersions(lang locale.Lang, a surveys.Asking) string {
	return f.app.texts.In(lang).T("surveys.asked_in", civic.Args{"Question": a.Question.Text.In(string(lang)), "Count": len(a.Versions), "Versions": a.VersionList()})
}

// officeNames tells the forum what the offices are called.
type officeNames struct{ crm *crm.Service }

// OfficeName implements forum.Offices.
func (o officeNames) OfficeName(ctx context.Context, id civic.ID) (string, error) {
	office, err := o.crm.Office(ctx, id)
	return office.Name, err
}

// OfficeNames implements forum.Offices.
func (o officeNames) OfficeNames(ctx context.Context) ([]string, error) {
	offices, err := o.crm.Offices(ctx)
	names := make([]string, len(offices))
	for i, office := range offices {
		names[i] = office.Name
	}
	return names, err
}

// mailboxes tells notify where to write to staff.
type mailboxes struct{ app *app }

// StaffMailbox implements notify.Staff.
func (m mailboxes) StaffMailbox(ctx context.Context, account civic.ID) (reach.Mailbox, string, error) {
	a, err := m.app.accounts.Staff(ctx, civic.System("mail"), account)
	return reach.Mailbox{Name: a.Name, Address: a.Email}, string(locale.Italian), err
}

// parseFiscalCode lets accounts check the code an identity provider tells.
func parseFiscalCode(s string) (string, error) {
	c, err := fiscalcode.Parse(s)
	return c.String(), err
}

// oidcOptions returns the identity provider's options, nil when there is none.
func oidcOptions(c oidcConfig) *accounts.OIDC {
	if c.Issuer == "" {
		return nil
	}
	o := &accounts.OIDC{Issuer: c.Issuer, ClientID: c.Client, ClientSecret: c.Secret, Levels: c.ACR}
	if len(c.ACR) == 1 && strings.EqualFold(c.ACR[0], "any") {
		o.Levels, o.AnyLevel = nil, true
	}
	o.Claims = accounts.ClaimNames{
		FiscalCode: c.Claims["fiscal_code"], Email: c.Claims["email"], GivenName: c.Claims["given_name"], FamilyName: c.Claims["family_name"],
	}
	return o
}

// colleagues tells crm who of the staff follows conversations. It asks when asked, for accounts come to be after crm.
type colleagues struct{ app *app }

// Colleagues implements crm.Colleagues.
func (c colleagues) Colleagues(ctx context.Context) ([]crm.Colleague, error) {
	var all []crm.Colleague
	for page := (civic.PageRequest{Size: civic.MaxPageSize}); ; {
		found, err := c.app.accounts.ListStaff(ctx, civic.System("colleagues"), page)
		if err != nil {
			return nil, err
		}
		for _, a := range found.Items {
			may := civic.NewActor(civic.Actor{Roles: a.Roles}, web.Grants()).Allowed(crm.PermWriteInteractions)
			if may && !a.Disabled {
				all = append(all, crm.Colleague{ID: a.ID, Name: a.Name, Email: a.Email, Offices: a.Offices})
			}
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			return all, nil
		}
	}
}

// asker tells long work what a colleague who asked for it may do now.
func (a *app) asker(ctx context.Context, id civic.ID) (civic.Actor, error) {
	account, err := a.accounts.Staff(ctx, civic.System("work"), id)
	if err == nil && account.Disabled {
		err = civic.NewError(civic.Forbidden, "error.forbidden")
	}
	return civic.NewActor(civic.Actor{
		Account: account.ID, Name: account.Name, Offices: account.Offices, Roles: account.Roles,
	}, web.Grants()), err
}
