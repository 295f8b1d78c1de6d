package home

import (
	"testing"
	"time"
)

// TestTheSitemapIsReadWhileItIsMade: while a list is made others still read the one there is.
func TestTheSitemapIsReadWhileItIsMade(t *testing.T) {
	t.Parallel()
	var s sitemap
	if _, _, holds := s.current("a"); holds {
		t.Error("a list that was never made holds")
	}
	done, err := s.turn.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	s.keep([]place{{path: "/"}}, time.Now(), "a")
	if places, _, holds := s.current("a"); !holds || len(places) != 1 {
		t.Errorf("nobody reads the list while another is made: %v, %t", places, holds)
	}
}
