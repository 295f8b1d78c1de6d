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

// isDigitPosition reports whether position i, counted from 0, holds a digit or the letter that stands for one.
func isDigitPosition(i int) bool {
	const digits = 1<<6 | 1<<7 | 1<<9 | 1<<10 | 1<<12 | 1<<13 | 1<<14
	return digits>>i&1 == 1
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
)

// checkValues returns what each character counts at an odd and at an even place, places counted from 1.
func checkValues() (odd, even [256]uint8) {
	values := [26]uint8{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
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

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' }

// longestMonth returns the most days that month has in a year of any century that ends in yy. Of the years ending in 00 every
// fourth is a leap year, so February may have 29 days there too.
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
