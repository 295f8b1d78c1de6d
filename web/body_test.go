package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"ascolto/web/page"
)

// raw sends text as it is over a connection of its own and returns the answers that come back, read until the
// server is silent or hangs up.
func (r *rig) raw(t *testing.T, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.origin, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	c.SetReadDeadline(time.Now().Add(3 * time.Second))
	b, _ := io.ReadAll(c)
	return string(b)
}

// head returns the beginning of a raw request to this server.
func (r *rig) head(method, path string, headers ...string) string {
	h := method + " " + path + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(r.origin, "http://") +
		"\r\nOrigin: " + r.origin + "\r\n"
	for _, line := range headers {
		h += line + "\r\n"
	}
	return h + "\r\n"
}

func bodyRoutes() []page.Route {
	count := func(r *page.Request) error {
		return r.Download("n", "text/plain", []byte(fmt.Sprintf("%d bytes", len(r.Form().Raw("text")))))
	}
	return []page.Route{
		page.Get("/modulo", page.Public, tokenPage),
		page.Post("/corto", page.Public, count),
		page.Post("/lungo/:id", page.Public, count).Long(),
		page.Post("/firmato/:token", page.Public, count).Signed(),
	}
}

// A body may be as long as its route takes, however it is sent; a longer one is refused with a page, and the
// connection of one that was read stays usable.
func TestBodiesAreBoundedByRoute(t *testing.T) {
	t.Parallel()
	r := newRig(t, bodyRoutes()...)
	c := r.client(t)
	_, token := r.get(t, c, "/modulo")
	for _, tc := range []struct {
		path    string
		bytes   int
		chunked bool
		want    int
	}{
		{"/corto", 60 << 10, false, 200}, {"/corto", 60 << 10, true, 200},
		{"/corto", 70 << 10, false, 413}, {"/corto", 70 << 10, true, 413},
		{"/corto", 3 << 20, false, 413}, {"/corto", 3 << 20, true, 413},
		{"/lungo/1", 900 << 10, false, 200}, {"/lungo/1", 900 << 10, true, 200},
		{"/lungo/1", 1100 << 10, false, 413}, {"/lungo/1", 5 << 20, false, 413},
		{"/lungo/1", 5 << 20, true, 413},
		{"/nulla", 70 << 10, false, 413}, {"/nulla", 60 << 10, false, 404}, {"/corto", 10, false, 200},
	} {
		form := url.Values{"csrf": {token}, "text": {strings.Repeat("a", tc.bytes)}}.Encode()
		var body io.Reader = strings.NewReader(form)
		if tc.chunked {
			body = io.MultiReader(body) // of unknown length
		}
		req, err := http.NewRequest(http.MethodPost, r.origin+tc.path, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", r.origin)
		res, err := c.Do(req)
		if err != nil {
			t.Errorf("%+v: %v", tc, err)
			continue
		}
		view, err := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != tc.want || err != nil || tc.want == 413 &&
			!strings.Contains(string(view), "</html>") {
			t.Errorf("%+v: status %d, %v", tc, res.StatusCode, err)
		}
		if tc.want == 200 && string(view) != fmt.Sprintf("%d bytes", tc.bytes) {
			t.Errorf("%+v: the handler has %s", tc, view)
		}
	}
}

// What is refused at the door, and what one connection may carry one after the other.
func TestBodiesOnTheWire(t *testing.T) {
	t.Parallel()
	r := newRig(t, bodyRoutes()...)
	form := "Content-Type: application/x-www-form-urlencoded"
	simple := "Content-Length: 6\r\n"
	ask := r.head(http.MethodGet, "/modulo", "Connection: close")
	for name, tc := range map[string]struct {
		send    string
		want    []int // the statuses of the answers, in their order
		wantNot string
	}{
		"announced and not sent": {r.head(http.MethodPost, "/corto", form, "Content-Length: 6291456") +
			"a=1", []int{413}, ""},
		"asked first, too long": {r.head(http.MethodPost, "/corto", form, "Content-Length: 100000",
			"Expect: 100-continue"), []int{413}, "100 Continue"},
		"asked first": {r.head(http.MethodPost, "/firmato/1", form, "Content-Length: 6",
			"Expect: 100-continue", "Connection: close") + "text=a", []int{100, 200}, ""},
		"compressed": {r.head(http.MethodPost, "/firmato/1", form, "Content-Length: 6",
			"Content-Encoding: gzip", "Connection: close") + "text=a", []int{415}, ""},
		"one after the other": {r.head(http.MethodPost, "/firmato/1", form,
			simple[:len(simple)-2]) + "text=a" + r.head(http.MethodPost, "/firmato/1", form,
			"Content-Length: 7") + "text=bb" + ask, []int{200, 200, 200}, ""},
		"after a short body, unread": {r.head(http.MethodGet, "/modulo", "Content-Length: 3000") +
			strings.Repeat("x", 3000) + ask, []int{200, 200}, ""},
		"after a long body, unread": {r.head(http.MethodPost, "/nulla", form, "Content-Length: 200000") +
			strings.Repeat("x", 200000) + ask, []int{413}, ""},
		"chunked": {r.head(http.MethodPost, "/firmato/1", form,
			"Transfer-Encoding: chunked") + "3\r\ntex\r\n3\r\nt=a\r\n0\r\n\r\n" + ask, []int{200, 200}, ""},
		"broken chunks": {r.head(http.MethodPost, "/corto", form,
			"Transfer-Encoding: chunked") + "zz\r\n" + ask, []int{400}, ""},
		"a chunk announced, not sent": {r.head(http.MethodPost, "/corto", form,
			"Transfer-Encoding: chunked") + "7fffffff\r\n" + strings.Repeat("x", 70<<10), []int{413}, ""},
		"two lengths": {r.head(http.MethodPost, "/corto", form, "Content-Length: 3",
			"Content-Length: 4") + "a=1", []int{400}, ""},
		"length and chunks": {r.head(http.MethodPost, "/corto", form, "Content-Length: 3",
			"Transfer-Encoding: chunked") + "0\r\n\r\n", []int{400}, ""},
		"a form in parts is never read": {r.head(http.MethodPost, "/corto",
			"Content-Type: multipart/form-data; boundary=x", "Content-Length: 60000", "Connection: close") +
			strings.Repeat("x", 60000), []int{415}, ""},
	} {
		answer := r.raw(t, tc.send)
		if got := statuses(t, answer); fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s: statuses %v, want %v", name, got, tc.want)
		}
		if tc.wantNot != "" && strings.Contains(answer, tc.wantNot) {
			t.Errorf("%s: answered %q", name, tc.wantNot)
		}
	}
}

// statuses reads answers until they end.
func statuses(t *testing.T, text string) []int {
	t.Helper()
	var all []int
	b := bufio.NewReader(strings.NewReader(text))
	for {
		if _, err := b.Peek(1); err != nil {
			return all
		}
		res, err := http.ReadResponse(b, nil)
		if err != nil {
			t.Errorf("after %v: %v", all, err)
			return all
		}
		io.Copy(io.Discard, res.Body)
		all = append(all, res.StatusCode)
	}
}

// Whatever a client announces, what it does not send takes no memory: with 500 connections that announce as
// much as any route takes, the heap has grown by far less than what they announced.
func TestAnnouncedBodiesTakeNoMemory(t *testing.T) {
	r := newRig(t, append(bodyRoutes(), page.Post("/piu-lungo", page.Public, tokenPage).Longest())...)
	address := strings.TrimPrefix(r.origin, "http://")
	before := heap()
	var held []net.Conn
	for i := range 500 {
		from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(20+i/200))}}
		c, err := from.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Skipf("SKIPPED: this machine has no other addresses of its own: %v", err)
		}
		defer c.Close()
		announce := []string{"Content-Length: 4194304", "Transfer-Encoding: chunked",
			"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 4000000"}[i%3]
		io.WriteString(c, r.head(http.MethodPost, "/piu-lungo", announce)+"3\r\n")
		held = append(held, c)
	}
	// nothing tells when the server has read what 500 connections announced, and what must not come has no
	// event
	time.Sleep(time.Second)
	if grown := heap() - before; grown > 60<<20 {
		t.Errorf("%d connections that send nothing hold %d MB", len(held), grown>>20)
	}
	if status, _ := r.get(t, r.client(t), "/modulo"); status != 200 {
		t.Errorf("meanwhile another client gets %d", status)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// Long bodies that do come share a bounded room: one that finds none is told to come again, and takes none.
func TestLongBodiesShareABoundedRoom(t *testing.T) {
	t.Parallel()
	r := newRig(t, bodyRoutes()...)
	room := r.site.Bodies
	if err := room.Fill(context.Background()); err != nil {
		t.Fatal(err)
	}
	c := r.client(t)
	_, token := r.get(t, c, "/modulo")
	long := url.Values{"csrf": {token}, "text": {strings.Repeat("a", 500<<10)}}
	if status, err := r.post(c, "/lungo/1", long); status != 503 || err != nil {
		t.Errorf("without room: status %d, %v", status, err)
	}
	if status, err := r.post(c, "/lungo/1", url.Values{"csrf": {token}, "text": {"short"}}); status != 200 ||
		err != nil {
		t.Errorf("a short body: status %d, %v", status, err)
	}
	room.Empty()
	for range 200 { // more than the room, were it not given back
		if status, err := r.post(c, "/lungo/1", long); status != 200 || err != nil {
			t.Fatalf("with room: status %d, %v", status, err)
		}
	}
}

// Of one address a bounded number of connections is served; the others read why. A network that was named is
// not bounded so.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRigWith(t, func(o *Options) { o.Limits.PerAddress, o.Limits.Connections = 3, 5 }, bodyRoutes()...)
	open := func(last byte) (net.Conn, string) {
		from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, last)}}
		c, err := from.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.origin, "http://"))
		if err != nil {
			t.Skipf("SKIPPED: this machine has no other addresses of its own: %v", err)
		}
		t.Cleanup(func() { c.Close() })
		io.WriteString(c, r.head(http.MethodGet, "/modulo"))
		c.SetReadDeadline(time.Now().Add(5 * time.Second))
		b := make([]byte, 4096)
		n, _ := c.Read(b)
		return c, string(b[:n])
	}
	var first net.Conn
	for i := range 3 {
		c, answer := open(30)
		if !strings.HasPrefix(answer, "HTTP/1.1 200") {
			t.Fatalf("connection %d: %.80q", i, answer)
		}
		first = c
	}
	_, answer := open(30)
	if !strings.HasPrefix(answer, "HTTP/1.1 503") ||
		!bytes.Contains([]byte(answer), []byte("Content-Security-Policy")) {
		t.Errorf("the fourth of one address: %.200q", answer)
	}
	for i := range 2 {
		if _, answer := open(31); !strings.HasPrefix(answer, "HTTP/1.1 200") {
			t.Errorf("connection %d of another address: %.80q", i, answer)
		}
	}
	if _, answer := open(32); !strings.HasPrefix(answer, "HTTP/1.1 503") {
		t.Errorf("the sixth in all: %.80q", answer)
	}
	first.Close()
	answer = ""
	for deadline := time.Now().Add(10 * time.Second); !strings.HasPrefix(answer, "HTTP/1.1 200") &&
		time.Now().Before(deadline); {
		var c net.Conn
		c, answer = open(30) // the server may hear of it later
		defer c.Close()
	}
	if !strings.HasPrefix(answer, "HTTP/1.1 200") {
		t.Errorf("after one has gone: %.80q", answer)
	}
}
