package crm

import (
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
)

// The kind of long work that an export is, and what its tasks say.
const (
	WorkContacts = "crm.contacts.export"

	inputDistrict = "district"
	inputLanguage = "language"
	exportStep    = "work.step.contacts"
)

// DirectExport is up to how many contacts an export is sent at once. Two busy cores write some 30,000 rows a
// second (the bench of crm measures it), and an answer may take 55 seconds on a slow line: this many rows,
// 0.8 MB in the demo, arrive in good time on any.
const DirectExport = 5000

// exportBatch is how many contacts are written between two checkpoints.
const exportBatch = 1000

// WorkKinds returns the long work that this part of the house does.
func (s *Service) WorkKinds() []work.Kind {
	return []work.Kind{{Name: WorkContacts, Permission: PermExportContacts, Run: s.workContacts,
		Personal: true}}
}

// LongContactExport returns the task that an export of the contacts of a district, or of all, is, in a
// language, and whether it is too large to be sent at once. The error is Forbidden, or one of the store.
func (s *Service) LongContactExport(
	ctx context.Context, by civic.Actor, district civic.ID, language string,
) (t work.NewTask, long bool, err error) {
	if err := by.Can(PermExportContacts); err != nil {
		return t, false, err
	}
	n, err := s.contacts.Count(ctx, ContactFilter{District: district}.exported().Filter)
	t = work.NewTask{Kind: WorkContacts, Input: map[string]string{inputDistrict: string(district),
		inputLanguage: language}}
	return t, n > DirectExport, err
}

// workContacts writes the contacts of a district, or all, page by page; the checkpoint is where the next page
// begins.
func (s *Service) workContacts(ctx context.Context, t work.Task, p *work.Progress) (
	result work.Result, err error,
) {
	audited := audit.Entry{By: t.By(), Action: ActionContactExport,
		Detail: map[string]string{"district": t.Input[inputDistrict]}}
	// once, however often it is taken up
	if err := s.audit.Entered(ctx, audited, t.Term > 1, t.CreatedAt); err != nil {
		return result, err
	}
	q := ContactFilter{District: civic.ID(t.Input[inputDistrict])}.exported()
	at := t.Position
	if at.Total, err = s.contacts.Count(ctx, q.Filter); err != nil {
		return result, err
	}
	q.Limit, at.Step = exportBatch, exportStep
	begin := s.NewTable
	if at.Checkpoint != "" { // the first line is there already
		begin = s.ContinueTable
	}
	out, err := begin(ctx, t.Input[inputLanguage], p)
	if err != nil {
		return result, err
	}
	for {
		q.Cursor = at.Checkpoint
		page, err := s.contacts.Find(ctx, q)
		if err != nil {
			return result, err
		}
		for _, c := range page.Items {
			_ = out.Write(c) // Flush returns the error
		}
		if err := out.Flush(); err != nil {
			return result, err
		}
		at.Done, at.Checkpoint = at.Done+len(page.Items), page.Next
		if page.Next == "" {
			return work.Result{FileName: "contatti.csv", MediaType: csvMedia}, nil
		}
		if err := p.Checkpoint(at); err != nil {
			return result, err
		}
	}
}

// csvMedia is the media type of tables.
const csvMedia = "text/csv; charset=utf-8"
