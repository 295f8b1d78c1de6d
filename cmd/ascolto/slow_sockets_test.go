package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"ascolto/web/webtest"
)

// TestSlowSockets: two thousand connections that send half a request each keep nobody else waiting, and are
// closed in the end even when they go on sending, byte by byte.
func TestSlowSockets(t *testing.T) {
	t.Parallel()
	p := start(t, here(t))
	address := strings.TrimPrefix(p.URL, "http://")
	const each, clients = 200, 10 // of one address the server takes no more than 256
	var held []net.Conn
	for client := range byte(clients) {
		from := net.Dialer{Timeout: 10 * time.Second,
			LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 10+client)}}
		for range each {
			conn, err := from.DialContext(t.Context(), "tcp", address)
			if err != nil {
				if client == 0 {
					t.Skipf("SKIPPED: this machine has no other addresses of its own: %v", err)
				}
				t.Fatal(err)
			}
			t.Cleanup(func() { conn.Close() })
			if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: " + address +
				"\r\nX-Slow: ")); err != nil {
				t.Fatal(err)
			}
			held = append(held, conn)
		}
	}
	b := (&webtest.Site{Origin: p.URL}).Browser(t)
	for range 20 {
		if page := b.Get("/"); page.Status != http.StatusOK {
			t.Fatalf("with %d slow sockets: status %d", len(held), page.Status)
		}
	}
	for _, conn := range []net.Conn{held[0], held[len(held)-1]} {
		wantClosed(t, conn)
	}
}

// wantClosed sends a byte now and then until the server ends the connection.
func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	one := make([]byte, 1)
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); {
		if err := conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Read(one); err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			return // it answered or hung up
		}
		_, _ = conn.Write([]byte("x")) // fails when it hung up, which the next reading shows
	}
	t.Error("a slow connection is never closed")
}

// TestAnnouncedBodies: five hundred connections that announce a body and do not send it cost the program
// under 100 MB.
func TestAnnouncedBodies(t *testing.T) {
	p := start(t, here(t))
	address := strings.TrimPrefix(p.URL, "http://")
	before := resident(t, p)
	for i := range 500 {
		from := net.Dialer{Timeout: 10 * time.Second,
			LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(40+i/200))}}
		conn, err := from.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Skipf("SKIPPED: this machine has no other addresses of its own: %v", err)
		}
		t.Cleanup(func() { conn.Close() })
		path := []string{"/lingua", "/desk/campaigns", "/sondaggi/x/pagina/1"}[i%3]
		if _, err := conn.Write([]byte("POST " + path + " HTTP/1.1\r\nHost: " + address +
			"\r\nContent-Length: 6291456\r\n\r\na=1")); err != nil {
			t.Fatal(err)
		}
	}
	// nothing tells when another program has read what 500 connections announced, and what must not come has
	// no event
	time.Sleep(2 * time.Second)
	if grown := resident(t, p) - before; grown > 100_000 {
		t.Errorf("the program has grown by %d kB", grown)
	}
	if page := (&webtest.Site{Origin: p.URL}).Browser(t).Get("/"); page.Status != http.StatusOK {
		t.Errorf("meanwhile: status %d", page.Status)
	}
}

// resident returns how much memory a program holds, in kB.
func resident(t *testing.T, p *running) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Skipf("SKIPPED: this system does not tell the memory of a program: %v", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("no VmRSS")
	return 0
}
