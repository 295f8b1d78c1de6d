package benchline_test

import (
	"strings"
	"testing"

	"ascolto/internal/benchline"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, goal float64
		lower       bool
		want        string
	}{
		{61234.4, 50000, false, "insert\t61234\tdocs/s\t50000\tok\n"},
		{49999, 50000, false, "insert\t49999\tdocs/s\t50000\tshort\n"},
		{50000, 50000, false, "insert\t50000\tdocs/s\t50000\tok\n"},
		{0.1234, 1, true, "insert\t0.123\tdocs/s\t1\tok\n"},
		{1.5, 1, true, "insert\t1.5\tdocs/s\t1\tshort\n"},
	} {
		var b strings.Builder
		benchline.Write(&b, "insert", c.value, "docs/s", c.goal, c.lower)
		if b.String() != c.want {
			t.Errorf("got %q, want %q", b.String(), c.want)
		}
	}
}
