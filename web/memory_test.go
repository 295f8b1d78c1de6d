package web_test

import (
	"crypto/rand"
	"errors"
	"image/color"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/web/webtest"
)

// memoryTown is a town whose visitors look at the same pages again and again.
type memoryTown struct {
	*webtest.Town
	t      *testing.T
	thread forum.Thread
	reply  forum.Post
	pages  map[string]string // path by name
	signed map[string]*webtest.Browser
}

// seen returns what a visitor gets of each page.
func (m *memoryTown) seen() map[string]string {
	m.t.Helper()
	all := map[string]string{}
	for name, path := range m.pages {
		page := m.Browser(m.t).Get(path)
		if page.Status != 200 && page.Status != 410 {
			m.t.Fatalf("%s: status %d", name, page.Status)
		}
		all[name] = page.Body
	}
	return all
}

// seenSigned returns what who is signed in gets of each page, without what is new in every form.
func (m *memoryTown) seenSigned() map[string]string {
	m.t.Helper()
	all := map[string]string{}
	for who, b := range m.signed {
		for name, path := range m.pages {
			all[who+": "+name] = hiddenInputs.ReplaceAllString(b.Get(path).Body, "")
		}
	}
	return all
}

var hiddenInputs = regexp.MustCompile(`<input type="hidden"[^>]*>`)

// fresh returns what a page looks like that nobody has kept: one for a browser with a message to show.
func (m *memoryTown) fresh(path string) string {
	m.t.Helper()
	b := m.Browser(m.t)
	b.SetCookie("flash", "of no meaning")
	return b.Get(path).Body
}

// Visitors' pages are kept, and after each kind of write the next visitor sees it.
func TestKeptPagesFollowEveryWrite(t *testing.T) {
	t.Parallel()
	w, thread, reply := forumTown(t)
	m := &memoryTown{Town: w, t: t, thread: thread, reply: reply, pages: map[string]string{
		"home": "/", "thread": thread.Path(), "search": "/cerca?q=parco", "hits": "/cerca?q=pericoloso",
		"english": "/?lingua=en",
	}}
	m.signed = map[string]*webtest.Browser{"Anna": w.As(t, w.Anna), "Bruno": w.As(t, w.Bruno)}
	for _, write := range m.writes() {
		t.Run(write.name, func(t *testing.T) {
			m.t = t
			settled(t, w)
			m.seen()
			before, signedBefore := m.seen(), m.seenSigned()
			if err := write.do(); err != nil {
				t.Fatal(err)
			}
			settled(t, w)
			for name, page := range m.seen() {
				if page != m.fresh(m.pages[name]) {
					t.Errorf("%s is not as it is made anew", name)
				}
				if changed := page != before[name]; changed != slices.Contains(write.shows, name) {
					t.Errorf("%s: changed %v", name, changed)
				}
			}
			for name, page := range m.seenSigned() {
				_, of, _ := strings.Cut(name, ": ")
				if changed := page != signedBefore[name]; changed != slices.Contains(write.shows, of) {
					t.Errorf("%s: changed %v", name, changed)
				}
			}
		})
	}
}

// What is kept of a page of results is the same for all; what surrounds it is not.
func TestKeptResultsShowWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	w, _, _ := forumTown(t)
	settled(t, w)
	anna, bruno := w.As(t, w.Anna), w.As(t, w.Bruno)
	for range 2 {
		for name, page := range map[string]*webtest.Page{
			"Anna": anna.Get("/cerca?q=parco"), "Bruno": bruno.Get("/cerca?q=parco"),
			"": w.Browser(t).Get("/cerca?q=parco"),
		} {
			for _, other := range []string{"Anna", "Bruno"} {
				if shown := strings.Contains(page.Body, `<span class="user-name">`+
					other); shown != (other == name) {
					t.Errorf("the page of %q shows %s in its head: %t", name, other, shown)
				}
			}
			if !strings.Contains(page.Body, "Il <mark>parco</mark>") {
				t.Errorf("the page of %q does not show the discussion", name)
			}
		}
		bruno.SetCookie("lang", "en")
		if page := bruno.Get("/cerca?q=parco"); !page.Has("Discussion") || page.Has("Discussione") {
			t.Error("the English page shows Italian words")
		}
		bruno.SetCookie("lang", "it")
	}
}

type memoryWrite struct {
	name  string
	shows []string // the pages on which it is seen
	do    func() error
}

func (m *memoryTown) writes() []memoryWrite {
	ctx := m.t.Context()
	decide := func(number int64, round int, a forum.Action) error {
		_, err := m.Forum.Decide(ctx, m.Moderator, forum.DecisionInput{
			Thread: m.thread.ID, Number: number, Round: round, Action: a, Rule: "off_topic",
			Reason: "Parla d'altro, non del parco.",
		})
		return err
	}
	return []memoryWrite{
		{"a reply", []string{"home", "english", "thread", "search"}, func() error {
			_, err := m.Forum.Reply(ctx, m.Bruno, forum.ReplyInput{FormKey: rand.Text(), Thread: m.thread.ID,
				Source: "Il parco è buio anche d'estate."})
			return err
		}},
		{"an edited post", []string{"thread", "hits"}, func() error {
			_, err := m.Forum.EditPost(ctx, m.Bruno,
				forum.EditInput{Thread: m.thread.ID, Number: 2, Revision: 1,
					Source: "Ripeto: è molto pericoloso."})
			return err
		}},
		{"a reply under a new pseudonym", []string{"home", "english", "thread", "hits"}, func() error {
			_, err := m.Forum.SetPseudonym(ctx, m.Anna, "Lucciola di notte")
			if err == nil {
				_, err = m.Forum.Reply(ctx, m.Anna,
					forum.ReplyInput{FormKey: rand.Text(), Thread: m.thread.ID, Source: "Resta pericoloso."})
			}
			return err
		}},
		{"a hidden post", []string{"thread", "home", "english", "hits"},
			func() error { return decide(2, 0, forum.ActionHide) }},
		{"a restored post", []string{"thread", "home", "english", "hits"},
			func() error { return decide(2, 1, forum.ActionRestore) }},
		{"a renamed office, and its answer", []string{"thread", "home", "english"}, func() error {
			office, err := m.Reference.Office(ctx, "lavori-pubblici")
			office.Name = "Opere e strade"
			_, saved := m.Reference.SaveOffice(ctx, m.Administrator, office)
			_, answered := m.Forum.Answer(ctx, m.Works, forum.AnswerInput{
				FormKey: rand.Text(), Thread: m.thread.ID, Office: "lavori-pubblici",
				Source: "I lampioni si cambiano a maggio.",
			})
			return errors.Join(err, saved, answered)
		}},
		{"a renamed district", []string{"search", "hits"}, func() error {
			all, err := m.Reference.Districts(ctx)
			at := slices.IndexFunc(all, func(d reference.District) bool { return d.ID == "san-lazzaro" })
			all[at].Name = "San Lazzaro alto"
			_, saved := m.Reference.SaveDistrict(ctx, m.Administrator, all[at])
			return errors.Join(err, saved)
		}},
		{"a renamed area", []string{"home", "english", "thread", "search", "hits"}, func() error {
			area, err := m.Forum.Area(ctx, "san-lazzaro")
			_, saved := m.Forum.SaveArea(ctx, m.Moderator, forum.AreaInput{
				Revision: area.Revision, Slug: "san-lazzaro", Name: "Rione San Lazzaro",
				Description: area.Description,
				District:    area.District, Office: area.Office, AnswerDays: area.AnswerDays,
				Order: area.Order,
			})
			return errors.Join(err, saved)
		}},
		{"a survey that is published", []string{"home", "english", "search"},
			func() error { m.publishSurvey(); return nil }},
		{"a discussion brought in", []string{"home", "english", "search"}, func() error {
			_, err := m.Forum.Load(ctx, civic.System("test"), []forum.Past{{
				Key: "archivioarchivio1", Area: "citta", Title: "Panchine del parco",
				Posts: []forum.PastPost{{Author: forum.Author{Name: "Anna D."}, At: civic.Now(),
					Source: "Ne mancano due."}},
			}})
			return err
		}},
		{"a logo", []string{"home", "english", "thread", "search", "hits"}, func() error {
			_, err := m.Texts.PublishLogo(ctx, m.News, sitepage.LogoDraft{
				File: pngOf(m.t, drawing(50, 50, color.Black)),
				Alt:  map[string]string{"it": "Stemma", "en": "Arms"},
			})
			return err
		}},
		{"a hidden first post", []string{"thread", "search"},
			func() error { return decide(1, 0, forum.ActionHide) }},
		{"a hidden discussion", []string{"thread", "home", "english", "search", "hits"},
			func() error { return decide(0, 0, forum.ActionHide) }},
	}
}

// publishSurvey has the communication office publish a survey.
func (m *memoryTown) publishSurvey() {
	town := &busyTown{newsroom: &newsroom{Town: m.Town, Site: m.Site, t: m.t}}
	town.survey("Piazze e portici", "piazze-e-portici", 0)
}

// How somebody signs is kept; an office of that name takes it at once.
func TestAnOfficeTakesASignatureAtOnce(t *testing.T) {
	t.Parallel()
	w, _, _ := forumTown(t)
	if _, err := w.Forum.SetPseudonym(t.Context(), w.Anna, "Casa delle lucciole"); err != nil {
		t.Fatal(err)
	}
	anna := w.As(t, w.Anna)
	for range 2 {
		wants(t, anna.Get("/forum/profilo"), 200, "Firma attuale: Casa delle lucciole")
	}
	if _, err := w.Reference.SaveOffice(t.Context(), w.Administrator,
		reference.Office{Name: "Casa delle lucciole"}); err != nil {
		t.Fatal(err)
	}
	wants(t, anna.Get("/forum/profilo"), 200, "Firma attuale: Una persona iscritta")
}
