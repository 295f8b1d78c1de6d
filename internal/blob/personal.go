package blob

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ExportPersonal implements civic.PersonalData: the files a person sent, by name.
func (s *Store) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, _ string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	var entries []civic.PersonalEntry
	theirs := docstore.Query{Filter: docstore.Filter{docstore.Eq("person", string(about.Contact))}}
	for f, err := range s.files.All(ctx, theirs) {
		if err != nil {
			return nil, err
		}
		if f.Kept && !f.Doomed {
			entries = append(entries, civic.PersonalEntry{Title: f.Name, At: f.At})
		}
	}
	return []civic.PersonalSection{{Name: "files", Entries: entries}}, nil
}
