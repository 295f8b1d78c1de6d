package requests

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/search"
)

// Past is a request that was dealt with before: demonstration data, or the archive of another program. Its
// form key names it, so that loading it again changes nothing.
type Past struct {
	FileInput
	At    time.Time   // when it was filed
	By    civic.Actor // of the staff, who filed it for its contact
	Moves []PastMove  // in the order in which they came
}

// PastMove is what somebody of the staff did to it.
type PastMove struct {
	MoveInput
	At time.Time
	By civic.Actor
}

// loadBatch is how many requests go to the store and the index at once.
const loadBatch = 500

// Load stores requests in bulk, in the order of past and with numbers of the years in which they were filed,
// with everything that follows from them but letters: nobody is told today of what happened long ago. Life,
// law and forms are checked as by File and Move, at the moment that each is said to have been. It returns how
// many were new, and the error of the first that does not hold, with its place counted from 1; those of the
// batches before are stored then.
func (s *Service) Load(
	ctx context.Context, by civic.Actor, past []Past, progress func(done int),
) (added int, err error) {
	if err := by.Can(PermLoad); err != nil {
		return 0, err
	}
	done := 0
	for batch := range slices.Chunk(past, loadBatch) {
		n, err := s.loadBatch(ctx, by, batch, done)
		if added += n; err != nil {
			return added, err
		}
		if done += len(batch); progress != nil {
			progress(done)
		}
	}
	return added, nil
}

func (s *Service) loadBatch(ctx context.Context, by civic.Actor, batch []Past, before int) (int, error) {
	contacts, ids := make([]civic.ID, len(batch)), make([]civic.ID, len(batch))
	for n, one := range batch {
		contacts[n], ids[n] = one.Contact, civic.ID(one.FormKey)
	}
	names, err := s.people.CalledOf(ctx, by, contacts)
	if err != nil {
		return 0, err
	}
	there, err := s.stored(ctx, ids)
	if err != nil {
		return 0, err
	}
	fresh, filed := make([]*Request, 0, len(batch)), make([]time.Time, 0, len(batch))
	for n, one := range batch {
		if slices.ContainsFunc(there, func(r Request) bool { return r.ID == ids[n] }) {
			continue
		}
		r, err := s.pastRequest(ctx, one, names[one.Contact])
		if err != nil {
			return 0, fmt.Errorf("requests: item %d of the load: %w", before+n+1, err)
		}
		fresh, filed = append(fresh, &r), append(filed, one.At)
	}
	for n, r := range fresh { // none is lost to a load that is refused
		if r.Number, err = s.nextNumber(ctx, filed[n]); err != nil {
			return 0, err
		}
	}
	if len(fresh) > 0 {
		if _, err := s.requests.InsertMany(ctx, fresh); err != nil {
			return 0, err
		}
	}
	for _, r := range fresh {
		there = append(there, *r)
	}
	if err := s.loaded(ctx, there); err != nil {
		return len(fresh), err
	}
	sum := sha256.New()
	for _, id := range ids {
		fmt.Fprintln(sum, id)
	}
	// the same batch again, of a load that ended before this line, has the line of the first time
	return len(fresh), s.audit.Write(ctx, audit.Entry{By: by, Action: ActionLoad,
		Key:    civic.Key(civic.ID(ActionLoad), civic.ID(hex.EncodeToString(sum.Sum(nil)))),
		Detail: map[string]string{"count": strconv.Itoa(len(batch))}})
}

// stored returns the requests of some ids that an earlier load stored: it may have ended before what follows.
func (s *Service) stored(ctx context.Context, ids []civic.ID) ([]Request, error) {
	page, err := s.requests.Find(ctx, docstore.Query{Filter: docstore.Filter{docstore.In("_id", ids...)},
		Limit: len(ids)})
	return page.Items, err
}

// pastRequest returns a request as its moves left it, without a number.
func (s *Service) pastRequest(ctx context.Context, one Past, applicant crm.Called) (r Request, err error) {
	if err := one.By.Can(PermWrite); err != nil {
		return r, err
	}
	if applicant.Shown == "" {
		return r, civic.NewError(civic.NotFound, "error.not_found")
	}
	if len(one.Files) > 0 {
		return r, errNoFiles()
	}
	if r, err = s.drawn(ctx, one.FileInput, true, one.At, nil); err != nil {
		return r, err
	}
	r.Contact, r.Seed, r.LoadedAt = one.Contact, newSeed(), s.now()
	r.askedBy(applicant)
	e := &r.Events[0]
	e.By, e.ByName = one.By.Account, staffName(one.By)
	r.Submission, err = s.vault.DigestForm(purposeForm, one.By, withSums{FileInput: one.FileInput})
	if err != nil {
		return r, err
	}
	if err := s.planned(ctx, &r, one.At); err != nil {
		return r, err
	}
	for _, m := range one.Moves {
		if err := s.pastMove(ctx, &r, m); err != nil {
			return r, fmt.Errorf("%s: %w", m.Act, err)
		}
	}
	return r, nil
}

func (s *Service) pastMove(ctx context.Context, r *Request, m PastMove) error {
	if len(m.Files) > 0 {
		return errNoFiles()
	}
	side := func(r Request) (Side, error) { return Staff, m.By.Can(PermWrite) }
	if _, err := m.Act.on(*r, side); err != nil {
		return err
	}
	e, err := s.newEvent(ctx, m.By, m.MoveInput, m.At)
	if err != nil {
		return err
	}
	if e.Submission, err = s.vault.DigestForm(purposeForm, m.By, movedWith{MoveInput: m.MoveInput}); err != nil {
		return err
	}
	return s.add(ctx, r, Staff, e)
}

// errNoFiles says that a load brings no files.
func errNoFiles() error {
	var p civic.Problems
	p.Add("files", "error.file.many", civic.Args{"Max": 0})
	return p.Err()
}

// loaded draws what follows from requests of a load; drawn again, it counts once.
func (s *Service) loaded(ctx context.Context, all []Request) error {
	var docs []search.Doc
	var activities []civic.Activity
	for _, r := range all {
		docs, activities = append(docs, r.searchDoc()), append(activities, r.activities()...)
	}
	if s.index != nil {
		s.index.Put(docs...)
	}
	return civic.RecordMany(ctx, s.recorder, activities)
}
