package work_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/work"
)

const permCount civic.Permission = "test.count"

var grants = civic.Grants{civic.Communication: {permCount}, civic.Administrator: {work.PermAll}}

func actor(account civic.ID, role civic.Role) civic.Actor {
	return civic.NewActor(civic.Actor{Account: account, Name: "N. " + string(account),
		Roles: []civic.Role{role}, Request: "r"}, grants)
}

var (
	fabio = actor("fabio", civic.Communication)
	elena = actor("elena", civic.Communication)
	luisa = actor("luisa", civic.Administrator)
	carla = actor("carla", civic.Operator)
)

// office is a store, its clock, and what happened to each line that a task counted.
type office struct {
	t     *testing.T
	db    *docstore.DB
	audit *audit.Log
	now   atomic.Int64

	mu      sync.Mutex
	counted map[int]int // beyond checkpoints: how often each line was begun
}

func openOffice(t *testing.T) *office { return officeOn(t, storetest.Open(t)) }

func officeOn(t *testing.T, db *docstore.DB) *office {
	o := &office{t: t, db: db, counted: map[int]int{}}
	o.now.Store(time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC).UnixMilli())
	var err error
	if o.audit, err = audit.New(t.Context(), o.db, audit.Options{Now: o.clock}); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) clock() time.Time        { return time.UnixMilli(o.now.Load()).UTC() }
func (o *office) advance(d time.Duration) { o.now.Add(d.Milliseconds()) }
func (o *office) service(kinds ...work.Kind) *work.Service {
	o.t.Helper()
	s, err := work.New(o.t.Context(), work.Options{DB: o.db, Audit: o.audit, Kinds: kinds, Now: o.clock,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// counting is a kind that writes lines, with a checkpoint after each; after is called behind each checkpoint
// with its error, before in front of it.
func (o *office) counting(lines int, before func(n int), after func(n int, err error) error) work.Kind {
	return work.Kind{Name: "test.count", Permission: permCount,
		Run: func(ctx context.Context, t work.Task, p *work.Progress) (work.Result, error) {
			from := 0
			if t.Checkpoint != "" {
				from, _ = strconv.Atoi(t.Checkpoint)
			}
			for n := from; n < lines; n++ {
				o.mu.Lock()
				o.counted[n]++
				o.mu.Unlock()
				if _, err := fmt.Fprintf(p, "line %d\n", n); err != nil {
					return work.Result{}, err
				}
				if before != nil {
					before(n)
				}
				err := p.Checkpoint(work.Position{Done: n + 1, Total: lines, Step: "work.step.write",
					Checkpoint: strconv.Itoa(n + 1)})
				if after != nil {
					err = after(n, err)
				}
				if err != nil {
					return work.Result{}, err
				}
			}
			return work.Result{FileName: "lines.txt", MediaType: "text/plain"}, ctx.Err()
		}}
}

func (o *office) add(s *work.Service, by civic.Actor, key string) work.Task {
	o.t.Helper()
	t, err := s.Add(o.t.Context(), by,
		work.NewTask{FormKey: key, Kind: "test.count", Input: map[string]string{"district": "centro"}})
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

func (o *office) work(s *work.Service) bool {
	o.t.Helper()
	worked, err := s.WorkOne(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return worked
}

func (o *office) task(s *work.Service, id civic.ID) work.Task {
	o.t.Helper()
	t, err := s.Task(o.t.Context(), luisa, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

func (o *office) file(s *work.Service, id civic.ID) string {
	o.t.Helper()
	f, err := s.Take(o.t.Context(), fabio, id)
	if err != nil {
		o.t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.WriteTo(o.t.Context(), &b); err != nil {
		o.t.Fatal(err)
	}
	if int64(b.Len()) != f.Size {
		o.t.Errorf("%d bytes, the task says %d", b.Len(), f.Size)
	}
	return b.String()
}

func linesTo(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

const key = "form-0000000000000001"

// TestTaskIsDoneOnce: a form that is sent twice makes one task, which is done once and audited once.
func TestTaskIsDoneOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(o.counting(3, nil, nil))
	first, second := o.add(s, fabio, key), o.add(s, fabio, key)
	if first.ID != second.ID {
		t.Error("the form made two tasks")
	}
	if !o.work(s) || o.work(s) {
		t.Error("the task was not worked on once")
	}
	got := o.task(s, first.ID)
	if got.State != work.Done || got.Done != 3 || got.Total != 3 || got.Percent() != 100 || got.Open() ||
		!got.HasFile() {
		t.Errorf("it ended as %+v", got)
	}
	if file := o.file(s, first.ID); file != linesTo(3) {
		t.Errorf("the file says %q", file)
	}
	for action, want := range map[audit.Action]int{work.ActionAsked: 1, work.ActionTaken: 1,
		work.ActionCancelled: 0} {
		if n := o.audited(action); n != want {
			t.Errorf("%d records of %s, want %d", n, action, want)
		}
	}
}

func (o *office) audited(action audit.Action) int {
	o.t.Helper()
	page, err := o.audit.List(o.t.Context(), civic.System("test"), audit.Query{Action: action})
	if err != nil {
		o.t.Fatal(err)
	}
	return len(page.Items)
}

// TestAuditNamesWhoAsked: what a task writes in the audit names the colleague who asked for it, who may do
// nothing by it.
func TestAuditNamesWhoAsked(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	by := o.add(o.service(o.counting(1, nil, nil)), fabio, "form-key-of-a-task").By()
	if err := o.audit.Write(t.Context(), audit.Entry{By: by, Action: "test.counted"}); err != nil {
		t.Fatal(err)
	}
	page, err := o.audit.List(t.Context(), civic.System("test"), audit.Query{Action: "test.counted"})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	if r := page.Items[0]; r.Actor != fabio.Account || r.Name != fabio.Name || by.Allowed(permCount) {
		t.Errorf("the audit names %q, account %q; they may count: %t", r.Name, r.Actor, by.Allowed(permCount))
	}
}

// TestWhoMaySeeAndTake: tasks are seen by who asked for them and by administrators, and taken by the first
// alone.
func TestWhoMaySeeAndTake(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(o.counting(1, nil, nil))
	id := o.add(s, fabio, key).ID
	if _, err := s.Take(t.Context(), fabio, id); civic.CodeOf(err) != civic.Conflict {
		t.Errorf("a file that is not made yet: %v", err)
	}
	o.work(s)
	former := actor("fabio", civic.Operator) // who lost the permission since
	for _, c := range []struct {
		by        civic.Actor
		see, take civic.Code
		seen      int
	}{
		{fabio, "", "", 1},
		{elena, civic.NotFound, civic.NotFound, 0},
		{luisa, "", civic.NotFound, 1},
		{carla, civic.NotFound, civic.NotFound, 0},
		{former, "", civic.Forbidden, 1},
		{civic.Visitor("r"), civic.NotFound, civic.NotFound, -1},
	} {
		if _, err := s.Task(t.Context(), c.by, id); civic.CodeOf(err) != c.see {
			t.Errorf("%s sees it: %v", c.by.Account, err)
		}
		if _, err := s.Take(t.Context(), c.by, id); civic.CodeOf(err) != c.take {
			t.Errorf("%s takes it: %v", c.by.Account, err)
		}
		page, err := s.Tasks(t.Context(), c.by, civic.PageRequest{})
		if c.seen >= 0 && (err != nil || len(page.Items) != c.seen) || c.seen < 0 &&
			civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%s is shown %d tasks: %v", c.by.Account, len(page.Items), err)
		}
	}
	for _, by := range []civic.Actor{carla, luisa, civic.Visitor("r")} {
		if _, err := s.Add(t.Context(), by,
			work.NewTask{FormKey: "form-0000000000000002", Kind: "test.count"}); err == nil {
			t.Errorf("%s asks for what they may not", by.Account)
		}
	}
	for _, bad := range []string{"", "short", "form/000000000000000001"} {
		if _, err := s.Add(t.Context(), fabio,
			work.NewTask{FormKey: bad, Kind: "test.count"}); civic.CodeOf(err) != civic.Invalid {
			t.Errorf("key %q: %v", bad, err)
		}
	}
}

// TestKilledTaskGoesOn stops a process at each of its checkpoints, before and after it is stored: another
// one goes on from there when the lease is over, and the file is as if nothing had happened.
func TestKilledTaskGoesOn(t *testing.T) {
	t.Parallel()
	const lines = 5
	for n := range lines {
		for _, stored := range []bool{false, true} {
			t.Run(fmt.Sprintf("line %d, stored %t", n, stored), func(t *testing.T) {
				t.Parallel()
				o := openOffice(t)
				var dead *atomic.Bool
				s := o.service(o.counting(lines,
					func(i int) { dead.Store(dead.Load() || i == n && !stored) },
					func(i int, err error) error {
						if i == n && stored {
							dead.Store(true)
							return errors.New("killed")
						}
						return err
					}))
				dead = work.Killed(s)
				id := o.add(s, fabio, key).ID
				o.work(s)
				got := o.task(s, id)
				if got.State != work.Running {
					t.Fatalf("a dead process left the task %s", got.State)
				}
				next := o.service(o.counting(lines, nil, nil))
				if o.work(next) {
					t.Error("the task was taken while its lease held")
				}
				o.advance(work.Lease + time.Millisecond)
				if !o.work(next) {
					t.Fatal("nobody goes on")
				}
				if got = o.task(next, id); got.State != work.Done || got.Term != 2 {
					t.Errorf("it ended as %+v", got)
				}
				if file := o.file(next, id); file != linesTo(lines) {
					t.Errorf("the file says %q", file)
				}
				for i, times := range o.counted {
					if want := 1 + btoi(i == n && !stored); times > want {
						t.Errorf("line %d was counted %d times", i, times)
					}
				}
			})
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestLostLeaseStoresNothing: a process that slept longer than its lease stores neither progress nor file
// nor end.
func TestLostLeaseStoresNothing(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	other := o.service(o.counting(4, nil, nil))
	var lost error
	slow := o.service(o.counting(4, func(n int) {
		if n == 2 {
			o.advance(work.Lease + time.Second)
			if !o.work(other) {
				t.Error("nobody took over")
			}
		}
	}, func(n int, err error) error {
		if n == 2 {
			lost = err
		}
		return err
	}))
	id := o.add(slow, fabio, key).ID
	o.work(slow)
	if lost == nil {
		t.Error("the process that lost its lease stored its progress")
	}
	if got := o.task(slow, id); got.State != work.Done || got.Term != 2 || got.Done != 4 {
		t.Errorf("it ended as %+v", got)
	}
	if file := o.file(slow, id); file != linesTo(4) {
		t.Errorf("the file says %q", file)
	}
}

// TestManyWorkersDoEachTaskOnce has eight workers of four processes do forty tasks.
func TestManyWorkersDoEachTaskOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var done sync.Map
	kind := work.Kind{Name: "test.count", Permission: permCount,
		Run: func(_ context.Context, t work.Task, p *work.Progress) (work.Result, error) {
			n, _ := done.LoadOrStore(t.ID, new(atomic.Int32))
			n.(*atomic.Int32).Add(1)
			return work.Result{}, p.Checkpoint(work.Position{Done: 1, Total: 1})
		}}
	first := o.service(kind)
	const tasks = 40
	for i := range tasks {
		by := actor(civic.ID(fmt.Sprintf("colleague%d", i/work.MaxOpen)), civic.Communication)
		o.add(first, by, fmt.Sprintf("form-%016d", i))
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for range 4 {
		s := o.service(kind)
		running.Go(func() {
			if err := s.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(
		20 * time.Millisecond) {
		if open := o.open(first); open == 0 {
			break
		}
	}
	stop()
	running.Wait()
	n := 0
	done.Range(func(id, times any) bool {
		n++
		if got := times.(*atomic.Int32).Load(); got != 1 {
			t.Errorf("task %s was done %d times", id, got)
		}
		return true
	})
	if n != tasks || o.open(first) != 0 {
		t.Errorf("%d tasks were done, want %d", n, tasks)
	}
}

func (o *office) open(s *work.Service) (n int) {
	o.t.Helper()
	page, err := s.Tasks(o.t.Context(), luisa, civic.PageRequest{Size: civic.MaxPageSize})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, t := range page.Items {
		if t.Open() {
			n++
		}
	}
	return n
}

// TestStoppedServiceHandsOver: a process that is told to stop puts its task down, and the next goes on at
// once from its checkpoint.
func TestStoppedServiceHandsOver(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ctx, stop := context.WithCancel(t.Context())
	s := o.service(o.counting(5, nil, func(n int, err error) error {
		if n == 1 {
			stop()
		}
		return errors.Join(err, ctx.Err())
	}))
	id := o.add(s, fabio, key).ID
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if got := o.task(s, id); got.State != work.Waiting || got.Done != 2 || got.Tries != 0 {
		t.Fatalf("it was left as %+v", got)
	}
	next := o.service(o.counting(5, nil, nil))
	if !o.work(next) || o.file(next, id) != linesTo(5) {
		t.Error("nobody went on")
	}
	for i, times := range o.counted {
		if times != 1 {
			t.Errorf("line %d was counted %d times", i, times)
		}
	}
}

// TestCancel: a task that waits ends at once, one that is worked on at its next checkpoint, one that has
// ended not at all.
func TestCancel(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var s *work.Service
	var id civic.ID
	s = o.service(o.counting(9, func(n int) {
		if n == 3 {
			if err := s.Cancel(o.t.Context(), luisa, id); err != nil {
				t.Error(err)
			}
		}
	}, nil))
	waiting := o.add(s, fabio, key).ID
	for _, c := range []struct {
		by   civic.Actor
		want civic.Code
	}{
		{elena, civic.NotFound}, {civic.Visitor(""), civic.NotFound}, {fabio, ""}, {fabio, ""},
		{luisa, civic.Conflict},
	} {
		if err := s.Cancel(t.Context(), c.by, waiting); civic.CodeOf(err) != c.want {
			t.Errorf("%s cancels: %v", c.by.Account, err)
		}
	}
	if o.work(s) {
		t.Error("a cancelled task was worked on")
	}
	id = o.add(s, fabio, "form-0000000000000002").ID
	o.work(s)
	if got := o.task(s, id); got.State != work.Cancelled || got.Done != 4 {
		t.Errorf("it ended as %+v", got)
	}
	if _, err := s.Take(t.Context(), fabio, id); err == nil {
		t.Error("half a file can be taken")
	}
}

// TestFaults: what goes wrong is told in words, and what cannot be done is given up.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		run   func() error
		state work.State
		fault string
	}{
		"a rule": {func() error { return civic.NewError(civic.Forbidden, "error.forbidden") }, work.Failed,
			"error.forbidden"},
		"a gap": {func() error {
			return civic.NewErrorArgs(civic.Invalid, "error.text.long", civic.Args{"Max": 1})
		}, work.Failed, "error.text.long"},
		"our fault": {func() error { return errors.New("secret of anna@posta.example") }, work.Failed,
			"work.error.internal"},
		"panic": {func() error { panic("no") }, work.Failed, "work.error.internal"},
		"unavailable": {func() error { return civic.NewError(civic.Unavailable, "error.unavailable") },
			work.Waiting, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			s := o.service(work.Kind{Name: "test.count", Permission: permCount,
				Run: func(context.Context, work.Task, *work.Progress) (work.Result, error) {
					return work.Result{}, c.run()
				}})
			id := o.add(s, fabio, key).ID
			o.work(s)
			if got := o.task(s, id); got.State != c.state || got.Fault != c.fault {
				t.Errorf("it ended %s with %q", got.State, got.Fault)
			}
		})
	}
}

// TestDeadlyTaskIsGivenUp: a task at which every process dies is not tried for ever.
func TestDeadlyTaskIsGivenUp(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	var id civic.ID
	for range 7 {
		var dead *atomic.Bool
		s := o.service(o.counting(1, func(int) { dead.Store(true) }, nil))
		dead = work.Killed(s)
		if id == "" {
			id = o.add(s, fabio, key).ID
		}
		o.work(s)
		o.advance(work.Lease + time.Second)
	}
	if got := o.task(o.service(), id); got.State != work.Failed || got.Fault != "work.error.impossible" {
		t.Errorf("it is %s with %q after %d claims", got.State, got.Fault, got.Term)
	}
}

// TestAnOutageIsWaitedFor: a task waits for what does not answer, for a day.
func TestAnOutageIsWaitedFor(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(work.Kind{
		Name: "test.count", Permission: permCount,
		Run: func(context.Context, work.Task, *work.Progress) (work.Result, error) {
			return work.Result{}, civic.NewError(civic.Unavailable, "error.unavailable")
		},
	})
	id := o.add(s, fabio, key).ID
	rounds := func() {
		for range 12 {
			o.work(s)
			o.advance(work.Lease + time.Second)
		}
	}
	rounds()
	if got := o.task(s, id); got.State != work.Waiting {
		t.Errorf("after minutes it is %s with %q", got.State, got.Fault)
	}
	o.advance(24 * time.Hour)
	rounds()
	if got := o.task(s, id); got.State != work.Failed || got.Fault != "work.error.impossible" {
		t.Errorf("after a day it is %s with %q", got.State, got.Fault)
	}
}

// TestSweep: a file is removed when its time is over, the task itself later.
func TestSweep(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := o.service(o.counting(3, nil, nil))
	id := o.add(s, fabio, key).ID
	o.work(s)
	for _, c := range []struct {
		later       time.Duration
		swept       int
		take, exist civic.Code
	}{
		{work.FileLife - time.Minute, 0, "", ""},
		{time.Minute, 1, civic.Gone, ""},
		{time.Minute, 0, civic.Gone, ""},
		{work.TaskLife, 1, civic.NotFound, civic.NotFound},
	} {
		o.advance(c.later)
		if n, err := s.Sweep(t.Context()); err != nil || n != c.swept {
			t.Errorf("after %v: %d swept, %v", c.later, n, err)
		}
		if _, err := s.Take(t.Context(), fabio, id); civic.CodeOf(err) != c.take {
			t.Errorf("after %v: taken, %v", c.later, err)
		}
		if _, err := s.Task(t.Context(), fabio, id); civic.CodeOf(err) != c.exist {
			t.Errorf("after %v: %v", c.later, err)
		}
	}
	parts, err := docstore.Collect[work.Part](t.Context(), o.db, docstore.Spec{Name: "work_parts"})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := parts.Count(t.Context(), docstore.Filter{}); err != nil || n != 0 {
		t.Errorf("%d parts of files are left, %v", n, err)
	}
}

// TestLargeFile: a file larger than a document of the store can be comes back as it was written.
func TestLargeFile(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	want := strings.Repeat("0123456789abcdef", 200_000) // 3.2 MB
	s := o.service(work.Kind{Name: "test.count", Permission: permCount,
		Run: func(_ context.Context, _ work.Task, p *work.Progress) (work.Result, error) {
			_, err := p.Write([]byte(want))
			return work.Result{FileName: "a.txt"}, err
		}})
	id := o.add(s, fabio, key).ID
	o.work(s)
	if got := o.file(s, id); got != want {
		t.Errorf("%d bytes came back of %d", len(got), len(want))
	}
}
