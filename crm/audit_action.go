package crm

import "ascolto/internal/audit"

// What crm writes into the audit.
const (
	ActionContactList           audit.Action = "crm.contact.list"
	ActionContactRead           audit.Action = "crm.contact.read"
	ActionContactReadCode       audit.Action = "crm.contact.read_code"
	ActionContactCandidate      audit.Action = "crm.contact.candidate"
	ActionContactCreate         audit.Action = "crm.contact.create"
	ActionContactUpdate         audit.Action = "crm.contact.update"
	ActionContactUpdateOwn      audit.Action = "crm.contact.update_own"
	ActionContactCode           audit.Action = "crm.contact.code"
	ActionContactLearn          audit.Action = "crm.contact.learn"
	ActionContactProposal       audit.Action = "crm.contact.proposal"
	ActionContactExport         audit.Action = "crm.contact.export"
	ActionContactLoad           audit.Action = "crm.contact.load"
	ActionConsentGive           audit.Action = "crm.consent.give"
	ActionConsentWithdraw       audit.Action = "crm.consent.withdraw"
	ActionConsentReceipt        audit.Action = "crm.consent.receipt"
	ActionInteractionRead       audit.Action = "crm.interaction.read"
	ActionInteractionCreate     audit.Action = "crm.interaction.create"
	ActionInteractionClose      audit.Action = "crm.interaction.close"
	ActionInteractionNote       audit.Action = "crm.interaction.note"
	ActionInteractionAssign     audit.Action = "crm.interaction.assign"
	ActionInteractionCorrect    audit.Action = "crm.interaction.correct"
	ActionInteractionAttach     audit.Action = "crm.interaction.attach"
	ActionInteractionReopen     audit.Action = "crm.interaction.reopen"
	ActionInteractionRequest    audit.Action = "crm.interaction.request" // it became one
	ActionInteractionFileAdd    audit.Action = "crm.interaction.file_add"
	ActionInteractionFileRead   audit.Action = "crm.interaction.file_read"
	ActionInteractionFileRemove audit.Action = "crm.interaction.file_remove"
	ActionInteractionCount      audit.Action = "crm.interaction.count"
	ActionInteractionLoad       audit.Action = "crm.interaction.load"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{
		ActionContactList, ActionContactRead, ActionContactReadCode, ActionContactCandidate,
		ActionContactCreate, ActionContactUpdate, ActionContactUpdateOwn, ActionContactCode,
		ActionContactLearn, ActionContactProposal, ActionContactExport,
		ActionContactLoad, ActionConsentGive, ActionConsentWithdraw, ActionConsentReceipt,
		ActionInteractionRead, ActionInteractionCreate, ActionInteractionClose, ActionInteractionNote,
		ActionInteractionAssign, ActionInteractionCorrect, ActionInteractionAttach,
		ActionInteractionReopen, ActionInteractionRequest, ActionInteractionFileAdd,
		ActionInteractionFileRead, ActionInteractionFileRemove, ActionInteractionCount, ActionInteractionLoad,
	}
}
