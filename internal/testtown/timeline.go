package testtown

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"

	"ascolto/internal/civic"
)

// Timeline is a civic.Recorder that remembers what was recorded, by id as the contract says.
type Timeline struct {
	mu   sync.Mutex
	fail error
	kept map[civic.ID]civic.Activity
}

var _ civic.Recorder = (*Timeline)(nil)

// Fail has Record return err from now on; nil ends that.
func (l *Timeline) Fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = err
}

// Record implements civic.Recorder.
func (l *Timeline) Record(_ context.Context, a civic.Activity) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	if l.kept == nil {
		l.kept = map[civic.ID]civic.Activity{}
	}
	l.kept[a.ID] = a
	return nil
}

// RecordMany records each of some activities.
func (l *Timeline) RecordMany(ctx context.Context, activities iter.Seq[civic.Activity]) error {
	for a := range activities {
		if err := l.Record(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// Forget forgets everything, as a store that was restored from before.
func (l *Timeline) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.kept)
}

// All returns what was recorded, by id.
func (l *Timeline) All() map[civic.ID]civic.Activity {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.kept)
}

// Of returns what was recorded of a contact, oldest first.
func (l *Timeline) Of(contact civic.ID) []civic.Activity {
	var of []civic.Activity
	for _, a := range l.All() {
		if a.Contact == contact {
			of = append(of, a)
		}
	}
	slices.SortFunc(of, func(a, b civic.Activity) int { return a.At.Compare(b.At) })
	return of
}
