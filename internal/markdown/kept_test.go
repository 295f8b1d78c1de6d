package markdown

import (
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestKeptIsWhatTheEngineShows(t *testing.T) {
	t.Parallel()
	const bound = 256 << 10
	k := Posts().Keep(bound)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range 200 {
				source := "Buca **" + strconv.Itoa(n) + "** in via Emilia, <script>alert(1)</script> " +
					strings.Repeat("e poi ", n)
				if got, want := k.HTML(source), Posts().HTML(source); got != want {
					t.Errorf("%d: %q, not %q", n, got, want)
				}
			}
		})
	}
	all.Wait()
	if size := k.texts.Size(); size > bound || size < bound/8 {
		t.Errorf("%d bytes are kept", size)
	}
}

func TestWhatWasNotReadIsNotKept(t *testing.T) {
	t.Parallel()
	e := *Posts()
	e.limit = -1 // late from the beginning
	k := e.Keep(1 << 20)
	if got := k.HTML("Una **buca**"); strings.Contains(string(got), "strong") {
		t.Fatalf("read in time: %q", got)
	}
	if k.texts.Size() != 0 {
		t.Error("it would be shown so for ever")
	}
}
