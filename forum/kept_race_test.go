package forum

import (
	"context"
	"sync"
	"testing"
)

// However many read a page, and keep it, at the moment in which something on it is hidden or comes back,
// whoever asks afterwards sees it as it is then.
func TestPageReadDuringAWriteIsNotKept(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Il parco è buio", "I lampioni sono spenti.")
	for n := range 3 {
		w.reply(w.bruno, thread, int64(n+1), "Concordo, è pericoloso.")
	}
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for size := range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				if _, err := w.ThreadPage(t.Context(), w.visitor, thread.ID,
					PageAt{Size: 10 + size}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for round := 0; round < 40 && !t.Failed(); round++ {
		action := ActionHide
		if round%2 == 1 {
			action = ActionRestore
		}
		_, err := w.Decide(t.Context(), w.mod, DecisionInput{
			Thread: thread.ID, Number: 2, Round: round, Action: action, Rule: "off_topic",
			Reason: "Parla d'altro, non del parco.",
		})
		if err != nil {
			t.Fatal(err)
		}
		for size := range 3 {
			v, err := w.ThreadPage(t.Context(), w.anna, thread.ID, PageAt{Size: 10 + size})
			if err != nil || v.Replies[0].Hidden != (action == ActionHide) {
				t.Errorf("round %d, after %s: hidden is %t, %v", round, action, v.Replies[0].Hidden, err)
			}
		}
	}
	stop()
	readers.Wait()
}
