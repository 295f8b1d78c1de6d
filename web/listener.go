package web

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// tally counts what each client holds at the same time, at most each of it.
type tally struct {
	each int
	mu   sync.Mutex
	held map[string]int
}

func newTally(each int) *tally { return &tally{each: each, held: map[string]int{}} }

// take counts one more for key, unless it holds as many as it may.
func (t *tally) take(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held[key] >= t.each {
		return false
	}
	t.held[key]++
	return true
}

func (t *tally) give(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held[key]--; t.held[key] <= 0 {
		delete(t.held, key)
	}
}

// doors is a listener that keeps the number of connections bounded, in all and of one subscriber.
type doors struct {
	net.Listener
	all, each *tally
	uncounted func(netip.Addr) bool // whose connections are many clients' and count in all only
	refusal   []byte                // what is sent to a connection that is one too many
}

// Accept returns the next connection that there is room for; the others are told so and closed.
func (d *doors) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if leave, ok := d.enter(c); ok {
			return &conn{Conn: c, leave: leave}, nil
		}
		c.SetWriteDeadline(time.Now().Add(time.Second))
		c.Write(d.refusal) // as far as it goes: nobody waits for it
		c.Close()
	}
}

// enter counts a connection and returns how it is counted off again.
func (d *doors) enter(c net.Conn) (leave func(), ok bool) {
	if !d.all.take("") {
		return nil, false
	}
	address, counted := remote(c)
	if !counted || d.uncounted(address) {
		return func() { d.all.give("") }, true
	}
	key := network(address.String())
	if !d.each.take(key) {
		d.all.give("")
		return nil, false
	}
	return func() { d.each.give(key); d.all.give("") }, true
}

func remote(c net.Conn) (netip.Addr, bool) {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	address, ok := netip.AddrFromSlice(tcp.IP)
	return address.Unmap(), ok
}

// The bounds of lingering.
const (
	lingerTime  = 2 * time.Second
	lingerBytes = 16 << 20
)

// conn is a counted connection. Told to linger it reads on for a while before it closes, and drops what it
// reads: a client that is still sending would otherwise be cut off before it has read why.
type conn struct {
	net.Conn
	leave     func()
	first     lines
	lingering atomic.Bool
	closed    atomic.Bool
}

// errBareLF is what reading the head of a request ends with that has a line ending in LF alone.
var errBareLF = errors.New("web: a line of the request's head ends in LF alone")

// Read reads from the client. The library waits for the end of a head whose lines end in LF alone as long as
// it may: of the first request on a connection, where all of it is still to come, Read says so at once.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.first.bare(b[:n]) {
		return 0, errBareLF
	}
	return n, err
}

// lines reads along the lines of a request's head up to the empty one that ends it.
type lines struct {
	before byte // the one before the next
	length int  // of the line so far, without its end
	any    bool // there was a line that is not empty
	done   bool
}

// bare reports whether a line in b, the next bytes, ends in LF alone.
func (l *lines) bare(b []byte) bool {
	for _, c := range b {
		switch {
		case l.done:
			return false
		case c == '\n' && l.before != '\r':
			return true
		case c == '\n':
			l.done, l.length = l.any && l.length == 0, 0
		case c != '\r':
			l.length, l.any = l.length+1, true
		}
		l.before = c
	}
	return false
}

// Linger makes Close wait for what is under way.
func (c *conn) Linger() { c.lingering.Store(true) }

// Close ends the connection.
func (c *conn) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	defer c.leave()
	if tcp, ok := c.Conn.(*net.TCPConn); ok && c.lingering.Load() {
		tcp.CloseWrite()
		tcp.SetReadDeadline(time.Now().Add(lingerTime))
		io.CopyN(io.Discard, tcp, lingerBytes)
	}
	return c.Conn.Close()
}
