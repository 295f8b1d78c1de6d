package forum

import (
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/migrate"
	"ascolto/internal/testtown"
	"ascolto/search"
)

func TestADiscussion(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Il parco della Crocetta è buio", "I lampioni sono **spenti** da mesi.")
	w.Clock.Pass(time.Minute)
	w.reply(w.bruno, thread, 0, "Anche in via Emilia.")

	v := w.page(w.visitor, thread, 0)
	if want := "/forum/discussioni/" + string(thread.ID) +
		"/il-parco-della-crocetta-e-buio"; v.Thread.Path() != want {
		t.Errorf("path is %q, want %q", v.Thread.Path(), want)
	}
	if v.Area.Name != "Crocetta" || v.Thread.District != "q2" {
		t.Errorf("area is %q, district %q", v.Area.Name, v.Thread.District)
	}
	if v.First.Author != "Anna D." ||
		v.First.HTML != "<p>I lampioni sono <strong>spenti</strong> da mesi.</p>\n" {
		t.Errorf("first post is %q by %q", v.First.HTML, v.First.Author)
	}
	if len(v.Replies) != 1 || v.Replies[0].Author != "Bruno D." || v.Replies[0].Number != 2 ||
		v.Replies[0].Parent != 1 {
		t.Errorf("replies are %+v", v.Replies)
	}
	if v.Thread.Posts != 2 || !v.Thread.LastAt.Equal(w.Clock.Now()) {
		t.Errorf("%d posts, the last at %v", v.Thread.Posts, v.Thread.LastAt)
	}
	if got := w.life.Of(w.anna.Contact); len(got) != 1 || got[0].Kind != "post" ||
		got[0].Title != thread.Title {
		t.Errorf("Anna's timeline is %+v", got)
	}
	if d := cmp.Diff([]string{"thread/" + string(thread.ID)}, w.found("lampione", search.Public)); d != "" {
		t.Errorf("search for the first post: %s", d)
	}
}

func TestWhoMayPost(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Il parco della Crocetta", "È buio.")
	tests := []struct {
		name string
		by   civic.Actor
		want civic.Code
	}{
		{"a stranger", w.visitor, civic.Unauthenticated},
		{"a citizen", w.bruno, ""},
		{"a member of an office", w.taxes, civic.Forbidden},
		{"a moderator", w.mod, civic.Forbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := w.StartThread(t.Context(), tt.by,
				ThreadInput{FormKey: rand.Text(), Area: "citta", Title: "Una domanda", Source: "Quando?"})
			testtown.WantCode(t, err, tt.want)
			_, err = w.Reply(t.Context(), tt.by, ReplyInput{FormKey: rand.Text(), Thread: thread.ID,
				Source: "Sì."})
			testtown.WantCode(t, err, tt.want)
			_, err = w.EditPost(t.Context(), tt.by, EditInput{Thread: thread.ID, Number: 1, Revision: 1,
				Source: "No."})
			if tt.want == "" {
				testtown.WantCode(t, err, civic.Forbidden) // another's post
			} else {
				testtown.WantCode(t, err, tt.want)
			}
			_, err = w.SetPseudonym(t.Context(), tt.by, "Lampione "+tt.name[:3])
			testtown.WantCode(t, err, tt.want)
		})
	}
}

func TestFormErrors(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.StartThread(t.Context(), w.anna, ThreadInput{
		FormKey: "x/1", Area: "citta", Title: " Corto ", Source: "\u202e ",
		Tags: []string{"a", "b", "c", "d", "e", "f"},
	})
	var fields []string
	for _, f := range fieldsOf(err) {
		fields = append(fields, f.Field+" "+f.Message.Key)
	}
	want := []string{"form_key forum.error.form_key", "title forum.error.title.short",
		"body forum.error.body.empty", "tags forum.error.tags"}
	if d := cmp.Diff(want, fields); d != "" {
		t.Error(d)
	}
	_, err = w.StartThread(t.Context(), w.anna,
		ThreadInput{FormKey: rand.Text(), Area: "altrove", Title: "Una domanda", Source: "Quando?"})
	testtown.WantCode(t, err, civic.NotFound)
	_, err = w.Reply(t.Context(), w.anna,
		ReplyInput{FormKey: rand.Text(), Thread: "nessuno", Source: "Quando?"})
	testtown.WantCode(t, err, civic.NotFound)
	_, err = w.Reply(t.Context(), w.anna,
		ReplyInput{FormKey: rand.Text(), Source: strings.Repeat("è", MaxBody+1)})
	testtown.WantCode(t, err, civic.Invalid)
}

func TestTheSameFormGivesOneThing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	in := ThreadInput{FormKey: rand.Text(), Area: "citta", Title: "Panchine nuove", Source: "Dove?"}
	first, err := w.StartThread(t.Context(), w.anna, in)
	testtown.WantCode(t, err, "")
	again, err := w.StartThread(t.Context(), w.anna, in)
	testtown.WantCode(t, err, "")
	if first.ID != again.ID {
		t.Errorf("two discussions: %s and %s", first.ID, again.ID)
	}
	_, err = w.StartThread(t.Context(), w.bruno, in)
	testtown.WantCode(t, err, civic.Conflict)
	in.Source = "Quando?"
	_, err = w.StartThread(t.Context(), w.anna, in)
	testtown.WantCode(t, err, civic.Conflict)

	reply := ReplyInput{FormKey: rand.Text(), Thread: first.ID, Source: "In piazza."}
	one, err := w.Reply(t.Context(), w.bruno, reply)
	testtown.WantCode(t, err, "")
	two, err := w.Reply(t.Context(), w.bruno, reply)
	testtown.WantCode(t, err, "")
	if one.ID != two.ID || one.Number != two.Number {
		t.Errorf("two replies: %d and %d", one.Number, two.Number)
	}
	_, err = w.Reply(t.Context(), w.anna, reply)
	testtown.WantCode(t, err, civic.Conflict)
	reply.Parent = 2
	_, err = w.Reply(t.Context(), w.bruno, reply)
	testtown.WantCode(t, err, civic.Conflict)
	if got := w.reload(first).Posts; got != 2 {
		t.Errorf("%d posts, want 2", got)
	}
}

// A crash between the first post and its discussion leaves a post that nobody sees; the citizen's second try
// completes it.
func TestTheSameFormAfterACrash(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	in := ThreadInput{FormKey: rand.Text(), Area: "citta", Title: "Panchine nuove", Source: "Dove?"}
	_, first, err := in.parse()
	testtown.WantCode(t, err, "")
	first.Author = Author{Account: w.anna.Account}
	testtown.WantCode(t, w.posts.Insert(t.Context(), &first), "")

	thread, err := w.StartThread(t.Context(), w.anna, in)
	testtown.WantCode(t, err, "")
	if v := w.page(w.visitor, thread, 0); v.First.HTML != "<p>Dove?</p>\n" || v.Thread.Posts != 1 {
		t.Errorf("the page shows %q and counts %d", v.First.HTML, v.Thread.Posts)
	}
}

func TestFiftyTimesTheSameFormAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	in := ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: "In piazza."}
	services := []*Service{w.Service, w.open(Limits{})} // two programs on one store
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			p, err := services[i%2].Reply(t.Context(), w.bruno, in)
			if err != nil || p.Number != 2 {
				t.Errorf("try %d gave number %d, %v", i, p.Number, err)
			}
		})
	}
	wg.Wait()
	posts, err := w.posts.visible(t.Context(), thread.ID)
	if err != nil || posts != 2 || w.reload(thread).Posts != 2 {
		t.Errorf("%d posts stored, %d counted, want 2 (%v)", posts, w.reload(thread).Posts, err)
	}
}

func TestFiveHundredRepliesAtOnce(t *testing.T) {
	t.Parallel()
	if slow() {
		t.Skip("SKIPPED: it needs SQLite or a real server named in " + storetest.ServerSetting)
	}
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	services := []*Service{w.Service, w.open(Limits{})} // two programs on one store
	const n = 500
	source := func(i int) string {
		return fmt.Sprintf("Risposta %d: perché «%s»?\n\n- sì", i, strings.Repeat("è", i))
	}
	var wg sync.WaitGroup
	queue := make(chan int)
	for range 32 {
		wg.Go(func() {
			for i := range queue {
				in := ReplyInput{FormKey: fmt.Sprintf("replyreplyreply%05d", i), Thread: thread.ID,
					Source: source(i)}
				if _, err := services[i%2].Reply(t.Context(), citizen(fmt.Sprintf("c%d", i), "Carla Niccolò"),
					in); err != nil {
					t.Errorf("reply %d: %v", i, err)
				}
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	wg.Wait()

	numbers := map[int64]bool{}
	for i := range n {
		p, err := w.posts.Get(t.Context(), civic.ID(fmt.Sprintf("replyreplyreply%05d", i)))
		if err != nil || p.Source != source(i) || p.Author.Account != civic.ID(fmt.Sprintf("c%d", i)) {
			t.Errorf("reply %d is stored as %q by %s (%v)", i, p.Source, p.Author.Account, err)
		}
		numbers[p.Number] = true
	}
	for i := int64(2); i <= n+1; i++ {
		if !numbers[i] {
			t.Errorf("no reply has number %d", i)
		}
	}
	if got := w.reload(thread); got.Posts != n+1 || got.LastNumber != n+1 {
		t.Errorf("%d posts counted, the last is number %d; want %d", got.Posts, got.LastNumber, n+1)
	}
}

func TestLimitsOfNewAccounts(t *testing.T) {
	t.Parallel()
	w := emptyTown(t, storetest.Open(t), Limits{NewFor: 2 * time.Hour, NewPosts: 3, NewThreads: 1,
		NewLinks: 1, Posts: 5, Threads: 3, Reports: 2})
	_, err := w.SeedAreas(t.Context(), civic.System("test"), testAreas())
	testtown.WantCode(t, err, "")
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	reply := func(s *Service, by civic.Actor, source string) error {
		_, err := s.Reply(t.Context(), by,
			ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: source})
		return err
	}
	_, err = w.StartThread(t.Context(), w.anna,
		ThreadInput{FormKey: rand.Text(), Area: "citta", Title: "Ancora io", Source: "Sì."})
	testtown.WantCode(t, err, civic.Limited)
	testtown.WantCode(t, reply(w.Service, w.anna, "uno"), "")
	testtown.WantCode(t, reply(w.Service, w.anna, "due"), "")
	testtown.WantCode(t, reply(w.Service, w.anna, "tre"), civic.Limited)
	testtown.WantCode(t, reply(w.open(w.limits), w.anna, "tre"), civic.Limited) // after a restart too
	testtown.WantCode(t, reply(w.Service, w.bruno, "https://a.example e https://b.example"), civic.Invalid)
	testtown.WantCode(t, reply(w.Service, w.bruno, "https://a.example"), "")

	w.Clock.Pass(61 * time.Minute)
	testtown.WantCode(t, reply(w.Service, w.anna, "quattro"), "")
	w.Clock.Pass(61 * time.Minute) // no longer new
	for i := range 5 {
		links := fmt.Sprintf("https://a.example https://b.example %d", i)
		testtown.WantCode(t, reply(w.Service, w.anna, links), "")
	}
	testtown.WantCode(t, reply(w.Service, w.anna, "sei"), civic.Limited)
}

func TestEditing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove sono le pancine?")
	edit := func(by civic.Actor, revision int64, source string) (Post, error) {
		return w.EditPost(t.Context(), by, EditInput{Thread: thread.ID, Number: 1, Revision: revision,
			Source: source})
	}
	w.Clock.Pass(4 * time.Minute)
	p, err := edit(w.anna, 1, "Dove sono le panchine?")
	testtown.WantCode(t, err, "")
	if !p.EditedAt.IsZero() {
		t.Error("a slip mended within five minutes is told")
	}
	_, err = edit(w.anna, 1, "Un'altra finestra.")
	testtown.WantCode(t, err, civic.Conflict)
	_, err = edit(w.anna, 2, "")
	testtown.WantCode(t, err, civic.Invalid)
	w.Clock.Pass(10 * time.Minute)
	p, err = edit(w.anna, 2, "Dove sono le panchine rosse?")
	testtown.WantCode(t, err, "")
	if !p.EditedAt.Equal(w.Clock.Now()) {
		t.Error("a change after five minutes is not told")
	}

	for _, by := range []civic.Actor{w.visitor, w.bruno, w.taxes} {
		h, err := w.History(t.Context(), by, thread.ID, 1)
		testtown.WantCode(t, err, "")
		if len(h.Edits) != 1 || rejoin(h.Edits[0].Changes, Added) != "Dove sono le panchine?" {
			t.Errorf("%s reads %+v", by.Account, h.Edits)
		}
	}
	h, err := w.History(t.Context(), w.mod, thread.ID, 1)
	if err != nil || len(h.Edits) != 2 || rejoin(h.Edits[1].Changes, Added) != "Dove sono le pancine?" {
		t.Errorf("a moderator reads %+v, %v", h.Edits, err)
	}
	if got := w.found("rosse", search.Public); len(got) != 1 {
		t.Errorf("search finds %v", got)
	}
}

func TestPseudonyms(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.SetPseudonym(t.Context(), w.anna, "Lucciola di Città")
	testtown.WantCode(t, err, "")
	for name, key := range map[string]string{
		"LUCCIOLA-di-citta": "forum.error.pseudonym.taken",
		"Il Sindaco":        "error.name.official",
		"Verde pubblico":    "error.name.office",
		"Anna R.":           "forum.error.pseudonym.signature",
		"anna r":            "forum.error.pseudonym.signature",
		"Luccio1a di Cltta": "forum.error.pseudonym.taken",
		"Lucciola\u200B":    "error.name.invisible",
		"Anna ٣":            "forum.error.pseudonym",
		"IlSindacoVero":     "error.name.official",
		"U.R.P.":            "error.name.official",
		"ab":                "forum.error.pseudonym",
		"a@b.example":       "forum.error.pseudonym",
		"Αννα":              "forum.error.pseudonym",
	} {
		_, err := w.SetPseudonym(t.Context(), w.bruno, name)
		if f := fieldsOf(err); len(f) != 1 || f[0].Field != "pseudonym" || f[0].Message.Key != key {
			t.Errorf("%q gives %v, want %s", name, err, key)
		}
	}
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	if v := w.page(w.visitor, thread, 0); v.First.Author != "Lucciola di Città" {
		t.Errorf("the author is shown as %q", v.First.Author)
	}
	_, err = w.SetPseudonym(t.Context(), w.anna, "Lucciola di città") // her own name, written otherwise
	testtown.WantCode(t, err, "")
	_, err = w.SetPseudonym(t.Context(), w.anna, "")
	testtown.WantCode(t, err, "")
	if name, err := w.Signature(t.Context(), w.anna); err != nil || name != "Anna D." {
		t.Errorf("without a pseudonym she signs %q, %v", name, err)
	}
	_, err = w.SetPseudonym(t.Context(), w.bruno, "Lucciola di città")
	if f := fieldsOf(err); len(f) != 1 || f[0].Message.Key != "forum.error.pseudonym.taken" {
		t.Errorf("another takes the name under which she wrote: %v", err)
	}
	_, err = w.SetPseudonym(t.Context(), w.anna, "Lucciola di città") // hers for good
	testtown.WantCode(t, err, "")
}

// A pseudonym that nobody wrote under is free when its owner leaves it.
func TestAnUnusedPseudonymIsFree(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, name := range []string{"Volpe rossa", "Lupo grigio"} {
		_, err := w.SetPseudonym(t.Context(), w.anna, name)
		testtown.WantCode(t, err, "")
	}
	_, err := w.SetPseudonym(t.Context(), w.bruno, "Volpe rossa")
	testtown.WantCode(t, err, "")
}

// A name that an earlier version let go, though posts carry it, goes back to who first wrote under it; so do
// the names in discussions that are loaded. Who is called like it still signs.
func TestNamesUnderPostsAreKept(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	for i, p := range []struct {
		by   civic.Actor
		name string
	}{{w.anna, "Volpe rossa"}, {w.bruno, "Volpe Rossa"}, {w.anna, "Marina"}} {
		w.Clock.Pass(time.Minute)
		reply := w.reply(p.by, thread, 0, fmt.Sprintf("Risposta numero %d", i))
		_, err := w.posts.Update(t.Context(), reply.ID, func(q *Post) error { q.Author.Name = p.name; return nil })
		testtown.WantCode(t, err, "")
	}
	m, err := migrate.Open(t.Context(), w.DB, migrate.Options{Alone: true})
	testtown.WantCode(t, err, "")
	for range 2 { // a crash may repeat it
		testtown.WantCode(t, m.Take(t.Context(), NamesStep()), "")
	}
	_, err = w.Load(t.Context(), civic.System("test"), []Past{{Key: "paxxatodimostrazione1", Area: thread.Area,
		Title: "Una vecchia discussione", Posts: []PastPost{{Author: Author{Account: "demo/1", Name: "mattia19"},
			At: w.Clock.Now(), Source: "C'era una volta"}}}})
	testtown.WantCode(t, err, "")
	for _, name := range []string{"volpe rossa", "Marina", "Mattia19"} {
		_, err := w.SetPseudonym(t.Context(), w.bruno, name)
		if f := fieldsOf(err); len(f) != 1 || f[0].Message.Key != "forum.error.pseudonym.taken" {
			t.Errorf("%q is given to another: %v", name, err)
		}
	}
	_, err = w.SetPseudonym(t.Context(), w.anna, "Volpe rossa")
	testtown.WantCode(t, err, "")
	if p := w.reply(citizen("marina", "Marina"), thread, 0,
		"Mi chiamo davvero così"); p.Author.Name != "Marina" {
		t.Errorf("who is called Marina signs %q", p.Author.Name)
	}
}

func TestOnePseudonymForManyPeople(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			_, err := w.SetPseudonym(t.Context(), citizen(fmt.Sprintf("c%d", i), "Carla Niccolò"), "Lucciola")
			if err == nil {
				won.Add(1)
			} else if len(fieldsOf(err)) != 1 {
				t.Errorf("citizen %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d people have the name", won.Load())
	}
}

func TestPublicName(t *testing.T) {
	t.Parallel()
	for full, want := range map[string]string{
		"Anna D'Alò": "Anna D.", "Bruno De Nicolò": "Bruno D.", "Anna Maria della Rovere": "Anna D.",
		"Ida Lo": "Ida L.", "Élodie Ørsted": "Élodie Ø.", "Maria": "Maria", "": "",
		"anna.dalo@posta.example": "", "Sindaco": "", "Comune di Modena": "",
		"Comune\u2800di\u2800Modena": "", "Polizia Locale": "", "Mario Sindaco": "Mario S.",
		"Anna\u3164Rossi": "", "RSSMRA80A01F257X": "",
		"Servizi Demografici": "",
	} {
		if got := publicName(full, []string{"Servizi demografici"}); got != want {
			t.Errorf("publicName(%q) = %q, want %q", full, got, want)
		}
	}
}

// A pseudonym is nobody's signature, and a signature nobody's pseudonym.
func TestPseudonymsAndSignaturesDiffer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	maria, other := citizen("m1", "María"), citizen("m2", "Marìa")
	thread := w.thread(maria, "Panchine nuove", "Dove?")
	if thread.Author.Name != "María" {
		t.Fatalf("she signs %q", thread.Author.Name)
	}
	_, err := w.SetPseudonym(t.Context(), w.bruno, "Marla")
	if f := fieldsOf(err); len(f) != 1 || f[0].Message.Key != "forum.error.pseudonym.taken" {
		t.Errorf("a pseudonym that looks like her signature: %v", err)
	}
	if p := w.reply(other, thread, 0, "Anch'io mi chiamo così"); p.Author.Name != "Marìa" {
		t.Errorf("another of that name signs %q", p.Author.Name)
	}
	_, err = w.SetPseudonym(t.Context(), w.bruno, "Lucciola")
	testtown.WantCode(t, err, "")
	if p := w.reply(citizen("l1", "Lucciola"), thread, 0, "Mi chiamo davvero così"); p.Author.Name != "" {
		t.Errorf("who is called like a pseudonym signs %q", p.Author.Name)
	}
}

// A pseudonym that the rules of before let pass is shown no more, nor is the real name in its place.
func TestAnOldOfficialPseudonymIsNotShown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.known(t.Context(), w.anna.Account, w.Clock.Now())
	testtown.WantCode(t, err, "")
	for _, old := range []string{"S1ndaco", "Verde pubblico"} {
		_, err = w.members.Update(t.Context(), w.anna.Account,
			func(m *Member) error { m.Pseudonym = old; return nil })
		testtown.WantCode(t, err, "")
		if thread := w.thread(w.anna, "Panchine nuove", "Dove?"); thread.Author.Name != "" {
			t.Errorf("%s signed %q", old, thread.Author.Name)
		}
		if name, err := w.Signature(t.Context(), w.anna); err != nil || name != "" {
			t.Errorf("%s signs %q, %v", old, name, err)
		}
	}
	_, err = w.SetPseudonym(t.Context(), w.anna, "Nonna Pina")
	testtown.WantCode(t, err, "")
	if name, err := w.Signature(t.Context(), w.anna); err != nil || name != "Nonna Pina" {
		t.Errorf("then %q, %v", name, err)
	}
}

// Nobody signs like an office, by a real name or a pseudonym; an office that is new, from that moment on.
func TestNobodySignsLikeAnOffice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	named := citizen("demo", "Servizi Demografici")
	_, err := w.SetPseudonym(t.Context(), w.bruno, "Portineria sociale")
	testtown.WantCode(t, err, "")
	signs := func(when string, by civic.Actor, want string) {
		t.Helper()
		for range 2 { // the second time from memory
			if name, err := w.Signature(t.Context(), by); err != nil || name != want {
				t.Errorf("%s %s signs %q, want %q; %v", when, by.Name, name, want, err)
			}
		}
		if thread := w.thread(by, "Panchine nuove", "Dove?"); thread.Author.Name != want {
			t.Errorf("%s %s wrote as %q, want %q", when, by.Name, thread.Author.Name, want)
		}
	}
	signs("without the offices,", named, "Servizi D.")
	signs("without the offices,", w.bruno, "Portineria sociale")
	w.offices["demografici"], w.offices["portineria"] = "Servizi demografici", "Portineria sociale"
	signs("with the offices,", named, "")
	signs("with the offices,", w.bruno, "")
	signs("with the offices,", w.anna, "Anna D.")
	_, err = w.SetPseudonym(t.Context(), w.anna, "Servizi demografici")
	if f := fieldsOf(err); len(f) != 1 || f[0].Message.Key != "error.name.office" {
		t.Errorf("the new office as a pseudonym: %v", err)
	}
	delete(w.offices, "demografici")
	signs("without the office again,", named, "Servizi D.")
}
