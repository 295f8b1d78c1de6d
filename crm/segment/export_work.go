package segment

import (
	"context"
	"io"
	"iter"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/work"
)

// The kind of long work that an export is, and what its tasks say.
const (
	WorkExport = "crm.segment.export"

	inputSegment  = "segment"
	inputLanguage = "language"
	exportStep    = "work.step.contacts"
	csvMedia      = "text/csv; charset=utf-8"
)

// exportBatch is how many contacts are written between two checkpoints.
const exportBatch = 1000

// WorkKinds returns the long work that segments take.
func (s *Service) WorkKinds() []work.Kind {
	return []work.Kind{{Name: WorkExport, Permission: crm.PermExportContacts, Run: s.workExport,
		Personal: true}}
}

// Export writes the contacts of a segment to w, as crm's ExportContacts does, under the conditions of
// MayExport. The columns never show answers.
func (s *Service) Export(
	ctx context.Context, by civic.Actor, segment civic.ID, language string, w io.Writer,
) error {
	g, people, err := s.exportable(ctx, by, segment)
	if err != nil {
		return err
	}
	if err := s.record(ctx, by, ActionExport, segment); err != nil {
		return err
	}
	table, err := s.contacts.NewTable(ctx, language, w)
	if err != nil {
		return err
	}
	return table.WriteAll(s.loaded(ctx, g.Rule, people))
}

// MayExport returns nil when by may have a segment's contacts now. It returns Forbidden also when the segment
// chooses by answers and holds fewer people than MinGroup. Who sends the export piece by piece asks before
// the first.
func (s *Service) MayExport(ctx context.Context, by civic.Actor, segment civic.ID) error {
	_, _, err := s.exportable(ctx, by, segment)
	return err
}

// exportable returns a segment and its people, if by may have them.
func (s *Service) exportable(
	ctx context.Context, by civic.Actor, segment civic.ID,
) (Segment, []chosen, error) {
	if err := by.Can(crm.PermExportContacts); err != nil {
		return Segment{}, nil, err
	}
	g, err := s.segments.Get(ctx, segment)
	if err != nil {
		return Segment{}, nil, err
	}
	people, err := s.choose(ctx, g.Rule, "")
	return g, people, err
}

// LongExport returns the task that the export of a segment in a language is, and whether it is too large to
// be sent at once. The errors are those of MayExport.
func (s *Service) LongExport(
	ctx context.Context, by civic.Actor, segment civic.ID, language string,
) (t work.NewTask, long bool, err error) {
	g, people, err := s.exportable(ctx, by, segment)
	t = work.NewTask{Kind: WorkExport, Subject: g.Name,
		Input: map[string]string{inputSegment: string(segment), inputLanguage: language}}
	return t, len(people) > crm.DirectExport, err
}

// workExport writes the people of a segment in the order of their ids; the checkpoint is the last one that
// was looked at. Those who leave the segment meanwhile are not in the part written after that.
func (s *Service) workExport(ctx context.Context, t work.Task, p *work.Progress) (
	result work.Result, err error,
) {
	g, err := s.segments.Get(ctx, civic.ID(t.Input[inputSegment]))
	if err != nil {
		return result, err
	}
	audited := audit.Entry{By: t.By(), Action: ActionExport, Object: g.ID}
	// once, however often it is taken up
	if err := s.audit.Entered(ctx, audited, t.Term > 1, t.CreatedAt); err != nil {
		return result, err
	}
	people, err := s.choose(ctx, g.Rule, "")
	if err != nil {
		return result, err
	}
	begin := s.contacts.NewTable
	if t.Checkpoint != "" { // the first line is there already
		begin = s.contacts.ContinueTable
	}
	table, err := begin(ctx, t.Input[inputLanguage], p)
	if err != nil {
		return result, err
	}
	at := work.Position{Total: len(people), Step: exportStep}
	for batch := range batchesAfter(people, civic.ID(t.Checkpoint), &at.Done) {
		for c, err := range s.loaded(ctx, g.Rule, batch) {
			if err != nil {
				return result, err
			}
			_ = table.Write(c) // Flush returns the error
		}
		if err := table.Flush(); err != nil {
			return result, err
		}
		at.Done, at.Checkpoint = at.Done+len(batch), string(batch[len(batch)-1].id)
		if err := p.Checkpoint(at); err != nil {
			return result, err
		}
	}
	return work.Result{FileName: "segmento.csv", MediaType: csvMedia}, table.Flush()
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
