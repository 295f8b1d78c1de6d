package blob_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// bucket is a small server that speaks as much of the protocol of S3 as a keeper needs: PUT in signed chunks,
// HEAD, GET with ranges, DELETE, of one bucket.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
	down    bool
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name, ours := strings.CutPrefix(r.URL.Path, "/comune/")
	switch {
	case b.down:
		http.Error(w, "", http.StatusForbidden)
	case !strings.Contains(r.Header.Get("Authorization"), "Credential=chiave/"):
		http.Error(w, "", http.StatusForbidden)
	case strings.Trim(r.URL.Path, "/") == "comune":
	case !ours:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<Error><Code>NoSuchBucket</Code></Error>")
	default:
		b.object(w, r, name)
	}
}

func (b *bucket) object(w http.ResponseWriter, r *http.Request, name string) {
	content, there := b.objects[name]
	switch r.Method {
	case http.MethodPut:
		content, err := chunks(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b.objects[name] = content
		w.Header().Set("ETag", `"1"`)
	case http.MethodDelete:
		delete(b.objects, name)
		w.WriteHeader(http.StatusNoContent)
	default:
		if !there {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, "<Error><Code>NoSuchKey</Code></Error>")
			return
		}
		w.Header().Set("ETag", `"1"`)
		http.ServeContent(w, r, "", time.Unix(1, 0), bytes.NewReader(content))
	}
}

// chunks reads a body, which over plain HTTP comes in signed chunks: "length in hex;chunk-signature=…".
func chunks(r *http.Request) ([]byte, error) {
	if r.Header.Get("X-Amz-Decoded-Content-Length") == "" {
		return io.ReadAll(r.Body)
	}
	var all []byte
	in := bufio.NewReader(r.Body)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		head, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseInt(head, 16, 64)
		if err != nil {
			return nil, err
		}
		chunk := make([]byte, n+2)
		if n == 0 {
			break
		}
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, err
		}
		all = append(all, chunk[:n]...)
	}
	if want := r.Header.Get("X-Amz-Decoded-Content-Length"); want != strconv.Itoa(len(all)) {
		return nil, fmt.Errorf("%d bytes came of %s", len(all), want)
	}
	return all, nil
}

// served returns a bucket and the address of the server it is on.
func served(t *testing.T) (*bucket, string) {
	t.Helper()
	b := &bucket{objects: map[string][]byte{}}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return b, "s3://chiave:segreta@" + strings.TrimPrefix(server.URL, "http://")
}

func openS3(t *testing.T, address string) *blob.S3 {
	t.Helper()
	o, err := blob.ParseS3(address)
	if err != nil {
		t.Fatal(err)
	}
	k, err := blob.OpenS3(o)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func inBucket(t *testing.T) (blob.Keeper, func() int) {
	t.Helper()
	b, address := served(t)
	return openS3(t, address+"/comune/file?tls=none"), func() int {
		b.mu.Lock()
		defer b.mu.Unlock()
		for name := range b.objects {
			if !strings.HasPrefix(name, "file/") {
				t.Errorf("%s lies outside the folder", name)
			}
		}
		return len(b.objects)
	}
}

// TestServiceThatIsAway: what the service does not do is an error that passes, never a file that is half
// there.
func TestServiceThatIsAway(t *testing.T) {
	t.Parallel()
	b, address := served(t)
	k := openS3(t, address+"/comune?tls=none")
	wantCode(t, "asked whether it is there", k.Check(t.Context()), "")
	wantCode(t, "another bucket", openS3(t, address+"/altro?tls=none").Check(t.Context()), civic.Unavailable)
	p := open(t, k, func() int { return len(b.objects) })
	f := p.put(t, "anna", "a.txt", "testo")
	b.mu.Lock()
	b.down = true
	b.mu.Unlock()
	_, _, err := p.Open(t.Context(), f.ID)
	wantCode(t, "reading", err, civic.Unavailable)
	_, err = p.Put(t.Context(), blob.Upload{Name: "b.txt", Use: anything}, strings.NewReader("altro"))
	wantCode(t, "keeping", err, civic.Unavailable)
	wantCode(t, "asked whether it is there", k.Check(t.Context()), civic.Unavailable)
	wantCode(t, "removing", p.Delete(t.Context(), f.ID), civic.Unavailable)
	b.mu.Lock()
	b.down = false
	b.mu.Unlock()
	p.now = p.now.Add(2 * blob.Grace)
	if n, err := p.Collect(t.Context()); err != nil || n != 2 {
		t.Errorf("%d collected of what could not be removed, %v", n, err)
	}
	if p.kept() != 0 {
		t.Errorf("%d objects are left", p.kept())
	}
}

// TestParseS3: what is no address is refused without a word of the secret.
func TestParseS3(t *testing.T) {
	t.Parallel()
	o, err := blob.ParseS3("s3://k:s%2Fx@minio.example:9000/comune/a/b?region=it-1&tls=none")
	want := blob.S3Options{
		Endpoint: "minio.example:9000", Bucket: "comune", Prefix: "a/b/", Region: "it-1", Key: "k",
		Secret: "s/x", Plain: true,
	}
	if err != nil || o != want {
		t.Errorf("%+v, %v", o, err)
	}
	for _, wrong := range []string{
		"", "files", "https://k:segreta@host/b", "s3://host/b", "s3://k@host/b", "s3://k:segreta@host",
		"s3://k:segreta@/b",
		"s3://k:segreta@host/b?tls=no", "s3://k:segreta@host/b?x=1", "s3://k:segreta@ho st/b",
	} {
		if _, err := blob.ParseS3(wrong); err == nil || strings.Contains(err.Error(), "segreta") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
