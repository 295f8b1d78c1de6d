package desk

import (
	"ascolto/web/page"
	"ascolto/web/ui"
)

func actionOptions(r *page.Request) []ui.Option {
	options := []ui.Option{{Label: r.T("accounts.audit.everything")}}
	for _, a := range auditActions() {
		options = append(options, ui.Option{Value: string(a), Label: actionText(r.L, a)})
	}
	return options
}
