// Package web is the HTTP side of Ascolto: the server, the map of its routes, who may take which, and what
// guards them all. Screens are in site (citizens) and desk (staff); web/page is what their handlers see of a
// request.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/crm/privacy"
	"ascolto/crm/requests"
	"ascolto/crm/requests/intake"
	"ascolto/crm/requests/register"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/internal/vault"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Options are what a Server is made of. Origin, Vault, Log and Town.Name are required.
type Options struct {
	// scheme and host under which the site is reached, "https://ascolto.comune.example"; links in mails use
	// it
	Origin  string
	Proxies []netip.Prefix // whose X-Forwarded-For is believed; none by default
	// where many people stand behind one address: what one address may do does not bound them
	Known  []netip.Prefix
	Town   ui.Municipality
	Vault  *vault.Vault
	Log    *slog.Logger
	Limits Limits
	Shared bool                                   // other instances run: what clients use is told them
	Checks map[string]func(context.Context) error // what /readyz asks, by name

	Services
	Sessions Sessions // nil: those of Accounts
	Tokens   Tokens   // nil: those of Accounts
}

// Services are what the screens work with; all are required.
type Services struct {
	Accounts  *accounts.Service
	Audit     *audit.Log
	CRM       *crm.Service
	Segments  *segment.Service
	Requests  *requests.Service
	Intake    *intake.Service
	Register  *register.Service // of documents
	Hours     *hours.Service
	Own       *privacy.Service // what a person may ask to be told
	Erasures  *privacy.Erasures
	Reference *reference.Service
	Surveys   *surveys.Service
	Forum     *forum.Service
	Notify    *notify.Service
	Search    *search.Index
	Texts     *sitepage.Service
	Files     *blob.Store
	Work      *work.Service
	Personal  []civic.PersonalData // the parts that keep data about people, in the order a copy of it is read
}

// Sessions knows who signed in.
type Sessions interface {
	// Who returns the actor who holds the session with this secret, without permissions, and the session's
	// name, which is not secret. The session counts as used if a person asks, not if a page that is left open
	// does by itself. It returns an Unauthenticated error when there is no such session any more.
	Who(ctx context.Context, secret string, byPerson bool) (who civic.Actor, session string, err error)
}

// Tokens knows for whom programs act.
type Tokens interface {
	// TokenActor returns for whom the program acts that shows an access token, without permissions, and those
	// it may have at most. It returns an Unauthenticated error when the token is worth nothing, and a Limited
	// one when its place tried too many.
	TokenActor(ctx context.Context, text string, from netip.Addr) (who civic.Actor, atMost []civic.Permission,
		err error)
}

// The times a connection and a request may take.
const (
	readTimeout  = 15 * time.Second
	writeTimeout = 60 * time.Second
	idleTimeout  = 60 * time.Second
	deadline     = 30 * time.Second
	// of a request that brought files, which are looked at and perhaps kept by another server
	attachDeadline = 2 * time.Minute
	drainTimeout   = 20 * time.Second
)

// Server answers HTTP requests.
type Server struct {
	opt    Options
	app    *fiber.App
	site   *page.Site
	hosts  map[string]bool
	secure bool
	limits *limits
	denied *denials
	grants civic.Grants
	routes []page.Route

	headers [][2]string // of every answer
	icon    []byte      // favicon.ico

	mu       sync.Mutex // guards what follows
	listener net.Listener
	stopping bool
}

// New returns a Server that does not listen yet, or an error that names the wrong option.
func New(opt Options) (*Server, error) {
	s, err := prepare(opt)
	if err != nil {
		return nil, err
	}
	if o := opt.Services; o.Accounts == nil || o.Audit == nil || o.CRM == nil || o.Surveys == nil ||
		o.Requests == nil || o.Intake == nil || o.Register == nil ||
		o.Forum == nil || o.Notify == nil || o.Search == nil || o.Texts == nil ||
		o.Files == nil || o.Work == nil || o.Erasures == nil {
		return nil, errors.New("web: Options.Services lacks a service")
	}
	s.routes = s.routeTable()
	s.site.Desk, s.site.Logo = deskMenu(s.routes, map[string]func(civic.Actor) bool{
		"/desk/work":   s.opt.Work.MayAsk,
		callStatistics: countsOnly,
	}), s.opt.Texts.Logo
	return s, s.build()
}

// prepare returns a Server without routes.
func prepare(opt Options) (*Server, error) {
	origin, err := parseOrigin(opt.Origin)
	if err != nil {
		return nil, err
	}
	switch {
	case opt.Vault == nil || opt.Log == nil:
		return nil, errors.New("web: Options.Vault and Options.Log are required")
	case opt.Town.Name == "":
		return nil, errors.New("web: the municipality has no name")
	}
	if opt.Sessions == nil && opt.Accounts != nil {
		opt.Sessions = opt.Accounts
	}
	if opt.Tokens == nil && opt.Accounts != nil {
		opt.Tokens = opt.Accounts
	}
	catalogues, err := locale.Load(opt.Log)
	if err != nil {
		return nil, err
	}
	s := &Server{
		opt: opt, secure: origin.Scheme == "https", hosts: allowedHosts(origin),
		limits: newLimits(opt.Limits, opt.Known, opt.limitNames()), denied: newDenials(),
		headers: headersOf(origin.Scheme == "https"), icon: drawIcon(), grants: Grants(),
	}
	s.site = &page.Site{
		Locale: catalogues, Town: opt.Town, Vault: opt.Vault, Log: opt.Log,
		Origin: opt.Origin, Secure: s.secure, Sections: sections(), Bodies: page.NewBodies(),
		Compressed: &page.Compressed{}, Cache: &page.Cache{}, Streams: page.NewStreams(opt.Limits.Streams, 0),
		Who: s.who,
	}
	return s, nil
}

func parseOrigin(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" ||
		u.User != nil || u.RawQuery != "" {
		return nil, fmt.Errorf("web: origin %q is not of the form https://host", s)
	}
	if u.Host != strings.ToLower(u.Host) {
		return nil, fmt.Errorf("web: origin %q has capital letters in its host", s)
	}
	return u, nil
}

// allowedHosts returns the values of the Host header that are answered: the origin's, and where the origin is
// this machine over plain HTTP, its other names at the same port.
func allowedHosts(origin *url.URL) map[string]bool {
	hosts := map[string]bool{origin.Host: true}
	if origin.Scheme != "http" || !isLoopback(origin.Hostname()) {
		return hosts
	}
	for _, name := range []string{"localhost", "127.0.0.1", "[::1]"} {
		if port := origin.Port(); port != "" {
			name += ":" + port
		}
		hosts[name] = true
	}
	return hosts
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// build registers the middleware and the routes.
func (s *Server) build() error {
	s.app = fiber.New(fiber.Config{
		AppName: "Ascolto", Immutable: true, CaseSensitive: true, StrictRouting: true,
		StreamRequestBody: true, DisablePreParseMultipartForm: true, BodyLimit: page.LongestBody,
		ReadBufferSize: 16 << 10, Concurrency: 1 << 20, // guarded lets in fewer
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		EnableTrustedProxyCheck: true, // nobody is trusted: clientOf reads the header itself
		DisableStartupMessage:   true, ErrorHandler: s.lastResort,
	})
	server := s.app.Server()
	server.Logger = quietLogger{s.opt.Log}
	server.NoDefaultServerHeader = true
	server.Handler, server.HeaderReceived, server.ExpectHandler = s.door(server.Handler), s.received,
		s.expected
	s.app.Use(s.observe, s.admit)
	s.app.Get("/static/:name", s.static)
	s.app.Get(sitepage.LogoPath+":name", s.logo)
	s.app.Get("/robots.txt", s.robots)
	s.app.Get("/favicon.ico", s.favicon)
	s.app.Get("/.well-known/security.txt", s.securityText)
	s.app.Get("/healthz", s.healthz)
	s.app.Get("/readyz", s.readyz)
	s.app.Use(s.identify)
	for _, r := range s.routes {
		if r.Gate == "" || r.Handler == nil {
			return fmt.Errorf("web: route %s %s has no gate or no handler", r.Method, r.Path)
		}
		if err := r.CheckAuth(); err != nil {
			return err
		}
		s.app.Add(r.Method, r.Path, s.serve(r))
		if r.Method == fiber.MethodGet {
			s.app.Add(fiber.MethodHead, r.Path, s.serve(r))
		}
	}
	return nil
}

// Serve answers on ln until Shutdown; it returns nil then, or the listener's error.
func (s *Server) Serve(ln net.Listener) error {
	if !s.listen(ln) {
		return ln.Close()
	}
	return s.app.Listener(s.guarded(ln))
}

// listen notes the listener, and reports whether the server is still to run: it may be told to stop before it
// has begun.
func (s *Server) listen(ln net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener = ln
	return !s.stopping
}

// Listen answers on a TCP address until Shutdown.
func (s *Server) Listen(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("web: listen: %w", err)
	}
	return s.Serve(ln)
}

// Shutdown stops accepting, lets requests under way finish for at most 20 seconds or until ctx ends, and
// returns an error when some had to be cut off.
func (s *Server) Shutdown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	s.mu.Lock()
	s.stopping = true
	ln := s.listener
	s.mu.Unlock()
	s.site.Streams.End()
	err := s.app.ShutdownWithContext(ctx)
	if ln != nil {
		ln.Close() // closed already, unless Serve had not come as far as the library
	}
	return err
}
