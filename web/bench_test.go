package web_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
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

// TestBenchPages measures whole pages as a browser without cookies gets them again and again, and as somebody
// who is signed in does, for whom each page is made: a discussion of 20 posts, a page of hits and the start
// page. The figure is requests for each second of processor, the test's own part included, so that it does
// not depend on what else the machine does.
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
		{"web.thread_of_20", path, "Messaggio", "", 3300},
		{"web.search", "/cerca?q=parco", "parco", "", 870},
		{"web.home", "/", "Il parco", "", 3900},
		{"web.thread_of_20.signed_in", path, "Messaggio", anna, 3300},
		{"web.search.signed_in", "/cerca?q=parco", "parco", anna, 870},
		{"web.home.signed_in", "/", "Il parco", anna, 1200},
	} {
		t.Run(page.name, func(t *testing.T) {
			same := func(int) string { return page.path }
			benchline.Line(page.name, perSecond(t, w, same, page.want, page.header, nil),
				"requests/s of a core", page.goal, false)
		})
	}
}

// TestBenchFirstAsked measures pages that nobody can have kept: what was found for words that nobody asked
// for before, and a discussion after somebody wrote in another. Each is asked for when the index has written
// and merged what came before: the figure is what the page costs, not what the write does in the background.
func TestBenchFirstAsked(t *testing.T) {
	if os.Getenv("ASCOLTO_BENCH") == "" {
		t.Skip("ASCOLTO_BENCH is not set")
	}
	w := webtest.Open(t)
	path := talkedAbout(t, w)
	worded(t, w)
	settle(t, w)
	anna := "Cookie: sid=" + w.As(t, w.Anna).Cookie("sid") + "\r\n"
	thread := func(int) string { return path }
	n := 0
	write := func() {
		n++
		one := forum.Past{Key: fmt.Sprintf("elsewhereelsewhere%04d", n), Area: "san-lazzaro",
			Title: "Di tutt'altro"}
		one.Posts = []forum.PastPost{{Author: forum.Author{Name: "Anna D."}, At: time.Now(),
			Source: "Si parla d'altro."}}
		if _, err := w.Forum.Load(t.Context(), civic.System("bench"), []forum.Past{one}); err != nil {
			t.Fatal(err)
		}
		settle(t, w)
	}
	for _, page := range []struct {
		name, want, header string
		path               func(n int) string
		before             func()
		goal               float64
	}{
		{"web.search.new_words", "cerca", "", newWords, nil, 870},
		{"web.search.new_words.signed_in", "cerca", anna, newWords, nil, 870},
		{"web.thread_of_20.after_a_write", "Messaggio", "", thread, write, 700},
		{"web.thread_of_20.after_a_write.signed_in", "Messaggio", anna, thread, write, 700},
	} {
		t.Run(page.name, func(t *testing.T) {
			benchline.Line(page.name, perSecond(t, w, page.path, page.want, page.header, page.before),
				"requests/s of a core", page.goal, false)
		})
	}
}

// settle returns when everything written can be found and the process does next to nothing: the index has
// merged what it wrote.
func settle(t *testing.T, w *webtest.Town) {
	t.Helper()
	if err := w.Search.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for calm, tries := 0, 0; calm < 4 && tries < 400; tries++ {
		before := processor(t)
		time.Sleep(3 * time.Millisecond)
		if calm++; processor(t)-before > 300*time.Microsecond {
			calm = 0
		}
	}
}

// talked are words of what people write to a municipality.
var talked = strings.Fields(`strada marciapiede buca illuminazione lampione rifiuti raccolta differenziata giochi scuola autobus fermata ritardo
	biblioteca orario ufficio anagrafe certificato attesa parcheggio multa verde alberi potatura acqua perdita fognatura rumore cantiere pista
	ciclabile semaforo incrocio pericoloso quartiere piazza mercato panchina fontana cimitero impianto sportivo piscina asilo mensa pagamento
	tassa bollettino residenza cambio carta identità appuntamento sportello telefono risposta segnalazione lavori proposta`)

// newWords returns a search for two words, in another way for each of 3,480 numbers.
func newWords(n int) string {
	n = (n*1_009 + 17) % (len(talked) * (len(talked) - 1))
	first, second := n/(len(talked)-1), n%(len(talked)-1)
	if second >= first {
		second++
	}
	return "/cerca?q=" + url.QueryEscape(talked[first]+" "+talked[second])
}

// worded stores 200 discussions of 5 posts, each of 12 of the words and of others that all have.
func worded(t *testing.T, w *webtest.Town) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var past []forum.Past
	for n := range 200 {
		p := forum.Past{Key: fmt.Sprintf("wordswordswords%04d", n), Area: "san-lazzaro",
			Title: "Una questione di " + talked[n%len(talked)]}
		for i := range 5 {
			text := fmt.Sprintf("Scrivo per la volta %d perché è da mesi che va così:", i)
			for range 12 {
				text += " " + talked[r.IntN(len(talked))] + " della zona,"
			}
			p.Posts = append(p.Posts, forum.PastPost{Author: forum.Author{Name: "Anna D."},
				At: time.Now().Add(-time.Hour), Source: text + " grazie."})
		}
		past = append(past, p)
	}
	if _, err := w.Forum.Load(t.Context(), civic.System("bench"), past); err != nil {
		t.Fatal(err)
	}
}

// talkedAbout stores discussions of 20 posts and returns the page of one.
func talkedAbout(t *testing.T, w *webtest.Town) string {
	t.Helper()
	var past []forum.Past
	for n := range 30 {
		p := forum.Past{Key: fmt.Sprintf("benchbenchbench%02d", n), Area: "san-lazzaro",
			Title: fmt.Sprintf("Il parco è buio, parte %d", n)}
		for i := range 20 {
			p.Posts = append(p.Posts, forum.PastPost{
				Author: forum.Author{Name: "Anna D."}, At: time.Now().Add(-time.Hour),
				Parent: max(i-1-i%5, 0),
				Source: fmt.Sprintf(
					"Messaggio **%d**: il parco è *buio* da mesi, vedi [qui](https://a.example/%d).\n\n- uno\n- due\n\nE "+
						"poi?", i, i),
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

// perSecond asks over one connection for the page of each number, with a line of header more, and, before
// each, for what happens without being measured.
func perSecond(
	t *testing.T, w *webtest.Town, path func(n int) string, want, header string, happens func(),
) float64 {
	t.Helper()
	if page := w.Browser(t).Get(path(0)); page.Status != 200 || !page.Has(want) {
		t.Fatalf("%s: status %d, without %q", path(0), page.Status, want)
	}
	host := strings.TrimPrefix(w.Origin, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ask := func(n int) string {
		return "GET " + path(n) + " HTTP/1.1\r\nHost: " + host +
			"\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: it\r\n" + header + "\r\n"
	}
	answers := bufio.NewReaderSize(c, 64<<10)
	const warm = 50 // what is kept is filled first
	rounds := 1000
	if happens != nil {
		rounds = 300
	}
	var took time.Duration
	for n := range warm + rounds {
		if happens != nil {
			happens()
		}
		before := processor(t)
		exchange(t, c, answers, ask(n))
		if n >= warm {
			took += processor(t) - before
		}
	}
	return float64(rounds) / took.Seconds()
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
