package docstore

import (
	"context"
	"hash/crc32"
	"slices"
	"sync"
	"sync/atomic"

	"ascolto/internal/civic"
)

// Mark is a moment among the writes to a collection. The zero Mark lies before all of them.
type Mark uint64

// Changes returns the ids of documents that were stored or removed since mark, some perhaps without having
// changed and in no order, and the mark of now, to be asked with next time. Every write that was acknowledged
// before the call is among them, whoever made it. known is false when that cannot be told: for the zero mark,
// after very many writes, and on a server unless the collection is Followed and its feed is (DB.Follow). Then
// Revisions tells, read after this call.
func (c *Collection[T]) Changes(ctx context.Context, since Mark) (ids []civic.ID, now Mark, known bool) {
	j := c.table.journal()
	if j == nil || j.feed != nil && !j.feed.sync(ctx) {
		return nil, 0, false
	}
	return j.since(since)
}

// Writes returns how many writes to the collection are known. As long as the number is the same, nothing in
// the collection has changed, so that what was read after a call is still what is stored; on a server others
// may have changed it in the last two seconds. known is false on a server unless the collection is Followed
// and its feed is (DB.Follow). Documents that a bulk load added are counted again when it ends and all
// queries find them.
func (c *Collection[T]) Writes() (n uint64, known bool) {
	j := c.table.journal()
	if j == nil || !j.isFresh() {
		return 0, false
	}
	return j.writes.Load(), true
}

// Within returns what counts, as Writes does, the writes to the documents that belong to owner alone, by the
// field that the collection's Spec names: to one document where it names none. It may count others' writes
// too.
func (c *Collection[T]) Within(owner civic.ID) Share { return Share{c.table.journal(), owner} }

// Share is the documents of a collection that belong together.
type Share struct {
	journal *journal
	owner   civic.ID
}

// Writes returns how many writes to the share are known, as Collection.Writes does.
func (s Share) Writes() (n uint64, known bool) {
	if s.journal == nil || !s.journal.isFresh() {
		return 0, false
	}
	return s.journal.part(s.owner).Load() + s.journal.others.Load(), true
}

// journalKeep is how many writes to a collection are remembered at least, once somebody has asked.
const journalKeep = 1 << 16

// journal remembers which documents of a collection were written last: by this process, and on a server by
// all, as far as the feed is followed.
type journal struct {
	feed *follower // nil: nobody else writes
	own  own

	writes atomic.Uint64
	parts  [journalParts]atomic.Uint64 // of writes, by what the documents belong to
	others atomic.Uint64               // of writes, those of which that is not known

	mu    sync.Mutex
	asked bool
	first Mark // before ids[0] was written
	ids   []civic.ID
}

func newJournal(feed *follower) *journal { return &journal{feed: feed, first: 1} }

// isFresh reports whether all that others wrote until a moment ago is in the journal.
func (j *journal) isFresh() bool { return j.feed == nil || j.feed.fresh() }

// hear notes a write that the feed told, and reports whether somebody else made it.
func (j *journal) hear(w written) bool {
	if j.own.take(w.id, w.rev) {
		return false
	}
	if w.within == "" {
		j.others.Add(1)
	} else {
		j.part(w.within).Add(1)
	}
	j.note(w.id)
	return true
}

// forget makes all marks and all counts of writes old ones. Echoes of own writes may be lost too; those that
// come are taken for others'.
func (j *journal) forget() {
	j.own.forget()
	j.writes.Add(1)
	j.others.Add(1)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.first += Mark(len(j.ids)) + 1
	j.ids = nil
}

// journalParts is how many counts of writes are kept apart. What belongs to several owners may share one, and
// then seems written to more often than it was.
const journalParts = 1 << 10

func (j *journal) part(owner civic.ID) *atomic.Uint64 {
	return &j.parts[crc32.ChecksumIEEE([]byte(owner))%journalParts]
}

func (j *journal) since(mark Mark) (ids []civic.ID, now Mark, known bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.asked = true
	now = j.first + Mark(len(j.ids))
	if mark < j.first || mark > now {
		return nil, now, false
	}
	return slices.Clone(j.ids[mark-j.first:]), now, true
}

// note is called when a write has been made durable and before its caller is told, so that whoever knows of a
// write finds it here, and whoever finds it here finds it in the store.
func (j *journal) note(ids ...civic.ID) {
	j.writes.Add(1)
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.asked {
		return
	}
	j.ids = append(j.ids, ids...)
	if over := len(j.ids) - journalKeep; over > journalKeep {
		j.ids = slices.Clone(j.ids[over:])
		j.first += Mark(over)
	}
}

// noteAll is note for records.
func (j *journal) noteAll(docs []*record) {
	ids := make([]civic.ID, len(docs))
	for i, doc := range docs {
		ids[i] = doc.id
		j.part(doc.within).Add(1)
	}
	j.note(ids...)
}

// noteOthers is note for documents of which is not known what they belong to.
func (j *journal) noteOthers(ids ...civic.ID) {
	j.others.Add(1)
	j.note(ids...)
}
