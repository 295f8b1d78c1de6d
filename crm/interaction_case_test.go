package crm

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/testtown"
)

// TestDatesOfCalls: a day is never dropped, and neither a past nor a mistyped year passes for one to do
// something by.
func TestDatesOfCalls(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 29, 23, 30, 0, 0, time.UTC) // the 30th in Rome
	noon := time.Date(2026, time.November, 28, 11, 0, 0, 0, time.UTC)
	tests := []struct {
		outcome Outcome
		due, on string
		want    []string
		at      time.Time
	}{
		{FollowUp, "2026-11-30", "", nil, now},
		{FollowUp, "", "", nil, now},
		{FollowUp, "2028-11-29", "2026-11-30", nil, now},
		{Answered, "", "2026-11-28", nil, noon},
		{Answered, "2026-12-01", "", []string{"due_on crm.error.due_without_follow_up"}, now},
		{Forwarded, "2026-12-01", "", []string{"due_on crm.error.due_without_follow_up"}, now},
		{FollowUp, "2026-11-29", "", []string{"due_on error.date.past"}, now},
		{FollowUp, "2999-01-01", "", []string{"due_on error.date.far"}, now},
		{FollowUp, "31/12/2026", "", []string{"due_on error.date"}, now},
		{Answered, "", "2026-12-01", []string{"on error.date.future"}, now},
		{Answered, "", "1926-11-28", []string{"on error.date.old"}, now},
		{Answered, "", "ieri", []string{"on error.date"}, now},
	}
	for _, tt := range tests {
		var i Interaction
		in := call("")
		in.Outcome, in.DueOn, in.On = tt.outcome, tt.due, tt.on
		err := in.apply(&i, interactionChoices{offices: map[civic.ID]bool{"urp": true}}, now)
		var got []string
		var fault *civic.Error
		if errors.As(err, &fault) {
			for _, f := range fault.Fields {
				got = append(got, f.Field+" "+f.Message.Key)
			}
		}
		if !slices.Equal(got, tt.want) || !i.At.Equal(tt.at) || i.DueOn != tt.due {
			t.Errorf("%s by %q of %q: %v, kept %q, at %v", tt.outcome, tt.due, tt.on, got, i.DueOn, i.At)
		}
	}
}

// staffOf lists colleagues.
type staffOf []Colleague

func (s staffOf) Colleagues(context.Context) ([]Colleague, error) { return s, nil }

// caseTown is a town whose conversations can be given to two colleagues.
func caseTown(t *testing.T) *town {
	return newTown(t, func(o *Options) {
		o.Colleagues = staffOf{
			{ID: "urp-1", Name: "Staff urp-1", Offices: []civic.ID{"urp"}},
			{ID: "works-1", Name: "Staff works-1", Offices: []civic.ID{"lavori-pubblici"}},
		}
	})
}

func TestACallBecomesASmallCase(t *testing.T) {
	t.Parallel()
	w, ctx := caseTown(t), t.Context()
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però"})
	in := call("")
	in.Outcome, in.DueOn = FollowUp, "2026-12-01"
	i := w.call(t, w.Operator, in)
	if i.Owner != "urp-1" || !i.Open {
		t.Fatalf("owner %q", i.Owner)
	}
	for range 2 { // sent twice, noted once
		if _, err := w.AddCaseNote(ctx, w.Operator, i.ID, "modulonota0000000001",
			"Richiamata: non risponde"); err != nil {
			t.Fatal(err)
		}
	}
	i, err := w.AttachContact(ctx, w.Operator, i.ID, i.Revision+1, i.Shown(), anna.ID)
	if err != nil || i.Contact != anna.ID {
		t.Fatalf("attached: %v, %v", i.Contact, err)
	}
	if got := titles(t,
		func(p civic.PageRequest) (civic.Page[Entry], error) {
			return w.Timeline(ctx, w.Operator, anna.ID, p)
		}); len(got) != 1 {
		t.Errorf("timeline of who was attached: %v", got)
	}
	right := in
	right.Subject, right.Topic, right.On = "Orari della ludoteca", "mobilita", "2026-11-20"
	if _, err := w.CorrectInteraction(ctx, w.Operator, i.ID, i.Revision-1,
		right); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("put right from an old page: %v", err)
	}
	i, err = w.CorrectInteraction(ctx, w.Operator, i.ID, i.Revision, right)
	if err != nil || i.Subject != right.Subject || i.Day() != "2026-11-20" || !i.Open {
		t.Fatalf("put right: %+v, %v", i, err)
	}
	i, err = w.AssignInteraction(ctx, w.Operator, i.ID,
		AssignInput{Revision: i.Revision, Office: "lavori-pubblici", Owner: "works-1", Reason: "È una buca"})
	if err != nil || i.Office != "lavori-pubblici" || i.OwnerName != "Staff works-1" {
		t.Fatalf("given away: %+v, %v", i, err)
	}
	for range 2 {
		if i, err = w.CloseFollowUp(ctx, w.Works, i.ID, "Buca chiusa"); err != nil {
			t.Fatal(err)
		}
	}
	if i.Open || i.Closing == nil || i.Closing.Words != "Buca chiusa" || i.Closing.By != "works-1" ||
		i.Closing.At.IsZero() {
		t.Errorf("closing: %+v", i.Closing)
	}
	want := []CaseChange{
		{Field: CaseContact}, {Field: CaseDay, Was: "2026-11-23"}, {Field: CaseTopic},
		{Field: CaseSubject, Was: "Orari della biblioteca"},
		{Field: CaseOffice, Was: "urp", Reason: "È una buca"},
		{Field: CaseOwner, Was: "Staff urp-1", Reason: "È una buca"},
	}
	if diff := cmp.Diff(want, i.Changes,
		cmpopts.IgnoreFields(CaseChange{}, "By", "ByName", "At")); diff != "" {
		t.Errorf("history: (-want +got)\n%s", diff)
	}
	for _, c := range i.Changes {
		if c.By != "urp-1" || c.ByName == "" || c.At.IsZero() {
			t.Errorf("who and when: %+v", c)
		}
	}
	if len(i.Notes) != 1 || i.Notes[0].ByName != "Staff urp-1" {
		t.Errorf("notes: %+v", i.Notes)
	}
	i, err = w.ReopenFollowUp(ctx, w.Works, i.ID)
	if err != nil || !i.Open || i.Closing != nil || i.Changes[len(i.Changes)-1].Was != "Buca chiusa" {
		t.Errorf("opened again: %+v, %v", i, err)
	}
	w.acts(t, i.ID, "create", "note", "attach", "correct", "assign", "close", "reopen")
}

// acts checks that each act on an interaction was recorded.
func (w *town) acts(t *testing.T, id civic.ID, acts ...string) {
	t.Helper()
	found, err := w.Log.List(t.Context(), w.Officer, audit.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range acts {
		if !slices.ContainsFunc(found.Items,
			func(r audit.Record) bool {
				return r.Action == audit.Action("crm.interaction."+act) &&
					r.Object == id
			}) {
			t.Errorf("the audit does not know of %s", act)
		}
	}
}

// TestWhoMayHandleACase: another office neither reads nor takes what is confidential, and reads it once it is
// given to it.
func TestWhoMayHandleACase(t *testing.T) {
	t.Parallel()
	w, ctx := caseTown(t), t.Context()
	social := colleague("social-1", "servizi-sociali")
	in := call("")
	in.Office, in.Confidential, in.Note = "servizi-sociali", true, "parola-segreta"
	i := w.call(t, social, in)
	give := AssignInput{Revision: i.Revision, Office: "lavori-pubblici"}
	acts := map[string]func(civic.Actor) error{
		"note": func(by civic.Actor) error {
			_,
				err := w.AddCaseNote(ctx, by, i.ID, formKey(), "x")
			return err
		},
		"close":  func(by civic.Actor) error { _, err := w.CloseFollowUp(ctx, by, i.ID, "x"); return err },
		"reopen": func(by civic.Actor) error { _, err := w.ReopenFollowUp(ctx, by, i.ID); return err },
		"assign": func(by civic.Actor) error {
			_,
				err := w.AssignInteraction(ctx, by, i.ID, give)
			return err
		},
		"correct": func(by civic.Actor) error {
			_,
				err := w.CorrectInteraction(ctx, by, i.ID, i.Revision, in)
			return err
		},
	}
	for name, act := range acts {
		for want, by := range map[civic.Code]civic.Actor{civic.NotFound: w.Works, civic.Forbidden: w.Operator,
			civic.Unauthenticated: w.Visitor} {
			if err := act(by); civic.CodeOf(err) != want {
				t.Errorf("%s by %s: %v, want %s", name, by.Account, err, want)
			}
		}
	}
	wrong := AssignInput{Revision: i.Revision, Office: "lavori-pubblici", Owner: "urp-1"}
	if _, err := w.AssignInteraction(ctx, social, i.ID, wrong); !slices.Equal(testtown.Fields(err),
		[]string{"owner"}) {
		t.Errorf("given to a colleague of another office: %v", err)
	}
	if _, err := w.AssignInteraction(ctx, social, i.ID, give); err != nil {
		t.Fatal(err)
	}
	if read, err := w.Interaction(ctx, w.Works, i.ID); err != nil || read.Note != "parola-segreta" {
		t.Errorf("the office it was given to reads %q, %v", read.Note, err)
	}
	w.flush(t)
	if !w.finds(t, w.Works, "parola-segreta") || w.finds(t, w.Operator, "parola-segreta") {
		t.Error("the index does not follow the office")
	}
	if read, err := w.Interaction(ctx, w.Operator, i.ID); err != nil || !read.NoteHidden ||
		strings.Contains(read.words(), "segreta") {
		t.Errorf("the URP reads %+v, %v", read, err)
	}
}

// TestAnInteractionOfBefore: what an earlier version stored opens and can be worked on.
func TestAnInteractionOfBefore(t *testing.T) {
	t.Parallel()
	w, ctx := caseTown(t), t.Context()
	type before struct { // the whole stored form until now
		docstore.Meta `bson:",inline"`
		Channel       Channel   `bson:"channel"`
		Direction     Direction `bson:"direction"`
		Office        civic.ID  `bson:"office"`
		Subject       string    `bson:"subject"`
		Outcome       Outcome   `bson:"outcome"`
		DueOn         string    `bson:"dueOn,omitempty"`
		Open          bool      `bson:"open"`
		By            civic.ID  `bson:"by,omitempty"`
		At            time.Time `bson:"at"`
		UpdatedAt     time.Time `bson:"updatedAt"`
		Contact       civic.ID  `bson:"contact,omitempty"`
		Owner         civic.ID  `bson:"owner,omitempty"` // new, never set: the indexes name it
	}
	old, err := docstore.Collect[before](ctx, w.DB, interactionSpec())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, time.March, 3, 9, 0, 0, 0, time.UTC)
	for _, b := range []before{
		{Meta: docstore.Meta{ID: "aperto"}, Channel: ByPhone, Direction: Inbound, Office: "urp",
			Subject: "Aperto", Outcome: FollowUp, DueOn: "2024-03-05", Open: true, By: "urp-9", At: at,
			UpdatedAt: at},
		{Meta: docstore.Meta{ID: "chiuso"}, Channel: ByPhone, Direction: Inbound, Office: "urp",
			Subject: "Chiuso", Outcome: FollowUp, By: "urp-9", At: at, UpdatedAt: at},
	} {
		if err := old.Insert(ctx, &b); err != nil {
			t.Fatal(err)
		}
	}
	for order, want := range map[InteractionOrder]int{NewestFirst: 2, OldestFirst: 2, DueFirst: 1} {
		if list, err := w.Interactions(ctx, w.Operator, InteractionFilter{Order: order, Office: "urp"},
			civic.PageRequest{}); err != nil || len(list.Items) != want {
			t.Errorf("order %q: %d, %v", order, len(list.Items), err)
		}
	}
	i, err := w.Interaction(ctx, w.Operator, "aperto")
	if err != nil || !i.Late(w.Clock.Now()) || !i.Recorded().Equal(at) {
		t.Fatalf("%+v, %v", i, err)
	}
	in := InteractionInput{Channel: i.Channel, Direction: i.Direction, Subject: "Aperto da tempo",
		Outcome: FollowUp, DueOn: i.DueOn, On: i.Day()}
	if i, err = w.CorrectInteraction(ctx, w.Operator, "aperto", i.Revision, in); err != nil ||
		!i.At.Equal(at) || len(i.Changes) != 1 {
		t.Errorf("put right with its old day: %+v, %v", i, err)
	}
	if i, err = w.CloseFollowUp(ctx, w.Operator, "chiuso", "di nuovo"); err != nil || i.Closing != nil {
		t.Errorf("closed long ago: %+v, %v", i, err)
	}
}

func TestMyCases(t *testing.T) {
	t.Parallel()
	w, ctx := caseTown(t), t.Context()
	mine := call("")
	mine.Outcome, mine.DueOn = FollowUp, "2026-12-24"
	w.call(t, w.Operator, mine)
	sooner := mine
	sooner.FormKey, sooner.DueOn = formKey(), "2026-12-01"
	w.call(t, w.Operator, sooner)
	other := mine
	other.FormKey, other.Office = formKey(), "lavori-pubblici"
	w.call(t, w.Works, other)
	due := func(by civic.Actor, f InteractionFilter) (days []string) {
		list, err := w.Interactions(ctx, by, f, civic.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range list.Items {
			days = append(days, i.DueOn)
		}
		return days
	}
	if got := due(w.Operator, InteractionFilter{Mine: true, Order: DueFirst}); !slices.Equal(got,
		[]string{"2026-12-01", "2026-12-24"}) {
		t.Errorf("mine: %v", got)
	}
	if got := due(w.Works, InteractionFilter{Order: DueFirst}); !slices.Equal(got, []string{"2026-12-24"}) {
		t.Errorf("of the works: %v", got)
	}
	if got := due(w.Operator, InteractionFilter{Open: true, Order: OldestFirst}); len(got) != 3 {
		t.Errorf("all: %v", got)
	}
}
