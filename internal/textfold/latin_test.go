package textfold

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Latin letters, which are folded by a table, give what the rule for all letters gives.
func TestLatinIsFoldedLikeAllLetters(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		text := make([]rune, r.IntN(6))
		for i := range text {
			if text[i] = rune(r.IntN(0x190)); r.IntN(20) == 0 {
				text[i] = []rune("\u0301\u0307漢ﬁ𝄞")[r.IntN(5)]
			}
		}
		s := strings.ToLower(string(text))
		if got, want := Fold(s), fold(s); got != want {
			t.Fatalf("%q is folded to %q, by all the rule %q", s, got, want)
		}
	}
}
