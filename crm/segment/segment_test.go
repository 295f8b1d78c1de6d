package segment

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

// questions is an answer source of one questionnaire.
type questions struct{}

func (questions) AnswerQuestions(context.Context) ([]AnswerQuestion, error) {
	return []AnswerQuestion{{Source: "q1", SourceTitle: civic.Text{"it": "Servizi"}, Key: "satisfied",
		Label: civic.Text{"it": "Soddisfazione"}, Values: []AnswerValue{{Value: "1"}, {Value: "2"},
			{Value: "5"}}}}, nil
}

// used says that one segment is used.
type used struct{ segment civic.ID }

func (u *used) SegmentUsed(_ context.Context, s civic.ID) (bool, error) { return s == u.segment, nil }

// people loads n contacts whose properties follow from their number: every second in the centre, every third
// with an address, every fourth consenting, the unhappy among the first in the centre.
func (w *town) people(t testing.TB, n, unhappy int) {
	t.Helper()
	load := func(yield func(crm.LoadContact) bool) {
		for i := range n {
			c := crm.LoadContact{ID: civic.ID(fmt.Sprintf("p%04d", i)),
				ContactInput: crm.ContactInput{Kind: crm.Person, GivenName: "Anna",
					FamilyName: fmt.Sprintf("Numero %d", i), District: "san-lazzaro"}}
			if i%2 == 0 {
				c.District = "centro"
			}
			if i%3 == 0 {
				c.Emails = []string{fmt.Sprintf("p%d@posta.example", i/6*6)} // two by two the same
			}
			if i%4 == 0 {
				c.Consents = []crm.LoadConsent{{Topic: "mobilita", Channel: crm.ByMail, Given: true,
					At: w.Clock.Now()}}
			}
			if !yield(c) {
				return
			}
		}
	}
	if err := w.CRM.LoadContacts(t.Context(), root, load, nil); err != nil {
		t.Fatal(err)
	}
	for i := range unhappy {
		if err := w.CRM.Record(t.Context(),
			crmtest.Answer(civic.ID(fmt.Sprintf("p%04d", 2*i)), fmt.Sprint("r", i), w.Clock.Now(),
				"satisfied", "1")); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *town) made(t testing.TB, r Rule) Segment {
	t.Helper()
	g, err := w.Service.Create(t.Context(), w.News,
		Input{FormKey: formKey(), Name: "Insoddisfatti del centro", Rule: r})
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
	rule := All(Is(crm.AttributeDistrict, "centro"), AnswerIs("q1", "satisfied", "1", "2"),
		Is(crm.AttributeReach, "mail"))
	g := w.made(t, rule)
	got, err := members(t, w, g.ID)
	if err != nil && civic.CodeOf(err) != civic.Forbidden {
		t.Fatal(err)
	}
	// of 0, 2, 4, … 12 only 0, 6 and 12 have an address: too few to be told apart
	if civic.CodeOf(err) != civic.Forbidden || len(got) != 0 {
		t.Errorf("a group of three: %v, %v", got, err)
	}
	g = w.made(t, All(Is(crm.AttributeDistrict, "centro"), AnswerIs("q1", "satisfied", "1", "2")))
	got, err = members(t, w, g.ID)
	want := []civic.ID{"p0000", "p0002", "p0004", "p0006", "p0008", "p0010", "p0012"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("members: %v (-want +got)\n%s", err, diff)
	}
	p, err := w.Preview(t.Context(), w.News, g.Rule, "mobilita")
	if err != nil {
		t.Fatal(err)
	}
	// addresses: 0, 6, 12; consent: 0, 4, 8, 12
	if p.Total != 7 || p.NoAddress != 4 || p.NoConsent != 1 || p.DuplicateAddress != 0 || p.Reached != 2 ||
		len(p.Examples) != 7 {
		t.Errorf("preview %+v", p)
	}
	if got := w.Audited(t, "p0002"); !slices.Contains(got, "crm.segment.example") {
		t.Errorf("an example shown is a reading: %v", got)
	}
	c, steps, err := w.Explain(t.Context(), w.News, g.ID, "p0002")
	if err != nil || c.ID != "p0002" || len(steps) != 3 || !steps[0].Holds {
		t.Errorf("explained: %+v, %v", steps, err)
	}
	if _, steps, err = w.Explain(t.Context(), w.News, g.ID, "p0014"); err != nil || steps[0].Holds ||
		!steps[1].Holds || steps[2].Holds {
		t.Errorf("explained: %+v, %v", steps, err)
	}
}

func TestASmallGroupChosenByAnswersIsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t, func(o *Options) { o.Answers = questions{} })
	w.people(t, 20, 4)
	g := w.made(t, AnswerIs("q1", "satisfied", "1"))
	tries := map[string]func() error{
		"preview": func() error { _, err := w.Preview(t.Context(), w.News, g.Rule, ""); return err },
		"members": func() error { _, err := members(t, w, g.ID); return err },
		"explain": func() error { _, _, err := w.Explain(t.Context(), w.News, g.ID, "p0000"); return err },
		"export":  func() error { return w.Export(t.Context(), w.News, g.ID, "it", &bytes.Buffer{}) },
	}
	for name, try := range tries {
		if err := try(); civic.CodeOf(err) != civic.Forbidden {
			t.Errorf("%s of four people: %v", name, err)
		}
	}
	if err := w.CRM.Record(t.Context(), crmtest.Answer("p0018", "r9", w.Clock.Now(), "satisfied",
		"1")); err != nil {
		t.Fatal(err)
	}
	for name, try := range tries {
		if err := try(); err != nil {
			t.Errorf("%s of five people: %v", name, err)
		}
	}
	// without answers in the rule, any number will do
	small := w.made(t, All(Is(crm.AttributeConsent, "mobilita"), Is(crm.AttributeDistrict, "san-lazzaro")))
	if got, err := members(t, w, small.ID); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAMoveCountsAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.Town.Create(t, crm.ContactInput{GivenName: "Anna", District: "centro"})
	g := w.made(t, Is(crm.AttributeDistrict, "centro"))
	if _, err := w.CRM.UpdateContact(t.Context(), w.Operator, anna.ID,
		crm.ContactInput{Version: 1, Kind: crm.Person, GivenName: "Anna",
			District: "san-lazzaro"}); err != nil {
		t.Fatal(err)
	}
	if got, err := members(t, w, g.ID); err != nil || len(got) != 0 {
		t.Errorf("members %v, %v", got, err)
	}
}

func TestSegmentLife(t *testing.T) {
	t.Parallel()
	u := &used{}
	w := newTown(t, func(o *Options) { o.Uses = u })
	in := Input{FormKey: formKey(), Name: "Centro", Rule: Is(crm.AttributeDistrict, "centro")}
	g, err := w.Service.Create(t.Context(), w.News, in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.Service.Create(t.Context(), w.News, in); err != nil || again.ID != g.ID {
		t.Errorf("sent again: %v, %v", again.ID, err)
	}
	in.Name = "Altro"
	if _, err := w.Service.Create(t.Context(), w.News, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("another with the same key: %v", err)
	}
	in.Revision = g.Revision
	if g, err = w.Update(t.Context(), w.News, g.ID, in); err != nil || g.Name != "Altro" {
		t.Errorf("%+v, %v", g, err)
	}
	in.Name = "Altro ancora"
	if _, err := w.Update(t.Context(), w.News, g.ID, in); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("an old form: %v", err)
	}
	in.Rule, in.Revision, in.Name = Is(crm.AttributeDistrict, "atlantide"), g.Revision, ""
	if _, err := w.Update(t.Context(), w.News, g.ID, in); !slices.Equal(testtown.Fields(err),
		[]string{"name", "rule"}) {
		t.Errorf("wrong input: %v", err)
	}
	for _, by := range []civic.Actor{w.Visitor, w.Citizen("x"), w.Works, w.Operator} {
		if _, err := w.Segment(t.Context(), by, g.ID); err == nil {
			t.Errorf("%s reads a segment", by.Account)
		}
		if err := w.Delete(t.Context(), by, g.ID); err == nil {
			t.Errorf("%s deletes a segment", by.Account)
		}
	}
	u.segment = g.ID
	if err := w.Delete(t.Context(), w.News, g.ID); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("deleted while used: %v", err)
	}
	u.segment = ""
	for _, id := range []civic.ID{"mai-esistito", g.ID, g.ID} {
		if err := w.Delete(t.Context(), w.News, id); err != nil {
			t.Error(err)
		}
	}
	deleted, err := w.Log.List(t.Context(), civic.System("test"), audit.Query{Action: ActionDelete})
	if err != nil || len(deleted.Items) != 1 || deleted.Items[0].Object != g.ID {
		t.Errorf("written down as deleted: %+v, %v", deleted.Items, err)
	}
	if page, err := w.List(t.Context(), w.News, civic.PageRequest{}); err != nil || len(page.Items) != 0 {
		t.Errorf("%v, %v", page.Items, err)
	}
	if _, err := members(t, w, g.ID); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("members of nothing: %v", err)
	}
}
