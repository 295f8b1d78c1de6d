package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"ascolto/web/webtest"
)

// TestUploadsWaitOnTheDisk: files that are sent slowly, or never to their end, take room on the disk and not
// in memory, and nothing of them is left there.
func TestUploadsWaitOnTheDisk(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	w := webtest.Open(t)
	admin := w.As(t, w.Administrator)
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	_ = parts.WriteField("csrf", admin.Token())
	file, err := parts.CreateFormFile("logo", "stemma.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write(bytes.Repeat([]byte("x"), 3_900_000))
	_ = parts.Close()
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	host := strings.TrimPrefix(w.Origin, "http://")
	const uploads = 20
	var open []net.Conn
	for range uploads {
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
		head := fmt.Sprintf(
			"POST /desk/texts/logo HTTP/1.1\r\nHost: %s\r\nCookie: sid=%s\r\nContent-Type: %s\r\nContent-Length: "+
				"%d\r\n\r\n",
			host, admin.Cookie("sid"), parts.FormDataContentType(), form.Len())
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(form.Bytes()[:form.Len()-1000]); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(300 * time.Millisecond) // until what was sent has arrived
	if grown := int64(heap()) - int64(before); grown > 20<<20 {
		t.Errorf("%d unfinished uploads of 3.9 MB hold %d MB of memory", uploads, grown>>20)
	}
	for _, c := range open {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "ascolto-upload-*")); err != nil ||
		len(left) > 0 {
		t.Errorf("left on the disk: %v, %v", left, err)
	}
}
