package publicname

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"ascolto/internal/civic"
)

// Check returns nil when a name may be shown to everybody beside what a person wrote. It returns Invalid when
// the name holds what nobody sees, or when readers could take it for an office of the municipality, for
// somebody who acts for it, or for an institution.
func Check(name string, offices []string) error {
	if HasInvisible(name) {
		return civic.NewError(civic.Invalid, "error.name.invisible")
	}
	if strings.ContainsFunc(name, isRare) {
		return civic.NewError(civic.Invalid, "error.name.letters")
	}
	if office, ok := likeOffice(name, offices); ok {
		return civic.NewErrorArgs(civic.Invalid, "error.name.office", civic.Args{"Office": office})
	}
	if soundsOfficial(name) {
		return civic.NewError(civic.Invalid, "error.name.official")
	}
	return nil
}

// CheckPerson is Check for the real name of a person, of which others see the given name and the initial of
// the family name: a family called Sindaco or Comune keeps its name, but nobody's given name is a title. One
// of the two names may be empty.
func CheckPerson(given, family string, offices []string) error {
	if HasInvisible(given) || HasInvisible(family) {
		return civic.NewError(civic.Invalid, "error.name.invisible")
	}
	shown, whole := given, strings.TrimSpace(given+" "+family)
	if civic.IsBlank(given) {
		shown = family
	}
	if err := Check(shown, offices); err != nil {
		return err
	}
	if office, ok := likeOffice(whole, offices); ok {
		return civic.NewErrorArgs(civic.Invalid, "error.name.office", civic.Args{"Office": office})
	}
	if holdsPhrase(words(whole)) || len(words(family)) > 1 && Check(family, offices) != nil {
		return civic.NewError(civic.Invalid, "error.name.official")
	}
	return nil
}

// rareScripts are scripts of few speakers whose letters are taken for drawings of ours ("limited use" in UAX
// #31, table 7, Unicode 17).
var rareScripts = []*unicode.RangeTable{
	unicode.Canadian_Aboriginal, unicode.Cham, unicode.Cherokee, unicode.Lepcha, unicode.Limbu, unicode.Lisu,
	unicode.New_Tai_Lue,
	unicode.Tai_Le, unicode.Tai_Tham, unicode.Tai_Viet, unicode.Tifinagh, unicode.Vai,
}

func isRare(r rune) bool { return unicode.In(r, rareScripts...) }

// HasInvisible reports whether a name holds characters that nobody sees or that turn the direction of
// writing. Spaces are seen.
func HasInvisible(name string) bool {
	return !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.Is(unicode.Z, r) && !unicode.Is(unicode.M, r) &&
			!civic.IsVisible(r) ||
			unicode.Is(unicode.Variation_Selector, r) ||
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Co, r)
	})
}

// Tidy returns a name that an identity provider or a file tells without what nobody sees: letters drawn as
// nothing become spaces.
func Tidy(name string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(name, "") {
		switch {
		case !HasInvisible(string(r)):
			b.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsSymbol(r):
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// lists are the words of institutions.go as they look.
type lists struct {
	titles, read, single, surnames, alone, anywhere, beginnings, around, givenNames, kinds []string
	places, joints, fillers                                                                []string
	phrases                                                                                [][]string
}

var known = sync.OnceValue(func() lists {
	shapes := func(list []string) []string {
		out := make([]string, len(list))
		for i, w := range list {
			out[i] = Skeleton(w)
		}
		return out
	}
	k := lists{
		titles: shapes(titles), surnames: shapes(surnames), alone: shapes(alone), anywhere: shapes(anywhere),
		around:     shapes(around),
		beginnings: shapes(beginnings), givenNames: shapes(givenNames), kinds: shapes(kinds),
		places: shapes(places), joints: shapes(joints), fillers: shapes(fillers),
	}
	for _, title := range k.titles {
		k.read = append(k.read, alike.Replace(title))
		if len(title) > 5 {
			k.single = append(k.single, once(title))
		}
	}
	for _, p := range phrases {
		k.phrases = append(k.phrases, words(p))
	}
	return k
})

// soundsOfficial reports whether a name holds a title, an institution, or a part of one that no other name
// has.
func soundsOfficial(name string) bool {
	return official(words(name)) || official(withoutNumbers(name))
}

func official(parts []string) bool {
	whole := core(strings.Join(parts, ""))
	k := known()
	if isTitle(whole) || slices.Contains(k.alone, whole) || holdsPhrase(parts) || holdsAnywhere(parts) ||
		holdsBroken(parts) || namesPlace(parts) {
		return true
	}
	for i, w := range parts {
		if isTitle(core(w)) && !isSurname(parts, i) {
			return true
		}
	}
	return onlyAlone(parts)
}

func isTitle(w string) bool {
	return slices.Contains(known().titles, w) ||
		len(w) > 4 && slices.Contains(known().read, alike.Replace(w)) ||
		len(w) > 5 && slices.Contains(known().single, once(w))
}

// alike makes letters equal that are read alike in place of each other: "Komune", "Comvne".
var alike = strings.NewReplacer("k", "c", "v", "u")

// namesPlace reports whether a name begins as that of a municipality does.
func namesPlace(parts []string) bool {
	k := known()
	for i, w := range parts {
		if slices.Contains(k.places, w) {
			return i+2 < len(parts) && slices.Contains(k.joints, parts[i+1])
		}
		if !slices.Contains(k.around, w) {
			return false
		}
	}
	return false
}

// once returns w with each letter that is written several times in a row once ("Siindaco").
func once(w string) string {
	var last rune
	return strings.Map(func(r rune) rune {
		if r == last {
			return -1
		}
		last = r
		return r
	}, w)
}

// isSurname reports whether the i-th word is a family's name behind a given name and nothing else.
func isSurname(parts []string, i int) bool {
	k := known()
	if i == 0 || i != len(parts)-1 || !slices.Contains(k.surnames, parts[i]) {
		return false
	}
	for _, w := range parts[:i] {
		if !slices.Contains(k.givenNames, w) {
			return false
		}
	}
	return true
}

func holdsPhrase(parts []string) bool {
	return slices.ContainsFunc(known().phrases, func(phrase []string) bool { return holds(parts, phrase) })
}

// holds reports whether phrase stands in parts, its words together.
func holds(parts, phrase []string) bool {
	for i := 0; len(phrase) > 0 && i+len(phrase) <= len(parts); i++ {
		if slices.Equal(parts[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}

// holdsAnywhere reports whether a title is a part of a word, or of the whole written apart ("S i n d a c o"),
// but for a family's name.
func holdsAnywhere(parts []string) bool {
	k := known()
	within := func(s string) bool {
		return slices.ContainsFunc(k.anywhere, func(a string) bool { return strings.Contains(s, a) })
	}
	for i, w := range parts {
		if (within(w) || begins(w)) && !isSurname(parts, i) {
			return true
		}
	}
	short := !slices.ContainsFunc(parts, func(w string) bool { return len(w) > 3 })
	return short && within(strings.Join(parts, ""))
}

// begins reports whether a word is a title with more glued to it ("ComuneModena"); families are called
// Comunello and Poliziano.
func begins(w string) bool {
	return slices.ContainsFunc(known().beginnings, func(b string) bool {
		return strings.HasPrefix(w, b) &&
			len(w) >= len(b)+glued
	})
}

// glued is how many letters behind a title make another word of it.
const glued = 5

// holdsBroken reports whether a title stands in parts broken into pieces: "Sin daco di Modena", "C o m u n e
// M o d e n a". A short title counts when each piece is one letter.
func holdsBroken(parts []string) bool {
	for i := range parts {
		joined, letters := "", true
		for n, w := range parts[i:] {
			joined, letters = joined+w, letters && len(w) == 1
			if n > 0 && isTitle(joined) && (len(joined) > 4 || letters) {
				return true
			}
		}
	}
	return false
}

// onlyAlone reports whether a name is made of one word that is official by itself, and of what people put
// around it.
func onlyAlone(parts []string) bool {
	k := known()
	found := false
	for _, w := range parts {
		is := slices.Contains(k.alone, core(w))
		found = found || is
		if !is && !slices.Contains(k.around, w) {
			return false
		}
	}
	return found
}

// core returns a word without what people put around a title, and with letters that are written many times
// once.
func core(w string) string {
	if isTitle(w) {
		return w
	}
	w = squeezed(w)
	if isTitle(w) ||
		!slices.ContainsFunc(known().titles, func(title string) bool { return strings.Contains(w, title) }) {
		return w
	}
	for _, a := range known().around {
		if rest := strings.TrimPrefix(w, a); len(a) > 1 && rest != w && isTitle(core(rest)) {
			return core(rest)
		}
		// no diminutive: Comunello
		if rest := strings.TrimSuffix(w, a); len(a) > 3 && rest != w && isTitle(core(rest)) {
			return core(rest)
		}
	}
	return w
}

// squeezed returns w with three and more equal letters as one.
func squeezed(w string) string {
	runes := []rune(w)
	var b strings.Builder
	for i := 0; i < len(runes); {
		n := 1
		for i+n < len(runes) && runes[i+n] == runes[i] {
			n++
		}
		times := n
		if n > 2 {
			times = 1
		}
		b.WriteString(strings.Repeat(string(runes[i]), times))
		i += n
	}
	return b.String()
}
