package blob

import (
	"context"
	"io"
	"strconv"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// OpenPersonal returns a file that is a person's and its bytes, which the caller closes. It returns NotFound
// for any other file, and an Unauthenticated or Forbidden error when by is somebody else.
func (s *Store) OpenPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, id civic.ID,
) (File, io.ReadSeekCloser, error) {
	if err := about.Readable(by); err != nil {
		return File{}, nil, err
	}
	f, err := s.Get(ctx, id)
	if err == nil && (about.Contact == "" || f.Person != about.Contact) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return File{}, nil, err
	}
	return s.Open(ctx, id)
}

// ExportPersonal implements civic.PersonalData: the files that a person sent or that are about them.
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
			e := civic.PersonalEntry{Title: f.Name, At: f.At}
			e.Say("format", f.Type.Format())
			e.Say("bytes", strconv.FormatInt(f.Size, 10))
			e.Fields = append(e.Fields, civic.PersonalField{Name: "file", Value: f.Name, File: f.ID})
			entries = append(entries, e)
		}
	}
	return []civic.PersonalSection{{Name: "files", Entries: entries}}, nil
}
