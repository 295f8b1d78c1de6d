package crm

import (
	"context"
	"io"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ExportContacts writes the contacts of a filter to w as a table in a language that spreadsheets open
// (internal/csvout), one after another as they are read. The export is audited before the first line leaves.
func (s *Service) ExportContacts(
	ctx context.Context, by civic.Actor, f ContactFilter, language string, w io.Writer,
) error {
	if err := by.Can(PermExportContacts); err != nil {
		return err
	}
	if err := s.record(ctx, by, ActionContactExport, "", "",
		map[string]string{"district": string(f.District)}); err != nil {
		return err
	}
	table, err := s.NewTable(ctx, language, w)
	if err != nil {
		return err
	}
	return table.WriteAll(s.contacts.All(ctx, f.exported()))
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
