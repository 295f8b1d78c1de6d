package search

import (
	"html"
	"strings"
	"unicode/utf8"
)

// snippetLength is about how many bytes of the text a hit shows.
const snippetLength = 220

// marker knows which words of a hit were asked for.
type marker struct {
	stems, exact map[string]bool
	heads        []string // what the stems begin with
	first        letters  // what exact and the stems begin with
	whole        []string // names and codes as they were asked for
	words        []pardoned
	similar      bool   // words with a typing error are what was looked for
	reader       string // the language that hits are shown in
}

// pardoned is a word that a typing error is forgiven in.
type pardoned struct{ folded, stem string }

// newMarker returns the marker for what was asked.
func newMarker(a asked, reader string) *marker {
	m := &marker{stems: map[string]bool{}, exact: map[string]bool{}, similar: a.spelling == Similar,
		reader: reader}
	for _, p := range a.parts {
		m.whole = append(m.whole, p.whole...)
		ws := p.words
		if !p.phrase {
			ws = p.needed()
		}
		for _, w := range ws {
			m.exact[w.folded] = true
			m.first.add(w.folded)
			if p.phrase {
				continue
			}
			st := stem(w.folded)
			m.stems[st], m.heads = true, append(m.heads, st[:min(len(st), stemHead)])
			m.first.add(st)
			if !a.exact() && w.forgiving() {
				m.words = append(m.words, pardoned{w.folded, st})
			}
		}
	}
	return m
}

// span is a run of bytes of a text.
type span struct{ start, end int }

// find returns the words of text that were asked for: as they were written or inflected, and when there are
// none the beginnings of names and the words with a typing error.
func (m *marker) find(text string, named bool) []span {
	first := &m.first
	if m.similar {
		first = nil
	}
	hits := collect(text, first, func(w word) bool {
		return m.exact[w.folded] || m.inflects(w) || m.similar && m.resembles(w)
	})
	if len(hits) == 0 && named {
		hits = collect(text, &m.first, m.begins)
	}
	if len(hits) == 0 && len(m.words) > 0 {
		hits = collect(text, nil, m.resembles)
	}
	return hits
}

// collect returns where the words of text stand that match, of those that may begin with one of first.
func collect(text string, first *letters, match func(word) bool) []span {
	var out []span
	for w := range wordsAmong(text, first) {
		if match(w) {
			out = append(out, span{w.start, w.end})
		}
	}
	return out
}

// inflects reports whether w is a form of a word that was asked for. Most words are told apart by how they
// begin, which costs less than their stems.
func (m *marker) inflects(w word) bool {
	for _, head := range m.heads {
		if strings.HasPrefix(w.folded, head) {
			return !w.isStop() && m.stems[stem(w.folded)]
		}
	}
	return false
}

// stemHead is how many bytes every stem has in common with its word, or all it has: the stemmer leaves the
// beginnings of words alone.
const stemHead = 2

// begins reports whether w begins with a word that was asked for.
func (m *marker) begins(w word) bool {
	for asked := range m.exact {
		if len(asked) >= minBeginning && strings.HasPrefix(w.folded, asked) {
			return true
		}
	}
	return false
}

// resembles reports whether w is one letter away from a word that was asked for.
func (m *marker) resembles(w word) bool {
	own := ""
	for _, asked := range m.words {
		if oneOff(asked.folded, w.folded) {
			return true
		}
		if utf8.RuneCountInString(asked.stem) < minFuzzyStem {
			continue
		}
		if own == "" {
			own = stem(w.folded)
		}
		if oneOff(asked.stem, own) {
			return true
		}
	}
	return false
}

// oneOff reports whether a becomes b by one letter more, one less, another, or two neighbours swapped.
func oneOff(a, b string) bool {
	if d := len(a) - len(b); d < -utf8.UTFMax || d > utf8.UTFMax {
		return false
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	n = min(runeStart(a, n), runeStart(b, n))
	x, y := a[n:], b[n:]
	n = 0
	for n < len(x) && n < len(y) && x[len(x)-1-n] == y[len(y)-1-n] {
		n++
	}
	for n > 0 && !utf8.RuneStart(x[len(x)-n]) {
		n--
	}
	x, y = x[:len(x)-n], y[:len(y)-n]
	switch utf8.RuneCountInString(x) {
	case 0, 1:
		return utf8.RuneCountInString(y) <= 1
	case 2:
		first, size := utf8.DecodeRuneInString(x)
		return y == x[size:]+string(first)
	}
	return false
}

// title returns text as safe HTML with the words that were asked for marked.
func (m *marker) title(text string, named bool) string {
	return markup(text, m.find(text, named))
}

// snippet returns the part of text where most of what was asked for stands, as safe HTML with those words
// marked.
func (m *marker) snippet(text string, named bool) string {
	hits := m.find(text, named)
	from, to := window(text, hits)
	inside := hits[:0]
	for _, h := range hits {
		if h.start >= from && h.end <= to {
			inside = append(inside, span{h.start - from, h.end - from})
		}
	}
	out := markup(strings.TrimRight(text[from:to], " \n\t"), inside)
	if from > 0 {
		out = "… " + out
	}
	if to < len(text) {
		out += " …"
	}
	return out
}

// window returns the run of text to show: about snippetLength bytes around most hits, cut between words.
func window(text string, hits []span) (from, to int) {
	if len(text) <= snippetLength {
		return 0, len(text)
	}
	best, most := 0, 0
	for i, h := range hits {
		n := 0
		for n < len(hits)-i && hits[i+n].end-h.start < snippetLength*3/4 {
			n++
		}
		if n > most {
			best, most = h.start, n
		}
	}
	from = wordStart(text, max(0, best-snippetLength/4))
	return from, wordEnd(text, min(len(text), from+snippetLength))
}

// wordStart returns the first place at or after i where a word may begin.
func wordStart(text string, i int) int {
	if i == 0 {
		return 0
	}
	for n := 0; i < len(text) && n < maxWord; i, n = i+1, n+1 {
		if text[i-1] == ' ' || text[i-1] == '\n' {
			return i
		}
	}
	return runeStart(text, i)
}

// wordEnd returns the last place at or before i where a word may end.
func wordEnd(text string, i int) int {
	if i == len(text) {
		return i
	}
	for n := 0; n < maxWord && i-n > 0; n++ {
		if text[i-n] == ' ' || text[i-n] == '\n' {
			return i - n
		}
	}
	return runeStart(text, i)
}

func runeStart(text string, i int) int {
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

// markup returns text escaped, with <mark> around every span.
func markup(text string, spans []span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		if s.start < at || s.end > len(text) {
			continue
		}
		b.WriteString(html.EscapeString(text[at:s.start]))
		b.WriteString("<mark>" + html.EscapeString(text[s.start:s.end]) + "</mark>")
		at = s.end
	}
	b.WriteString(html.EscapeString(text[at:]))
	return b.String()
}
