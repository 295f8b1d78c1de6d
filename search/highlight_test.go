package search

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unicode/utf8"
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

// What is left out by its first letter is nothing that begins so once it is folded.
func TestWordsAmongKeepThoseThatBeginSo(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(17, 19))
	alphabet := []rune("abcABC09àÀéİıſKÆœßﬁ漢\u0301\u200d '’,")
	var first letters
	first.add("a")
	first.add("bocca")
	first.add("0")
	for range 50_000 {
		text := make([]rune, r.IntN(12))
		for i := range text {
			text[i] = alphabet[r.IntN(len(alphabet))]
		}
		var want, got []string
		begins := func(w word) bool { return w.folded[0] < utf8.RuneSelf && first[w.folded[0]] }
		for w := range wordsOf(string(text)) {
			if begins(w) {
				want = append(want, w.folded)
			}
		}
		for w := range wordsAmong(string(text), &first) {
			if begins(w) {
				got = append(got, w.folded)
			}
		}
		if !slices.Equal(want, got) {
			t.Fatalf("among the words of %q are %q, want %q", string(text), got, want)
		}
	}
}
