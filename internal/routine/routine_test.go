package routine_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"ascolto/internal/routine"
)

var errFault = errors.New("fault")

// TestPanicIsAnErrorOfWhoStarted: a panic ends its goroutine alone, and the log has what, why and where.
func TestPanicIsAnErrorOfWhoStarted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	err := <-routine.Go(log, "the kitchen", func() error { panic(errFault) })
	var p *routine.Panic
	if !errors.As(err, &p) || !errors.Is(err, errFault) {
		t.Errorf("the error is %v", err)
	}
	for _, want := range []string{"the kitchen", "fault", "routine_test.go"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %q: %s", want, &out)
		}
	}
	if err := <-routine.Go(nil, "x", func() error { panic("no log") }); err == nil {
		t.Error("without a log a panic is no error")
	}
	if err := <-routine.Go(log, "x", func() error { return nil }); err != nil {
		t.Error(err)
	}
}

// TestGroupGoesOnAfterAPanic: the others of a group end as they would, and Wait tells.
func TestGroupGoesOnAfterAPanic(t *testing.T) {
	t.Parallel()
	g, ctx := routine.WithContext(t.Context(), nil, "group")
	g.SetLimit(2)
	var done atomic.Int32
	for i := range 5 {
		g.Do(func() {
			if i == 2 {
				panic(errFault)
			}
			done.Add(1)
		})
	}
	if err := g.Wait(); !errors.Is(err, errFault) || done.Load() != 4 || ctx.Err() == nil {
		t.Errorf("%v, %d done, %v", err, done.Load(), ctx.Err())
	}
}

// TestKeepBeginsAgain: what has to run as long as the program begins again after a panic, until it is told
// to end.
func TestKeepBeginsAgain(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	begun := 0
	routine.Keep(ctx, nil, "loop", func(ctx context.Context) {
		if begun++; begun == 1 {
			panic(errFault)
		}
		stop()
		<-ctx.Done()
	})
	if begun != 2 {
		t.Errorf("it was begun %d times", begun)
	}
	routine.Keep(ctx, nil, "loop", func(context.Context) { panic(errFault) }) // returns, for it is to end
}
