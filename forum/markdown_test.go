package forum

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/internal/markdown/markdowntest"
	"ascolto/internal/testtown"
	"ascolto/search"
)

func TestCleanSourceDropsDirectionOverrides(t *testing.T) {
	t.Parallel()
	got, err := cleanSource("  il sito\u202Egpj.exe\u2066\u200F è\r\nqui\x00 ", 100)
	if want := "il sitogpj.exe è\nqui"; err != nil || got != want {
		t.Errorf("cleanSource = %q, %v, want %q", got, err, want)
	}
	if _, err := cleanSource("x\xff", 100); err == nil {
		t.Error("bad UTF-8 was accepted")
	}
}

// A line that Markdown takes for a definition once made a blank post, which the feed then called moderated.
func TestNothingWrittenVanishes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	source := "[Ufficio]: chiuso\n<!-- ferie -->\n2. secondo\n5. quinto"
	thread := w.thread(w.anna, "Orari dell'ufficio", source)
	w.reply(w.bruno, thread, 0, "[Sportello]: riaperto")
	feed, err := w.ThreadFeed(t.Context(), thread.ID)
	testtown.WantCode(t, err, "")
	view := w.page(w.visitor, thread, 0)
	area, err := w.AreaFeed(t.Context(), thread.Area)
	testtown.WantCode(t, err, "")
	for where, page := range map[string]string{
		"page": string(view.First.HTML), "feed": string(feed.Entries[len(feed.Entries)-1].HTML),
		"area's feed": string(area.Entries[0].HTML),
	} {
		for _, word := range []string{"[Ufficio]: chiuso", "ferie", "secondo", "quinto"} {
			if !strings.Contains(page, word) {
				t.Errorf("the %s lacks %q: %s", where, word, page)
			}
		}
	}
	if got := string(view.Replies[0].HTML); !strings.Contains(got, "[Sportello]: riaperto") {
		t.Errorf("the reply is %s", got)
	}
	if feed.Entries[0].Hidden {
		t.Error("the feed says that a moderator hid it")
	}
	if got := w.found("riaperto", search.Public); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}

// Whatever people write, every word of it is in the feed of the discussion and on its page.
func TestEveryWordIsInTheFeed(t *testing.T) {
	t.Parallel()
	w, r, threads := newTown(t), mathrand.New(mathrand.NewPCG(2026, 13)), 0
	for shown := 0; shown < 200; threads++ {
		writer := citizen(fmt.Sprintf("c%d", threads), "Carla Niccolò")
		thread := w.thread(writer, "Tutti scrivono", "Comincio io")
		sources := map[civic.ID]string{}
		for i := range 9 { // as many as somebody new may write within the hour
			source := markdowntest.Scribble(r)
			if i%4 == 0 {
				source = "[Ufficio]: chiuso\n" + source
			}
			p, err := w.Reply(t.Context(), writer, ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
				Source: source})
			if err == nil {
				sources[p.ID] = source
			} else if f := fieldsOf(err); len(f) != 1 || f[0].Field != "body" {
				t.Fatalf("%q: %v", source, err)
			}
		}
		feed, err := w.ThreadFeed(t.Context(), thread.ID)
		testtown.WantCode(t, err, "")
		for _, e := range feed.Entries {
			source, isReply := sources[e.Post]
			if lost := markdowntest.Missing(source, markdowntest.Shown(t, string(e.HTML))); len(lost) > 0 ||
				e.Hidden {
				t.Fatalf("the feed lacks %q, hidden %v\n%q\n%q", lost, e.Hidden, source, e.HTML)
			}
			if isReply {
				shown++
				delete(sources, e.Post)
			}
		}
		if len(sources) > 0 {
			t.Fatalf("not in the feed: %q", sources)
		}
	}
	if threads > 50 {
		t.Errorf("%d discussions of nine texts each were needed: most are refused", threads)
	}
}

// What readers would see as nothing is refused with words.
func TestATextOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Orari dell'ufficio", "Quali?")
	for source, want := range map[string]string{
		"---": "forum.error.body.marks", "> \n> ": "forum.error.body.marks",
		"***\n***":           "forum.error.body.marks",
		"\u200B\u200B\u200B": "forum.error.body.empty", "\u2800\u3164": "forum.error.body.empty",
		"\U000E0041\U000E0042\U000E0043": "forum.error.body.empty",
		"\u00AD\u00AD":                   "forum.error.body.empty", "a\u200B": "forum.error.body.empty",
	} {
		_, err := w.Reply(t.Context(), w.bruno, ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
			Source: source})
		if f := fieldsOf(err); len(f) != 1 || f[0].Field != "body" || f[0].Message.Key != want {
			t.Errorf("%+q gives %v, want %s", source, err, want)
		}
	}
	_, err := w.StartThread(t.Context(), w.anna,
		ThreadInput{FormKey: rand.Text(), Area: "crocetta",
			Title: "a\u200B\u200B\u200B\u200B\u200B\u200B\u200B", Source: "Quali?"})
	if f := fieldsOf(err); len(f) != 1 || f[0].Field != "title" {
		t.Errorf("a title of one letter gives %v", err)
	}
}
