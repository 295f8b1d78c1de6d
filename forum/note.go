package forum

import (
	"context"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Note is a remark of the desk on a discussion. Citizens never see it, nor find it.
type Note struct {
	docstore.Meta `bson:",inline"`
	Thread        civic.ID  `bson:"thread"`
	Text          string    `bson:"text"`
	By            civic.ID  `bson:"by"`
	ByName        string    `bson:"byName"`
	CreatedAt     time.Time `bson:"createdAt"`
	UpdatedAt     time.Time `bson:"updatedAt"`
}

type noteStore struct{ *docstore.Collection[Note] }

func noteSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_notes", Followed: true, Indexes: []docstore.Index{
		{Name: "thread", Fields: []string{"thread", "createdAt"}},
		{Name: "updated", Fields: []string{"updatedAt"}},
	}}
}

// NoteInput is what a member of staff remarks.
type NoteInput struct {
	FormKey string
	Thread  civic.ID
	Text    string
}

// MaxNote bounds a note, in characters.
const MaxNote = 2000

// notesRead is how many notes are read at a time.
const notesRead = 100

func (in NoteInput) parse() (Note, error) {
	var p civic.Problems
	key, err := parseFormKey(in.FormKey)
	p.Check("form_key", err)
	text, err := cleanSource(in.Text, MaxNote)
	p.Check("text", err)
	if err == nil && text == "" {
		p.Add("text", "error.required")
	}
	return Note{Meta: docstore.Meta{ID: key}, Thread: in.Thread, Text: text}, p.Err()
}

// AddNote keeps a remark on a discussion for the desk. Sending the same form again returns the note that it
// made. It returns Invalid with field errors, NotFound, or Conflict for a used form key.
func (s *Service) AddNote(ctx context.Context, by civic.Actor, in NoteInput) (Note, error) {
	if err := by.Can(PermNote); err != nil {
		return Note{}, err
	}
	note, err := in.parse()
	if err != nil {
		return Note{}, err
	}
	thread, err := s.threads.get(ctx, in.Thread)
	if err != nil {
		return Note{}, err
	}
	note.By, note.ByName, note.CreatedAt = by.Account, by.Name, s.now()
	note.UpdatedAt = note.CreatedAt
	sent := note
	return s.notes.Create(ctx, &note, docstore.Creation[Note]{
		Same: func(stored *Note) bool {
			return stored.By == sent.By && stored.Thread == sent.Thread && stored.Text == sent.Text
		},
		Effects: func(_ context.Context, stored *Note, _ bool) error {
			s.index.Put(noteDoc(thread, *stored))
			return nil
		},
	})
}

// Notes returns all remarks of the desk on a discussion, the oldest first.
func (s *Service) Notes(ctx context.Context, by civic.Actor, thread civic.ID) ([]Note, error) {
	if err := by.Can(PermNote); err != nil {
		return nil, err
	}
	var all []Note
	for note, err := range s.notes.All(ctx, notesOf(thread)) {
		if err != nil {
			return nil, err
		}
		all = append(all, note)
	}
	return all, nil
}

func notesOf(thread civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("thread", thread)}, Sort: []string{"createdAt"},
		Limit: notesRead}
}

// reindexNotes makes the index agree with a discussion's new title.
func (s *Service) reindexNotes(ctx context.Context, thread Thread) error {
	for note, err := range s.notes.All(ctx, notesOf(thread.ID)) {
		if err != nil {
			return err
		}
		s.index.Put(noteDoc(thread, note))
	}
	return nil
}
