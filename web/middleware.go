package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

type localsKey struct{}

func requestOf(c *fiber.Ctx) *page.Request {
	v, _ := c.Locals(localsKey{}).(*page.Request)
	return v
}

// observe is around everything else: it names the request, sets its deadline and the headers, turns errors
// and panics into pages, and writes the access log, which holds nothing personal: no query, no address, no
// value of a path parameter.
func (s *Server) observe(c *fiber.Ctx) error {
	start := time.Now()
	v := s.begin(c)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	c.SetUserContext(ctx)
	defer v.Close()
	if err := s.recovered(c); err != nil {
		s.fail(v, c, err)
	}
	s.logRequest(v, c, start)
	return nil
}

// logRequest writes a line of the access log.
func (s *Server) logRequest(r *page.Request, c *fiber.Ctx, start time.Time) {
	s.opt.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
		slog.String("id", r.RequestID),
		slog.String("method", c.Method()),
		slog.String("route", routeOf(c)),
		slog.Int("status", c.Response().StatusCode()),
		slog.Int("bytes", size(c)),
		slog.Bool("signed_in", r.Actor.Account != ""),
		slog.Duration("took", time.Since(start)))
}

// size returns how long the answer is, -1 when it is written while it is sent.
func size(c *fiber.Ctx) int {
	if c.Response().IsBodyStream() {
		return -1
	}
	return len(c.Response().Body())
}

// begin makes the page.Request of a request and sets the headers that every answer has.
func (s *Server) begin(c *fiber.Ctx) *page.Request {
	r := page.New(s.site, c, rand.Text(), s.clientOf(c).String())
	c.Locals(localsKey{}, r)
	for _, h := range s.headers {
		c.Set(h[0], h[1])
	}
	c.Set(fiber.HeaderXRequestID, r.RequestID)
	return r
}

// recovered runs the rest of the chain and turns a panic into an error, whose stack goes to the log.
func (s *Server) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.opt.Log.Error("panic in a handler", "request", requestOf(c).RequestID, "panic", fmt.Sprint(p),
				"stack", string(debug.Stack()))
			err = fmt.Errorf("web: panic: %v", p)
		}
	}()
	return c.Next()
}

// routeOf returns the pattern of the route that answered, never the path itself: it may hold a token or a
// code.
func routeOf(c *fiber.Ctx) string {
	if p := c.Route().Path; p != "/" || c.Path() == "/" {
		return p
	}
	return "none"
}

// deniedFeatures are the powers of browsers that a policy can take from a page, as the W3C's registry of
// policy-controlled features listed them in November 2026. No page of ours uses any.
var deniedFeatures = []string{
	"accelerometer", "ambient-light-sensor", "attribution-reporting", "autoplay", "battery", "bluetooth",
	"browsing-topics", "camera",
	"compute-pressure", "cross-origin-isolated", "display-capture", "encrypted-media", "fullscreen",
	"gamepad", "geolocation",
	"gyroscope", "hid", "identity-credentials-get", "idle-detection", "keyboard-map", "local-fonts",
	"magnetometer", "microphone", "midi",
	"otp-credentials", "payment", "picture-in-picture", "publickey-credentials-create",
	"publickey-credentials-get", "screen-wake-lock",
	"serial", "speaker-selection", "storage-access", "usb", "web-share", "window-management",
	"xr-spatial-tracking",
}

func permissionsPolicy() string { return strings.Join(deniedFeatures, "=(), ") + "=()" }

// headersOf returns names and values of what every answer carries, errors and files too.
func headersOf(secure bool) [][2]string {
	all := [][2]string{
		{fiber.HeaderContentSecurityPolicy,
			"default-src 'self'; img-src 'self' data:; font-src 'self'; object-src 'none'; " +
				"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"},
		{fiber.HeaderXContentTypeOptions, "nosniff"},
		{fiber.HeaderReferrerPolicy, "same-origin"},
		{fiber.HeaderXFrameOptions, "DENY"}, // for browsers that do not know frame-ancestors
		{"X-Permitted-Cross-Domain-Policies", "none"},
		{fiber.HeaderPermissionsPolicy, permissionsPolicy()},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
	}
	if secure {
		all = append(all,
			[2]string{fiber.HeaderStrictTransportSecurity, "max-age=63072000; includeSubDomains"})
	}
	return all
}

// admit refuses what no page should have to deal with: other hosts' requests and too many of them.
func (s *Server) admit(c *fiber.Ctx) error {
	path := c.Path()
	probe := path == "/healthz" || path == "/readyz" // asked by address, and tells nothing
	if !probe && !s.hosts[strings.ToLower(string(c.Request().Host()))] {
		return fiber.NewError(fiber.StatusMisdirectedRequest)
	}
	if probe || strings.HasPrefix(path, "/static/") {
		return c.Next()
	}
	leave, err := s.limits.enter(requestOf(c).Client)
	if err != nil {
		return err
	}
	defer leave()
	return c.Next()
}

// identify finds out who asks. A session that has ended makes a visitor; a store that does not answer is an
// error, so that nobody is mistaken for somebody else.
func (s *Server) identify(c *fiber.Ctx) error {
	r := requestOf(c)
	secret := r.Cookie()
	if r.ForProgram() || secret == "" || s.opt.Sessions == nil {
		return c.Next()
	}
	who, session, err := s.who(r.Context(), secret, r.ByPerson())
	switch civic.CodeOf(err) {
	case "":
		who.Request = r.RequestID
		r.Actor, r.Session = who, session
	case civic.Unauthenticated, civic.NotFound, civic.Gone:
		r.SignOut()
	default:
		return civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	return c.Next()
}

// who returns who acts in the session with a secret, with their permissions as of now.
func (s *Server) who(ctx context.Context, secret string, byPerson bool) (civic.Actor, string, error) {
	if secret == "" || s.opt.Sessions == nil {
		return civic.Visitor(""), "", nil
	}
	who, session, err := s.opt.Sessions.Who(ctx, secret, byPerson)
	return civic.NewActor(who, s.grants), session, err
}

// serve returns the handler of a route: the gate, the guards of what changes something, then the screen.
func (s *Server) serve(r page.Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		req := requestOf(c)
		req.LimitBody(r.Body)
		req.RecountBy(r.Recount)
		if r.Files {
			req.TakeFiles()
		}
		req.Findable(r.Found)
		if r.Auth == page.ByBearer {
			if err := s.identifyProgram(req, c); err != nil {
				return err
			}
		}
		if err := page.Authorize(req.Actor, r.Gate); err != nil {
			req.PassFiles() // of the form only the fields are given back
			return err
		}
		if r.Changes() {
			if err := s.guardChange(req, c, r); err != nil {
				return err
			}
			if r.Attaches > 0 { // its time begins when the files are here
				req.Restart(attachDeadline)
			}
		} else if r.Cost > 1 && !s.limits.read(req, r.Cost) {
			return civic.NewError(civic.Limited, "error.limited")
		}
		return r.Handler(req)
	}
}
