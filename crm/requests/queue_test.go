package requests

import (
	"cmp"
	"slices"
	"testing"

	cmpdiff "github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
)

// alphabet are names in the order in which Italian readers look for them, family name first.
var alphabet = [][2]string{{"de Luca", "Zoe"}, {"Đorđe", "Petar"}, {"Èlia", "Ada"}, {"Łucja", "Anna"},
	{"Łucja", "Bruna"}, {"Zanasi", "Anna"}}

// queued has the people of the alphabet ask for something, from the last to the first, in different states
// and of two offices.
func queued(t *testing.T, w *town) []Request {
	t.Helper()
	w.on(t, "2026-03-02")
	for _, name := range slices.Backward(alphabet) {
		in := asking("istanza")
		in.Contact = w.Create(t, crm.ContactInput{GivenName: name[1], FamilyName: name[0],
			Reason: "altra persona"}).ID
		in.Channel = crm.ByPhone
		r, err := w.File(t.Context(), w.desk, in)
		if err != nil {
			t.Fatal(err)
		}
		if name[1] == "Anna" {
			r = w.does(t, w.desk, r, "", MoveInput{Act: ActTake})
		}
		if name[1] == "Zoe" {
			r = w.does(t, w.desk, r, "", MoveInput{Act: ActForward, Office: "lavori-pubblici"})
		}
		if name[1] == "Bruna" {
			w.does(t, w.desk, r, "", MoveInput{Act: ActNotCompetent})
		}
	}
	var all []Request
	for r, err := range w.requests.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// numbers returns the numbers of a queue, read two requests at a time.
func (w *town) numbers(t *testing.T, by civic.Actor, f Filter) (numbers []string) {
	t.Helper()
	for at := (civic.PageRequest{Size: 2}); ; {
		page, err := w.Queue(t.Context(), by, f, at)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		for _, r := range page.Items {
			numbers = append(numbers, r.Number)
		}
		if at.Cursor = page.Next; at.Cursor == "" {
			return numbers
		}
		if len(page.Items) != 2 {
			t.Errorf("%+v: a page of %d, and more follow", f, len(page.Items))
		}
	}
}

// TestQueueOrders: from page to page a queue stands by number, by applicant as Italian readers look for
// names, and by state, both ways, whoever reads it and whatever they choose.
func TestQueueOrders(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	all := queued(t, w)
	place := func(r Request) int {
		return slices.IndexFunc(alphabet, func(n [2]string) bool { return n[0]+" "+n[1] == r.Listed })
	}
	byState := func(a, b Request) int {
		return cmp.Compare(slices.Index(States(), a.State), slices.Index(States(), b.State))
	}
	orders := map[QueueOrder]func(a, b Request) int{
		ByNumber:        func(a, b Request) int { return cmp.Compare(a.Number, b.Number) },
		ByNumberDown:    func(a, b Request) int { return cmp.Compare(b.Number, a.Number) },
		ByApplicant:     func(a, b Request) int { return cmp.Compare(place(a), place(b)) },
		ByApplicantDown: func(a, b Request) int { return cmp.Compare(place(b), place(a)) },
		ByState:         byState,
		ByStateDown:     func(a, b Request) int { return byState(b, a) },
	}
	both := civic.NewActor(civic.Actor{Account: "both", Roles: []civic.Role{civic.OfficeMember},
		Offices: []civic.ID{"lavori-pubblici", "urp"}}, grants)
	for name, c := range map[string]struct {
		by     civic.Actor
		f      Filter
		chosen func(Request) bool
	}{
		"all":            {w.desk, Filter{}, func(r Request) bool { return r.Open }},
		"of two offices": {both, Filter{}, func(r Request) bool { return r.Open }},
		"of an office": {w.desk, Filter{Office: "urp"},
			func(r Request) bool { return r.Open && r.Office == "urp" }},
		"my own": {w.desk, Filter{Mine: true},
			func(r Request) bool { return r.Open && r.Responsible == "desk" }},
		"of a state": {w.desk, Filter{State: Received}, func(r Request) bool { return r.State == Received }},
		"ended":      {w.desk, Filter{Closed: true}, func(r Request) bool { return !r.Open }},
	} {
		for order, less := range orders {
			want := slices.DeleteFunc(slices.Clone(all), func(r Request) bool { return !c.chosen(r) })
			slices.SortStableFunc(want, func(a, b Request) int { // those of one state are by due day
				return cmp.Or(less(a, b), cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.ID, b.ID))
			})
			var numbers []string
			for _, r := range want {
				numbers = append(numbers, r.Number)
			}
			c.f.Order = order
			if diff := cmpdiff.Diff(numbers, w.numbers(t, c.by, c.f)); diff != "" || len(numbers) == 0 {
				t.Errorf("%s by %s:\n%s", name, order, diff)
			}
		}
	}
	for _, f := range []Filter{{Alerted: true}, {Substitute: true}} {
		for f.Order = range orders {
			if _, err := w.Queue(t.Context(), w.desk, f, civic.PageRequest{}); err != nil {
				t.Errorf("what is urgent by itself, by %s: %v", f.Order, err)
			}
		}
	}
	for _, cursor := range []string{"x", "received", "answered:", "received:x"} {
		_, err := w.Queue(t.Context(), w.desk, Filter{Order: ByState}, civic.PageRequest{Cursor: cursor})
		if want := civic.Invalid; civic.CodeOf(err) != want && cursor != "received" {
			t.Errorf("the cursor %q: %v", cursor, err)
		}
	}
}

// earlierRequest is what an earlier version stored of who asked.
type earlierRequest struct {
	docstore.Meta `bson:",inline"`
	Number        string    `bson:"number"`
	Contact       civic.ID  `bson:"contact,omitempty"`
	Applicant     string    `bson:"applicant"`
	Declared      *Declared `bson:"declared,omitempty"`
	State         State     `bson:"state"`
	Later         string    `bson:"later"` // of a version to come
}

// TestApplicantsOfEarlierRequests: the step of an upgrade gives requests what they are listed by: who is a
// contact as that is called, who declared themselves as they did, whoever else as the request has it.
func TestApplicantsOfEarlierRequests(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newTown(t)
	earlier, err := docstore.Collect[earlierRequest](ctx, w.DB, docstore.Spec{Name: "requests", Followed: true,
		Indexes: []docstore.Index{{Name: "number", Fields: []string{"number"}, Unique: true}}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[civic.ID][2]string{"a": {"Però Anna", "pero\tanna"}, "b": {"De Luca Ada", "de luca\tada"},
		"c": {"Petar Đorđe", "petar dorde"}, "d": {"", ""}}
	for _, r := range []earlierRequest{
		{Meta: docstore.Meta{ID: "a"}, Contact: w.anna.Contact, Applicant: "Anna Però"},
		{Meta: docstore.Meta{ID: "b"}, Contact: w.anna.Contact, Applicant: "Ada De Luca",
			Declared: &Declared{GivenName: "Ada", FamilyName: "De Luca", Email: "ada@posta.example"}},
		{Meta: docstore.Meta{ID: "c"}, Contact: "gone", Applicant: "Petar Đorđe"},
		{Meta: docstore.Meta{ID: "d"}},
	} {
		r.Number, r.State, r.Later = string(r.ID), Received, "stays"
		if err := earlier.Insert(ctx, &r); err != nil {
			t.Fatal(err)
		}
	}
	m, err := migrate.Open(ctx, w.DB, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a crash may repeat it
		if err := m.Take(ctx, ApplicantsStep()); err != nil {
			t.Fatal(err)
		}
	}
	for id, listed := range want {
		r, err := w.requests.Get(ctx, id)
		if err != nil || [2]string{r.Listed, r.SortName} != listed || r.Revision != 1 {
			t.Errorf("%s is listed as %q by %q, revision %d, %v", id, r.Listed, r.SortName, r.Revision, err)
		}
		if e, err := earlier.Get(ctx, id); err != nil || e.Later != "stays" {
			t.Errorf("%s: %+v, %v", id, e, err)
		}
	}
}
