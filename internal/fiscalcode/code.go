// Package fiscalcode reads and composes Italian fiscal codes (codice fiscale): the sixteen characters of a
// person and the eleven digits of an organisation or of a provisional code. It is pure: no clock, no store,
// no table of places.
//
// # What a person's code says
//
// Positions, counted from 1, after DM 23 December 1976 n. 13813:
//
//	1-3    family name   its consonants, then its vowels, then X
//	4-6    given name    the same, but the 1st, 3rd and 4th consonant when it has four or more
//	7-8    year of birth, two digits
//	9      month         A B C D E H L M P R S T for January to December
//	10-11  day           plus 40 for women
//	12-15  place         the Belfiore code: a letter and three digits (F257 is Modena, Z… is abroad)
//	16     check letter  made from the other fifteen
//
// When two people would receive the same code, the tax agency replaces digits by letters (0 L, 1 M, 2 N, 3 P,
// 4 Q, 5 R, 6 S, 7 T, 8 U, 9 V) and computes the check letter anew: omocodia. The seven digits allow 127 such
// variants of a code. Parse takes them all and reads the same birth and place from each, but a variant
// belongs to a person of its own: two Codes are equal only when every character is, and the package offers no
// way back to the code without the letters. Whoever looks for doubles by that base would join two people into
// one.
//
// A valid code is well formed. Whether it was ever issued, only the tax agency knows.
package fiscalcode

// Kind says which of the two forms a code has.
type Kind uint8

// The forms. The zero Code has none.
const (
	None    Kind = iota
	Person       // sixteen characters
	Numeric      // eleven digits: an organisation, or a person's provisional code
)

const (
	personLength  = 16
	numericLength = 11
)

// Code is a fiscal code in capital letters; only Parse, ParseTest and Compose make one. Codes can be compared
// with == and be the keys of maps. The zero Code is no code.
type Code struct {
	text [personLength]byte
	size uint8
}

// Parse returns the code written in s, or an *Error that says which part is wrong. White space and the case
// of letters do not matter. It allocates nothing when s holds a valid code.
//
// Codes are checked from the outside in, and the first fault is told: length, characters, check letter, then
// the date of birth, which must exist in some century (29 February of year 00 does: in 2000).
func Parse(s string) (Code, error) {
	c, err := normalise(s)
	if err != nil {
		return Code{}, err
	}
	switch c.size {
	case personLength:
		err = c.checkPerson()
	case numericLength:
		err = c.checkNumeric()
	default:
		err = fault(Length)
	}
	if err != nil {
		return Code{}, err
	}
	return c, nil
}

// ParseTest is Parse for a trial against the identity providers that SPID offers for tests, whose invented
// people have codes such as SPNDNL80R13C555X or AAAAAA00A00A000A: of sixteen characters only their layout is
// checked, neither the check letter nor the date, so that BirthDate may find none. An installation that
// serves citizens reads codes with Parse alone.
func ParseTest(s string) (Code, error) {
	c, err := Parse(s)
	if err == nil {
		return c, nil
	}
	test, unreadable := normalise(s)
	if unreadable != nil || test.size != personLength || test.checkLayout() != nil {
		return Code{}, err
	}
	return test, nil
}

// String returns the code: 16 capital letters and digits or 11 digits, or "" for the zero Code.
func (c Code) String() string { return string(c.text[:c.size]) }

// Kind returns the form of the code, None for the zero Code.
func (c Code) Kind() Kind {
	switch c.size {
	case personLength:
		return Person
	case numericLength:
		return Numeric
	default:
		return None
	}
}

// IsZero reports whether c is no code.
func (c Code) IsZero() bool { return c.size == 0 }

// normalise drops white space and raises letters; it stops at what no code can hold.
func normalise(s string) (Code, error) {
	var c Code
	for i := 0; i < len(s); i++ {
		b := capital[s[i]]
		if b == 0 {
			switch {
			case s[i] == ' ' || s[i] >= '\t' && s[i] <= '\r':
				continue
			// the no-break space that word processors put in
			case s[i] == 0xC2 && i+1 < len(s) && s[i+1] == 0xA0:
				i++
				continue
			}
			return Code{}, fault(Characters)
		}
		if c.size == personLength {
			return Code{}, fault(Length)
		}
		c.text[c.size] = b
		c.size++
	}
	return c, nil
}

func (c *Code) checkPerson() error {
	if err := c.checkLayout(); err != nil {
		return err
	}
	if c.text[15] != c.checkLetter() {
		return fault(Check)
	}
	if day := c.number(dayAt, 2) % womanDay; day < 1 || day > 31 || c.number(dayAt, 2) > womanDay+31 {
		return fault(Day)
	}
	if c.day() > longestMonth(c.month(), c.number(yearAt, 2)) {
		return fault(Date)
	}
	return nil
}

// checkLayout tests that every position of a person's code holds a letter, a digit or a letter that stands
// for one.
func (c *Code) checkLayout() error {
	for i, b := range c.text {
		if classOf[b]&layoutClass[i] == 0 {
			return &Error{Part: layout[i], Position: i + 1}
		}
	}
	return nil
}

// checkLetter computes position 16: the values of the characters at odd and at even places, summed modulo 26.
func (c *Code) checkLetter() byte {
	sum := 0
	for i := 0; i < personLength-1; i += 2 {
		sum += int(oddValue[c.text[i]])
	}
	for i := 1; i < personLength-1; i += 2 {
		sum += int(evenValue[c.text[i]])
	}
	return 'A' + byte(sum%26)
}

// checkNumeric tests the eleven digits: the number part is not nought and the last digit brings the sum, in
// which every second digit counts double and less nine when it is over nine, to a multiple of ten.
func (c *Code) checkNumeric() error {
	sum, registered := 0, false
	for i := range numericLength {
		b := c.text[i]
		if b < '0' || b > '9' {
			return &Error{Part: Characters, Position: i + 1}
		}
		d := int(b - '0')
		if i < 7 && d != 0 {
			registered = true
		}
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	switch {
	case !registered:
		return fault(Number)
	case sum%10 != 0:
		return fault(Check)
	}
	return nil
}

// number reads n digits from position at, taking omocodia letters for the digits they stand for.
func (c *Code) number(at, n int) int {
	v := 0
	for _, b := range c.text[at : at+n] {
		v = 10*v + int(digitOf[b])
	}
	return v
}
