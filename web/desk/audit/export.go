package audit

import (
	"context"
	"io"
	"iter"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
)

// auditBatch is for how many records at once the people are looked up.
const auditBatch = 500

// auditColumns lists the columns of the downloaded audit, by the end of their texts' keys. Words are for who
// reads the table; the ids and the code of the action stay the same in every language and when a name
// changes.
func auditColumns() []string {
	return []string{
		"when", "who", "who_mark", "who_id", "what", "what_code", "whom", "whom_mark", "whom_id", "object",
		"detail", "request", "record", "hash",
	}
}

// exportAudit answers with the records that the filters choose, as a table for a spreadsheet.
func (p *Pages) exportAudit(r *page.Request) error {
	by, query := r.Actor, auditQuery(r.Queries(), civic.PageRequest{})
	if err := by.Can(audit.PermRead); err != nil { // while it can still be told
		return err
	}
	words, err := p.auditWords(r)
	if err != nil {
		return err
	}
	return r.Stream("audit.csv", deskui.CSV, func(ctx context.Context, w io.Writer) error {
		records, err := p.Audit.Export(ctx, by, query)
		if err != nil {
			return err
		}
		return words.table(ctx, csvout.New(w), records)
	})
}

// table writes records as a table with a line of headings.
func (w *auditWords) table(ctx context.Context, out *csvout.Writer,
	records iter.Seq2[audit.Record, error]) error {
	if err := out.Row(w.headings()...); err != nil {
		return err
	}
	batch := make([]audit.Record, 0, auditBatch)
	for r, err := range records {
		if err != nil {
			return err
		}
		if batch = append(batch, r); len(batch) == auditBatch {
			if err := w.rows(ctx, out, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := w.rows(ctx, out, batch); err != nil {
		return err
	}
	return out.Flush()
}

func (w *auditWords) headings() []string {
	return deskui.Each(auditColumns(), func(name string) string {
		return w.l.T("accounts.audit.column." + name)
	})
}

func (w *auditWords) rows(ctx context.Context, out *csvout.Writer, records []audit.Record) error {
	if err := w.know(ctx, records); err != nil {
		return err
	}
	for _, r := range records {
		if err := out.Row(w.row(r)...); err != nil {
			return err
		}
	}
	return nil
}

// row returns the cells of auditColumns. The time is that of Rome with its distance from UTC (RFC 3339):
// "2026-11-29T23:05:00+01:00".
func (w *auditWords) row(r audit.Record) []string {
	who, whoMark := w.who(r)
	whom, whomMark := "", ""
	if r.Contact != "" {
		person, _ := w.person(r.Contact)
		whom, whomMark = person.Called(w.l), person.Mark(w.l)
	}
	return []string{
		r.At.In(civic.Rome()).Format(time.RFC3339), who, whoMark, string(r.Actor),
		deskui.ActionText(w.l, r.Action),
		string(r.Action), whom, whomMark,
		string(r.Contact), string(r.Object), w.details(r), r.Request, string(r.ID), r.Hash,
	}
}
