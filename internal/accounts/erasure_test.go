package accounts

import (
	"testing"

	"ascolto/internal/civic"
)

// TestAnErasureSparesTheCodesOfWhoSharesTheMailbox: the code that was sent to an address goes with the person
// who signs in by it, or when nobody does; not when another with the same address is erased.
func TestAnErasureSparesTheCodesOfWhoSharesTheMailbox(t *testing.T) {
	t.Parallel()
	tn := newTown(t)
	const shared = "famiglia@example.it"
	in := tn.citizen(t, shared)
	erase := func(contact civic.ID) {
		t.Helper()
		ids, err := tn.AccountIDs(t.Context(), civic.System("test"), contact)
		if err != nil {
			t.Fatal(err)
		}
		about := civic.Subject{Contact: contact, Others: ids}
		if err := tn.ErasePersonal(t.Context(), civic.System("test"), about,
			civic.PersonalErasure{Emails: []string{shared}}); err != nil {
			t.Fatal(err)
		}
	}
	browser, _ := tn.askCode(t, shared)
	erase("another")
	if _, err := tn.CodeAwaited(t.Context(), browser); err != nil {
		t.Errorf("after another was erased: %v", err)
	}
	erase(in.Session.Account.Contact)
	_, err := tn.CodeAwaited(t.Context(), browser)
	wantCode(t, err, civic.Gone)
}
