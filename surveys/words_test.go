package surveys_test

import (
	"log/slog"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/surveys"
	"ascolto/surveys/logic"
)

// What programs before civic.Text stored: a text as a document of two fixed fields.
type oldWords struct {
	It string `bson:"it,omitempty"`
	En string `bson:"en,omitempty"`
}

type oldOption struct {
	Code  string   `bson:"code"`
	Label oldWords `bson:"label"`
}

type oldQuestion struct {
	Code    string      `bson:"code"`
	Kind    string      `bson:"kind"`
	Text    oldWords    `bson:"text"`
	Help    oldWords    `bson:"help,omitempty"`
	Options []oldOption `bson:"options,omitempty"`
}

type oldSection struct {
	Title     oldWords      `bson:"title,omitempty"`
	Questions []oldQuestion `bson:"questions"`
}

type oldVersion struct {
	docstore.Meta `bson:",inline"`
	Content       struct {
		Title        oldWords     `bson:"title"`
		Introduction oldWords     `bson:"introduction,omitempty"`
		Pages        []oldSection `bson:"pages"`
	} `bson:"content"`
}

// The texts that earlier programs stored are read as they were, and those programs would read what is stored
// now: the form is the same.
func TestWordsKeepTheirStoredForm(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := t.Context()
	q := take(o.Create(ctx, comms, "form-key-words", settings("Prova", surveys.Anonymous)))(t)
	q, _, err := o.AddQuestion(ctx, comms, q.ID, q.Revision, 1, surveys.Single,
		surveys.QuestionInput{Text: label("Quanto?"), Lines: "Poco|Little\nMolto|Much", Join: logic.All})
	must(t, q, err)
	q = take(o.Publish(ctx, comms, q.ID, q.Revision, surveys.Publication{Schedule: week(o)}))(t)

	before := take(docstore.Collect[oldVersion](ctx, o.db,
		docstore.Spec{Name: "survey_versions", Followed: true}))(t)
	found := take(before.Find(ctx, docstore.Query{}))(t)
	if len(found.Items) != 1 {
		t.Fatalf("%d versions", len(found.Items))
	}
	stored := found.Items[0]
	asked := stored.Content.Pages[0].Questions[0]
	if stored.Content.Title != (oldWords{"Prova", "Prova (en)"}) || asked.Options[1].Label !=
		(oldWords{"Molto", "Much"}) || asked.Help != (oldWords{}) {
		t.Errorf("an earlier program reads %+v", stored.Content)
	}

	_, err = before.Update(ctx, stored.ID, func(v *oldVersion) error {
		v.Content.Title = oldWords{It: "Solo in italiano"}
		v.Content.Pages[0].Title = oldWords{"Prima", "First"}
		v.Content.Pages[0].Questions[0].Options[0].Label = oldWords{"Pochissimo", "Very little"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Service = take(surveys.New(ctx, surveys.Options{DB: o.db, Audit: o.audit, Index: o.index,
		Recorder: o.timeline, Now: o.clock.Now, Log: slog.New(slog.DiscardHandler)}))(t)
	survey := take(o.Survey(ctx, q.Slug))(t)
	if !survey.Title.Equal(civic.Text{civic.Italian: "Solo in italiano"}) ||
		survey.Title.In(civic.English) != "Solo in italiano" || !survey.Introduction.Empty() {
		t.Errorf("the title is %v, the introduction %v", survey.Title, survey.Introduction)
	}
	r := surveys.Respondent{By: stranger, Slug: q.Slug}
	r.Token = take(o.Start(ctx, r))(t)
	place := take(o.Page(ctx, r, 1))(t)
	if first := place.Asked[0].Question; place.Title.In(civic.English) != "First" ||
		first.Label(
			"a1",
			civic.English,
		) != "Very little" || first.Label("a1", civic.Italian) != "Pochissimo" {
		t.Errorf("%+v", place)
	}
}
