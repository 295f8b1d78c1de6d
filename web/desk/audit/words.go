package audit

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// auditWords puts records of the audit into the reader's words. It holds what is looked up once for many
// records.
type auditWords struct {
	l          *locale.Localizer
	say        map[string]detailRow
	reference  deskui.Reference
	staff      deskui.Colleagues
	procedures map[civic.ID]string
	steps      map[civic.ID]string
	people     map[civic.ID]crm.Mark
	marks      func(ctx context.Context, ids []civic.ID) (map[civic.ID]crm.Mark, error)
	named      map[civic.ID]string // discussions and files
	look       lookups
}

func (p *Pages) auditWords(r *page.Request) (*auditWords, error) {
	by := r.Actor
	w := &auditWords{l: r.L, say: detailRows(), people: map[civic.ID]crm.Mark{}, named: map[civic.ID]string{},
		procedures: map[civic.ID]string{}, steps: map[civic.ID]string{},
		marks: func(ctx context.Context, ids []civic.ID) (map[civic.ID]crm.Mark, error) {
			return p.CRM.Marks(ctx, by, ids)
		},
		look: lookups{thread: func(ctx context.Context, id civic.ID) (string, error) {
			t, err := p.Forum.Thread(ctx, id)
			return t.Title, err
		}, file: func(ctx context.Context, id civic.ID) (string, error) {
			f, err := p.Files.Get(ctx, id)
			return strings.ToUpper(strings.TrimPrefix(path.Ext(f.Name), ".")), err
		}}}
	var err error
	if w.reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return nil, err
	}
	procedures, err := p.Requests.Procedures(r.Context())
	if err != nil {
		return nil, err
	}
	for _, procedure := range procedures {
		w.procedures[procedure.ID] = procedure.Latest().Name.In(string(r.Lang))
	}
	steps, err := p.Requests.Steps(r.Context())
	if err != nil {
		return nil, err
	}
	for _, st := range steps {
		w.steps[st.ID] = requestview.StepWords(r.L, st.Kind, st.Value)
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
	if err != nil {
		return err
	}
	return w.knowThings(ctx, records)
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
	if label, name := w.object(r); name != "" {
		words = append(words, label+": "+name)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Detail)) {
		if r.Detail[name] != "" {
			words = append(words, w.detailName(name)+": "+w.detail(r.Action, name, r.Detail[name]))
		}
	}
	return strings.Join(words, ", ")
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
