package audit

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// maxScan bounds how many records one List reads when the query combines what no single index serves.
const maxScan = 5000

// List returns records, the newest first, and records itself that they were read. A page may hold up to twice
// the size asked for, or few items and a Next, when the query combines fields. Whom a veiled record is about
// it does not say, and a query for a contact leaves such records out. Forbidden without PermRead.
func (l *Log) List(ctx context.Context, by civic.Actor, q Query) (civic.Page[Record], error) {
	if err := by.Can(PermRead); err != nil {
		return civic.Page[Record]{}, err
	}
	page, err := l.find(ctx, q)
	if err != nil {
		return civic.Page[Record]{}, err
	}
	if page.Items, err = l.unveiled(ctx, q, page.Items); err != nil {
		return civic.Page[Record]{}, err
	}
	return page, l.Write(ctx, Entry{By: by, Action: ActionRead, Contact: q.Contact, Detail: map[string]string{
		"actor": string(q.Actor), "action": string(q.Action), "records": strconv.Itoa(len(page.Items)),
	}})
}

// Get returns one record, or NotFound, and records that it was read. Forbidden without PermRead.
func (l *Log) Get(ctx context.Context, by civic.Actor, id civic.ID) (Record, error) {
	if err := by.Can(PermRead); err != nil {
		return Record{}, err
	}
	r, err := l.records.Get(ctx, id)
	if err != nil {
		return Record{}, fmt.Errorf("audit: %w", err)
	}
	shown, err := l.unveiled(ctx, Query{}, []Record{r})
	if err != nil {
		return Record{}, err
	}
	r = shown[0]
	return r, l.Write(ctx, Entry{By: by, Action: ActionRead, Object: id, Contact: r.Contact})
}

// Export returns every record that q chooses, the newest first and veiled as List has them, and records
// itself that they were taken out. Forbidden without PermRead.
func (l *Log) Export(ctx context.Context, by civic.Actor, q Query) (iter.Seq2[Record, error], error) {
	if err := by.Can(PermRead); err != nil {
		return nil, err
	}
	detail := map[string]string{"actor": string(q.Actor), "action": string(q.Action)}
	if err := l.Write(ctx, Entry{By: by, Action: ActionExported, Contact: q.Contact,
		Detail: detail}); err != nil {
		return nil, err
	}
	all := l.records.All(ctx, docstore.Query{Filter: q.filter(), Sort: []string{"-at"}, Limit: 500})
	return func(yield func(Record, error) bool) {
		for r, err := range all {
			var shown []Record
			if err == nil && q.matches(r) {
				shown, err = l.unveiled(ctx, q, []Record{r})
			}
			if err != nil && !yield(Record{}, err) {
				return
			}
			for _, r := range shown {
				if !yield(r, nil) {
					return
				}
			}
		}
	}, nil
}

// unveiled returns records as staff may read them: veiled ones without their contact, and none of them to who
// asks for that contact.
func (l *Log) unveiled(ctx context.Context, q Query, records []Record) ([]Record, error) {
	if l.veil == nil || len(records) == 0 {
		return records, nil
	}
	veiled, err := l.veil(ctx, records)
	if err != nil {
		return nil, err
	}
	shown := make([]Record, 0, len(records))
	for _, r := range records {
		if veiled[r.ID] && q.Contact != "" {
			continue
		}
		if veiled[r.ID] {
			r.Contact = ""
		}
		shown = append(shown, r)
	}
	return shown, nil
}

func (l *Log) find(ctx context.Context, q Query) (civic.Page[Record], error) {
	q.Page = q.Page.Normal()
	stored := docstore.Query{Filter: q.filter(), Sort: []string{"-at"}, Cursor: q.Page.Cursor,
		Limit: q.Page.Size}
	page := civic.Page[Record]{}
	for scanned := 0; scanned < maxScan; scanned += stored.Limit {
		part, err := l.records.Find(ctx, stored)
		if err != nil {
			return page, fmt.Errorf("audit: %w", err)
		}
		for _, r := range part.Items {
			if q.matches(r) {
				page.Items = append(page.Items, r)
			}
		}
		page.Next, stored.Cursor = part.Next, part.Next
		if page.Next == "" || len(page.Items) >= q.Page.Size {
			break
		}
	}
	return page, nil
}

// filter returns the conditions that one index serves: the field that narrows most, and the times.
func (q Query) filter() docstore.Filter {
	var f docstore.Filter
	switch {
	case q.Contact != "":
		f = append(f, docstore.Eq("contact", q.Contact))
	case q.Actor != "":
		f = append(f, docstore.Eq("actor", q.Actor))
	case q.Action != "":
		f = append(f, docstore.Eq("action", q.Action))
	}
	if !q.From.IsZero() {
		f = append(f, docstore.Gte("at", q.From.UTC()))
	}
	if !q.To.IsZero() {
		f = append(f, docstore.Lt("at", q.To.UTC()))
	}
	return f
}

// matches checks what filter leaves out.
func (q Query) matches(r Record) bool {
	return (q.Contact == "" || r.Contact == q.Contact) && (q.Actor == "" || r.Actor == q.Actor) &&
		(q.Action == "" || r.Action == q.Action)
}
