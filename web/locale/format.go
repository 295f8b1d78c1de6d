package locale

import (
	"math"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
)

// minus is the sign of negative numbers as people read them; tables for programs keep the hyphen.
const minus = "−"

// Int returns n with its thousands parted: 12.345 in Italian, 12,345 in English.
func (l *Localizer) Int(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if digits[0] == '-' {
		sign, digits = minus, digits[1:]
	}
	return sign + l.group(digits)
}

// Decimal returns x rounded to the given number of places: 1.234,5 in Italian, 1,234.5 in English; a dash
// when x is no number.
func (l *Localizer) Decimal(x float64, places int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', places, 64)
	whole, part, found := strings.Cut(s, ".")
	out := l.group(whole)
	if found {
		out += l.point() + part
	}
	if x < 0 && strings.Trim(s, "0.") != "" {
		out = minus + out
	}
	return out
}

// Exact is Decimal with as many places as x needs: 2,5 and 1.000.
func (l *Localizer) Exact(x float64) string {
	_, part, _ := strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
	return l.Decimal(x, len(part))
}

// Percent returns a share between 0 and 1 as a percentage: "45,2%" in Italian, "45.2%" in English.
func (l *Localizer) Percent(share float64, places int) string {
	return l.Decimal(share*100, places) + "%"
}

func (l *Localizer) group(digits string) string {
	sep := "."
	if l.lang == English {
		sep = ","
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteRune(d)
	}
	return b.String()
}

func (l *Localizer) point() string {
	if l.lang == English {
		return "."
	}
	return ","
}

// Date returns the day of t in Rome: "23 novembre 2026", "1º maggio 2026", "23 November 2026". Empty for the
// zero time.
func (l *Localizer) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(civic.Rome())
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 && l.lang == Italian {
		day = "1º"
	}
	return day + " " + l.Month(t.Month()) + " " + strconv.Itoa(t.Year())
}

// DateTime returns day and time of t in Rome: "23 novembre 2026, ore 9:05", "23 November 2026, 09:05". Empty
// for the zero time.
func (l *Localizer) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.T("core.time.day_and_hour", civic.Args{"Day": l.Date(t), "Hour": l.Hour(t)})
}

// Deadline returns until when something goes on: midnight is the end of the day before, "22 dicembre 2026",
// any other time of day is told too.
func (l *Localizer) Deadline(t time.Time) string {
	if local := t.In(civic.Rome()); !t.IsZero() && local.Hour() == 0 && local.Minute() == 0 {
		return l.Date(t.Add(-time.Minute))
	}
	return l.DateTime(t)
}

// ShortDate returns the day of t in Rome as 23/11/2026, the same in both languages. Empty for the zero time.
func (l *Localizer) ShortDate(t time.Time) string { return inRome(t, "02/01/2006") }

// Hour returns the time of day of t in Rome: "9:05" in Italian, "09:05" in English.
func (l *Localizer) Hour(t time.Time) string {
	if l.lang == English {
		return inRome(t, "15:04")
	}
	return strings.TrimPrefix(inRome(t, "15:04"), "0")
}

// Weekday returns the name of the day of the week of t in Rome.
func (l *Localizer) Weekday(t time.Time) string {
	return l.T("core.weekday." + strconv.Itoa(int(t.In(civic.Rome()).Weekday())))
}

// Month returns the name of m.
func (l *Localizer) Month(m time.Month) string { return l.T("core.month." + strconv.Itoa(int(m))) }

func inRome(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(civic.Rome()).Format(layout)
}

// The forms that date and date-time fields of HTML read and write, in the time of Rome.
const (
	DateField     = "2006-01-02"
	DateTimeField = "2006-01-02T15:04"
)

// ISO returns t as the value of a time element's datetime attribute.
func ISO(t time.Time) string { return t.UTC().Format(time.RFC3339) }
