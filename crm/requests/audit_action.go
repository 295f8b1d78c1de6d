package requests

import (
	"slices"

	"ascolto/internal/audit"
)

// What requests write into the audit, besides moves: see MoveAction.
const (
	ActionProcedureSave     audit.Action = "requests.procedure.save"
	ActionProcedureWithdraw audit.Action = "requests.procedure.withdraw"
	ActionRequestRead       audit.Action = "requests.request.read"
	ActionFollow            audit.Action = "requests.request.follow" // read with its number and code
	ActionFile              audit.Action = "requests.file.read"
	ActionCode              audit.Action = "requests.request.code" // its code was read by staff
	ActionClaimOver         audit.Action = "requests.request.claim_over"
	ActionReport            audit.Action = "requests.report.read"
	ActionPromiseMove       audit.Action = "requests.promise.move" // office hours changed
	ActionStepSave          audit.Action = "requests.step.save"
	ActionLoad              audit.Action = "requests.request.load" // in bulk
	ActionGroupCreate       audit.Action = "requests.group.create"
)

// moveActions begins the audit's words for moves.
const moveActions = "requests.move."

// MoveAction returns how an act stands in the audit.
func MoveAction(a Act) audit.Action { return audit.Action(moveActions + string(a)) }

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	all := []audit.Action{ActionRequestRead, ActionFollow, ActionFile, ActionCode, ActionClaimOver, ActionReport,
		ActionProcedureSave, ActionProcedureWithdraw, ActionPromiseMove, ActionStepSave, ActionLoad,
		ActionGroupCreate}
	for _, m := range Moves() {
		if a := MoveAction(m.Act); !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}
