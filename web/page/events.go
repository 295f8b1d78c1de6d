package page

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
)

// The times of an event stream.
const (
	eventsPoll  = time.Second      // how often it looks whether something changed
	eventsBeat  = 5 * time.Second  // how often it says that it is there: so soon is a reader missed who left
	eventsLife  = 2 * time.Minute  // then the browser asks again, and who it is is found out anew
	eventsWrite = 20 * time.Second // how long a reader may take for a line
)

// Streams counts the event streams of a site. Each holds a connection and asks the store once a second.
type Streams struct {
	each, all int

	mu    sync.Mutex
	held  map[string]int
	total int
	ended chan struct{}
}

// NewStreams returns a count that lets everybody have each streams at a time, and all of them all; 0: 12 and
// 512.
func NewStreams(each, all int) *Streams {
	return &Streams{
		each: cmp.Or(each, 12), all: cmp.Or(all, 512), held: map[string]int{}, ended: make(chan struct{}),
	}
}

// take counts one more stream, unless there are as many as may be.
func (s *Streams) take(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.total >= s.all || s.held[key] >= s.each {
		return false
	}
	s.held[key]++
	s.total++
	return true
}

func (s *Streams) give(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total--
	if s.held[key]--; s.held[key] <= 0 {
		delete(s.held, key)
	}
}

// End ends every stream, and those that are still asked for: the server is about to stop.
func (s *Streams) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.ended:
	default:
		close(s.ended)
	}
}

// RenewalHeader is what a page sends with the requests that it makes by itself to renew what it shows.
const RenewalHeader = "Ascolto-Renewal"

// ByPerson reports whether a person asks: it is false for what a page that is left open asks by itself, its
// stream of events, its renewals, and the loading anew that browsers mark as nobody's doing. Such requests do
// not keep a session alive.
func (req *Request) ByPerson() bool {
	header := func(name string) string { return req.c.Get(name) }
	unasked := header("Sec-Fetch-Mode") == "navigate" && header("Sec-Fetch-Site") == "same-origin" &&
		header("Sec-Fetch-User") == "" && req.c.Method() == fiber.MethodGet
	return !unasked && header(RenewalHeader) == "" &&
		!strings.HasPrefix(header(fiber.HeaderAccept), "text/event-stream")
}

// Look returns what names the present state of something, a word without line breaks that is never shown, and
// whether it has come to its end, for who asks as they are now. It may be called after the request is over:
// it must not use it.
type Look func(ctx context.Context, by civic.Actor) (version string, over bool, err error)

// Events answers with a stream of server-sent events, one for each version that look returns: the page then
// fetches what it shows. It ends with the thing itself, with the session, when who asks may not see it any
// more, and after two minutes. It returns Limited when the account, or the address of who is not signed in,
// has as many streams as it may.
func (req *Request) Events(look Look) error {
	streams := req.site.Streams
	key := cmp.Or(string(req.Actor.Account), req.Client)
	if !streams.take(key) {
		return civic.NewError(civic.Limited, "error.limited")
	}
	req.c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	req.c.Set("X-Accel-Buffering", "no") // a proxy must not gather events
	req.private()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(req.Context()), eventsLife)
	r, w := io.Pipe() // the server closes r when the reader is gone, and writing to w then fails
	out := &events{to: w, conn: req.c.Context().Conn()}
	who, secret := req.site.Who, req.Cookie()
	now := func(ctx context.Context) (string, bool, error) {
		by, _, err := who(ctx, secret, false)
		if err != nil {
			return "", false, err
		}
		return look(ctx, by)
	}
	log := req.site.Log.With(slog.String("request", req.RequestID))
	routine.Go(log, "events", func() error { return out.tell(ctx, now, streams.ended) }, func(error) {
		cancel()
		streams.give(key)
		w.Close()
	})
	return req.c.SendStream(r)
}

// events writes one stream.
type events struct {
	to   io.Writer
	conn net.Conn
}

// tell writes an event for each version, until the stream is over or its reader gone.
func (e *events) tell(
	ctx context.Context, look func(context.Context) (string, bool, error), ended <-chan struct{},
) error {
	last, beat := "", time.Now()
	if err := e.line("retry: 3000\n\n"); err != nil {
		return err
	}
	tick := time.NewTicker(eventsPoll)
	defer tick.Stop()
	for {
		version, over, err := look(ctx)
		switch code := civic.CodeOf(err); {
		case code == civic.NotFound || code == civic.Forbidden || code == civic.Unauthenticated:
			over, version = true, "gone"
		case err != nil: // the store is away for a while: the next time tells
			version, over = last, false
		}
		if version != last {
			last, beat = version, time.Now()
			if err := e.line(fmt.Sprintf("event: change\ndata: %s\n\n", oneLine(version))); err != nil {
				return err
			}
		}
		if over {
			return nil
		}
		if time.Since(beat) >= eventsBeat {
			beat = time.Now()
			if err := e.line(": here\n\n"); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
			return nil
		case <-tick.C:
		}
	}
}

func (e *events) line(s string) error {
	if err := e.conn.SetWriteDeadline(time.Now().Add(eventsWrite)); err != nil {
		return err
	}
	_, err := io.WriteString(e.to, s)
	return err
}

// oneLine keeps a version from becoming more than one line of the stream.
func oneLine(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }
