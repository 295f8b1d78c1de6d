package requests

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"ascolto/internal/benchline"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// TestBench prints the figures of this package when ASCOLTO_BENCH is set: filing one after the other, the
// first page of an office's queue among many open requests, and a pass of the escalation over them, of which
// one in a hundred is due. ASCOLTO_BENCH_REQUESTS sets of how many; 100,000
// when it is not set, which the goals are for.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("set ASCOLTO_BENCH=1 to measure")
	}
	n := 100_000
	if s := os.Getenv("ASCOLTO_BENCH_REQUESTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	letters := &gauge{}
	w := newTown(t, func(o *Options) { o.Outbox = letters })
	w.seedSince(t, "2026-03-02 00:00")
	first := w.filed(t, "istanza", "2026-03-02")
	if err := w.requests.Load(t.Context(), func() error { return w.manyLike(t, first, n) }); err != nil {
		t.Fatal(err)
	}
	w.benchEscalation(t, n, letters)
	filing := slowest(t, 200, func() error {
		_, err := w.File(t.Context(), w.anna, asking("istanza"))
		return err
	})
	benchline.Line("requests filed among many, 95th percentile", filing, "ms", 50, true)
	w.benchQueues(t)
	report := slowest(t, 3, func() error {
		_, err := w.Report(t.Context(), w.desk, 2026, "")
		return err
	})
	benchline.Line("requests report of a year", report/1000, "s", 5, true)
}

// benchQueues reads two pages of a queue in every order: that of an office, and that of who reads all of
// them.
func (w *town) benchQueues(t *testing.T) {
	t.Helper()
	for _, order := range []QueueOrder{ByDue, ByNumber, ByApplicant, ByState} {
		what := "requests queue of an office"
		if order != ByDue {
			what = "requests queue by " + string(order)
		}
		for _, f := range []Filter{{Office: "lavori-pubblici", Order: order}, {Order: order}} {
			by := w.works
			if f.Office == "" {
				what, by = what+", all offices", w.desk
			}
			page := civic.PageRequest{Size: 40}
			benchline.Line(what+", 95th percentile", slowest(t, 200, func() error {
				found, err := w.Queue(t.Context(), by, f, page)
				if page.Cursor != "" {
					found.Next = ""
				}
				page.Cursor = found.Next
				return err
			}), "ms", 50, true)
		}
	}
}

// slowest returns the 95th percentile of what f takes, in milliseconds.
func slowest(t *testing.T, runs int, f func() error) float64 {
	t.Helper()
	took := make([]float64, runs)
	for i := range took {
		start := time.Now()
		if err := f(); err != nil {
			t.Fatal(err)
		}
		took[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	slices.Sort(took)
	return percentile(took, 0.95)
}

// manyLike stores n open requests like one, of two offices, due on many days.
func (w *town) manyLike(t *testing.T, first Request, n int) error {
	t.Helper()
	all := make([]*Request, n)
	for i := range all {
		r := first
		r.Meta = docstore.Meta{ID: civic.ID(fmt.Sprintf("bench%09d", i))}
		r.SortName = fmt.Sprintf("%06d", i*7919%n)
		r.Number, r.Office = fmt.Sprintf("2025-%06d", i), []civic.ID{"urp", "lavori-pubblici"}[i%2]
		r.DueOn = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%90).Format(time.DateOnly)
		if r.NextAt = never; i%100 == 0 { // one day is left
			r.DueOn, r.NextAt = "2026-03-03", first.ReceivedAt.Add(-time.Hour)
		}
		all[i] = &r
	}
	for part := range slices.Chunk(all, 1000) {
		if _, err := w.requests.InsertMany(t.Context(), part); err != nil {
			return err
		}
	}
	return nil
}

// gauge counts letters, and looks at the memory that the program uses meanwhile.
type gauge struct {
	Outbox
	mu      sync.Mutex
	letters int
	most    uint64 // bytes of the heap in use
}

func (g *gauge) QueueLetter(context.Context, Letter) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.letters++; g.letters%50 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		g.most = max(g.most, m.HeapInuse)
	}
	return true, nil
}

// seedSince stores the steps of a new installation as if they were there since a moment.
func (w *town) seedSince(t *testing.T, since string) {
	t.Helper()
	now := w.Clock.Now()
	w.Clock.Set(at(t, since))
	all, err := DefaultSteps()
	if err == nil {
		err = w.SeedSteps(t.Context(), root, all)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(now)
}

// benchEscalation has a pass go over n open requests. The goal is that of a million, in proportion.
func (w *town) benchEscalation(t *testing.T, n int, letters *gauge) {
	t.Helper()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	letters.letters = 0
	start := time.Now()
	looked, err := w.Escalate(t.Context())
	took := time.Since(start).Seconds()
	if err != nil || looked != (n+99)/100 || letters.letters != looked {
		t.Fatalf("looked at %d of %d, %d letters, %v", looked, n, letters.letters, err)
	}
	what := fmt.Sprintf("requests escalation, a pass over %d open", n)
	benchline.Line(what, took, "s", 60*float64(n)/1e6, true)
	grown := float64(letters.most) - float64(before.HeapInuse)
	benchline.Line("requests escalation, memory above that before", max(0, grown)/(1<<20), "MB", 64, true)
}
