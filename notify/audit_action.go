package notify

import "ascolto/internal/audit"

// What notify writes into the audit, besides what a campaign becomes: see CampaignAction.
const (
	ActionCampaignCreate audit.Action = "notify.campaign.create"
	ActionCampaignEdit   audit.Action = "notify.campaign.edit"
	ActionCampaignTest   audit.Action = "notify.campaign.test"
	ActionDeliveryList   audit.Action = "notify.delivery.list"
	ActionKeptList       audit.Action = "notify.kept.list"
	ActionKeptRead       audit.Action = "notify.kept.read"
	ActionHeldList       audit.Action = "notify.held.list"
	ActionHeldRelease    audit.Action = "notify.held.release"
	ActionMailHold       audit.Action = "notify.mail.hold"
	ActionMailRelease    audit.Action = "notify.mail.release"
	ActionUnsubscribe    audit.Action = "notify.unsubscribe"
)

// CampaignAction returns how a campaign's change to a state stands in the audit.
func CampaignAction(to CampaignState) audit.Action {
	return audit.Action("notify.campaign." + string(to))
}

// AuditActions lists them, in the order in which a person looks for them.
func AuditActions() []audit.Action {
	all := []audit.Action{
		ActionCampaignCreate, ActionCampaignEdit, ActionCampaignTest, ActionDeliveryList, ActionKeptList,
		ActionKeptRead, ActionHeldList, ActionHeldRelease, ActionMailHold, ActionMailRelease,
		ActionUnsubscribe,
	}
	for _, s := range CampaignStates() {
		all = append(all, CampaignAction(s))
	}
	return all
}
