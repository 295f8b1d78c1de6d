package forum

import (
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"ascolto/internal/benchline"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

func benchTown(t *testing.T) *town {
	t.Helper()
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("ASCOLTO_BENCH is not set")
	}
	w := emptyTown(t, storetest.Open(t), Limits{NewPosts: 1e9, NewThreads: 1e9, NewLinks: 99, Posts: 1e9,
		Threads: 1e9, Reports: 1e9})
	if _, err := w.SeedAreas(t.Context(), civic.System("bench"), testAreas()); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestBenchLongThread measures opening a discussion of 10,000 posts near its end, text rendered, as the page
// does.
func TestBenchLongThread(t *testing.T) {
	w := benchTown(t)
	const posts = 10_000
	past := Past{Key: "benchbenchbench1", Area: "citta", Title: "Una lunga discussione"}
	for i := range posts {
		past.Posts = append(past.Posts, PastPost{
			Author: Author{Name: "Anna D."}, At: w.Clock.Now(), Parent: max(i-1-i%5, 0),
			Source: fmt.Sprintf(
				"Messaggio **%d**: il parco è *buio* da mesi, vedi [qui](https://a.example/%d).\n\n- uno\n- due", i, i),
		})
	}
	begin := time.Now()
	if _, err := w.Load(t.Context(), civic.System("bench"), []Past{past}); err != nil {
		t.Fatal(err)
	}
	benchline.Line("forum.load", float64(posts)/time.Since(begin).Seconds(), "posts/s", 3000, false)

	thread := w.reloadID("benchbenchbench1")
	var times []time.Duration
	asked := w.DB.Stats().Queries
	const rounds = 300
	for i := range rounds {
		begin := time.Now()
		if v := w.page(w.visitor, thread, 9_900-int64(i%50)); len(v.Replies) == 0 {
			t.Fatal("an empty page")
		}
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	benchline.Line("forum.open_post_9900_of_10000.median", ms(times[rounds/2]), "ms", 10, true)
	benchline.Line("forum.open_post_9900_of_10000.p95", ms(times[rounds*95/100]), "ms", 30, true)
	benchline.Line("forum.open_post_9900_of_10000.queries", float64(w.DB.Stats().Queries-asked)/rounds,
		"queries", 7, true)
}

// TestBenchReplies measures durable replies with all that follows from them: numbers, counts, timeline,
// index.
func TestBenchReplies(t *testing.T) {
	for _, discussions := range []int{1, 32} {
		w := benchTown(t)
		threads := make([]Thread, discussions)
		for i := range threads {
			threads[i] = w.thread(w.anna, fmt.Sprintf("Discussione numero %d", i), "Testo")
		}
		const replies, writers = 3000, 32
		var wg sync.WaitGroup
		begin := time.Now()
		for n := range writers {
			wg.Go(func() {
				by := citizen(fmt.Sprintf("writer%d", n), "Carla Niccolò")
				for i := n; i < replies; i += writers {
					in := ReplyInput{FormKey: rand.Text(), Thread: threads[i%discussions].ID,
						Source: "Sono d'accordo: serve più **luce** nel parco."}
					if _, err := w.Reply(t.Context(), by, in); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		benchline.Line(fmt.Sprintf("forum.replies.%d_threads", discussions),
			replies/time.Since(begin).Seconds(), "replies/s", 200, false)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
