package fiscalcode

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{"RSSMRA85T10A562S", " rssmra85t10a562s ", "RSSMRAURTMLARSNL",
		"FRRGFR00B29F257A", "RSSMRA85B30A562G",
		"12345678903", "00000000000", "", "\xc2\xa0", "RSSMRA85T10A562\xff", "TINIT-RSSMRA85T10A562S"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Part == "" || !c.IsZero() {
				t.Fatalf("Parse(%q) = %v, %v", s, c, err)
			}
			return
		}
		again, err := Parse(strings.ToLower(" " + c.String() + " "))
		if err != nil || again != c {
			t.Fatalf("Parse(%q) = %s, and again: %s, %v", s, c, again, err)
		}
		on := time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)
		born, ok := c.BirthDate(on)
		if ok != (c.Kind() == Person) || born.After(on) {
			t.Fatalf("%s born %v, %v", c, born, ok)
		}
		if d := c.Misfits(Data{Birth: born, Gender: c.Gender(), Place: c.Place()}); len(d) != 0 {
			t.Fatalf("%s does not fit what it says: %v", c, d)
		}
	})
}

func FuzzCompose(f *testing.F) {
	f.Add("Rossi", "Mario", int64(500_000_000), true, "A562")
	f.Add("D'Aloè", "Ñ", int64(-62135596800), false, "z404")
	f.Add("\xff", "ſt", int64(253402300799), true, "")
	f.Fuzz(func(t *testing.T, family, given string, unix int64, woman bool, place string) {
		gender := Male
		if woman {
			gender = Female
		}
		d := Data{family, given, time.Unix(unix%(1<<40), 0).UTC(), gender, place}
		c, err := Compose(d)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("Compose: %v", err)
			}
			return
		}
		if back, err := Parse(c.String()); err != nil || back != c || !utf8.ValidString(c.String()) {
			t.Fatalf("Compose(%+v) = %s, which Parse reads as %s, %v", d, c, back, err)
		}
		if m := c.Misfits(d); len(m) != 0 {
			t.Fatalf("Compose(%+v) = %s, misfits %v", d, c, m)
		}
	})
}
