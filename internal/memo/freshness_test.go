package memo

import (
	"testing"
	"time"
)

func TestFreshnessGrowsWithWhatFindingOutTakes(t *testing.T) {
	t.Parallel()
	var f Freshness
	if f.Fresh() {
		t.Error("what was never found out is fresh")
	}
	f.Learned(time.Now().Add(-time.Minute))
	if !f.Fresh() {
		t.Error("what took a minute is found out anew at once")
	}
	f.at = time.Now().Add(-MostFresh)
	if f.Fresh() {
		t.Error("it serves longer than the most")
	}
	f.at, f.took = time.Now().Add(-time.Second), 10*time.Millisecond
	if f.Fresh() {
		t.Error("what is cheap is not found out anew")
	}
	f.at, f.took = time.Now().Add(-10*time.Minute), 10*time.Second
	if f.FreshFor(20, time.Hour) || !f.FreshFor(200, time.Hour) || f.FreshFor(200, 5*time.Minute) {
		t.Error("it serves for another while than is said")
	}
}
