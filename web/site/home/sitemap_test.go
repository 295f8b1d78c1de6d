package home

import (
	"context"
	"errors"
	"testing"
)

// TestNobodyWaitsForTheSitemapForNothing: while a list is made others still read the one there is, and who
// has given up waits no longer.
func TestNobodyWaitsForTheSitemapForNothing(t *testing.T) {
	t.Parallel()
	var s sitemap
	done, err := s.wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, holds := s.current("a"); holds {
		t.Error("a list that was never made holds")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("two lists are made at a time: %v", err)
	}
	done()
	if done, err = s.wait(t.Context()); err != nil {
		t.Errorf("nobody makes a list: %v", err)
	} else {
		done()
	}
}
