package term

import (
	"errors"
	"testing"
	"time"
)

func date(t testing.TB, s string) Date {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := ParseDate(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

// TestDates walks through every day of years 1 to 9999 beside the standard library.
func TestDates(t *testing.T) {
	t.Parallel()
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := MinDate; d <= MaxDate; d++ {
		y, m, day := d.Civil()
		if y != at.Year() || m != at.Month() || day != at.Day() || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d is %04d-%02d-%02d %s, want %s %s", d, y, m, day, d.Weekday(),
				at.Format(time.DateOnly), at.Weekday())
		}
		if civil(y, m, day) != d {
			t.Fatalf("civil(%d, %d, %d) = %d, want %d", y, m, day, civil(y, m, day), d)
		}
		at = at.AddDate(0, 0, 1)
	}
	for _, bad := range []string{"", "2026-02-29", "2026-13-01", "0000-01-01", "2026-1-01", "2026-01-00",
		"+026-01-01", "2026-01-01x"} {
		if _, err := ParseDate(bad); !errors.Is(err, ErrDate) {
			t.Errorf("ParseDate(%q): %v", bad, err)
		}
	}
}

func TestDateOfIsRoman(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-08T22:59:59Z": "2026-11-08", "2026-11-08T23:00:00Z": "2026-11-09", // winter, +01
		"2026-07-01T21:59:59Z": "2026-07-01", "2026-07-01T22:00:00Z": "2026-07-02", // summer, +02
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(instant).String(); got != want {
			t.Errorf("DateOf(%s) = %s, want %s", at, got, want)
		}
	}
}
