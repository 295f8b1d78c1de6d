// Package routine starts every goroutine of the program. A panic in one of them is logged with its stack and
// becomes an error of whoever started it: it takes neither the program down nor the requests of others with
// it.
package routine

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"
)

// Panic is the error that a panic became.
type Panic struct{ Value any }

// Error says what was panicked with.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Unwrap returns the error that was panicked with, nil when it was none.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// Guard calls f and returns its error. A panic of f is logged, what naming where it was, and returned as a
// *Panic. Without a log it goes to that of the process, slog.Default.
func Guard(log *slog.Logger, what string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if log == nil {
				log = slog.Default()
			}
			log.Error("panic", "in", what, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = &Panic{Value: v}
		}
	}()
	return f()
}

// Go calls f in a goroutine of its own, as Guard does, and there then with f's error. The channel gets the
// error once and is closed; nobody has to read it.
func Go(log *slog.Logger, what string, f func() error, then ...func(error)) <-chan error {
	done := make(chan error, 1)
	go func() {
		defer close(done)
		err := Guard(log, what, f)
		for _, next := range then {
			if fault := Guard(log, what, func() error { next(err); return nil }); err == nil {
				err = fault
			}
		}
		done <- err
	}()
	return done
}

// restart is how long Keep waits after a panic, so that a fault that comes back at once does not fill the
// log.
const restart = time.Second

// Keep calls f, which works until ctx ends. After a panic it calls f again a second later, until ctx ends.
func Keep(ctx context.Context, log *slog.Logger, what string, f func(context.Context)) {
	for {
		err := Guard(log, what, func() error {
			f(ctx)
			return nil
		})
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(restart):
		}
	}
}

// Group is goroutines that are waited for together.
type Group struct {
	log   *slog.Logger
	what  string
	group *errgroup.Group
}

// NewGroup returns a Group that logs panics, what naming where they were.
func NewGroup(log *slog.Logger, what string) *Group {
	return &Group{log: log, what: what, group: new(errgroup.Group)}
}

// WithContext returns a Group, and a context that ends with its first error, or when Wait returns.
func WithContext(ctx context.Context, log *slog.Logger, what string) (*Group, context.Context) {
	group, ctx := errgroup.WithContext(ctx)
	return &Group{log: log, what: what, group: group}, ctx
}

// SetLimit bounds how many goroutines of the group run at a time: Go waits for a free place.
func (g *Group) SetLimit(n int) { g.group.SetLimit(n) }

// Go calls f in a goroutine, as Guard does.
func (g *Group) Go(f func() error) {
	g.group.Go(func() error { return Guard(g.log, g.what, f) })
}

// Do calls f in a goroutine, as Guard does.
func (g *Group) Do(f func()) {
	g.Go(func() error {
		f()
		return nil
	})
}

// Wait returns the first error when all have ended.
func (g *Group) Wait() error { return g.group.Wait() }
