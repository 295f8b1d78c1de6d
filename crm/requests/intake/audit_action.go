package intake

import "ascolto/internal/audit"

// What the intake writes into the audit.
const (
	ActionRead     audit.Action = "intake.mail.read"
	ActionOriginal audit.Action = "intake.mail.original" // the mail as it came was taken away
	ActionFile     audit.Action = "intake.mail.file"     // as a request
	ActionAttach   audit.Action = "intake.mail.attach"   // to a request
	ActionDiscard  audit.Action = "intake.mail.discard"
	ActionSettings audit.Action = "intake.settings.save"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{ActionRead, ActionOriginal, ActionFile, ActionAttach, ActionDiscard, ActionSettings}
}
