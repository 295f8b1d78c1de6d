package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"ascolto/web/page"
)

// Whatever is asked, the answer is a page with all headers.
func TestEveryRefusalHasItsHeaders(t *testing.T) {
	t.Parallel()
	r := newRig(t, bodyRoutes()...)
	host := "Host: " + strings.TrimPrefix(r.origin, "http://") + "\r\n"
	for name, tc := range map[string]struct {
		send   string
		status string
		allow  string
	}{
		"a method of ours, elsewhere": {r.head("PUT", "/modulo", "Connection: close"), "405", "GET, HEAD"},
		"TRACE":                       {r.head("TRACE", "/modulo", "Connection: close"), "405", "GET, HEAD"},
		"OPTIONS":                     {r.head("OPTIONS", "/corto", "Connection: close"), "405", "POST"},
		"an unknown method": {r.head("FOO", "/modulo", "Connection: close"), "501",
			"GET, HEAD, POST"},
		"an unknown method, no page": {r.head("PROPFIND", "/nulla", "Connection: close"), "501",
			"GET, HEAD, POST"},
		"an unknown method of the API": {r.head("FOO", "/api/v1/contacts", "Connection: close"), "501",
			"GET, HEAD, POST, PATCH"},
		"no host":                {"GET /modulo HTTP/1.1\r\nConnection: close\r\n\r\n", "4", ""},
		"no request at all":      {"MINESTRONE\r\n\r\n", "400", ""},
		"a header without colon": {"GET /modulo HTTP/1.1\r\n" + host + "minestrone\r\n\r\n", "400", ""},
		"a header too long": {"GET /modulo HTTP/1.1\r\n" + host + "X: " +
			strings.Repeat("x", 20<<10) + "\r\n\r\n", "431", ""},
		"a line that ends by LF": {"GET /modulo HTTP/1.1\r\n" + host + "X-A: b\nX-C: d\r\n\r\n", "400",
			""},
		"all lines end by LF": {strings.ReplaceAll(r.head(http.MethodGet, "/modulo"), "\r\n", "\n"),
			"400", ""},
		"the last line ends by LF": {"GET /modulo HTTP/1.1\r\n" + host + "\n", "400", ""},
		"an LF before a body": {
			strings.Replace(r.head(http.MethodPost, "/corto", "Content-Length: 3", "X: y"), "X: y\r\n",
				"X: y\n", 1) + "a=1", "400", ""},
	} {
		answer := r.raw(t, tc.send)
		head, body, _ := strings.Cut(answer, "\r\n\r\n")
		if !strings.HasPrefix(head, "HTTP/1.1 "+tc.status) {
			t.Errorf("%s: %.60q, want %s", name, head, tc.status)
		}
		for _, h := range r.headers {
			if !strings.Contains(head, h[0]+": "+h[1]) {
				t.Errorf("%s: no header %s", name, h[0])
			}
		}
		isPage := strings.Contains(body, "</html>") || strings.Contains(head, "application/problem+json")
		if !isPage || tc.allow != "" &&
			!strings.Contains(head, "Allow: "+tc.allow+"\r\n") {
			t.Errorf("%s: no page, or not Allow: %s in %.400q", name, tc.allow, head)
		}
	}
	for name, text := range map[string]string{"tab": "X-A: b\tc", "two values": "X-A: b\r\nX-A: c"} {
		if answer := r.raw(t,
			r.head(http.MethodGet, "/modulo", text,
				"Connection: close")); !strings.HasPrefix(answer, "HTTP/1.1 200") {
			t.Errorf("%s is refused: %.60q", name, answer)
		}
	}
}

// Who asks for a whole table again and again is told to wait, and other pages and forms go on meanwhile: a
// page of another site can have somebody's browser ask. The forms that it sends are refused and not counted.
func TestTablesCannotBeAskedForWithoutEnd(t *testing.T) {
	t.Parallel()
	few := func(o *Options) {
		o.Limits.Dear, o.Limits.Changes = Rate{PerSecond: 0.001, Burst: 12}, Rate{PerSecond: 0.001, Burst: 1}
	}
	r := newRigWith(t, few, page.Get("/tabella", page.Public, tokenPage).Costing(5),
		page.Get("/modulo", page.Public, tokenPage), page.Post("/modulo", page.Public, tokenPage))
	c := r.client(t)
	for i, want := range []int{200, 200, 429, 429} {
		if got, _ := r.get(t, c, "/tabella"); got != want {
			t.Errorf("table %d: status %d, want %d", i, got, want)
		}
	}
	got, token := r.get(t, c, "/modulo")
	if got != 200 {
		t.Errorf("another page meanwhile: status %d", got)
	}
	for range 3 {
		foreign := r.head(http.MethodPost, "/modulo", "Sec-Fetch-Site: cross-site", "Content-Length: 0",
			"Connection: close")
		if answer := r.raw(t, foreign); !strings.HasPrefix(answer, "HTTP/1.1 403") {
			t.Errorf("a form of another site: %.60q", answer)
		}
	}
	for i, want := range []int{200, 429} {
		if got, err := r.post(c, "/modulo", url.Values{"csrf": {token}}); got != want || err != nil {
			t.Errorf("form %d meanwhile: status %d, want %d; %v", i, got, want, err)
		}
	}
}

// Thirty requests a second are one address's, unless the address was named as one of many people; files that
// pages are made of are nobody's.
func TestRequestsAreCountedByAddress(t *testing.T) {
	t.Parallel()
	few := func(o *Options) {
		o.Limits.Requests = Rate{PerSecond: 0.001, Burst: 3}
		o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		o.Known = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	}
	r := newRigWith(t, few, page.Get("/modulo", page.Public, tokenPage))
	ask := func(from, path string) int {
		req, err := http.NewRequest(http.MethodGet, r.origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-For", from)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	for range 20 {
		if got := ask("203.0.113.7", "/static/nulla.css"); got != 404 {
			t.Fatalf("a file: status %d", got)
		}
		if got := ask("198.51.100.20", "/modulo"); got != 200 {
			t.Fatalf("from a named network: status %d", got)
		}
	}
	for i, want := range []int{200, 200, 200, 429, 429} {
		if got := ask("203.0.113.7", "/modulo"); got != want {
			t.Errorf("request %d: status %d, want %d", i, got, want)
		}
	}
	if got := ask("203.0.113.8", "/modulo"); got != 200 {
		t.Errorf("a neighbour: status %d", got)
	}
	if got := ask("2001:db8::1, 198.51.100.20, 203.0.113.7", "/modulo"); got != 429 {
		t.Errorf("who names a known network before the own address: status %d", got)
	}
}

// Behind a proxy the requests under way of one forwarded address are bounded, as connections are without one.
func TestRequestsUnderWayAreBounded(t *testing.T) {
	t.Parallel()
	begun, done := make(chan bool), make(chan bool)
	slow := page.Get("/lento", page.Public, func(req *page.Request) error {
		begun <- true
		<-done
		return req.Download("x", "text/plain", nil)
	})
	r := newRigWith(t, func(o *Options) {
		o.Limits.PerAddress = 2
		o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	}, slow, page.Get("/modulo", page.Public, tokenPage))
	ask := func(from, path string) int {
		req, _ := http.NewRequest(http.MethodGet, r.origin+path, nil)
		req.Header.Set("X-Forwarded-For", from)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return 0
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	finished := make(chan int, 2)
	for range 2 {
		go func() { finished <- ask("203.0.113.7", "/lento") }()
		<-begun
	}
	if got := ask("203.0.113.7", "/modulo"); got != 429 {
		t.Errorf("a third request under way: status %d", got)
	}
	if got := ask("203.0.113.9", "/modulo"); got != 200 {
		t.Errorf("another address: status %d", got)
	}
	close(done)
	for range 2 {
		if got := <-finished; got != 200 {
			t.Errorf("a request under way ends with %d", got)
		}
	}
	if got := ask("203.0.113.7", "/modulo"); got != 200 {
		t.Errorf("afterwards: status %d", got)
	}
}
