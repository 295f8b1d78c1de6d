package app

import (
	"net/netip"
	"strings"
	"testing"
)

// TestPlacesOfFiles: a customer's networks are one place, told apart from others in no two pools by the same
// name, and by none that says which it is; networks that many are known to share are no place.
func TestPlacesOfFiles(t *testing.T) {
	t.Parallel()
	a := opened(t)
	a.config.Known = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	name := func(address string) string {
		return string(a.filePlace("survey_draft/1", netip.MustParseAddr(address)))
	}
	home := name("2001:db8:0:11::7")
	if home == "" || home != name("2001:db8:0:12::9%eth0") || strings.Contains(home, "2001") {
		t.Errorf("one customer: %q and %q", home, name("2001:db8:0:12::9"))
	}
	if home == name("2001:db8:1::7") || name("192.0.2.7") == name("192.0.2.8") {
		t.Error("two customers are one place")
	}
	if name("192.0.2.7") != name("::ffff:192.0.2.7") {
		t.Error("an address is two places")
	}
	if home == string(a.filePlace("survey_draft/2", netip.MustParseAddr("2001:db8:0:11::7"))) {
		t.Error("a place has one name in two pools")
	}
	if school := name("::ffff:198.51.100.9"); school != "" {
		t.Errorf("a known network is a place: %q", school)
	}
}
