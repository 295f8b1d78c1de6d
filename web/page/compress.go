package page

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

// Most pages are sent once, and quick compression takes a quarter of the time that a sixth less of bytes
// would.
var (
	gzips   = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return w }}
	brotlis = sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, 5) }}
)

// encodings are the ways a page may be sent, the best first.
var encodings = []string{"br", "gzip"}

// encodingFor returns the encoding that an Accept-Encoding header allows, empty for none. Brotli takes ten
// times as long and is for pages that are sent again.
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
	out.Grow(len(b)/4 + 64) // pages become a fifth
	w.Reset(&out)
	w.Write(b) // into memory, never fails
	w.Close()
	return out.Bytes()
}

// Compressed keeps pages in the form in which they are sent, by their tag, so that a page that many ask for
// is compressed once, and knows which were sent before. It forgets the older half when it is full.
type Compressed struct {
	mu         sync.Mutex
	bytes      int
	young, old map[compressedKey][]byte
}

// compressedKey names a page in an encoding; without one, that the page was sent.
type compressedKey struct{ tag, encoding string }

const (
	compressedBytes = 16 << 20 // bytes of each half
	compressedCost  = 150      // bytes of a page beside itself
)

// again reports whether the page of this tag was sent before; from now on it was.
func (p *Compressed) again(tag string) bool {
	key := compressedKey{tag: tag}
	_, sent := p.get(key)
	p.keep(key, nil)
	return sent
}

// of returns the page of this tag in an encoding.
func (p *Compressed) of(tag, encoding string, page []byte) []byte {
	key := compressedKey{tag, encoding}
	b, ok := p.get(key)
	if !ok {
		b = compressed(page, encoding)
	}
	p.keep(key, b)
	return b
}

func (p *Compressed) get(key compressedKey) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, ok := p.young[key]
	if !ok {
		b, ok = p.old[key]
	}
	return b, ok
}

func (p *Compressed) keep(key compressedKey, b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.young[key]; ok {
		return
	}
	size := len(b) + compressedCost
	if p.young == nil || p.bytes+size > compressedBytes {
		p.old, p.young, p.bytes = p.young, map[compressedKey][]byte{}, 0
	}
	p.young[key] = b
	p.bytes += size
}
