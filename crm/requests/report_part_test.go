package requests

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/docstore"
)

// history has requests of 2024 come to their end in that year, as many as over, and others wait until 2026.
func history(t *testing.T, w *town, over, waiting int) (left []Request) {
	t.Helper()
	for n := range over + waiting {
		r := w.does(t, w.desk, w.filed(t, "istanza", "2024-03-04"), "", MoveInput{Act: ActTake})
		if n < over {
			w.does(t, w.desk, r, "", MoveInput{Act: ActAnswer})
		} else {
			left = append(left, r)
		}
	}
	w.on(t, "2026-03-02")
	return left
}

// TestReportsOfATownWithAHistory: what waited for years counts though what came in then is not read for it.
func TestReportsOfATownWithAHistory(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	left := history(t, w, 5, 3)
	w.does(t, w.desk, left[0], "", MoveInput{Act: ActAnswer})
	w.filed(t, "istanza", "2026-03-03")
	for year, want := range map[int]struct{ parts, received, ended, waiting, overdue int }{
		2024: {1, 8, 5, 3, 3}, // nothing came in before
		2025: {1, 0, 0, 3, 3},
		2026: {2, 1, 1, 3, 2},
	} {
		parts, begun, err := w.earlier(t.Context(), time.Date(year-1, 1, 1, 0, 0, 0, 0, time.UTC), nil)
		if err != nil || len(parts) != want.parts || begun != (year > 2025) {
			t.Errorf("%d: read in %d parts, something before: %t, %v", year, len(parts), begun, err)
		}
		r, err := w.PublicReport(t.Context(), year)
		if err != nil || len(r.Procedures) != 1 {
			t.Fatalf("%d: %+v, %v", year, r.Procedures, err)
		}
		p := r.Procedures[0]
		if p.Received != want.received || p.Ended != want.ended || p.Waiting != want.waiting ||
			p.Overdue != want.overdue {
			t.Errorf("%d: %+v, want %+v", year, p, want)
		}
	}
}

// TestARequestThatEndsMeanwhileCounts: a request of long ago that ends while a report is worked out, between
// whichever of its parts, is in it once, as waiting or as ended.
func TestARequestThatEndsMeanwhileCounts(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		w := newTown(t)
		left := history(t, w, 5, 2)
		c := newReportCount(w.cal, 2026, w.today(), w.today())
		parts, _, err := w.earlier(t.Context(), c.from(), nil)
		if err != nil || len(parts) != 2 {
			t.Fatalf("%d parts, %v", len(parts), err)
		}
		for i, part := range append(parts, docstore.Filter{docstore.Gte("receivedAt", c.from())}) {
			if i == n {
				w.does(t, w.desk, left[0], "", MoveInput{Act: ActAnswer})
			}
			if err := w.addPart(t.Context(), c, part); err != nil {
				t.Fatal(err)
			}
		}
		if r := c.figures(); len(r.Procedures) != 1 || r.Procedures[0].Waiting+r.Procedures[0].Ended != 2 {
			t.Errorf("it ends before part %d: %+v", n, r.Procedures)
		}
	}
}

// TestAPublishedReportThatWasBegunIsEnded: who asks and leaves while it is worked out has it remembered for
// the next, who waits for nothing.
func TestAPublishedReportThatWasBegunIsEnded(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	var asked atomic.Int32 // since it matters
	asked.Store(math.MinInt32)
	w := newTown(t, func(o *Options) {
		now := o.Now
		o.Now = func() time.Time {
			if asked.Add(1) == 2 { // for which day it is worked out, after whether it is known
				leave()
			}
			return now()
		}
	})
	w.filed(t, "istanza", "2026-03-02")
	asked.Store(0)
	if r, err := w.PublicReport(ctx, 2026); err != nil || ctx.Err() == nil || len(r.Procedures) != 1 {
		t.Errorf("%+v, %v; left: %v", r.Procedures, err, ctx.Err())
	}
	if known, ok := w.published.Get(2026); !ok || len(known.Procedures) != 1 {
		t.Errorf("remembered: %+v", known)
	}
}
