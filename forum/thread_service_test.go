package forum

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/testtown"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	first := Post{Number: 1}
	var posts []Post
	add := func(parent Post) Post {
		p := Post{}
		p.put(int64(len(posts)+2), parent)
		posts = append(posts, p)
		return p
	}
	a := add(first)   // 2
	b := add(first)   // 3
	aa := add(a)      // 4
	aaa := add(aa)    // 5
	aaaa := add(aaa)  // 6
	deep := add(aaaa) // 7, as far in as 6
	deeper := add(deep)
	ab := add(a)
	slices.SortFunc(posts, func(x, y Post) int { return strings.Compare(x.Place, y.Place) })
	var got []string
	for _, p := range posts {
		got = append(got, fmt.Sprintf("%d<%d +%d", p.Number, p.Parent, p.Indent))
	}
	want := []string{"2<1 +0", "4<2 +1", "5<4 +2", "6<5 +3", "7<6 +3", "8<7 +3", "9<2 +1", "3<1 +0"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if ab.Number != 9 || b.Number != 3 || deeper.Number != 8 {
		t.Errorf("numbers are %d, %d, %d", ab.Number, b.Number, deeper.Number)
	}
	answer := Post{Official: &Official{}}
	answer.put(10, first)
	if reply := (Post{}); answer.Place >= a.Place {
		t.Errorf("an answer at %q does not stand before %q", answer.Place, a.Place)
	} else if reply.put(11, answer); reply.Indent != 0 || reply.Parent != 10 {
		t.Errorf("a reply to an answer is %+v", reply)
	}
}

// A discussion opens at any post, walks both ways without leaving out or repeating any, and always asks the
// store as often.
func TestPagesOfALongDiscussion(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	posts := 1000
	if slow() {
		posts = 100
	}
	past := Past{Key: "longlonglonglong1", Area: "citta", Title: "Una lunga discussione",
		Posts: []PastPost{{At: w.Clock.Now(), Source: "Prima"}}}
	for i := 1; i < posts; i++ {
		past.Posts = append(past.Posts,
			PastPost{At: w.Clock.Now(), Parent: i * 7 % i, Source: fmt.Sprint("Risposta ", i)})
		if i%3 == 0 {
			past.Posts[i].Parent = i - 1
		}
	}
	_, err := w.Load(t.Context(), civic.System("test"), []Past{past})
	testtown.WantCode(t, err, "")
	thread := Thread{}
	thread.ID = "longlonglonglong1"

	var order []int64
	for from := int64(0); ; {
		v := w.page(w.visitor, thread, from)
		for _, p := range v.Replies {
			order = append(order, p.Number)
		}
		if from = v.Next; from == 0 {
			break
		}
	}
	seen := slices.Clone(order)
	slices.Sort(seen)
	if len(seen) != posts-1 || seen[0] != 2 || seen[posts-2] != int64(posts) ||
		len(slices.Compact(seen)) != posts-1 {
		t.Fatalf("walking forward shows %d replies", len(seen))
	}
	for i, n := range order {
		if i%37 != 0 {
			continue
		}
		before := w.DB.Stats().Queries
		v := w.page(w.visitor, thread, n)
		if asked := w.DB.Stats().Queries - before; asked > 7 {
			t.Errorf("opening at %d asked the store %d times", n, asked)
		}
		begin := i / 20 * 20 // the page that holds it begins where it always does
		if v.Replies[0].Number != order[begin] || v.Replies[i-begin].Number != n {
			t.Errorf("opening at %d shows %d first and %d in its place", n, v.Replies[0].Number,
				v.Replies[i-begin].Number)
		}
		if begin > 0 && v.Prev != order[begin-20] || begin == 0 && v.Prev != 0 {
			t.Errorf("before %d comes the page at %d", n, v.Prev)
		}
	}
	if v := w.page(w.visitor, thread, 5000); v.Replies[0].Number != order[0] {
		t.Errorf("a number that no reply has opens at %d", v.Replies[0].Number)
	}
}

func TestOfficialAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	w.reply(w.bruno, thread, 0, "Già, dove?")
	rome := time.Date(2026, 12, 3, 23, 59, 59, 999e6, civic.Rome())
	if !thread.DueAt.Equal(rome) || !thread.Waiting || thread.Office != "verde" {
		t.Errorf("due at %v, waiting %t for %q", thread.DueAt, thread.Waiting, thread.Office)
	}
	in := AnswerInput{FormKey: rand.Text(), Thread: thread.ID, Office: "verde",
		Source: "In piazza, entro *maggio*."}
	for by, want := range map[*civic.Actor]civic.Code{
		&w.visitor: civic.Unauthenticated, &w.bruno: civic.Forbidden, &w.taxes: civic.Forbidden,
		&w.mod: civic.Forbidden,
	} {
		_, err := w.Answer(t.Context(), *by, in)
		testtown.WantCode(t, err, want)
	}
	waiting, err := w.Awaiting(t.Context(), w.greens, AwaitingFilter{Mine: true})
	if err != nil || len(waiting.Items) != 1 {
		t.Errorf("the desk's list is %+v, %v", waiting.Items, err)
	}
	w.mails.fail = errors.New("the disk is full")
	if _, err := w.Answer(t.Context(), w.greens, in); err == nil {
		t.Error("a lost letter is not reported")
	}
	w.mails.fail = nil // the same form sent again brings the letter, and no second answer
	answer, err := w.Answer(t.Context(), w.greens, in)
	testtown.WantCode(t, err, "")
	if again, err := w.Answer(t.Context(), w.greens, in); err != nil || again.ID != answer.ID {
		t.Errorf("the same form gave another answer: %v", err)
	}
	v := w.page(w.visitor, thread, 0)
	if v.Thread.State != Answered || v.Thread.Waiting ||
		v.Thread.Answer.OfficeName != "Ufficio Verde pubblico" {
		t.Errorf("the discussion is %+v", v.Thread)
	}
	if len(v.Answers) != 1 || v.Answers[0].Official.Name != "Ufficio Verde pubblico" ||
		strings.Contains(seenBy(v), "Gino") || v.Answers[0].Mine {
		t.Errorf("the answers are %+v", v.Answers)
	}
	if len(v.Replies) != 1 {
		t.Errorf("%d replies, the answer stands among them", len(v.Replies))
	}
	if waiting, err = w.Awaiting(t.Context(), w.greens, AwaitingFilter{}); err != nil ||
		len(waiting.Items) != 0 {
		t.Errorf("still waiting: %+v, %v", waiting.Items, err)
	}
	if got := w.mails.to(w.anna.Contact); len(got) != 1 || got[0].Kind != NoticeAnswered ||
		got[0].Office != "Ufficio Verde pubblico" {
		t.Errorf("Anna's letters: %+v", got)
	}
	wantAnswerEdits(t, w, thread)
}

// Unlike a citizen's, every edit of an official answer is told.
func wantAnswerEdits(t *testing.T, w *town, thread Thread) {
	t.Helper()
	edit := EditInput{Thread: thread.ID, Number: 3, Revision: 1, Source: "In piazza, entro *giugno*."}
	_, err := w.EditPost(t.Context(), w.taxes, edit)
	testtown.WantCode(t, err, civic.Forbidden)
	_, err = w.EditPost(t.Context(), w.bruno, edit)
	testtown.WantCode(t, err, civic.Forbidden)
	_, err = w.EditPost(t.Context(), staff("gaia", "Gaia Prati", civic.OfficeMember, "verde"), edit)
	testtown.WantCode(t, err, "")
	h, err := w.History(t.Context(), w.visitor, thread.ID, 3)
	want := []Change{{Kept, "In piazza, entro "}, {Taken, "*maggio*."}, {Added, "*giugno*."}}
	if err != nil || len(h.Edits) != 1 || !cmp.Equal(want, h.Edits[0].Changes) || h.Office == "" ||
		h.Author != "" {
		t.Errorf("the history is %+v, %v", h, err)
	}
}

func TestHiddenAnswerWaitsAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	_, err := w.Answer(t.Context(), w.greens,
		AnswerInput{FormKey: rand.Text(), Thread: thread.ID, Office: "verde", Source: "Mai."})
	testtown.WantCode(t, err, "")
	_, err = w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")
	if got := w.reload(thread); got.State != Open || !got.Waiting || got.Answer != nil || got.Posts != 1 {
		t.Errorf("the discussion is %+v", got)
	}
}

func TestOverdue(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	late := w.thread(w.anna, "Panchine nuove", "Dove?")
	w.Clock.Pass(24 * time.Hour)
	soon := w.thread(w.bruno, "Fontane nuove", "Dove?")
	w.Clock.Pass(10 * 24 * time.Hour)
	page, err := w.Overdue(t.Context(), civic.PageRequest{})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != late.ID {
		t.Errorf("overdue: %+v, %v", page.Items, err)
	}
	if !late.Overdue(w.Clock.Now()) || soon.Overdue(w.Clock.Now()) {
		t.Error("the discussions themselves say otherwise")
	}
	for by, want := range map[*civic.Actor]int{&w.greens: 2, &w.taxes: 0} {
		mine, err := w.Awaiting(t.Context(), *by, AwaitingFilter{Mine: true})
		if err != nil || len(mine.Items) != want {
			t.Errorf("%s has %d to answer, want %d (%v)", by.Account, len(mine.Items), want, err)
		}
	}
	all, err := w.Awaiting(t.Context(), w.taxes, AwaitingFilter{})
	if err != nil || len(all.Items) != 2 || all.Items[0].ID != late.ID {
		t.Errorf("the whole list is %+v, %v", all.Items, err)
	}
	_, err = w.Awaiting(t.Context(), w.bruno, AwaitingFilter{})
	testtown.WantCode(t, err, civic.Forbidden)
}

func TestListsPageByPage(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.limits = Limits{NewPosts: 1000, NewThreads: 1000, Posts: 1000, Threads: 1000}
	var want []civic.ID
	for i := range 25 {
		w.Clock.Pass(time.Minute)
		want = append(want, w.thread(w.anna, fmt.Sprint("Discussione numero ", i), "Testo").ID)
	}
	slices.Reverse(want)
	w.Clock.Pass(time.Minute)
	last := want[24]
	w.reply(w.bruno, Thread{Meta: w.reloadID(last).Meta}, 0, "Su!")
	want = append([]civic.ID{last}, want[:24]...)

	var got []civic.ID
	f := ThreadFilter{Area: "crocetta", State: Open, Page: civic.PageRequest{Size: 10}}
	for {
		page, err := w.Threads(t.Context(), f)
		testtown.WantCode(t, err, "")
		for _, thread := range page.Items {
			got = append(got, thread.ID)
		}
		if f.Page.Cursor = page.Next; f.Page.Cursor == "" {
			break
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	areas, err := w.Areas(t.Context())
	if err != nil || len(areas) != 2 || areas[0].ID != "citta" || areas[1].Threads != 25 ||
		areas[1].Latest[0].ID != last || len(areas[1].Latest) != 3 {
		t.Errorf("the areas are %+v, %v", areas, err)
	}
}

func (w *town) reloadID(id civic.ID) Thread {
	w.t.Helper()
	thread := Thread{}
	thread.ID = id
	return w.reload(thread)
}

func TestDueDates(t *testing.T) {
	t.Parallel()
	rome := func(y int, m time.Month, d, h, min int) time.Time {
		return time.Date(y, m, d, h, min, 0, 0, civic.Rome())
	}
	tests := []struct {
		name  string
		days  int
		asked time.Time
		want  time.Time
	}{
		{"over the end of summer time", 10, rome(2026, 10, 20, 10, 0), rome(2026, 10, 31, 0, 0)},
		{"into summer time", 5, rome(2026, 3, 27, 23, 59), rome(2026, 4, 2, 0, 0)},
		{"asked after midnight in Rome, before it in UTC", 1, rome(2026, 7, 2, 0, 30),
			rome(2026, 7, 4, 0, 0)},
		{"over a year's end", 30, rome(2026, 12, 15, 9, 0), rome(2027, 1, 15, 0, 0)},
	}
	for _, tt := range tests {
		if got := (Area{AnswerDays: tt.days}).DueAt(tt.asked); !got.Equal(tt.want.Add(-time.Millisecond)) {
			t.Errorf("%s: due %v, want just before %v", tt.name, got, tt.want)
		}
	}
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "Città", "regole", "a b", "-a", "a--b", "../x"} {
		if _, err := ParseSlug(bad); err == nil {
			t.Errorf("ParseSlug(%q) is accepted", bad)
		}
	}
}

func TestAreas(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	admin := staff("ada", "Ada Admin", civic.Administrator)
	n, err := w.SeedAreas(t.Context(), civic.System("test"),
		append(testAreas(), AreaInput{Slug: "nord", Name: "Nord", AnswerDays: 5, Order: 3}))
	if n != 1 || err != nil {
		t.Errorf("seeding again made %d, %v", n, err)
	}
	_, err = w.SaveArea(t.Context(), admin, AreaInput{Slug: "discussioni", Name: " ", AnswerDays: 0})
	if len(fieldsOf(err)) != 3 {
		t.Errorf("bad input gives %v", err)
	}
	_, err = w.SaveArea(t.Context(), admin, AreaInput{Slug: "nord", Revision: 1, Name: "Quartiere Nord",
		AnswerDays: 7, Order: 3, Closed: true})
	testtown.WantCode(t, err, "")
	_, err = w.SaveArea(t.Context(), admin, AreaInput{Slug: "nord", Revision: 1, Name: "Nord e stazione",
		AnswerDays: 5, Order: 3})
	testtown.WantCode(t, err, civic.Conflict) // of two who change it at a time, the second is told
	if a, err := w.Area(t.Context(), "nord"); err != nil || a.Name != "Quartiere Nord" || a.AnswerDays != 7 {
		t.Errorf("the area is %+v, %v", a, err)
	}
	_, err = w.StartThread(t.Context(), w.anna,
		ThreadInput{FormKey: rand.Text(), Area: "nord", Title: "Una domanda", Source: "Quando?"})
	testtown.WantCode(t, err, civic.Gone)
}

// The page of areas does not count all discussions each time, and still tells at once what was begun, hidden
// or moved here.
func TestAreasAreCountedOnceAndRight(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	counted := func(want ...int) {
		t.Helper()
		areas, err := w.Areas(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		asked := w.DB.Stats().Queries
		if _, err := w.Areas(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.DB.Stats().Queries - asked; n != 1+int64(len(areas)) {
			t.Errorf("%d queries for the second look at %d areas", n, len(areas))
		}
		for i, n := range want {
			if areas[i].Threads != n {
				t.Errorf("%s has %d discussions, want %d", areas[i].ID, areas[i].Threads, n)
			}
		}
	}
	counted(0, 0)
	first := w.thread(w.anna, "Panchine nuove", "Dove?")
	second := w.thread(w.bruno, "Lampioni spenti", "Quando?")
	counted(0, 2)
	_, err := w.Decide(t.Context(), w.mod, DecisionInput{Thread: first.ID, Action: ActionMove, To: "citta",
		Reason: "Riguarda tutti."})
	testtown.WantCode(t, err, "")
	counted(1, 1)
	_, err = w.Decide(t.Context(), w.mod, DecisionInput{Thread: second.ID, Action: ActionHide, Rule: "spam",
		Reason: "È una pubblicità."})
	testtown.WantCode(t, err, "")
	counted(1, 0)
}
