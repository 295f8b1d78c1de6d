package crm

import (
	"testing"
)

func TestPostcodes(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"41121": true, "00118": true, "FR-75001": true, "GB-SW1A 1AA": true, "SM-47890": true,
		"NL-1012 AB": true,
		"ABCDE!":     false, "4112": false, "411211": false, "00000": false, "75001-FR": false,
		"fr-75001": false,
		"41 121":   false, "XX-": false,
	} {
		if got := knownPostcode(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
