package demo

import (
	"fmt"
	"strings"
	"testing"

	"ascolto/notify/transport"
)

// TestPostReachesTheStaff: whoever tries the town with one of its accounts gets their mail, however the
// addresses fall; of others some are refused, in the words that a server's answer holds beside its codes.
func TestPostReachesTheStaff(t *testing.T) {
	t.Parallel()
	post := &Post{}
	post.busy.Store(true)
	if len(staffed()) != 7 {
		t.Fatalf("staff: %v", staffed())
	}
	for address := range staffed() {
		if got := post.Send(t.Context(), transport.Envelope{To: address}); got.Result != transport.Accepted {
			t.Errorf("%s: %+v", address, got)
		}
	}
	refused := 0
	for n := range 400 {
		got := post.Send(t.Context(), transport.Envelope{To: fmt.Sprintf("anna%d@example.it", n)})
		if got.Result == transport.Refused {
			refused++
		}
		if got.Enhanced != "" && strings.Contains(got.Answer, got.Enhanced) {
			t.Errorf("the code stands twice: %+v", got)
		}
	}
	if refused == 0 {
		t.Error("no address is refused: this test does not see refusals")
	}
}
