package notify

import (
	"sync"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Two tabs schedule one draft at once: one of them does, the other is told so, and its time does not count.
func TestOneTabSchedules(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 3)
	c, err := o.CreateCampaign(t.Context(), o.sender, campaignInput("k1"))
	if err != nil {
		t.Fatal(err)
	}
	starts := []time.Time{time.Now().Add(24 * time.Hour), time.Now().Add(48 * time.Hour),
		time.Now().Add(72 * time.Hour)}
	errs := make([]error, len(starts))
	var all sync.WaitGroup
	for i, at := range starts {
		all.Go(func() { _, errs[i] = o.Schedule(t.Context(), o.sender, c.ID, c.Tag(), at, time.Time{}) })
	}
	all.Wait()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won < 0:
			won = i
		case civic.CodeOf(err) != civic.Conflict:
			t.Errorf("tab %d: %v", i, err)
		}
	}
	if c, err = o.Campaign(t.Context(), o.sender, c.ID); err != nil || won < 0 ||
		c.StartAt.Sub(starts[won]).Abs() > time.Second {
		t.Errorf("it begins at %v, tab %d said %v, %v", c.StartAt, won, starts, err)
	}
	page, err := o.Log.List(t.Context(), civic.System("test"),
		audit.Query{Action: "notify.campaign.scheduled"})
	if err != nil || len(page.Items) != 1 {
		t.Errorf("audited %d times, %v", len(page.Items), err)
	}
}

// Whoever looks a person up among the deliveries leaves a trace that the person reads.
func TestLookingUpDeliveriesIsKnownToThePerson(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 0)
	for _, contact := range []civic.ID{"anna", "bruno", "carla"} {
		d := Delivery{Meta: docstore.Meta{ID: civic.Key("c1", contact)}, Campaign: "c1", Contact: contact,
			State: Sent}
		if err := o.ledger.Insert(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
	}
	f := DeliveryFilter{State: Sent, Contacts: []civic.ID{"anna", "bruno", "nobody"}}
	for _, by := range []civic.Actor{o.other, o.citizen, o.stranger, o.admin} {
		if _, err := o.Deliveries(t.Context(), by, "c1", f, civic.PageRequest{}); err == nil {
			t.Errorf("%s finds people", by.Name)
		}
	}
	if page, err := o.Deliveries(t.Context(), o.sender, "c1", f, civic.PageRequest{}); err != nil ||
		len(page.Items) != 2 {
		t.Fatalf("found %d, %v", len(page.Items), err)
	}
	for contact, want := range map[civic.ID]int{"anna": 1, "bruno": 1, "carla": 0} {
		records, err := o.Log.About(t.Context(), civic.System("test"), civic.Subject{Contact: contact})
		if err != nil || len(records) != want {
			t.Errorf("%s reads of %d lookups, %v", contact, len(records), err)
		}
	}
}

// What a writer typed into a draft comes back at its own address alone, and once for each press of the
// button.
func TestTestMailGoesToWhoeverAsks(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 3)
	c, err := o.CreateCampaign(t.Context(), o.writer, campaignInput("k1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []civic.Actor{o.other, o.citizen, o.stranger, o.admin} {
		if err := o.SendTest(t.Context(), by, c.ID, "form-1"); err == nil {
			t.Errorf("%s sends itself a draft", by.Name)
		}
	}
	for range 2 {
		if err := o.SendTest(t.Context(), o.writer, c.ID, "form-1"); err != nil {
			t.Fatal(err)
		}
	}
	to := ""
	n := 0
	for d, err := range o.ledger.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		n, to = n+1, d.Address
	}
	if n != 1 || to != "scrive@comune.example" {
		t.Errorf("%d mails, to %s", n, to)
	}
}
