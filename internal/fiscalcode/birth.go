package fiscalcode

import "time"

// Gender is the sex entered at the registry, as the code tells it.
type Gender uint8

// The values. Unknown is that of numeric codes.
const (
	Unknown Gender = iota
	Male
	Female
)

// Gender returns the sex a person's code tells, Unknown for other codes.
func (c Code) Gender() Gender {
	switch {
	case c.size != personLength:
		return Unknown
	case c.number(dayAt, 2) > womanDay:
		return Female
	default:
		return Male
	}
}

// Place returns the Belfiore code of the place of birth with its digits restored ("F257", "Z404"), "" for a
// numeric code. Codes of abroad begin with Z.
func (c Code) Place() string {
	if c.size != personLength {
		return ""
	}
	p := [4]byte{c.text[placeAt]}
	for i := 1; i < len(p); i++ {
		p[i] = '0' + digitOf[c.text[placeAt+i]]
	}
	return string(p[:])
}

// BirthDate returns the date of birth at midnight UTC, and false for a numeric code or one of ParseTest whose
// date never was. A code tells two digits of the year: the date returned is the latest with them that exists
// and is not after the calendar day of on, read in on's own location. The result is therefore a century late
// for people of a hundred years and more; a date told by an identity provider is better.
func (c Code) BirthDate(on time.Time) (time.Time, bool) {
	if c.size != personLength {
		return time.Time{}, false
	}
	yy, m, d := c.number(yearAt, 2), c.month(), c.day()
	year := on.Year() - ((on.Year()-yy)%100+100)%100
	today := civil(on.Year(), on.Month(), on.Day())
	for range 5 { // one century in four has every date
		born := civil(year, m, d)
		if born.Day() == d && !born.After(today) { // 29 February of a common year has become 1 March
			return born, true
		}
		year -= 100
	}
	return time.Time{}, false
}

func (c *Code) month() time.Month { return time.Month(monthOf[c.text[monthAt]]) }

func (c *Code) day() int { return c.number(dayAt, 2) % womanDay }

func civil(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
