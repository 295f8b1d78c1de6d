package page_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/web/locale"
	"ascolto/web/page"
)

// A download that cannot be finished must not look finished: the connection breaks off, whatever was sent
// before.
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
		r := page.New(&page.Site{Locale: texts, Log: log}, c, "request", "client")
		return r.Stream("tabella.csv", "text/csv", downloads[c.Path()])
	})
	address := serving(t, app)
	for path, want := range map[string]int{
		"/whole": 500_000, "/empty": 0, "/broken": -1, "/early": -1, "/panic": -1,
	} {
		n, err := download(t, "http://"+address+path)
		if (err == nil) != (want >= 0) || want >= 0 && n != want {
			t.Errorf("%s: %d bytes, %v", path, n, err)
		}
	}
}

// serving runs app until the test ends and returns its address.
func serving(t *testing.T, app *fiber.App) string {
	t.Helper()
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
	return ln.Addr().String()
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

// TestASlowReaderGetsTheWholeFile: a download outlasts the time that a server gives an answer, as long as it
// goes on; one whose reader has stopped ends.
func TestASlowReaderGetsTheWholeFile(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	texts, err := locale.Load(log)
	if err != nil {
		t.Fatal(err)
	}
	const size, answer = 24 << 20, 400 * time.Millisecond
	ended := make(chan error, 2)
	app := fiber.New(fiber.Config{DisableStartupMessage: true, WriteTimeout: answer})
	app.Get("/*", func(c *fiber.Ctx) error {
		site := &page.Site{
			Locale: texts, Log: log, Times: page.StreamTimes{Pause: 2 * time.Second, Whole: time.Minute},
		}
		return page.New(site, c, "request", "client").Stream("tabella.csv", "text/csv",
			func(_ context.Context, w io.Writer) error {
				part := make([]byte, 1<<20)
				for range size / len(part) {
					if _, err := w.Write(part); err != nil {
						ended <- err
						return err
					}
				}
				ended <- nil
				return nil
			})
	})
	address := serving(t, app)
	ask := func() net.Conn {
		c, err := net.Dial("tcp", address)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(256 << 10)
		}
		if err == nil {
			_, err = io.WriteString(c, "GET /lista HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	stopped := ask() // and reads nothing
	slow, began, n := ask(), time.Now(), int64(0)
	for {
		got, err := io.CopyN(io.Discard, slow, 1<<20)
		if n += got; err != nil {
			break
		}
		time.Sleep(answer / 8) // the line is slow
	}
	if n < size || time.Since(began) < 2*answer {
		t.Errorf("the slow reader got %d bytes in %s", n, time.Since(began))
	}
	outcomes := []error{<-ended, <-ended}
	if (outcomes[0] == nil) == (outcomes[1] == nil) {
		t.Errorf("the downloads ended with %v", outcomes)
	}
	stopped.Close()
}

// TestADownloadThatWasGivenUpIsNoFault: of a download whose reader took nothing for so long that it was ended
// the log says so, and not that the program is at fault.
func TestADownloadThatWasGivenUpIsNoFault(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	log, ended := slog.New(slog.NewTextHandler(&lines, nil)), make(chan struct{})
	texts, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/*", func(c *fiber.Ctx) error {
		site := &page.Site{Locale: texts, Log: log,
			Times: page.StreamTimes{Pause: 50 * time.Millisecond, Whole: time.Minute}}
		return page.New(site, c, "request", "client").Stream("tabella.csv", "text/csv",
			func(ctx context.Context, w io.Writer) error {
				defer close(ended)
				<-ctx.Done()
				return fmt.Errorf("rows: %w", ctx.Err())
			})
	})
	res, err := http.Get("http://" + serving(t, app) + "/lista")
	if err == nil {
		_, err = io.ReadAll(res.Body) // to the end, when the log has its line
		res.Body.Close()
	}
	<-ended
	if err == nil {
		t.Error("half a file passes for the whole")
	}
	if got := lines.String(); strings.Contains(got, "ERROR") || !strings.Contains(got, "by its reader") {
		t.Errorf("log: %s", got)
	}
}
