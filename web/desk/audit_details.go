package desk

import (
	"maps"
	"slices"
	"strings"

	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/web/visit"
)

// details returns what else a record says. Names and values that have no words here are shown as the codes they are.
func details(v *visit.Visit, r audit.Record) string {
	var words []string
	for _, k := range slices.Sorted(maps.Keys(r.Detail)) {
		if r.Detail[k] == "" {
			continue
		}
		label := k
		if slices.Contains(detailNames(), k) {
			label = v.T("accounts.detail." + k)
		}
		words = append(words, label+": "+detailValue(v, k, r.Detail[k]))
	}
	return strings.Join(words, ", ")
}

// detailNames lists the details of records that have a name in words.
func detailNames() []string {
	return []string{
		"action", "actor", "answer", "before", "by", "channel", "count", "district", "double", "field", "from", "level", "method", "offices", "question", "reason", "records", "responses", "roles", "rule",
		"source", "state", "thread", "title", "to", "topic", "version", "versions",
	}
}

func detailValue(v *visit.Visit, name, value string) string {
	switch {
	case name == "method" && slices.Contains([]string{accounts.ByPassword, accounts.ByCode, accounts.ByOIDC}, value):
		return v.T("accounts.session.by." + value)
	case name == "rule" && slices.Contains(forum.Rules(), forum.RuleCode(value)):
		return v.T("forum.rule." + value)
	case name == "state" && slices.Contains(notify.DeliveryStates(), notify.DeliveryState(value)):
		return v.T(deliveryStateKey(notify.DeliveryState(value)))
	case name == "roles":
		return roleWords(v, strings.Fields(value))
	case name == "double":
		return v.T("crm.double." + value)
	case name == "action":
		return actionText(v, value)
	default:
		return value
	}
}

// roleWords returns the names of roles, those that there are no more as the codes they were.
func roleWords(v *visit.Visit, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = code
		if slices.Contains(civic.StaffRoles(), civic.Role(code)) {
			names[i] = v.T("accounts.role." + code)
		}
	}
	return strings.Join(names, ", ")
}

// codedDetails returns the same for a table that programs read.
func codedDetails(r audit.Record) string {
	var words []string
	for _, k := range slices.Sorted(maps.Keys(r.Detail)) {
		if r.Detail[k] != "" {
			words = append(words, k+": "+r.Detail[k])
		}
	}
	return strings.Join(words, ", ")
}
