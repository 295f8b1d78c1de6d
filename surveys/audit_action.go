package surveys

import "ascolto/internal/audit"

// What surveys writes into the audit.
const (
	ActionQuestionnaireCreate     audit.Action = "surveys.questionnaire.create"
	ActionQuestionnaireEdit       audit.Action = "surveys.questionnaire.edit"
	ActionQuestionnairePublish    audit.Action = "surveys.questionnaire.publish"
	ActionQuestionnaireClose      audit.Action = "surveys.questionnaire.close"
	ActionQuestionnaireReschedule audit.Action = "surveys.questionnaire.reschedule"
	ActionQuestionnaireDiscard    audit.Action = "surveys.questionnaire.discard"
	ActionQuestionnaireDelete     audit.Action = "surveys.questionnaire.delete"
	ActionMeaningSame             audit.Action = "surveys.meaning.same"
	ActionMeaningApart            audit.Action = "surveys.meaning.apart"
	ActionResultsPublish          audit.Action = "surveys.results.publish"
	ActionResultsWithdraw         audit.Action = "surveys.results.withdraw"
	ActionResultsExport           audit.Action = "surveys.results.export"
	ActionResponsesExport         audit.Action = "surveys.responses.export"
	ActionResponsesLoad           audit.Action = "surveys.responses.load"
	ActionTextsRead               audit.Action = "surveys.texts.read"
	ActionFileRead                audit.Action = "surveys.file.read"
)

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	return []audit.Action{
		ActionQuestionnaireCreate, ActionQuestionnaireEdit, ActionQuestionnairePublish,
		ActionQuestionnaireClose, ActionQuestionnaireReschedule, ActionQuestionnaireDiscard,
		ActionQuestionnaireDelete, ActionMeaningSame, ActionMeaningApart, ActionResultsPublish,
		ActionResultsWithdraw, ActionResultsExport, ActionResponsesExport, ActionResponsesLoad,
		ActionTextsRead, ActionFileRead,
	}
}
