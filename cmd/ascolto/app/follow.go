package app

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/peers"
	"ascolto/internal/routine"
	"ascolto/search"
)

// The times of what follows other instances.
const (
	followRetry = time.Second      // after the index could not be brought on
	positionLag = 20 * time.Second // what this instance wrote is in its index after so long
)

// mostFollowed bounds what waits to be indexed; beyond, the store is asked for it.
const mostFollowed = 200_000

// indexFollower brings into this instance's index what others write to the store.
type indexFollower struct {
	app     *App
	sources []search.ChangeSource
	woken   chan struct{}

	mu      sync.Mutex
	changed map[string]map[civic.ID]bool
	waiting int
	// of what was not told, how often, and after how many of them the index was compared
	losses, mended int
	position       string // after what is in changed

	failed  map[string][]civic.ID // documents that could not be read for the index
	retries pace                  // of those
	mends   pace
	// what the index remembers, and what it will: with what could not be read by then
	kept  string
	due   search.Position
	dueAt time.Time
}

// newIndexFollower returns what brings on an index that holds what there was up to a position.
func newIndexFollower(a *App, from search.Position) *indexFollower {
	return &indexFollower{
		app: a, sources: a.changeSources(), woken: make(chan struct{}, 1), position: from.At, kept: from.At,
		due: search.Position{At: from.At}, failed: from.Unread,
	}
}

// follow follows what other instances write until ctx ends; a store that nobody else writes to is left alone.
func (a *App) follow(ctx context.Context) error {
	if !a.DB.Shared() {
		return nil
	}
	from := a.indexPosition(ctx)
	f := newIndexFollower(a, from)
	group, ctx := routine.WithContext(ctx, a.Log, "feed")
	group.Go(func() error { return a.DB.Follow(ctx, docstore.FollowOptions{From: from.At, Tell: f.tell}) })
	group.Do(func() { f.repeat(ctx, f.woken, f.index) })
	group.Do(func() { f.repeat(ctx, nil, f.mend) })
	return group.Wait()
}

// indexPosition returns the place in the feed that the index remembers. When it does not say, that is
// none: then the index is compared with the store.
func (a *App) indexPosition(ctx context.Context) search.Position {
	from, err := a.Search.Position(ctx)
	if err != nil && ctx.Err() == nil {
		a.Log.Warn("the search index does not say up to where it holds what other instances wrote", "error",
			err)
	}
	return from
}

// repeat calls do whenever it is woken and every second, until ctx ends.
func (f *indexFollower) repeat(ctx context.Context, woken <-chan struct{}, do func(context.Context) error) {
	again := time.NewTicker(followRetry)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-again.C:
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			f.app.Log.Error("what other instances wrote is not indexed yet", "error", err)
		}
	}
}

// tell takes what the feed tells.
func (f *indexFollower) tell(n docstore.News) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.position = n.Position
	for _, c := range n.Changes {
		f.add(c.Collection, c.ID)
	}
	if f.waiting > mostFollowed {
		f.changed, f.waiting, n.Lost = nil, 0, true
	}
	if n.Lost {
		f.losses++
	}
	if f.waiting > 0 {
		select {
		case f.woken <- struct{}{}:
		default:
		}
	}
}

// add has a document wait to be indexed. The caller holds mu.
func (f *indexFollower) add(collection string, id civic.ID) {
	if f.changed == nil {
		f.changed = map[string]map[civic.ID]bool{}
	}
	if f.changed[collection] == nil {
		f.changed[collection] = map[civic.ID]bool{}
	}
	if !f.changed[collection][id] {
		f.changed[collection][id] = true
		f.waiting++
	}
}

// take returns what waits, and the position after it.
func (f *indexFollower) take() (changed map[string][]civic.ID, position string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed = make(map[string][]civic.ID, len(f.changed))
	for name, ids := range f.changed {
		changed[name] = slices.Collect(maps.Keys(ids))
	}
	f.changed, f.waiting = nil, 0
	return changed, f.position
}

// back puts what could not be indexed where it was.
func (f *indexFollower) back(changed map[string][]civic.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, ids := range changed {
		for _, id := range ids {
			f.add(name, id)
		}
	}
}

// index indexes what waits, and from time to time what could not be read before.
func (f *indexFollower) index(ctx context.Context) error {
	changed, position := f.take()
	failed, err := f.apply(ctx, changed)
	if isUnavailable(err) {
		f.back(failed)
		return err
	}
	f.putOff(failed)
	if len(failed) > 0 && f.retries == (pace{}) {
		f.retries.note(false)
	} else if len(f.failed) > 0 && f.retries.isDue() {
		f.failed, err = f.apply(ctx, f.failed)
		f.retries.note(len(f.failed) == 0)
	}
	if err != nil {
		return err
	}
	return f.keep(ctx, position)
}

// apply has the index take what changed, and returns what it could not take.
func (f *indexFollower) apply(
	ctx context.Context, changed map[string][]civic.ID,
) (failed map[string][]civic.ID, err error) {
	if len(changed) == 0 {
		return nil, nil
	}
	return f.app.Search.Apply(ctx, changed, f.sources...)
}

func isUnavailable(err error) bool { return civic.CodeOf(err) == civic.Unavailable }

// putOff adds to what is tried again later. What becomes too much is counted as not told.
func (f *indexFollower) putOff(failed map[string][]civic.ID) {
	for name, ids := range failed {
		if f.failed == nil {
			f.failed = map[string][]civic.ID{}
		}
		all := slices.Concat(f.failed[name], ids) // what is to be kept has the one before
		slices.Sort(all)
		f.failed[name] = slices.Compact(all)
	}
	n := 0
	for _, ids := range f.failed {
		n += len(ids)
	}
	if n > mostFollowed {
		f.failed, f.retries = nil, pace{}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.losses++
	}
}

// mend compares the index with the store when it was not told everything.
func (f *indexFollower) mend(ctx context.Context) error {
	f.mu.Lock()
	losses, mended := f.losses, f.mended
	f.mu.Unlock()
	if losses == mended || !f.mends.isDue() {
		return nil
	}
	err := f.app.MaintainIndex(ctx)
	if err == nil && f.app.Search.NeedsRebuild() {
		return nil // it is being made anew, which brings in all there is
	}
	if err == nil {
		err = f.app.CompareIndex(ctx)
	}
	f.mends.note(err == nil)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mended = losses
	return nil
}

// keep has the index remember a position a while after it was reached: when the program dies, what it stored
// itself a moment before, and had not indexed, is told again. While something is to be mended it remembers
// none.
func (f *indexFollower) keep(ctx context.Context, position string) error {
	f.mu.Lock()
	whole := f.losses == f.mended
	f.mu.Unlock()
	if !whole {
		f.due.At = f.kept
		return nil
	}
	if f.due.At == f.kept {
		f.due, f.dueAt = search.Position{At: position, Unread: maps.Clone(f.failed)}, time.Now()
	}
	if f.due.At == f.kept || time.Since(f.dueAt) < positionLag {
		return nil
	}
	if err := f.app.Search.KeepPosition(ctx, f.due); err != nil {
		return err
	}
	f.kept = f.due.At
	return nil
}

// changeSources lists who can tell the index what became of a document.
func (a *App) changeSources() []search.ChangeSource {
	return []search.ChangeSource{a.CRM, a.Requests, a.Surveys, a.Forum}
}

// meet tells the other instances of this one until ctx ends, and counts with them what clients use; where the
// store is this one's alone there are none.
func (a *App) meet(ctx context.Context, limits peers.Limits) error {
	if !a.DB.Shared() {
		return nil
	}
	host, err := os.Hostname()
	if err != nil {
		a.Log.Warn("the name of this machine is not known", "error", err)
	}
	folder, err := filepath.Abs(a.config.Data)
	if err != nil {
		return err
	}
	p, err := peers.New(ctx, peers.Options{
		DB: a.DB, Host: host, Folder: folder, Files: a.bucket == nil, Version: Version(), Now: a.now,
		Log: a.Log,
	})
	if err != nil {
		return err
	}
	p.Run(ctx, limits)
	return nil
}
