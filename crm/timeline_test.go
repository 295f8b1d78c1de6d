package crm

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
)

func answer(contact civic.ID, ref string, at time.Time, facts ...civic.Answer) civic.Activity {
	return civic.Activity{
		ID: civic.Key("response", civic.ID(ref)), Contact: contact, Kind: "response", Ref: civic.ID(ref),
		At: at, Title: "Sondaggio", Channel: "web", Answers: facts,
	}
}

func fact(key, value string) civic.Answer { return civic.Answer{Source: "q1", Key: key, Value: value} }

func (w *town) answersOf(t testing.TB, contact civic.ID) []string {
	t.Helper()
	c, err := w.contacts.Get(t.Context(), contact)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range c.Answers {
		out = append(out, f.Key+"="+f.Value)
	}
	slices.Sort(out)
	return out
}

func TestRecordingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna"})
	at := time.Date(2026, 11, 1, 10, 0, 0, 123456, time.UTC)
	a := answer(anna.ID, "r1", at, fact("satisfied", "2"), fact("services", "parks"),
		fact("services", "buses"))
	for range 3 {
		if err := w.Record(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"satisfied=2", "services=buses", "services=parks"},
		w.answersOf(t, anna.ID)); diff != "" {
		t.Errorf("facts: (-want +got)\n%s", diff)
	}
	before, _ := w.contacts.Get(t.Context(), anna.ID)
	if err := w.Record(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if after, _ := w.contacts.Get(t.Context(), anna.ID); after.Revision != before.Revision {
		t.Error("recording the same again changed the contact")
	}
	if line, err := w.Timeline(t.Context(), w.Operator, anna.ID, civic.PageRequest{}); err != nil ||
		len(line.Items) != 1 {
		t.Errorf("timeline: %+v, %v", line.Items, err)
	}
}

func TestTheLatestAnswerCounts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna"})
	day := func(d int) time.Time { return time.Date(2026, 11, d, 10, 0, 0, 0, time.UTC) }
	steps := []struct {
		name string
		a    civic.Activity
		want []string
	}{
		{"an answer", answer(anna.ID, "r2", day(2), fact("satisfied", "2"), fact("services", "parks")),
			[]string{"satisfied=2", "services=parks"}},
		{"an older one that comes late", answer(anna.ID, "r1", day(1), fact("satisfied", "5"),
			fact("age", "30-44")), []string{"age=30-44", "satisfied=2", "services=parks"}},
		{"a newer one", answer(anna.ID, "r3", day(3), fact("satisfied", "4")),
			[]string{"age=30-44", "satisfied=4", "services=parks"}},
		{"the newer one corrected", answer(anna.ID, "r3", day(3), fact("satisfied", "1")),
			[]string{"age=30-44", "satisfied=1", "services=parks"}},
		{"the newer one withdrawn", answer(anna.ID, "r3", day(3)), []string{"age=30-44", "services=parks"}},
	}
	for _, step := range steps {
		if err := w.Record(t.Context(), step.a); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, w.answersOf(t, anna.ID)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", step.name, diff)
		}
	}
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	if err := w.Record(t.Context(), answer("nobody", "r1", w.now())); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("a contact that is none: %v", err)
	}
	if err := w.Record(t.Context(), answer("", "r1", w.now())); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("no contact: %v", err)
	}
}

func TestRecordMany(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.create(t, ContactInput{GivenName: "Anna"})
	as := []civic.Activity{answer(anna.ID, "r1", w.now(), fact("satisfied", "1")),
		answer(anna.ID, "r2", w.now()), answer(anna.ID, "r1", w.now(), fact("satisfied", "1"))}
	for range 2 {
		if err := w.RecordMany(t.Context(), slices.Values(as)); err != nil {
			t.Fatal(err)
		}
	}
	if line, err := w.Timeline(t.Context(), w.Operator, anna.ID, civic.PageRequest{}); err != nil ||
		len(line.Items) != 2 {
		t.Errorf("timeline: %+v, %v", line.Items, err)
	}
	if got := w.answersOf(t, anna.ID); !slices.Equal(got, []string{"satisfied=1"}) {
		t.Errorf("facts %v", got)
	}
}
