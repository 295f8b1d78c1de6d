package page

import (
	"fmt"
	"testing"
)

// What is kept of pages has a bound, the latest pages are among it, and another edition is not given out.
func TestMemory(t *testing.T) {
	t.Parallel()
	var m Cache
	page := make([]byte, 1<<20)
	key := func(i int) cacheKey { return cacheKey{url: fmt.Sprintf("/forum/%d", i)} }
	for i := range 100 {
		m.keep(key(i%50), remembered{edition: "1", page: page})
		if m.bytes > cacheBytes || len(m.young)+len(m.old) > 2*cacheBytes/len(page) {
			t.Fatalf("%d bytes, %d and %d pages are kept", m.bytes, len(m.young), len(m.old))
		}
		if _, ok := m.page(key(i%50), "1"); !ok {
			t.Fatal("the latest page is forgotten")
		}
		if _, ok := m.page(key(i%50), "2"); ok {
			t.Fatal("a page of another edition is given out")
		}
	}
	for range 100 {
		m.keep(key(99), remembered{edition: "2", page: page})
	}
	if len(m.young) > 15 || m.bytes < len(page) || m.bytes > cacheBytes {
		t.Errorf("one page again and again: %d pages, %d bytes", len(m.young), m.bytes)
	}
}
