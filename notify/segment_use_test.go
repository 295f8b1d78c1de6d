package notify

import "testing"

// TestASegmentThatMailWentToStays: the page of a campaign that is over says to whom it went.
func TestASegmentThatMailWentToStays(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	o.serve()
	c := o.launch("k1")
	o.await(c.ID, Finished)
	if used, err := o.UsesSegment(t.Context(), c.Segment); err != nil || !used {
		t.Errorf("it may be deleted: %v", err)
	}
	if used, err := o.UsesSegment(t.Context(), "altro"); err != nil || used {
		t.Errorf("another one stays too: %v", err)
	}
}
