package peers

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/docstore/storetest"
)

// counts is what clients used, here and elsewhere.
type counts struct {
	mu              sync.Mutex
	here, elsewhere map[string]int
}

func (c *counts) Used() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	used := c.here
	c.here = nil
	return used
}

func (c *counts) Use(elsewhere map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.elsewhere == nil {
		c.elsewhere = map[string]int{}
	}
	for key, n := range elsewhere {
		c.elsewhere[key] += n
	}
}

// TestPeers: each instance counts once what clients used at the others, not what they used at itself; one
// that ended, or was started again in the same folder, is no other; and whoever keeps files where another
// cannot read them is told once.
func TestPeers(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	var said bytes.Buffer
	enter := func(host string, files bool) (*Peers, *counts) {
		p, err := New(t.Context(), Options{
			DB: db, Host: host, Folder: "/var/lib/ascolto", Files: files, Version: "1",
			Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(&said, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		return p, &counts{}
	}
	once := func(p *Peers, c *counts) {
		t.Helper()
		if err := p.once(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	a, atA := enter("uno", false)
	b, atB := enter("due", false)
	again, atAgain := enter("due", false)
	atA.here = map[string]int{"anna": 3, "bruno": 1}
	once(a, atA)
	once(b, atB)
	atA.here = map[string]int{"anna": 2}
	once(a, atA)
	for range 3 {
		once(b, atB)
	}
	once(a, atA)
	if want := map[string]int{"anna": 5, "bruno": 1}; !maps.Equal(atB.elsewhere, want) ||
		len(atA.elsewhere) > 0 {
		t.Errorf("at the other %v are counted, want %v; at itself %v", atB.elsewhere, want, atA.elsewhere)
	}
	once(again, atAgain)
	if others, err := again.Others(t.Context()); err != nil || len(others) != 1 || others[0].Host != "uno" {
		t.Errorf("it takes itself of before for another: %v, %v", others, err)
	}
	if said.Len() > 0 {
		t.Errorf("without files it says %s", said.String())
	}
	now = now.Add(alive + time.Second)
	if others, err := b.Others(t.Context()); err != nil || len(others) > 0 {
		t.Errorf("one without signs of life is there: %v, %v", others, err)
	}
	keeper, atKeeper := enter("tre", true)
	once(a, atA)
	for range 3 {
		once(keeper, atKeeper)
		once(a, atA)
	}
	if n := strings.Count(said.String(), "ASCOLTO_FILES"); n != 2 {
		t.Errorf("it is said %d times by two: %s", n, said.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	keeper.Run(ctx, atKeeper)
	if others, err := a.Others(t.Context()); err != nil || len(others) > 0 {
		t.Errorf("one that left is there: %v, %v", others, err)
	}
}
