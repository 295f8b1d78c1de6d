package accounts

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// others is what other instances have counted, in order of time, and how the store gives it.
type others struct {
	all   []attempt
	most  int           // after so many the store fails; 0: it does not
	takes time.Duration // how long it thinks
	hangs bool          // until the question is given up
	asked atomic.Int64
}

func (o *others) after(ctx context.Context, at time.Time) iter.Seq2[attempt, error] {
	return func(yield func(attempt, error) bool) {
		o.asked.Add(1)
		time.Sleep(o.takes)
		if o.hangs {
			<-ctx.Done()
			yield(attempt{}, ctx.Err())
			return
		}
		given := 0
		for _, a := range o.all {
			if !a.At.After(at) {
				continue
			}
			if given++; o.most > 0 && given > o.most {
				yield(attempt{}, errors.New("it takes too long"))
				return
			}
			if !yield(a, nil) {
				return
			}
		}
	}
}

// failedAt has another instance count a failed attempt.
func (o *others) failedAt(at time.Time, login string) {
	o.all = append(o.all, attempt{
		Meta: docstore.Meta{ID: docstore.NewID()}, By: "another", At: at, Kind: kindAttempt, Login: login,
		Narrow: string(docstore.NewID()), Wide: string(docstore.NewID()),
	})
}

// newSharedGuard returns a guard that hears of others. The clock is that of the test's bubble.
func newSharedGuard(o *others) *sharedGuard {
	g := &sharedGuard{guard: newGuard(time.Now, defaultLimits()), log: slog.New(slog.DiscardHandler)}
	g.share(&docstore.Collection[attempt]{}, nil)
	g.after = o.after
	return g
}

// failures returns how many failures at a login are counted.
func (g *sharedGuard) failures(login string) int {
	return g.wait.at("login/"+login, time.Now()).failures
}

// TestHearingFromAStoreThatHangs: many who sign in at once wait for a store that does not answer no
// longer than one does, and those who come after them not at all, until it is asked again.
func TestHearingFromAStoreThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &others{hangs: true}
		g := newSharedGuard(o)
		begun := time.Now()
		all := func() {
			var waiting sync.WaitGroup
			for range 50 {
				waiting.Go(func() { g.hear(t.Context()) })
			}
			waiting.Wait()
		}
		all()
		if waited := time.Since(begun); waited > hearPatience {
			t.Errorf("they waited %s", waited)
		}
		begun = time.Now()
		all()
		if waited := time.Since(begun); waited > 0 || o.asked.Load() != 1 {
			t.Errorf("while the store is known to hang they waited %s and asked it %d times", waited,
				o.asked.Load())
		}
		time.Sleep(hearAgain)
		o.hangs = false
		o.failedAt(time.Now(), "anna")
		all()
		if g.failures("anna") != 1 {
			t.Error("when the store is back, others' attempts are not counted")
		}
	})
}

// TestWhoGoesAwayDisturbsNobody: a question that is given up because its browser went away says nothing about
// the store.
func TestWhoGoesAwayDisturbsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &others{hangs: true}
		g := newSharedGuard(o)
		ctx, cancel := context.WithTimeout(t.Context(), hearPatience/2)
		defer cancel()
		g.hear(ctx)
		o.hangs = false
		o.failedAt(time.Now(), "anna")
		g.hear(t.Context())
		if g.failures("anna") != 1 {
			t.Error("another's attempts are not counted")
		}
	})
}

// TestHearingTogether: those who wait for their turn share the next answer of the store, and no earlier one.
func TestHearingTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &others{takes: 100 * time.Millisecond}
		g := newSharedGuard(o)
		var waiting sync.WaitGroup
		waiting.Go(func() { g.hear(t.Context()) })
		time.Sleep(o.takes / 2)
		for range 50 {
			waiting.Go(func() { g.hear(t.Context()) })
		}
		waiting.Wait()
		if n := o.asked.Load(); n != 2 {
			t.Errorf("the store was asked %d times", n)
		}
	})
}

// TestHearingOfALargeHour: when the last hour holds more than can be read at once, it is read in parts.
func TestHearingOfALargeHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &others{most: 40}
		now := time.Now()
		for i := range 300 {
			o.failedAt(now.Add(time.Duration(i-301)*time.Second), string(docstore.NewID()))
		}
		o.failedAt(now, "anna")
		g := newSharedGuard(o)
		for range 20 {
			g.hear(t.Context())
			time.Sleep(hearAgain)
		}
		if g.failures("anna") != 1 {
			t.Errorf("the newest attempt is not counted after the store was asked %d times", o.asked.Load())
		}
	})
}

// TestClockOfAnotherInstance: what an instance counts whose clock is ahead is counted once, and hides
// nothing of those whose clocks are not, even when not all could be read.
func TestClockOfAnotherInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &others{}
		g := newSharedGuard(o)
		o.failedAt(time.Now().Add(30*time.Second), "anna")
		for range 100 {
			g.hear(t.Context())
			time.Sleep(time.Second)
		}
		if n := g.failures("anna"); n != 1 {
			t.Errorf("one attempt is counted %d times", n)
		}
		if len(g.heard) > 0 {
			t.Errorf("%d are remembered for ever", len(g.heard))
		}
		o = &others{most: 1}
		g = newSharedGuard(o)
		o.failedAt(time.Now().Add(30*time.Second), "anna")
		o.failedAt(time.Now().Add(31*time.Second), "anna")
		g.hear(t.Context())
		o.all, o.most = nil, 0
		o.failedAt(time.Now(), "bruno")
		time.Sleep(hearAgain)
		g.hear(t.Context())
		if g.failures("bruno") != 1 {
			t.Error("a clock that is ahead hides what others count")
		}
	})
}

// TestAnAttemptIsTakenBackElsewhere: an undo names what it takes back in a field of its own.
func TestAnAttemptIsTakenBackElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &others{}
		g := newSharedGuard(o)
		o.failedAt(time.Now(), "anna")
		g.hear(t.Context())
		undo := attempt{By: "another", At: time.Now(), Kind: kindUndo, Undoes: o.all[0].ID}
		undo.ID = civic.ID("undo")
		o.all = append(o.all, undo)
		g.hear(t.Context())
		if n := g.failures("anna"); n != 0 {
			t.Errorf("%d failures are left", n)
		}
	})
}
