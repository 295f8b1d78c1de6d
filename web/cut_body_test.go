package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"ascolto/web/webtest"
)

// TestABodyThatBreaksOffIsNoForm: what ends before the length that was announced is refused, as a form and as
// a form with files, and nothing of it is done.
func TestABodyThatBreaksOffIsNoForm(t *testing.T) {
	t.Parallel()
	w := webtest.Open(t)
	b := w.As(t, w.Administrator)
	host := strings.TrimPrefix(w.Origin, "http://")
	part := "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + b.Token() + "\r\n"
	for _, tt := range []struct{ path, media, body string }{
		{"/desk/users", "application/x-www-form-urlencoded", "csrf=" + b.Token() + "&name=" +
			strings.Repeat("a", 20_000)},
		{"/desk/texts/logo", "multipart/form-data; boundary=b", strings.Repeat(part, 40) +
			strings.Repeat("-", 12_000)},
		{"/desk/texts/logo", "multipart/form-data; boundary=b", part + part[:30] + strings.Repeat("x", 20_000)},
	} {
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		head := "POST %[1]s HTTP/1.1\r\nHost: %[2]s\r\nOrigin: http://%[2]s\r\nCookie: " +
			"sid=%[3]s\r\nContent-Type: %[4]s\r\nContent-Length: 40000\r\n\r\n"
		if _, err := fmt.Fprintf(c, head+"%[5]s", tt.path, host, b.Cookie("sid"), tt.media, tt.body); err != nil {
			t.Fatal(err)
		}
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s %s: status %d, %v", tt.path, tt.media, res.StatusCode, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
