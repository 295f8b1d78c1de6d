package reference

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/merge"
)

// TestTopicEditsOfEarlierFieldNames: who edited a text of a topic before fields were named with points is
// known still.
func TestTopicEditsOfEarlierFieldNames(t *testing.T) {
	t.Parallel()
	stored := merge.Edits{{Field: "name_it", By: "a1"}, {Field: "description_en", By: "a2"},
		{Field: "text_it", By: "a3"}, {Field: "order", By: "a4"}}
	want := merge.Edits{{Field: "name.it", By: "a1"}, {Field: "description.en", By: "a2"},
		{Field: "text.it", By: "a3"}, {Field: "order", By: "a4"}}
	if d := cmp.Diff(want, topicFields().Edits(stored)); d != "" {
		t.Error(d)
	}
}
