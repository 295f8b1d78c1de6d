package intake

import "ascolto/internal/audit"

// What the intake writes into the audit.
const (
	ActionMailRead     audit.Action = "intake.mail.read"
	ActionMailOriginal audit.Action = "intake.mail.original" // the mail as it came was taken away
	ActionMailFile     audit.Action = "intake.mail.file"     // as a request
	ActionMailAttach   audit.Action = "intake.mail.attach"   // to a request
	ActionMailDiscard  audit.Action = "intake.mail.discard"
	ActionSettings     audit.Action = "intake.settings.save"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{ActionMailRead, ActionMailOriginal, ActionMailFile,
		ActionMailAttach, ActionMailDiscard, ActionSettings}
}
