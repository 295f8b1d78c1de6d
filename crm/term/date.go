package term

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Date is a civil date: the number of days since 1 January of year 1 in the Gregorian calendar, plus one. The
// zero Date is no date. Dates compare and subtract as numbers; the difference is in days.
type Date int32

// The first and last date: year 1 and year 9999.
const (
	MinDate Date = 1
	MaxDate Date = 3652059
)

// ErrDate says that something is no civil date between MinDate and MaxDate.
var ErrDate = errors.New("term: no civil date between year 1 and 9999")

// NewDate returns the date of a year, month and day, or ErrDate when there is no such day.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, ErrDate
	}
	return civil(year, month, day), nil
}

// ParseDate returns the date written as 2026-04-07, or ErrDate.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, ErrDate
	}
	n := [3]int{}
	for i, part := range []string{s[:4], s[5:7], s[8:]} {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return 0, ErrDate
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	return NewDate(n[0], time.Month(n[1]), n[2])
}

// rome is where the law counts days.
var rome = sync.OnceValue(func() *time.Location {
	l, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(fmt.Sprintf("term: time zone database: %v", err))
	}
	return l
})

// DateOf returns the civil date in Europe/Rome of an instant: 23:59:59 local time belongs to that day,
// whatever UTC says. An instant outside the years 1 to 9999 gives the zero Date.
func DateOf(t time.Time) Date {
	y, m, d := t.In(rome()).Date()
	date, err := NewDate(y, m, d)
	if err != nil {
		return 0
	}
	return date
}

// at returns the instant of a wall-clock time of the date in Europe/Rome.
func (d Date) at(minute int) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, m, day, 0, minute, 0, 0, rome())
}

// Valid reports whether d lies between MinDate and MaxDate.
func (d Date) Valid() bool { return d >= MinDate && d <= MaxDate }

// Civil returns year, month and day. The algorithm is that of 400-year eras (Hinnant, "chrono-Compatible
// Low-Level Date Algorithms").
func (d Date) Civil() (int, time.Month, int) {
	z := int(d) - 1 + 306 // days since 1 March of year 0
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day := doy - (153*mp+2)/5 + 1
	month, year := mp+3, yoe+era*400
	if month > 12 {
		month, year = month-12, year+1
	}
	return year, time.Month(month), day
}

// civil is NewDate for a day known to exist.
func civil(year int, month time.Month, day int) Date {
	y, m := year, int(month)
	if m <= 2 {
		y--
		m += 12
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + day - 1
	return Date(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy + 1 - 306)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday((int(d)%7 + 7) % 7) }

// String returns d as 2026-04-07, "-" for no date.
func (d Date) String() string {
	if !d.Valid() {
		return "-"
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// addMonths returns the same day n months later (earlier when negative), or the last day of that month when
// it has no such day (art. 2963 c. 5 of the civil code).
func (d Date) addMonths(n int) Date {
	y, m, day := d.Civil()
	total := y*12 + int(m) - 1 + n
	y, m = floorDiv(total, 12), time.Month(total-floorDiv(total, 12)*12+1)
	return civil(y, m, min(day, daysIn(y, m)))
}

func daysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}
