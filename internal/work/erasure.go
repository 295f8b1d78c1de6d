package work

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PersonalCollections implements civic.PersonalData: the files of tasks hold copies of contacts.
func (s *Service) PersonalCollections() []string { return []string{"work_parts", "work_tasks"} }

// ExportPersonal implements civic.PersonalData: nothing, for what is in the files was copied from elsewhere.
func (s *Service) ExportPersonal(
	_ context.Context, by civic.Actor, about civic.Subject, _ string,
) ([]civic.PersonalSection, error) {
	return nil, about.Readable(by)
}

// FindPersonal implements civic.PersonalData: the files that may hold the person's data among others'.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	n := 0
	err := s.personalTasks(ctx, func(Task) error { n++; return nil })
	return []civic.PersonalHolding{{Kind: "exports", Count: n, Fate: civic.FateErased}}, err
}

// ErasePersonal implements civic.PersonalData. A file is not taken apart: each that may hold the person's
// data is removed, and what is being written is cancelled; whoever asked for it asks again. The file of one
// that was under way is not told off: what its worker stores before it learns of that is for Sweep.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil || how.Late {
		return err
	}
	return s.personalTasks(ctx, func(t Task) error {
		if t.Open() {
			if _, err := s.tasks.Update(ctx, t.ID, s.stopForGood); err != nil {
				return err
			}
		}
		if err := s.removeParts(ctx, t.ID); err != nil {
			return err
		}
		_, err := s.tasks.Update(ctx, t.ID, func(t *Task) error {
			t.Checkpoint, t.TakenOff, t.Spans = "", t.State != Cancelled, nil
			return nil
		})
		return err
	})
}

// stopForGood ends t if it is open; a worker that is at it stores nothing more.
func (s *Service) stopForGood(t *Task) error {
	if t.Open() {
		t.end(Cancelled, s.now())
		t.Term++
	}
	return nil
}

// personalTasks calls do for each task whose file holds people's data, and is not gone.
func (s *Service) personalTasks(ctx context.Context, do func(Task) error) error {
	for _, state := range []State{Waiting, Running, Done, Failed, Cancelled} {
		q := docstore.Query{Filter: docstore.Filter{docstore.Eq("state", state)}, Sort: []string{"due"},
			Limit: 100}
		for t, err := range s.tasks.All(ctx, q) {
			if err != nil {
				return err
			}
			begun := t.Term > 0 && (!t.TakenOff || t.Checkpoint != "")
			if !begun || !s.kinds[t.Kind].Personal {
				continue
			}
			if err := do(t); err != nil {
				return err
			}
		}
	}
	return nil
}
