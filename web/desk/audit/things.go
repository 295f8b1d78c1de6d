package audit

import (
	"context"

	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
)

// lookups look up what details name by an id.
type lookups struct {
	// the title of a discussion; NotFound, or Gone when it is hidden
	thread func(ctx context.Context, id civic.ID) (title string, err error)
	// which type a file is of, "PDF"; NotFound. Its name is for those alone who may read the document that it
	// belongs to, which is more than the audit's readers may
	file func(ctx context.Context, id civic.ID) (fileType string, err error)
}

// knowThings looks up the discussions and files that records name, those that are not known yet.
func (w *auditWords) knowThings(ctx context.Context, records []audit.Record) error {
	for _, r := range records {
		for _, thing := range []struct {
			detail, is, gone string
			look             func(context.Context, civic.ID) (string, error)
		}{
			{"thread", "accounts.audit.thread", "accounts.audit.thread_gone", w.look.thread},
			{"file", "accounts.audit.file", "accounts.audit.file_gone", w.look.file},
		} {
			id := civic.ID(r.Detail[thing.detail])
			if _, known := w.named[id]; known || id == "" {
				continue
			}
			name, err := thing.look(ctx, id)
			switch civic.CodeOf(err) {
			case "":
				w.named[id] = w.l.T(thing.is, civic.Args{"Name": name})
			case civic.NotFound:
				w.named[id] = w.l.T(thing.gone)
			case civic.Gone:
				w.named[id] = w.l.T("accounts.audit.thread_hidden")
			default:
				return err
			}
		}
	}
	return nil
}

// thing returns how a discussion or a file is called.
func (w *auditWords) thing(id string) string { return w.named[civic.ID(id)] }

// object returns what a record of a setting is about, by the name it has now, and what that is called; empty
// where the other words of the record say it.
func (w *auditWords) object(r audit.Record) (label, name string) {
	switch r.Action {
	case reference.ActionDistrictSave:
		return w.l.T("accounts.detail.district"), w.reference.DistrictName(r.Object)
	case reference.ActionTopicSave:
		return w.l.T("accounts.detail.topic"), w.reference.TopicName(r.Object, string(w.l.Lang()))
	case reference.ActionTagSave:
		return w.l.T("accounts.audit.tag"), w.reference.TagName(r.Object)
	case reference.ActionOfficeSave:
		return w.l.T("accounts.detail.office"), w.reference.OfficeName(r.Object)
	case hours.ActionWeekSave, hours.ActionWeekRemove, hours.ActionClosureSave, hours.ActionClosureRemove,
		hours.ActionPatronSave:
		if r.Object == hours.Town {
			return w.l.T("accounts.detail.office"), w.l.T("hours.town")
		}
		return w.l.T("accounts.detail.office"), w.reference.OfficeName(r.Object)
	case requests.ActionStepSave:
		return w.l.T("accounts.audit.step"), w.steps[r.Object]
	case requests.ActionProcedureSave, requests.ActionProcedureWithdraw:
		return w.l.T("requests.field.procedure"), w.procedures[r.Object]
	}
	return "", ""
}
