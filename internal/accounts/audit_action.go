package accounts

import "ascolto/internal/audit"

// AuditActions lists what the package writes into the audit, in the order in which a person looks for it.
func AuditActions() []audit.Action {
	return []audit.Action{
		ActionSignedIn, ActionRefused, ActionSignedOut, ActionRevoked, ActionPassword, ActionCreated,
		ActionDuties,
		ActionDisabled, ActionEnabled, ActionInvited, ActionTokenCreated, ActionTokenRevoked, ActionEvidence,
		ActionConfirmed, ActionRebound,
	}
}
