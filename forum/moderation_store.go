package forum

import (
	"context"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

type (
	memberStore   struct{ *docstore.Collection[Member] }
	nameStore     struct{ *docstore.Collection[Name] }
	reportStore   struct{ *docstore.Collection[Report] }
	caseStore     struct{ *docstore.Collection[Case] }
	decisionStore struct{ *docstore.Collection[Decision] }
)

func memberSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_members"}
}

func nameSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_names",
		Indexes: []docstore.Index{{Name: "account", Fields: []string{"account"}}}}
}

func reportSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_reports", Indexes: []docstore.Index{
		{Name: "post", Fields: []string{"post", "open", "createdAt"}},
		{Name: "account", Fields: []string{"account", "-createdAt"}},
		{Name: "contact", Fields: []string{"contact", "-createdAt"}},
	}}
}

func caseSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_cases",
		Indexes: []docstore.Index{{Name: "queue", Fields: []string{"open", "firstAt"}}}}
}

func decisionSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_decisions", Followed: true, Indexes: []docstore.Index{
		{Name: "at", Fields: []string{"-at"}},
		{Name: "applied", Fields: []string{"applied", "at"}},
	}}
}

// openOn returns the open reports on a post, the oldest first.
func (s reportStore) openOn(ctx context.Context, post civic.ID, limit int) ([]Report, error) {
	page, err := s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("post", post), docstore.Eq("open", true)},
		Sort:   []string{"createdAt"}, Limit: limit,
	})
	return page.Items, err
}

// countOpen returns how many open reports a post has.
func (s reportStore) countOpen(ctx context.Context, post civic.ID) (int, error) {
	return s.Count(ctx, docstore.Filter{docstore.Eq("post", post), docstore.Eq("open", true)})
}

// made returns how many reports an account made since then.
func (s reportStore) made(ctx context.Context, account civic.ID, since time.Time) (int, error) {
	return s.Count(ctx, docstore.Filter{docstore.Eq("account", account), docstore.Gte("createdAt", since)})
}

// queue returns the cases to decide, the one waiting longest first.
func (s caseStore) queue(ctx context.Context, p civic.PageRequest) (civic.Page[Case], error) {
	p = p.Normal()
	return s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("open", true)}, Sort: []string{"firstAt"}, Cursor: p.Cursor,
		Limit: p.Size,
	})
}

// newest returns decisions, the newest first.
func (s decisionStore) newest(ctx context.Context, p civic.PageRequest) (civic.Page[Decision], error) {
	p = p.Normal()
	return s.Find(ctx, docstore.Query{Sort: []string{"-at"}, Cursor: p.Cursor, Limit: p.Size})
}

// unapplied asks for decisions whose consequences are not all drawn, the oldest first.
func unapplied() docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("applied", false)}, Sort: []string{"at"},
		Limit: 100}
}
