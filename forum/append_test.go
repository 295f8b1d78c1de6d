package forum

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// writers returns n citizens the forum knows, none of whom waits for another one's lock.
func (w *town) writers(n int) []civic.Actor {
	w.t.Helper()
	var people []civic.Actor
	taken := map[chan struct{}]bool{}
	for i := 0; len(people) < n; i++ {
		by := citizen(fmt.Sprintf("c%d", i), "Carla Niccolò")
		if lock := w.writing.slot(by.Account); !taken[lock] {
			taken[lock] = true
			people = append(people, by)
			_, err := w.known(w.t.Context(), by.Account, w.Clock.Now())
			testtown.WantCode(w.t, err, "")
		}
	}
	return people
}

// whileBusy has many reply to a discussion while somebody else has its turn, and gives the turn back when all
// of them wait.
func (w *town) whileBusy(thread Thread, n int, reply func(i int)) {
	w.t.Helper()
	turn := w.counting.slot(thread.ID)
	turn <- struct{}{}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { reply(i) })
	}
	for begun := time.Now(); w.waiting(thread) < n; {
		if time.Since(begun) > time.Minute {
			w.t.Fatalf("%d of %d wait", w.waiting(thread), n)
		}
		time.Sleep(time.Millisecond)
	}
	<-turn
	wg.Wait()
}

func (w *town) waiting(thread Thread) int {
	w.pending.mu.Lock()
	defer w.pending.mu.Unlock()
	return len(w.pending.waiting[thread.ID])
}

// Replies that wait for each other are numbered, stored and counted with two writes.
func TestRepliesThatWaitAreStoredTogether(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	people := w.writers(20)
	before := w.DB.Stats().Writes
	numbers := make([]int64, len(people))
	w.whileBusy(thread, len(people), func(i int) {
		p, err := w.Reply(t.Context(), people[i], ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
			Source: fmt.Sprint("Risposta ", i)})
		if err != nil || p.Source != fmt.Sprint("Risposta ", i) || p.Author.Account != people[i].Account {
			t.Errorf("reply %d is %+v, %v", i, p, err)
		}
		numbers[i] = p.Number
	})
	if n := w.DB.Stats().Writes - before; n != 2 {
		t.Errorf("%d writes", n)
	}
	seen := map[int64]bool{}
	for i, n := range numbers {
		p, err := w.posts.numbered(t.Context(), thread.ID, n)
		if err != nil || p.Author.Account != people[i].Account || seen[n] || n < 2 || n > 21 {
			t.Errorf("number %d is by %s, %v; seen %v", n, p.Author.Account, err, seen[n])
		}
		seen[n] = true
	}
	if got := w.reload(thread); got.Posts != 21 || got.LastNumber != 21 {
		t.Errorf("counted %d, the last is number %d", got.Posts, got.LastNumber)
	}
	if got := w.life.Of(people[7].Contact); len(got) != 1 {
		t.Errorf("the timeline of one is %+v", got)
	}
}

// A reply in the way of the others, here the form of somebody else, fails alone.
func TestOneBadReplyAmongThoseThatWait(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	people, key, errs := w.writers(4), rand.Text(), make([]error, 4)
	w.whileBusy(thread, 4, func(i int) {
		in := ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: fmt.Sprint("Risposta ", i)}
		if i >= 2 {
			in.FormKey = key
		}
		_, errs[i] = w.Reply(t.Context(), people[i], in)
	})
	testtown.WantCode(t, errs[0], "")
	testtown.WantCode(t, errs[1], "")
	if (errs[2] == nil) == (errs[3] == nil) {
		t.Errorf("of two people with one key: %v, %v", errs[2], errs[3])
	}
	if got := w.reload(thread); got.Posts != 4 {
		t.Errorf("counted %d, want 4", got.Posts)
	}
}

// Who gives up while waiting has written nothing, then or later.
func TestAReplyThatGaveUpIsNotStored(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	turn := w.counting.slot(thread.ID)
	turn <- struct{}{}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := w.Reply(ctx, w.bruno, ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
			Source: "Troppo tardi"})
		left <- err
	}()
	for w.waiting(thread) == 0 {
		time.Sleep(time.Millisecond)
	}
	leave()
	testtown.WantCode(t, <-left, civic.Unavailable)
	<-turn
	w.reply(w.anna, thread, 0, "In piazza")
	if got := w.reload(thread); got.Posts != 2 || w.waiting(thread) != 0 {
		t.Errorf("%d posts, %d wait", got.Posts, w.waiting(thread))
	}
}
