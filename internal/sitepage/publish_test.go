package sitepage

import (
	"testing"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
)

// TestVersionsHaveNoGaps: the text in force, sent again by a form that names a version of the future, makes
// none; sent again by the form that made it, or an older one, it is told as it is.
func TestVersionsHaveNoGaps(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	log, err := audit.New(t.Context(), db, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), db, log, nil)
	if err != nil {
		t.Fatal(err)
	}
	by := civic.System("test")
	publish := func(base int64, text string) (int64, civic.Code) {
		v, err := s.Publish(t.Context(), by, Draft{
			Page: FAQ, Base: base, Text: civic.Text{civic.Italian: text, civic.English: text},
		})
		return v.Number, civic.CodeOf(err)
	}
	for _, c := range []struct {
		base int64
		text string
		want int64
		code civic.Code
	}{
		{0, "Uno.", 1, ""}, {1, "Due.", 2, ""}, {1, "Due.", 2, ""}, {0, "Due.", 2, ""}, {2, "Due.", 2, ""},
		{7, "Due.", 0, civic.Conflict}, {7, "Tre.", 0, civic.Conflict}, {-3, "Tre.", 0, civic.Conflict},
	} {
		if n, code := publish(c.base, c.text); n != c.want || code != c.code {
			t.Errorf("%q after version %d: version %d %q, want %d %q", c.text, c.base, n, code, c.want,
				c.code)
		}
	}
	if all, err := s.Versions(t.Context(), FAQ, civic.PageRequest{}); err != nil || len(all.Items) != 2 {
		t.Errorf("%d versions, %v", len(all.Items), err)
	}
}
