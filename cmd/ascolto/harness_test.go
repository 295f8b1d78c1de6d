package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ascolto/internal/civic"
)

// TestMain turns the test binary into the program when asked, so that tests start, kill and restart the real
// thing.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("ASCOLTO_TEST_AS_PROGRAM") != "1":
		os.Exit(m.Run())
	case os.Getenv(aheadSetting) != "":
		ahead()
	default:
		main()
	}
}

// aheadSetting has the program that a test starts go by a clock that is ahead, by a duration such as 20m.
const aheadSetting = "ASCOLTO_TEST_AHEAD"

// ahead is main by another clock.
func ahead() {
	by, err := time.ParseDuration(os.Getenv(aheadSetting))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	p := program{getenv: os.Getenv, in: os.Stdin, out: os.Stdout, errOut: os.Stderr,
		now: func() time.Time { return civic.Now().Add(by) }}
	if err = errors.Join(err, p.run(ctx, os.Args[1:])); err != nil {
		fmt.Fprintln(os.Stderr, newExplainer(true).explain(err))
		os.Exit(1)
	}
}

// running is a started Ascolto.
type running struct {
	cmd  *exec.Cmd
	URL  string
	out  *safeBuffer
	done chan error
}

// prepare returns Ascolto, not yet started, with only the given settings in its environment.
func prepare(t *testing.T, settings map[string]string, args ...string) (*exec.Cmd, *safeBuffer) {
	t.Helper()
	binary, env := os.Getenv("ASCOLTO_BINARY"), []string{"PATH=" + os.Getenv("PATH"),
		"HOME=" + os.Getenv("HOME")}
	if binary == "" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		binary, env = self, append(env, "ASCOLTO_TEST_AS_PROGRAM=1")
	}
	for k, v := range settings {
		env = append(env, k+"="+v)
	}
	out := &safeBuffer{}
	cmd := exec.Command(binary, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, out, out
	return cmd, out
}

// start serves with the given settings and waits until it is ready. It is killed when the test ends.
func start(t *testing.T, settings map[string]string) *running {
	t.Helper()
	p, err := launch(t, settings)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// launch is start for other goroutines than the test's.
func launch(t *testing.T, settings map[string]string) (*running, error) {
	t.Helper()
	cmd, out := prepare(t, settings, "serve")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &running{cmd: cmd, URL: "http://" + settings["ASCOLTO_LISTEN"], out: out, done: make(chan error, 1)}
	go func() { p.done <- cmd.Wait() }()
	t.Cleanup(func() { p.Kill() })
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); {
		select {
		case err := <-p.done:
			p.done <- err
			return nil, fmt.Errorf("the program ended: %w\n%s", err, out)
		case <-time.After(50 * time.Millisecond):
		}
		if r, err := http.Get(p.URL + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return p, nil
			}
		}
	}
	return nil, fmt.Errorf("not ready after a minute:\n%s", out)
}

// Kill ends the program at once, as a power cut would.
func (p *running) Kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	p.done <- <-p.done
}

// Stop asks the program to end and returns how it did.
func (p *running) Stop(within time.Duration) error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.done:
		p.done <- err
		return err
	case <-time.After(within):
		return fmt.Errorf("still running %s after SIGTERM", within)
	}
}

// once runs a command of the program to its end and returns what it printed.
func once(t *testing.T, settings map[string]string, args ...string) (string, error) {
	t.Helper()
	cmd, out := prepare(t, settings, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		return out.String(), err
	case <-time.After(2 * time.Minute):
		_ = cmd.Process.Kill()
		<-done
		t.Fatalf("ascolto %s did not end:\n%s", strings.Join(args, " "), out)
		return "", nil
	}
}

// freeAddress returns an address of this machine on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// safeBuffer gathers output that is read while it grows.
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

// postOffice is an SMTP server that remembers every mail, and shows them as JSON to the browser script.
type postOffice struct {
	mu     sync.Mutex
	mails  []received
	verbs  map[string]int          // how often each was said
	answer func(verb string) error // nil: yes to everything
	smtp   *smtp.Server
	Addr   string
	URL    string
}

// received is one mail as it arrived.
type received struct {
	To      []string            `json:"to"`
	Header  map[string][]string `json:"header"`
	Raw     string              `json:"raw"`
	At      time.Time           `json:"at"`
	Subject string              `json:"subject"`
}

func openPostOffice(t *testing.T) *postOffice {
	t.Helper()
	po := &postOffice{}
	po.listen(t, "127.0.0.1:0")
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(po.Mails())
	}))
	t.Cleanup(web.Close)
	po.URL = web.URL
	return po
}

// listen opens the server at an address.
func (po *postOffice) listen(t *testing.T, address string) {
	t.Helper()
	po.smtp = smtp.NewServer(po)
	po.smtp.ErrorLog = log.New(io.Discard, "", 0) // clients that are killed are no news
	po.smtp.Domain, po.smtp.ReadTimeout, po.smtp.WriteTimeout = "localhost", 30*time.Second, 30*time.Second
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	po.Addr = l.Addr().String()
	go func() { _ = po.smtp.Serve(l) }()
	t.Cleanup(func() { _ = po.smtp.Close() })
}

// asked returns how often a verb was said.
func (po *postOffice) asked(verb string) int {
	po.mu.Lock()
	defer po.mu.Unlock()
	return po.verbs[verb]
}

// reply returns the answer to a verb.
func (po *postOffice) reply(verb string) error {
	po.mu.Lock()
	if po.verbs == nil {
		po.verbs = map[string]int{}
	}
	po.verbs[verb]++
	po.mu.Unlock()
	if po.answer == nil {
		return nil
	}
	return po.answer(verb)
}

// Mails returns what has arrived so far.
func (po *postOffice) Mails() []received {
	po.mu.Lock()
	defer po.mu.Unlock()
	return append([]received{}, po.mails...)
}

// To returns the mails that arrived for an address.
func (po *postOffice) To(address string) []received {
	var all []received
	for _, m := range po.Mails() {
		for _, to := range m.To {
			if strings.EqualFold(to, address) {
				all = append(all, m)
			}
		}
	}
	return all
}

// NewSession implements smtp.Backend.
func (po *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &delivery{office: po}, po.reply("EHLO")
}

type delivery struct {
	office *postOffice
	to     []string
}

func (d *delivery) Mail(string, *smtp.MailOptions) error { return d.office.reply("MAIL") }

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := d.office.reply("RCPT"); err != nil {
		return err
	}
	d.to = append(d.to, to)
	return nil
}

func (d *delivery) Reset()        { d.to = nil }
func (d *delivery) Logout() error { return nil }

func (d *delivery) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return errors.Join(errors.New("554 unreadable"), err)
	}
	if err := d.office.reply("DATA"); err != nil {
		return err
	}
	d.office.mu.Lock()
	defer d.office.mu.Unlock()
	d.office.mails = append(d.office.mails, received{To: d.to, Header: m.Header, Raw: string(raw),
		At: time.Now(), Subject: m.Header.Get("Subject")})
	return nil
}
