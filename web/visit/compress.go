package visit

import (
	"bytes"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"ascolto/web/assets"
)

// buffers are what pages are written into.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// bufferKept bounds the size of a buffer that is kept for other pages.
const bufferKept = 1 << 20

func keepBuffer(b *bytes.Buffer) {
	if b.Cap() <= bufferKept {
		buffers.Put(b)
	}
}

var (
	gzips   = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, 6); return w }}
	brotlis = sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, 5) }}
)

// encodings are the ways a page may be sent, the best first.
var encodings = []string{"br", "gzip"}

// encodingFor returns the encoding that an Accept-Encoding header allows, empty for none. Brotli takes longer and is for pages that
// are sent again.
func encodingFor(accept string, again bool) string {
	for _, e := range encodings {
		if (again || e != "br") && assets.Accepts(accept, e) {
			return e
		}
	}
	return ""
}

// compressed returns b in an encoding, in memory of its own.
func compressed(b []byte, encoding string) []byte {
	type writer interface {
		io.WriteCloser
		Reset(io.Writer)
	}
	pool := &gzips
	if encoding == "br" {
		pool = &brotlis
	}
	w := pool.Get().(writer)
	defer pool.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	w.Write(b) // into memory, never fails
	w.Close()
	return out.Bytes()
}

// Pressed keeps pages in the form in which they are sent, by their tag, so that a page that many ask for is compressed once. It
// forgets the older half when it is full.
type Pressed struct {
	mu         sync.Mutex
	bytes      int
	young, old map[pressedKey][]byte
}

type pressedKey struct{ tag, encoding string }

// pressedKept bounds the bytes of each half.
const pressedKept = 16 << 20

// of returns the page of this tag in an encoding.
func (p *Pressed) of(tag, encoding string, page []byte) []byte {
	key := pressedKey{tag, encoding}
	p.mu.Lock()
	b, ok := p.young[key]
	if !ok {
		b, ok = p.old[key]
	}
	p.mu.Unlock()
	if !ok {
		b = compressed(page, encoding)
	}
	p.keep(key, b)
	return b
}

func (p *Pressed) keep(key pressedKey, b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.young[key]; ok {
		return
	}
	if p.young == nil || p.bytes+len(b) > pressedKept {
		p.old, p.young, p.bytes = p.young, map[pressedKey][]byte{}, 0
	}
	p.young[key] = b
	p.bytes += len(b)
}
