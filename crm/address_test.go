package crm

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func TestParsePhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"059 206311": "+39059206311", "059/206311": "+39059206311", "+39 059 206311": "+39059206311", "0039059206311": "+39059206311",
		"347 123 4567": "+393471234567", "+393471234567": "+393471234567", "800 123456": "+39800123456", "+33 1 42 68 53 00": "+33142685300",
	} {
		if p, err := ParsePhone(in); err != nil || p.Number != want {
			t.Errorf("ParsePhone(%q) = %v, %v, want %s", in, p, err, want)
		}
	}
	for _, in := range []string{"", "12", "nessuno", "+39", "3001234567", "+99 123456789", strings.Repeat("3", 50), "059206311 int. 12", "\xff"} {
		if p, err := ParsePhone(in); err == nil {
			t.Errorf("ParsePhone(%q) = %v", in, p)
		}
	}
	if got := (Phone{"+39059206311"}).String(); got != "059 206311" {
		t.Errorf("shown as %q", got)
	}
	if got := (Phone{"+33142685300"}).String(); got != "+33 1 42 68 53 00" {
		t.Errorf("shown as %q", got)
	}
}

// The short way for mobile numbers says what the general parser says.
func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"+393471234567", "+393001234567", "+393201234567", "059206311", "+39347123456", "+3934712345678", "+44 20"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fast, ok := plainMobile(s)
		p, err := ParsePhone(s)
		if ok {
			n, parseErr := phonenumbers.Parse(s, region)
			if parseErr != nil || !phonenumbers.IsValidNumber(n) || phonenumbers.Format(n, phonenumbers.E164) != fast.Number {
				t.Fatalf("plainMobile(%q) = %v, the parser: %v", s, fast, parseErr)
			}
		}
		if err == nil {
			if again, err := ParsePhone(p.Number); err != nil || again != p {
				t.Fatalf("ParsePhone(%q) = %v, and again %v, %v", s, p, again, err)
			}
		}
	})
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"a@b.example", "A.B@Città.example", "a@b", "a b@c.example", "\"a\"@b.example", "a@b.example\r\nBcc: c@d.example", "Anna <a@b.example>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseEmail(s)
		if err != nil {
			return
		}
		if strings.ContainsAny(e.Address, " \t\r\n\x00<>,;\"") || e.Key != strings.ToLower(e.Address) {
			t.Fatalf("ParseEmail(%q) = %+v", s, e)
		}
		if again, err := ParseEmail(e.Address); err != nil || again != e {
			t.Fatalf("ParseEmail(%q) = %+v, and again %+v, %v", s, e, again, err)
		}
	})
}
