package web_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ascolto/crm"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/web"
	"ascolto/web/webtest"
)

// stream opens the event stream at path for who is signed in in b, until the test ends. The channel has what
// each event says, and is closed when the server ends the stream.
func stream(
	t *testing.T, site *webtest.Site, b *webtest.Browser, path string, accept ...string,
) (status int, events <-chan string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site.Origin+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "sid", Value: b.Cookie("sid")})
	req.Header["Accept"] = accept
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 100)
	go func() {
		defer close(told)
		defer answer.Body.Close()
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				told <- data
			}
		}
	}()
	if answer.StatusCode == 200 && !strings.HasPrefix(answer.Header.Get("Content-Type"),
		"text/event-stream") {
		t.Errorf("%s is a %s", path, answer.Header.Get("Content-Type"))
	}
	if answer.StatusCode == 200 && answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s may be kept", path)
	}
	return answer.StatusCode, told
}

// next returns what the next event says, "" when the stream has ended.
func next(t *testing.T, events <-chan string) string {
	t.Helper()
	select {
	case data := <-events:
		return data
	case <-time.After(20 * time.Second):
		t.Fatal("no event came")
		return ""
	}
}

// TestARunningCampaignTells: its page tells of each change by events, what it shows is the version of the
// event, and the stream ends with the campaign.
func TestARunningCampaignTells(t *testing.T) {
	t.Parallel()
	n := openNewsroomOver(t, &carrier{})
	b := n.As(t, n.News)
	in := n.crowd(3)
	in.Set("class", "institutional")
	in.Set("legal_basis", "art. 1")
	path := b.Submit(b.Get("/desk/campaigns/new"), "/desk/campaigns", in).Location
	b.Follow(n.schedule(b, path))
	version := func() string {
		t.Helper()
		part := b.Get(path).By("id", "andamento")
		if len(part) != 1 || webtest.Attr(part[0], "data-live-events") != path+"/events" {
			t.Fatalf("the page has no part that changes by events")
		}
		return webtest.Attr(part[0], "data-live-version")
	}
	status, events := stream(t, n.Site, b, path+"/events")
	scheduled := next(t, events)
	if status != 200 || scheduled != version() || !strings.HasPrefix(scheduled, "scheduled.") {
		t.Errorf("%d, the first event says %q, the page %q", status, scheduled, version())
	}
	if err := n.service.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if running := next(t, events); !strings.HasPrefix(running, "running.") ||
		!strings.Contains(running, ".waiting.") {
		t.Errorf("while its recipients are about to be written: %q", running)
	}
	worked(t, n.Town)
	if running := next(t, events); running != version() || !strings.HasPrefix(running, "running.") {
		t.Errorf("when they are: %q, the page %q", running, version())
	}
	n.run()
	last := ""
	for data := range events {
		last = data
	}
	if !strings.HasPrefix(last, "finished") {
		t.Errorf("the last event is %q", last)
	}
	for name, who := range map[string]civic.Actor{"an operator": n.Desk, "a citizen": n.Anna} {
		if status, _ := stream(t, n.Site, n.As(t, who), path+"/events"); status != 403 {
			t.Errorf("%s is answered %d", name, status)
		}
	}
	if status, _ := stream(t, n.Site, n.Browser(t), path+"/events"); status != 303 {
		t.Errorf("a stranger is answered %d", status)
	}
}

// TestEventStreamsAreBounded: an account has so many at a time; who has too many is told so, others are not,
// and one that is given back can be had again.
func TestEventStreamsAreBounded(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	task := waitingExport(t, town)
	path := "/desk/work/" + string(task) + "/events"
	news, chief := town.As(t, town.News), town.As(t, town.Administrator)
	for i := range 12 {
		if status, events := stream(t, town.Site, news, path); status != 200 || next(t, events) == "" {
			t.Fatalf("stream %d: %d", i, status)
		}
	}
	if status, _ := stream(t, town.Site, news, path); status != 429 {
		t.Errorf("one too many: %d", status)
	}
	if status, events := stream(t, town.Site, chief, path); status != 200 || next(t, events) == "" {
		t.Errorf("somebody else: %d", status)
	}
	if status, _ := stream(t, town.Site, town.As(t, town.Desk), path); status != 404 {
		t.Errorf("who may not see the task: %d", status)
	}
	worked(t, town)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		status, events := stream(t, town.Site, news, path)
		if status == 200 {
			if data := next(t, events); !strings.HasPrefix(data, "done.") {
				t.Errorf("the task is done, and the event says %q", data)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the streams of what has ended are still counted")
		}
	}
}

// TestAnEventStreamEndsWithItsSession: who signs out, or may no longer see the page, is told nothing more.
func TestAnEventStreamEndsWithItsSession(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	task := waitingExport(t, d.Town)
	path := "/desk/work/" + string(task) + "/events"
	d.colleague(t, "vice@comune.example.it", "Ugo Vice", civic.Administrator)
	for name, end := range map[string]func(*webtest.Browser, civic.ID){
		"signed out": func(b *webtest.Browser, _ civic.ID) { b.Submit(b.Get("/desk"), "/esci", nil) },
		"another role": func(_ *webtest.Browser, who civic.ID) {
			if _, err := d.Accounts.SetDuties(t.Context(), civic.System("test"), who,
				accounts.Duties{Roles: []civic.Role{civic.Operator}}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		email := strings.ReplaceAll(name, " ", ".") + "@comune.example.it"
		chief := d.colleague(t, email, "Ada Capo", civic.Administrator)
		b := d.site.Browser(t)
		wants(t, d.signInStaff(t, b, email, goodPassword), 303)
		status, events := stream(t, d.site, b, path)
		if status != 200 || next(t, events) == "" {
			t.Fatalf("%s: %d", name, status)
		}
		end(b, chief.ID)
		for begun := time.Now(); next(t, events) != ""; {
			if time.Since(begun) > 20*time.Second {
				t.Fatalf("%s: the stream goes on", name)
			}
		}
	}
}

// waitingExport has a colleague ask for the list of contacts, which nobody makes yet.
func waitingExport(t *testing.T, town *webtest.Town) civic.ID {
	t.Helper()
	added, err := town.Work.Add(t.Context(), town.News,
		work.NewTask{FormKey: rand.Text(), Kind: crm.WorkContacts})
	if err != nil {
		t.Fatal(err)
	}
	return added.ID
}

// noticing remembers of each look at a session whether it counted as a use.
type noticing struct {
	web.Sessions
	mu     sync.Mutex
	person []bool
}

func (n *noticing) Who(ctx context.Context, secret string, byPerson bool) (civic.Actor, string, error) {
	n.mu.Lock()
	n.person = append(n.person, byPerson)
	n.mu.Unlock()
	return n.Sessions.Who(ctx, secret, byPerson)
}

func (n *noticing) taken() []bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	seen := n.person
	n.person = nil
	return seen
}

// TestAPageLeftOpenDoesNotUseItsSession: the stream of events, a renewal by the script and a page that loads
// itself anew are no use of the session; what a person opens or sends is.
func TestAPageLeftOpenDoesNotUseItsSession(t *testing.T) {
	t.Parallel()
	seen := &noticing{}
	d := openDoor(t, func(town *webtest.Town, o *web.Options) {
		seen.Sessions = town.Accounts
		o.Sessions = seen
	})
	d.colleague(t, "capo@comune.example.it", "Ada Capo", civic.Administrator)
	b := d.site.Browser(t)
	wants(t, d.signInStaff(t, b, "capo@comune.example.it", goodPassword), 303)
	task := waitingExport(t, d.Town)
	page := "/desk/work/" + string(task)
	for name, tt := range map[string]struct {
		headers  map[string]string
		byPerson bool
	}{
		"opened by a link": {map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin",
			"Sec-Fetch-User": "?1"}, true},
		"opened by its address": {map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}, true},
		"an old browser":        {nil, true},
		"the script's renewal":  {map[string]string{"Ascolto-Renewal": "1"}, false},
		"a page that is renewed": {map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"},
			false},
	} {
		seen.taken()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.site.Origin+page, nil)
		if err != nil {
			t.Fatal(err)
		}
		for key, value := range tt.headers {
			req.Header.Set(key, value)
		}
		if answer := b.Do(req); answer.Status != 200 {
			t.Fatalf("%s: status %d", name, answer.Status)
		}
		if got := seen.taken(); len(got) != 1 || got[0] != tt.byPerson {
			t.Errorf("%s: a use %v", name, got)
		}
	}
	status, events := stream(t, d.site, b, page+"/events", "text/event-stream")
	if status != 200 || next(t, events) == "" {
		t.Fatalf("the stream: %d", status)
	}
	if got := seen.taken(); len(got) < 2 || slices.Contains(got, true) {
		t.Errorf("the stream's looks: %v", got)
	}
}
