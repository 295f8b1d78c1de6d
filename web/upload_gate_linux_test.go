package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ascolto/web/webtest"
)

// spooledFiles returns how many files of forms this process has on the disk, which have no name any more.
func spooledFiles(t *testing.T) (n int) {
	t.Helper()
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		if to, err := os.Readlink(fd); err == nil && strings.Contains(to, "ascolto-upload-") {
			n++
		}
	}
	return n
}

// TestWhoMayNotBringFilesTakesNoDisk: of the files that come without a session, with one that has ended, or
// from somebody who may not bring them, nothing comes to the disk, while a colleague's do.
func TestWhoMayNotBringFilesTakesNoDisk(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	w := webtest.Open(t)
	host := strings.TrimPrefix(w.Origin, "http://")
	admin, other := w.As(t, w.Administrator), w.As(t, w.Bruno)
	send := func(sid, token string) net.Conn {
		var form bytes.Buffer
		parts := multipart.NewWriter(&form)
		_ = parts.WriteField("csrf", token)
		file, err := parts.CreateFormFile("logo", "stemma.png")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = file.Write(bytes.Repeat([]byte("x"), 1_000_000))
		_ = parts.Close()
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		head := fmt.Sprintf("POST /desk/texts/logo HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\n"+
			"Cookie: sid=%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
			host, w.Origin, sid, parts.FormDataContentType(), form.Len())
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(form.Bytes()[:form.Len()-1000]); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond) // until what was sent has arrived
		return c
	}
	for name, who := range map[string][2]string{
		"no session": {"", ""}, "an ended session": {"gone", ""},
		"a citizen": {other.Cookie("sid"), other.Token()},
	} {
		c := send(who[0], who[1])
		if n := spooledFiles(t); n != 0 {
			t.Errorf("%s: %d files are on the disk", name, n)
		}
		_ = c.Close()
	}
	c := send(admin.Cookie("sid"), admin.Token())
	if n := spooledFiles(t); n != 1 {
		t.Errorf("an administrator: %d files are on the disk", n)
	}
	_ = c.Close()
}
