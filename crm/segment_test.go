package crm

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

// questions is an answer source of one questionnaire.
type questions struct{}

func (questions) AnswerQuestions(context.Context) ([]AnswerQuestion, error) {
	return []AnswerQuestion{{Source: "q1", SourceTitle: Text{It: "Servizi"}, Key: "satisfied", Label: Text{It: "Soddisfazione"}, Values: []AnswerValue{{Value: "1"}, {Value: "2"}, {Value: "5"}}}}, nil
}

// used says that one segment is used.
type used struct{ segment civic.ID }

func (u *used) SegmentUsed(_ context.Context, s civic.ID) (bool, error) { return s == u.segment, nil }

// people loads n contacts whose properties follow from their number: every second in the centre, every third with an address,
// every fourth consenting, the unhappy among the first in the centre.
func (w *town) people(t testing.TB, n, unhappy int) {
	t.Helper()
	load := func(yield func(LoadContact) bool) {
		for i := range n {
			c := LoadContact{ID: civic.ID(fmt.Sprintf("p%04d", i)), ContactInput: ContactInput{Kind: Person, GivenName: "Anna", FamilyName: fmt.Sprintf("Numero %d", i), District: "san-lazzaro"}}
			if i%2 == 0 {
				c.District = "centro"
			}
			if i%3 == 0 {
				c.Emails = []string{fmt.Sprintf("p%d@posta.example", i/6*6)} // two by two the same
			}
			if i%4 == 0 {
				c.Consents = []LoadConsent{{Topic: "mobilita", Channel: ByMail, Given: true, At: w.clock.t}}
			}
			if !yield(c) {
				return
			}
		}
	}
	if err := w.LoadContacts(t.Context(), root, load, nil); err != nil {
		t.Fatal(err)
	}
	for i := range unhappy {
		if err := w.Record(t.Context(), answer(civic.ID(fmt.Sprintf("p%04d", 2*i)), fmt.Sprint("r", i), w.now(), fact("satisfied", "1"))); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *town) segment(t testing.TB, r Rule) Segment {
	t.Helper()
	g, err := w.CreateSegment(t.Context(), w.news, SegmentInput{FormKey: formKey(), Name: "Insoddisfatti del centro", Rule: r})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func members(t testing.TB, w *town, segment civic.ID) ([]civic.ID, error) {
	t.Helper()
	var ids []civic.ID
	for id, err := range w.Members(t.Context(), segment) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, nil
}

func TestSegmentOfUnhappyPeopleInADistrict(t *testing.T) {
	t.Parallel()
	w := newTown(t, func(o *Options) { o.Answers = questions{} })
	w.people(t, 60, 7)
	rule := All(Is(FieldDistrict, "centro"), AnswerIs("q1", "satisfied", "1", "2"), Is(FieldReach, "mail"))
	g := w.segment(t, rule)
	got, err := members(t, w, g.ID)
	if err != nil && civic.CodeOf(err) != civic.Forbidden {
		t.Fatal(err)
	}
	// of 0, 2, 4, … 12 only 0, 6 and 12 have an address: too few to be told apart
	if civic.CodeOf(err) != civic.Forbidden || len(got) != 0 {
		t.Errorf("a group of three: %v, %v", got, err)
	}
	g = w.segment(t, All(Is(FieldDistrict, "centro"), AnswerIs("q1", "satisfied", "1", "2")))
	got, err = members(t, w, g.ID)
	want := []civic.ID{"p0000", "p0002", "p0004", "p0006", "p0008", "p0010", "p0012"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("members: %v (-want +got)\n%s", err, diff)
	}
	p, err := w.PreviewSegment(t.Context(), w.news, g.Rule, "mobilita")
	if err != nil {
		t.Fatal(err)
	}
	// addresses: 0, 6, 12; consent: 0, 4, 8, 12
	if p.Total != 7 || p.NoAddress != 4 || p.NoConsent != 1 || p.DuplicateAddress != 0 || p.Reached != 2 || len(p.Examples) != 7 {
		t.Errorf("preview %+v", p)
	}
	if got := w.audited(t, "p0002"); !slices.Contains(got, "crm.segment.example") {
		t.Errorf("an example shown is a reading: %v", got)
	}
	c, steps, err := w.ExplainSegment(t.Context(), w.news, g.ID, "p0002")
	if err != nil || c.ID != "p0002" || len(steps) != 3 || !steps[0].Holds {
		t.Errorf("explained: %+v, %v", steps, err)
	}
	if _, steps, err = w.ExplainSegment(t.Context(), w.news, g.ID, "p0014"); err != nil || steps[0].Holds || !steps[1].Holds || steps[2].Holds {
		t.Errorf("explained: %+v, %v", steps, err)
	}
}

func TestASmallGroupChosenByAnswersIsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t, func(o *Options) { o.Answers = questions{} })
	w.people(t, 20, 4)
	g := w.segment(t, AnswerIs("q1", "satisfied", "1"))
	tries := map[string]func() error{
		"preview": func() error { _, err := w.PreviewSegment(t.Context(), w.news, g.Rule, ""); return err },
		"members": func() error { _, err := members(t, w, g.ID); return err },
		"explain": func() error { _, _, err := w.ExplainSegment(t.Context(), w.news, g.ID, "p0000"); return err },
		"export":  func() error { return w.ExportSegment(t.Context(), w.news, g.ID, &bytes.Buffer{}) },
	}
	for name, try := range tries {
		if err := try(); civic.CodeOf(err) != civic.Forbidden {
			t.Errorf("%s of four people: %v", name, err)
		}
	}
	if err := w.Record(t.Context(), answer("p0018", "r9", w.now(), fact("satisfied", "1"))); err != nil {
		t.Fatal(err)
	}
	for name, try := range tries {
		if err := try(); err != nil {
			t.Errorf("%s of five people: %v", name, err)
		}
	}
	// without answers in the rule, any number will do
	small := w.segment(t, All(Is(FieldConsent, "mobilita"), Is(FieldDistrict, "san-lazzaro")))
	if got, err := members(t, w, small.ID); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// Members are whom Match chooses among all stored contacts, for random rules.
func TestMembersAgreeWithMatch(t *testing.T) {
	t.Parallel()
	w := newTown(t, func(o *Options) { o.MinGroup = 1 })
	r := rand.New(rand.NewPCG(7, 8))
	contacts := make([]*Contact, 200)
	for i := range contacts {
		c := randomContact(r)
		c.ID, c.UpdatedAt, c.CreatedAt, c.FamilyName = civic.ID(fmt.Sprintf("p%03d", i)), w.now(), w.now(), "Rossi"
		c.derive()
		contacts[i] = &c
	}
	if _, err := w.contacts.InsertMany(t.Context(), contacts); err != nil {
		t.Fatal(err)
	}
	for range 60 {
		rule := randomRule(r, 3)
		var want, got []civic.ID
		for _, c := range contacts {
			if rule.Match(*c) {
				want = append(want, c.ID)
			}
		}
		people, err := w.segmentIndex.choose(t.Context(), rule, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range people {
			got = append(got, c.id)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v: (-want +got)\n%s", rule, diff)
		}
	}
}

func TestAStaleIndexPutsNobodyIntoASegment(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", District: "centro"})
	g := w.segment(t, Is(FieldDistrict, "centro"))
	stale := anna
	if _, err := w.UpdateContact(t.Context(), w.operator, anna.ID, ContactInput{Version: 1, Kind: Person, GivenName: "Anna", District: "san-lazzaro"}); err != nil {
		t.Fatal(err)
	}
	w.search.Put(stale.searchDoc())
	if got, err := members(t, w, g.ID); err != nil || len(got) != 0 {
		t.Errorf("members %v, %v", got, err)
	}
}

func TestSegmentLife(t *testing.T) {
	t.Parallel()
	u := &used{}
	w := newTown(t, func(o *Options) { o.Uses = u })
	in := SegmentInput{FormKey: formKey(), Name: "Centro", Rule: Is(FieldDistrict, "centro")}
	g, err := w.CreateSegment(t.Context(), w.news, in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.CreateSegment(t.Context(), w.news, in); err != nil || again.ID != g.ID {
		t.Errorf("sent again: %v, %v", again.ID, err)
	}
	in.Name = "Altro"
	if _, err := w.CreateSegment(t.Context(), w.news, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("another with the same key: %v", err)
	}
	in.Revision = g.Revision
	if g, err = w.UpdateSegment(t.Context(), w.news, g.ID, in); err != nil || g.Name != "Altro" {
		t.Errorf("%+v, %v", g, err)
	}
	in.Name = "Altro ancora"
	if _, err := w.UpdateSegment(t.Context(), w.news, g.ID, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("an old form: %v", err)
	}
	in.Rule, in.Revision, in.Name = Is(FieldDistrict, "atlantide"), g.Revision, ""
	if _, err := w.UpdateSegment(t.Context(), w.news, g.ID, in); !slices.Equal(fieldsOf(err), []string{"name", "rule"}) {
		t.Errorf("wrong input: %v", err)
	}
	for _, by := range []civic.Actor{w.visitor, citizenOf("x"), w.works, w.operator} {
		if _, err := w.Segment(t.Context(), by, g.ID); err == nil {
			t.Errorf("%s reads a segment", by.Account)
		}
		if err := w.DeleteSegment(t.Context(), by, g.ID); err == nil {
			t.Errorf("%s deletes a segment", by.Account)
		}
	}
	u.segment = g.ID
	if err := w.DeleteSegment(t.Context(), w.news, g.ID); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("deleted while used: %v", err)
	}
	u.segment = ""
	if err := w.DeleteSegment(t.Context(), w.news, g.ID); err != nil {
		t.Error(err)
	}
	if page, err := w.Segments(t.Context(), w.news, civic.PageRequest{}); err != nil || len(page.Items) != 0 {
		t.Errorf("%v, %v", page.Items, err)
	}
	if _, err := members(t, w, g.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("members of nothing: %v", err)
	}
}

func TestRecipient(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna", FamilyName: "D'Angelo", District: "centro", Language: "en", Emails: []string{"anna@posta.example", "b@posta.example"}})
	silent := w.create(t, ContactInput{GivenName: "Bruno"})
	if _, err := w.SetConsent(t.Context(), w.operator, anna.ID, yes("mobilita")); err != nil {
		t.Fatal(err)
	}
	r, err := w.Recipient(t.Context(), anna.ID, "mobilita", false)
	if err != nil || r.Skip != "" || r.Address != "anna@posta.example" || r.Name != "Anna D'Angelo" || r.Language != "en" || r.Fields["district"] != "Centro storico" || r.Fields["given_name"] != "Anna" {
		t.Errorf("%+v, %v", r, err)
	}
	for _, tt := range []struct {
		contact, topic civic.ID
		institutional  bool
		want           string
	}{
		{anna.ID, "cultura-eventi", false, SkipNoConsent},
		{anna.ID, "cultura-eventi", true, ""},
		{silent.ID, "mobilita", true, SkipNoAddress},
		{"nobody", "mobilita", true, SkipGone},
	} {
		if r, err := w.Recipient(t.Context(), tt.contact, tt.topic, tt.institutional); err != nil || r.Skip != tt.want || (r.Address == "") != (tt.want != "") {
			t.Errorf("%s about %s: %+v, %v", tt.contact, tt.topic, r, err)
		}
	}
	if err := w.Withdraw(t.Context(), anna.ID, "mobilita", "unsubscribe"); err != nil {
		t.Fatal(err)
	}
	if r, _ := w.Recipient(t.Context(), anna.ID, "mobilita", false); r.Skip != SkipNoConsent {
		t.Errorf("a withdrawal counts at once: %+v", r)
	}
	if err := w.Withdraw(t.Context(), "nobody", "mobilita", "unsubscribe"); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("%v", err)
	}
}

func TestExportHasNoFormulasAndIsAudited(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, lead := range []string{"=1+A1", "+A1", "-1+B2", "@SUM(A1)", "＝A1"} {
		w.create(t, ContactInput{GivenName: lead, FamilyName: lead, Address: Address{Street: lead, Town: lead}, District: "centro", Phones: []string{"059206311"}})
	}
	w.create(t, ContactInput{FamilyName: "D'Angelo; \"Anna\"", District: "san-lazzaro"})
	var out bytes.Buffer
	if err := w.ExportContacts(t.Context(), w.news, ContactFilter{}, &out); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\uFEFF")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	phones := 0
	for _, row := range rows {
		for _, cell := range row {
			phone := strings.HasPrefix(cell, "+39059") // a number, and no formula
			if phone {
				phones++
			} else if cell != "" && strings.ContainsRune("=+-@\t\r＝", []rune(cell)[0]) {
				t.Errorf("cell %q", cell)
			}
		}
	}
	if phones != 5 {
		t.Errorf("%d telephone numbers as they are, want 5", phones)
	}
	page, err := w.log.List(t.Context(), w.officer, auditOf("crm.contact.export"))
	if err != nil || len(page.Items) != 1 || page.Items[0].Actor != "news-1" {
		t.Errorf("audited: %+v, %v", page.Items, err)
	}
	g := w.segment(t, Is(FieldDistrict, "san-lazzaro"))
	out.Reset()
	if err := w.ExportSegment(t.Context(), w.news, g.ID, &out); err != nil || strings.Count(out.String(), "\r\n") != 2 || !strings.Contains(out.String(), "D'Angelo") || strings.Contains(out.String(), "SUM") {
		t.Errorf("segment: %q, %v", out.String(), err)
	}
	broken := errors.New("the connection is gone")
	if err := w.ExportContacts(t.Context(), w.news, ContactFilter{}, failing{broken}); !errors.Is(err, broken) {
		t.Errorf("a reader who is gone: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
