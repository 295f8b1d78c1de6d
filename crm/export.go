package crm

import (
	"context"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/internal/docstore"
)

// ExportContacts writes the contacts of a filter to w as a table that spreadsheets open (internal/csvout),
// one after another as they are read. The export is audited before the first line leaves.
func (s *Service) ExportContacts(ctx context.Context, by civic.Actor, f ContactFilter, w io.Writer) error {
	if err := by.Can(PermExportContacts); err != nil {
		return err
	}
	if err := s.record(ctx, by, ActionContactExport, "", "",
		map[string]string{"district": string(f.District)}); err != nil {
		return err
	}
	return NewTable(w).WriteAll(s.contacts.All(ctx, f.exported()))
}

// exported returns the query of the contacts that an export of the filter holds.
func (f ContactFilter) exported() docstore.Query {
	q := docstore.Query{Sort: []string{"sortName"}}
	if f.District != "" {
		q.Filter = append(q.Filter, docstore.Eq("district", f.District))
	}
	if p := f.begins(); p != "" {
		q.Filter = append(q.Filter, docstore.Prefix("sortName", p))
	}
	return q
}

// Table writes contacts as rows of a table that spreadsheets open. Its columns never show answers.
type Table struct{ out *csvout.Writer }

// NewTable returns a Table on w that begins with the line of headings; Flush returns the error of w, if any.
func NewTable(w io.Writer) Table {
	out := csvout.New(w)
	_ = out.Row(exportColumns...) // Flush returns the error
	return Table{out}
}

// ContinueTable returns a Table on w whose first lines are there already.
func ContinueTable(w io.Writer) Table { return Table{csvout.Continue(w)} }

// Write adds the row of a contact.
func (t Table) Write(c Contact) error { return t.out.Row(c.exportRow()...) }

// Flush hands on what was written, and returns the first error that there was.
func (t Table) Flush() error { return t.out.Flush() }

// WriteAll adds the rows of contacts, and flushes; it returns the first error of either.
func (t Table) WriteAll(contacts iter.Seq2[Contact, error]) error {
	for c, err := range contacts {
		if err != nil {
			return err
		}
		if err := t.Write(c); err != nil {
			return err
		}
	}
	return t.Flush()
}

// firstColumns are those that tables have had from the beginning: they keep their places, whatever fields
// come.
var firstColumns = []string{"id", "kind", "given_name", "family_name", "organisation", "emails", "phones",
	"street", "postcode",
	"town", "district", "tags", "language", "birth_year", "consents", "created_at"}

// exportColumns are the header line, in the names that a later import will know.
var exportColumns = func() []string {
	columns := slices.Clone(firstColumns)
	for _, f := range contactFields {
		if f.Column != "" && !slices.Contains(columns, f.Column) {
			columns = append(columns, f.Column)
		}
	}
	return columns
}()

// exportFields are the fields of the columns; columns without a field are told by exportRow.
var exportFields = func() []Field {
	fields := make([]Field, len(exportColumns))
	for i, column := range exportColumns {
		if at := slices.IndexFunc(contactFields, func(f Field) bool { return f.Column == column }); at >= 0 {
			fields[i] = contactFields[at]
		}
	}
	return fields
}()

// exportRow returns the cells of c. Several values stand in one cell, divided by spaces.
func (c Contact) exportRow() []string {
	row := make([]string, len(exportFields))
	var room [maxEmails]string
	for i, f := range exportFields {
		switch {
		case f.Column != "":
			row[i] = strings.Join(f.tell(room[:0], &c), " ")
		case exportColumns[i] == "id":
			row[i] = string(c.ID)
		case exportColumns[i] == "consents":
			row[i] = strings.Join(c.consentTopics(), " ")
		case exportColumns[i] == "created_at":
			row[i] = c.CreatedAt.In(civic.Rome()).Format(time.RFC3339)
		}
	}
	return row
}
