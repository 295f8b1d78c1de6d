package notify

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/testtown"
	"ascolto/notify/message"
	"ascolto/notify/transport"
	"ascolto/notify/transport/transporttest"
)

// TestAWorkerThatDiesLosesNobody ends workers between each two steps. Whoever was in their hands gets the
// mail all the same; where it may have gone out before, the repeat has the same Message-ID and is marked.
func TestAWorkerThatDiesLosesNobody(t *testing.T) {
	t.Parallel()
	for step, mayDouble := range map[string]bool{stepClaimed: false, stepComposed: false, stepAnswered: true,
		stepRecorded: true, stepSettled: false} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			// Short enough to see what happens when a lease is over, long enough for who is at work on a slow
			// machine.
			o := openOffice(t, 30, func(o *Options) {
				o.Limits.Attempt, o.Limits.Lease = 3*time.Second,
					4*time.Second
			})
			o.hooks.waits = []time.Duration{10 * time.Millisecond}
			var deaths atomic.Int32
			o.hooks.step = func(s string, d *Delivery) {
				if s == step && d.Attempt == 1 && deaths.Add(1) <= 5 {
					runtime.Goexit() // nothing after this line happens, as in a crash
				}
			}
			o.serve()
			c := o.launch("k1")
			o.await(c.ID, Finished)
			counts := o.counts(c.ID)
			if counts.Of(Sent) != 30 || counts.Total != 30 {
				t.Errorf("%v", counts.States)
			}
			if counts.Twice != 5 && step != stepSettled || counts.Twice != 0 && step == stepSettled {
				t.Errorf("%d marked", counts.Twice)
			}
			wantMails := 30
			if mayDouble {
				wantMails = 35
			}
			checkCopies(t, o.sink.mails(), 30, wantMails)
			if len(o.diary.All()) != 30 {
				t.Errorf("%d activities", len(o.diary.All()))
			}
		})
	}
}

// TestWhoSendsAloneTakesUpAtOnce: after a crash, one process alone goes on with what the dead one was sending
// although its leases last an hour; where there may be others, their leases are respected.
func TestWhoSendsAloneTakesUpAtOnce(t *testing.T) {
	t.Parallel()
	const n, dead = 12, 4
	long := func(o *Options) {
		o.Limits.Lease, o.PromptLimits.Lease = time.Hour, time.Hour
		o.Workers, o.PromptWorkers = dead, 1
	}
	o := openOffice(t, n, long)
	var deaths atomic.Int32
	o.hooks.step = func(s string, d *Delivery) {
		if s == stepClaimed && deaths.Add(1) <= dead+1 {
			runtime.Goexit()
		}
	}
	if err := o.Enqueue(t.Context(), Message{ID: "m1", To: "ada@posta.example", Class: ClassService,
		Subject: "Oggetto", Text: "Testo"}); err != nil {
		t.Fatal(err)
	}
	stop := o.serve()
	c := o.launch("k1")
	sending := func() bool {
		d, err := o.ledger.Get(t.Context(), civic.Key("message", "m1"))
		return err == nil && d.State == Sending && o.counts(c.ID).Of(Sending) == dead
	}
	o.awaitThat("everybody who sends is dead", sending)
	stop()

	others := officeOn(t, o.DB, o.people, long, func(o *Options) { o.Alone = false })
	stop = others.serve()
	others.awaitThat("the rest is sent", func() bool { return others.counts(c.ID).Of(Sent) == n-dead })
	stop()
	if !sending() {
		t.Error("somebody did not respect the leases of others")
	}

	alone := officeOn(t, o.DB, o.people, long, func(o *Options) { o.Alone = true })
	alone.serve()
	alone.await(c.ID, Finished)
	alone.awaitThat("the single message is sent", func() bool {
		d, err := o.ledger.Get(t.Context(), civic.Key("message", "m1"))
		return err == nil && d.State == Sent && d.Twice
	})
	if counts := alone.counts(c.ID); counts.Of(Sent) != n || counts.Twice != dead {
		t.Errorf("%v, %d marked", counts.States, counts.Twice)
	}
}

// checkCopies demands that each of n addresses got the mail, wantMails in all, and repeats have the same
// Message-ID.
func checkCopies(t *testing.T, mails []transport.Envelope, n, wantMails int) {
	t.Helper()
	ids := map[string]map[string]int{}
	for _, e := range mails {
		m, err := message.Parse(e.Mail)
		if err != nil {
			t.Fatal(err)
		}
		if ids[e.To] == nil {
			ids[e.To] = map[string]int{}
		}
		ids[e.To][m.MessageID]++
	}
	if len(ids) != n || len(mails) != wantMails {
		t.Errorf("%d addresses got %d mails, want %d and %d", len(ids), len(mails), n, wantMails)
	}
	for address, of := range ids {
		if len(of) != 1 {
			t.Errorf("%s got different Message-IDs: %v", address, of)
		}
	}
}

func TestAPanicLosesNobody(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 20)
	o.hooks.waits = []time.Duration{10 * time.Millisecond}
	var panics atomic.Int32
	o.hooks.step = func(s string, d *Delivery) {
		if s == stepComposed && panics.Add(1) <= 5 {
			panic("a fault of ours")
		}
	}
	o.serve()
	c := o.launch("k1")
	o.await(c.ID, Finished)
	checkCopies(t, o.sink.mails(), 20, 20)
	if !strings.Contains(o.log.String(), "a fault of ours") {
		t.Error("the panic is not in the log")
	}
}

func TestTheTimelineCatchesUp(t *testing.T) {
	t.Parallel()
	clock := testtown.Machine()
	o := openOffice(t, 10, func(o *Options) { o.Now = clock.Now })
	o.diary.Fail(errors.New("the index is full"))
	o.serve()
	c := o.launch("k1")
	o.await(c.ID, Finished)
	if len(o.diary.All()) != 0 || len(o.sink.mails()) != 10 {
		t.Fatalf("%d activities, %d mails", len(o.diary.All()), len(o.sink.mails()))
	}
	o.diary.Fail(nil)
	clock.Pass(2 * time.Minute)
	o.awaitThat("every mail is on the timeline", func() bool { return len(o.diary.All()) == 10 })
	checkCopies(t, o.sink.mails(), 10, 10)
	for id, a := range o.diary.All() {
		if time.Since(a.At) < 0 {
			t.Errorf("%s stands on the timeline at the time it was noted, %s, not when it was sent", id, a.At)
		}
		if a.By != o.sender.Account {
			t.Errorf("%s is by %q on the timeline", id, a.By)
		}
	}
}

// TestTwoServicesSendOneCopyEach has two services, with workers of their own, at the same campaign of one
// store.
func TestTwoServicesSendOneCopyEach(t *testing.T) {
	t.Parallel()
	a := openOffice(t, 300)
	b := officeOn(t, a.DB, a.people)
	b.bulk.connect = a.sink.Conn
	bothAtWork := make(chan struct{})
	meet := sync.OnceFunc(func() { close(bothAtWork) })
	var composed [2]atomic.Bool
	for i, o := range []*office{a, b} { // neither ends a mail before the other has one in hand
		o.hooks.step = func(step string, _ *Delivery) {
			if step != stepComposed {
				return
			}
			if composed[i].Store(true); composed[1-i].Load() {
				meet()
			}
			select {
			case <-bothAtWork:
			case <-time.After(time.Minute):
			}
		}
	}
	a.serve()
	b.serve()
	c := a.launch("k1")
	a.await(c.ID, Finished)
	checkCopies(t, a.sink.mails(), 300, 300)
	if counts := a.counts(c.ID); counts.Of(Sent) != 300 || counts.Twice != 0 {
		t.Errorf("%v, %d marked", counts.States, counts.Twice)
	}
	if len(a.diary.All()) == 0 || len(b.diary.All()) == 0 {
		t.Errorf("one of the services did nothing: %d and %d", len(a.diary.All()), len(b.diary.All()))
	}
}

// TestWithoutClaimsCopiesDouble is the control of the one above: where the claim is taken out, two services
// do send twice.
func TestWithoutClaimsCopiesDouble(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 1)
	c := o.launch("k1")
	for range 2 {
		if err := o.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d := o.delivery(civic.Key(c.ID, "c00000"))
	slot := o.sink.Conn(transport.Limits{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { o.try(context.Background(), slot, &d) })
	}
	wg.Wait()
	if n := len(o.sink.mails()); n != 4 {
		t.Errorf("%d copies: the test above would prove nothing", n)
	}
}

const (
	childStore  = "NOTIFY_TEST_STORE"
	childServer = "NOTIFY_TEST_SMTP"
	childPeople = 300
)

// TestMain turns the test binary into a sender when a parent asks for one.
func TestMain(m *testing.M) {
	if os.Getenv(childStore) != "" {
		sendAsChild()
		return
	}
	os.Exit(m.Run())
}

// sendAsChild runs the service on the parent's store against the parent's server until it is killed or the
// campaign is over.
func sendAsChild() {
	ctx := context.Background()
	db, err := docstore.Open(ctx, docstore.Options{Path: os.Getenv(childStore)})
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	server, err := transport.ParseServer(os.Getenv(childServer))
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	t := &childT{}
	o := officeOn(t, db, newPeople(childPeople), func(o *Options) {
		o.Transport = transport.NewSMTP(transport.SMTPOptions{Server: server})
		o.Workers, o.Alone = 6, true
		o.Limits.Command, o.Limits.Answer, o.Limits.Attempt, o.Limits.Lease = 2*time.Second, 2*time.Second,
			2*time.Second, 2500*time.Millisecond
	})
	o.hooks.waits = []time.Duration{50 * time.Millisecond}
	go o.Run(ctx)
	go o.work.Run(ctx)
	for {
		if err := o.SendDue(ctx); err != nil {
			fmt.Println(err)
		}
		page, err := o.campaigns.Find(ctx, docstore.Query{Sort: []string{"-createdAt"}})
		if err == nil && len(page.Items) > 0 && page.Items[0].Ended() {
			db.Close()
			os.Exit(0)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// childT lets the child use the helpers of tests.
type childT struct{ testing.TB }

func (*childT) Helper()                  {}
func (*childT) Context() context.Context { return context.Background() }
func (*childT) Cleanup(func())           {}
func (*childT) Fatal(args ...any)        { fmt.Println(args...); os.Exit(2) }

// TestSIGKILL kills a sending process again and again. In the end everybody has the mail, repeats are no more
// than the workers that were killed, and they carry the same Message-ID.
func TestSIGKILL(t *testing.T) {
	t.Parallel()
	server := transporttest.NewServer(t, transport.NoTLS, func(int, string) string {
		time.Sleep(time.Duration(rand.IntN(6)) * time.Millisecond) // so that kills find mails at every stage
		return ""
	})
	store := filepath.Join(t.TempDir(), "ascolto.db")
	db, err := docstore.Open(t.Context(), docstore.Options{Path: store})
	if err != nil {
		t.Fatal(err)
	}
	o := officeOn(t, db, newPeople(childPeople))
	c := o.launch("k1")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	kills := 0
	for {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childStore+"="+store, childServer+"=smtp://"+
			fmt.Sprintf("127.0.0.1:%d?tls=none", server.Setting.Port))
		var out strings.Builder
		child.Stdout, child.Stderr = &out, &out
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- child.Wait() }()
		over := time.After(time.Duration(150+rand.IntN(500)) * time.Millisecond)
		if kills >= 12 {
			over = time.After(time.Minute)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("the child failed: %v\n%s", err, tail(out.String(), 2000))
			}
		case <-over:
			_ = child.Process.Signal(syscall.SIGKILL)
			<-done
			kills++
			if kills > 12 {
				db, err := docstore.Open(t.Context(), docstore.Options{Path: store})
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				t.Fatalf("the campaign did not end: %v, %d arrived\n%s",
					officeOn(t, db, newPeople(0)).counts(c.ID).States, len(server.Mails()), tail(out.String(),
						2000))
			}
			continue
		}
		break
	}
	if db, err = docstore.Open(t.Context(), docstore.Options{Path: store}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	o = officeOn(t, db, newPeople(childPeople))
	counts := o.counts(c.ID)
	if counts.Total != childPeople || counts.Of(Sent) != childPeople {
		t.Errorf("after %d kills: %v", kills, counts.States)
	}
	var mails []transport.Envelope
	for _, r := range server.Mails() {
		mails = append(mails, transport.Envelope{To: r.To, Mail: []byte(r.Raw)})
	}
	got := len(mails)
	checkCopies(t, mails, childPeople, got)
	if repeats := got - childPeople; repeats > kills*6 || repeats > counts.Twice {
		t.Errorf("%d repeats after %d kills of 6 workers, %d marked", repeats, kills, counts.Twice)
	}
	t.Logf("%d kills, %d mails, %d marked as possibly twice", kills, got, counts.Twice)
	if kills == 0 {
		t.Error("nothing was killed: the test proves nothing")
	}
}
