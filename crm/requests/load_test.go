package requests

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/search"
)

// found is an Index that remembers what was put into it.
type found map[string]search.Doc

func (f found) Put(docs ...search.Doc) {
	for _, d := range docs {
		f[d.ID] = d
	}
}

// lived is what the desk did to a request for Anna, which each step of it does on a day.
func (w *town) lived(t *testing.T) Past {
	t.Helper()
	at := func(day string) time.Time {
		w.on(t, day)
		return w.Clock.Now()
	}
	move := func(day string, in MoveInput) PastMove {
		return PastMove{MoveInput: filled(in), At: at(day), By: w.desk}
	}
	in := asking("istanza")
	in.Contact, in.Channel = w.anna.Contact, "phone"
	return Past{FileInput: in, At: at("2026-03-02"), By: w.desk, Moves: []PastMove{
		move("2026-03-03", MoveInput{Act: ActTake}),
		move("2026-03-05", MoveInput{Act: ActAsk}),
		move("2026-03-12", MoveInput{Act: ActSupply}),
		move("2026-04-20", MoveInput{Act: ActAnswer}),
	}}
}

// A request that is brought in is what it would be if it had been filed and dealt with here, but for letters.
func TestLoadedRequestsAreWhatFormsMake(t *testing.T) {
	t.Parallel()
	p, index := &post{kept: map[civic.ID]Letter{}}, found{}
	w := newTown(t, withPost(p), func(o *Options) { o.Index = index })
	one := w.lived(t)
	other := one
	other.FormKey, other.Moves = formKey(), slices.Clone(one.Moves)
	w.Clock.Pass(one.At.Sub(w.Clock.Now()))
	filed, err := w.File(t.Context(), w.desk, one.FileInput)
	testtown.Check(t, err)
	for n, m := range one.Moves {
		w.Clock.Pass(m.At.Sub(w.Clock.Now()))
		filed, err = w.Service.Move(t.Context(), w.desk, filed.ID, m.MoveInput)
		testtown.Check(t, err)
		other.Moves[n].FormKey = formKey()
	}
	letters := len(p.order)
	w.on(t, "2026-12-01")
	for try, want := range []int{1, 0} {
		added, err := w.Load(t.Context(), root, []Past{other}, nil)
		if err != nil || added != want {
			t.Fatalf("load %d added %d, %v", try, added, err)
		}
	}
	want, err := w.requests.Get(t.Context(), filed.ID)
	testtown.Check(t, err)
	got, err := w.requests.Get(t.Context(), civic.ID(other.FormKey))
	testtown.Check(t, err)
	if got.Number == want.Number || !strings.HasPrefix(got.Number, "2026-") || got.Seed == want.Seed {
		t.Errorf("number %q and seed %q beside %q, %q", got.Number, got.Seed, want.Number, want.Seed)
	}
	if d := index[got.searchDoc().ID]; d.Title == "" || d.Title != index[want.searchDoc().ID].Title {
		t.Errorf("it is found as %+v", d)
	}
	if len(p.order) != letters {
		t.Errorf("%d letters tell of what happened long ago", len(p.order)-letters)
	}
	entries, err := w.CRM.Timeline(t.Context(), w.desk, w.anna.Contact, civic.PageRequest{})
	if err != nil || len(entries.Items) != 4 { // both were asked and ended
		t.Errorf("the timeline has %d entries, %v", len(entries.Items), err)
	}
	got.LoadedAt = time.Time{}
	got.Meta, got.Number, got.Seed, got.Submission = want.Meta, want.Number, want.Seed, want.Submission
	for n := range got.Events {
		got.Events[n].ID, got.Events[n].Submission = want.Events[n].ID, want.Events[n].Submission
	}
	seconds := regexp.MustCompile(`:\d\dZ"`) // the clock goes on between two looks at it
	text := func(r Request) string {
		data, err := json.MarshalIndent(r, "", " ")
		testtown.Check(t, err)
		return seconds.ReplaceAllString(string(data), "")
	}
	if a, b := text(got), text(want); a != b {
		t.Errorf("loaded\n%s\nfiled\n%s", a, b)
	}
}

// What a load cannot bring in stops it with its place, as a form would be refused.
func TestLoadsAreChecked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, c := range []struct {
		name   string
		change func(*Past)
		code   civic.Code
	}{
		{"nobody's", func(p *Past) { p.Contact = "nobody" }, civic.NotFound},
		{"without words", func(p *Past) { p.Subject = "\u200b" }, civic.Invalid},
		{"a file", func(p *Past) { p.Files = []civic.ID{"x"} }, civic.Invalid},
		{"a move's file", func(p *Past) { p.Moves[0].Files = []civic.ID{"x"} }, civic.Invalid},
		{"against the life", func(p *Past) { p.Moves = p.Moves[3:] }, civic.Conflict},
		{"against the law", func(p *Past) {
			p.Moves = append(p.Moves[:1], p.Moves[3])
			p.Moves[1].Act = ActRefuse
		}, civic.Conflict},
		{"by a citizen", func(p *Past) { p.By = w.anna }, civic.Forbidden},
		{"before the law", func(p *Past) { p.At = p.At.AddDate(-40, 0, 0) }, civic.Gone},
	} {
		t.Run(c.name, func(t *testing.T) {
			good, bad := w.lived(t), w.lived(t)
			c.change(&bad)
			added, err := w.Load(t.Context(), root, []Past{good, bad}, nil)
			if added != 0 || civic.CodeOf(err) != c.code || !strings.Contains(err.Error(), "item 2 of the load") {
				t.Errorf("added %d, %v", added, err)
			}
		})
	}
	good := w.lived(t)
	if _, err := w.Load(t.Context(), root, []Past{good}, nil); err != nil {
		t.Fatal(err)
	}
	if r, err := w.requests.Get(t.Context(), civic.ID(good.FormKey)); err != nil || r.Number != "2026-000001" {
		t.Errorf("after loads that were refused the first number is %s, %v", r.Number, err)
	}
	if _, err := w.Load(t.Context(), w.desk, []Past{w.lived(t)}, nil); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("the desk loads: %v", err)
	}
}

// TestALoadTellsNobody: of what had happened before it was loaded nobody is told, neither by the repair of
// the program's next start nor by the steps whose day had passed; of what comes afterwards they are.
func TestALoadTellsNobody(t *testing.T) {
	t.Parallel()
	p := &post{kept: map[civic.ID]Letter{}}
	w := newTown(t, withPost(p))
	w.on(t, "2026-01-05")
	steps, err := DefaultSteps()
	testtown.Check(t, err)
	testtown.Check(t, w.SeedSteps(t.Context(), root, steps))
	past := func(day string, procedure civic.ID) Past {
		in := asking(procedure)
		in.Contact, in.Channel = w.anna.Contact, "phone"
		w.on(t, day)
		return Past{FileInput: in, At: w.Clock.Now(), By: w.desk}
	}
	all := []Past{past("2026-03-02", "accesso-documenti"), past("2026-03-02", "istanza"),
		past("2026-04-19", "istanza")}
	w.on(t, "2026-04-20")
	before := w.Clock.Now()
	_, err = w.Load(t.Context(), root, all, nil)
	testtown.Check(t, err)
	look := func() {
		t.Helper()
		if _, err := w.Repair(t.Context(), before.Add(-48*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.KeepClocks(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	look()
	if len(p.order) != 0 {
		t.Errorf("%d letters tell of what happened before", len(p.order))
	}
	w.on(t, "2026-05-20") // the term of the last one is over
	look()
	if len(p.order) == 0 {
		t.Error("nobody is told of a term that is over now")
	}
}

// A load that ended before what follows from it is completed when it is run again.
func TestALoadIsCompleted(t *testing.T) {
	t.Parallel()
	index := found{}
	w := newTown(t, func(o *Options) { o.Index = index })
	past := []Past{w.lived(t)}
	past[0].FormKey = formKey()
	anna, err := w.CRM.Contact(t.Context(), root, w.anna.Contact)
	testtown.Check(t, err)
	r, err := w.pastRequest(t.Context(), past[0], anna.Called())
	testtown.Check(t, err)
	r.Number = "2026-000077"
	_, err = w.requests.InsertMany(t.Context(), []*Request{&r})
	testtown.Check(t, err)
	for range 2 {
		_, err = w.Load(t.Context(), root, past, nil)
		testtown.Check(t, err)
	}
	clear(index)
	_, err = w.Load(t.Context(), root, past, nil)
	testtown.Check(t, err)
	if len(index) != 1 {
		t.Errorf("%d documents are found", len(index))
	}
	page, err := w.Log.List(t.Context(), root, audit.Query{Action: ActionLoad})
	if err != nil || len(page.Items) != 1 || page.Items[0].Detail["count"] != "1" {
		t.Errorf("the audit says %+v, %v", page.Items, err)
	}
}
