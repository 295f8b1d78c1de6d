package crm

import (
	"context"
	"iter"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/internal/work"
)

// The kinds of long work that exports are, and what their tasks say.
const (
	WorkContacts = "crm.contacts.export"
	WorkSegment  = "crm.segment.export"

	inputDistrict = "district"
	inputSegment  = "segment"
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
	return []work.Kind{
		{Name: WorkContacts, Permission: PermExportContacts, Run: s.workContacts},
		{Name: WorkSegment, Permission: PermExportContacts, Run: s.workSegment},
	}
}

// LongContactExport returns the task that an export of the contacts of a district, or of all, is, and whether
// it is too large to be sent at once. The error is Forbidden, or one of the store.
func (s *Service) LongContactExport(
	ctx context.Context, by civic.Actor, district civic.ID,
) (t work.NewTask, long bool, err error) {
	if err := by.Can(PermExportContacts); err != nil {
		return t, false, err
	}
	n, err := s.contacts.Count(ctx, ContactFilter{District: district}.exported().Filter)
	t = work.NewTask{Kind: WorkContacts, Input: map[string]string{inputDistrict: string(district)}}
	return t, n > DirectExport, err
}

// LongSegmentExport returns the task that the export of a segment is, and whether it is too large to be sent
// at once. The errors are those of MayExportSegment.
func (s *Service) LongSegmentExport(
	ctx context.Context, by civic.Actor, segment civic.ID,
) (t work.NewTask, long bool, err error) {
	g, people, err := s.exportable(ctx, by, segment)
	t = work.NewTask{Kind: WorkSegment, Subject: g.Name, Input: map[string]string{inputSegment: string(segment)}}
	return t, len(people) > DirectExport, err
}

// workContacts writes the contacts of a district, or all, page by page; the checkpoint is where the next page
// begins.
func (s *Service) workContacts(ctx context.Context, t work.Task, p *work.Progress) (
	result work.Result, err error,
) {
	audited := map[string]string{"district": t.Input[inputDistrict]}
	if err := s.exportBegins(ctx, t, ActionContactExport, "", audited); err != nil {
		return result, err
	}
	q := ContactFilter{District: civic.ID(t.Input[inputDistrict])}.exported()
	at := t.Position
	if at.Total, err = s.contacts.Count(ctx, q.Filter); err != nil {
		return result, err
	}
	q.Limit, at.Step = exportBatch, exportStep
	out := s.exportWriter(t, p)
	for {
		q.Cursor = at.Checkpoint
		page, err := s.contacts.Find(ctx, q)
		if err != nil {
			return result, err
		}
		for _, c := range page.Items {
			_ = out.Row(c.exportRow()...) // Flush returns the error
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

// workSegment writes the people of a segment in the order of their ids; the checkpoint is the last one that
// was looked at. Those who leave the segment meanwhile are not in the part written after that.
func (s *Service) workSegment(ctx context.Context, t work.Task, p *work.Progress) (
	result work.Result, err error,
) {
	g, err := s.segments.Get(ctx, civic.ID(t.Input[inputSegment]))
	if err != nil {
		return result, err
	}
	if err := s.exportBegins(ctx, t, ActionSegmentExport, g.ID, nil); err != nil {
		return result, err
	}
	people, err := s.choose(ctx, g.Rule, "")
	if err != nil {
		return result, err
	}
	out := s.exportWriter(t, p)
	at := work.Position{Total: len(people), Step: exportStep}
	for batch := range batchesAfter(people, civic.ID(t.Checkpoint), &at.Done) {
		for c, err := range s.loaded(ctx, g.Rule, batch) {
			if err != nil {
				return result, err
			}
			_ = out.Row(c.exportRow()...) // Flush returns the error
		}
		if err := out.Flush(); err != nil {
			return result, err
		}
		at.Done, at.Checkpoint = at.Done+len(batch), string(batch[len(batch)-1].id)
		if err := p.Checkpoint(at); err != nil {
			return result, err
		}
	}
	return work.Result{FileName: "segmento.csv", MediaType: csvMedia}, out.Flush()
}

// batchesAfter yields people behind one id, some at a time, and sets done to how many come before; people are
// in the order of ids.
func batchesAfter(people []chosen, after civic.ID, done *int) iter.Seq[[]chosen] {
	*done = 0
	for *done < len(people) && after != "" && people[*done].id <= after {
		*done++
	}
	return func(yield func([]chosen) bool) {
		for rest := people[*done:]; len(rest) > 0; {
			n := min(exportBatch, len(rest))
			if !yield(rest[:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// exportBegins audits an export before its first line is written, once however often the task is taken up
// again.
func (s *Service) exportBegins(
	ctx context.Context, t work.Task, action audit.Action, object civic.ID, detail map[string]string,
) error {
	e := audit.Entry{By: t.By(), Action: action, Object: object, Detail: detail}
	return s.audit.Entered(ctx, e, t.Term > 1, t.CreatedAt)
}

// exportWriter returns the writer of a table whose first line is there already when the task goes on.
func (s *Service) exportWriter(t work.Task, p *work.Progress) *csvout.Writer {
	if t.Checkpoint != "" {
		return csvout.Continue(p)
	}
	out := csvout.New(p)
	_ = out.Row(exportColumns...) // Flush returns the error
	return out
}
