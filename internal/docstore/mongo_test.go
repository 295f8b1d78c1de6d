package docstore_test

import (
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
)

// gate passes connections on to a server, or, while it is shut, leaves them without an answer.
type gate struct {
	listener net.Listener
	server   string
	mu       sync.Mutex
	open     *sync.Cond
	shut     bool
	conns    []net.Conn
}

func newGate(t *testing.T, server string) *gate {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: listener, server: server}
	g.open = sync.NewCond(&g.mu)
	go g.serve()
	t.Cleanup(func() {
		_ = listener.Close()
		g.set(false)
		g.mu.Lock()
		defer g.mu.Unlock()
		for _, c := range g.conns {
			_ = c.Close()
		}
	})
	return g
}

func (g *gate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	g.open.Broadcast()
}

func (g *gate) serve() {
	for {
		client, err := g.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", g.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		g.mu.Lock()
		g.conns = append(g.conns, client, server)
		g.mu.Unlock()
		go g.pass(client, server)
		go g.pass(server, client)
	}
}

func (g *gate) pass(from, to net.Conn) {
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		g.mu.Lock()
		for g.shut {
			g.open.Wait()
		}
		g.mu.Unlock()
		if _, err := io.Copy(to, strings.NewReader(string(b[:n]))); err != nil {
			return
		}
	}
}

// TestSilentServer: while the server gives no answer nothing hangs and nothing wrongly succeeds; when it
// answers again, all is as before.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	o := storetest.Mongo(t)
	u, err := url.Parse(o.URI)
	if err != nil || strings.Contains(u.Host, ",") || u.Scheme != "mongodb" {
		t.Skip("SKIPPED: the server has several addresses")
	}
	g := newGate(t, u.Host)
	u.Host = g.listener.Addr().String()
	u.RawQuery = "directConnection=true"
	o.URI = u.String()
	db := storetest.OpenOptions(t, o)
	c := collect[person](t, db, people)
	mustInsert(t, c, named("a", "Anna"))
	g.set(true)
	calls := map[string]func() error{
		"Get":    func() error { _, err := c.Get(t.Context(), "a"); return err },
		"Insert": func() error { return c.Insert(t.Context(), named("b", "Bea")) },
		"Update": func() error {
			_, err := c.Update(t.Context(), "a", func(p *person) error { p.Age++; return nil })
			return err
		},
		"Delete": func() error { return c.Delete(t.Context(), "nobody") },
		"Find":   func() error { _, err := c.Find(t.Context(), docstore.Query{}); return err },
		"Ping":   func() error { return db.Ping(t.Context()) },
	}
	var wg sync.WaitGroup
	for name, call := range calls {
		wg.Go(func() {
			begun := time.Now()
			err := call()
			wantCode(t, name, err, civic.Unavailable)
			if took := time.Since(begun); took > 25*time.Second {
				t.Errorf("%s took %v", name, took)
			}
		})
	}
	wg.Wait()
	g.set(false)
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		err := db.Ping(t.Context())
		if err == nil {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("the server answers, and still: %v", err)
		}
	}
	if got, err := c.Get(t.Context(), "a"); err != nil || got.Name != "Anna" {
		t.Errorf("the document is %q, %v", got.Name, err)
	}
	if _, err := c.Update(t.Context(), "a", func(p *person) error { p.Age = 7; return nil }); err != nil {
		t.Error(err)
	}
}

// TestChangesOfPrimaryPass: what a member of a replica set says while another one takes over is no fault of
// the request, but something that passes; what the server finds wrong with a request stays a fault.
func TestChangesOfPrimaryPass(t *testing.T) {
	t.Parallel()
	for _, code := range []int32{64, 91, 189, 10058, 10107, 11600, 11602, 13435, 13436} {
		wantCode(t, "a command", docstore.MongoFault(t.Context(), mongo.CommandError{Code: code}),
			civic.Unavailable)
		wantCode(t, "a write", docstore.MongoFault(t.Context(), mongo.WriteException{
			WriteConcernError: &mongo.WriteConcernError{Code: int(code)}}), civic.Unavailable)
	}
	if err := docstore.MongoFault(t.Context(), mongo.CommandError{Code: 9}); civic.CodeOf(err) ==
		civic.Unavailable {
		t.Error("a command that cannot be parsed is said to pass")
	}
}
