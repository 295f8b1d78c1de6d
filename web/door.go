package web

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"ascolto/internal/civic"
	"ascolto/web/page"
)

// door is what stands before the router: it sees what the library would else answer by itself, without our
// headers, and what the library lets through that no proxy in front of us need read as we do.
func (s *Server) door(router fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if err := s.refusal(ctx); err != nil {
			s.refuse(ctx, err)
			return
		}
		router(ctx)
	}
}

// refusal returns why a request goes no further, nil when it may.
func (s *Server) refusal(ctx *fasthttp.RequestCtx) error {
	h := &ctx.Request.Header
	if bareLF(h.RawHeaders()) || h.ContentLength() == -1 && lengthTold.Match(h.RawHeaders()) {
		ctx.SetConnectionClose() // another reader may see another request in it
		return fiber.ErrBadRequest
	}
	if len(h.Peek(fiber.HeaderContentEncoding)) > 0 {
		return fiber.ErrUnsupportedMediaType
	}
	if most := string(h.Peek(tooLong)); len(most) > 1 {
		return civic.NewErrorArgs(civic.TooLarge, "error.file.request", civic.Args{"Max": most})
	} else if most != "" {
		return civic.NewError(civic.TooLarge, "error.too_large")
	}
	if !slices.Contains(s.app.Config().RequestMethods, string(ctx.Method())) {
		allow := "GET, HEAD, POST"
		if bytes.HasPrefix(ctx.Path(), []byte("/api/")) {
			allow += ", PATCH"
		}
		ctx.Response.Header.Set(fiber.HeaderAllow, allow)
		return fiber.ErrNotImplemented
	}
	return nil
}

// lengthTold finds a length in a header: beside "chunked" it is a second opinion on where the request ends
// (RFC 9112, 6.1).
var lengthTold = regexp.MustCompile(`(?im)^content-length[ \t]*:`)

// bareLF reports whether a line of a header ends otherwise than HTTP asks (RFC 9112, 2.2): readers disagree
// about such lines.
func bareLF(header []byte) bool {
	for i, b := range header {
		if b == '\n' && (i == 0 || header[i-1] != '\r') {
			return true
		}
	}
	return false
}

// refuse answers with the page of an error where no router has run.
func (s *Server) refuse(ctx *fasthttp.RequestCtx, err error) {
	c := s.app.AcquireCtx(ctx)
	defer s.app.ReleaseCtx(c)
	if own, ok := ctx.Conn().(*conn); ok {
		own.Linger()
	}
	s.lastResort(c, err)
}

// tooLong is the header by which received tells door that it left a body unread, with how many MB of files
// the route takes, if any. A client that sends it is refused likewise.
const tooLong = "Ascolto-Body-Too-Long"

// received leaves a body unread that the route does not take, before the library waits for its beginning.
// Nothing can follow it on the connection.
func (s *Server) received(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if h.ContentLength() <= page.ShortBody { // which every route takes
		return fasthttp.RequestConfig{}
	}
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	if limit, files := s.bodyLimit(string(h.Method()), string(path)); h.ContentLength() > limit {
		h.SetContentLength(0)
		h.SetConnectionClose()
		h.Set(tooLong, "1")
		if files > 0 {
			h.Set(tooLong, fmt.Sprintf("%02d", files>>20))
		}
	}
	return fasthttp.RequestConfig{}
}

// expected says whether a client that asks first may send its body.
func (s *Server) expected(ctx *fasthttp.RequestCtx) int {
	if err := s.refusal(ctx); err != nil {
		s.refuse(ctx, err)
		return ctx.Response.StatusCode()
	}
	return fiber.StatusContinue
}

// bodyLimit returns how many bytes of body the route for a method and a path takes, and how many of them may
// be files, 0 when it says nothing of these.
func (s *Server) bodyLimit(method, path string) (limit int, files int64) {
	parts := strings.Split(path, "/")
	for _, r := range s.routes {
		if r.Method == method && r.Body > 0 && fits(strings.Split(r.Path, "/"), parts) {
			return r.Body, r.Attaches
		}
	}
	return page.ShortBody, 0
}

// fits reports whether a path is one that a route's pattern means.
func fits(pattern, path []string) bool {
	return slices.EqualFunc(pattern, path,
		func(p, s string) bool { return p == s || strings.HasPrefix(p, ":") && s != "" })
}

// guarded returns ln with the bounds on connections before it. Those of a proxy are many people's: what they
// ask at the same time is counted by the address that it forwards.
func (s *Server) guarded(ln net.Listener) net.Listener {
	return &doors{
		Listener: ln, all: newTally(s.limits.connections), each: newTally(s.limits.flying.each),
		refusal:   s.crowded(),
		uncounted: func(a netip.Addr) bool { return s.trusts(a) || s.limits.knows(a) },
	}
}

// crowded returns the answer to a connection too many, to which nobody listens before it is closed.
func (s *Server) crowded() []byte {
	const text = "Troppe connessioni. Riprovare tra poco.\nToo many connections. Try again shortly.\n"
	var b bytes.Buffer
	fmt.Fprintf(&b,
		"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 30\r\nContent-Length: %d\r\n",
		len(text))
	fmt.Fprintf(&b, "%s: text/plain; charset=utf-8\r\n%s: no-store\r\n", fiber.HeaderContentType,
		fiber.HeaderCacheControl)
	for _, h := range s.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n" + text)
	return b.Bytes()
}
