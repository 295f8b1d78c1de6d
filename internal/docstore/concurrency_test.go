package docstore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// job is offered to several workers, of whom one may take it.
type job struct {
	docstore.Meta `bson:",inline"`
	Worker        string `bson:"worker"`
	Count         int    `bson:"count"`
}

var jobs = docstore.Spec{Name: "jobs",
	Indexes: []docstore.Index{{Name: "worker", Fields: []string{"worker"}}}}

// atOnce runs a test with a way to open the same store for several processes at once: on SQLite, and over the
// MongoDB protocol. Each has a collection of its own, so that nothing but the store keeps them apart.
func atOnce(t *testing.T, test func(t *testing.T, join func() *docstore.Collection[job])) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		db := storetest.OpenOptions(t, storetest.SQLite(t))
		test(t, func() *docstore.Collection[job] { return collect[job](t, db, jobs) })
	})
	t.Run("mongodb", func(t *testing.T) {
		t.Parallel()
		o := storetest.Mongo(t)
		test(t, func() *docstore.Collection[job] {
			return collect[job](t, storetest.OpenOptions(t, o), jobs)
		})
	})
}

// each runs work in n goroutines and waits for them.
func each(n int, work func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { work(i) })
	}
	wg.Wait()
}

var errTakenAlready = errors.New("somebody has it")

// claims offers 200 jobs to 8 workers and returns how many claims each job got.
func claims(t *testing.T, join func() *docstore.Collection[job]) []int64 {
	const offered, workers = 200, 8
	c := join()
	for i := range offered {
		mustInsert(t, c, &job{Meta: docstore.Meta{ID: civic.ID(fmt.Sprint(i))}})
	}
	got := make([]int64, offered)
	mine := make([]*docstore.Collection[job], workers)
	for i := range mine {
		mine[i] = join()
	}
	each(workers, func(w int) {
		for i := range offered {
			_, err := mine[w].Update(t.Context(), civic.ID(fmt.Sprint(i)), func(j *job) error {
				if j.Worker != "" {
					return errTakenAlready
				}
				j.Worker = fmt.Sprint("worker ", w)
				return nil
			})
			switch {
			case err == nil:
				atomic.AddInt64(&got[i], 1)
			case !errors.Is(err, errTakenAlready):
				t.Errorf("job %d: %v", i, err)
			}
		}
	})
	return got
}

func TestEachJobIsClaimedOnce(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		for i, n := range claims(t, join) {
			if n != 1 {
				t.Errorf("job %d was claimed %d times", i, n)
			}
		}
	})
}

// TestEachJobIsClaimedOnceControl shows that the test above would notice: without revisions jobs are claimed
// twice.
func TestEachJobIsClaimedOnceControl(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		total := int64(0)
		for _, n := range claims(t, carelessly(join)) {
			total += n
		}
		if total <= 200 {
			t.Errorf("without protection there were %d claims for 200 jobs: the test proves nothing", total)
		}
	})
}

func carelessly(join func() *docstore.Collection[job]) func() *docstore.Collection[job] {
	return func() *docstore.Collection[job] {
		c := join()
		docstore.Careless(c)
		return c
	}
}

// increments has 8 processes increment one number 100 times each, 4 at a time, and returns what it reads
// then.
func increments(t *testing.T, join func() *docstore.Collection[job]) int {
	c := join()
	mustInsert(t, c, &job{Meta: docstore.Meta{ID: "counter"}})
	each(8, func(int) {
		mine := join()
		each(4, func(int) {
			for range 25 {
				if _, err := mine.Update(t.Context(), "counter",
					func(j *job) error { j.Count++; return nil }); err != nil {
					t.Errorf("incrementing: %v", err)
				}
			}
		})
	})
	got, err := c.Get(t.Context(), "counter")
	if err != nil {
		t.Fatal(err)
	}
	return got.Count
}

func TestEveryIncrementCounts(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		if n := increments(t, join); n != 800 {
			t.Errorf("800 increments read %d", n)
		}
	})
}

// TestEveryIncrementCountsControl shows that the test above would notice: without revisions increments are
// lost.
func TestEveryIncrementCountsControl(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		if n := increments(t, carelessly(join)); n >= 800 {
			t.Errorf("without protection 800 increments read %d: the test proves nothing", n)
		}
	})
}

// TestOneIDOneDocument: of many who insert the same id at once, one succeeds. It is what claims, votes and
// repeated forms rest on.
func TestOneIDOneDocument(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		var won, lost atomic.Int64
		each(50, func(i int) {
			err := join().Insert(t.Context(), &job{Meta: docstore.Meta{ID: "vote"}, Count: i})
			switch civic.CodeOf(err) {
			case "":
				won.Add(1)
			case civic.Conflict:
				lost.Add(1)
			default:
				t.Errorf("inserting: %v", err)
			}
		})
		if won.Load() != 1 || lost.Load() != 49 {
			t.Errorf("%d succeeded and %d were told so", won.Load(), lost.Load())
		}
	})
}

// TestManyUpdatesOfOneDocument: 250 at once in one process all get through, and soon.
func TestManyUpdatesOfOneDocument(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		c := join()
		mustInsert(t, c, &job{Meta: docstore.Meta{ID: "counter"}})
		var slowest atomic.Int64
		each(250, func(int) {
			begun := time.Now()
			if _, err := c.Update(t.Context(), "counter",
				func(j *job) error { j.Count++; return nil }); err != nil {
				t.Errorf("incrementing: %v", err)
			}
			for took := int64(time.Since(begun)); ; {
				if old := slowest.Load(); took <= old || slowest.CompareAndSwap(old, took) {
					break
				}
			}
		})
		got, err := c.Get(t.Context(), "counter")
		if err != nil || got.Count != 250 || got.Revision != 251 {
			t.Errorf("counted %d at revision %d, %v", got.Count, got.Revision, err)
		}
		t.Logf("the slowest took %v", time.Duration(slowest.Load()))
	})
}

// TestReadersSeeWholeStates: while a document is rewritten, readers see it as it was after one of the writes.
func TestReadersSeeWholeStates(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		c := join()
		mustInsert(t, c, &job{Meta: docstore.Meta{ID: "a"}, Worker: "0"})
		var stop atomic.Bool
		each(5, func(i int) {
			if i == 0 {
				for range 200 {
					if _, err := c.Update(t.Context(), "a",
						func(j *job) error {
							j.Count++
							j.Worker = fmt.Sprint(j.Count)
							return nil
						}); err != nil {
						t.Error(err)
					}
				}
				stop.Store(true)
			}
			for last := 0; !stop.Load(); {
				got, err := c.Get(t.Context(), "a")
				if err != nil || got.Worker != fmt.Sprint(got.Count) || got.Count < last ||
					got.Revision != int64(got.Count+1) {
					t.Errorf("read %+v after %d, %v", got, last, err)
					return
				}
				last = got.Count
				time.Sleep(200 * time.Microsecond) // leaves the processor to the writer
			}
		})
	})
}

// TestSlowReadersHoldNobodyUp: while many readers take their time over what they read, others read and write.
func TestSlowReadersHoldNobodyUp(t *testing.T) {
	atOnce(t, func(t *testing.T, join func() *docstore.Collection[job]) {
		c := join()
		for i := range 3 {
			mustInsert(t, c, &job{Meta: docstore.Meta{ID: civic.ID(fmt.Sprint(i))}})
		}
		const slow = 24
		var reading, done sync.WaitGroup
		release := make(chan struct{})
		reading.Add(slow)
		for range slow {
			done.Go(func() {
				first := true
				for _, err := range c.All(t.Context(), docstore.Query{}) {
					if err != nil {
						t.Error(err)
					}
					if first {
						first = false
						reading.Done()
						<-release
					}
				}
			})
		}
		reading.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := c.Get(ctx, "2"); err != nil {
			t.Errorf("reading: %v", err)
		}
		if _, err := c.Update(ctx, "1", func(j *job) error { j.Count++; return nil }); err != nil {
			t.Errorf("writing: %v", err)
		}
		close(release)
		done.Wait()
	})
}
