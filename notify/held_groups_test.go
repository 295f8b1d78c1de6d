package notify

import (
	"fmt"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/notify/transport"
)

// TestAReleasedGroupThatDiesIsAuditedOnce: at whichever of its writes the program dies, who releases a group
// again releases all of it, and the audit has it once, with how many there were; what is suspended later is
// another.
func TestAReleasedGroupThatDiesIsAuditedOnce(t *testing.T) {
	t.Parallel()
	const many = 4
	g := HeldGroup{Campaign: "run1", Cause: transport.CauseMailbox}
	for n := 0; ; n++ {
		m := &storetest.Mortal{}
		options := storetest.Options(t)
		options.BeforeWrite = m.Write
		o := officeOn(t, storetest.OpenOptions(t, options), newPeople(1))
		suspend := func(n int) {
			address := fmt.Sprintf("persona%d@posta.example", n)
			h := HeldAddress{Meta: docstore.Meta{ID: o.addressKey(address)}, Address: address, Campaign: g.Campaign,
				Code: 550, Cause: g.Cause, Active: true, HeldAt: o.now().Add(time.Duration(-n*n) * time.Second)}
			if err := o.holds.Insert(t.Context(), &h); err != nil {
				t.Fatal(err)
			}
		}
		for i := range many {
			suspend(i + 1)
		}
		told := func() (counts []string) {
			page, err := o.Log.List(t.Context(), civic.System("test"), audit.Query{Action: ActionHeldRelease})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Items {
				counts = append(counts, r.Detail["suspended"])
			}
			return counts
		}
		release := func() error {
			_, err := o.ReleaseGroup(t.Context(), o.sender, g, "relay non permesso")
			return err
		}
		live := m.Dies(n)
		err := release()
		died := live()
		if died != (err != nil) {
			t.Errorf("after %d writes: %v", n, err)
		}
		for range 2 {
			if err := release(); err != nil {
				t.Errorf("again, after %d writes: %v", n, err)
			}
		}
		if counts := told(); len(counts) != 1 || counts[0] != fmt.Sprint(many) {
			t.Errorf("after %d writes: audited %v", n, counts)
		}
		if left, err := o.HeldGroups(t.Context(), o.sender); err != nil || len(left) != 0 {
			t.Errorf("after %d writes: left %+v, %v", n, left, err)
		}
		suspend(0)
		if err := release(); err != nil || len(told()) != 2 {
			t.Errorf("what was suspended later: %v, %v", err, told())
		}
		if !died {
			if n < many {
				t.Errorf("it died %d times", n)
			}
			return
		}
	}
}
