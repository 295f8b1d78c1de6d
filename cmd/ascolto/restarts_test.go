package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// writer is a browser of somebody who records calls while the program is stopped and started again and again.
type writer struct {
	client *http.Client
	url    string
}

var (
	csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)
	keyField  = regexp.MustCompile(`name="form_key" value="([^"]+)"`)
)

func newWriter(t *testing.T, origin string) *writer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &writer{url: origin, client: &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// read returns a page, "" when the program does not answer.
func (w *writer) read(path string) string {
	r, err := w.client.Get(w.url + path)
	if err != nil {
		return ""
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

// send fills the form of a page and returns where the answer leads, "" when it was not taken.
func (w *writer) send(page, action string, values url.Values) string {
	form := w.read(page)
	csrf, key := csrfField.FindStringSubmatch(form), keyField.FindStringSubmatch(form)
	if csrf == nil {
		return ""
	}
	values.Set("csrf", csrf[1])
	if key != nil {
		values.Set("form_key", key[1])
	}
	req, err := http.NewRequest(http.MethodPost, w.url+action, strings.NewReader(values.Encode()))
	if err != nil {
		return ""
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", w.url)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	r, err := w.client.Do(req)
	if err != nil {
		return ""
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusSeeOther {
		return ""
	}
	return r.Header.Get("Location")
}

// TestRestartsUnderLoad stops the program (25 times, or ASCOLTO_ROUNDS) again and again, as a service manager
// does, while three people at the counter record calls: each stop TestRestartsUnderLoad stops the program
// fifty times (or ASCOLTO_ROUNDS), as a service manager does, while three people at the counter record calls:
// each stop ends in time, and whatever was acknowledged is there afterwards and found by a search.
func TestRestartsUnderLoad(t *testing.T) {
	t.Parallel()
	rounds := 50
	if n, err := strconv.Atoi(os.Getenv("ASCOLTO_ROUNDS")); err == nil {
		rounds = n
	}
	office := openPostOffice(t)
	settings := with(here(t), "ASCOLTO_SMTP", "smtp://"+office.Addr+"?tls=none")
	settings["ASCOLTO_ORIGIN"] = "http://" + settings["ASCOLTO_LISTEN"]
	out, err := once(t, settings, "demo", "-contacts", "60", "-interactions", "0", "-answers", "0",
		"-threads", "4", "-posts", "8", "-requests", "24")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	password := demoPassword(t, out)
	p := start(t, settings)
	writers := make([]*writer, 3)
	for i := range writers {
		writers[i] = newWriter(t, p.URL)
		if to := writers[i].send("/desk/login", "/desk/login",
			url.Values{"email": {"operatrice@example.it"}, "password": {password}}); to == "" {
			t.Fatal("the operator cannot sign in")
		}
	}
	var mu sync.Mutex
	kept := map[string]bool{} // subjects that were acknowledged
	stopped := make(chan struct{})
	var wg sync.WaitGroup
	for i, w := range writers {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stopped:
					return
				default:
				}
				subject := fmt.Sprintf("ricevuta%dx%d", i, n)
				to := w.send("/desk/calls/new", "/desk/calls", url.Values{
					"caller": {"new"}, "given_name": {"Ciro"}, "family_name": {subject}, "subject": {subject},
					"channel": {"phone"}, "direction": {"inbound"},
					"outcome": {"answered"}, "office": {"urp"}, "reason": {"prova"},
				})
				if to != "" {
					mu.Lock()
					kept[subject] = true
					mu.Unlock()
				} else {
					time.Sleep(20 * time.Millisecond) // the program is away
				}
			}
		})
	}
	acknowledged := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(kept)
	}
	for round := range rounds {
		before := acknowledged()
		for deadline := time.Now().Add(time.Minute); acknowledged() < before+
			3; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				close(stopped)
				wg.Wait()
				t.Fatalf("round %d: nothing is acknowledged any more:\n%s", round, tail(p.out.String(), 20))
			}
		}
		if err := p.Stop(20 * time.Second); err != nil {
			t.Errorf("round %d: %v\n%s", round, err, tail(p.out.String(), 20))
		}
		quiet(t, p.out.String())
		p = start(t, settings)
	}
	close(stopped)
	wg.Wait()
	reader := writers[0]
	if page := reader.read("/desk/search?q=ricevutamai"); page == "" ||
		strings.Contains(page, "/desk/interactions/") {
		t.Error("the search finds what nobody wrote, or does not answer")
	}
	for subject := range kept {
		found := false
		for deadline := time.Now().Add(time.Minute); !found && time.Now().Before(deadline); {
			if found = strings.Contains(reader.read("/desk/search?q="+subject),
				"/desk/interactions/"); !found {
				time.Sleep(50 * time.Millisecond)
			}
		}
		if !found {
			t.Errorf("%s was acknowledged and is not found", subject)
		}
	}
	t.Logf("%d restarts, %d acknowledged", rounds, len(kept))
}
