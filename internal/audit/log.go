package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
)

// Options says how a Log works.
type Options struct {
	Now civic.Clock // civic.Now when nil
	// keys the hashes, so that who can write to the store still cannot forge a chain; nil leaves them plain
	Vault *vault.Vault
	// returns the ids of those records whose contact staff must not see; nil veils none
	Veil func(ctx context.Context, records []Record) (map[civic.ID]bool, error)
}

// Log writes and reads the audit. It is safe for concurrent use.
type Log struct {
	now     civic.Clock
	vault   *vault.Vault
	veil    func(context.Context, []Record) (map[civic.ID]bool, error)
	records *docstore.Collection[Record]

	mu      sync.Mutex // guards waiting
	waiting []*write

	turn chan struct{} // held by whoever stores a batch; guards head and heads
	head Head          // the last acknowledged record of the current chain; no chain when Chain is empty
	// acknowledged ends of this process's earlier chains, until the next chain has named them
	heads []Head
}

// write is records on their way to the store.
type write struct {
	records []Record
	done    chan struct{} // closed when err is final
	err     error
}

// New returns the audit of db.
func New(ctx context.Context, db *docstore.DB, o Options) (*Log, error) {
	records, err := docstore.Collect[Record](ctx, db, spec())
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	if o.Now == nil {
		o.Now = civic.Now
	}
	return &Log{now: o.Now, vault: o.Vault, veil: o.Veil, records: records, turn: make(chan struct{}, 1)}, nil
}

// Write keeps e and returns when it is durable. Writers that come while another one stores are stored
// together next, so that each waits for two inserts at most, however many they are.
func (l *Log) Write(ctx context.Context, e Entry) error { return l.WriteAll(ctx, []Entry{e}) }

// Entered keeps e, which says that something was done that is done once to its object, and keeps it once:
// since is when it was done, or the zero time for what is done once for all time. With again set what
// versions before there were keys kept counts, too, by a search from since.
func (l *Log) Entered(ctx context.Context, e Entry, again bool, since time.Time) error {
	if e.Key == "" {
		done := civic.ID(strconv.FormatInt(since.UnixMilli(), 10))
		e.Key = civic.Key(civic.ID(e.Action), e.Object, e.By.Account, done)
	}
	if again {
		kept, err := l.holds(ctx, e, since)
		if err != nil || kept {
			return err
		}
	}
	return l.Write(ctx, e)
}

// holds reports whether e is kept since a time.
func (l *Log) holds(ctx context.Context, e Entry, since time.Time) (bool, error) {
	q := docstore.Query{Filter: docstore.Filter{docstore.Eq("action", clean(e.Action)),
		docstore.Gte("at", since)}, Sort: []string{"at"}, Limit: 500}
	for r, err := range l.records.All(ctx, q) {
		if err != nil {
			return false, err
		}
		if r.Object == clean(e.Object) && r.Actor == clean(e.By.Account) {
			return true, nil
		}
	}
	return false, nil
}

// WriteAll keeps several entries, in order and side by side, for the cost of one.
func (l *Log) WriteAll(ctx context.Context, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	w := &write{done: make(chan struct{}), records: make([]Record, len(entries))}
	now := l.now()
	for i, e := range entries {
		w.records[i] = e.record(now)
	}
	l.mu.Lock()
	l.waiting = append(l.waiting, w)
	l.mu.Unlock()

	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		return away(ctx) // it may still be stored, with the next batch
	case l.turn <- struct{}{}:
	}
	select {
	case <-w.done: // the turn came just after another one had stored it
	default:
		l.store(ctx)
	}
	<-l.turn
	<-w.done
	return w.err
}

// away returns the error of a call whose context ended while others were at the store.
func away(ctx context.Context) error {
	return civic.Wrap(civic.Unavailable, "error.unavailable", fmt.Errorf("audit: %w", context.Cause(ctx)))
}

// storeTimeout bounds a batch, which serves many callers and so does not end with the one that happens to
// store it.
const storeTimeout = 10 * time.Second

// store keeps everything that waits. The caller holds the turn.
func (l *Log) store(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	l.mu.Lock()
	batch := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	err := l.append(ctx, batch)
	for _, w := range batch {
		w.err = err
		close(w.done)
	}
}

// append stores what a batch brings and the log does not hold. It begins again, without what is held, when
// the log holds one of the keys.
func (l *Log) append(ctx context.Context, batch []*write) error {
	if l.head.Chain != "" && chainDay(l.head.Chain) != day(l.now()) {
		l.leaveChain()
	}
	var records []*Record
	for _, w := range batch {
		for i := range w.records {
			records = append(records, &w.records[i])
		}
	}
	for try := 0; ; try++ {
		left, err := l.insert(ctx, records)
		if civic.CodeOf(err) != civic.Conflict || try == maxTries {
			return err
		}
		if records, err = l.unkept(ctx, left); err != nil || len(records) == 0 {
			return err
		}
	}
}

// insert stores records at the end of the chain. Of a Conflict it returns those that are not stored.
func (l *Log) insert(ctx context.Context, records []*Record) (left []*Record, err error) {
	head, docs := l.head, []*Record(nil)
	if head.Chain == "" {
		first, err := l.opening(ctx)
		if err != nil {
			return nil, fmt.Errorf("audit: begin a chain: %w", err)
		}
		first, head = l.after(Head{Chain: newChain(l.now())}, first)
		docs = append(docs, &first)
	}
	for _, r := range records {
		*r, head = l.after(head, *r)
		docs = append(docs, r)
	}
	err = l.records.Insert(ctx, docs...)
	if civic.CodeOf(err) == civic.Conflict { // those before it are stored
		stored, headErr := l.storedHead(ctx, head.Chain)
		if headErr != nil || stored.Seq == 0 || stored.Seq >= head.Seq {
			l.leaveChain()
			return nil, fmt.Errorf("audit: write: %s, %s", err, headErr)
		}
		if l.head.Chain == "" {
			l.heads = nil
		}
		l.head = stored
		return records[len(records)-(head.Seq-stored.Seq):], err
	}
	if err != nil {
		l.leaveChain()
		return nil, fmt.Errorf("audit: write: %w", err)
	}
	if l.head.Chain == "" {
		l.heads = nil
	}
	l.head = head
	return nil, nil
}

// leaveChain makes the next write begin a chain, and remembers where this one certainly reached.
func (l *Log) leaveChain() {
	if l.head.Chain != "" {
		l.heads = append(l.heads, l.head)
	}
	l.head = Head{}
}

// opening returns the first record of a chain. What this process itself knows of a chain goes before what the
// store shows.
func (l *Log) opening(ctx context.Context) (Record, error) {
	stored, err := l.knownHeads(ctx)
	if err != nil {
		return Record{}, err
	}
	heads := append([]Head{}, l.heads...)
	for _, h := range stored {
		if h.Seq > 0 {
			heads = append(heads, h)
		}
	}
	e := Entry{By: civic.System("audit"), Action: ActionOpened}
	r := e.record(l.now())
	r.Heads = heads
	return r, nil
}

// record returns e as it is kept. A citizen's name is left out: the account id tells who it was as long as
// that may be known.
func (e Entry) record(now time.Time) Record {
	r := Record{
		At: now.UTC().Truncate(time.Millisecond), Actor: clean(e.By.Account), Request: clean(e.By.Request),
		Action: clean(e.Action),
		Object: clean(e.Object), Contact: clean(e.Contact), Detail: cleanDetail(e.Detail), Sealed: e.Sealed,
		Key: clean(e.Key),
	}
	if e.By.Token != "" {
		if r.Detail == nil {
			r.Detail = map[string]string{}
		}
		r.Detail[DetailToken] = clean(e.By.Token)
	}
	if e.By.IsSystem() || e.By.IsStaff() {
		r.Name = clean(e.By.Name)
	} else {
		r.Person = clean(e.By.Contact)
	}
	return r
}

// maxText bounds each text of a record, in bytes.
const maxText = 500

// clean makes a text that every engine keeps as it is: valid UTF-8 of a bounded length.
func clean[T ~string](text T) T {
	s := string(text)
	if len(s) > maxText {
		s = s[:maxText]
	}
	return T(strings.ToValidUTF8(s, ""))
}

func cleanDetail(detail map[string]string) map[string]string {
	if len(detail) == 0 {
		return nil
	}
	kept := make(map[string]string, len(detail))
	for k, v := range detail {
		kept[strings.NewReplacer(".", "_", "$", "_", "\x00", "_").Replace(clean(k))] = clean(v)
	}
	return kept
}
