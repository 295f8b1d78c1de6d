package segment

import (
	"context"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// TestOperators: each operator with a value that it takes, one that it does not, and a contact that has none.
func TestOperators(t *testing.T) {
	t.Parallel()
	at := newMoment(time.Date(2026, time.November, 23, 23, 30, 0, 0, time.UTC)) // the 24th in Rome
	anna := crm.Contact{
		Kind: crm.Person, Language: "it", Tags: []civic.ID{"stampa", "scuola"}, BirthYear: 1968,
		Address:   crm.Address{Town: "Sant'Agata Bolognese"},
		CreatedAt: time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC),
	}
	nobody := crm.Contact{Kind: crm.Person}
	created := crm.AttributeCreated
	for _, tt := range []struct {
		rule         Rule
		anna, nobody bool
	}{
		{Compare(crm.AttributeTag, OpIs, "stampa", "sport"), true, false},
		{Compare(crm.AttributeTag, OpIsNot, "stampa"), false, true},
		{Compare(crm.AttributeTag, OpIsNot, "sport"), true, true},
		{Compare(crm.AttributeTag, OpEmpty), false, true},
		{Compare("birth_year", OpMore, "1967"), true, false},
		{Compare("birth_year", OpMore, "1968"), false, false},
		{Compare("birth_year", OpLess, "1969"), true, false},
		{Compare("birth_year", OpLess, "1968"), false, false},
		{Compare("birth_year", OpBetween, "1968", "1970"), true, false},
		{Compare("birth_year", OpBetween, "1950", "1967"), false, false},
		{Compare("birth_year", OpIs, "1968"), true, false},
		{Compare("birth_year", OpIsNot, "1968"), false, true},
		{Compare("birth_year", OpEmpty), false, true},
		{Compare("town", OpContains, "sant agata"), false, false},
		{Compare("town", OpContains, "SANTAGATA"), true, false},
		{Compare("town", OpContains, "bologn"), true, false},
		{Compare("town", OpIs, "Sant'Agata Bolognese"), true, false},
		{Compare("town", OpIsNot, "Modena"), true, true},
		{Compare(created, OpBefore, "2026-11-02"), true, false},
		{Compare(created, OpBefore, "2026-11-01"), false, false},
		{Compare(created, OpAfter, "2026-10-31"), true, false},
		{Compare(created, OpAfter, "2026-11-01"), false, false},
		{Compare(created, OpBetween, "2026-11-01", "2026-11-01"), true, false},
		{Compare(created, OpLast, "23"), true, false},
		{Compare(created, OpLast, "22"), false, false},
		{Compare(created, OpOlder, "22"), true, false},
		{Compare(created, OpOlder, "23"), false, false},
		{Compare(created, OpEmpty), false, true},
		{Compare("town", "like", "x"), false, false},
	} {
		if got := tt.rule.Match(anna, at); got != tt.anna {
			t.Errorf("%+v of Anna: %v", tt.rule, got)
		}
		if got := tt.rule.Match(nobody, at); got != tt.nobody {
			t.Errorf("%+v of nobody: %v", tt.rule, got)
		}
	}
}

// TestEventsAreCounted: what happened in some days, as the timelines have it, also after another call.
func TestEventsAreCounted(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.Town.Create(t, crm.ContactInput{GivenName: "Anna"})
	bruno := w.Town.Create(t, crm.ContactInput{GivenName: "Bruno"})
	call := func(contact civic.ID) {
		t.Helper()
		if _, err := w.CRM.RecordInteraction(t.Context(), w.Operator, crm.InteractionInput{
			FormKey: formKey(), Contact: contact, Channel: crm.ByPhone, Direction: crm.Inbound, Office: "urp",
			Subject: "Orari",
			Outcome: crm.Answered,
		}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what string, r Rule, want ...civic.ID) {
		t.Helper()
		g := w.made(t, r)
		got, err := members(t, w, g.ID)
		if err != nil || len(got) != len(want) || len(want) > 0 && got[0] != want[0] {
			t.Errorf("%s: %v, want %v, %v", what, got, want, err)
		}
		for _, c := range []crm.Contact{anna, bruno} {
			_, steps, err := w.Explain(t.Context(), w.News, g.ID, c.ID)
			if in := len(want) > 0 && (want[0] == c.ID || len(want) == 2); err != nil ||
				steps[0].Holds != in {
				t.Errorf("%s: %s is in: %v, %v", what, c.GivenName, !in, err)
			}
		}
	}
	call(anna.ID)
	call(anna.ID)
	call(bruno.ID)
	check("more than one call", Happened(crm.ActivityInteraction, 0, OpMore, "1"), anna.ID)
	check("one call", Happened(crm.ActivityInteraction, 30, OpIs, "1"), bruno.ID)
	check("no letter", All(Happened("mail", 0, OpEmpty), Happened(crm.ActivityInteraction, 30, OpMore, "1")),
		anna.ID)
	w.Clock.Pass(40 * 24 * time.Hour)
	check("long ago", Happened(crm.ActivityInteraction, 30, OpMore, "0"))
	call(bruno.ID)
	check("a call again", Happened(crm.ActivityInteraction, 30, OpMore, "0"), bruno.ID)
	check("few in all", Happened(crm.ActivityInteraction, 0, OpLess, "2"))
	p, err := w.Preview(t.Context(), w.News, Happened(crm.ActivityInteraction, 0, OpBetween, "1", "2"), "")
	if err != nil || p.Total != 2 || len(p.Examples) != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestNumbersAreNotTexts: a number typed with zeros before it is that number, with every operator.
func TestNumbersAreNotTexts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.Town.Create(t, crm.ContactInput{GivenName: "Anna", BirthYear: "1968"})
	year, calls := crm.AttributeName("birth_year"), crm.ActivityInteraction
	for name, r := range map[string]Rule{
		"is": Compare(year, OpIs, "01968"), "is not": None(Compare(year, OpIsNot, "01968")),
		"between":    Compare(year, OpBetween, "01968", "001968"),
		"events are": Happened(calls, 0, OpIs, "00"),
	} {
		g := w.made(t, r)
		got, err := members(t, w, g.ID)
		if err != nil || len(got) != 1 || got[0] != anna.ID {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	old := Happened(calls, 0, OpIs, "00") // as it is stored of an earlier version
	if !old.Match(crm.Contact{Meta: docstore.Meta{ID: "x"}}, newMoment(w.Clock.Now())) {
		t.Error("as it was stored it counts nobody")
	}
}

// TestEventsFollowTheFeed: counting events again compares no revisions where the store tells what changed,
// whatever the engine.
func TestEventsFollowTheFeed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.Town.Create(t, crm.ContactInput{GivenName: "Anna"})
	ctx, stop := context.WithCancel(t.Context())
	followed := make(chan error, 1)
	go func() { followed <- w.DB.Follow(ctx, docstore.FollowOptions{}) }()
	defer func() {
		if stop(); <-followed != nil {
			t.Error("following failed")
		}
	}()
	g := w.made(t, Happened("response", 0, OpMore, "0"))
	count := func() (people int, revisions int64) {
		t.Helper()
		before := w.DB.Stats().Revisions
		found, err := w.index.choose(t.Context(), g.Rule, "", w.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return len(found), w.DB.Stats().Revisions - before
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if count(); time.Now().After(deadline) {
			t.Fatal("the feed tells nothing")
		}
		if _, revisions := count(); revisions == 0 {
			break
		}
	}
	answered := crmtest.Answer(anna.ID, "r1", w.Clock.Now(), "satisfied", "1")
	if err := w.CRM.Record(t.Context(), answered); err != nil {
		t.Fatal(err)
	}
	if people, revisions := count(); people != 1 || revisions != 0 {
		t.Errorf("after an answer %d people, %d revisions compared", people, revisions)
	}
}

// TestAFewWhoAnsweredAreNotShown: to count answers is to choose by answers.
func TestAFewWhoAnsweredAreNotShown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	anna := w.Town.Create(t, crm.ContactInput{GivenName: "Anna"})
	if err := w.CRM.Record(t.Context(), crmtest.Answer(anna.ID, "r1", w.Clock.Now(), "satisfied",
		"1")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Preview(t.Context(), w.News, Happened("response", 0, OpMore, "0"),
		""); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("%v", err)
	}
}

// TestRulesOfEarlierVersionsOpen: a segment as the first version stored it, byte by byte of its fields, means
// what it meant.
func TestRulesOfEarlierVersionsOpen(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	type old struct {
		docstore.Meta `bson:",inline"`
		Name          string         `bson:"name"`
		UpdatedAt     time.Time      `bson:"updatedAt"`
		Rule          map[string]any `bson:"rule"`
	}
	stored, err := docstore.Collect[old](t.Context(), db, docstore.Spec{Name: "segments"})
	if err != nil {
		t.Fatal(err)
	}
	is := func(field string, values ...any) map[string]any {
		return map[string]any{"op": "is", "field": field, "values": values}
	}
	answer := is("fact", "1", "2")
	answer["source"], answer["key"] = "q1", "satisfied"
	doc := &old{Meta: docstore.Meta{ID: "g1"}, Name: "Centro",
		Rule: map[string]any{"op": "all", "rules": []any{
			is("district", "centro"),
			map[string]any{"op": "any", "rules": []any{is("tag", "stampa"), answer}},
			map[string]any{"op": "none", "rules": []any{is("consent", "mobilita"), is("reach", "letter"),
				is("language", "en"), is("kind", "organisation")}},
		}}}
	if _, err := stored.InsertMany(t.Context(), []*old{doc}); err != nil {
		t.Fatal(err)
	}
	segments, err := docstore.Collect[Segment](t.Context(), db, segmentSpec())
	if err != nil {
		t.Fatal(err)
	}
	g, err := segments.Get(t.Context(), "g1")
	if err != nil {
		t.Fatal(err)
	}
	anna := crm.Contact{Kind: crm.Person, Language: "it", District: "centro",
		Answers: []crm.Answer{{Source: "q1", Key: "satisfied", Value: "2"}}}
	if !g.Rule.Match(anna, Moment{}) || !g.Rule.Sensitive() {
		t.Errorf("%+v does not choose whom it chose", g.Rule)
	}
	anna.Language = "en"
	if g.Rule.Match(anna, Moment{}) {
		t.Errorf("%+v chooses whom it did not", g.Rule)
	}
}
