package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// matches reports whether the automaton takes text.
func (w typo) matches(text string) bool {
	state := w.Start()
	for i := range len(text) {
		state = w.Accept(state, text[i])
	}
	return w.CanMatch(state) && w.IsMatch(state)
}

func TestTypoIsOneLetterOff(t *testing.T) {
	t.Parallel()
	word := typo("parco")
	for _, like := range []string{"parco", "arco", "pacro", "parc", "parcoo", "aparco", "pardo", "praco",
		"parcò", "pa漢co", "parc𝄞o"} {
		if !word.matches(like) {
			t.Errorf("%s is not like parco", like)
		}
	}
	for _, other := range []string{"", "par", "parcooo", "pcaro", "pardi", "ocrap", "rapco", "pàrcò",
		"parc\xc3"} {
		if word.matches(other) {
			t.Errorf("%q is like parco", other)
		}
	}
}

// The automaton takes what the plain rule does, and what Bleve's finds in an index.
func TestTypoAgreesWithTheRule(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	letters := []rune("abcè漢")
	random := func() string {
		text := make([]rune, r.IntN(7))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		return string(text)
	}
	like := 0
	for range 200_000 {
		a, b := random(), random()
		want := a == b || oneOff(a, b)
		if got := typo(a).matches(b); got != want {
			t.Fatalf("%q and %q: %t, want %t", a, b, got, want)
		}
		if want {
			like++
		}
	}
	if like < 1000 {
		t.Errorf("only %d pairs were alike", like)
	}
}

func TestTypoFindsWhatBleveFinds(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	letters := []rune("abrò")
	words := make([]string, 400)
	for i := range words {
		text := make([]rune, 4+r.IntN(3))
		for j := range text {
			text[j] = letters[r.IntN(len(letters))]
		}
		words[i] = string(text)
	}
	var docs []Doc
	for i, w := range words {
		docs = append(docs, Doc{ID: fmt.Sprintf("post/%d", i), Kind: "post", Scope: Public, Title: "Titolo",
			Names: []string{w}})
	}
	x := filled(t, docs...)
	reader, err := openReader(x.alias)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	s, err := newTally(reader)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, w := range words {
		want := bleveLike(t, reader, fieldKnown, asName+w)
		terms, _ := s.likeTerms(fieldKnown, asName+w)
		all := slices.Concat(terms...)
		slices.Sort(all)
		if diff := cmp.Diff(want, slices.Compact(all)); diff != "" {
			t.Errorf("like %s (-bleve +typo)\n%s", w, diff)
		}
		found += len(want)
	}
	if found < 3*len(words)/2 {
		t.Errorf("only %d words were found", found)
	}
}
