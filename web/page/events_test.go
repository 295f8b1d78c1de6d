package page

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"ascolto/internal/civic"
)

// TestEventsGoOnPastAHiccup: a look that fails, whatever it says besides its error, ends no stream; the next
// one that succeeds is told.
func TestEventsGoOnPastAHiccup(t *testing.T) {
	t.Parallel()
	away := civic.NewError(civic.Unavailable, "error.unavailable")
	for name, fault := range map[string]error{"unavailable": away, "unknown": errors.New("broken")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, other := net.Pipe()
				defer conn.Close()
				defer other.Close()
				var told bytes.Buffer
				looks := 0
				look := func(context.Context) (string, bool, error) {
					switch looks++; looks {
					case 1:
						return "one", false, nil
					case 2, 3: // as of a task that could not be read: the zero Task is not open
						return "", true, fault
					}
					return "two", true, nil
				}
				e := &events{to: &told, conn: conn}
				if err := e.tell(t.Context(), look, nil); err != nil {
					t.Fatal(err)
				}
				if looks != 4 || strings.Count(told.String(), "event: change") != 2 ||
					!strings.Contains(told.String(), "data: two\n") {
					t.Errorf("after %d looks it said %q", looks, told.String())
				}
			})
		})
	}
}
