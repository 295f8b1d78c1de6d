package notify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/merge"
	"ascolto/internal/migrate"
)

// TestCampaignsOfEarlierFieldNames: who edited a text before fields were named with points is known still.
func TestCampaignsOfEarlierFieldNames(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), storetest.Open(t)
	campaigns, err := docstore.Collect[Campaign](ctx, db, campaignSpec())
	if err != nil {
		t.Fatal(err)
	}
	if err := campaigns.Insert(ctx, &Campaign{Meta: docstore.Meta{ID: "c1"}, Edits: merge.Edits{
		{Field: "subject_it", By: "a1"}, {Field: "body_en", By: "a2"}, {Field: "text_it", By: "a3"},
		{Field: "legal_basis", By: "a4"}}}); err != nil {
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
	c, err := campaigns.Get(ctx, "c1")
	if err != nil {
		t.Fatal(err)
	}
	want := merge.Edits{{Field: "subject.it", By: "a1"}, {Field: "body.en", By: "a2"},
		{Field: "text.it", By: "a3"}, {Field: "legal_basis", By: "a4"}}
	if d := cmp.Diff(want, c.Edits); d != "" {
		t.Error(d)
	}
}
