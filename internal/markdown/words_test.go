package markdown

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ascolto/internal/markdown/markdowntest"
)

// Whatever people write, every word of it is on the page, in the mail, in its text part and in the index.
func TestEveryWordIsShown(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2026, 11))
	for i := range 10_000 {
		source := markdowntest.Scribble(r)
		for name, e := range map[string]*Engine{"post": Posts(), "letter": Letters()} {
			if (name == "post") != (i%2 == 0) {
				continue
			}
			d := e.Parse(source)
			for part, seen := range map[string]string{"page": markdowntest.Shown(t, string(d.HTML())),
				"text": d.Text(), "plain": markdowntest.Shown(t, string(Plain(source)))} {
				if lost := markdowntest.Missing(source, seen); len(lost) > 0 {
					t.Fatalf("text %d as %s: %s lacks %q\n%q\n%q", i, name, part, lost, source, seen)
				}
			}
			if lost := markdowntest.Missing(source,
				d.Words()+" "+strings.Join(d.Targets(), " ")); len(lost) > 0 {
				t.Fatalf("text %d as %s: the words lack %q\n%q", i, name, lost, source)
			}
			if strings.TrimSpace(source) != "" && len(markdowntest.Words(source)) > 0 && d.IsEmpty() {
				t.Fatalf("%q is empty", source)
			}
		}
	}
}

// A campaign of nested list marks once took 14 seconds.
func TestHostileLettersAreFast(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"- ", "> ", "1. ", "> - ", "*a_", "[", "[a](", "![", "a@", "a.", "`",
		"_a ", "- \n", "* a\n  ", "www.", "http://a.a/("} {
		source := strings.Repeat(piece, 50_000/len(piece))
		begin := time.Now()
		checkHarmlessLetter(t, string(Letters().HTML(source)))
		if took := time.Since(begin); took > 2*TimeLimit {
			t.Errorf("%q repeated took %v", piece, took)
		}
	}
}

// What takes longer than it may is shown as it was typed, with its breaks and its links.
func TestATextThatTakesTooLongIsShownAsTyped(t *testing.T) {
	t.Parallel()
	e := *Posts()
	e.limit = -time.Second
	d := e.Parse("*uno*\n<b>due</b> https://ok.example/è.")
	want := "<p>*uno*<br>\n&lt;b&gt;due&lt;/b&gt; <a href=\"https://ok.example/%C3%A8\" rel=\"nofollow ugc " +
		"noopener\">https://ok.example/è</a>.</p>\n"
	if got := string(d.HTML()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Words() != "*uno* <b>due</b> https://ok.example/è." || d.Text() == "" || d.IsEmpty() {
		t.Errorf("words %q, text %q", d.Words(), d.Text())
	}
}

func checkHarmlessLetter(t *testing.T, page string) {
	t.Helper()
	if strings.Count(page, "<ul>")+strings.Count(page, "<ol>")+
		strings.Count(page, "<blockquote>") > maxNesting && !strings.Contains(page, "\n- ") &&
		strings.Count(page, "<li>") < 2*maxNesting {
		t.Errorf("%.200q nests too deep", page)
	}
}
