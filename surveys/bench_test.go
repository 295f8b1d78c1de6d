package surveys_test

import (
	"io"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"ascolto/internal/benchline"
	"ascolto/internal/civic"
	"ascolto/surveys"
)

// TestBench measures what people wait for. It runs only when ASCOLTO_BENCH is set.
func TestBench(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("ASCOLTO_BENCH is not set")
	}
	o := open(t)
	q := o.published(surveys.Anonymous)
	opened := o.clock.Now()
	o.benchSubmissions(q)
	o.clock.Pass(6 * 24 * time.Hour)
	o.benchResults(q, opened)
}

// benchSubmissions lets 32 respondents at a time begin, fill in two pages and send.
func (o *office) benchSubmissions(q surveys.Questionnaire) {
	const respondents, each = 32, 100
	took := make([][]time.Duration, respondents)
	began := time.Now()
	var wg sync.WaitGroup
	for i := range respondents {
		wg.Go(func() {
			for range each {
				start := time.Now()
				if err := o.submit(q, form("q1", "a1", "q2", "a2", "q3", "4", "q4", "9"),
					form("q5", "Più corse la sera")); err != nil {
					o.t.Error(err)
					return
				}
				took[i] = append(took[i], time.Since(start))
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(began)
	all := slices.Concat(took...)
	slices.Sort(all)
	benchline.Line("surveys: whole submissions, 32 at a time", float64(len(all))/elapsed.Seconds(),
		"submissions/s", 300, false)
	benchline.Line("surveys: slowest of 20 submissions", float64(all[len(all)*95/100].Microseconds())/1000,
		"ms", 150, true)
}

func (o *office) submit(q surveys.Questionnaire, pages ...surveys.Typed) error {
	ctx, r := o.t.Context(), surveys.Respondent{By: stranger, Slug: q.Slug}
	var err error
	if r.Token, err = o.Start(ctx, r); err != nil {
		return err
	}
	for i, f := range pages {
		if _, err := o.SavePage(ctx, r, i+1, f, false); err != nil {
			return err
		}
	}
	return o.Send(ctx, r, civic.Italian)
}

// benchResults loads 100,000 responses of six days and measures what their results cost.
func (o *office) benchResults(q surveys.Questionnaire, opened time.Time) {
	const n = 100_000
	ctx := o.t.Context()
	measure := func(name, unit string, goal float64, lower bool, per float64, work func() error) {
		o.t.Helper()
		began := time.Now()
		if err := work(); err != nil {
			o.t.Fatal(name, err)
		}
		elapsed := time.Since(began)
		if lower {
			benchline.Line(name, float64(elapsed.Microseconds())/1000, unit, goal, true)
		} else {
			benchline.Line(name, per/elapsed.Seconds(), unit, goal, false)
		}
	}
	results := func() error { _, _, err := o.Results(ctx, comms, q.ID); return err }
	measure("surveys: load of responses", "responses/s", 10_000, false, n, func() error {
		_, err := o.LoadResponses(ctx, comms, q.ID, loaded(n, 7, opened, 6*24*time.Hour))
		return err
	})
	measure("surveys: results of 100,000 responses, first time", "ms", 3000, true, 0, results)
	measure("surveys: results of 100,000 responses, unchanged", "ms", 100, true, 0, results)
	o.clock.Pass(time.Minute)
	if err := o.submit(q, form("q1", "a1"), form("q5", "Ancora una")); err != nil {
		o.t.Fatal(err)
	}
	measure("surveys: results of 100,000 responses, one more", "ms", 1000, true, 0, results)
	export, err := o.ExportResponses(ctx, comms, q.ID, civic.Italian, say)
	measure("surveys: table of 100,000 responses", "rows/s", 20_000, false, n, func() error {
		if err != nil {
			return err
		}
		return export.Write(ctx, io.Discard)
	})
}
