package crm

import "testing"

func TestPostcodes(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"41121": true, "00118": true, "FR-75001": true, "GB-SW1A 1AA": true, "SM-47890": true, "NL-1012 AB": true,
		"ABCDE!": false, "4112": false, "411211": false, "00000": false, "75001-FR": false, "fr-75001": false, "41 121": false, "XX-": false,
	} {
		if got := knownPostcode(s); got != want {
			t.Errorf("%q: %v", s, got)
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
