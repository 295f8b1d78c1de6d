package page

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/web/locale"
)

// Cache keeps pages as visitors got them last, each with the edition of what it shows. A page is given again
// only as long as the edition is the same, so that no reader sees what was changed, hidden or erased. It
// forgets the older half when it is full.
type Cache struct {
	mu         sync.Mutex
	bytes      int
	young, old map[cacheKey]remembered
}

// cacheKey is everything of a visitor's request that a page depends on.
type cacheKey struct {
	url  string
	lang locale.Lang
	// the encodings that the browser reads, of a page that is sent the first time and of others
	first, best string
}

type remembered struct {
	edition, tag string
	encoding     string // of page
	page         []byte
}

const (
	cacheBytes   = 16 << 20 // bytes of each half
	rememberCost = 200      // bytes of a page beside itself
	longestURL   = 500      // of a page that is kept
)

// page returns the page under key if it is of the edition.
func (m *Cache) page(key cacheKey, edition string) (remembered, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.young[key]
	if !ok {
		r, ok = m.old[key]
	}
	return r, ok && r.edition == edition
}

func (m *Cache) keep(key cacheKey, r remembered) {
	size := len(key.url) + len(r.edition) + len(r.page) + rememberCost
	m.mu.Lock()
	defer m.mu.Unlock()
	if had, ok := m.young[key]; ok {
		m.bytes -= len(key.url) + len(had.edition) + len(had.page) + rememberCost
	}
	if m.young == nil || m.bytes+size > cacheBytes {
		m.old, m.young, m.bytes = m.young, map[cacheKey]remembered{}, 0
	}
	m.young[key] = r
	m.bytes += size
}

// Cached returns a handler that gives visitors the page that h made for the same request, as long as edition
// returns the same text. edition must change with everything that the page shows: before whoever changed it
// at this instance is told, and within two seconds of a change at another. Empty, it keeps nothing. Pages
// that set a cookie or show what a cookie holds are made anew, and so are those of people who are signed in.
func Cached(edition func() string, h Handler) Handler {
	return func(req *Request) error {
		if !req.anonymous() {
			return h(req)
		}
		of := edition()
		if of == "" {
			return h(req)
		}
		of += " " + strconv.FormatInt(time.Now().Unix(), 36) // templates look at the time too
		of += " " + strconv.FormatInt(req.logo().Number, 36) // and every page shows the logo
		accept := req.c.Get(fiber.HeaderAcceptEncoding)
		key := cacheKey{req.c.OriginalURL(), req.Lang, encodingFor(accept, false), encodingFor(accept, true)}
		if r, ok := req.site.Cache.page(key, of); ok {
			return req.again(r)
		}
		req.keep = func(r remembered) {
			r.edition = of
			req.site.Cache.keep(key, r)
		}
		return h(req)
	}
}

// anonymous reports whether the page can depend on nothing but the address and the language.
func (r *Request) anonymous() bool {
	method := r.c.Method()
	return r.Actor.Account == "" && !r.cookies && (method == http.MethodGet || method == http.MethodHead) &&
		len(r.c.OriginalURL()) <= longestURL && r.c.Cookies(r.CookieName(flashCookie)) == ""
}

// again answers with a page that was kept.
func (req *Request) again(r remembered) error {
	req.pageHeaders(http.StatusOK)
	req.c.Set(fiber.HeaderETag, `W/"`+r.tag+`"`)
	if req.hasTag(`"` + r.tag + `"`) {
		return req.c.SendStatus(http.StatusNotModified)
	}
	if r.encoding != "" {
		req.c.Set(fiber.HeaderContentEncoding, r.encoding)
	}
	return req.c.Send(r.page)
}
