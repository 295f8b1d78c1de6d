package privacy

import (
	"sync"
	"testing"

	"ascolto/crm"
	"ascolto/crm/crmtest"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// TestAnErasurePressedManyTimesIsAuditedOnce: the form of an erasure, sent eight times at once, is one
// erasure and one line of the audit, which says of the texts what the record says.
func TestAnErasurePressedManyTimesIsAuditedOnce(t *testing.T) {
	t.Parallel()
	w := crmtest.New(t)
	erasures, err := NewErasures(t.Context(), ErasureOptions{
		DB: w.DB, Parts: []civic.PersonalData{New(w.CRM, w.Reference, w.Log)}, Contacts: w.CRM,
		Accounts: nobodysAccounts{}, Index: noIndex{}, Audit: w.Log, Now: w.Clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	contact := w.Create(t, crm.ContactInput{FormKey: annasForm, GivenName: "Anna", FamilyName: "Però"}).ID
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			in := ErasureInput{Reason: ReasonRequest, RemoveText: n%2 == 0, Confirmed: true}
			if _, err := erasures.Erase(t.Context(), civic.System("test"), contact, in); err != nil &&
				civic.CodeOf(err) != civic.NotFound { // it was over before
				t.Error(err)
			}
		})
	}
	all.Wait()
	page, err := w.Log.List(t.Context(), civic.System("test"), audit.Query{Action: ActionErase})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("audited %d times; %v", len(page.Items), err)
	}
	e, err := erasures.records.Get(t.Context(), contact)
	if err != nil || page.Items[0].Detail["text"] != e.text() {
		t.Errorf("audited %q, and kept %+v; %v", page.Items[0].Detail, e, err)
	}
}
