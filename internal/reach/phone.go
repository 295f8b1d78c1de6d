package reach

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"ascolto/internal/civic"
)

// Phone is a telephone number in E.164 form, "+39059206311", and perhaps what to dial when somebody answers.
type Phone struct {
	Number    string `bson:"number"`
	Extension string `bson:"extension,omitempty"` // digits
}

// region is where numbers without a country code are.
const region = "IT"

// maxPhoneInput bounds what is given to the parser, which works with regular expressions.
const maxPhoneInput = 40

// extended finds the extension behind a number: "059 206311 int. 12", "… interno 12", "… ext 12", "…;ext=12".
var extended = regexp.MustCompile(
	`(?i)^(.*[0-9][\s.,;(/-]*?)[\s.,;(/-]*(?:interno|int|extension|ext|x)\.?\s*[:=]?\s*([0-9]{1,6})\)?$`)

// withExtension returns the number that s is with an extension behind it.
func withExtension(s string) (Phone, bool) {
	if len(s) > 2*maxPhoneInput {
		return Phone{}, false
	}
	part := extended.FindStringSubmatch(s)
	if part == nil {
		return Phone{}, false
	}
	n, ok := dialled(strings.TrimRight(part[1], " -/.,;("))
	n.Extension = part[2]
	return n, ok
}

// ParsePhone returns the number written in s, taken as Italian when it names no country, or an Invalid error.
func ParsePhone(s string) (Phone, error) {
	s = civic.Bare(s)
	if p, ok := plainMobile(s); ok {
		return p, nil
	}
	if n, ok := withExtension(s); ok {
		return n, nil
	}
	n, ok := dialled(s)
	switch {
	case severalNumbers(s):
		return Phone{}, civic.NewError(civic.Invalid, "error.phone_several")
	case !ok:
		return Phone{}, civic.NewError(civic.Invalid, "error.phone")
	}
	return n, nil
}

// dialled returns the number that s is as a whole. Letters are no digits here, although telephones once had
// them on their keys.
func dialled(s string) (Phone, bool) {
	if s == "" || len(s) > maxPhoneInput || strings.ContainsFunc(s, unicode.IsLetter) {
		return Phone{}, false
	}
	n, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumber(n) || n.GetExtension() != "" {
		return Phone{}, false
	}
	return Phone{Number: phonenumbers.Format(n, phonenumbers.E164)}, true
}

// How many digits with +39 the number before a stroke or a dash has at least, and the rest after a dash at
// most, when the two are a number and something glued to it: "059206311/12", "059-206311-2". Shorter ones are
// one number in groups: "0522/431200", "02-1234-5678", "338-123-45-67".
const (
	leastBeforeStroke = len("+39") + 8
	leastBeforeDash   = len("+39") + 9
	mostAfterDash     = 2
)

// severalNumbers reports whether s is a telephone number with a second one, or the last digits of others, or
// what may be an extension and does not say so, after it.
func severalNumbers(s string) bool {
	for i, r := range s {
		if !strings.ContainsRune("/-;,|", r) && !unicode.IsLetter(r) {
			continue
		}
		first, ok := dialled(strings.TrimRight(s[:i], " -/.,;("))
		rest := Digits(s[i:])
		if !ok || rest == "" {
			continue
		}
		if r == '-' && (len(first.Number) < leastBeforeDash || len(rest) > mostAfterDash) {
			continue
		}
		if r != '/' || len(first.Number) >= leastBeforeStroke {
			return true
		}
	}
	return false
}

// Digits returns the digits of s.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// plainMobile recognises an Italian mobile number that is already in E.164 form, ten digits after +39 of
// which the first is a 3: most numbers of a bulk load, for which the general parser costs more than
// everything else together.
func plainMobile(s string) (Phone, bool) {
	rest, ok := strings.CutPrefix(s, "+393")
	if !ok || len(rest) != 9 || rest[0] < '2' { // 30 and 31 are not given out
		return Phone{}, false
	}
	for i := range len(rest) {
		if rest[i] < '0' || rest[i] > '9' {
			return Phone{}, false
		}
	}
	return Phone{Number: s}, true
}

// Full returns the number as it is kept where it is one text: "+39059206311", "+39059206311 int. 12".
// ParsePhone reads it.
func (p Phone) Full() string { return p.Number + p.behind() }

// behind returns the extension as it stands behind a number, empty when there is none.
func (p Phone) behind() string {
	if p.Extension == "" {
		return ""
	}
	return " int. " + p.Extension
}

// URI returns the address by which a telephone dials the number: "tel:+39059206311;ext=12" (RFC 3966).
func (p Phone) URI() string {
	if p.Extension == "" {
		return "tel:" + p.Number
	}
	return "tel:" + p.Number + ";ext=" + p.Extension
}

// String returns the number as people in Italy read it: "059 206311", "+44 20 7946 0958", "059 206311 int.
// 12".
func (p Phone) String() string { return p.line() + p.behind() }

func (p Phone) line() string {
	n, err := phonenumbers.Parse(p.Number, region)
	if err != nil {
		return p.Number
	}
	if n.GetCountryCode() == 39 {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// Masked returns the last three digits of the number: "•••651".
func (p Phone) Masked() string {
	return "•••" + p.Number[max(0, len(p.Number)-3):]
}
