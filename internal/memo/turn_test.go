package memo

import (
	"context"
	"errors"
	"testing"
)

// TestTurnsAreTakenOneByOne: who has given up waits no longer, and who is done lets the next one.
func TestTurnsAreTakenOneByOne(t *testing.T) {
	t.Parallel()
	var turn Turn
	done, err := turn.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turn.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("two have the turn: %v", err)
	}
	done()
	if done, err = turn.Wait(t.Context()); err != nil {
		t.Fatalf("nobody has the turn, and it is not given: %v", err)
	}
	done()
}
