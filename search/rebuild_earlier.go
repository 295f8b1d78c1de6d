package search

import (
	"context"
	"iter"
	"os"
	"time"

	"github.com/blevesearch/bleve/v2/search/query"
)

// earlier is what an interrupted rebuild wrote into the next index. The zero earlier is nothing.
type earlier struct {
	since time.Time       // when it began: later changes may be missing
	ids   map[string]bool // of the documents that no source has listed since
}

// without returns docs without those that the earlier rebuild wrote, and notes that they are listed.
func (e *earlier) without(docs iter.Seq2[Doc, error]) iter.Seq2[Doc, error] {
	if e.since.IsZero() {
		return docs
	}
	return func(yield func(Doc, error) bool) {
		for d, err := range docs {
			if err == nil && !d.Deleted && e.ids[d.ID] {
				delete(e.ids, d.ID)
				continue
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// earlierNext opens the build with number n when a rebuild was filling it and it is sound, and returns what
// it holds; else nil, and nothing is left of it.
func (x *Index) earlierNext(n int) (*folder, earlier) {
	path := x.pathOf(n)
	if _, err := os.Stat(path); err != nil {
		return nil, earlier{}
	}
	next, err := openFolder(path, false)
	if err != nil {
		x.log.Info("a search index that was not finished is made anew", "folder", path, "error", err)
		return nil, earlier{}
	}
	before, err := next.earlier()
	if err != nil {
		x.log.Info("a search index that was not finished is made anew", "folder", path, "error", err)
		_ = next.close() // it is made anew
		return nil, earlier{}
	}
	x.log.Info("the search index goes on being made where it was", "folder", path, "documents",
		len(before.ids))
	return next, before
}

// earlier returns what a rebuild wrote into f until now.
func (f *folder) earlier() (before earlier, err error) {
	v, err := f.GetInternal(keyBegun)
	if err != nil {
		return before, err
	}
	if before.since, err = time.Parse(time.RFC3339Nano, string(v)); err != nil {
		return earlier{}, err
	}
	before.ids, err = f.everyID(context.Background()) // of a local folder: it does not wait for anybody
	return before, err
}

// everyID returns the ids of all documents in f.
func (f *folder) everyID(ctx context.Context) (ids map[string]bool, err error) {
	err = guarded(func() error {
		reader, err := openReader(f.Index)
		if err != nil {
			return err
		}
		defer reader.Close() // it only read
		all, err := matchingIDs(ctx, reader, query.NewMatchAllQuery())
		ids = make(map[string]bool, len(all))
		for _, id := range all {
			ids[id] = true
		}
		return err
	})
	return ids, err
}
