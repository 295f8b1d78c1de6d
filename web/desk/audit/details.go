package audit

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/requestview"
)

// detailRow says how the value of a detail is put into words.
type detailRow struct {
	// it is one code, or several, whose words stand under keys that begin so; "*" is a whole key
	coded string
	// nil: the words of the code, or the value as it is
	say func(w *auditWords, action audit.Action, value string) string
}

// wholeKey is the beginning of the keys of codes that are keys themselves.
const wholeKey = "*"

// detailRows lists the details that services record.
func detailRows() map[string]detailRow {
	plain := detailRow{}
	say := func(say func(w *auditWords, value string) string) detailRow {
		return detailRow{say: func(w *auditWords, _ audit.Action, value string) string { return say(w, value) }}
	}
	list := func(prefix string) detailRow {
		return detailRow{prefix, func(w *auditWords, _ audit.Action, value string) string {
			return eachWord(value, func(code string) string { return w.coded(prefix, code) })
		}}
	}
	colleague := say(func(w *auditWords, value string) string {
		return w.staff.Label(civic.ID(value), w.staff[civic.ID(value)].Name)
	})
	office := say(func(w *auditWords, value string) string {
		return eachWord(value, func(id string) string { return w.reference.OfficeName(civic.ID(id)) })
	})
	day := say(func(w *auditWords, value string) string { return deskui.DayText(w.l, value) })
	moment := say(func(w *auditWords, value string) string { return momentText(w.l, value) })
	bound, changed := detailRow{say: (*auditWords).bound}, detailRow{say: (*auditWords).changed}
	return map[string]detailRow{
		"action": say(func(w *auditWords, value string) string {
			return deskui.ActionText(w.l, audit.Action(value))
		}),
		"actor": colleague, "by": colleague,
		"answer": {coded: "accounts.answer."},
		"before": day, "until": day,
		"cause":   {coded: wholeKey},
		"channel": {coded: "crm.channel."},
		"count":   plain,
		"counts":  {"privacy.kind.", (*auditWords).counts},
		"district": say(func(w *auditWords, value string) string {
			return w.reference.DistrictName(civic.ID(value))
		}),
		"double": {coded: "crm.double."},
		"due":    moment, "taken": moment,
		"field": {coded: "crm.proposed."},
		"file":  say((*auditWords).thing),
		"from":  bound, "to": bound,
		"kind": {"work.kind.", func(w *auditWords, _ audit.Action, value string) string {
			return w.l.T(work.KindWord(value))
		}},
		"level": {"accounts.level.", func(w *auditWords, _ audit.Action, value string) string {
			return w.coded("accounts.level.", strings.ToLower(value[strings.LastIndex(value, "/")+1:]))
		}},
		"method": {coded: "accounts.session.by."},
		"office": office, "offices": office,
		"page":        plain,
		"permission":  {coded: "accounts.permission."},
		"permissions": list("accounts.permission."),
		"question":    plain,
		"reason": {"accounts.refusal.", func(w *auditWords, action audit.Action, value string) string {
			if action == accounts.ActionRefused {
				return w.coded("accounts.refusal.", value)
			}
			return value
		}},
		"records": plain, "responses": plain,
		"refusal":   {coded: wholeKey},
		"roles":     list("accounts.role."),
		"rule":      {coded: "forum.rule."},
		"source":    {coded: "crm.source."},
		"state":     {coded: "notify.state."},
		"suspended": plain,
		"target":    {coded: "requests.target."},
		"text":      {coded: "privacy.erasure.text."},
		"thread":    say((*auditWords).thing),
		"title":     plain,
		"token":     plain,
		"topic": say(func(w *auditWords, value string) string {
			return w.reference.TopicName(civic.ID(value), string(w.l.Lang()))
		}),
		"version": plain, "versions": plain,
		"was": changed, "now": changed,
		"year": plain,
	}
}

// detailNames lists the details that services record, in order.
func detailNames() []string { return slices.Sorted(maps.Keys(detailRows())) }

// detailName returns what a detail is called; what services no longer record is called by its code.
func (w *auditWords) detailName(name string) string {
	if _, ok := w.say[name]; ok {
		return w.l.T("accounts.detail." + name)
	}
	return name
}

// detail returns the value of a detail in words: names for ids of what the town has, words for codes,
// anything else as it is.
func (w *auditWords) detail(action audit.Action, name, value string) string {
	switch row := w.say[name]; {
	case row.say != nil:
		return row.say(w, action, value)
	case row.coded != "":
		return w.coded(row.coded, value)
	}
	return value
}

func (w *auditWords) counts(_ audit.Action, value string) string {
	return eachWord(value, func(found string) string {
		kind, count, _ := strings.Cut(found, "=")
		return w.l.T("privacy.kind."+kind) + " " + count
	})
}

// changed returns what something was or became: the hours of an office, which are a week, closures or the day
// of the patron, when a promise is due, the fields of a step or of reference data. What other actions record
// stays as it is.
func (w *auditWords) changed(action audit.Action, value string) string {
	switch action {
	case hours.ActionWeekSave, hours.ActionWeekRemove:
		if week, ok := hours.ParseCode(value); ok {
			return strings.Join(requestview.WeekLines(w.l, week), "; ")
		}
	case hours.ActionClosureSave, hours.ActionClosureRemove:
		if all := hours.ParseClosures(value); len(all) > 0 {
			return deskui.Joined(all, func(c hours.Closure) string {
				return deskui.DayText(w.l, c.From) + "–" + deskui.DayText(w.l, c.Until) + " " + c.Reason
			})
		}
	case hours.ActionPatronSave:
		if at, err := time.Parse("01-02", value); err == nil {
			return at.Format("02/01")
		}
	case requests.ActionPromiseMove:
		return momentText(w.l, value)
	case requests.ActionStepSave:
		return w.facts(value, w.stepFact)
	case reference.ActionDistrictSave, reference.ActionOfficeSave, reference.ActionTagSave,
		reference.ActionTopicSave:
		return w.facts(value, w.settingFact)
	}
	return value
}

// facts returns facts as labels with values; say says one.
func (w *auditWords) facts(value string, say func(audit.Fact) (label, value string)) string {
	words := deskui.Each(audit.ParseFacts(value), func(f audit.Fact) string {
		label, value := say(f)
		return label + ": " + cmp.Or(value, w.l.T("core.clash.empty"))
	})
	return strings.Join(words, "; ")
}

// settingFact says what a form of reference data says in one field.
func (w *auditWords) settingFact(f audit.Fact) (label, value string) {
	label = w.l.T(deskui.SettingLabels()[f.Field])
	if f.Field == "inactive" {
		return label, w.l.T(map[bool]string{false: "crm.settings.active",
			true: "crm.settings.inactive"}[f.Value != ""])
	}
	return label, f.Value
}

// stepFact says what the form of a step says in one field.
func (w *auditWords) stepFact(f audit.Fact) (label, value string) {
	switch f.Field {
	case "kind":
		return w.l.T("requests.steps.when"), w.when(f.Value)
	case "tell":
		return w.l.T("requests.steps.told"), eachWord(f.Value, func(reader string) string {
			return w.coded("requests.reader.", reader)
		})
	case "substitute":
		id := civic.ID(f.Value)
		return w.l.T("requests.steps.substitute"), w.staff.Label(id, w.staff[id].Name)
	case "procedure":
		if f.Value == "" {
			return w.l.T("requests.field.procedure"), w.l.T("requests.steps.every")
		}
		return w.l.T("requests.field.procedure"), w.procedures[civic.ID(f.Value)]
	case "urgent":
		label = w.l.T("requests.steps.make_urgent")
	default:
		label = w.l.T("requests.steps.make_off")
	}
	return label, w.l.T(map[bool]string{false: "core.no", true: "core.yes"}[f.Value != ""])
}

// when says when a step comes, of a kind and its value.
func (w *auditWords) when(code string) string {
	kind, value, _ := strings.Cut(code, " ")
	count, err := strconv.Atoi(value)
	if key := requests.StepKind(kind).Word(); err == nil && w.l.Has(key) {
		return requestview.StepWords(w.l, requests.StepKind(kind), count)
	}
	return code
}

// bound returns what was before or came after: a day, the contact of an account, the state of a campaign.
func (w *auditWords) bound(action audit.Action, value string) string {
	switch {
	case action == accounts.ActionRebound:
		if person, known := w.person(civic.ID(value)); known {
			return person.Line(w.l)
		}
	case strings.HasPrefix(string(action), "notify.campaign."):
		if slices.Contains(notify.CampaignStates(), notify.CampaignState(value)) {
			return w.l.T(deskui.CampaignStateKey(notify.CampaignState(value)))
		}
	case value != "":
		return deskui.DayText(w.l, value)
	}
	return value
}

// coded returns the words of a code, and the code itself when it has none: stored by a later or earlier
// program.
func (w *auditWords) coded(prefix, code string) string {
	if key := strings.TrimPrefix(prefix, wholeKey) + code; w.l.Has(key) {
		return w.l.T(key)
	}
	return code
}
