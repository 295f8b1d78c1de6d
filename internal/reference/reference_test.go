package reference_test

import (
	"errors"
	"slices"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/reference"
	"ascolto/internal/testtown"
)

// environment is a topic that no municipality begins with.
var environment = reference.Topic{Name: civic.Text{"it": "Ambiente", "en": "Environment"}}

func TestReference(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d, err := w.SaveDistrict(t.Context(), w.Admin,
		reference.District{Name: "  Quartiere 3 – Città   Nuova ", Order: 3})
	if err != nil || d.ID != "quartiere-3-citta-nuova" || d.Name != "Quartiere 3 – Città Nuova" {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, err := w.SaveDistrict(t.Context(), w.Admin,
		reference.District{Name: "Quartiere 3 - citta nuova"}); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("the same name again: %v", err)
	}
	old := d
	d.Name = "Città Nuova"
	if d, err = w.SaveDistrict(t.Context(), w.Admin, d); err != nil || d.ID != old.ID {
		t.Errorf("renamed: %+v, %v", d, err)
	}
	if _, err := w.SaveDistrict(t.Context(), w.Admin, old); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("an old form: %v", err)
	}
	all, err := w.Districts(t.Context())
	if err != nil || len(all) != 3 || all[2].Name != "Città Nuova" {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := w.SaveOffice(t.Context(), w.News, reference.Office{Name: "", Email: "x",
		Phone: "1"}); !slices.Equal(testtown.Fields(err), []string{"name", "email", "phone"}) {
		t.Errorf("wrong office: %v", err)
	}
	if o, err := w.SaveOffice(t.Context(), w.News, reference.Office{Name: "Tributi",
		Email: "tributi@Comune.example",
		Phone: "059 206311"}); err != nil || o.Phone != "+39059206311" ||
		o.Email != "tributi@comune.example" {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := w.SaveTag(t.Context(), w.News, reference.Tag{Name: "Sport"}); err != nil {
		t.Error(err)
	}
	if _, err := w.SaveTopic(t.Context(), w.News, environment,
		civic.Text{"it": "Testo"}); !slices.Equal(testtown.Fields(err), []string{"text.en"}) {
		t.Errorf("a text in one language: %v", err)
	}
	for _, by := range []civic.Actor{w.Visitor, w.Citizen("x"), w.Works, w.Operator} {
		if _, err := w.SaveTag(t.Context(), by, reference.Tag{Name: "Altro"}); err == nil {
			t.Errorf("%s saves a tag", by.Account)
		}
	}
}

func TestTopicTextsAreOnlyAdded(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	topic, err := w.SaveTopic(t.Context(), w.News, environment, civic.Text{"it": "Uno", "en": "One"})
	if err != nil || topic.ID != "ambiente" || topic.Current().Version != 1 {
		t.Fatalf("%+v, %v", topic, err)
	}
	forged := topic
	forged.Texts = []reference.ConsentText{{Version: 1, Text: civic.Text{"it": "Altro", "en": "Other"}}}
	if topic, err = w.SaveTopic(t.Context(), w.News, forged,
		civic.Text{"it": "Due", "en": "Two"}); err != nil {
		t.Fatal(err)
	}
	if topic, err = w.SaveTopic(t.Context(), w.News, topic,
		civic.Text{"it": "Due", "en": "Two"}); err != nil {
		t.Fatal(err)
	}
	if len(topic.Texts) != 2 || topic.Texts[0].Text["it"] != "Uno" || topic.Texts[1].Text["it"] != "Due" ||
		topic.Texts[1].Version != 2 {
		t.Errorf("texts %+v", topic.Texts)
	}
}

func TestSeedLeavesWhatExists(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d := reference.District{Name: "Altro nome"}
	d.ID = "centro"
	if err := w.Seed(t.Context(), testtown.Root,
		reference.Data{Districts: []reference.District{d}}); err != nil {
		t.Fatal(err)
	}
	if all, err := w.Districts(t.Context()); err != nil || len(all) != 2 || all[0].Name != "Centro storico" {
		t.Errorf("%+v, %v", all, err)
	}
	if err := w.Seed(t.Context(), w.Operator, reference.Data{}); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("%v", err)
	}
	if _, err := reference.Parse([]byte("{")); err == nil {
		t.Error("broken JSON is taken")
	}
	r, err := reference.Parse([]byte(`{"tags":[{"id":"Bad Id","name":"x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Seed(t.Context(), testtown.Root, r); err == nil {
		t.Error("a bad id is taken")
	}
}

// TestTwoWhoEditATopic: each language of each text is a field; the consent text that came first keeps its
// version.
func TestTwoWhoEditATopic(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	made, err := w.SaveTopic(t.Context(), w.News, environment, civic.Text{"it": "Uno", "en": "One"})
	if err != nil {
		t.Fatal(err)
	}
	open := made
	open.Sent.Shown = made.Shown()
	if _, err := w.SaveTopic(t.Context(), w.News, open, civic.Text{"it": "Due", "en": "One"}); err != nil {
		t.Fatal(err)
	}
	named := open
	named.Name = named.Name.With("en", "Nature")
	got, err := w.SaveTopic(t.Context(), w.Admin, named, civic.Text{"it": "Uno", "en": "One, then"})
	if err != nil || got.Name["en"] != "Nature" ||
		!got.Current().Text.Equal(civic.Text{"it": "Due", "en": "One, then"}) || len(got.Texts) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = w.SaveTopic(t.Context(), w.Admin, open, civic.Text{"it": "Tre", "en": "One"})
	conflict, ok := errors.AsType[*merge.Conflict[reference.Topic]](err)
	if !ok || len(conflict.Clashes) != 1 || conflict.Clashes[0].Field != "text.it" ||
		conflict.Clashes[0].By != w.News.Account {
		t.Fatalf("%v", err)
	}
	if stored, err := w.Topic(t.Context(), made.ID); err != nil || len(stored.Texts) != 3 ||
		stored.Texts[1].Text["it"] != "Due" {
		t.Errorf("%+v, %v", stored, err)
	}
}

// What is wrong with a form is told in the order of its fields, the same each time.
func TestFaultsOfATopicComeInTheOrderOfItsForm(t *testing.T) {
	t.Parallel()
	for range 20 {
		_, err := reference.CheckConsentText(civic.Text{})
		e, ok := errors.AsType[*civic.Error](err)
		if !ok || len(e.Fields) != 2 || e.Fields[0].Field != "text.it" || e.Fields[1].Field != "text.en" {
			t.Fatalf("%v", err)
		}
	}
}
