package accounts

import (
	"fmt"
	"testing"

	"ascolto/internal/civic"
)

// However many accounts ask to confirm an address, and from wherever, its mailbox gets few codes; its owner's
// codes to sign in go out all the same.
func TestConfirmationsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	const asked, burst = 40, 6
	sent := 0
	for n := range asked {
		by := civic.NewActor(civic.Actor{Account: civic.ID(fmt.Sprintf("a%d", n)),
			Contact: civic.ID(fmt.Sprintf("c%d", n))}, nil)
		err := tn.AskConfirmation(t.Context(), by, "Victim@example.it", "it", from(fmt.Sprintf("10.%d.0.1", n)))
		switch civic.CodeOf(err) {
		case "":
			sent++
		case civic.Limited:
		default:
			t.Fatal(err)
		}
	}
	if sent != burst {
		t.Errorf("%d codes went out to one address for %d accounts, want %d", sent, asked, burst)
	}
	tn.citizen(t, "victim@example.it")
	by := civic.NewActor(civic.Actor{Account: "a1", Contact: "c1"}, nil)
	if err := tn.AskConfirmation(t.Context(), by, "other@example.it", "it", from("10.0.0.1")); err != nil {
		t.Errorf("another address: %v", err)
	}
}
