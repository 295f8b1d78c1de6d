package fiscalcode

import "time"

// Places of the parts in a person's code, counted from 0.
const (
	yearAt  = 6
	monthAt = 8
	dayAt   = 9
	placeAt = 11
)

// womanDay is added to a woman's day of birth.
const womanDay = 40

// layout says to which part each position belongs.
var layout = [personLength]Part{
	FamilyName, FamilyName, FamilyName, GivenName, GivenName, GivenName,
	Year, Year, Month, Day, Day, Place, Place, Place, Place, Check,
}

// class is what a character can be; several at once.
type class uint8

const (
	letter class = 1 << iota
	digit        // or a letter that stands for one
	month
)

// layoutClass says what each position must hold.
var layoutClass = [personLength]class{
	letter, letter, letter, letter, letter, letter,
	digit, digit, month, digit, digit, letter, digit, digit, digit, letter,
}

const (
	monthLetters   = "ABCDEHLMPRST"
	omocodeLetters = "LMNPQRSTUV" // stand for 0 to 9
	notADigit      = 10
)

var (
	oddValue, evenValue = checkValues()
	digitOf             = digitTable()
	monthOf             = monthTable()
	capital             = capitalTable()
	classOf             = classTable()
)

// checkValues returns what each character counts at an odd and at an even place, places counted from 1.
func checkValues() (odd, even [256]uint8) {
	values := [26]uint8{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25,
		24, 23}
	for i, v := range values {
		odd['A'+i], even['A'+i] = v, uint8(i)
		if i < 10 { // the digits count what the first ten letters do
			odd['0'+i], even['0'+i] = v, uint8(i)
		}
	}
	return odd, even
}

// digitTable maps digits and their omocodia letters to their value, everything else to notADigit.
func digitTable() (t [256]uint8) {
	for i := range t {
		t[i] = notADigit
	}
	for i := range uint8(10) {
		t['0'+i], t[omocodeLetters[i]] = i, i
	}
	return t
}

// monthTable maps month letters to 1-12, everything else to 0.
func monthTable() (t [256]uint8) {
	for i := range monthLetters {
		t[monthLetters[i]] = uint8(i + 1)
	}
	return t
}

// capitalTable maps letters to their capital and digits to themselves, everything else to 0.
func capitalTable() (t [256]byte) {
	for b := byte('0'); b <= '9'; b++ {
		t[b] = b
	}
	for b := byte('A'); b <= 'Z'; b++ {
		t[b], t[b+'a'-'A'] = b, b
	}
	return t
}

// classTable maps capital letters and digits to what they can be, everything else to nothing.
func classTable() (t [256]class) {
	for b := range t {
		if isLetter(byte(b)) {
			t[b] |= letter
		}
		if digitOf[b] < notADigit {
			t[b] |= digit
		}
		if monthOf[b] != 0 {
			t[b] |= month
		}
	}
	return t
}

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' }

// longestMonth returns the most days that month has in a year of any century that ends in yy. Of the years
// ending in 00 every fourth is a leap year, so February may have 29 days there too.
func longestMonth(m time.Month, yy int) int {
	switch m {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if yy%4 == 0 {
			return 29
		}
		return 28
	default:
		return 31
	}
}
