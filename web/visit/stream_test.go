package visit_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"ascolto/web/locale"
	"ascolto/web/visit"
)

// A download that cannot be finished must not look finished: the connection breaks off, whatever was sent before.
func TestStream(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	texts, err := locale.Load(log)
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Repeat("x", 999) + "\n"
	lines := func(n int, end func() error) func(context.Context, io.Writer) error {
		return func(_ context.Context, w io.Writer) error {
			for range n {
				if _, err := io.WriteString(w, line); err != nil {
					return err
				}
			}
			return end()
		}
	}
	downloads := map[string]func(context.Context, io.Writer) error{
		"/whole":  lines(500, func() error { return nil }),
		"/empty":  lines(0, func() error { return nil }),
		"/broken": lines(500, func() error { return errors.New("the store is gone") }),
		"/early":  lines(0, func() error { return errors.New("the store is gone") }),
		"/panic":  lines(100, func() error { panic("a mistake of ours") }),
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/*", func(c *fiber.Ctx) error {
		v := visit.New(&visit.Site{Locale: texts, Log: log}, c, "request", "client")
		return v.Stream("tabella.csv", "text/csv", downloads[c.Path()])
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }() // ends with Shutdown
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	for path, want := range map[string]int{"/whole": 500_000, "/empty": 0, "/broken": -1, "/early": -1, "/panic": -1} {
		n, err := download(t, "http://"+ln.Addr().String()+path)
		if (err == nil) != (want >= 0) || want >= 0 && n != want {
			t.Errorf("%s: %d bytes, %v", path, n, err)
		}
	}
}

func download(t *testing.T, address string) (int, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Disposition"); got != "attachment; filename=tabella.csv" {
		t.Errorf("disposition %q", got)
	}
	b, err := io.ReadAll(res.Body)
	return len(b), err
}
