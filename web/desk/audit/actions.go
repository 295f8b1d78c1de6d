package audit

import (
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

func actionOptions(r *page.Request) []ui.Option {
	options := []ui.Option{{Label: r.T("accounts.audit.everything")}}
	for _, a := range deskui.AuditActions() {
		options = append(options, ui.Option{Value: string(a), Label: deskui.ActionText(r.L, a)})
	}
	return options
}
