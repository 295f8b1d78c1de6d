package desk

import (
	"slices"
	"strings"

	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/sitepage"
	"ascolto/internal/work"
	"ascolto/web/locale"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// auditActions lists what services record, in the order the filter offers it. What is not here is shown by its code.
func auditActions() []string {
	return []string{
		accounts.ActionSignedIn, accounts.ActionRefused, accounts.ActionSignedOut, accounts.ActionRevoked, accounts.ActionPassword,
		accounts.ActionCreated, accounts.ActionDuties, accounts.ActionDisabled, accounts.ActionEnabled, accounts.ActionInvited,
		accounts.ActionTokenCreated, accounts.ActionTokenRevoked,
		accounts.ActionEvidence, accounts.ActionConfirmed, accounts.ActionRebound, audit.ActionDenied, audit.ActionRead, audit.ActionExported, audit.ActionExpired, audit.ActionOpened, audit.ActionRestored,
		"crm.contact.list", "crm.contact.read", "crm.contact.read_code", "crm.contact.candidate", "crm.contact.create", "crm.contact.update", "crm.contact.update_own",
		"crm.contact.code", "crm.contact.learn", "crm.contact.proposal", "crm.contact.export", "crm.contact.export_own", "crm.contact.load", "crm.consent.give", "crm.consent.withdraw",
		"crm.consent.receipt", "crm.interaction.read", "crm.interaction.create", "crm.interaction.close", "crm.interaction.note",
		"crm.interaction.assign", "crm.interaction.correct", "crm.interaction.attach", "crm.interaction.reopen", "crm.interaction.count", "crm.interaction.load",
		"crm.segment.create", "crm.segment.update", "crm.segment.delete", "crm.segment.example", "crm.segment.export",
		"crm.district.save", "crm.office.save", "crm.tag.save", "crm.topic.save", "crm.reference.seed", sitepage.ActionPublish, sitepage.ActionLogo,
		"surveys.questionnaire.create", "surveys.questionnaire.edit", "surveys.questionnaire.publish", "surveys.questionnaire.close",
		"surveys.questionnaire.reschedule", "surveys.questionnaire.discard", "surveys.questionnaire.delete",
		"surveys.meaning.same", "surveys.meaning.apart",
		"surveys.results.publish", "surveys.results.withdraw", "surveys.results.export", "surveys.responses.export", "surveys.responses.load",
		"surveys.texts.read",
		"forum.area.create", "forum.area.save", "forum.thread.assign", "forum.answer.publish", "forum.answer.edit", "forum.case.read", forum.ActionIdentified, "forum.moderation.hide", "forum.moderation.restore",
		"forum.moderation.keep", "forum.moderation.redact", "forum.moderation.close", "forum.moderation.reopen", "forum.moderation.move",
		"notify.campaign.create", "notify.campaign.edit", "notify.campaign.test", "notify.campaign.draft", "notify.campaign.scheduled",
		"notify.campaign.running", "notify.campaign.paused", "notify.campaign.finished", "notify.campaign.finished_with_failures",
		"notify.campaign.cancelled", "notify.campaign.missed", "notify.delivery.list", "notify.kept.list", "notify.kept.read", "notify.held.list", "notify.held.release",
		"notify.mail.hold", "notify.mail.release", "notify.unsubscribe",
		work.ActionAsked, work.ActionCancelled, work.ActionTaken,
	}
}

// actionText returns an action in words.
func actionText(l *locale.Localizer, action string) string {
	if slices.Contains(auditActions(), action) {
		return l.T(audit.Word(action))
	}
	return strings.ReplaceAll(action, ".", " › ")
}

func actionOptions(v *visit.Visit) []ui.Option {
	options := []ui.Option{{Label: v.T("accounts.audit.everything")}}
	for _, a := range auditActions() {
		options = append(options, ui.Option{Value: a, Label: actionText(v.L, a)})
	}
	return options
}
