package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/docstore/storetest"
	"ascolto/internal/vault"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func (c *clock) addDate(years, months, days int) {
	c.add(c.now().AddDate(years, months, days).Sub(c.now()))
}

func newLog(t *testing.T, db *docstore.DB, c *clock) *Log {
	t.Helper()
	v, err := vault.New([]byte("a secret of the tests, 32 bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(t.Context(), db, Options{Now: c.now, Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var (
	officer = civic.NewActor(civic.Actor{Account: "dpo", Name: "Rosa D'Angelo",
		Roles: []civic.Role{civic.DataProtection}}, civic.Grants{civic.DataProtection: {PermRead}})
	operator = civic.NewActor(civic.Actor{Account: "urp", Name: "Nicolò De Santis",
		Roles: []civic.Role{civic.Operator}, Request: "r1"}, nil)
	citizen = civic.NewActor(civic.Actor{Account: "anna", Contact: "c1", Name: "Anna Però",
		Roles: []civic.Role{civic.Citizen}}, nil)
)

func record(t *testing.T, l *Log, n int) {
	t.Helper()
	for i := range n {
		e := Entry{By: operator, Action: "crm.contact.read", Object: "o",
			Contact: civic.ID(fmt.Sprint("c", i%3)), Detail: map[string]string{"n": fmt.Sprint(i)}}
		if err := l.Write(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t *testing.T, l *Log, known ...Head) Report {
	t.Helper()
	r, err := l.Verify(t.Context(), known...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func all(t *testing.T, l *Log) []Record {
	t.Helper()
	var rs []Record
	for r, err := range l.records.All(t.Context(), docstore.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		rs = append(rs, r)
	}
	return rs
}

func TestWhatWasWrittenIsReadByWhoMay(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := newLog(t, storetest.Open(t), c)
	record(t, l, 7)
	c.add(time.Hour)
	if err := l.Write(t.Context(), Entry{By: citizen, Action: "accounts.signin", Object: "anna",
		Detail: map[string]string{"a.b": "bad\xffbytes"}}); err != nil {
		t.Fatal(err)
	}
	for _, by := range []civic.Actor{civic.Visitor("r"), citizen, operator} {
		if _, err := l.List(t.Context(), by, Query{}); civic.CodeOf(err) != civic.Forbidden &&
			civic.CodeOf(err) != civic.Unauthenticated {
			t.Errorf("%q read the audit: %v", by.Account, err)
		}
	}
	page, err := l.List(t.Context(), officer, Query{Actor: "anna"})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("records of anna: %v, %v", page.Items, err)
	}
	got := page.Items[0]
	if got.Name != "" || got.At != c.now() || got.Detail["a_b"] != "badbytes" {
		t.Errorf("record of a citizen: %+v", got)
	}
	page, err = l.List(t.Context(), officer, Query{Contact: "c0", Actor: "urp", To: c.now()})
	if err != nil || len(page.Items) != 3 || page.Items[0].Name != operator.Name {
		t.Errorf("what the operator did to c0: %v, %v", page.Items, err)
	}
	page, err = l.List(t.Context(), officer, Query{Action: ActionRead})
	if err != nil || len(page.Items) != 2 || page.Items[0].Actor != "dpo" || page.Items[0].Contact != "c0" {
		t.Errorf("the officer's own reading: %+v, %v", page.Items, err)
	}
}

// What a reader asked for is noted with the reading. It comes from the address of a page, where anybody can
// write anything; a record that cannot be stored would also fail those that are stored with it.
func TestIDsAreKeptWithinBounds(t *testing.T) {
	t.Parallel()
	l := newLog(t, storetest.Open(t), newClock())
	odd := civic.ID("c\xff\xfe" + strings.Repeat("x", 20_000))
	if _, err := l.List(t.Context(), officer, Query{Contact: odd[3:]}); err != nil {
		t.Fatal(err)
	}
	if err := l.Write(t.Context(), Entry{By: civic.Actor{Account: odd}, Action: "crm.contact.read",
		Object: odd}); err != nil {
		t.Fatal(err)
	}
	for _, r := range all(t, l) {
		for _, id := range []civic.ID{r.Actor, r.Object, r.Contact} {
			if len(id) > maxText || !utf8.ValidString(string(id)) {
				t.Errorf("%s keeps an id of %d bytes, valid text: %v", r.Action, len(id),
					utf8.ValidString(string(id)))
			}
		}
	}
	if r := verify(t, l); !r.OK() {
		t.Errorf("%+v", r.Problems)
	}
}

// Whoever asks for a verification can stop waiting for it, also while another record is being stored.
func TestVerifyEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	l := newLog(t, storetest.Open(t), newClock())
	record(t, l, 1)
	l.turn <- struct{}{} // somebody stores, for long
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := l.Verify(ctx)
		ended <- err
	}()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("it waits for ever")
	}
	<-l.turn
}

func TestPagesShowEveryRecordOnce(t *testing.T) {
	t.Parallel()
	l := newLog(t, storetest.Open(t), newClock())
	record(t, l, 50)
	seen := map[civic.ID]bool{}
	for cursor := ""; ; {
		page, err := l.List(t.Context(), officer,
			Query{Contact: "c1", Actor: "urp", Page: civic.PageRequest{Size: 5, Cursor: cursor}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Items {
			if r.Actor != "urp" || seen[r.ID] {
				t.Errorf("shown twice or not asked for: %+v", r)
			}
			seen[r.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 17 {
		t.Errorf("saw %d records of c1, want 17", len(seen))
	}
}

func TestAnUntouchedAuditVerifies(t *testing.T) {
	t.Parallel()
	c, db := newClock(), storetest.Open(t)
	first, second := newLog(t, db, c), newLog(t, db, c)
	for range 3 {
		record(t, first, 5)
		record(t, second, 5)
		c.addDate(0, 0, 1)
	}
	for name, l := range map[string]*Log{"a writer": first, "a newcomer": newLog(t, db, c)} {
		r := verify(t, l)
		if !r.OK() || r.Chains != 6 || r.Records != 36 {
			t.Errorf("%s found %d chains, %d records, problems %v", name, r.Chains, r.Records, r.Problems)
		}
	}
}

func TestManyWritersShareAChain(t *testing.T) {
	t.Parallel()
	l := newLog(t, storetest.Open(t), newClock())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 10 {
				if err := l.Write(context.Background(), Entry{By: operator, Action: "x.y"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if r := verify(t, l); !r.OK() || r.Records != 201 || r.Chains != 1 {
		t.Errorf("report: %+v", r)
	}
}

// Entries that are reported together, or wait together, are made durable together.
func TestManyEntriesCostOneWrite(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	l := newLog(t, db, newClock())
	record(t, l, 1) // begins the chain
	before := db.Stats().Writes
	if err := l.WriteAll(t.Context(), make([]Entry, 20)); err != nil {
		t.Fatal(err)
	}
	if n := db.Stats().Writes - before; n != 1 {
		t.Errorf("20 entries took %d writes", n)
	}
	if r := verify(t, l); !r.OK() || r.Records != 22 {
		t.Errorf("report: %+v", r)
	}
}

// Each row of the table does harm that somebody who can write to the store could do.
func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	forge := func(t *testing.T, l *Log, r Record, change func(*Record)) {
		change(&r)
		if err := l.records.Replace(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(t *testing.T, l *Log, rs ...Record) {
		for _, r := range rs {
			if err := l.records.Delete(t.Context(), r.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name string
		harm func(t *testing.T, l *Log, rs []Record)
		want string
	}{
		{"another contact", func(t *testing.T, l *Log, rs []Record) {
			forge(t, l, rs[3], func(r *Record) { r.Contact = "c9" })
		}, Changed},
		{"another person who did it", func(t *testing.T, l *Log, rs []Record) {
			forge(t, l, rs[3], func(r *Record) { r.Person = "c9" })
		}, Changed},
		{"another detail", func(t *testing.T, l *Log, rs []Record) {
			forge(t, l, rs[3], func(r *Record) { r.Detail["n"] = "7" })
		}, Changed},
		{"another time", func(t *testing.T, l *Log, rs []Record) {
			forge(t, l, rs[3], func(r *Record) { r.At = r.At.Add(time.Millisecond) })
		}, Changed},
		{"a plain hash made anew", func(t *testing.T, l *Log, rs []Record) {
			forge(t, l, rs[3], func(r *Record) {
				r.Action = "nothing"
				r.Hash = (&Log{}).hash(*r)
			})
		}, Changed},
		{"a true record in another's place", func(t *testing.T, l *Log, rs []Record) {
			forge(t, l, rs[3], func(r *Record) {
				id, rev := r.ID, r.Revision
				*r = rs[2]
				r.ID, r.Revision = id, rev
			})
		}, Changed},
		{"one in the middle gone", func(t *testing.T, l *Log, rs []Record) { remove(t, l, rs[3]) }, Missing},
		{"the beginning gone", func(t *testing.T, l *Log, rs []Record) { remove(t, l, rs[:3]...) }, Missing},
		{"the end of yesterday gone", func(t *testing.T, l *Log, rs []Record) { remove(t, l, rs[4:6]...) },
			Missing},
		{"all of yesterday gone", func(t *testing.T, l *Log, rs []Record) { remove(t, l, rs[:6]...) },
			Missing},
		{"the newest gone", func(t *testing.T, l *Log, rs []Record) { remove(t, l, rs[len(rs)-1]) }, Missing},
		{"everything gone", func(t *testing.T, l *Log, rs []Record) { remove(t, l, rs...) }, Missing},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			l := newLog(t, storetest.Open(t), c)
			record(t, l, 5)
			c.addDate(0, 0, 1)
			record(t, l, 5)
			rs := all(t, l)
			if before := verify(t, l); !before.OK() || len(rs) != 12 {
				t.Fatalf("before: %+v", before)
			}
			test.harm(t, l, rs)
			r := verify(t, l)
			if r.OK() || r.Problems[0].Kind != test.want {
				t.Errorf("problems %v, want %s", r.Problems, test.want)
			}
		})
	}
}

// What lists of records go by stands beside them in the file; somebody who changes that alone is found, too.
func TestHidingARecordIsFound(t *testing.T) {
	t.Parallel()
	options := storetest.SQLite(t)
	db, err := docstore.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	record(t, newLog(t, db, c), 5)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := sql.Open("sqlite", options.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var hidden civic.ID
	if err := file.QueryRowContext(t.Context(), "SELECT max(id) FROM audit").Scan(&hidden); err != nil {
		t.Fatal(err)
	}
	if _, err := file.ExecContext(t.Context(), "UPDATE audit SET k_contact = x'05' WHERE id = ?",
		hidden); err != nil {
		t.Fatal(err)
	}
	r := verify(t, newLog(t, storetest.OpenOptions(t, options), c))
	if want := []Problem{{hidden, Hidden}}; !slices.Equal(r.Problems, want) {
		t.Errorf("problems %v, want %v", r.Problems, want)
	}
}

// A process that stopped cannot tell where its last chain ended; a head noted elsewhere can.
func TestNotedHeadFindsACutEnd(t *testing.T) {
	t.Parallel()
	c, db := newClock(), storetest.Open(t)
	l := newLog(t, db, c)
	record(t, l, 5)
	noted := verify(t, l).Heads
	rs := all(t, l)
	if err := l.records.Delete(t.Context(), rs[len(rs)-1].ID); err != nil {
		t.Fatal(err)
	}
	later := newLog(t, db, c)
	if r := verify(t, later); !r.OK() {
		t.Fatalf("without a noted head: %+v", r)
	}
	copied, err := ParseHead(noted[0].String()) // from a sheet of paper
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, later, copied); r.OK() {
		t.Error("the cut end was not found")
	}
}

// A failed write ends the chain, because nobody knows what of it was kept; later writes go on in another and
// all verifies.
func TestAFailedWriteDoesNotBreakTheChain(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := newLog(t, storetest.Open(t), c)
	record(t, l, 3)
	taken, _ := l.after(l.head, Entry{By: operator, Action: "in the way"}.record(c.now()))
	// as when an answer was lost and the record kept
	if err := l.records.Insert(t.Context(), &taken); err != nil {
		t.Fatal(err)
	}
	if err := l.Write(t.Context(), Entry{By: operator, Action: "x"}); err == nil {
		t.Fatal("the write should have met the record in its way")
	}
	record(t, l, 3)
	r := verify(t, l)
	if !r.OK() || r.Chains != 2 || r.Records != 9 {
		t.Errorf("report: %+v", r)
	}
}

func TestACallerWhoLeavesDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	l := newLog(t, storetest.Open(t), newClock())
	l.turn <- struct{}{} // somebody is storing
	gone, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- l.Write(gone, Entry{By: operator, Action: "left"}) }()
	for len(waiting(l)) == 0 {
		time.Sleep(time.Millisecond)
	}
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) || civic.CodeOf(err) != civic.Unavailable {
		t.Errorf("a caller who left got %v", err)
	}
	<-l.turn
	record(t, l, 1)
	if r := verify(t, l); !r.OK() || r.Records != 3 {
		t.Errorf("report: %+v", r)
	}
}

func waiting(l *Log) []*write {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting
}

func TestRetention(t *testing.T) {
	t.Parallel()
	c, db := newClock(), storetest.Open(t)
	l := newLog(t, db, c)
	record(t, l, 5)
	c.addDate(0, 13, 0)
	record(t, l, 5)
	job := civic.System("retention")
	if _, err := l.Expire(t.Context(), job, 12); civic.CodeOf(err) != civic.Invalid {
		t.Errorf("12 months: %v", err)
	}
	if _, err := l.Expire(t.Context(), officer, 24); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("a person expired records: %v", err)
	}
	if n, err := l.Expire(t.Context(), job, 24); n != 0 || err != nil {
		t.Errorf("after 13 months %d went, %v", n, err)
	}
	c.addDate(0, 11, 1)
	if n, err := l.Expire(t.Context(), job, 24); n != 6 || err != nil {
		t.Errorf("after two years and a day %d went, %v; want 6", n, err)
	}
	r := verify(t, l)
	want := Report{Records: 8, Chains: 2, Problems: []Problem{}}
	r.Heads = nil
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("after expiry (-want +got):\n%s", diff)
	}
	rs := all(t, l)
	if err := l.records.Delete(t.Context(), rs[2].ID); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, l); r.OK() {
		t.Error("a removed record passed as expired")
	}
}

func BenchmarkWrite(b *testing.B) {
	l, err := New(b.Context(), storetest.Open(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := l.Write(b.Context(),
				Entry{By: operator, Action: "crm.contact.read", Contact: "c"}); err != nil {
				b.Error(err)
			}
		}
	})
}
