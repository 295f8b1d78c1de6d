package docstore

import (
	"context"
	"os"
	"time"

	"ascolto/internal/civic"
)

// scrubPatience is how long scrub waits for readers to let go of the log.
const scrubPatience = 5 * time.Second

// scrub implements engine. The writer's secure_delete has zeros in the places of what was deleted.
func (e *sqliteEngine) scrub(ctx context.Context) error {
	for begun := time.Now(); ; {
		held := false
		if err := e.write.doAlone(ctx, func(w *writer) error {
			held = w.disk.logSize() > 0 && !w.cutLog()
			return nil
		}); err != nil || !held {
			return e.fault(ctx, err)
		}
		if time.Since(begun) > scrubPatience {
			return civic.NewError(civic.Unavailable, "error.unavailable")
		}
		select {
		case <-time.After(logRetry):
		case <-ctx.Done():
			return ended(ctx)
		}
	}
}

// rebuild implements engine. The new file is written through the log, so that it needs twice its size.
func (e *sqliteEngine) rebuildFile(ctx context.Context) error {
	err := e.write.doAlone(ctx, func(w *writer) error {
		info, err := os.Stat(e.path)
		if err != nil {
			return err
		}
		if e.room() < 2*info.Size() {
			return civic.NewError(civic.Full, "error.full")
		}
		_, err = w.exec("VACUUM")
		return err
	})
	if err != nil {
		return e.fault(context.WithoutCancel(ctx), err)
	}
	return e.scrub(ctx)
}
