package crm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/search"
)

func numbered(n int) iter.Seq[LoadContact] {
	return func(yield func(LoadContact) bool) {
		for i := range n {
			c := LoadContact{ID: civic.ID(fmt.Sprintf("p%06d", i)), ContactInput: ContactInput{
				Kind: Person, GivenName: "Anna", FamilyName: fmt.Sprintf("Numero %d", i), District: "centro",
				Emails: []string{fmt.Sprintf("p%d@posta.example", i)},
			}}
			if !yield(c) {
				return
			}
		}
	}
}

func TestLoadOfContacts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var told []int
	const n = loadBatch + 700
	if err := w.LoadContacts(t.Context(), testtown.Root, numbered(n),
		func(done int) { told = append(told, done) }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, []int{loadBatch, n}) {
		t.Errorf("progress %v", told)
	}
	r, err := w.search.Search(t.Context(),
		search.Query{Kinds: []string{DocContact}, Scopes: []search.Scope{ScopeContacts}})
	if err != nil || r.Total != n {
		t.Errorf("%d in the index, %v", r.Total, err)
	}
	if found, _, err := w.FindContacts(t.Context(), w.Operator, "p5321@posta.example", ""); err != nil ||
		len(found) != 1 || found[0].FamilyName != "Numero 5321" {
		t.Errorf("%+v, %v", found, err)
	}
	page, err := w.Log.List(t.Context(), w.Officer, auditOf("crm.contact.load"))
	if err != nil || len(page.Items) != 2 {
		t.Errorf("%d audit records, %v", len(page.Items), err)
	}

	// run again after a change: what is there stays as it is, in the store and in the index
	if _, err := w.UpdateContact(t.Context(), w.Operator, "p000007",
		ContactInput{Version: 1, Kind: Person, GivenName: "Cambiata",
			Emails: []string{"altra@posta.example"}}); err != nil {
		t.Fatal(err)
	}
	w.flush(t)
	if err := w.LoadContacts(t.Context(), testtown.Root, numbered(20), nil); err != nil {
		t.Fatal(err)
	}
	w.flush(t)
	if found, _, err := w.FindContacts(t.Context(), w.Operator, "Cambiata", ""); err != nil ||
		len(found) != 1 {
		t.Errorf("after the second load: %v, %v", found, err)
	}
}

func TestLoadStopsAtWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	load := func(yield func(LoadContact) bool) {
		for c := range numbered(3 * loadBatch) {
			if c.ID == "p000012" {
				c.Phones = []string{"12"}
			}
			if !yield(c) {
				return
			}
		}
	}
	err := w.LoadContacts(t.Context(), testtown.Root, load, nil)
	if civic.CodeOf(err) != civic.Invalid || !strings.Contains(err.Error(), "item 13") {
		t.Errorf("%v", err)
	}
	if err := w.LoadContacts(t.Context(), w.Admin, numbered(1), nil); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("by the administrator: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.LoadContacts(ctx, testtown.Root, numbered(3*loadBatch),
		nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// fullIndex fails as an index on a full disk does.
type fullIndex struct{ *search.Index }

var errFull = errors.New("no space left")

func (fullIndex) Load(_ context.Context, docs iter.Seq2[search.Doc, error]) error {
	for range docs {
		return errFull
	}
	return nil
}

func TestLoadEndsWhenTheIndexFails(t *testing.T) {
	t.Parallel()
	w := newTown(t, func(o *Options) { o.Index = fullIndex{o.Index.(*search.Index)} })
	done := make(chan error, 1)
	go func() { done <- w.LoadContacts(t.Context(), testtown.Root, numbered(6*loadBatch), nil) }()
	select {
	case err := <-done:
		if !errors.Is(err, errFull) {
			t.Errorf("%v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the load hangs")
	}
}

func TestLoadOfInteractions(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if err := w.LoadContacts(t.Context(), testtown.Root, numbered(10), nil); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	load := func(yield func(LoadInteraction) bool) {
		for i := range 50 {
			in := LoadInteraction{ID: civic.ID(fmt.Sprintf("i%03d", i)), At: day.AddDate(0, 0, i),
				By: "urp-1", ByName: "Operatore", Done: i%2 == 0, InteractionInput: InteractionInput{
					Contact: civic.ID(fmt.Sprintf("p%06d", i%10)), Channel: ByPhone, Direction: Inbound,
					Office: "urp", Subject: fmt.Sprintf("Chiamata %d", i), Outcome: FollowUp,
				}}
			if !yield(in) {
				return
			}
		}
	}
	for range 2 {
		if err := w.LoadInteractions(t.Context(), testtown.Root, load, nil); err != nil {
			t.Fatal(err)
		}
	}
	line, err := w.Timeline(t.Context(), w.Operator, "p000003", civic.PageRequest{})
	if err != nil || len(line.Items) != 5 || line.Items[0].Title != "Chiamata 43" ||
		!line.Items[0].At.Equal(day.AddDate(0, 0, 43)) {
		t.Errorf("timeline %+v, %v", line.Items, err)
	}
	open, err := w.Interactions(t.Context(), w.Operator, InteractionFilter{Open: true},
		civic.PageRequest{Size: 100})
	if err != nil || len(open.Items) != 25 {
		t.Errorf("%d open, %v", len(open.Items), err)
	}
	if !w.finds(t, w.Operator, "Chiamata 43") {
		t.Error("not found")
	}
}

// What SearchDocs lists is what a rebuilt index needs, and since a moment only what changed after it.
func TestSearchDocs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna"})
	w.call(t, w.Operator, call(anna.ID))
	since := w.now()
	bruno := w.create(t, ContactInput{GivenName: "Bruno"})
	ids := func(since time.Time) []string {
		var out []string
		for d, err := range w.SearchDocs(t.Context(), since) {
			if err != nil {
				t.Fatal(err)
			}
			if d.Scope == search.Public || d.Scope == "" {
				t.Errorf("%s is public", d.ID)
			}
			out = append(out, d.ID)
		}
		return out
	}
	if got := ids(time.Time{}); len(got) != 3 {
		t.Errorf("all: %v", got)
	}
	if got := ids(since); !slices.Equal(got, []string{"contact/" + string(bruno.ID)}) {
		t.Errorf("since: %v", got)
	}
	if err := w.search.Rebuild(t.Context(), w.Service); err != nil {
		t.Fatal(err)
	}
	if found, _, err := w.FindContacts(t.Context(), w.Operator, "bruno", ""); err != nil || len(found) != 1 {
		t.Errorf("after a rebuild: %v, %v", found, err)
	}
}
