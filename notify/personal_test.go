package notify

import (
	"testing"

	"ascolto/internal/civic"
	"ascolto/notify/transport"
)

// A copy of all data says what is kept of an address that a server refused: that nothing is written to it,
// and what the server said.
func TestRefusedAddressesAreThePersonsToRead(t *testing.T) {
	t.Parallel()
	w := openOffice(t, 1)
	d := &Delivery{Contact: "anna", Address: "anna@posta.example"}
	out := transport.Outcome{Code: 550, Enhanced: "5.1.1", Cause: transport.CauseMailbox,
		Answer: "550 5.1.1 no such user"}
	if err := w.refusedAddress(t.Context(), d, d.Address, out); err != nil {
		t.Fatal(err)
	}
	for contact, want := range map[civic.ID]int{"anna": 1, "bruno": 0} {
		sections, err := w.ExportPersonal(t.Context(), civic.System("test"), civic.Subject{Contact: contact},
			"it")
		if err != nil || len(sections) != 2 || len(sections[1].Entries) != want {
			t.Fatalf("%s: %+v, %v", contact, sections, err)
		}
		if want == 0 {
			continue
		}
		said := map[string]string{}
		for _, f := range sections[1].Entries[0].Fields {
			said[f.Name] = f.Value
		}
		if e := sections[1].Entries[0]; e.Title != d.Address || said["state"] != "suspended" ||
			said["answer"] != out.Answer || said["cause"] != out.Cause {
			t.Errorf("the section says %+v", e)
		}
	}
}

// What became of one message is said of one message, not of many: "Inviato".
func TestOneMessageIsToldAsOne(t *testing.T) {
	t.Parallel()
	w := openOffice(t, 1)
	if err := w.ledger.Insert(t.Context(), &Delivery{Contact: "anna", Address: "anna@posta.example",
		State: Sent}); err != nil {
		t.Fatal(err)
	}
	sections, err := w.ExportPersonal(t.Context(), civic.System("test"), civic.Subject{Contact: "anna"}, "it")
	if err != nil || len(sections[0].Entries) != 1 {
		t.Fatalf("%+v, %v", sections, err)
	}
	if fields := sections[0].Entries[0].Fields; fields[1].Word != "notify.message_state.sent" {
		t.Errorf("the section says %+v", fields)
	}
}
