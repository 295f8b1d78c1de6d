package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"ascolto/forum"
	"ascolto/internal/benchline"
	"ascolto/internal/civic"
	"ascolto/web/webtest"
)

// TestBenchPages measures whole pages as a browser without cookies gets them again and again, and as somebody who is signed in does, for
// whom each page is made: a discussion of 20 posts, a page of hits and the start page. The figure is requests for each second of
// processor, the test's own part included, so that it does not depend on what else the machine does.
func TestBenchPages(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("ASCOLTO_BENCH is not set")
	}
	w := webtest.Open(t)
	path := talkedAbout(t, w)
	anna := "Cookie: sid=" + w.As(t, w.Anna).Cookie("sid") + "\r\n"
	for _, page := range []struct {
		name, path, want, header string
		goal                     float64
	}{
		{"web.thread_of_20", path, "Messaggio", "", 1500},
		{"web.search", "/cerca?q=parco", "parco", "", 450},
		{"web.home", "/", "Il parco", "", 3900},
		{"web.thread_of_20.signed_in", path, "Messaggio", anna, 700},
		{"web.search.signed_in", "/cerca?q=parco", "parco", anna, 250},
		{"web.home.signed_in", "/", "Il parco", anna, 1200},
	} {
		t.Run(page.name, func(t *testing.T) {
			benchline.Line(page.name, perSecond(t, w, page.path, page.want, page.header), "requests/s of a core", page.goal, false)
		})
	}
}

// talkedAbout stores discussions of 20 posts and returns the page of one.
func talkedAbout(t *testing.T, w *webtest.Town) string {
	t.Helper()
	var past []forum.Past
	for n := range 30 {
		p := forum.Past{Key: fmt.Sprintf("benchbenchbench%02d", n), Area: "san-lazzaro", Title: fmt.Sprintf("Il parco è buio, parte %d", n)}
		for i := range 20 {
			p.Posts = append(p.Posts, forum.PastPost{
				Author: forum.Author{Name: "Anna D."}, At: time.Now().Add(-time.Hour), Parent: max(i-1-i%5, 0),
				Source: fmt.Sprintf("Messaggio **%d**: il parco è *buio* da mesi, vedi [qui](https://a.example/%d).\n\n- uno\n- due\n\nE poi?", i, i),
			})
		}
		past = append(past, p)
	}
	if _, err := w.Forum.Load(t.Context(), civic.System("bench"), past); err != nil {
		t.Fatal(err)
	}
	list, err := w.Forum.Threads(t.Context(), forum.ThreadFilter{})
	if err != nil || len(list.Items) == 0 {
		t.Fatalf("no discussion: %v", err)
	}
	return list.Items[0].Path()
}

// perSecond asks for a page over one connection again and again, with a line of header more.
func perSecond(t *testing.T, w *webtest.Town, path, want, header string) float64 {
	t.Helper()
	if page := w.Browser(t).Get(path); page.Status != 200 || !page.Has(want) {
		t.Fatalf("%s: status %d, without %q", path, page.Status, want)
	}
	host := strings.TrimPrefix(w.Origin, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ask := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: it\r\n" + header + "\r\n"
	answers := bufio.NewReaderSize(c, 64<<10)
	for range 50 { // what is kept is filled
		exchange(t, c, answers, ask)
	}
	const rounds = 1000
	before := processor(t)
	for range rounds {
		exchange(t, c, answers, ask)
	}
	return rounds / (processor(t) - before).Seconds()
}

func exchange(t *testing.T, c io.Writer, answers *bufio.Reader, ask string) {
	if _, err := io.WriteString(c, ask); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 || n == 0 {
		t.Fatalf("status %d, %d bytes, %v", res.StatusCode, n, err)
	}
}

// processor returns the processor time this process has used.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
