package app

import (
	"slices"

	"ascolto/notify"
	"ascolto/notify/message"
)

// The templates of the mails that accounts ask for; those of the forum are named by what they tell.
const (
	mailCode         = "mail.code"
	mailConfirmation = "mail.confirmation"
	mailReset        = "mail.reset"
	mailInvite       = "mail.invite"
	noticeMail       = "forum.mail."
	reminderMail     = "forum.mail.office_"
)

// MailTemplates returns the templates of all mails that the program writes by itself.
func MailTemplates() []message.Template {
	return slices.Concat(accountMails(), forumMails(), requestMails(), notify.MailTemplates())
}

// The fields that several templates have.
var (
	townField = message.Field{Name: "Town", Kind: message.FieldText, Meaning: "mail.field.town"}
	codeField = message.Field{Name: "Code", Kind: message.FieldCode, Meaning: "mail.field.code"}
	// for how long a code or a link is good
	minutesField = message.Field{Name: "Minutes", Kind: message.FieldNumber, Meaning: "mail.field.minutes"}
	daysField    = message.Field{Name: "Days", Kind: message.FieldNumber, Meaning: "mail.field.days"}
	passwordLink = message.Field{Name: "Link", Kind: message.FieldLink, Meaning: "mail.field.password_link"}
)

func accountMails() []message.Template {
	return []message.Template{
		{ID: mailCode, Fields: []message.Field{codeField, minutesField, townField}},
		{ID: mailConfirmation, Fields: []message.Field{codeField, minutesField, townField}},
		{ID: mailReset, Fields: []message.Field{passwordLink, minutesField}},
		{ID: mailInvite, Fields: []message.Field{passwordLink, daysField, townField}},
	}
}

func forumMails() []message.Template {
	var (
		title   = message.Field{Name: "Title", Kind: message.FieldText, Meaning: "mail.field.thread"}
		link    = message.Field{Name: "Link", Kind: message.FieldLink, Meaning: "mail.field.forum_link"}
		rule    = message.Field{Name: "Rule", Kind: message.FieldText, Meaning: "mail.field.rule"}
		reason  = message.Field{Name: "Reason", Kind: message.FieldText, Meaning: "mail.field.reason"}
		office  = message.Field{Name: "Office", Kind: message.FieldText, Meaning: "mail.field.office"}
		outcome = message.Field{Name: "Outcome", Kind: message.FieldText, Meaning: "mail.field.outcome"}
		day     = message.Field{Name: "Day", Kind: message.FieldDay, Meaning: "mail.field.due"}
	)
	forum := func(id string, more ...message.Field) message.Template {
		return message.Template{ID: id, Fields: append([]message.Field{title, townField, link}, more...)}
	}
	return []message.Template{
		forum("forum.mail.hidden", rule, reason),
		forum("forum.mail.redacted", rule, reason),
		forum("forum.mail.restored"),
		forum("forum.mail.answered", office),
		forum("forum.mail.report", outcome),
		forum("forum.mail.office_assigned", day),
		forum("forum.mail.office_due", day),
		forum("forum.mail.office_late", day),
	}
}
