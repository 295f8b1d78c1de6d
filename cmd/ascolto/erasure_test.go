package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/crm/privacy"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/search"
)

// What is sought of Anna once she is erased, besides the ids of her contact and account. Names are stored
// folded, too.
var annasMarks = []string{"anna@posta.example", "203040", "dall'olio", "dall’olio", "dallolio"}

// keptMarks are the collections that an erasure leaves as they are: the audit, by law, and the record of the
// erasure itself.
var keptMarks = []string{"audit", "erasures"}

// found returns, by collection, which marks its documents hold. The program is closed.
func found(t *testing.T, db *docstore.DB, collections []string, marks ...string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, name := range collections {
		if held := storetest.Holding(t, db, name, marks...); len(held) > 0 {
			all[name] = held
		}
	}
	return all
}

// inFiles returns which files below a folder hold a mark.
func inFiles(t *testing.T, dir string, marks ...string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, mark := range marks {
			if bytes.Contains(bytes.ToLower(raw), []byte(strings.ToLower(mark))) {
				names = append(names, path)
				break
			}
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return names
}

// named lists the collections that the registered parts say may hold the id of a person.
func (w *citizenTown) named() (names []string) {
	for _, part := range w.Personal {
		names = append(names, part.PersonalCollections()...)
	}
	return names
}

// bareOfIDs are the named collections whose documents hold no id of a person in plain: a digest, or bytes of
// a file.
var bareOfIDs = []string{"account_codes", "account_tokens", "work_tasks"}

// TestPersonalCollectionsAreNamed: of all that is stored after a citizen did all they can, whatever holds the
// id of their contact or account belongs to a part that is registered, and names it.
func TestPersonalCollectionsAreNamed(t *testing.T) {
	t.Parallel()
	settings, db := here(t), storetest.Open(t)
	w := liveHere(t, settings, db)
	named, collections := w.named(), slices.Sorted(maps.Keys(w.DB.Forms()))
	w.mustClose(t)
	holds := found(t, db, collections, string(w.contact), string(w.account))
	for _, name := range slices.Sorted(maps.Keys(holds)) {
		if !slices.Contains(named, name) {
			t.Errorf("%s holds the id of a person, and no part that is registered names it", name)
		}
	}
	for _, name := range named {
		if !slices.Contains(collections, name) {
			t.Errorf("there is no collection %s", name)
		}
		if holds[name] == nil && !slices.Contains(bareOfIDs, name) {
			t.Errorf("%s is named, and holds nothing of who did all there is to do: this test does not do it",
				name)
		}
	}
}

// erase presses the button.
func (w *citizenTown) erase(ctx context.Context, removeText bool) (privacy.Erasure, error) {
	return w.Erasures.Erase(ctx, w.staff, w.contact, privacy.ErasureInput{
		Reason: privacy.ReasonRequest, RemoveText: removeText, Confirmed: true,
	})
}

// annasTraces returns what is left of Anna once the program is closed.
func (w *citizenTown) annasTraces(
	settings map[string]string, db *docstore.DB, collections []string,
) []string {
	w.t.Helper()
	marks := append([]string{string(w.contact), string(w.account)}, annasMarks...)
	var traces []string
	for name, held := range found(w.t, db, collections, marks...) {
		if !slices.Contains(keptMarks, name) {
			traces = append(traces, name+": "+strings.Join(held, ", "))
		}
	}
	for _, dir := range []string{"mail", "files"} {
		traces = append(traces, inFiles(w.t, filepath.Join(settings["ASCOLTO_DATA"], dir), marks...)...)
	}
	return traces
}

// TestAnErasureLeavesNoTrace: after an erasure neither store, files nor index hold the ids, addresses, number
// or name of the person, but for the audit and the record of it; figures and what others wrote are as they
// were.
func TestAnErasureLeavesNoTrace(t *testing.T) {
	t.Parallel()
	for _, removeText := range []bool{false, true} {
		t.Run(fmt.Sprintf("text removed: %v", removeText), func(t *testing.T) {
			t.Parallel()
			place := storetest.Options(t)
			settings, db := here(t), storetest.OpenOptions(t, place)
			w := liveHere(t, settings, db)
			collections := slices.Sorted(maps.Keys(w.DB.Forms()))
			before := w.figures()
			if n := w.hits("Dall'Olio"); n == 0 {
				t.Fatal("the search finds nothing before: this test tells nothing")
			}
			e, err := w.erase(t.Context(), removeText)
			if err != nil || !e.Done() {
				t.Fatalf("the erasure: %+v, %v", e, err)
			}
			again, err := w.erase(t.Context(), !removeText)
			if err != nil || again.Revision != e.Revision {
				t.Errorf("erased again: %+v, %v", again, err)
			}
			if n := w.hits("Dall'Olio"); n != 0 {
				t.Errorf("the search finds the name %d times", n)
			}
			w.afterwards(before, removeText)
			w.must(w.Erasures.RebuildStore(t.Context()))
			w.mustClose(t)
			if place.Path != "" { // nor do places of the store's file that no row has any more
				for _, file := range inFiles(t, filepath.Dir(place.Path), annasMarks...) {
					t.Errorf("%s still holds what no row does", file)
				}
			}
			if traces := w.annasTraces(settings, db, collections); len(traces) > 0 {
				t.Errorf("what is left:\n%s", strings.Join(traces, "\n"))
			}
		})
	}
}

// figures are what an erasure does not change.
type figures struct {
	Calls   crm.CallStatistics
	Numbers []int64 // of the posts of the discussion
}

func (w *citizenTown) figures() (f figures) {
	w.t.Helper()
	var err error
	today := civic.Now().In(civic.Rome()).Format(time.DateOnly)
	f.Calls, err = w.CRM.Calls(w.t.Context(), w.staff, crm.CallsFilter{From: today, To: today})
	w.must(err)
	view, err := w.Forum.ThreadPage(w.t.Context(), w.staff, w.thread, forum.PageAt{})
	w.must(err)
	for _, p := range slices.Concat([]forum.PostView{view.First}, view.Answers, view.Replies) {
		f.Numbers = append(f.Numbers, p.Number)
	}
	return f
}

// hits counts what the search finds anywhere.
func (w *citizenTown) hits(text string) int {
	w.t.Helper()
	scopes := []search.Scope{search.Public, forum.ScopeStaff}
	own, err := w.CRM.Scopes(w.t.Context(), w.staff)
	w.must(err)
	found, err := w.Search.Search(w.t.Context(), search.Query{Text: text, Scopes: append(scopes, own...)})
	w.must(err)
	return found.Total
}

// afterwards checks what is left standing.
func (w *citizenTown) afterwards(before figures, removeText bool) {
	w.t.Helper()
	t, ctx := w.t, w.t.Context()
	if diff := cmp.Diff(before, w.figures()); diff != "" {
		t.Errorf("figures differ (-before +after): %s", diff)
	}
	view, err := w.Forum.ThreadPage(ctx, w.staff, w.thread, forum.PageAt{})
	w.must(err)
	if view.First.Author != "" || view.First.Hidden != removeText ||
		(view.Thread.Title == civic.Taken) != removeText {
		t.Errorf("the discussion: %q by %q, hidden %v", view.Thread.Title, view.First.Author,
			view.First.Hidden)
	}
	wantHits := map[bool]int{false: 1, true: 0}[removeText]
	if n := w.hits("lampioni tutti spenti"); min(n, 1) != wantHits {
		t.Errorf("the text of the discussion is found %d times", n)
	}
	if _, err := w.Forum.SetPseudonym(ctx, w.bruno(), "Lucciola"); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("the pseudonym can be taken: %v", err)
	}
	if drift, err := w.Search.Drift(ctx, w.Sources()...); err != nil || !drift.IsZero() {
		t.Errorf("the index differs from the store: %+v, %v", drift, err)
	}
	if n := w.recorded(t, privacy.ActionErase, w.contact); n != 1 {
		t.Errorf("the erasure is audited %d times", n)
	}
	_, r, err := w.Surveys.Results(ctx, w.staff, w.known)
	if err != nil || r.Responses != 1 {
		t.Errorf("answers that are left: %d, %v", r.Responses, err)
	}
	in := segment.Is(crm.AttributeDistrict, "quartiere-nuovo")
	p, err := w.Segments.Preview(ctx, w.staff, segment.All(in), "")
	if err != nil || p.Total != 0 {
		t.Errorf("the segment has %d, %v", p.Total, err)
	}
}

func (w *citizenTown) bruno() civic.Actor {
	by := w.citizen
	by.Account, by.Contact, by.Name = "bruno", w.other, "Bruno Neri"
	return by
}

// liveAt opens the program over a store that may be told to die; where lived is nil, Anna then leaves all she
// can.
func liveAt(
	t *testing.T, settings map[string]string, m *storetest.Mortal, lived *citizenTown,
) (*citizenTown, *docstore.DB) {
	t.Helper()
	path := filepath.Join(settings["ASCOLTO_DATA"], storeFile)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err != nil {
		t.Fatal(err)
	}
	db, err := docstore.Open(t.Context(), docstore.Options{Path: path, BeforeWrite: m.Write})
	if err != nil {
		t.Fatal(err)
	}
	if lived == nil {
		return liveHere(t, settings, db), db
	}
	w := *lived
	w.join(t, openedOn(t, settings, db))
	return &w, db
}

// TestAnErasureThatDiesIsCompleted: at whichever of its writes the program dies, pressing again completes the
// erasure, and the audit says once that it was done.
func TestAnErasureThatDiesIsCompleted(t *testing.T) {
	t.Parallel()
	deaths, made := 0, here(t)
	w, db := liveAt(t, made, &storetest.Mortal{}, nil)
	collections := slices.Sorted(maps.Keys(w.DB.Forms()))
	w.mustClose(t)
	w.must(db.Close())
	for n := 0; ; n++ {
		settings, m := here(t), &storetest.Mortal{}
		w.must(os.CopyFS(settings["ASCOLTO_DATA"], os.DirFS(made["ASCOLTO_DATA"])))
		w, db := liveAt(t, settings, m, w)
		live := m.Dies(n)
		_, err := w.erase(t.Context(), n%2 == 0)
		died := live()
		if died {
			deaths++
			w.mustClose(t)
			w.join(t, openedOn(t, settings, db))
			w.must(w.RefreshIndex(t.Context()))
			_, err = w.erase(t.Context(), n%2 == 0)
		}
		if err != nil {
			t.Fatalf("after %d writes: %v", n, err)
		}
		if k := w.recorded(t, privacy.ActionErase, w.contact); k != 1 {
			t.Errorf("after %d writes: audited %d times", n, k)
		}
		w.must(w.Search.Flush(t.Context()))
		if drift, err := w.Search.Drift(t.Context(), w.Sources()...); err != nil || !drift.IsZero() {
			t.Errorf("after %d writes: the index differs from the store: %+v, %v", n, drift, err)
		}
		w.mustClose(t)
		if traces := w.annasTraces(settings, db, collections); len(traces) > 0 {
			t.Errorf("after %d writes: what is left:\n%s", n, strings.Join(traces, "\n"))
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if !died {
			break
		}
	}
	if deaths < 10 {
		t.Errorf("the program died %d times", deaths)
	}
	t.Logf("%d deaths", deaths)
}

// TestAnErasureWaitsForOpenFollowUps: while something is still to be done for a person nothing is erased, and
// the refusal says what.
func TestAnErasureWaitsForOpenFollowUps(t *testing.T) {
	t.Parallel()
	settings, db := here(t), storetest.Open(t)
	w := liveHere(t, settings, db)
	defer w.mustClose(t)
	ctx := t.Context()
	_, err := w.CRM.ReopenFollowUp(ctx, w.staff, w.creator.call)
	w.must(err)
	o, err := w.Erasures.Outlook(ctx, w.staff, w.contact)
	if err != nil || len(o.Open()) != 1 || o.Open()[0].ID != w.creator.call {
		t.Errorf("what stands open: %+v, %v", o.Open(), err)
	}
	if _, err := w.erase(ctx, true); civic.CodeOf(err) != civic.Conflict ||
		!strings.Contains(err.Error(), "erase_open") {
		t.Errorf("erased with an open follow-up: %v", err)
	}
	if c, err := w.CRM.Contact(ctx, w.staff, w.contact); err != nil || c.FamilyName == "" {
		t.Errorf("the contact: %+v, %v", c, err)
	}
	_, err = w.CRM.CloseFollowUp(ctx, w.staff, w.creator.call, "Fatto.")
	w.must(err)
	if e, err := w.erase(ctx, true); err != nil || !e.Done() {
		t.Errorf("after it was closed: %+v, %v", e, err)
	}
}
