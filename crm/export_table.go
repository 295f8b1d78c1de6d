package crm

import (
	"context"
	"io"
	"iter"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/internal/reference"
)

// Words returns a text of the interface's catalogues in a language.
type Words func(language string, m civic.Message) string

// Table writes contacts as rows of a table that spreadsheets open, in one language: what has a name stands
// under its name, and its code in a column of its own. Its columns never show answers.
type Table struct {
	out   *csvout.Writer
	names map[string]map[string]string // of the codes in a column
}

// NewTable returns a Table on w that begins with the line of headings; Flush returns the error of w, if any.
// The errors are those of the store, for the names of districts, tags and topics.
func (s *Service) NewTable(ctx context.Context, language string, w io.Writer) (Table, error) {
	names, err := s.columnNames(ctx, language)
	if err != nil {
		return Table{}, err
	}
	out := csvout.New(w)
	_ = out.Row(s.headings(language)...) // Flush returns the error
	return Table{out, names}, nil
}

// ContinueTable returns a Table on w whose first lines are there already. The errors are those of NewTable.
func (s *Service) ContinueTable(ctx context.Context, language string, w io.Writer) (Table, error) {
	names, err := s.columnNames(ctx, language)
	return Table{csvout.Continue(w), names}, err
}

// Write adds the row of a contact.
func (t Table) Write(c Contact) error { return t.out.Row(t.row(c)...) }

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

// The columns that are no field of a contact.
const (
	columnID       = "id"
	columnConsents = "consents"
	columnCreated  = "created_at"
)

// firstColumns are those that tables have had from the beginning: they keep their places, whatever fields
// come.
var firstColumns = []string{columnID, "kind", "given_name", "family_name", "organisation", "emails", "phones",
	"street", "postcode",
	"town", "district", "tags", "language", "birth_year", columnConsents, columnCreated}

// exportColumns are the columns before those of codes.
var exportColumns = func() []string {
	columns := slices.Clone(firstColumns)
	for _, f := range contactFields {
		if f.Column != "" && !slices.Contains(columns, f.Column) {
			columns = append(columns, f.Column)
		}
	}
	return columns
}()

// codedColumns are those of what the municipality names itself: names change, so that the codes follow in
// columns of their own, by which a program knows them.
var codedColumns = func() []int {
	var at []int
	for i, f := range exportFields {
		if f.From != "" || exportColumns[i] == columnConsents {
			at = append(at, i)
		}
	}
	return at
}()

// exportFields are the fields of the columns; columns without a field are told by exportCodes.
var exportFields = func() []Field {
	fields := make([]Field, len(exportColumns))
	for i, column := range exportColumns {
		if at := slices.IndexFunc(contactFields, func(f Field) bool { return f.Column == column }); at >= 0 {
			fields[i] = contactFields[at]
		}
	}
	return fields
}()

// headings returns the first line.
func (s *Service) headings(language string) []string {
	row := make([]string, 0, len(exportColumns)+len(codedColumns))
	for i, column := range exportColumns {
		key := "crm.column." + column
		if f := exportFields[i]; f.Column != "" {
			key = "crm.field." + f.Name
		}
		row = append(row, s.say(language, key))
	}
	for _, i := range codedColumns {
		row = append(row, s.say(language, "crm.column.codes", civic.Args{"Of": row[i]}))
	}
	return row
}

// say returns a text of the catalogues, its key when the service has none.
func (s *Service) say(language, key string, args ...civic.Args) string {
	if s.words == nil {
		return key
	}
	m := civic.Message{Key: key}
	for _, a := range args {
		m.Args = a
	}
	return s.words(language, m)
}

// columnNames returns what the codes in a column are called, by column.
func (s *Service) columnNames(ctx context.Context, language string) (map[string]map[string]string, error) {
	names := map[string]map[string]string{}
	for _, f := range contactFields {
		if f.Column == "" || len(f.Codes) == 0 {
			continue
		}
		names[f.Column] = map[string]string{}
		for _, code := range f.Codes {
			names[f.Column][code] = s.say(language, f.Words+code)
		}
	}
	districts, err := s.reference.Districts(ctx)
	if err != nil {
		return nil, err
	}
	names["district"] = named(districts, func(d reference.District) (civic.ID, string) { return d.ID, d.Name })
	tags, err := s.reference.Tags(ctx)
	if err != nil {
		return nil, err
	}
	names["tags"] = named(tags, func(t reference.Tag) (civic.ID, string) { return t.ID, t.Name })
	topics, err := s.reference.Topics(ctx)
	names[columnConsents] = named(topics,
		func(t reference.Topic) (civic.ID, string) { return t.ID, t.Name.In(language) })
	return names, err
}

func named[T any](items []T, name func(T) (civic.ID, string)) map[string]string {
	names := make(map[string]string, len(items))
	for _, item := range items {
		id, called := name(item)
		names[string(id)] = called
	}
	return names
}

// between stands between several values in one cell.
const between = "; "

// row returns the cells of c.
func (t Table) row(c Contact) []string {
	row := make([]string, 0, len(exportColumns)+len(codedColumns))
	var room [maxEmails]string
	for i, column := range exportColumns {
		row = append(row, t.cell(t.names[column], c.exportCodes(room[:0], i)))
	}
	for _, i := range codedColumns {
		row = append(row, strings.Join(c.exportCodes(room[:0], i), " "))
	}
	return row
}

// cell returns codes by their names, and as they are those that have none.
func (t Table) cell(names map[string]string, codes []string) string {
	if names != nil {
		for i, code := range codes {
			if name := names[code]; name != "" {
				codes[i] = name
			}
		}
	}
	return strings.Join(codes, between)
}

// exportCodes appends what c has in a column, as programs know it.
func (c *Contact) exportCodes(dst []string, column int) []string {
	switch f := exportFields[column]; {
	case f.Column != "":
		return f.tell(dst, c)
	case exportColumns[column] == columnID:
		return append(dst, string(c.ID))
	case exportColumns[column] == columnConsents:
		return append(dst, c.consentTopics()...)
	}
	return append(dst, c.CreatedAt.In(civic.Rome()).Format("2006-01-02 15:04"))
}
