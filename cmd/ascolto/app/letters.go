package app

import (
	"context"
	"slices"

	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web"
	"ascolto/web/desk/signin"
	"ascolto/web/locale"
)

// letters writes the mails that accounts and the forum ask for.
type letters struct{ app *App }

// The pages of the desk that mails of the forum and of notify lead to.
const (
	deskThreadPath   = "/desk/forum/"
	deskCampaignPath = "/desk/campaigns/"
)

// resetLink returns the address at which a token sets a password.
func (l letters) resetLink(token string) string { return l.app.Origin + signin.ResetPath + token }

// threadLink returns the address at which staff see a discussion.
func (l letters) threadLink(thread civic.ID) string {
	return l.app.Origin + deskThreadPath + string(thread)
}

// codeArgs is what the mails with a code say: the code, and for how many minutes it is good.
func (l letters) codeArgs(code string) civic.Args {
	return civic.Args{"Code": code, "Minutes": int(accounts.CodeLife.Minutes()), "Town": l.app.config.Town.Name}
}

// SendCode implements accounts.Mailer.
func (l letters) SendCode(ctx context.Context, to, lang, code string) error {
	return l.send(ctx, notify.SecretCode, to, lang, mailCode, l.codeArgs(code), notify.ClassCode)
}

// SendConfirmation implements accounts.Mailer.
func (l letters) SendConfirmation(ctx context.Context, to, lang, code string) error {
	return l.send(ctx, notify.SecretCode, to, lang, mailConfirmation, l.codeArgs(code), notify.ClassCode)
}

// SendReset implements accounts.Mailer.
func (l letters) SendReset(ctx context.Context, to, lang, link string) error {
	args := civic.Args{"Link": link, "Minutes": int(accounts.ResetLife.Minutes())}
	return l.send(ctx, notify.SecretLink, to, lang, mailReset, args, notify.ClassCode)
}

// SendInvite implements accounts.Mailer.
func (l letters) SendInvite(ctx context.Context, to, lang, link string) error {
	args := civic.Args{"Link": link, "Days": int(accounts.InviteLife.Hours() / 24),
		"Town": l.app.config.Town.Name}
	return l.send(ctx, notify.SecretLink, to, lang, mailInvite, args, notify.ClassService)
}

func (l letters) send(
	ctx context.Context, secret notify.Secret, to, lang, template string, args civic.Args, class notify.Class,
) error {
	mail, err := l.app.mails.Compose(template, lang, args)
	if err != nil {
		return err
	}
	return l.app.Outbox.Enqueue(ctx, notify.Message{
		ID: secret.NewID(), To: to, Language: lang, Class: class, Subject: mail.Subject, Text: mail.Text,
	})
}

// QueueNotice implements forum.Outbox: it writes to the citizen in their language, if they can be written to
// at all.
func (l letters) QueueNotice(ctx context.Context, n forum.Notice) error {
	to, err := l.app.CRM.Recipient(ctx, n.Contact, "", true)
	if err != nil || to.Skip != "" {
		return err
	}
	mail, err := l.app.mails.Compose(noticeMail+string(n.Kind), to.Language, l.noticeArgs(n, to.Language))
	if err != nil {
		return err
	}
	return l.app.Outbox.Enqueue(ctx, notify.Message{
		ID: n.ID, To: to.Address, Name: to.Name, Language: to.Language, Class: notify.ClassService,
		Contact: n.Contact, Subject: mail.Subject, Text: mail.Text,
	})
}

// noticeArgs is what the mail of a notice says: where, and what is special to its kind.
func (l letters) noticeArgs(n forum.Notice, language string) civic.Args {
	t := l.app.Catalogues.In(locale.Lang(language))
	args := civic.Args{"Title": t.Kept(n.Title, "forum.thread.taken"), "Link": l.app.Origin + n.Path,
		"Town": l.app.config.Town.Name}
	switch n.Kind {
	case forum.NoticeHidden, forum.NoticeRedacted:
		args["Rule"], args["Reason"] = t.T("forum.rule."+string(n.Rule)), n.Reason
	case forum.NoticeAnswered:
		args["Office"] = n.Office
	case forum.NoticeReport:
		args["Outcome"] = t.T("forum.outcome." + string(n.Outcome))
	}
	return args
}

// QueueReminder implements forum.Outbox: it writes to the heads of the office, or to who else answers for it
// where there is no head. The mail's id is made of the reminder and the account, so that each gets it once.
func (l letters) QueueReminder(ctx context.Context, r forum.Reminder) error {
	readers, err := l.answering(ctx, r.Office, forum.PermAnswer)
	if err != nil {
		return err
	}
	t := l.app.Catalogues.In(locale.Italian)
	args := civic.Args{"Title": t.Kept(r.Title, "forum.thread.taken"), "Day": t.Date(r.DueAt),
		"Link": l.threadLink(r.Thread), "Town": l.app.config.Town.Name}
	mail, err := l.app.mails.Compose(reminderMail+string(r.Kind), string(locale.Italian), args)
	if err != nil {
		return err
	}
	for _, a := range readers {
		if err := l.app.Outbox.Enqueue(ctx, notify.Message{
			ID: civic.Key(r.ID, a.ID), To: a.Email, Name: a.Name, Language: string(locale.Italian),
			Class: notify.ClassService, Subject: mail.Subject, Text: mail.Text,
		}); err != nil {
			return err
		}
	}
	return nil
}

// answering returns the heads of an office, or where it has none its other members who hold a permission.
func (l letters) answering(
	ctx context.Context, office civic.ID, perm civic.Permission,
) (heads []accounts.Account, err error) {
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
			case civic.NewActor(civic.Actor{Roles: a.Roles}, web.Grants()).Allowed(perm):
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
