package desk

import (
	"net/url"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/crm/privacy"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	town "ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/surveys"
	"ascolto/web/locale"
)

// The query parameters of the audit.
const (
	byPerson  = "person"  // words to find a citizen by
	byContact = "contact" // a citizen's contact
	byStaff   = "staff"
	byAction  = "action"
	byFrom    = "from"
	byTo      = "to"
)

// auditActions lists what services record, in the order the filter offers it. What is not here is shown by its code.
func auditActions() []audit.Action {
	return slices.Concat(
		accounts.AuditActions(), audit.Actions(), crm.AuditActions(), segment.AuditActions(),
		privacy.AuditActions(), town.AuditActions(), sitepage.AuditActions(), surveys.AuditActions(),
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

// auditPath returns path with the filters of values, one of them set anew, from the first record on.
func auditPath(path string, values url.Values, name, value string) string {
	q := url.Values{}
	for _, k := range []string{byPerson, byContact, byStaff, byAction, byFrom, byTo} {
		if s := values.Get(k); s != "" {
			q.Set(k, s)
		}
	}
	if name != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
