package crm

import "ascolto/internal/audit"

// What crm writes into the audit.
const (
	ActionContactList        audit.Action = "crm.contact.list"
	ActionContactRead        audit.Action = "crm.contact.read"
	ActionContactReadCode    audit.Action = "crm.contact.read_code"
	ActionContactCandidate   audit.Action = "crm.contact.candidate"
	ActionContactCreate      audit.Action = "crm.contact.create"
	ActionContactUpdate      audit.Action = "crm.contact.update"
	ActionContactUpdateOwn   audit.Action = "crm.contact.update_own"
	ActionContactCode        audit.Action = "crm.contact.code"
	ActionContactLearn       audit.Action = "crm.contact.learn"
	ActionContactProposal    audit.Action = "crm.contact.proposal"
	ActionContactExport      audit.Action = "crm.contact.export"
	ActionContactExportOwn   audit.Action = "crm.contact.export_own"
	ActionContactLoad        audit.Action = "crm.contact.load"
	ActionConsentGive        audit.Action = "crm.consent.give"
	ActionConsentWithdraw    audit.Action = "crm.consent.withdraw"
	ActionConsentReceipt     audit.Action = "crm.consent.receipt"
	ActionInteractionRead    audit.Action = "crm.interaction.read"
	ActionInteractionCreate  audit.Action = "crm.interaction.create"
	ActionInteractionClose   audit.Action = "crm.interaction.close"
	ActionInteractionNote    audit.Action = "crm.interaction.note"
	ActionInteractionAssign  audit.Action = "crm.interaction.assign"
	ActionInteractionCorrect audit.Action = "crm.interaction.correct"
	ActionInteractionAttach  audit.Action = "crm.interaction.attach"
	ActionInteractionReopen  audit.Action = "crm.interaction.reopen"
	ActionInteractionCount   audit.Action = "crm.interaction.count"
	ActionInteractionLoad    audit.Action = "crm.interaction.load"
	ActionSegmentCreate      audit.Action = "crm.segment.create"
	ActionSegmentUpdate      audit.Action = "crm.segment.update"
	ActionSegmentDelete      audit.Action = "crm.segment.delete"
	ActionSegmentExample     audit.Action = "crm.segment.example"
	ActionSegmentExport      audit.Action = "crm.segment.export"
	ActionDistrictSave       audit.Action = "crm.district.save"
	ActionOfficeSave         audit.Action = "crm.office.save"
	ActionTagSave            audit.Action = "crm.tag.save"
	ActionTopicSave          audit.Action = "crm.topic.save"
	ActionReferenceSeed      audit.Action = "crm.reference.seed"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{
		ActionContactList, ActionContactRead, ActionContactReadCode, ActionContactCandidate,
		ActionContactCreate, ActionContactUpdate, ActionContactUpdateOwn, ActionContactCode,
		ActionContactLearn, ActionContactProposal, ActionContactExport, ActionContactExportOwn,
		ActionContactLoad, ActionConsentGive, ActionConsentWithdraw, ActionConsentReceipt,
		ActionInteractionRead, ActionInteractionCreate, ActionInteractionClose, ActionInteractionNote,
		ActionInteractionAssign, ActionInteractionCorrect, ActionInteractionAttach,
		ActionInteractionReopen, ActionInteractionCount, ActionInteractionLoad, ActionSegmentCreate,
		ActionSegmentUpdate, ActionSegmentDelete, ActionSegmentExample, ActionSegmentExport,
		ActionDistrictSave, ActionOfficeSave, ActionTagSave, ActionTopicSave, ActionReferenceSeed,
	}
}
