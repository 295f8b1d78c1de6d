package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/vault"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// rig is a server with routes of the test's own behind the real middleware.
type rig struct {
	*Server
	origin string
	log    *safeBuffer
	served chan error
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newRig(t *testing.T, routes ...page.Route) *rig {
	t.Helper()
	return newRigWith(t, func(*Options) {}, routes...)
}

func newRigWith(t *testing.T, change func(*Options), routes ...page.Route) *rig {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := vault.New(vault.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{origin: "http://" + ln.Addr().String(), log: &safeBuffer{}, served: make(chan error, 1)}
	plenty := Rate{PerSecond: 1e6, Burst: 1e6}
	opt := Options{
		Origin: r.origin, Vault: secrets,
		Log:  slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Town: ui.Municipality{Name: "Comune"}, Sessions: roleSessions{},
		Limits: Limits{Requests: plenty, Changes: plenty, Dear: plenty, Account: plenty},
	}
	change(&opt)
	r.Server, err = prepare(opt)
	if err != nil {
		t.Fatal(err)
	}
	r.routes = routes
	if err := r.build(); err != nil {
		t.Fatal(err)
	}
	go func() { r.served <- r.Serve(ln) }()
	t.Cleanup(func() { r.Shutdown(context.Background()) })
	return r
}

// client is a browser without scripts that keeps its connection.
func (r *rig) client(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{
		Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (r *rig) get(t *testing.T, c *http.Client, path string) (status int, body string) {
	t.Helper()
	res, err := c.Get(r.origin + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func (r *rig) post(c *http.Client, path string, form url.Values) (int, error) {
	req, err := http.NewRequest(http.MethodPost, r.origin+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", r.origin)
	res, err := c.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode, nil
}

// tokenPage shows a form token as the whole answer.
func tokenPage(r *page.Request) error { return r.Download("token", "text/plain", []byte(r.Token())) }

// What handlers keep of a request must stay as it was sent, however the connection's buffers are used
// afterwards (hazard 10).
func TestParallelFormsAreStoredAsSent(t *testing.T) {
	t.Parallel()
	type stored struct{ Name, Text, Query, Path, Lang string }
	var mu sync.Mutex
	kept := map[string]stored{}
	late := make(chan func(), 4096)
	r := newRig(t,
		page.Get("/modulo", page.Public, tokenPage),
		page.Post("/conserva/:name", page.Public, func(req *page.Request) error {
			f := req.Form()
			key, s := f.Raw("key"), stored{f.String("name"), f.Text("text", 10_000), req.Query("q"),
				req.Param("name"), req.RequestID}
			// read again long after the handler has returned
			late <- func() { mu.Lock(); kept[key] = s; mu.Unlock() }
			return req.Redirect("/")
		}),
	)
	const clients, each = 8, 40
	want := map[string]stored{}
	var wg sync.WaitGroup
	for range clients {
		c := r.client(t)
		_, token := r.get(t, c, "/modulo")
		wg.Go(func() {
			for i := range each {
				key, name := rand.Text(), "Niccolò D'Alò "+rand.Text()
				text := strings.Repeat(rand.Text()+" è ", 1+i*3)
				status, err := r.post(c, "/conserva/"+key+"?q="+key,
					url.Values{"csrf": {token}, "key": {key}, "name": {name}, "text": {text}})
				if err != nil || status != http.StatusSeeOther {
					t.Errorf("status %d, %v", status, err)
				}
				mu.Lock()
				want[key] = stored{Name: name, Text: strings.TrimSpace(text), Query: key, Path: key}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	close(late)
	for keep := range late {
		keep()
	}
	if len(kept) != clients*each {
		t.Errorf("%d forms kept, want %d", len(kept), clients*each)
	}
	for key, w := range want {
		got := kept[key]
		got.Lang = ""
		if got != w {
			t.Errorf("sent %.60q, kept %.60q", fmt.Sprint(w), fmt.Sprint(got))
		}
	}
}

func TestPanicsBecomeErrorPages(t *testing.T) {
	t.Parallel()
	r := newRig(t,
		page.Get("/crollo", page.Public, func(*page.Request) error { panic("anna@example.it was here") }),
		page.Get("/nil", page.Public,
			func(*page.Request) error { var u *url.URL; return errors.New(u.Path) }),
		page.Get("/guasto", page.Public,
			func(*page.Request) error { return fmt.Errorf("disk sda1: %w", io.ErrUnexpectedEOF) }),
		page.Get("/vivo", page.Public, tokenPage),
	)
	c := r.client(t)
	for _, path := range []string{"/crollo", "/nil", "/guasto"} {
		status, body := r.get(t, c, path)
		id := regexp.MustCompile(`[A-Z2-7]{26}`).FindString(body)
		if status != 500 || id == "" {
			t.Errorf("%s: status %d, id %q", path, status, id)
		}
		for _, not := range []string{"anna@", "goroutine", "sda1", ".go:"} {
			if strings.Contains(body, not) {
				t.Errorf("%s: the page tells %q", path, not)
			}
		}
		if !strings.Contains(r.log.String(), id) {
			t.Errorf("%s: the log does not know the id %s", path, id)
		}
	}
	if status, _ := r.get(t, c, "/vivo"); status != 200 {
		t.Errorf("after the panics: status %d", status)
	}
}

// Every error of the domains has its status and a page in the reader's language, with the texts of the error
// itself.
func TestErrorsBecomePages(t *testing.T) {
	t.Parallel()
	statuses := map[civic.Code]int{
		civic.Invalid: 400, civic.Forbidden: 403, civic.NotFound: 404, civic.Conflict: 409, civic.Gone: 410,
		civic.Limited:  429,
		civic.TooLarge: 413, civic.Full: 507, civic.Unavailable: 503, civic.Internal: 500,
		"no such code": 500,
	}
	var routes []page.Route
	for code := range statuses {
		routes = append(routes, page.Get("/"+strings.ReplaceAll(string(code), " ", "-"), page.Public,
			func(*page.Request) error {
				return civic.Wrap(code, "error.text.encoding", fmt.Errorf("secret cause"))
			}))
	}
	r := newRig(t, append(routes, page.Get("/desk/x", page.Staff, tokenPage),
		page.Get("/mio", page.SignedIn, tokenPage))...)
	c := r.client(t)
	for code, want := range statuses {
		status, body := r.get(t, c, "/"+strings.ReplaceAll(string(code), " ", "-"))
		if status != want || strings.Contains(body, "secret") {
			t.Errorf("%s: status %d, want %d; the cause is shown: %v", code, status, want,
				strings.Contains(body, "secret"))
		}
		if own := strings.Contains(body, "Il testo contiene caratteri non leggibili"); own != (want != 500) {
			t.Errorf("%s: the error's own text is shown: %v", code, own)
		}
		if strings.Contains(body, "error.") {
			t.Errorf("%s: a key is shown", code)
		}
	}
	for path, want := range map[string]string{"/desk/x?a=b": "/desk/login?ritorno=%2Fdesk%2Fx%3Fa%3Db",
		"/mio": "/accedi?ritorno=%2Fmio"} {
		res, err := c.Get(r.origin + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("%s: status %d to %s, want %s", path, res.StatusCode, got, want)
		}
	}
}

// The access log says what was asked and how it went, and nothing about who asked.
func TestAccessLogHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	r := newRig(t, page.Get("/desk/contacts/:id", page.Staff, tokenPage))
	req, err := http.NewRequest(http.MethodGet,
		r.origin+"/desk/contacts/RSSMRA80A01F257G?q=anna@example.it%0d%0aforged", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "agent-of-anna")
	req.Header.Set("X-Forwarded-For", "203.0.113.77")
	req.AddCookie(&http.Cookie{Name: "sid", Value: "operator"})
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	r.get(t, r.client(t), "/disiscrizione/SECRETTOKEN?email=anna@example.it")
	log := r.log.String()
	for _, not := range []string{"RSSMRA", "anna", "forged", "203.0.113", "127.0.0.1", "SECRETTOKEN",
		"operator", "account-"} {
		if strings.Contains(log, not) {
			t.Errorf("the log holds %q: %s", not, log)
		}
	}
	var entry struct {
		Msg, ID, Method, Route string
		Status                 int
		SignedIn               bool `json:"signed_in"`
	}
	if err := json.Unmarshal([]byte(strings.SplitN(log, "\n", 2)[0]), &entry); err != nil {
		t.Fatalf("the log's first line is no JSON: %v", err)
	}
	if entry.Msg != "request" || entry.Route != "/desk/contacts/:id" || entry.Status != 200 ||
		!entry.SignedIn || entry.ID != res.Header.Get("X-Request-Id") {
		t.Errorf("the log's entry is %+v", entry)
	}
}

// A server that is told to stop finishes what it has begun and accepts nothing new.
func TestShutdownFinishesRequests(t *testing.T) {
	t.Parallel()
	begun, done := make(chan struct{}), make(chan struct{})
	r := newRig(t, page.Get("/lento", page.Public, func(req *page.Request) error {
		close(begun)
		<-done
		return req.Download("x", "text/plain", []byte("finished"))
	}))
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get(r.origin + "/lento")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-begun
	stopped := make(chan error, 1)
	go func() { stopped <- r.Shutdown(context.Background()) }()
	select {
	case err := <-r.served: // the listener is closed
		if err != nil {
			t.Errorf("serve: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still accepting")
	}
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(r.origin, "http://"), time.Second); err == nil {
		t.Error("a new connection is accepted while stopping")
	}
	close(done)
	if got := <-answer; got != "finished" {
		t.Errorf("the request under way ended with %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("shutdown: %v", err)
	}
}

// A server may be told to stop at any moment of its start.
func TestShutdownRightAfterStart(t *testing.T) {
	t.Parallel()
	for range 20 {
		r := newRig(t, page.Get("/x", page.Public, tokenPage))
		if err := r.Shutdown(context.Background()); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		select {
		case err := <-r.served:
			if err != nil {
				t.Errorf("serve: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("still serving after the shutdown")
		}
	}
}

// Clients that come back are remembered while the number of those who come once stays bounded.
func TestBucketsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := newLimits(Limits{Requests: Rate{PerSecond: 1, Burst: 2}}, nil, nil).requests
	b.now = func() time.Time { return now }
	b.take("regular", 2)
	for i := range 3 * bucketsKept {
		b.take(fmt.Sprint(i), 1)
		if i%1000 == 0 && b.take("regular", 1) {
			t.Fatal("a client that keeps asking gets fresh tries")
		}
	}
	if n := len(b.young) + len(b.old); n > 2*bucketsKept {
		t.Errorf("%d clients are remembered", n)
	}
	now = now.Add(2 * time.Second)
	if !b.take("regular", 2) || b.take("regular", 1) {
		t.Error("tries do not come back with time")
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	secrets, err := vault.New(vault.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	good := Options{Origin: "https://ascolto.example", Vault: secrets, Log: slog.New(slog.DiscardHandler),
		Town: ui.Municipality{Name: "Comune"}}
	if _, err := prepare(good); err != nil {
		t.Errorf("good options: %v", err)
	}
	for name, spoil := range map[string]func(*Options){
		"no origin":       func(o *Options) { o.Origin = "" },
		"no scheme":       func(o *Options) { o.Origin = "ascolto.example" },
		"path":            func(o *Options) { o.Origin = "https://ascolto.example/" },
		"other scheme":    func(o *Options) { o.Origin = "ftp://ascolto.example" },
		"user":            func(o *Options) { o.Origin = "https://u@ascolto.example" },
		"capitals":        func(o *Options) { o.Origin = "https://Ascolto.example" },
		"no vault":        func(o *Options) { o.Vault = nil },
		"no log":          func(o *Options) { o.Log = nil },
		"no municipality": func(o *Options) { o.Town.Name = "" },
	} {
		o := good
		spoil(&o)
		if _, err := prepare(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
