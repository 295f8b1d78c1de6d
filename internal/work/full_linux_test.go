package work_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/work"
)

// TestFileLeavesRoom: a file that is larger than the disk has room for ends its task, which says why, while
// everybody else's writes go on; what was written of it is removed.
func TestFileLeavesRoom(t *testing.T) {
	t.Parallel()
	o := &office{t: t,
		db: storetest.OpenOptions(t,
			docstore.Options{Path: filepath.Join(storetest.SmallDisk(t, "300m"), "ascolto.db")})}
	o.now.Store(time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC).UnixMilli())
	var err error
	if o.audit, err = audit.New(t.Context(), o.db, audit.Options{Now: o.clock}); err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 1<<20)
	s := o.service(work.Kind{Name: "test.count", Permission: permCount,
		Run: func(_ context.Context, _ work.Task, p *work.Progress) (work.Result, error) {
			for n := range 1000 {
				if _, err := p.Write(block); err != nil {
					return work.Result{}, err
				}
				if err := p.Checkpoint(work.Position{Done: n}); err != nil {
					return work.Result{}, err
				}
			}
			return work.Result{FileName: "a.csv"}, nil
		}})
	id := o.add(s, fabio, key).ID
	if _, err := s.WorkOne(t.Context()); err != nil {
		t.Errorf("its end is not stored: %v", err)
	}
	if got := o.task(s, id); got.State != work.Failed || got.Fault != "error.full" || got.Done < 20 {
		t.Errorf("it is %s with %q after %d parts", got.State, got.Fault, got.Done)
	}
	if err := o.audit.Write(t.Context(), audit.Entry{By: civic.System("test"), Action: "test"}); err != nil {
		t.Errorf("somebody else's write: %v", err)
	}
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.noParts()
	o.add(s, elena, "form-0000000000000002")
}
