package web

import (
	"errors"
	"testing"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

// TestHowABodyIsRefused: what is wrong with what was sent is 400 or 415; what is wrong here, a full disk or
// too many at a time, says so.
func TestHowABodyIsRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want int
	}{
		{civic.NewError(civic.Invalid, page.NoForm), 415},
		{civic.NewError(civic.Invalid, "error.form"), 400},
		{fiber.ErrRequestTimeout, 408},
		{civic.NewError(civic.TooLarge, "error.too_large"), 413},
		{civic.Wrap(civic.Full, "error.full", errors.New("no space left on device")), 507},
		{civic.NewError(civic.Unavailable, "error.unavailable"), 503},
		{civic.NewError(civic.Forbidden, "error.csrf"), 403},
		{errors.New("a temporary file was taken away"), 500},
	} {
		if got := failureOf(bodyFault(tt.err), true).status; got != tt.want {
			t.Errorf("%v: status %d, want %d", tt.err, got, tt.want)
		}
	}
}
