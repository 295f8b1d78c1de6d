package app

import (
	"context"
	"slices"

	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web"
	"ascolto/web/locale"
)

// letters writes the mails that accounts and the forum ask for.
type letters struct{ app *App }

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
	return l.send(ctx, notify.SecretLink, to, lang, "mail.invite", civic.Args{"Link": link},
		notify.ClassService)
}

func (l letters) send(
	ctx context.Context, secret notify.Secret, to, lang, key string, args civic.Args, class notify.Class,
) error {
	args["Town"] = l.app.config.Town.Name
	t := l.app.Catalogues.In(locale.Lang(lang))
	return l.app.Outbox.Enqueue(ctx, notify.Message{
		ID: secret.NewID(), To: to, Language: lang, Class: class,
		Subject: t.T(key+".subject", args), Text: t.T(key+".text", args),
	})
}

// QueueNotice implements forum.Outbox: it writes to the citizen in their language, if they can be written to
// at all.
func (l letters) QueueNotice(ctx context.Context, n forum.Notice) error {
	to, err := l.app.CRM.Recipient(ctx, n.Contact, "", true)
	if err != nil || to.Skip != "" {
		return err
	}
	t := l.app.Catalogues.In(locale.Lang(to.Language))
	args := civic.Args{
		"Title": n.Title, "Reason": n.Reason, "Office": n.Office, "Link": l.app.Origin + n.Path,
		"Town": l.app.config.Town.Name,
		"Rule": "", "Outcome": "",
	}
	if n.Rule != "" {
		args["Rule"] = t.T("forum.rule." + string(n.Rule))
	}
	if n.Outcome != "" {
		args["Outcome"] = t.T("forum.outcome." + string(n.Outcome))
	}
	key := "forum.mail." + string(n.Kind)
	return l.app.Outbox.Enqueue(ctx, notify.Message{
		ID: n.ID, To: to.Address, Name: to.Name, Language: to.Language, Class: notify.ClassService,
		Contact: n.Contact,
		Subject: t.T(key+".subject", args), Text: t.T(key+".text", args),
	})
}

// QueueReminder implements forum.Outbox: it writes to the heads of the office, or to who else answers for it
// where there is no head. The mail's id is made of the reminder and the account, so that each gets it once.
func (l letters) QueueReminder(ctx context.Context, r forum.Reminder) error {
	readers, err := l.answering(ctx, r.Office)
	if err != nil {
		return err
	}
	t := l.app.Catalogues.In(locale.Italian)
	args := civic.Args{"Title": r.Title, "Day": t.Date(r.DueAt), "Link": l.app.Origin + r.Path,
		"Town": l.app.config.Town.Name}
	key := "forum.mail.office_" + string(r.Kind)
	for _, a := range readers {
		if err := l.app.Outbox.Enqueue(ctx, notify.Message{
			ID: civic.Key(r.ID, a.ID), To: a.Email, Name: a.Name, Language: string(locale.Italian),
			Class:   notify.ClassService,
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
		found, err := l.app.Accounts.ListStaff(ctx, civic.System("reminders"), page)
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
