package reach

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"ascolto/internal/civic"
)

func TestParsePhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"059 206311": "+39059206311", "059/206311": "+39059206311", "+39 059 206311": "+39059206311",
		"0039059206311": "+39059206311",
		"347 123 4567":  "+393471234567", "+393471234567": "+393471234567", "800 123456": "+39800123456",
		"+33 1 42 68 53 00": "+33142685300",
	} {
		if p, err := ParsePhone(in); err != nil || p.Number != want {
			t.Errorf("ParsePhone(%q) = %v, %v, want %s", in, p, err, want)
		}
	}
	for _, in := range []string{"", "12", "nessuno", "+39", "3001234567", "+99 123456789",
		strings.Repeat("3", 50), "int. 12", "059206311 int.", "059206311 int. 1234567", "\xff"} {
		if p, err := ParsePhone(in); err == nil {
			t.Errorf("ParsePhone(%q) = %v", in, p)
		}
	}
	if got := (Phone{Number: "+39059206311"}).String(); got != "059 206311" {
		t.Errorf("shown as %q", got)
	}
	if got := (Phone{Number: "+33142685300"}).String(); got != "+33 1 42 68 53 00" {
		t.Errorf("shown as %q", got)
	}
}

// TestExtensions: what is dialled when somebody answers is kept with the number, however it is written, and
// read back as it is shown and told.
func TestExtensions(t *testing.T) {
	t.Parallel()
	want := Phone{Number: "+39059206311", Extension: "12"}
	for _, s := range []string{"059 206311 int. 12", "059 206311 int 12", "059206311 interno 12",
		"059 206311 Int.12", "059 206311 ext 12", "059 206311 ext. 12", "059/206311 (int. 12)",
		"059206311, interno: 12", "059206311x12", "+39059206311;ext=12", "+39 059 206311 extension 12",
		want.String(), want.Full(), strings.TrimPrefix(want.URI(), "tel:")} {
		if p, err := ParsePhone(s); err != nil || p != want {
			t.Errorf("%q is %+v, %v", s, p, err)
		}
	}
	if want.String() != "059 206311 int. 12" || want.Full() != "+39059206311 int. 12" ||
		want.URI() != "tel:+39059206311;ext=12" || want.Masked() != "•••311" {
		t.Errorf("shown as %q, told as %q, dialled as %q", want, want.Full(), want.URI())
	}
	zero, err := ParsePhone("059 206311 int. 0012")
	if err != nil || zero.Extension != "0012" {
		t.Errorf("an extension with zeros: %+v, %v", zero, err)
	}
}

// The short way for mobile numbers says what the general parser says.
func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"+393471234567", "059 206311 int. 12", "+393001234567", "+393201234567",
		"059206311", "+39347123456",
		"+3934712345678", "+44 20"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fast, ok := plainMobile(s)
		p, err := ParsePhone(s)
		if ok {
			n, parseErr := phonenumbers.Parse(s, region)
			if parseErr != nil || !phonenumbers.IsValidNumber(n) ||
				phonenumbers.Format(n, phonenumbers.E164) != fast.Number {
				t.Fatalf("plainMobile(%q) = %v, the parser: %v", s, fast, parseErr)
			}
		}
		if err == nil {
			if again, err := ParsePhone(p.Full()); err != nil || again != p {
				t.Fatalf("ParsePhone(%q) = %v, and again %v, %v", s, p, again, err)
			}
		}
	})
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"a@b.example", "A.B@Città.example", "a@b", "a b@c.example", "\"a\"@b.example",
		"a@b.example\r\nBcc: c@d.example", "Anna <a@b.example>"} {
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

// TestSeveralNumbersOnALine: what is glued to a number never becomes a part of it.
func TestSeveralNumbersOnALine(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"059206311/12", "059 206311/12", "0522/431200/1", "059206311-2", "059206311/059206312",
		"059206311, 12", "059206311; 347 7654321", "347 7654321 / 2",
		"059206311 o 12", "+39 059206311/12", "\u200b059206311/12",
	} {
		_, err := ParsePhone(s)
		if e, ok := err.(*civic.Error); !ok || e.Message.Key != "error.phone_several" {
			t.Errorf("%q: %v", s, err)
		}
	}
	for s, want := range map[string]string{
		"059/206311": "+39059206311", "0522/431200": "+390522431200", "0522/43.12.00": "+390522431200",
		"02-1234-5678": "+390212345678", "338-123-45-67": "+393381234567",
		"0522-43-12-00": "+390522431200", "(059) 206311": "+39059206311", "059.20.63.11": "+39059206311",
		"\u202d+39 347 7654321\u202c": "+393477654321",
		"347\u00a07654321":            "+393477654321", "\ufeff347 765\u200b4321": "+393477654321",
		"347\u20117654321": "+393477654321", "059206311 /": "+39059206311",
	} {
		if p, err := ParsePhone(s); err != nil || p.Number != want {
			t.Errorf("%q is %q, %v; not %q", s, p.Number, err, want)
		}
	}
	for _, s := range []string{"059CIAO12", "tel", "059206311x", ""} {
		if p, err := ParsePhone(s); err == nil {
			t.Errorf("%q is %q", s, p.Number)
		}
	}
}

func TestDomainsOfAddresses(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"a@posta.example": true, "a@comune.modena.it": true, "a@xn--citt-1na.example": true,
		"x@y": false, "x@localhost": false, "x@y.z": false, "x@192.0.2.7": false, "x@posta.123": false,
	} {
		if _, err := ParseEmail(s); (err == nil) != want {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"anna@Posta.Example": "anna@posta.example", " anna+x@posta.example ": "anna+x@posta.example",
		"o'neil@posta.example": "o'neil@posta.example",
		"anna@città.example":   "anna@xn--citt-3na.example", "ànna@posta.example": "", `"a b"@x.example`: "",
		"anna": "", "": "", "Anna <anna@posta.example>": "",
		"a@b@c.example": "", "a@b_c.example": "", "a@b..example": "",
	} {
		got, err := ParseAddress(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	box, err := ParseMailbox(`"Comune di Sant'Ànna, URP" <Posta@Comune.example>`)
	if err != nil || box != (Mailbox{Name: "Comune di Sant'Ànna, URP", Address: "Posta@comune.example"}) ||
		box.Domain() != "comune.example" {
		t.Errorf("mailbox: %v %v", box, err)
	}
	for address, want := range map[string]string{"nicolo@posta.example": "n•••@posta.example",
		"èlia@posta.example": "è•••@posta.example"} {
		if got := Mask(address); got != want {
			t.Errorf("mask %s: %s", address, got)
		}
	}
}
