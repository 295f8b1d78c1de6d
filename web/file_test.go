package web

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/web/page"
)

// counting counts how many files are open.
type counting struct {
	io.ReadSeekCloser
	open *atomic.Int32
}

func (c counting) Close() error {
	c.open.Add(-1)
	return c.ReadSeekCloser.Close()
}

// fileRoutes serves what a store keeps.
func fileRoutes(store *blob.Store, open *atomic.Int32) page.Route {
	return page.Get("/file/:id", page.Public, func(r *page.Request) error {
		f, content, err := store.Open(r.Context(), civic.ID(r.Param("id")))
		if err != nil {
			return err
		}
		open.Add(1)
		return r.File(f, counting{content, open})
	})
}

func keptFile(t *testing.T, s *blob.Store, name string, content []byte) string {
	t.Helper()
	f, err := s.Put(t.Context(), blob.Upload{Name: name, Use: blob.Use{
		Name: "test", Types: []blob.Type{blob.Text, blob.PNG, blob.PDF}, MaxSize: 1 << 20, MaxCount: 1,
	}}, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return "/file/" + string(f.ID)
}

func openBlobs(t *testing.T) *blob.Store {
	t.Helper()
	folder := t.TempDir()
	keeper, err := blob.OpenFolder(filepath.Join(folder, "files"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := blob.New(t.Context(),
		blob.Options{DB: storetest.Open(t), Keeper: keeper, Spool: filepath.Join(folder, "spool")})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestFilesAreServed: whole, in part or not again; whatever was asked for, the file is closed and can run
// nothing.
func TestFilesAreServed(t *testing.T) {
	t.Parallel()
	store, open := openBlobs(t), &atomic.Int32{}
	text := "0123456789" + strings.Repeat("è buia", 40_000)
	var drawing bytes.Buffer
	if err := png.Encode(&drawing, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		t.Fatal(err)
	}
	if len(text) != 280_010 {
		t.Fatal(len(text))
	}
	size := "280010"
	path := keptFile(t, store, "perché <script>.html", []byte(text))
	shown := keptFile(t, store, "foto.svg", drawing.Bytes())
	pdf := keptFile(t, store, "a.pdf", []byte("%PDF-1.7\n<script>alert(1)</script>\nstartxref\n9\n%%EOF\n"))
	r := newRig(t, fileRoutes(store, open))
	c := r.client(t)
	ask := func(path string, headers ...string) (*http.Response, string) {
		req, err := http.NewRequest(http.MethodGet, r.origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Error(err)
		}
		return res, string(b)
	}
	whole, body := ask(path)
	tag := whole.Header.Get("ETag")
	if body != text || whole.Header.Get("Content-Length") != size {
		t.Errorf("%d bytes", len(body))
	}
	for _, tc := range []struct {
		headers []string
		status  int
		body    string
		ranges  string
	}{
		{[]string{"Range", "bytes=0-3"}, 206, "0123", "bytes 0-3/" + size},
		{[]string{"Range", "bytes=280005-"}, 206, text[280_005:], "bytes 280005-280009/" + size},
		{[]string{"Range", "bytes=-4"}, 206, text[280_006:], "bytes 280006-280009/" + size},
		{[]string{"Range", "bytes=280000-999999"}, 206, text[280_000:], "bytes 280000-280009/" + size},
		{[]string{"Range", "bytes=280010-"}, 416, "", "bytes */" + size},
		{[]string{"Range", "bytes=-0"}, 416, "", "bytes */" + size},
		{[]string{"Range", "bytes=0-3,5-6"}, 200, text, ""},
		{[]string{"Range", "bytes=5-3"}, 200, text, ""},
		{[]string{"Range", "bytes=-99999999999999999999"}, 200, text, ""},
		{[]string{"Range", "righe=0-3"}, 200, text, ""},
		{[]string{"Range", "bytes=0-3", "If-Range", tag}, 206, "0123", "bytes 0-3/" + size},
		{[]string{"Range", "bytes=0-3", "If-Range", `"other"`}, 200, text, ""},
		{[]string{"If-None-Match", tag}, 304, "", ""},
	} {
		res, body := ask(path, tc.headers...)
		if res.StatusCode != tc.status || tc.status < 300 && body != tc.body ||
			res.Header.Get("Content-Range") != tc.ranges {
			t.Errorf("%v: status %d, range %q, %d bytes", tc.headers, res.StatusCode,
				res.Header.Get("Content-Range"), len(body))
		}
	}
	for path, want := range map[string][2]string{
		path:  {"text/plain; charset=utf-8", "attachment; filename*=utf-8''perch%C3%A9%20_script.txt"},
		shown: {"image/png", "inline; filename=foto.png"},
		pdf:   {"application/pdf", "attachment; filename=a.pdf"},
	} {
		res, _ := ask(path)
		h := res.Header
		if got := [2]string{h.Get("Content-Type"), h.Get("Content-Disposition")}; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if policy := h.Get("Content-Security-Policy"); h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(policy, "sandbox;") || !strings.Contains(policy, "default-src 'none'") ||
			strings.Contains(policy, "script-src") {
			t.Errorf("%s: %v", path, h)
		}
		if h.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %s", path, h.Get("Cache-Control"))
		}
	}
	if res, _ := ask("/file/aaaaaaaaaaaaaaaaaaaaaaaaaa"); res.StatusCode != 404 {
		t.Errorf("no file: status %d", res.StatusCode)
	}
	if n := open.Load(); n != 0 {
		t.Errorf("%d files are still open", n)
	}
}
