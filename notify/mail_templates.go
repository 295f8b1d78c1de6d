package notify

import "ascolto/notify/message"

// The templates of the mails that are written here.
const (
	mailMissed    = "notify.told.missed"
	mailFailures  = "notify.told.failures"
	mailStopped   = "notify.told.stopped"
	mailGaveUp    = "notify.told.gave_up"
	mailCancelled = "notify.told.cancelled"
	mailTest      = "notify.test"
)

// MailTemplates returns the templates that the registry of Options has to hold: what the author of a campaign
// is told of it, and the subject of a campaign that is sent as a test.
func MailTemplates() []message.Template {
	var all []message.Template
	for _, id := range []string{mailMissed, mailFailures, mailStopped, mailGaveUp, mailCancelled} {
		all = append(all, message.Template{ID: id, Fields: []message.Field{
			{Name: "Name", Kind: message.FieldText, Meaning: "mail.field.campaign"},
			{Name: "Link", Kind: message.FieldLink, Meaning: "mail.field.campaign_link"},
		}})
	}
	return append(all, message.Template{ID: mailTest, SubjectOnly: true, Fields: []message.Field{
		{Name: "Subject", Kind: message.FieldText, Meaning: "mail.field.subject"},
	}})
}
