package work

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// spareRoom is how much the files of tasks leave free of what may still be written: everybody else goes on
// writing, and a task that ends for want of room can say so.
const spareRoom = 64 << 20

// partSize bounds a part of a file: far below what MongoDB takes as one document (16 MiB).
const partSize = 1 << 20

// Progress is what a handler reports to, and the file it writes. It is for one goroutine.
type Progress struct {
	s    *Service
	task Task
	ctx  context.Context

	buffer  []byte
	written int   // parts since the last checkpoint
	size    int64 // bytes in them
	stored  bool  // a part, at any time
}

// Write appends to the task's file. What is written counts from the next checkpoint on: when the process dies
// before, it is as if it had not been written.
func (p *Progress) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		n := min(partSize-len(p.buffer), len(rest))
		p.buffer = append(p.buffer, rest[:n]...)
		rest = rest[n:]
		if len(p.buffer) == partSize {
			if err := p.flush(); err != nil {
				return 0, err
			}
		}
	}
	return len(b), nil
}

// flush stores what is in the buffer as a part.
func (p *Progress) flush() error {
	if len(p.buffer) == 0 {
		return nil
	}
	if p.s.dead() {
		return errLost
	}
	if p.s.room() < spareRoom {
		return civic.NewError(civic.Full, "error.full")
	}
	id := partID(p.task.ID, p.task.Term, p.task.parts()+p.written)
	p.stored = true
	if err := p.s.insertPart(p.ctx, id, p.buffer); err != nil {
		return err
	}
	p.written++
	p.size += int64(len(p.buffer))
	p.buffer = nil
	return nil
}

// insertPart stores a part under its id. A part of that id can only be there when the answer of the store was
// lost.
func (s *Service) insertPart(ctx context.Context, id civic.ID, b []byte) error {
	err := s.parts.Insert(ctx, &Part{Meta: docstore.Meta{ID: id}, Bytes: b})
	if civic.CodeOf(err) == civic.Conflict {
		return nil
	}
	return err
}

// include adds the parts written since the last checkpoint to the stored task.
func (p *Progress) include(t *Task) {
	t.include(p.task.parts(), p.written)
	t.Size += p.size
}

// Checkpoint stores how far the task is: what was done and written until now need not be done again. It
// returns an error when the work is to stop: somebody cancelled it, another process has the task, or who
// asked for it may do so no longer.
func (p *Progress) Checkpoint(at Position) error {
	if err := p.s.mayGoOn(p.ctx, p.task); err != nil {
		return err
	}
	if err := p.flush(); err != nil {
		return err
	}
	stop := false
	err := p.s.hold(p.ctx, p.task, func(t *Task) error {
		p.include(t)
		if at.Done > t.Done { // it came further than any try before
			t.Failures = 0
		}
		t.Position, t.Tries, t.Due = at, 0, p.s.now().Add(Lease)
		stop = t.Stop
		return nil
	})
	if err != nil {
		return err
	}
	p.include(&p.task)
	p.task.Position, p.written, p.size = at, 0, 0
	if stop {
		return errCancelled
	}
	return nil
}

// File is the result of a task, to be read.
type File struct {
	Result
	Size  int64
	s     *Service
	parts iter.Seq[civic.ID]
}

// Take returns the file of a task for who asked for it, while they may have it done, and audits that they
// took it. It returns NotFound to anybody else, Gone when it was removed, and Conflict while it is not done.
func (s *Service) Take(ctx context.Context, by civic.Actor, id civic.ID) (File, error) {
	t, err := s.Task(ctx, by, id)
	if err == nil && t.Owner != by.Account {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err == nil {
		err = s.may(ctx, by, t)
	}
	if err != nil {
		return File{}, err
	}
	switch {
	case t.TakenOff || t.State == Done && !t.KeptUntil().After(s.now()):
		return File{}, civic.NewError(civic.Gone, "work.error.removed")
	case !t.HasFile():
		return File{}, civic.NewError(civic.Conflict, "work.error.no_file")
	}
	f := File{Result: t.Result, Size: t.Size, s: s, parts: t.partIDs}
	return f, s.audit.Write(ctx, entry(by, ActionTaken, t))
}

// WriteTo writes the file to w, part by part.
func (f File) WriteTo(ctx context.Context, w io.Writer) error {
	for id := range f.parts {
		part, err := f.s.parts.Get(ctx, id)
		if err != nil {
			return fmt.Errorf("work: part of a file: %w", err)
		}
		if _, err := w.Write(part.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// Sweep removes the files whose time is over and what is left of tasks without result, then the tasks that
// ended long ago, and ends those that are for a process which is there no more. It returns how many tasks it
// changed.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	now := s.now()
	n, failed := s.abandon(ctx, now)
	for state, life := range map[State]time.Duration{Done: FileLife, Failed: 0, Cancelled: 0} {
		ended := docstore.Filter{docstore.Eq("state", state), docstore.Lte("due", now.Add(-life))}
		over := docstore.Query{Filter: ended, Sort: []string{"due"}, Limit: 50}
		for t, err := range s.tasks.All(ctx, over) {
			if err != nil {
				return n, err
			}
			changed, err := s.sweepTask(ctx, t, now)
			failed = errors.Join(failed, err)
			n += changed
		}
	}
	return n, failed
}

// abandon ends the tasks that this process may not do and no other has taken for a day.
func (s *Service) abandon(ctx context.Context, now time.Time) (n int, _ error) {
	for _, state := range []State{Waiting, Running} {
		left := docstore.Filter{docstore.Eq("state", state), docstore.Lte("due", now.Add(-outageLife))}
		for t, err := range s.tasks.All(ctx, docstore.Query{Filter: left, Sort: []string{"due"}, Limit: 50}) {
			if err != nil {
				return n, err
			}
			if here := s.kinds[t.Kind].Here; here == nil || here(t) {
				continue
			}
			_, err := s.tasks.Update(ctx, t.ID, func(stored *Task) error {
				if !stored.Open() || stored.Term != t.Term {
					return errEnded
				}
				stored.fail(civic.Msg("work.error.nobody"), now)
				return nil
			})
			if err != nil && !errors.Is(err, errEnded) {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// sweepTask removes the parts of a task that has ended, and the task itself when it is old enough.
func (s *Service) sweepTask(ctx context.Context, t Task, now time.Time) (int, error) {
	old := !t.EndedAt.Add(TaskLife).After(now)
	if t.TakenOff && !old {
		return 0, nil
	}
	if err := s.removeParts(ctx, t.ID); err != nil {
		return 0, err
	}
	if old {
		return 1, s.tasks.Delete(ctx, t.ID)
	}
	if t.EndedAt.Add(beyond).After(now) {
		return 0, nil // whoever lost the task may still write: it is looked at again
	}
	_, err := s.tasks.Update(ctx, t.ID, func(t *Task) error {
		if t.Open() { // it was begun anew meanwhile
			return errEnded
		}
		t.TakenOff, t.Spans = true, nil
		return nil
	})
	if errors.Is(err, errEnded) {
		return 0, nil
	}
	return 1, err
}

// dropLate removes what p stored of the file of a task that has ended without one: it was cancelled while it
// was written, because somebody whose data may be in it was erased.
func (s *Service) dropLate(ctx context.Context, p *Progress) error {
	if !p.stored || s.dead() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Lease/3)
	defer cancel()
	t, err := s.tasks.Get(ctx, p.task.ID)
	if err != nil && civic.CodeOf(err) != civic.NotFound || t.Open() || len(t.Spans) > 0 {
		return err
	}
	return s.removeParts(ctx, p.task.ID)
}

// removeParts removes every part of a task, those of terms that were lost too.
func (s *Service) removeParts(ctx context.Context, task civic.ID) error {
	all := docstore.Query{Filter: docstore.Filter{docstore.Prefix("_id", string(task)+"/")}, Limit: 20}
	for part, err := range s.parts.All(ctx, all) {
		if err != nil {
			return err
		}
		if err := s.parts.Delete(ctx, part.ID); err != nil {
			return err
		}
	}
	return nil
}
