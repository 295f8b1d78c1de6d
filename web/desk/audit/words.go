package audit

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/web/desk/deskui"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// auditWords puts records of the audit into the reader's words. It holds what is looked up once for many
// records.
type auditWords struct {
	l         *locale.Localizer
	reference deskui.Reference
	staff     deskui.Colleagues
	people    map[civic.ID]crm.Mark
	marks     func(ctx context.Context, ids []civic.ID) (map[civic.ID]crm.Mark, error)
}

func (p *Pages) auditWords(r *page.Request) (*auditWords, error) {
	by := r.Actor
	w := &auditWords{l: r.L, people: map[civic.ID]crm.Mark{},
		marks: func(ctx context.Context, ids []civic.ID) (map[civic.ID]crm.Mark, error) {
			return p.CRM.Marks(ctx, by, ids)
		}}
	var err error
	if w.reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return nil, err
	}
	staff, err := deskui.ReadStaff(r, p.Accounts)
	w.staff = deskui.ColleaguesOf(staff)
	return w, err
}

// know looks up who the records are about, those who are not known yet.
func (w *auditWords) know(ctx context.Context, records []audit.Record) error {
	ids := deskui.ContactsOf(records, func(r audit.Record) civic.ID { return r.Contact })
	for _, r := range records {
		if r.Action == accounts.ActionRebound {
			ids = append(ids, civic.ID(r.Detail["from"]), civic.ID(r.Detail["to"]))
		}
	}
	ids = slices.DeleteFunc(ids, func(id civic.ID) bool {
		_, known := w.people[id]
		return known ||
			id == ""
	})
	found, err := w.marks(ctx, ids)
	maps.Copy(w.people, found)
	return err
}

// person returns the citizen a record is about, and whether the reader may know who that is.
func (w *auditWords) person(id civic.ID) (ui.Person, bool) {
	m, known := w.people[id]
	if !known {
		return ui.Person{Name: w.l.T("accounts.audit.somebody")}, false
	}
	return deskui.PersonBy(m, ""), true
}

// who returns who did what a record says: the name, and what tells a colleague apart from namesakes.
func (w *auditWords) who(r audit.Record) (name, mark string) {
	system, _, _ := strings.Cut(r.Name, "/") // "unsubscribe/<campaign>"
	switch {
	case r.Actor == "" && slices.Contains(systemNames(), system):
		return w.l.T(systemKey(system)), ""
	case r.Name != "":
		return r.Name, w.staff.Mark(r.Actor, r.Name)
	case r.Actor != "":
		return w.l.T("accounts.audit.citizen"), ""
	}
	return w.l.T("accounts.audit.visitor"), ""
}

func systemKey(name string) string {
	return "accounts.audit.by." + strings.NewReplacer(" ", "_", "-", "_").Replace(name)
}

// systemNames lists the names that jobs and commands sign with.
func systemNames() []string {
	return []string{
		"audit", "audit-expire", "colleagues", "command line", "demo", "erasures", "mail",
		"notify", "rebind", "reminders", "requests-clocks",
		"restore", "segments", "sign-in", "start", "unsubscribe",
		"work",
	}
}

// details returns what else a record says.
func (w *auditWords) details(r audit.Record) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(r.Detail)) {
		if r.Detail[name] != "" {
			words = append(words, w.detailName(name)+": "+w.detail(r.Action, name, r.Detail[name]))
		}
	}
	return strings.Join(words, ", ")
}

// detailNames lists the details that services record.
func detailNames() []string {
	return []string{
		"action", "actor", "answer", "before", "by", "cause", "channel", "count", "counts", "district",
		"double", "due", "field", "file",
		"from", "kind", "level", "method", "now", "office", "offices", "page", "permission", "permissions",
		"question",
		"reason", "records", "refusal", "responses", "roles", "rule", "source", "state", "suspended", "taken",
		"target", "text", "thread", "title",
		"to", "token", "topic",
		"until", "version", "versions", "was", "year",
	}
}

// detailName returns what a detail is called; what services no longer record is called by its code.
func (w *auditWords) detailName(name string) string {
	if slices.Contains(detailNames(), name) {
		return w.l.T("accounts.detail." + name)
	}
	return name
}

// codedDetails says under which keys the words stand of details that hold a code.
var codedDetails = map[string]string{
	"answer": "accounts.answer.", "channel": "crm.channel.", "double": "crm.double.",
	"field":  "crm.proposed.",
	"method": "accounts.session.by.", "rule": "forum.rule.", "source": "crm.source.",
	"state":      "notify.state.",
	"target":     "requests.target.",
	"text":       "privacy.erasure.text.",
	"cause":      "",
	"permission": "accounts.permission.", "refusal": "",
}

// detail returns the value of a detail in words: names for ids of what the town has, words for codes,
// anything else as it is.
func (w *auditWords) detail(action audit.Action, name, value string) string {
	switch name {
	case "topic":
		return w.reference.TopicName(civic.ID(value), string(w.l.Lang()))
	case "district":
		return w.reference.DistrictName(civic.ID(value))
	case "office", "offices":
		return eachWord(value, func(id string) string { return w.reference.OfficeName(civic.ID(id)) })
	case "counts":
		return eachWord(value, func(found string) string {
			kind, count, _ := strings.Cut(found, "=")
			return w.l.T("privacy.kind."+kind) + " " + count
		})
	case "kind":
		return w.l.T(work.KindWord(value))
	case "roles":
		return eachWord(value, func(code string) string { return w.coded("accounts.role.", code) })
	case "actor", "by":
		return w.staff.Label(civic.ID(value), w.staff[civic.ID(value)].Name)
	case "action":
		return deskui.ActionText(w.l, audit.Action(value))
	case "permissions":
		return eachWord(value, func(code string) string { return w.coded("accounts.permission.", code) })
	case "before", "until":
		return deskui.DayText(w.l, value)
	case "level":
		return w.coded("accounts.level.", strings.ToLower(value[strings.LastIndex(value, "/")+1:]))
	case "taken", "due":
		return momentText(w.l, value)
	case "from", "to":
		return w.bound(action, value)
	case "was", "now":
		return w.changed(action, value)
	case "reason":
		if action == accounts.ActionRefused {
			return w.coded("accounts.refusal.", value)
		}
	}
	if prefix, ok := codedDetails[name]; ok {
		return w.coded(prefix, value)
	}
	return value
}

// changed returns what something was or became: the hours of an office, which are a week, closures or the day
// of the patron, or when a promise is due. What other actions record stays as it is.
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
	}
	return value
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
	if key := prefix + code; w.l.Has(key) {
		return w.l.T(key)
	}
	return code
}

// eachWord says every part of a list that is kept with spaces between.
func eachWord(list string, say func(string) string) string {
	return deskui.Joined(strings.Fields(list), say)
}

// momentText returns a moment kept as RFC 3339, or as the minute in Rome, as it is read.
func momentText(l *locale.Localizer, moment string) string {
	for _, form := range []string{time.RFC3339, requests.MinuteForm} {
		if t, err := time.ParseInLocation(form, moment, civic.Rome()); err == nil {
			return l.DateTime(t)
		}
	}
	return moment
}
