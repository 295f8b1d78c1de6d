package blob

import (
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Claim is what a document refers to files with.
type Claim struct {
	Document civic.ID // its id, with the collection's name before it where ids are no ULIDs
	Use      Use      // what the document takes
	Person   civic.ID // whose data the document is, and from now on the files; empty: nobody's
	Sender   civic.ID // whose files they must be: those that the same sent
	// the document is stored and was checked then: files that are gone since are passed over
	Stored bool
	Draft  bool // the document may be left as it is: files stay in their pool
	// in which the files of a document that keeps them are; empty: in none, as they are not bounded together
	Pool civic.ID
}

// Claim says that a document refers to exactly these files of a use: others that it referred to are let go.
// It is called when the document is stored, and again whenever its effects are drawn again. It returns
// Invalid when the files are more than the use allows, and NotFound for a file that is not there, of another
// use or another person's; then nothing was changed.
func (s *Store) Claim(ctx context.Context, c Claim, ids ...civic.ID) error {
	if len(ids) > c.Use.MaxCount {
		return civic.NewErrorArgs(civic.Invalid, "error.file.many", civic.Args{"Max": c.Use.MaxCount})
	}
	if !c.Stored {
		if _, err := s.Sent(ctx, c, ids...); err != nil {
			return err
		}
	}
	var taken []civic.ID
	for _, id := range ids {
		added, err := s.claim(ctx, c, id)
		if c.Stored && civic.CodeOf(err) == civic.NotFound {
			continue
		}
		if err != nil {
			return errors.Join(err, s.giveBack(context.WithoutCancel(ctx), c.Document, taken))
		}
		if added {
			taken = append(taken, id)
		}
	}
	return s.release(ctx, c.Document,
		func(f File) bool { return f.Use == c.Use.Name && !slices.Contains(ids, f.ID) })
}

// Release says that a document refers to no file any more: it is erased.
func (s *Store) Release(ctx context.Context, document civic.ID) error {
	return s.release(ctx, document, func(File) bool { return true })
}

// Discard is Release of a document whose files need not wait for Collect: those that nothing else refers to
// are removed.
func (s *Store) Discard(ctx context.Context, document civic.ID) error {
	held := docstore.Query{Filter: docstore.Filter{docstore.Eq("claims", string(document))}}
	for f, err := range s.files.All(ctx, held) {
		if err != nil {
			return err
		}
		left := s.without(document)
		f, err = s.files.Update(ctx, f.ID, func(f *File) error {
			if err := left(f); err != nil || len(f.Claims) > 0 {
				return err
			}
			f.Doomed, f.Loose = true, &longSince
			return nil
		})
		if err == nil && f.Doomed {
			err = s.remove(ctx, f)
		}
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
	}
	return nil
}

// giveBack takes off claims that were just made.
func (s *Store) giveBack(ctx context.Context, owner civic.ID, ids []civic.ID) (err error) {
	for _, id := range ids {
		if _, fault := s.files.Update(ctx, id, s.without(owner)); civic.CodeOf(fault) != civic.NotFound {
			err = errors.Join(err, fault)
		}
	}
	return err
}

// Sent returns the files of ids, in their order, when the document may refer to them: those that c.Sender
// sent for the use, unless another document refers to them as another person's; of a document that is not
// known yet, none. It returns NotFound for any other.
func (s *Store) Sent(ctx context.Context, c Claim, ids ...civic.ID) ([]File, error) {
	files := make([]File, 0, len(ids))
	for _, id := range ids {
		f, err := s.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		ours := slices.Contains(f.Claims, c.Document)
		anothers := c.Document != "" && len(f.Claims) > 0 && f.Person != c.Person
		if f.Use != c.Use.Name || !ours && (f.Sender != c.Sender || anothers) {
			return nil, civic.NewError(civic.NotFound, "error.file.gone")
		}
		files = append(files, f)
	}
	return files, nil
}

// claim notes that the document refers to a file, whose data that is, and reports whether the first is new.
func (s *Store) claim(ctx context.Context, c Claim, id civic.ID) (added bool, err error) {
	owner := c.Document
	f, err := s.Get(ctx, id)
	held := slices.Contains(f.Claims, owner) && f.Person == c.Person && (c.Draft || f.Pool == c.Pool)
	if err != nil || held {
		return false, err
	}
	added = !slices.Contains(f.Claims, owner)
	was, place, counts := f.Pool, f.Place, s.pools.counted(f.Pool)
	f, err = s.files.Update(ctx, id, func(f *File) error {
		if f.Doomed {
			return civic.NewError(civic.NotFound, "error.not_found")
		}
		if !slices.Contains(f.Claims, owner) {
			f.Claims = append(f.Claims, owner)
		}
		f.Loose, f.Freed, f.Person = nil, false, c.Person
		if !c.Draft {
			f.Pool, f.Place = c.Pool, ""
		}
		return nil
	})
	if err == nil && f.Pool != was { // in both rather than in none
		s.pools.enter(f.Pool, f.Place, f.Size)
		s.pools.leave(was, place, f.Size, counts)
	}
	return added && err == nil, err
}

// release takes the claims of owner off those of its files that are to be let go.
func (s *Store) release(ctx context.Context, owner civic.ID, goes func(File) bool) error {
	held := docstore.Query{Filter: docstore.Filter{docstore.Eq("claims", string(owner))}}
	for f, err := range s.files.All(ctx, held) {
		if err != nil {
			return err
		}
		if !goes(f) {
			continue
		}
		if _, err := s.files.Update(ctx, f.ID, s.without(owner)); err != nil &&
			civic.CodeOf(err) != civic.NotFound {
			return err
		}
	}
	return nil
}

// without returns a change that takes a claim off a file.
func (s *Store) without(owner civic.ID) func(*File) error {
	return func(f *File) error {
		f.Claims = slices.DeleteFunc(f.Claims, func(id civic.ID) bool { return id == owner })
		if now := s.now(); len(f.Claims) == 0 && f.Loose == nil {
			f.Loose, f.Freed = &now, true
		}
		return nil
	}
}

// errClaimed ends a change that would doom a file to which a document refers again.
var errClaimed = errors.New("blob: a document refers to the file")

// epoch is before every file: a loose file has a time after it, another none. Since longSince are those
// loose that are being removed, so that Collect goes on where a crash interrupts that.
var epoch, longSince = time.Unix(0, 0).UTC(), time.Unix(1, 0).UTC()

// Collect removes the files to which no document has referred for Grace, and returns how many. Two may run
// at a time, on as many instances.
func (s *Store) Collect(ctx context.Context) (int, error) { return s.collect(ctx, s.now().Add(-Grace)) }

// collect removes the files, of those that fulfil a condition, to which nothing has referred since before.
func (s *Store) collect(ctx context.Context, before time.Time, of ...docstore.Cond) (int, error) {
	loose := docstore.Query{Filter: append(of, docstore.Lt("loose", before), docstore.Gt("loose", epoch))}
	n := 0
	var failed error
	for f, err := range s.files.All(ctx, loose) {
		if err != nil {
			return n, err
		}
		_, err = s.files.Update(ctx, f.ID, func(f *File) error {
			if f.Loose == nil || !f.Loose.Before(before) {
				return errClaimed
			}
			f.Doomed = true
			return nil
		})
		switch {
		case errors.Is(err, errClaimed) || civic.CodeOf(err) == civic.NotFound:
			continue
		case err != nil:
			failed = errors.Join(failed, err)
			continue
		}
		if err := s.remove(ctx, f); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// Erase removes every file that is a person's, whatever refers to it, and returns how many.
func (s *Store) Erase(ctx context.Context, person civic.ID) (int, error) {
	if person == "" {
		return 0, civic.NewError(civic.Invalid, "error.id")
	}
	n := 0
	theirs := docstore.Query{Filter: docstore.Filter{docstore.Eq("person", string(person))}}
	for f, err := range s.files.All(ctx, theirs) {
		if err != nil {
			return n, err
		}
		if err := s.Delete(ctx, f.ID); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Delete removes a file now, whatever refers to it; it is no error when there is none.
func (s *Store) Delete(ctx context.Context, id civic.ID) error {
	f, err := s.files.Update(ctx, id, func(f *File) error {
		f.Doomed, f.Claims, f.Loose = true, nil, &longSince
		return nil
	})
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	f.ID = id
	return s.remove(ctx, f)
}

// remove removes the bytes of a file and then what is known of it, so that bytes are never left behind.
func (s *Store) remove(ctx context.Context, f File) error {
	if err := s.keeper.Remove(ctx, string(f.ID)); err != nil {
		return err
	}
	counts := s.pools.counted(f.Pool)
	if err := s.files.Delete(ctx, f.ID); err != nil {
		return err
	}
	s.pools.leave(f.Pool, f.Place, f.Size, counts)
	return nil
}
