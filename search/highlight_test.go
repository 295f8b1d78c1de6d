package search

import (
	"math/rand/v2"
	"testing"
)

// What tells words apart before their stems are looked at holds of every stem.
func TestStemsBeginLikeTheirWords(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 13))
	words := append([]string{"a", "io", "qui", "quiz", "uova", "iuta", "aiuole", "chi", "ghe", "che", "ih",
		"ogni", "gli", "buche", "laghi", "ch", "gh"}, vocabulary()...)
	letters := []rune("aeiouchgqlnrstz漢è")
	for range 100_000 {
		text := make([]rune, 1+r.IntN(8))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		words = append(words, string(text))
	}
	for _, w := range words {
		st := stem(w)
		if n := min(len(st), stemHead); st == "" || len(w) < n || w[:n] != st[:n] {
			t.Fatalf("the stem of %q is %q", w, st)
		}
	}
}
