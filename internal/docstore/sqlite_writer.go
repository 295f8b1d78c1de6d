package docstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"ascolto/internal/civic"
	"ascolto/internal/routine"
)

// writer owns the one connection that writes. Writes that arrive while another is being made durable are
// gathered and committed together, so that many writers share one sync of the disk.
type writer struct {
	conn  driver.Conn
	stmts map[string]driver.Stmt
	disk  disk
	ops   chan *op
	done  chan struct{} // closed when the goroutine has ended

	cutFailed time.Time // when the log could not be cut; the goroutine's own

	mu     sync.RWMutex // held for reading while sending to ops
	closed bool
}

// op is one write. When work refuses (a civic error), what it has changed so far is kept: nothing, or the
// inserts before the one that was refused.
type op struct {
	work  func(tx *writer) error
	grows bool        // it may need room on the disk
	alone bool        // it is about the file, and runs outside the transactions of others
	taken atomic.Bool // by the goroutine, or by the caller who gave up
	err   error
	done  chan struct{}
}

const (
	maxBatch = 512 // writes that share a commit, so that none waits long for the others
	// how long a commit waits for writers that are about to come back, less than a sync takes
	settling = 200 * time.Microsecond
	// and how often it lets others run meanwhile: an end that no clock can put off
	yields = 4096
)

// openWriter connects to a file and starts the goroutine, which ends with close.
func openWriter(dsn string, place disk) (*writer, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	conn, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	w := &writer{conn: conn, stmts: map[string]driver.Stmt{}, disk: place, ops: make(chan *op, maxBatch),
		done: make(chan struct{})}
	routine.Go(nil, "writer of the store", w.run)
	return w, nil
}

// do has the goroutine run work in a transaction and returns when it is durable. When ctx ends before work
// began, it is not done; once begun, do waits for the end, which takes moments. Work that adds to the file is
// refused when the disk is full.
func (w *writer) do(ctx context.Context, grows bool, work func(tx *writer) error) error {
	return w.await(ctx, &op{work: work, grows: grows, done: make(chan struct{})})
}

// doAlone has the goroutine run work between two transactions, and returns when it is done, as do does.
func (w *writer) doAlone(ctx context.Context, work func(w *writer) error) error {
	return w.await(ctx, &op{work: work, alone: true, done: make(chan struct{})})
}

func (w *writer) await(ctx context.Context, o *op) error {
	if err := w.offer(ctx, o); err != nil {
		return err
	}
	select {
	case <-o.done:
	case <-ctx.Done():
		if o.taken.CompareAndSwap(false, true) {
			return ended(ctx)
		}
		<-o.done
	}
	return o.err
}

func (w *writer) offer(ctx context.Context, o *op) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return civic.NewError(civic.Unavailable, "error.unavailable")
	}
	if ctx.Err() != nil {
		return ended(ctx)
	}
	select {
	case w.ops <- o:
		return nil
	case <-ctx.Done():
		return ended(ctx)
	}
}

func (w *writer) close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.ops)
	}
	w.mu.Unlock()
	<-w.done
	return w.conn.Close()
}

func (w *writer) run() error {
	defer close(w.done)
	crowd := 0 // how many wrote at the same time last time
	for first := range w.ops {
		w.settle(crowd - 1)
		batch := w.runAlone(w.gather(first))
		crowd = len(batch)
		if len(batch) == 0 {
			continue
		}
		err := w.committed(batch)
		if err != nil && len(batch) > 1 {
			// Whose fault it was is unknown: each gets its own transaction and its own answer.
			for i := range batch {
				w.answer(batch[i:i+1], w.committed(batch[i:i+1]))
			}
			w.boundLog()
			continue
		}
		w.answer(batch, err)
		w.boundLog()
	}
	for _, s := range w.stmts {
		_ = s.Close() // the connection is closed next
	}
	return nil
}

// runAlone does what is to be done outside transactions, and returns the rest of a batch.
func (w *writer) runAlone(batch []*op) []*op {
	return slices.DeleteFunc(batch, func(o *op) bool {
		if o.alone {
			w.answer([]*op{o}, routine.Guard(nil, "writer of the store", func() error { return o.work(w) }))
		}
		return o.alone
	})
}

// settle lets the writers that were just answered offer their next write, so that they share a commit again,
// until n wait.
func (w *writer) settle(n int) {
	begun := time.Now()
	for i := 0; i < yields && len(w.ops) < n && time.Since(begun) < settling; i++ {
		runtime.Gosched()
	}
}

// gather returns first and the writes that wait behind it, without those whose callers gave up.
func (w *writer) gather(first *op) []*op {
	var batch []*op
	for o := first; ; {
		if o.taken.CompareAndSwap(false, true) {
			batch = append(batch, o)
		}
		if len(batch) == maxBatch {
			return batch
		}
		var ok bool
		select {
		case o, ok = <-w.ops:
			if ok {
				continue
			}
		default:
		}
		return batch
	}
}

// committed is commit, and an error when that panics: those who wait get their answer all the same.
func (w *writer) committed(batch []*op) error {
	return routine.Guard(nil, "writer of the store", func() error { return w.commit(batch) })
}

// commit runs a batch in one transaction. An error means that nothing of it is stored; what a single write
// refused is in its err.
func (w *writer) commit(batch []*op) error {
	full := w.isFull()
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, o := range batch {
		if full && o.grows {
			o.err = civic.NewError(civic.Full, "error.full")
			continue
		}
		var refusal *civic.Error
		o.err = o.run(w)
		if o.err != nil && !errors.As(o.err, &refusal) && !errors.Is(o.err, errStale) {
			return errors.Join(o.err, w.rollback())
		}
	}
	if _, err := w.exec("COMMIT"); err != nil {
		return errors.Join(err, w.rollback())
	}
	return nil
}

// isFull reports whether only deletions may be stored. Before it says so the room that the log holds is given
// back, for otherwise nothing would: what is refused moves no log.
func (w *writer) isFull() bool {
	return !w.disk.hasRoom() && !(w.cutLog() && w.disk.hasRoom())
}

// run does the work; a panic in it is an error, not the end of the program.
func (o *op) run(tx *writer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("docstore: a write panicked: %v", p)
		}
	}()
	return o.work(tx)
}

// rollback ends the transaction; SQLite may have ended it already, when the disk is full for example.
func (w *writer) rollback() error {
	_, err := w.exec("ROLLBACK")
	var se *sqlite.Error
	if errors.As(err, &se) {
		return nil
	}
	return err
}

func (w *writer) answer(batch []*op, err error) {
	for _, o := range batch {
		if err != nil {
			o.err = err
		}
		close(o.done)
	}
}

// exec runs one statement and returns how many rows it changed. Only the goroutine may call it, that is an
// op's work.
func (w *writer) exec(query string, args ...any) (int64, error) {
	s, err := w.prepare(query)
	if err != nil {
		return 0, err
	}
	r, err := s.(driver.StmtExecContext).ExecContext(context.Background(), named(args))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// query runs one statement and calls row for each row; the values are valid until row returns.
func (w *writer) query(row func(values []driver.Value) error, query string, args ...any) (err error) {
	s, err := w.prepare(query)
	if err != nil {
		return err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), named(args))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(values); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := row(values); err != nil {
			return err
		}
	}
}

func (w *writer) prepare(query string) (driver.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.Prepare(query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = s
	return s, nil
}

func named(args []any) []driver.NamedValue {
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return values
}
