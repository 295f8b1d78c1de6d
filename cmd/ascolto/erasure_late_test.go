package main

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"ascolto/crm"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/surveys"
)

// comesBack are the named collections that no late writer fills: with a contact or an account the person is
// back; the audit is kept; a code is a digest, for minutes; the parts of a list are swept with their tasks.
var comesBack = []string{"contacts", "accounts", "audit", "account_codes", "account_tokens", "work_tasks",
	"work_parts"}

// keep returns what the named collections hold of Anna. The program is closed.
func (w *citizenTown) keep(db *docstore.DB, named []string) map[string][]storetest.Kept {
	w.t.Helper()
	all := map[string][]storetest.Kept{}
	for _, name := range named {
		if slices.Contains(comesBack, name) {
			continue
		}
		kept := storetest.Keep(w.t, db, name, string(w.contact), string(w.account))
		if len(kept) == 0 {
			w.t.Errorf("%s holds nothing of Anna: this test tells nothing about it", name)
		}
		all[name] = kept
	}
	return all
}

// TestWhatComesLateIsErased: requests and jobs that were under way while Anna was erased store what they had
// in hand when all is done: into each collection that may hold her. The job erases it.
func TestWhatComesLateIsErased(t *testing.T) {
	t.Parallel()
	settings, db := here(t), storetest.Open(t)
	w := liveHere(t, settings, db)
	named, collections := w.named(), slices.Sorted(maps.Keys(w.DB.Forms()))
	w.mustClose(t)
	kept := w.keep(db, named)
	w.join(t, openedOn(t, settings, db))
	if e, err := w.erase(t.Context(), true); err != nil || !e.Done() {
		t.Fatalf("the erasure: %+v, %v", e, err)
	}
	w.mustClose(t)
	for name, docs := range kept {
		storetest.PutBack(t, db, name, docs)
	}
	w.join(t, openedOn(t, settings, db))
	if _, err := w.Erasures.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o, err := w.Erasures.Outlook(t.Context(), w.staff, w.contact); err != nil || !o.Erasure.Done() {
		t.Errorf("the erasure afterwards: %+v, %v", o.Erasure, err)
	}
	w.mustClose(t)
	if traces := w.annasTraces(settings, db, collections); len(traces) > 0 {
		t.Errorf("what is left:\n%s", strings.Join(traces, "\n"))
	}
}

// gates hold up the next write to some collections.
type gates struct {
	mu      sync.Mutex
	waiting map[string]chan struct{} // by collection: closed when somebody is held up there
	open    chan struct{}
}

// write is docstore's BeforeWrite.
func (g *gates) write(collection string) error {
	g.mu.Lock()
	reached := g.waiting[collection]
	delete(g.waiting, collection)
	g.mu.Unlock()
	if reached != nil {
		close(reached)
		<-g.open
	}
	return nil
}

// hold has do held up at its write to a collection, and returns when it is; ended gives what it came to.
func (g *gates) hold(t *testing.T, collection string, do func() error) (ended chan error) {
	t.Helper()
	reached := make(chan struct{})
	g.mu.Lock()
	g.waiting[collection] = reached
	g.mu.Unlock()
	ended = make(chan error, 1)
	go func() { ended <- do() }()
	select {
	case <-reached:
	case err := <-ended:
		t.Fatalf("nothing was written to %s: %v", collection, err)
	}
	return ended
}

// underWay is something that is being stored about Anna while she is erased.
type underWay struct {
	collection string
	do         func() error
	want       civic.Code // what whoever does it is told
}

func (w *citizenTown) underWay() []underWay {
	w.t.Helper()
	ctx := w.t.Context()
	q, err := w.Surveys.Get(ctx, w.staff, w.begun)
	w.must(err)
	answers := surveys.Respondent{By: w.citizen, Slug: q.Slug}
	answers.Token, err = w.Surveys.Start(ctx, answers)
	w.must(err)
	page, err := w.Surveys.Page(ctx, answers, 1)
	w.must(err)
	_, err = w.Surveys.SavePage(ctx, answers, 1,
		surveys.Typed{page.Asked[0].Question.Code: {"": {"Qui manca tutto."}}}, false)
	w.must(err)
	return []underWay{
		{"interactions", func() error {
			_, err := w.CRM.RecordInteraction(ctx, w.staff, crm.InteractionInput{
				FormKey: "latelatelatelate0001", Contact: w.contact, Channel: crm.ByPhone,
				Direction: crm.Inbound, Office: "urp", Subject: "La Dall'Olio richiama",
				Outcome: crm.FollowUp,
			})
			return err
		}, civic.NotFound},
		{"timeline", func() error {
			return w.CRM.Record(ctx, civic.Activity{ID: "late/1", Contact: w.contact, Kind: "mail",
				Ref: "late", At: civic.Now(), Title: "Cara Dall'Olio"})
		}, civic.NotFound},
		{"survey_responses", func() error { return w.Surveys.Send(ctx, answers, "it") }, ""},
		{"forum_threads", func() error {
			_, err := w.Forum.StartThread(ctx, w.citizen, forum.ThreadInput{FormKey: "latelatelatelate0002",
				Area: "citta", Title: "La siepe dei Dall'Olio", Source: "Va tagliata."})
			return err
		}, ""},
	}
}

// TestWhatIsUnderWayLeavesNothing: a call, a line of a timeline, answers and a discussion are at their write
// when Anna is erased. Each is then stored, sees that she is gone, and leaves nothing.
func TestWhatIsUnderWayLeavesNothing(t *testing.T) {
	t.Parallel()
	settings, options := here(t), storetest.Options(t)
	g := &gates{waiting: map[string]chan struct{}{}, open: make(chan struct{})}
	options.BeforeWrite = g.write
	db := storetest.OpenOptions(t, options)
	w := liveHere(t, settings, db)
	collections := slices.Sorted(maps.Keys(w.DB.Forms()))
	acts := w.underWay()
	ended := make([]chan error, len(acts))
	for i, act := range acts {
		ended[i] = g.hold(t, act.collection, act.do)
	}
	if e, err := w.erase(t.Context(), true); err != nil || !e.Done() {
		t.Fatalf("the erasure: %+v, %v", e, err)
	}
	close(g.open)
	for i, act := range acts {
		if err := <-ended[i]; civic.CodeOf(err) != act.want {
			t.Errorf("%s: %v, want %q", act.collection, err, act.want)
		}
	}
	w.must(w.Search.Flush(t.Context()))
	if n := w.hits("Dall'Olio"); n != 0 {
		t.Errorf("the search finds the name %d times", n)
	}
	w.mustClose(t)
	if traces := w.annasTraces(settings, db, collections); len(traces) > 0 {
		t.Errorf("what is left:\n%s", strings.Join(traces, "\n"))
	}
}
