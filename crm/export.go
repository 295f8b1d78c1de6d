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
	return s.exportCSV(ctx, w, s.contacts.All(ctx, f.exported()))
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

// ExportSegment writes the contacts of a segment to w, as ExportContacts does, under the conditions of MayExportSegment. The
// columns never show answers.
func (s *Service) ExportSegment(ctx context.Context, by civic.Actor, segment civic.ID, w io.Writer) error {
	g, people, err := s.exportable(ctx, by, segment)
	if err != nil {
		return err
	}
	if err := s.record(ctx, by, ActionSegmentExport, segment, "", nil); err != nil {
		return err
	}
	return s.exportCSV(ctx, w, s.loaded(ctx, g.Rule, people))
}

// MayExportSegment returns nil when by may have a segment's contacts now. It returns Forbidden also when the segment chooses by
// answers and holds fewer people than MinGroup. Who sends the export piece by piece asks before the first.
func (s *Service) MayExportSegment(ctx context.Context, by civic.Actor, segment civic.ID) error {
	_, _, err := s.exportable(ctx, by, segment)
	return err
}

// exportable returns a segment and its people, if by may have them.
func (s *Service) exportable(ctx context.Context, by civic.Actor, segment civic.ID) (Segment, []chosen, error) {
	if err := by.Can(PermExportContacts); err != nil {
		return Segment{}, nil, err
	}
	g, err := s.segments.Get(ctx, segment)
	if err != nil {
		return Segment{}, nil, err
	}
	people, err := s.choose(ctx, g.Rule, "")
	return g, people, err
}

// exportColumns are the header line, in the names that a later import will know.
var exportColumns = []string{"id", "kind", "given_name", "family_name", "organisation", "emails", "phones", "street", "postcode",
	"town", "district", "tags", "language", "birth_year", "consents", "created_at"}

func (s *Service) exportCSV(ctx context.Context, w io.Writer, contacts iter.Seq2[Contact, error]) error {
	out := csvout.New(w)
	if err := out.Row(exportColumns...); err != nil {
		return err
	}
	for c, err := range contacts {
		if err != nil {
			return err
		}
		if err := out.Row(c.exportRow()...); err != nil {
			return err
		}
	}
	return out.Flush()
}

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
		strings.Join(c.phoneNumbers(), " "), c.Address.Street, c.Address.Postcode, c.Address.Town, string(c.District),
		strings.Join(tags, " "), c.Language, year, strings.Join(c.consentTopics(), " "), c.CreatedAt.In(civic.Rome()).Format(time.RFC3339)}
}
