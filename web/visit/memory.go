package visit

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"ascolto/web/locale"
)

// Memory keeps pages as visitors got them last, each with the edition of what it shows. A page is given again only as long as the
// edition is the same, so that no reader sees what was changed, hidden or erased. It forgets the older half when it is full.
type Memory struct {
	mu         sync.Mutex
	bytes      int
	young, old map[memoryKey]remembered
}

// memoryKey is everything of a visitor's request that a page depends on.
type memoryKey struct {
	url         string
	lang        locale.Lang
	first, best string // the encodings that the browser reads, of a page that is sent the first time and of others
}

type remembered struct {
	edition, tag string
	encoding     string // of page
	page         []byte
}

const (
	memoryKept   = 16 << 20 // bytes of each half
	rememberCost = 200      // bytes of a page beside itself
	longestURL   = 500      // of a page that is kept
)

// page returns the page under key if it is of the edition.
func (m *Memory) page(key memoryKey, edition string) (remembered, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.young[key]
	if !ok {
		r, ok = m.old[key]
	}
	return r, ok && r.edition == edition
}

func (m *Memory) keep(key memoryKey, r remembered) {
	size := len(key.url) + len(r.edition) + len(r.page) + rememberCost
	m.mu.Lock()
	defer m.mu.Unlock()
	if had, ok := m.young[key]; ok {
		m.bytes -= len(key.url) + len(had.edition) + len(had.page) + rememberCost
	}
	if m.young == nil || m.bytes+size > memoryKept {
		m.old, m.young, m.bytes = m.young, map[memoryKey]remembered{}, 0
	}
	m.young[key] = r
	m.bytes += size
}

// Kept returns a handler that gives visitors the page that h made for the same request, as long as edition returns the same text.
// edition must change with everything that the page shows, before whoever changed it is told; empty, it keeps nothing. Pages that set a
// cookie or show what a cookie holds are made anew, and so are those of people who are signed in.
func Kept(edition func() string, h Handler) Handler {
	return func(v *Visit) error {
		if !v.anonymous() {
			return h(v)
		}
		of := edition()
		if of == "" {
			return h(v)
		}
		of += " " + strconv.FormatInt(time.Now().Unix(), 36) // templates look at the time too
		of += " " + strconv.FormatInt(v.logo().Number, 36)   // and every page shows the logo
		accept := v.c.Get(fiber.HeaderAcceptEncoding)
		key := memoryKey{v.c.OriginalURL(), v.Lang, encodingFor(accept, false), encodingFor(accept, true)}
		if r, ok := v.site.Memory.page(key, of); ok {
			return v.again(r)
		}
		v.keep = func(r remembered) {
			r.edition = of
			v.site.Memory.keep(key, r)
		}
		return h(v)
	}
}

// anonymous reports whether the page can depend on nothing but the address and the language.
func (v *Visit) anonymous() bool {
	method := v.c.Method()
	return v.Actor.Account == "" && !v.cookies && (method == http.MethodGet || method == http.MethodHead) &&
		len(v.c.OriginalURL()) <= longestURL && v.c.Cookies(v.CookieName(flashCookie)) == ""
}

// again answers with a page that was kept.
func (v *Visit) again(r remembered) error {
	v.pageHeaders(http.StatusOK)
	v.c.Set(fiber.HeaderETag, `W/"`+r.tag+`"`)
	if v.hasTag(`"` + r.tag + `"`) {
		return v.c.SendStatus(http.StatusNotModified)
	}
	if r.encoding != "" {
		v.c.Set(fiber.HeaderContentEncoding, r.encoding)
	}
	return v.c.Send(r.page)
}
