package publicname

import "testing"

// TestIsOf: a colleague's name is known in any order and dress; other names, and one that many have, are not.
func TestIsOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Ada Benassi": true, "benassi ada": true, "Adа Benassi": true, "AdaBenassi": true, "BenassiAda": true,
		"Ada Benassi 2": true, "Ada-Benassi": true, "Ada Benass1": true, "Àda Benassi": true,
		"Ada": false, "Benassi": false, "Ada Bellini": false, "Ada Maria Benassi": false, "Volpe Rossa": false,
	} {
		if got := IsOf(name, "Ada Benassi"); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
	if IsOf("Ada", "Ada") {
		t.Error("a single name is taken for a person")
	}
}
