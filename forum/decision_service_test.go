package forum

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/testtown"
	"ascolto/search"
)

const insult = "Sei un incapace, zuccone patentato."

// insulted returns a town with a discussion in which Bruno insulted somebody, in post 2.
func insulted(t *testing.T) (*town, Thread, Post) {
	t.Helper()
	w := newTown(t)
	thread := w.thread(w.anna, "Panchine nuove", "Dove?")
	w.Clock.Pass(time.Minute)
	return w, thread, w.reply(w.bruno, thread, 0, insult)
}

func hide(thread Thread, number int64, round int) DecisionInput {
	return DecisionInput{Thread: thread.ID, Number: number, Round: round, Action: ActionHide, Rule: "respect",
		Reason: "Insulto rivolto a un'altra persona."}
}

// seenBy gathers every text of a page as Go values, for searches of what must not be there.
func seenBy(v ThreadView) string { return fmt.Sprintf("%+v", v) }

func TestReportAndHide(t *testing.T) {
	t.Parallel()
	w, thread, post := insulted(t)
	in := ReportInput{FormKey: rand.Text(), Thread: thread.ID, Number: 2, Rule: "respect",
		Text: "Mi ha insultato"}
	fromVisitor, err := w.Report(t.Context(), w.visitor, in)
	testtown.WantCode(t, err, "")
	if again, err := w.Report(t.Context(), w.visitor, in); err != nil || again.ID != fromVisitor.ID {
		t.Errorf("the same form gave another receipt: %v", err)
	}
	in.FormKey = rand.Text()
	_, err = w.Report(t.Context(), w.anna, in)
	testtown.WantCode(t, err, "")

	queue, err := w.Queue(t.Context(), w.mod, civic.PageRequest{})
	testtown.WantCode(t, err, "")
	if len(queue.Items) != 1 || queue.Items[0].Reports != 2 || queue.Items[0].Excerpt != insult ||
		queue.Items[0].Title != thread.Title {
		t.Fatalf("the queue is %+v", queue.Items)
	}
	w.Clock.Pass(time.Minute)
	d, err := w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")

	v := w.page(w.visitor, thread, 0)
	if !v.Replies[0].Hidden || v.Replies[0].Removed != "respect" || v.Thread.Posts != 1 ||
		!v.Thread.LastAt.Equal(thread.CreatedAt) {
		t.Errorf("the page shows %+v and counts %d", v.Replies[0], v.Thread.Posts)
	}
	for _, by := range []civic.Actor{w.visitor, w.anna, w.bruno, w.greens, w.mod} {
		if seen := seenBy(w.page(by, thread, 0)); strings.Contains(seen, "zuccone") ||
			strings.Contains(seen, "Bruno") {
			t.Errorf("%q still reads the post or its author", by.Account)
		}
	}
	if got := w.found("zuccone", search.Public, ScopeStaff); len(got) != 0 {
		t.Errorf("search still finds %v", got)
	}
	_, err = w.History(t.Context(), w.visitor, thread.ID, 2)
	testtown.WantCode(t, err, civic.Gone)
	_, err = w.Reply(t.Context(), w.anna, ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Parent: 2,
		Source: "Vergogna"})
	testtown.WantCode(t, err, civic.Gone)
	if queue, err = w.Queue(t.Context(), w.mod, civic.PageRequest{}); err != nil || len(queue.Items) != 0 {
		t.Errorf("the queue still holds %+v, %v", queue.Items, err)
	}
	wantLetters(t, w, d, thread)
	if r, err := w.ReportByReceipt(t.Context(), strings.ToLower(fromVisitor.Receipt())); err != nil ||
		r.Open || r.Outcome != ActionHide {
		t.Errorf("the receipt tells %+v, %v", r, err)
	}
	if ok, err := w.Findable(t.Context(), w.visitor, "post/"+string(post.ID)); ok["post/"+string(post.ID)] ||
		err != nil {
		t.Errorf("a lagging index would show it: %v", err)
	}
}

func wantLetters(t *testing.T, w *town, d Decision, thread Thread) {
	t.Helper()
	statement := Notice{
		ID: civic.Key("forum", "decision", d.ID), Contact: w.bruno.Contact, Kind: NoticeHidden,
		Title: thread.Title, Rule: "respect",
		Reason: d.Reason, Path: d.ReasonPath(),
	}
	if diff := cmp.Diff([]Notice{statement}, w.mails.to(w.bruno.Contact)); diff != "" {
		t.Errorf("Bruno's letters: %s", diff)
	}
	got := w.mails.to(w.anna.Contact)
	if len(got) != 1 || got[0].Kind != NoticeReport || got[0].Outcome != ActionHide ||
		strings.Contains(fmt.Sprint(got), "Bruno") {
		t.Errorf("Anna's letters: %+v", got)
	}
}

func TestStatementOfReasons(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	d, err := w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")
	if want := "/forum/provvedimenti/" + string(thread.ID) + "/2/0"; d.ReasonPath() != want {
		t.Errorf("the statement is at %q, want %q", d.ReasonPath(), want)
	}
	for by, want := range map[*civic.Actor]civic.Code{
		&w.visitor: civic.Unauthenticated, &w.anna: civic.NotFound, &w.greens: civic.NotFound, &w.bruno: "",
		&w.mod2: "",
	} {
		s, err := w.Statement(t.Context(), *by, d.ID)
		testtown.WantCode(t, err, want)
		if want == "" && (s.Decision.Reason != d.Reason || !strings.Contains(string(s.HTML), "zuccone")) {
			t.Errorf("%s reads %+v", by.Account, s)
		}
	}
}

func TestRegisterHasNoPersonalData(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	_, err := w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")
	page, err := w.Register(t.Context(), civic.PageRequest{})
	testtown.WantCode(t, err, "")
	want := []RegisterEntry{{At: w.Clock.Now(), Action: ActionHide, Rule: "respect", Area: "crocetta",
		Number: 2}}
	if d := cmp.Diff(want, page.Items); d != "" {
		t.Error(d)
	}
	_, err = w.Decisions(t.Context(), w.greens, civic.PageRequest{})
	testtown.WantCode(t, err, civic.Forbidden)
	all, err := w.Decisions(t.Context(), w.mod2, civic.PageRequest{})
	if err != nil || len(all.Items) != 1 || all.Items[0].ByName != "Mara Moretti" || !all.Items[0].Applied {
		t.Errorf("the desk reads %+v, %v", all.Items, err)
	}
}

func TestRestore(t *testing.T) {
	t.Parallel()
	w, thread, post := insulted(t)
	_, err := w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")
	_, err = w.Decide(t.Context(), w.mod2, hide(thread, 2, 1))
	testtown.WantCode(t, err, civic.Conflict) // it is hidden already
	_, err = w.Decide(t.Context(), w.mod2, DecisionInput{Thread: thread.ID, Number: 2, Round: 1,
		Action: ActionRestore, Reason: "Scherzavano."})
	testtown.WantCode(t, err, "")
	if v := w.page(w.visitor, thread, 0); v.Replies[0].Hidden || v.Thread.Posts != 2 ||
		v.Replies[0].Author != "Bruno D." {
		t.Errorf("the page shows %+v and counts %d", v.Replies[0], v.Thread.Posts)
	}
	if d := cmp.Diff([]string{"post/" + string(post.ID)}, w.found("zuccone", search.Public)); d != "" {
		t.Error(d)
	}
}

func TestHidingADiscussion(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	_, err := w.Decide(t.Context(), w.mod, hide(thread, 0, 0))
	testtown.WantCode(t, err, "")
	for _, by := range []civic.Actor{w.visitor, w.anna, w.bruno, w.greens} {
		_, err := w.ThreadPage(t.Context(), by, thread.ID, PageAt{})
		testtown.WantCode(t, err, civic.Gone)
		var e *civic.Error
		if !errors.As(err, &e) || e.Message.Key != "forum.removed.respect" {
			t.Errorf("the page says %v", err)
		}
		_, err = w.History(t.Context(), by, thread.ID, 2)
		testtown.WantCode(t, err, civic.Gone)
	}
	for _, f := range []ThreadFilter{{}, {Area: "crocetta"}, {Area: "crocetta", State: Open}} {
		if page, err := w.Threads(t.Context(), f); err != nil || len(page.Items) != 0 {
			t.Errorf("%+v lists %v, %v", f, page.Items, err)
		}
	}
	_, err = w.Threads(t.Context(), ThreadFilter{Area: "crocetta", State: Hidden})
	testtown.WantCode(t, err, civic.Invalid)
	if areas, err := w.Areas(t.Context()); err != nil || areas[1].Threads != 0 || len(areas[1].Latest) != 0 {
		t.Errorf("the areas count %+v, %v", areas, err)
	}
	if got := append(w.found("zuccone", search.Public),
		w.found("panchine", search.Public)...); len(got) != 0 {
		t.Errorf("search finds %v", got)
	}
	_, err = w.Reply(t.Context(), w.anna, ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: "Ehi"})
	testtown.WantCode(t, err, civic.NotFound)

	_, err = w.Decide(t.Context(), w.mod, DecisionInput{Thread: thread.ID, Round: 1, Action: ActionRestore})
	testtown.WantCode(t, err, "")
	if got := append(w.found("panchine", search.Public),
		w.found("zuccone", search.Public)...); len(got) != 2 || got[0] == got[1] {
		t.Errorf("search finds %v, want the discussion and its reply", got)
	}
	if got := w.reload(thread); got.State != Open || !got.Waiting {
		t.Errorf("restored as %s, waiting %t", got.State, got.Waiting)
	}
}

func TestClosingReopeningMoving(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	decide := func(round int, a Action, to civic.ID) error {
		_, err := w.Decide(t.Context(), w.mod, DecisionInput{Thread: thread.ID, Round: round, Action: a,
			To: to})
		return err
	}
	testtown.WantCode(t, decide(0, ActionReopen, ""), civic.Conflict)
	testtown.WantCode(t, decide(0, ActionMove, ""), civic.Invalid)
	testtown.WantCode(t, decide(0, ActionMove, "altrove"), civic.NotFound)
	testtown.WantCode(t, decide(0, ActionMove, "citta"), "")
	moved := w.reload(thread)
	if moved.Area != "citta" || moved.District != "" || moved.Office != "" || moved.Path() != thread.Path() {
		t.Errorf("moved to %q, district %q, office %q, %s", moved.Area, moved.District, moved.Office,
			moved.Path())
	}
	testtown.WantCode(t, decide(1, ActionClose, ""), "")
	_, err := w.Reply(t.Context(), w.bruno,
		ReplyInput{FormKey: rand.Text(), Thread: thread.ID, Source: "Ehi"})
	testtown.WantCode(t, err, civic.Gone)
	_, err = w.EditPost(t.Context(), w.bruno,
		EditInput{Thread: thread.ID, Number: 2, Revision: 1, Source: "Scusa."})
	testtown.WantCode(t, err, civic.Gone)
	testtown.WantCode(t, decide(2, ActionReopen, ""), "")
	w.reply(w.bruno, thread, 0, "Ehi")
}

func TestOfTwoModeratorsOneDecides(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	services := []*Service{w.Service, w.open(Limits{})}
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			in := hide(thread, 2, 0)
			if i%2 == 0 {
				in = DecisionInput{Thread: thread.ID, Number: 2, Action: ActionKeep}
			}
			by := staff(fmt.Sprintf("m%d", i), fmt.Sprintf("Moderatrice %d", i), civic.Moderator)
			_, err := services[i%2].Decide(t.Context(), by, in)
			if err == nil {
				won.Add(1)
			} else if civic.CodeOf(err) != civic.Conflict {
				t.Errorf("moderator %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	all, err := w.Decisions(t.Context(), w.mod, civic.PageRequest{})
	if err != nil || won.Load() != 1 || len(all.Items) != 1 {
		t.Fatalf("%d won and %d decisions are kept, %v", won.Load(), len(all.Items), err)
	}
	post, err := w.posts.numbered(t.Context(), thread.ID, 2)
	if err != nil || post.IsHidden != (all.Items[0].Action == ActionHide) || post.Rulings != 1 {
		t.Errorf("decided %s, hidden %t, %v", all.Items[0].Action, post.IsHidden, err)
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	_, err := w.Claim(t.Context(), w.mod, thread.ID, 2)
	testtown.WantCode(t, err, civic.NotFound) // nobody reported it
	_, err = w.Report(t.Context(), w.anna, ReportInput{FormKey: rand.Text(), Thread: thread.ID, Number: 2,
		Rule: "respect"})
	testtown.WantCode(t, err, "")
	_, err = w.Claim(t.Context(), w.greens, thread.ID, 2)
	testtown.WantCode(t, err, civic.Forbidden)
	_, err = w.Claim(t.Context(), w.mod, thread.ID, 2)
	testtown.WantCode(t, err, "")
	_, err = w.Claim(t.Context(), w.mod2, thread.ID, 2)
	testtown.WantCode(t, err, civic.Conflict)
	_, err = w.Decide(t.Context(), w.mod2, hide(thread, 2, 0))
	testtown.WantCode(t, err, civic.Conflict)
	if v, err := w.Case(t.Context(), w.mod2, thread.ID, 2); err != nil || !v.Claimed ||
		v.Case.ClaimedName != "Mara Moretti" {
		t.Errorf("the other moderator sees %+v, %v", v.Case, err)
	}
	w.Clock.Pass(claimTerm + time.Second)
	_, err = w.Claim(t.Context(), w.mod2, thread.ID, 2)
	testtown.WantCode(t, err, "")
	_, err = w.Release(t.Context(), w.mod, thread.ID, 2)
	testtown.WantCode(t, err, "")
	_, err = w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, civic.Conflict) // the other's claim stayed
	_, err = w.Decide(t.Context(), w.mod2, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")
}

// A decision is kept before anything follows from it; what a crash cut short is made up for.
func TestDecisionAfterACrash(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	w.mails.fail = errors.New("the disk is full")
	_, err := w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	if err == nil {
		t.Fatal("a lost letter is not reported")
	}
	w.mails.fail = nil
	if n, err := w.ApplyDecisions(t.Context()); n != 1 || err != nil {
		t.Fatalf("applied %d, %v", n, err)
	}
	if n, err := w.ApplyDecisions(t.Context()); n != 0 || err != nil {
		t.Errorf("applied %d again, %v", n, err)
	}
	if got := w.found("zuccone", search.Public); len(got) != 0 || len(w.mails.to(w.bruno.Contact)) != 1 {
		t.Errorf("found %v, letters %v", got, w.mails.to(w.bruno.Contact))
	}
	post, err := w.posts.numbered(t.Context(), thread.ID, 2)
	if err != nil || !post.IsHidden || post.Rulings != 1 {
		t.Errorf("hidden %t after %d decisions, %v", post.IsHidden, post.Rulings, err)
	}
}

// One decision whose consequences cannot be drawn does not keep those of all others from being drawn.
func TestOneFailingDecisionHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	second := w.reply(w.bruno, thread, 1, "Un altro insulto, zuccone.")
	w.mails.fail = errors.New("the disk is full")
	for _, number := range []int64{2, second.Number} {
		if _, err := w.Decide(t.Context(), w.mod, hide(thread, number, 0)); err == nil {
			t.Fatal("a lost letter is not reported")
		}
		w.Clock.Pass(time.Minute)
	}
	w.mails.fail, w.mails.failFor = nil, civic.Key("forum", "decision", DecisionID(thread.ID, 2, 0))
	if n, err := w.ApplyDecisions(t.Context()); n != 1 || err == nil {
		t.Fatalf("applied %d, %v", n, err)
	}
	if d, err := w.decisions.Get(t.Context(), DecisionID(thread.ID, second.Number, 0)); err != nil ||
		!d.Applied {
		t.Errorf("the later decision waits for the one that fails: %+v, %v", d, err)
	}
	w.mails.failFor = ""
	if n, err := w.ApplyDecisions(t.Context()); n != 1 || err != nil {
		t.Errorf("applied %d, %v", n, err)
	}
}

// A process that dies between a decision and its entry in the audit has lost nothing: whoever completes the
// decision, the job or the moderator who sends the form again, writes the entry in the moderator's name, and
// once.
func TestAnUnfinishedDecisionIsAudited(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	second := w.reply(w.bruno, thread, 1, "Un altro insulto, zuccone.")
	for _, number := range []int64{2, second.Number} {
		d, err := hide(thread, number, 0).parse()
		if err != nil {
			t.Fatal(err)
		}
		d.By, d.ByName, d.At, d.Area, d.Author = w.mod.Account, w.mod.Name, w.Clock.Now(), thread.Area,
			Author{Account: w.bruno.Account}
		if err := w.decisions.Insert(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")
	if n, err := w.ApplyDecisions(t.Context()); n != 1 || err != nil {
		t.Errorf("applied %d, %v", n, err)
	}
	for _, number := range []int64{2, second.Number} {
		_, err := w.Decide(t.Context(), w.mod, hide(thread, number, 0))
		testtown.WantCode(t, err, "")
	}
	officer := civic.NewActor(civic.Actor{Account: "dpo", Roles: []civic.Role{civic.DataProtection}},
		civic.Grants{civic.DataProtection: {audit.PermRead}})
	page, err := w.audit.List(t.Context(), officer, audit.Query{Action: "forum.moderation.hide"})
	if err != nil || len(page.Items) != 2 || page.Items[0].Name != w.mod.Name ||
		page.Items[0].Actor != w.mod.Account || page.Items[0].Object == page.Items[1].Object {
		t.Errorf("the audit has %+v, %v", page.Items, err)
	}
}

func TestRedactingOneVersion(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	for i, text := range []string{"Chiamate il 333 000 111.", "Chiamate l'ufficio.",
		"Scrivete all'ufficio."} {
		w.Clock.Pass(time.Hour)
		_, err := w.EditPost(t.Context(), w.bruno,
			EditInput{Thread: thread.ID, Number: 2, Revision: int64(i + 1), Source: text})
		testtown.WantCode(t, err, "")
	}
	redact := DecisionInput{Thread: thread.ID, Number: 2, Action: ActionRedact, Rule: "personal_data",
		Reason: "Numero di telefono.", Version: 1}
	_, err := w.Decide(t.Context(), w.greens, redact)
	testtown.WantCode(t, err, civic.Forbidden)
	redact.Version = 3
	_, err = w.Decide(t.Context(), w.mod, redact)
	testtown.WantCode(t, err, civic.NotFound)
	redact.Version = 1
	_, err = w.Decide(t.Context(), w.mod, redact)
	testtown.WantCode(t, err, "")
	if again, err := w.Decide(t.Context(), w.mod, redact); err != nil || again.Version != 1 {
		t.Errorf("the same decision again is %+v, %v", again, err)
	}
	// from a page that shows the post as it was before: it is not done, so it must not be said to be
	redact.Version = 2
	_, err = w.Decide(t.Context(), w.mod, redact)
	testtown.WantCode(t, err, civic.Conflict)
	for _, by := range []civic.Actor{w.visitor, w.mod} {
		h, err := w.History(t.Context(), by, thread.ID, 2)
		testtown.WantCode(t, err, "")
		if strings.Contains(fmt.Sprint(h), "333") || len(h.Edits) != 3 ||
			rejoin(h.Edits[0].Changes, Added) != "Chiamate l'ufficio." || !h.Edits[1].Redacted {
			t.Errorf("%q reads %+v", by.Account, h.Edits)
		}
	}
}

func TestWhoMayModerate(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	for by, want := range map[*civic.Actor]civic.Code{&w.visitor: civic.Unauthenticated,
		&w.bruno: civic.Forbidden, &w.greens: civic.Forbidden} {
		_, err := w.Queue(t.Context(), *by, civic.PageRequest{})
		testtown.WantCode(t, err, want)
		_, err = w.Case(t.Context(), *by, thread.ID, 2)
		testtown.WantCode(t, err, want)
		_, err = w.Decide(t.Context(), *by, hide(thread, 2, 0))
		testtown.WantCode(t, err, want)
		_, err = w.Release(t.Context(), *by, thread.ID, 2)
		testtown.WantCode(t, err, want)
		_, err = w.SaveArea(t.Context(), *by, testAreas()[0])
		testtown.WantCode(t, err, want)
	}
	_, err := w.Case(t.Context(), w.mod, thread.ID, 2)
	testtown.WantCode(t, err, "")
	officer := civic.NewActor(civic.Actor{Account: "dpo", Roles: []civic.Role{civic.DataProtection}},
		civic.Grants{civic.DataProtection: {audit.PermRead}})
	records, err := w.Log.List(t.Context(), officer, audit.Query{Action: "forum.case.read"})
	if err != nil || len(records.Items) != 1 || records.Items[0].Contact != w.bruno.Contact {
		t.Errorf("the audit holds %+v, %v", records.Items, err)
	}
}

func TestDecisionErrors(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	in := hide(thread, 2, 0)
	in.Rule, in.Reason = "boh", "breve"
	_, err := w.Decide(t.Context(), w.mod, in)
	var fields []string
	for _, f := range fieldsOf(err) {
		fields = append(fields, f.Field)
	}
	if d := cmp.Diff([]string{"rule", "reason"}, fields); d != "" {
		t.Error(d)
	}
	_, err = w.Decide(t.Context(), w.mod, DecisionInput{Thread: thread.ID, Number: 2, Action: ActionClose})
	testtown.WantCode(t, err, civic.Invalid)
	_, err = w.Decide(t.Context(), w.mod, hide(thread, 9, 0))
	testtown.WantCode(t, err, civic.NotFound)
	_, err = w.Decide(t.Context(), w.mod, hide(thread, 2, 1))
	testtown.WantCode(t, err, civic.Conflict)
}

func TestReportLimitsAndErrors(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	w.limits.Reports = 2
	report := func(by civic.Actor, number int64, rule string) error {
		_, err := w.Report(t.Context(), by, ReportInput{FormKey: rand.Text(), Thread: thread.ID,
			Number: number, Rule: rule})
		return err
	}
	testtown.WantCode(t, report(w.anna, 2, ""), civic.Invalid)
	testtown.WantCode(t, report(w.anna, 9, "respect"), civic.NotFound)
	testtown.WantCode(t, report(w.anna, 1, "off_topic"), "")
	testtown.WantCode(t, report(w.anna, 2, "respect"), "")
	testtown.WantCode(t, report(w.anna, 2, "hate"), civic.Limited)
	testtown.WantCode(t, report(w.bruno, 2, "hate"), "")
	_, err := w.Decide(t.Context(), w.mod, hide(thread, 2, 0))
	testtown.WantCode(t, err, "")
	testtown.WantCode(t, report(w.bruno, 2, "hate"), civic.Gone)
	_, err = w.ReportByReceipt(t.Context(), "AAAA-BBBB-CCCC-DDDD")
	testtown.WantCode(t, err, civic.NotFound)
	_, err = w.ReportByReceipt(t.Context(), "../x")
	testtown.WantCode(t, err, civic.Invalid)
}

// Fifty fresh accounts reporting at once fill one place in the queue; they hide nothing.
func TestManyReportsHideNothing(t *testing.T) {
	t.Parallel()
	w, thread, _ := insulted(t)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			by := citizen(fmt.Sprintf("new%d", i), "Nuovo Arrivato")
			_, err := w.Report(t.Context(), by, ReportInput{FormKey: rand.Text(), Thread: thread.ID,
				Number: 2, Rule: "spam"})
			testtown.WantCode(t, err, "")
		})
	}
	wg.Wait()
	queue, err := w.Queue(t.Context(), w.mod, civic.PageRequest{})
	if err != nil || len(queue.Items) != 1 || queue.Items[0].Reports != 50 {
		t.Errorf("the queue is %+v, %v", queue.Items, err)
	}
	if w.page(w.visitor, thread, 0).Replies[0].Hidden {
		t.Error("the post is hidden")
	}
}

// Whatever citizens write can be hidden, given back and cleared; the letters say so. A new kind of text joins
// this test.
func TestEverythingCitizensWriteCanBeModerated(t *testing.T) {
	t.Parallel()
	for name, actions := range map[string][]Action{"post": actionsOnPost(), "discussion": actionsOnThread()} {
		for _, a := range []Action{ActionHide, ActionRestore} {
			if !slices.Contains(actions, a) {
				t.Errorf("a %s has no %s", name, a)
			}
		}
	}
	w, thread, _ := insulted(t)
	for number := range int64(3) {
		target := fmt.Sprintf("target %d", number)
		_, err := w.Report(t.Context(), w.anna, ReportInput{FormKey: rand.Text(), Thread: thread.ID,
			Number: max(number, 1), Rule: "spam"})
		testtown.WantCode(t, err, "")
		d, err := w.Decide(t.Context(), w.mod, hide(thread, number, 0))
		testtown.WantCode(t, err, "")
		testtown.WantCode(t, err, "")
		if _, err := w.Decide(t.Context(), w.mod, DecisionInput{Thread: thread.ID, Number: number, Round: 1,
			Action: ActionRestore}); err != nil {
			t.Errorf("%s: %v", target, err)
		}
		kinds := map[NoticeKind]bool{}
		for _, n := range w.mails.to(d.Author.Contact) {
			kinds[n.Kind] = kinds[n.Kind] ||
				strings.Contains(string(n.ID), string(DecisionID(thread.ID, number, 0))) ||
				n.Kind != NoticeHidden
		}
		if !kinds[NoticeHidden] || !kinds[NoticeRestored] {
			t.Errorf("%s: the author has letters %v", target, kinds)
		}
	}
	if queue, err := w.Queue(t.Context(), w.mod, civic.PageRequest{}); err != nil || len(queue.Items) != 0 {
		t.Errorf("the queue holds %+v, %v", queue.Items, err)
	}
}
