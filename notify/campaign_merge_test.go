package notify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/merge"
)

// TestCampaignEditsOfEarlierFieldNames: who edited a text before fields were named with points is known
// still.
func TestCampaignEditsOfEarlierFieldNames(t *testing.T) {
	t.Parallel()
	stored := merge.Edits{{Field: "subject_it", By: "a1"}, {Field: "body_en", By: "a2"},
		{Field: "text_it", By: "a3"}, {Field: "legal_basis", By: "a4"}}
	want := merge.Edits{{Field: "subject.it", By: "a1"}, {Field: "body.en", By: "a2"},
		{Field: "text.it", By: "a3"}, {Field: "legal_basis", By: "a4"}}
	if d := cmp.Diff(want, campaignFields().Edits(stored)); d != "" {
		t.Error(d)
	}
}
