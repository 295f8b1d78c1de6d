package crm

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/search"
)

func call(contact civic.ID) InteractionInput {
	return InteractionInput{
		FormKey: formKey(), Contact: contact, Channel: ByPhone, Direction: Inbound, Office: "urp",
		Subject: "Orari della biblioteca",
		Note:    "Chiede anche dei corsi", Outcome: Answered,
	}
}

func (w *town) call(t testing.TB, by civic.Actor, in InteractionInput) Interaction {
	t.Helper()
	i, err := w.RecordInteraction(t.Context(), by, in)
	if err != nil {
		t.Fatalf("recording a call: %v", err)
	}
	return i
}

// titles returns the titles of a whole timeline, read page by page.
func titles(t testing.TB, read func(civic.PageRequest) (civic.Page[Entry], error)) []string {
	t.Helper()
	var out []string
	for page := (civic.PageRequest{Size: 2}); ; {
		found, err := read(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range found.Items {
			out = append(out, e.Title)
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			return out
		}
	}
}

func TestCallIsOnTheTimelineAndTheNoteIsNot(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però"})
	for _, subject := range []string{"Uno", "Due", "Tre", "Quattro", "Cinque"} {
		in := call(anna.ID)
		in.Subject = subject
		w.call(t, w.Operator, in)
	}
	want := []string{"Cinque", "Quattro", "Tre", "Due", "Uno"}
	got := titles(t, func(p civic.PageRequest) (civic.Page[Entry], error) {
		return w.Timeline(t.Context(), w.Operator, anna.ID, p)
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("timeline: (-want +got)\n%s", diff)
	}
	own, err := w.OwnTimeline(t.Context(), w.Citizen(anna.ID), civic.PageRequest{})
	if err != nil || len(own.Items) != 5 || own.Items[0].By != "" || own.Items[0].Channel != "phone" ||
		own.Items[0].Office != "urp" {
		t.Errorf("own timeline: %+v, %v", own.Items, err)
	}
	bruno := w.create(t, ContactInput{GivenName: "Bruno"})
	if own, err := w.OwnTimeline(t.Context(), w.Citizen(bruno.ID), civic.PageRequest{}); err != nil ||
		len(own.Items) != 0 {
		t.Errorf("another's timeline: %+v, %v", own.Items, err)
	}
	if _, err := w.OwnTimeline(t.Context(), w.Operator,
		civic.PageRequest{}); civic.CodeOf(err) != civic.Unauthenticated {
		t.Errorf("staff have no timeline: %v", err)
	}
}

func TestNotesAndOtherOffices(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "Però"})
	secret := call(anna.ID)
	secret.Office, secret.Subject, secret.Note, secret.Confidential = "servizi-sociali", "Colloquio",
		"parola-segreta", true
	social := colleague("social-1", "servizi-sociali")
	// an office that has not dealt with Anna knows neither her nor that there is something to know
	if _, err := w.RecordInteraction(t.Context(), social, secret); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("recording for a contact one may not read: %v", err)
	}
	first := call(anna.ID)
	first.Office = "servizi-sociali"
	w.call(t, w.Operator, first)
	hidden := w.call(t, social, secret)
	open := w.call(t, w.Operator, call(anna.ID))
	w.flush(t)

	tests := []struct {
		who       string
		by        civic.Actor
		hidden    civic.Code // of reading the confidential interaction
		note      bool
		open      civic.Code // of reading the other
		listed    int
		timeline  int // -1: refused
		finds     bool
		findsOpen bool
	}{
		{"the office", social, "", true, civic.NotFound, 2, 2, true, false},
		{"the URP", w.Operator, "", false, "", 3, 3, false, true},
		{"another office", w.Works, civic.NotFound, false, civic.NotFound, 0, -1, false, false},
		{"the citizen", w.Citizen(anna.ID), civic.Forbidden, false, civic.Forbidden, -1, -1, false, false},
		{"a visitor", w.Visitor, civic.Unauthenticated, false, civic.Unauthenticated, -1, -1, false, false},
	}
	for _, tt := range tests {
		i, err := w.Interaction(t.Context(), tt.by, hidden.ID)
		if civic.CodeOf(err) != tt.hidden || (i.Note != "") != tt.note || err == nil &&
			i.NoteHidden == tt.note {
			t.Errorf("%s reads the confidential one: %+v, %v", tt.who, i, err)
		}
		if _, err := w.Interaction(t.Context(), tt.by, open.ID); civic.CodeOf(err) != tt.open {
			t.Errorf("%s reads the other: %v", tt.who, err)
		}
		list, err := w.Interactions(t.Context(), tt.by, InteractionFilter{}, civic.PageRequest{})
		if tt.listed < 0 && err == nil || tt.listed >= 0 && (err != nil || len(list.Items) != tt.listed) {
			t.Errorf("%s lists %d, %v", tt.who, len(list.Items), err)
		}
		for _, i := range list.Items {
			if strings.Contains(i.Note, "segreta") && !tt.note {
				t.Errorf("%s reads the note in the list", tt.who)
			}
		}
		line, err := w.Timeline(t.Context(), tt.by, anna.ID, civic.PageRequest{})
		if tt.timeline < 0 && err == nil || tt.timeline >= 0 &&
			(err != nil || len(line.Items) != tt.timeline) {
			t.Errorf("%s has %d on the timeline, %v", tt.who, len(line.Items), err)
		}
		if got := w.finds(t, tt.by, "parola-segreta"); got != tt.finds {
			t.Errorf("%s finds the note: %v", tt.who, got)
		}
		if got := w.finds(t, tt.by, "corsi"); got != (tt.findsOpen || tt.finds) {
			t.Errorf("%s finds the open note: %v", tt.who, got)
		}
		if names, err := w.Names(t.Context(), tt.by, []civic.ID{anna.ID}); err != nil ||
			(names[anna.ID] != "") != (tt.timeline >= 0) {
			t.Errorf("%s is told the name: %v, %v", tt.who, names, err)
		}
	}
	if _, err := w.Interactions(t.Context(), w.Works, InteractionFilter{Office: "urp"},
		civic.PageRequest{}); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("another office's list: %v", err)
	}
}

// finds reports whether by finds an interaction by a word.
func (w *town) finds(t testing.TB, by civic.Actor, text string) bool {
	t.Helper()
	scopes, err := w.Scopes(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.search.Search(t.Context(), search.Query{Text: text, Scopes: append(scopes, search.Public)})
	if err != nil {
		t.Fatal(err)
	}
	return r.Total > 0
}

func TestCallOfANewCallerInOneForm(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.create(t, ContactInput{GivenName: "Mario", FamilyName: "Rossi", Phones: []string{"3471234567"}})
	in := call("")
	in.New = &ContactInput{Kind: Person, GivenName: "Carla", FamilyName: "Rossi",
		Phones: []string{"3471234567"}}
	_, err := w.RecordInteraction(t.Context(), w.Operator, in)
	if civic.CodeOf(err) != civic.Conflict {
		t.Fatalf("a likely double: %v", err)
	}
	if list, err := w.Interactions(t.Context(), w.Operator, InteractionFilter{},
		civic.PageRequest{}); err != nil || len(list.Items) != 0 {
		t.Fatalf("stored before the question was answered: %v, %v", list.Items, err)
	}
	in.New.Reason = "la moglie"
	ids := make([]civic.ID, 5)
	var wg sync.WaitGroup
	for k := range ids {
		wg.Go(func() {
			i, err := w.RecordInteraction(t.Context(), w.Operator, in)
			if err != nil {
				t.Errorf("sent again: %v", err)
			}
			ids[k] = i.Contact
		})
	}
	wg.Wait()
	if ids[0] == "" || slices.ContainsFunc(ids, func(id civic.ID) bool { return id != ids[0] }) {
		t.Errorf("contacts %v", ids)
	}
	if got := titles(t, func(p civic.PageRequest) (civic.Page[Entry], error) {
		return w.Timeline(t.Context(), w.Operator, ids[0], p)
	}); len(got) != 1 {
		t.Errorf("timeline of the new caller: %v", got)
	}
	in.Subject = "Altro"
	if _, err := w.RecordInteraction(t.Context(), w.Operator, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("another call with the same form key: %v", err)
	}
}

func TestCallOfAnUnknownCaller(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	i := w.call(t, w.Operator, call(""))
	if i.Contact != "" {
		t.Errorf("contact %q", i.Contact)
	}
	in := call("nobody")
	if _, err := w.RecordInteraction(t.Context(), w.Operator, in); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("a contact that is none: %v", err)
	}
}

func TestWrongInteractions(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	tests := []struct {
		change func(*InteractionInput)
		want   string
	}{
		{func(i *InteractionInput) { i.Subject = " " }, "subject"},
		{func(i *InteractionInput) { i.Subject = strings.Repeat("a", 201) }, "subject"},
		{func(i *InteractionInput) { i.Note = strings.Repeat("a", 10_001) }, "note"},
		{func(i *InteractionInput) { i.Channel = "fax" }, "channel"},
		{func(i *InteractionInput) { i.Direction = "" }, "direction"},
		{func(i *InteractionInput) { i.Office = "atlantide" }, "office"},
		{func(i *InteractionInput) { i.Outcome = "" }, "outcome"},
		{func(i *InteractionInput) { i.Outcome, i.DueOn = FollowUp, "31/12/2026" }, "due_on"},
	}
	for _, tt := range tests {
		in := call("")
		tt.change(&in)
		if _, err := w.RecordInteraction(t.Context(), w.Operator, in); civic.CodeOf(err) != civic.Invalid ||
			!slices.Equal(testtown.Fields(err), []string{tt.want}) {
			t.Errorf("%s: %v", tt.want, err)
		}
	}
}

func TestFollowUp(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna"})
	in := call(anna.ID)
	in.Outcome, in.DueOn = FollowUp, "2026-12-01"
	i := w.call(t, w.Operator, in)
	w.call(t, w.Operator, call(anna.ID))
	open := func() int {
		page, err := w.Interactions(t.Context(), w.Operator, InteractionFilter{Open: true, Office: "urp"},
			civic.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items)
	}
	if open() != 1 {
		t.Errorf("%d to follow up, want 1", open())
	}
	if _, err := w.CloseFollowUp(t.Context(), w.Works, i.ID, ""); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("another office closes it: %v", err)
	}
	for range 2 {
		if _, err := w.CloseFollowUp(t.Context(), w.Operator, i.ID, "Richiamata: tutto a posto"); err != nil {
			t.Error(err)
		}
	}
	if open() != 0 {
		t.Errorf("%d to follow up, want 0", open())
	}
	if got := titles(t, func(p civic.PageRequest) (civic.Page[Entry], error) {
		return w.Timeline(t.Context(), w.Operator, anna.ID, p)
	}); len(got) != 2 {
		t.Errorf("timeline: %v", got)
	}
}
