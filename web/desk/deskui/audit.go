package deskui

import (
	"net/url"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/crm/privacy"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/crm/requests/register"
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
	AuditPerson  = "person"  // words to find a citizen by
	AuditContact = "contact" // a citizen's contact
	AuditStaff   = "staff"
	AuditAction  = "action"
	AuditFrom    = "from"
	AuditTo      = "to"
)

// AuditActions lists what services record, in the order the filter offers it. What is not here is shown by
// its code.
func AuditActions() []audit.Action {
	return slices.Concat(
		accounts.AuditActions(), audit.Actions(), crm.AuditActions(), segment.AuditActions(),
		privacy.AuditActions(), requests.AuditActions(), intake.AuditActions(),
		register.AuditActions(), hours.AuditActions(),
		town.AuditActions(),
		sitepage.AuditActions(),
		surveys.AuditActions(),
		forum.AuditActions(), notify.AuditActions(), work.AuditActions(),
	)
}

// ActionText returns an action in words.
func ActionText(l *locale.Localizer, action audit.Action) string {
	if slices.Contains(AuditActions(), action) {
		return l.T(audit.Word(action))
	}
	return strings.ReplaceAll(string(action), ".", " › ")
}

// AuditPath returns path with the filters of values, one of them set anew, from the first record on.
func AuditPath(path string, values url.Values, name, value string) string {
	q := url.Values{}
	for _, k := range []string{AuditPerson, AuditContact, AuditStaff, AuditAction, AuditFrom, AuditTo} {
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
