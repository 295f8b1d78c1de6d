package forum

import (
	"sync"
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// Of moderators who decide on the same post at the same time one is heard, and the others are told; the post,
// the register and the audit say the same.
func TestDecisionsAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Il parco è buio", "I lampioni sono spenti.")
	w.reply(w.bruno, thread, 1, "Concordo, è pericoloso.")
	const rounds = 12
	for round := range rounds {
		action := ActionHide
		if round%2 == 1 {
			action = ActionRestore
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		heard := 0
		for i := range 5 {
			by := w.mod
			if i%2 == 1 {
				by = w.mod2
			}
			all.Go(func() {
				_, err := w.Decide(t.Context(), by, DecisionInput{
					Thread: thread.ID, Number: 2, Round: round, Action: action, Rule: "off_topic",
					Reason: "Parla d'altro, non del parco.",
				})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					heard++
				} else if civic.CodeOf(err) != civic.Conflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if heard != 2 && heard != 3 { // all that one of them sent, which is the same form
			t.Errorf("round %d: %d were heard", round, heard)
		}
		if hidden := w.page(w.visitor, thread, 0).Replies[0].Hidden; hidden != (action == ActionHide) {
			t.Fatalf("round %d: hidden is %t", round, hidden)
		}
	}
	for _, action := range []audit.Action{DecisionAction(ActionHide), DecisionAction(ActionRestore)} {
		page, err := w.Log.List(t.Context(), civic.System("test"), audit.Query{Action: action})
		if err != nil || len(page.Items) != rounds/2 {
			t.Errorf("%s was audited %d times, %v", action, len(page.Items), err)
		}
	}
}
