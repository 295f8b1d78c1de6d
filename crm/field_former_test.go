package crm

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/merge"
)

// TestEditsOfEarlierFieldNames: who edited an address or a number before fields were named with points is
// known still.
func TestEditsOfEarlierFieldNames(t *testing.T) {
	t.Parallel()
	stored := merge.Edits{{Field: "email_1", By: "a1"}, {Field: "phone_1", By: "a2"},
		{Field: "street", By: "a3"}}
	want := merge.Edits{{Field: "emails.1", By: "a1"}, {Field: "phones.1", By: "a2"},
		{Field: "street", By: "a3"}}
	if d := cmp.Diff(want, mergeFields.Edits(stored)); d != "" {
		t.Error(d)
	}
}
