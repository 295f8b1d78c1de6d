package fiscalcode

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Data is what a person's code is made from.
type Data struct {
	FamilyName string
	GivenName  string
	Birth      time.Time // the calendar day in its own location counts
	Gender     Gender
	Place      string // Belfiore code of the municipality or country of birth
}

// Compose returns the code that d gives before any omocodia, or an *Error that names the part of d which is
// missing or no code can be made from. It is a hint to compare with, never somebody's code: only the tax
// agency issues those.
func Compose(d Data) (Code, error) {
	var c Code
	family, ok := threeLetters(d.FamilyName, false)
	if !ok {
		return Code{}, fault(FamilyName)
	}
	given, ok := threeLetters(d.GivenName, true)
	if !ok {
		return Code{}, fault(GivenName)
	}
	if d.Birth.IsZero() {
		return Code{}, fault(Date)
	}
	if d.Gender != Male && d.Gender != Female {
		return Code{}, fault(Sex)
	}
	place, ok := placeCode(d.Place)
	if !ok {
		return Code{}, fault(Place)
	}
	copy(c.text[0:], family[:])
	copy(c.text[3:], given[:])
	c.putBirth(d.Birth, d.Gender)
	copy(c.text[placeAt:], place[:])
	c.text[15] = c.checkLetter()
	c.size = personLength
	return c, nil
}

// Misfits returns the parts in which a person's code does not agree with d, in the order of the code; none
// means that it fits. Empty fields of d are not compared, so partial data can be tested too; of the date of
// birth, the century is not. Nil for a numeric code. A misfit is a reason to ask, not to refuse: names
// change, and codes keep the name they were made from.
func (c Code) Misfits(d Data) []Part {
	if c.size != personLength {
		return nil
	}
	var parts []Part
	differ := func(p Part, is bool) {
		if is {
			parts = append(parts, p)
		}
	}
	if family, ok := threeLetters(d.FamilyName, false); ok {
		differ(FamilyName, string(c.text[0:3]) != string(family[:]))
	}
	if given, ok := threeLetters(d.GivenName, true); ok {
		differ(GivenName, string(c.text[3:6]) != string(given[:]))
	}
	if !d.Birth.IsZero() {
		differ(Year, c.number(yearAt, 2) != twoDigits(d.Birth.Year()))
		differ(Month, c.month() != d.Birth.Month())
		differ(Day, c.day() != d.Birth.Day())
	}
	if d.Gender != Unknown {
		differ(Sex, c.Gender() != d.Gender)
	}
	if place, ok := placeCode(d.Place); ok {
		differ(Place, c.Place() != string(place[:]))
	}
	return parts
}

// putBirth writes positions 7 to 11.
func (c *Code) putBirth(born time.Time, g Gender) {
	day := born.Day()
	if g == Female {
		day += womanDay
	}
	yy := twoDigits(born.Year())
	c.text[yearAt], c.text[yearAt+1] = '0'+byte(yy/10), '0'+byte(yy%10)
	c.text[monthAt] = monthLetters[born.Month()-1]
	c.text[dayAt], c.text[dayAt+1] = '0'+byte(day/10), '0'+byte(day%10)
}

func twoDigits(year int) int { return (year%100 + 100) % 100 }

// threeLetters returns the three letters a name gives, and false when it has no Latin letter. Accents and
// whatever is no letter are dropped: "D'Aloè" counts as DALOE.
func threeLetters(name string, given bool) (out [3]byte, ok bool) {
	consonants, vowels := make([]byte, 0, 16), make([]byte, 0, 16)
	for _, b := range []byte(latin(name)) {
		if strings.IndexByte("AEIOU", b) >= 0 {
			vowels = append(vowels, b)
		} else {
			consonants = append(consonants, b)
		}
	}
	if len(consonants)+len(vowels) == 0 {
		return out, false
	}
	if given && len(consonants) > 3 {
		consonants = append(consonants[:1], consonants[2:4]...)
	}
	letters := append(append(consonants, vowels...), "XXX"...)
	copy(out[:], letters)
	return out, true
}

// latin returns the capital letters A to Z of a name: accents are cut off, ligatures and letters with a
// stroke spelt out.
func latin(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(spellOut.Replace(name)) {
		if r = unicode.ToUpper(r); r >= 'A' && r <= 'Z' {
			b.WriteByte(byte(r))
		}
	}
	return b.String()
}

// spellOut lists the Latin letters that do not decompose into a base letter and an accent.
var spellOut = strings.NewReplacer("ß", "ss", "ẞ", "SS", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE",
	"ø", "o", "Ø", "O", "đ", "d", "Đ", "D", "ð", "d", "Ð", "D", "ł", "l", "Ł", "L", "þ", "th", "Þ", "TH", "ı",
	"i")

// placeCode returns a Belfiore code in capitals, and false when s is none.
func placeCode(s string) (out [4]byte, ok bool) {
	c, err := normalise(s)
	if err != nil || c.size != 4 || !isLetter(c.text[0]) {
		return out, false
	}
	for _, b := range c.text[1:4] {
		if b < '0' || b > '9' {
			return out, false
		}
	}
	copy(out[:], c.text[:4])
	return out, true
}
