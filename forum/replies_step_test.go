package forum

import (
	"crypto/rand"
	"testing"

	"ascolto/internal/migrate"
	"ascolto/internal/testtown"
)

// Discussions of an earlier version are counted again: the first post and official answers are no replies,
// hidden or not; hidden replies are not counted.
func TestRepliesOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	w.reply(w.bruno, thread, 0, "Al parco")
	second := w.reply(w.bruno, thread, 0, "E in piazza")
	_, err := w.Answer(t.Context(), w.greens,
		AnswerInput{FormKey: rand.Text(), Thread: thread.ID, Office: "verde", Source: "A marzo."})
	testtown.WantCode(t, err, "")
	want := int64(2)
	for _, number := range []int64{1, second.Number} {
		_, err := w.Decide(t.Context(), w.mod, hide(thread, number, 0))
		testtown.WantCode(t, err, "")
		if number != 1 {
			want--
		}
		if got := w.reload(thread).Replies; got != want {
			t.Errorf("with %d hidden %d replies, want %d", number, got, want)
		}
		_, err = w.threads.Update(t.Context(), thread.ID, func(t *Thread) error { t.Replies = 7; return nil })
		testtown.WantCode(t, err, "")
		m, err := migrate.Open(t.Context(), w.DB, migrate.Options{Alone: true})
		testtown.WantCode(t, err, "")
		for range 2 { // a crash may repeat it
			testtown.WantCode(t, m.Take(t.Context(), RepliesStep()), "")
		}
		if got := w.reload(thread).Replies; got != want {
			t.Errorf("after the step %d replies, want %d", got, want)
		}
	}
}
