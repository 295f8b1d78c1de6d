package forum

import "ascolto/internal/audit"

// What the forum writes into the audit, besides decisions: see DecisionAction.
const (
	ActionAreaCreate    audit.Action = "forum.area.create"
	ActionAreaSave      audit.Action = "forum.area.save"
	ActionThreadAssign  audit.Action = "forum.thread.assign"
	ActionAnswerPublish audit.Action = "forum.answer.publish"
	ActionAnswerEdit    audit.Action = "forum.answer.edit"
	ActionCaseRead      audit.Action = "forum.case.read"
	ActionIdentified    audit.Action = "forum.pseudonym.read"
)

// decisionActions begins the audit's words for decisions.
const decisionActions = "forum.moderation."

// DecisionAction returns how a moderator's decision stands in the audit.
func DecisionAction(a Action) audit.Action { return audit.Action(decisionActions + string(a)) }

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	all := []audit.Action{
		ActionAreaCreate, ActionAreaSave, ActionThreadAssign, ActionAnswerPublish, ActionAnswerEdit,
		ActionCaseRead, ActionIdentified,
	}
	for _, a := range []Action{ActionHide, ActionRestore, ActionKeep, ActionRedact, ActionClose, ActionReopen,
		ActionMove} {
		all = append(all, DecisionAction(a))
	}
	return all
}
