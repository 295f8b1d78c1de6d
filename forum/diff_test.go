package forum

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, before, after string
		want                []Change
	}{
		{"equal", "la piazza è buia", "la piazza è buia", []Change{{Kept, "la piazza è buia"}}},
		{"a word changed", "la piazza è buia", "la via è buia",
			[]Change{{Kept, "la "}, {Taken, "piazza"}, {Added, "via"}, {Kept, " è buia"}}},
		{"added at the end", "uno", "uno due", []Change{{Kept, "uno"}, {Added, " due"}}},
		{"taken at the start", "uno due", "due", []Change{{Taken, "uno "}, {Kept, "due"}}},
		{"two words in a row", "pronti a marzo.", "pronti ad aprile.",
			[]Change{{Kept, "pronti "}, {Taken, "a marzo."}, {Added, "ad aprile."}}},
		{"from nothing", "", "uno", []Change{{Added, "uno"}}},
		{"to nothing", "uno", "", []Change{{Taken, "uno"}}},
		{"both empty", "", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, Diff(tt.before, tt.after)); d != "" {
				t.Error(d)
			}
		})
	}
}

func rejoin(changes []Change, without ChangeKind) string {
	var b strings.Builder
	for _, c := range changes {
		if c.Kind != without {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

func TestDiffOfLongTexts(t *testing.T) {
	t.Parallel()
	before, after := strings.Repeat("a ", MaxBody/2), strings.Repeat("b ", MaxBody/2)
	changes := Diff(before, after)
	if rejoin(changes, Added) != before || rejoin(changes, Taken) != after {
		t.Error("the pieces do not give the texts back")
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("la piazza è buia", "la via è  buia\n")
	f.Add("a b c a b b a", "c b a b a c")
	f.Fuzz(func(t *testing.T, before, after string) {
		changes := Diff(before, after)
		if got := rejoin(changes, Added); got != before {
			t.Errorf("kept and taken give %q, want %q", got, before)
		}
		if got := rejoin(changes, Taken); got != after {
			t.Errorf("kept and added give %q, want %q", got, after)
		}
	})
}
