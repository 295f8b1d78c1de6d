package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/web"
	"ascolto/web/webtest"
)

var (
	anna = civic.Actor{Account: "anna", Contact: "c1", Name: "Anna Dall'Olio",
		Roles: []civic.Role{civic.Citizen}}
	operator = civic.Actor{Account: "op", Name: "Bruno Conti", Roles: []civic.Role{civic.Operator}}
)

// english is a form that changes something and needs nobody to be signed in.
func english() url.Values { return url.Values{"lang": {"en"}, "to": {"/"}} }

func TestHeadersOnEveryAnswer(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	b := site.Browser(t)
	stylesheet := webtest.Attr(b.Get("/").By("rel", "stylesheet")[0], "href")
	answers := map[string]*webtest.Page{
		"page": b.Get("/"), "missing": b.Get("/nulla"), "file": b.Get(stylesheet),
		"missing file": b.Get("/static/nulla.js"),
		"health":       b.Get("/healthz"), "redirect": b.Post("/lingua", english()),
		"refused":      b.Do(b.PostRequest("/lingua", english())),
		"wrong method": b.Do(request(t, http.MethodDelete, site.Origin+"/")),
	}
	host := strings.TrimPrefix(site.Origin, "http://")
	answers["too large"] = raw(t, site, "POST /lingua HTTP/1.1\r\nHost: "+host+
		"\r\nContent-Length: 7000000\r\n\r\n")
	answers["broken"] = raw(t, site, "GET /\r\n\r\n")
	wantStatus := map[string]int{
		"page": 200, "missing": 404, "file": 200, "missing file": 404, "health": 200, "redirect": 303,
		"refused":      403,
		"wrong method": 405, "too large": 413, "broken": 400,
	}
	for name, page := range answers {
		if page.Status != wantStatus[name] {
			t.Errorf("%s: status %d, want %d", name, page.Status, wantStatus[name])
		}
		csp := page.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'",
			"frame-ancestors 'none'", "form-action 'self'", "font-src 'self';"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %s", name, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: the policy %q is lax", name, csp)
		}
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
			"X-Permitted-Cross-Domain-Policies": "none",
		} {
			if got := page.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		for _, feature := range []string{"camera", "microphone", "geolocation", "payment", "usb",
			"display-capture", "browsing-topics"} {
			if !strings.Contains(page.Header.Get("Permissions-Policy"), feature+"=()") {
				t.Errorf("%s: pages may use the %s", name, feature)
			}
		}
		if page.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no X-Request-Id", name)
		}
		if s := page.Header.Get("Server"); s != "" {
			t.Errorf("%s: the server names itself %q", name, s)
		}
	}
}

func request(t *testing.T, method, address string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestSecureOrigin(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{Origin: "https://ascolto.example"})
	req := request(t, http.MethodGet, site.Origin+"/accedi")
	req.Host = "ascolto.example"
	page := site.Browser(t).Do(req)
	if got := page.Header.Get("Strict-Transport-Security"); !strings.Contains(got, "max-age=63072000") {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
	cookie := page.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-anon=", "secure", "HttpOnly", "SameSite=Lax", "path=/"} {
		if !strings.Contains(strings.ToLower(cookie), strings.ToLower(want)) {
			t.Errorf("the cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(strings.ToLower(cookie), "domain") {
		t.Errorf("the cookie %q names a domain", cookie)
	}
	if page := site.Browser(t).Get("/"); page.Status != http.StatusMisdirectedRequest {
		t.Errorf("the machine's own name is answered with %d where the origin is another", page.Status)
	}
}

func TestForgedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	stranger, other := site.Browser(t), site.Browser(t)
	citizen := site.As(t, anna)
	token := stranger.Token()
	mine := func() *http.Request {
		form := english()
		form.Set("csrf", token)
		return stranger.PostRequest("/lingua", form)
	}
	if page := stranger.Do(mine()); page.Status != http.StatusSeeOther {
		t.Fatalf("a proper form is answered with %d", page.Status)
	}
	with := func(change func(*http.Request)) func() *webtest.Page {
		return func() *webtest.Page { req := mine(); change(req); return stranger.Do(req) }
	}
	for name, send := range map[string]func() *webtest.Page{
		"cross site":          with(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }),
		"same site subdomain": with(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }),
		"typed in":            with(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }),
		"foreign origin":      with(func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }),
		"foreign origin, old browser": with(func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "https://evil.example")
		}),
		"null origin": with(func(r *http.Request) { r.Header.Set("Origin", "null") }),
		"other port":  with(func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }),
		"neither header": with(
			func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Del("Origin") }),
		"no token": func() *webtest.Page {
			return stranger.Do(stranger.PostRequest("/lingua", english()))
		},
		"token in query": func() *webtest.Page {
			return stranger.Do(stranger.PostRequest("/lingua?csrf="+token, english()))
		},
		"another's token": func() *webtest.Page {
			return stranger.Post("/lingua",
				plus(english(), "csrf", other.Token()))
		},
		"token from before signing in": func() *webtest.Page {
			return citizen.Post("/lingua", plus(english(), "csrf", token))
		},
		"token of a session, sent without it": func() *webtest.Page {
			return stranger.Post("/lingua", plus(english(), "csrf", citizen.Token()))
		},
		"token without cookie": func() *webtest.Page {
			return site.Browser(t).Post("/lingua",
				plus(english(), "csrf", token))
		},
		"nonsense": func() *webtest.Page {
			return stranger.Post("/lingua",
				plus(english(), "csrf", "AAAA"))
		},
		"cookie of one's own making": func() *webtest.Page {
			b := site.Browser(t)
			b.SetCookie("anon", "AAAA")
			return b.Post("/lingua", plus(english(), "csrf", token))
		},
	} {
		if page := send(); page.Status != http.StatusForbidden || page.Header.Get("Set-Cookie") != "" &&
			strings.Contains(page.Header.Get("Set-Cookie"), "lang=") {
			t.Errorf("%s: status %d, cookie %q; want 403 and no change", name, page.Status,
				page.Header.Get("Set-Cookie"))
		}
	}
	if expired := stranger.Post("/lingua", plus(english(), "csrf", "AAAA")); expired.Has("Access denied") ||
		!expired.Has("Form not accepted") {
		t.Errorf("an expired form is told as lack of rights: %.300s", expired.Text())
	}
	old := mine()
	old.Header.Del("Sec-Fetch-Site")
	if page := stranger.Do(old); page.Status != http.StatusSeeOther {
		t.Errorf("a browser that sends Origin alone is answered with %d", page.Status)
	}
}

func plus(form url.Values, name, value string) url.Values {
	form.Set(name, value)
	return form
}

// A fixed session id planted before signing in must be worth nothing.
func TestUnknownSessionIsAVisitor(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	b := site.Browser(t)
	b.SetCookie("sid", "planted")
	page := b.Get("/")
	if page.Status != 200 || !page.Has("Accedi all'area personale") {
		t.Errorf("status %d, want the page of a visitor", page.Status)
	}
	if b.Cookie("sid") != "" {
		t.Error("the planted session stays in the browser")
	}
}

type brokenSessions struct{}

func (brokenSessions) Who(context.Context, string, bool) (civic.Actor, string, error) {
	return civic.Actor{}, "", errors.New("store down: anna@example.it")
}

// When sessions cannot be read nobody is let in as anybody, and nobody is told why.
func TestSessionStoreDown(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	site := webtest.Start(t,
		web.Options{Sessions: brokenSessions{}, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	b := site.Browser(t)
	b.SetCookie("sid", "x")
	page := b.Get("/")
	if page.Status != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", page.Status)
	}
	if strings.Contains(page.Body, "store down") {
		t.Error("the page tells the cause")
	}
	if site.Browser(t).Get("/").Status != 200 {
		t.Error("visitors are not served either")
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	port := site.Origin[strings.LastIndex(site.Origin, ":"):]
	for host, want := range map[string]int{
		"127.0.0.1" + port: 200, "localhost" + port: 200, "LOCALHOST" + port: 200,
		"evil.example": 421, "evil.example" + port: 421, "127.0.0.1": 421, "localhost.": 421,
	} {
		req := request(t, http.MethodGet, site.Origin+"/")
		req.Host = host
		if page := site.Browser(t).Do(req); page.Status != want {
			t.Errorf("host %s: status %d, want %d", host, page.Status, want)
		}
	}
}

// What a request claims about host and origin must not reach a page.
func TestForwardedHeadersAreIgnored(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	for _, header := range []string{"X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "Forwarded",
		"X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Proto", "X-Forwarded-Prefix"} {
		req := request(t, http.MethodGet, site.Origin+"/nulla")
		req.Header.Set(header, "evil.example")
		if page := site.Browser(t).Do(req); strings.Contains(page.Body, "evil") ||
			strings.Contains(fmt.Sprint(page.Header), "evil") {
			t.Errorf("%s reaches the answer", header)
		}
	}
	if answer := raw(t, site,
		"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"); answer.Status != 421 {
		t.Errorf("absolute address of another host: status %d", answer.Status)
	}
	if answer := raw(t, site, "GET / HTTP/1.1\r\nHost: evil.example\r\nHost: "+site.Origin[len("http://"):]+
		"\r\n\r\n"); answer.Status != 400 {
		t.Errorf("two hosts: status %d", answer.Status)
	}
	if answer := raw(t, site, "POST /lingua HTTP/1.1\r\nHost: "+site.Origin[len("http://"):]+
		"\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"); answer.Status != 400 {
		t.Errorf("two lengths: status %d", answer.Status)
	}
}

// raw sends bytes as they are and returns the answer.
func raw(t *testing.T, site *webtest.Site, text string) *webtest.Page {
	t.Helper()
	conn := dial(t, site)
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &webtest.Page{Status: res.StatusCode, Header: res.Header}
}

func dial(t *testing.T, site *webtest.Site) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(site.Origin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn
}

func TestCompressedBodyIsRefused(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 1000 {
		z.Write(make([]byte, 1<<20))
	}
	z.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	req := site.Browser(t).PostRequest("/lingua", nil)
	req.Body, req.ContentLength = io.NopCloser(&bomb), int64(bomb.Len())
	req.Header.Set("Content-Encoding", "gzip")
	page := site.Browser(t).Do(req)
	runtime.ReadMemStats(&after)
	if page.Status != http.StatusUnsupportedMediaType {
		t.Errorf("status %d, want 415", page.Status)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func TestBodiesThatAreNoForm(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	b := site.Browser(t)
	token := b.Token()
	for name, test := range map[string]struct {
		media, body string
		want        int
	}{
		"json": {"application/json", `{"lang":{"$ne":""},"csrf":"` + token + `"}`, 415},
		"text": {"text/plain", "csrf=" + token + "&lang=en", 415},
		"multipart": {"multipart/form-data; boundary=x",
			"--x\r\nContent-Disposition: form-data; name=\"lang\"\r\n\r\nen\r\n--x--\r\n", 415},
		"no type": {"", "csrf=" + token + "&lang=en", 415},
		"other charset": {"application/x-www-form-urlencoded; charset=utf-7", "csrf=" + token + "&lang=en",
			415},
		"no UTF-8":      {"application/x-www-form-urlencoded", "csrf=" + token + "&lang=%ff", 422},
		"NUL":           {"application/x-www-form-urlencoded", "csrf=" + token + "&lang=en%00", 422},
		"broken escape": {"application/x-www-form-urlencoded", "csrf=" + token + "&lang=%zz", 400},
		"too many names": {"application/x-www-form-urlencoded",
			"csrf=" + token + strings.Repeat("&a=1", 2001), 413},
		"long name": {"application/x-www-form-urlencoded", "csrf=" + token + "&" +
			strings.Repeat("a", 300) + "=1", 400},
		"operator": {"application/x-www-form-urlencoded", "csrf=" + token + "&lang%5B%24ne%5D=", 422},
	} {
		req := b.PostRequest("/lingua", nil)
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(test.body)), int64(len(test.body))
		req.Header.Set("Content-Type", test.media)
		if page := b.Do(req); page.Status != test.want {
			t.Errorf("%s: status %d, want %d", name, page.Status, test.want)
		}
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}
	few := web.Limits{Requests: web.Rate{PerSecond: 0.001, Burst: 3}}
	status := func(site *webtest.Site, forwarded ...string) int {
		req := request(t, http.MethodGet, site.Origin+"/")
		for _, f := range forwarded {
			req.Header.Add("X-Forwarded-For", f)
		}
		return site.Browser(t).Do(req).Status
	}
	spend := func(site *webtest.Site, forwarded func(i int) string) (refused bool) {
		for i := range 5 {
			refused = status(site, forwarded(i)) == http.StatusTooManyRequests
		}
		return refused
	}
	t.Run("without proxies the header is hearsay", func(t *testing.T) {
		site := webtest.Start(t, web.Options{Limits: few})
		if !spend(site, func(i int) string { return fmt.Sprintf("198.51.100.%d", i) }) {
			t.Error("a forged address gets fresh tries")
		}
	})
	t.Run("what a client adds on the left is hearsay", func(t *testing.T) {
		site := webtest.Start(t, web.Options{Limits: few, Proxies: proxies})
		if !spend(site,
			func(i int) string { return fmt.Sprintf("198.51.100.%d, 203.0.113.7, 10.1.2.3", i) }) {
			t.Error("a forged address gets fresh tries")
		}
		if got := status(site, "203.0.113.8"); got != 200 {
			t.Errorf("another client is answered with %d", got)
		}
		if got := status(site, "198.51.100.1", "203.0.113.7"); got != http.StatusTooManyRequests {
			t.Errorf("the same client by two headers is answered with %d", got)
		}
		// the proxy itself, which has tries left
		if got := status(site, "203.0.113.7, nonsense"); got != 200 {
			t.Errorf("a broken header is answered with %d", got)
		}
	})
	t.Run("one subscriber's IPv6 addresses count together", func(t *testing.T) {
		site := webtest.Start(t, web.Options{Limits: few, Proxies: proxies})
		if !spend(site, func(i int) string { return fmt.Sprintf("2001:db8:1:2::%d", i+1) }) {
			t.Error("a neighbour address gets fresh tries")
		}
		if got := status(site, "2001:db8:1:3::1"); got != 200 {
			t.Errorf("another network is answered with %d", got)
		}
	})
}

func TestChangesAreLimited(t *testing.T) {
	t.Parallel()
	plenty := web.Rate{PerSecond: 1e6, Burst: 1e6}
	few := web.Rate{PerSecond: 0.001, Burst: 3}
	site := webtest.Start(t, web.Options{Limits: web.Limits{Requests: plenty, Changes: few, Account: few}})
	stranger := site.Browser(t)
	var last *webtest.Page
	for range 5 {
		last = stranger.Post("/lingua", english())
	}
	if last.Status != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q after five changes", last.Status, last.Header.Get("Retry-After"))
	}
	if page := site.As(t, operator).Post("/lingua", english()); page.Status != http.StatusSeeOther {
		t.Errorf("an account is counted with the strangers of its address: %d", page.Status)
	}
}

func TestHalfSentHeaderIsCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the read timeout of 15 s")
	}
	t.Parallel()
	site := webtest.Start(t, web.Options{})
	conn := dial(t, site)
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Fatalf("the connection stays open: %v", err)
	}
	if took := time.Since(start); took < 10*time.Second || took > time.Minute {
		t.Errorf("closed after %v, want about 15 s", took)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var down error
	site := webtest.Start(t,
		web.Options{Checks: map[string]func(context.Context) error{"store": func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			return down
		}}})
	b := site.Browser(t)
	if page := b.Get("/readyz"); page.Status != 200 {
		t.Errorf("ready: %d %s", page.Status, page.Body)
	}
	mu.Lock()
	down = errors.New("connection refused by db.internal:27017")
	mu.Unlock()
	page := b.Get("/readyz")
	if page.Status != 503 || !strings.Contains(page.Body, "store") ||
		strings.Contains(page.Body, "internal") {
		t.Errorf("not ready: %d %s", page.Status, page.Body)
	}
	if page := b.Get("/healthz"); page.Status != 200 {
		t.Errorf("alive: %d", page.Status)
	}
}
