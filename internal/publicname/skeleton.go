// Package publicname says which names people may show to everybody. Nobody may be taken for the
// administration, for an institution or for somebody else: names are compared by what a reader sees of them
// (their skeleton), not by what they are made of.
package publicname

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ascolto/internal/civic"
)

//go:embed confusables.tsv
var confusablesFile string

// smallCapitals look like capital letters and are missing among the confusables of UTS #39, which compares
// with small letters.
const smallCapitals = "ᴀaʙbᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴘpꞯqʀrᴛt"

// readAlike are letters and signs that people read as ours in the middle of a word, though fonts draw them
// apart: hooked letters of phonetic and African alphabets, small letters of Cyrillic and Greek, and signs
// made of a letter.
const readAlike = "ɓbƈcɖdɗdɠgɦhƙkɱmɲnɳnƥpʂsƭtʋvȥzмmкkтtнhвbпnηn∂dσoεeτtκkµuμu§s©cþpÞp"

// confusables returns what looks like ASCII letters and digits, by character.
var confusables = sync.OnceValue(func() map[rune]string {
	m := map[rune]string{}
	for line := range strings.Lines(confusablesFile) {
		code, target, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if n, err := strconv.ParseUint(code, 16, 32); ok && err == nil {
			m[rune(n)] = target
		}
	}
	alike := []rune(smallCapitals + readAlike)
	for i := 0; i+1 < len(alike); i += 2 {
		m[alike[i]] = string(alike[i+1])
	}
	// letters in a disc or a square, and those that flags are made of, which many systems draw as letters
	for i := range rune(26) {
		letter := string('a' + i)
		m['\U0001F150'+i], m['\U0001F170'+i], m['\U0001F1E6'+i] = letter, letter, letter
	}
	m['™'] = " "
	return m
})

// plain returns s in small letters as a reader would copy it: without accents and without what is invisible,
// letters of other scripts that look like ours as ours. Spaces and signs stay.
func plain(s string) string {
	var b strings.Builder
	table := confusables()
	for _, r := range decomposed(s, table) {
		switch looks, ok := table[r]; {
		case unicode.Is(unicode.M, r):
		case ok:
			b.WriteString(strings.ToLower(looks))
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case civic.IsVisible(r):
			b.WriteRune(unicode.ToLower(r))
		case !unicode.Is(unicode.Cf, r):
			b.WriteByte(' ') // a letter that is drawn as nothing looks like a space
		}
	}
	return b.String()
}

// decomposed returns s in its compatibility decomposition, but for what looks like a letter of ours as a
// whole.
func decomposed(s string, table map[rune]string) string {
	var b strings.Builder
	for _, r := range s {
		if looks, ok := table[r]; ok && r > unicode.MaxASCII {
			b.WriteString(looks)
		} else {
			b.WriteString(norm.NFKD.String(string(r)))
		}
	}
	return b.String()
}

// twins makes signs equal that look alike in most fonts or are read alike in the place of letters: 0 and o, 1
// and l and i, rn and m, cl and d.
var twins = strings.NewReplacer("rn", "m", "vv", "w", "d", "cl", "1", "l", "i", "l", "|", "l", "!", "l", "0",
	"o", "3", "e", "4", "a", "@", "a",
	"5", "s", "$", "s", "7", "t", "8", "b", "€", "e")

// shape returns the letters and digits of a plain text as they look.
func shape(plain string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, twins.Replace(plain))
}

// Skeleton returns what a reader sees of a name: two names that look the same have the same one.
func Skeleton(name string) string { return shape(plain(name)) }

// words returns the shapes of the words of a name: what spaces and signs part, and what capitals part within
// one ("IlSindaco").
func words(name string) []string { return shapesOf(plain(parted(name))) }

func shapesOf(plain string) []string {
	var all []string
	for _, w := range strings.FieldsFunc(plain, apart) {
		if s := shape(w); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// apart reports whether r stands between words; ! and | within one may be letters.
func apart(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("|!@$€", r)
}

// withoutNumbers returns the words of a name without the digits at their ends ("Sindaco2026").
func withoutNumbers(name string) []string {
	fields := strings.FieldsFunc(plain(parted(name)), apart)
	for i, w := range fields {
		fields[i] = strings.Trim(w, "0123456789")
	}
	return shapesOf(strings.Join(fields, " "))
}

// parted puts a space before a capital that follows a small letter.
func parted(name string) string {
	var b strings.Builder
	var last rune
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}
