package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/searcher"
	"github.com/gofrs/flock"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
)

// Options are what Open needs.
type Options struct {
	Dir string       // the folder that holds the index; made when absent
	Log *slog.Logger // nil is slog.Default
	Now civic.Clock  // nil is civic.Now
}

// Index is the one index. Its methods may be called by many at a time. One goroutine does all writing.
type Index struct {
	dir       string
	name      string // of the folder, in tasks
	log       *slog.Logger
	now       civic.Clock
	lock      *flock.Flock
	alias     bleve.IndexAlias // what searches see; a rebuilt index is swapped in
	gate      sync.RWMutex     // held to exchange what is behind the alias
	exchanges atomic.Uint64    // how often that was done; under gate
	slots     chan struct{}
	lists     chan struct{}
	patience  time.Duration // how long a search may wait and run
	damaged   atomic.Bool   // a search panicked
	edition   atomic.Uint64 // how often what searches see has changed
	shelf     shelf         // what hits show
	columns   columns       // what matches are ranked by
	queue     queue
	tasks     chan task
	stop      chan struct{}
	ended     chan struct{}
	closing   sync.Once
	closed    error
	write     writer // touched by the owner goroutine alone
	bulking   sync.Mutex
}

// limitClauses keeps one search from unfolding into thousands of terms. The limit is one of Bleve's, for the
// whole process.
var limitClauses = sync.OnceFunc(func() { searcher.DisjunctionMaxClauseCount = 256 })

// Open returns the index in o.Dir and starts its writer. An index that is damaged or was made by another
// version is set aside and an empty one opened in its place; NeedsRebuild then says so. It returns an error
// that names the folder when another process has it open, and when it cannot be read or written.
func Open(ctx context.Context, o Options) (*Index, error) {
	limitClauses()
	x := &Index{
		dir: o.Dir, log: o.Log, now: o.Now,
		slots: make(chan struct{}, searchSlots), lists: make(chan struct{}, 1), patience: searchTimeout,
		tasks: make(chan task), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	if x.log == nil {
		x.log = slog.Default()
	}
	if x.now == nil {
		x.now = civic.Now
	}
	x.queue.init()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := x.takeLock(); err != nil {
		return nil, err
	}
	if err := x.takeName(); err != nil {
		return nil, errors.Join(err, x.lock.Unlock())
	}
	live, err := x.openLive()
	if err != nil {
		return nil, errors.Join(err, x.lock.Unlock())
	}
	x.alias = bleve.NewIndexAlias(live.Index)
	x.write.live = live
	x.queue.setWatermark(live.watermark())
	if x.NeedsRebuild() { // what is wrong with one that was set aside has been said
		x.log.Info("search index does not hold everything yet; it is filled from the store", "folder",
			live.path)
	}
	routine.Go(x.log, "owner of the search index", x.own)
	return x, nil
}

// NeedsRebuild reports whether the index has never held everything, as after it was set aside, or turned out
// damaged: Rebuild should run. Searches find meanwhile what has been put in since.
func (x *Index) NeedsRebuild() bool { return x.damaged.Load() || x.queue.watermark().IsZero() }

// Behind reports whether something that was put could not be indexed: CatchUp repairs that.
func (x *Index) Behind() bool { return x.queue.behind() }

// Edition returns a number that changes when searches see something else, at the latest when Flush or Load
// returns.
func (x *Index) Edition() uint64 { return x.edition.Load() }

// Close writes what was put, ends the writer and closes the index. A second call returns what the first did.
func (x *Index) Close() error {
	x.closing.Do(func() {
		close(x.stop)
		<-x.ended
		x.gate.Lock()
		defer x.gate.Unlock()
		x.closed = errors.Join(x.alias.Close(), x.write.close(), x.lock.Unlock())
	})
	return x.closed
}

// Put hands docs to the writer, which makes them findable within moments, and returns at once. What cannot be
// taken or written now is not lost: Behind says so and CatchUp brings it in.
func (x *Index) Put(docs ...Doc) { x.queue.put(x.log, docs) }

// Flush returns when everything put before it is findable, or with an Unavailable error when it could not be
// written.
func (x *Index) Flush(ctx context.Context) error {
	return x.do(ctx, func() error { return x.drain() })
}

// task is work for the owner goroutine.
type task struct {
	run  func() error
	done chan error
}

// do has run done by the owner goroutine and returns its error; Unavailable when the index is closed or ctx
// ends before.
func (x *Index) do(ctx context.Context, run func() error) error {
	t := task{run: run, done: make(chan error, 1)}
	select {
	case x.tasks <- t:
	case <-x.ended:
		return civic.NewError(civic.Unavailable, "search.error.closed")
	case <-ctx.Done():
		return civic.Wrap(civic.Unavailable, "search.error.slow", ctx.Err())
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return civic.Wrap(civic.Unavailable, "search.error.slow", ctx.Err())
	}
}

// own is the owner goroutine: it alone writes to the index.
func (x *Index) own() error {
	defer close(x.ended)
	var due <-chan time.Time
	for {
		select {
		case <-x.stop:
			if err := x.drain(); err != nil {
				x.log.Error("search index closed with documents unwritten; they come in at the next start",
					"error", err)
			}
			return nil
		case t := <-x.tasks:
			t.done <- guarded(t.run)
			continue
		case <-x.queue.wake:
			if due == nil {
				due = time.After(gatherTime)
			}
			continue
		case <-x.queue.full:
		case <-due:
		case <-x.write.retry:
			x.recover()
		}
		due = nil
		_ = x.drain() // a failure is remembered and tried again
	}
}

// takeLock keeps other processes off the folder.
func (x *Index) takeLock() error {
	if err := makeDir(x.dir); err != nil {
		return fmt.Errorf("search: folder %s: %w", x.dir, err)
	}
	x.lock = flock.New(lockFile(x.dir))
	ok, err := x.lock.TryLock()
	if err != nil {
		return fmt.Errorf("search: folder %s: %w", x.dir, err)
	}
	if !ok {
		return fmt.Errorf("search: the index in %s is in use by another process", x.dir)
	}
	return nil
}
