package memo

import "testing"

// The last values are kept, within the bound, and a new one takes the place of one of the same key.
func TestValuesStayWithinTheirBound(t *testing.T) {
	t.Parallel()
	m := Values[int, int]{Most: 10}
	if _, ok := m.Get(1); ok {
		t.Error("there is a value in nothing")
	}
	for n := range 100 {
		m.Put(n, -1)
		m.Put(n, n)
		for last := max(0, n-4); last <= n; last++ {
			if v, ok := m.Get(last); !ok || v != last {
				t.Fatalf("after %d: %d of %d, %t", n, v, last, ok)
			}
		}
		if kept := len(m.young) + len(m.old); kept > 10 {
			t.Fatalf("%d are kept", kept)
		}
	}
	if _, ok := m.Get(80); ok {
		t.Error("a value outlives twice as many others")
	}
}
