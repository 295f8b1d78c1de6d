package docstore

import (
	"bytes"
	"cmp"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ascolto/internal/civic"
)

func mustValue(t testing.TB, v any) value {
	t.Helper()
	got, err := valueOf(v)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestKeyOrder: keys of several fields compare as their values do, in every mixture of directions, and no
// value's encoding is the beginning of another's.
func TestKeyOrder(t *testing.T) {
	t.Parallel()
	var values []value
	for _, v := range []any{nil, math.MinInt64, -1, 0, 1, math.MaxInt64, "", "\x00", "\x00\x00", "\x01", "a",
		"a\x00", "a\x00b", "a\x01", "ab", "b", "è",
		"\U0010FFFF", false, true, time.UnixMilli(-5), time.UnixMilli(0), time.UnixMilli(7)} {
		values = append(values, mustValue(t, v))
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 50_000 {
		ix := &index{fields: []field{{desc: r.IntN(2) == 0}, {desc: r.IntN(2) == 0}}}
		a := []value{values[r.IntN(len(values))], values[r.IntN(len(values))]}
		b := []value{values[r.IntN(len(values))], values[r.IntN(len(values))]}
		want := 0
		for i, f := range ix.fields {
			c := compareValues(a[i], b[i])
			if f.desc {
				c = -c
			}
			want = cmp.Or(want, c)
		}
		ka, kb := ix.key(a, ""), ix.key(b, "")
		if got := bytes.Compare(ka, kb); got != want {
			t.Fatalf("%v against %v: %d, want %d", a, b, got, want)
		}
		if want != 0 && (bytes.HasPrefix(ka, kb) || bytes.HasPrefix(kb, ka)) {
			t.Fatalf("the key of %v begins like that of %v", a, b)
		}
		v, rest, err := readValue(ka, ix.fields[0].desc)
		if err != nil || v != a[0] {
			t.Fatalf("%v read again: %v, %v", a[0], v, err)
		}
		if v, rest, err = readValue(rest, ix.fields[1].desc); err != nil || v != a[1] || len(rest) > 0 {
			t.Fatalf("%v read again: %v, %v", a[1], v, err)
		}
	}
}

func TestFollowing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{{"a", "b"}, {"a\xff", "b"}, {"a\xff\xff", "b"},
		{"\xff", ""}, {"", ""}, {"ab", "ac"}} {
		if got := string(following([]byte(c.in))); got != c.want {
			t.Errorf("after %q comes %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNextString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		ok       bool
	}{{"a", "b", true}, {"az", "a{", true}, {"è", "é", true}, {"\uD7FF", "\uE000", true}, {"a\U0010FFFF", "b",
		true}, {"\U0010FFFF", "", false}, {"", "", false}} {
		if got, ok := nextString(c.in); got != c.want || ok != c.ok {
			t.Errorf("after %q comes %q, %v", c.in, got, ok)
		}
	}
}

// FuzzCursor: whatever arrives as a cursor is refused as Invalid, or is one that would be given out.
func FuzzCursor(f *testing.F) {
	pos := position{values: []value{{kind: kindString, str: "a\x00è"}, {kind: kindInt, num: -3}}, id: "01J"}
	f.Add(encodeCursor(7, pos))
	f.Add("")
	f.Add("AQAAAAcg")
	f.Add(strings.Repeat("A", 9000))
	f.Fuzz(func(t *testing.T, s string) {
		pos, err := decodeCursor(s, 7, 2)
		if err != nil {
			if civic.CodeOf(err) != civic.Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if again := encodeCursor(7, pos); again != s {
			t.Fatalf("%q was taken for %q", s, again)
		}
	})
}
