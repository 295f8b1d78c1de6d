package desk

import (
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/sitepage"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// auditActions lists what services record, in the order the filter offers it. What is not here is shown by its code.
func auditActions() []audit.Action {
	return slices.Concat(
		accounts.AuditActions(), audit.Actions(), crm.AuditActions(), sitepage.AuditActions(), surveys.AuditActions(),
		forum.AuditActions(), notify.AuditActions(), work.AuditActions(),
	)
}

// actionText returns an action in words.
func actionText(l *locale.Localizer, action audit.Action) string {
	if slices.Contains(auditActions(), action) {
		return l.T(audit.Word(action))
	}
	return strings.ReplaceAll(string(action), ".", " › ")
}

func actionOptions(r *page.Request) []ui.Option {
	options := []ui.Option{{Label: r.T("accounts.audit.everything")}}
	for _, a := range auditActions() {
		options = append(options, ui.Option{Value: string(a), Label: actionText(r.L, a)})
	}
	return options
}
