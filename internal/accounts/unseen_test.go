package accounts

import "testing"

// TestUnseenSignsInAnAddress: what comes along when an address is copied is no part of it.
func TestUnseenSignsInAnAddress(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"\u200bnome@ex.example", "nome@ex.example\u202c",
		"\u2066nome@ex.example\u2069", "no\u00adme@ex.example", "\ufeff Nome@Ex.example"} {
		if got, err := parseEmail(s); err != nil || got != "nome@ex.example" {
			t.Errorf("%+q: %q, %v", s, got, err)
		}
	}
}
