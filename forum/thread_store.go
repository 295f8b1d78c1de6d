package forum

import (
	"context"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

type threadStore struct{ *docstore.Collection[Thread] }

func threadSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_threads", Followed: true, Indexes: []docstore.Index{
		{Name: "latest", Fields: []string{"hidden", "-lastAt"}},
		{Name: "area", Fields: []string{"area", "hidden", "-lastAt"}},
		{Name: "area_state", Fields: []string{"area", "state", "-lastAt"}},
		{Name: "waiting", Fields: []string{"waiting", "dueAt"}},
		{Name: "waiting_office", Fields: []string{"waiting", "office", "dueAt"}},
		{Name: "author", Fields: []string{"author.account", "-createdAt"}},
		{Name: "updated", Fields: []string{"updatedAt"}},
	}}
}

// get returns a thread, or a NotFound error in the forum's words.
func (s threadStore) get(ctx context.Context, id civic.ID) (Thread, error) {
	t, err := s.Get(ctx, id)
	return t, absent(err, "forum.error.thread")
}

// list returns threads that everybody sees, the last active first.
func (s threadStore) list(ctx context.Context, f ThreadFilter) (civic.Page[Thread], error) {
	filter := docstore.Filter{docstore.Eq("hidden", false)}
	switch {
	case f.State != "":
		filter = docstore.Filter{docstore.Eq("area", f.Area), docstore.Eq("state", f.State)}
	case f.Area != "":
		filter = docstore.Filter{docstore.Eq("area", f.Area), docstore.Eq("hidden", false)}
	}
	page := f.Page.Normal()
	return s.Find(ctx, docstore.Query{Filter: filter, Sort: []string{"-lastAt"}, Cursor: page.Cursor,
		Limit: page.Size})
}

// count returns how many threads of an area everybody sees.
func (s threadStore) count(ctx context.Context, area civic.ID) (int, error) {
	return s.Count(ctx, docstore.Filter{docstore.Eq("area", area), docstore.Eq("hidden", false)})
}

// begun returns how many threads an account began since then.
func (s threadStore) begun(ctx context.Context, account civic.ID, since time.Time) (int, error) {
	return s.Count(ctx, docstore.Filter{docstore.Eq("author.account", account),
		docstore.Gte("createdAt", since)})
}

// waiting returns the threads that wait for an official answer, the one due first at the front; of some
// offices when offices is not nil.
func (s threadStore) waiting(
	ctx context.Context, offices []civic.ID, p civic.PageRequest,
) (civic.Page[Thread], error) {
	filter := docstore.Filter{docstore.Eq("waiting", true)}
	if offices != nil {
		filter = append(filter, docstore.In("office", offices...))
	}
	p = p.Normal()
	return s.Find(ctx, docstore.Query{Filter: filter, Sort: []string{"dueAt"}, Cursor: p.Cursor,
		Limit: p.Size})
}

// overdue returns the threads whose answer was due before now, the longest overdue first.
func (s threadStore) overdue(
	ctx context.Context, now time.Time, p civic.PageRequest,
) (civic.Page[Thread], error) {
	p = p.Normal()
	return s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("waiting", true), docstore.Lt("dueAt", now)},
		Sort:   []string{"dueAt"}, Cursor: p.Cursor, Limit: p.Size,
	})
}

// changed asks for everything changed since then, oldest change first.
func changed(since time.Time) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Gte("updatedAt", since)},
		Sort: []string{"updatedAt"}, Limit: 500}
}
