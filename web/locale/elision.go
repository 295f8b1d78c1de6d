package locale

import (
	"fmt"
	"regexp"
	"strings"
)

// elided are the Italian articles and prepositions before which a number stands, and their forms before a
// vowel: "entro l'8 dicembre", "dall'11 al 20", "entro il 1º maggio".
var elided = map[string]string{"il": "l'", "al": "all'", "del": "dell'", "dal": "dall'", "nel": "nell'",
	"sul": "sull'", "col": "coll'"}

// beforeGap finds an article and the gap behind it in a catalogue.
var beforeGap = regexp.MustCompile(`\b([IiAaDdNnSsCc]?[a-z]*l) \{\{\.([A-Za-z]+)\}\}`)

// elisionGap is the name under which texts find elide.
const elisionGap = "elide"

// withElisions lets every article of a catalogue that stands before a gap follow what fills the gap. Doing it
// in the texts, not in what they become, leaves the words of people alone.
func withElisions(catalogue []byte) []byte {
	return beforeGap.ReplaceAllFunc(catalogue, func(found []byte) []byte {
		parts := beforeGap.FindSubmatch(found)
		if _, ok := elided[strings.ToLower(string(parts[1]))]; !ok {
			return found
		}
		return fmt.Appendf(nil, "{{call .%s `%s` .%s}}", elisionGap, parts[1], parts[2])
	})
}

// elide returns article and value as Italian says them.
func elide(article string, value any) string {
	s := fmt.Sprint(value)
	if value == nil {
		s = "<no value>" // as the texts show a gap that nothing fills
	}
	if !saidWithVowel(s) {
		return article + " " + s
	}
	short := elided[strings.ToLower(article)]
	if article[0] >= 'A' && article[0] <= 'Z' {
		short = strings.ToUpper(short[:1]) + short[1:]
	}
	return short + s
}

// saidWithVowel reports whether a text begins with a number whose name begins with a vowel: uno, otto, undici
// and what is made of them (ottanta, ottocento, undicimila), but not 1º, which is primo, nor 1.000, which is
// mille.
func saidWithVowel(s string) bool {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	number, rest := s[:n], s[n:]
	thousands := len(rest) > 3 && rest[0] == '.' && strings.Trim(rest[1:4], "0123456789") == ""
	return strings.HasPrefix(number, "8") || number == "11" || number == "1" && !thousands &&
		!strings.HasPrefix(rest, "º")
}
