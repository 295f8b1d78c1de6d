package reference

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/merge"
	"ascolto/internal/migrate"
)

// TestTopicsOfEarlierFieldNames: who edited a text of a topic before fields were named with points is known
// still.
func TestTopicsOfEarlierFieldNames(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storetest.Open(t)
	topics, err := docstore.Collect[Topic](ctx, db, itemSpec("topics"))
	if err != nil {
		t.Fatal(err)
	}
	if err := topics.Insert(ctx, &Topic{Meta: docstore.Meta{ID: "ambiente"}, Sent: Sent{Edits: merge.Edits{
		{Field: "name_it", By: "a1"}, {Field: "description_en", By: "a2"}, {Field: "text_it", By: "a3"},
		{Field: "order", By: "a4"}}}}); err != nil {
		t.Fatal(err)
	}
	m, err := migrate.Open(ctx, db, migrate.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a crash may repeat it
		if err := m.Take(ctx, FieldsStep()); err != nil {
			t.Fatal(err)
		}
	}
	topic, err := topics.Get(ctx, "ambiente")
	if err != nil {
		t.Fatal(err)
	}
	want := merge.Edits{{Field: "name.it", By: "a1"}, {Field: "description.en", By: "a2"},
		{Field: "text.it", By: "a3"}, {Field: "order", By: "a4"}}
	if d := cmp.Diff(want, topic.Edits); d != "" {
		t.Error(d)
	}
}
