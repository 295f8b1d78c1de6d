package web

import (
	"strconv"
	"strings"
	"testing"
)

// What is remembered of refusals, so that none is audited twice, is neither longer nor more than what is
// audited, whatever is asked.
func TestRefusalsTakeLittleMemory(t *testing.T) {
	t.Parallel()
	d, audited := newDenials(), 0
	for i := range 5000 {
		if d.isNews("anna", "GET /desk/users/:id "+strings.Repeat("x", 10_000)+strconv.Itoa(i)) {
			audited++
		}
	}
	kept := 0
	for key := range d.same.young {
		kept += len(key)
	}
	if audited < denialBurst || audited > denialBurst+2 || kept > 100*audited {
		t.Errorf("%d refusals are audited, and %d bytes are remembered", audited, kept)
	}
	if !d.isNews("bruno", "GET /desk") || d.isNews("bruno", "GET /desk") {
		t.Error("another account's refusal is not audited once")
	}
}
