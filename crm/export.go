package crm

import (
	"context"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/internal/docstore"
)

// ExportContacts writes the contacts of a filter to w as a table that spreadsheets open (internal/csvout), one after another as
// they are read. The export is audited before the first line leaves.
func (s *Service) ExportContacts(ctx context.Context, by civic.Actor, f ContactFilter, w io.Writer) error {
	if err := by.Can(PermExportContacts); err != nil {
		return err
	}
	if err := s.record(ctx, by, ActionContactExport, "", "", map[string]string{"district": string(f.District)}); err != nil {
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

// exportColumns are the header line, in the names that a later import will know.
var exportColumns = []string{"id", "kind", "given_name", "family_name", "organisation", "emails", "phones", "street", "postcode",
	"town", "district", "tags", "language", "birth_year", "consents", "created_at"}

func (c Contact) exportRow() []string {
	year, tags := "", make([]string, len(c.Tags))
	if c.BirthYear != 0 {
		year = strconv.Itoa(c.BirthYear)
	}
	for i, t := range c.Tags {
		tags[i] = string(t)
	}
	emails := make([]string, len(c.Emails))
	for i, e := range c.Emails {
		emails[i] = e.Address
	}
	return []string{string(c.ID), string(c.Kind), c.GivenName, c.FamilyName, c.Organisation, strings.Join(emails, " "),
		strings.Join(c.PhoneNumbers(), " "), c.Address.Street, c.Address.Postcode, c.Address.Town, string(c.District),
		strings.Join(tags, " "), c.Language, year, strings.Join(c.consentTopics(), " "), c.CreatedAt.In(civic.Rome()).Format(time.RFC3339)}
}
