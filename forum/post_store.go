package forum

import (
	"context"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

type postStore struct{ *docstore.Collection[Post] }

func postSpec() docstore.Spec {
	return docstore.Spec{Name: "forum_posts", Followed: true, Within: "thread", Indexes: []docstore.Index{
		{Name: "number", Fields: []string{"thread", "number"}, Unique: true},
		{Name: "place", Fields: []string{"thread", "place"}},
		{Name: "visible", Fields: []string{"thread", "hidden", "number"}},
		{Name: "author", Fields: []string{"author.account", "-createdAt"}},
		{Name: "contact", Fields: []string{"author.contact", "-createdAt"}},
		{Name: "updated", Fields: []string{"updatedAt"}},
	}}
}

// maxAnswers bounds the official answers shown at the head of a discussion.
const maxAnswers = 10

// one returns the only item of a page, or NotFound.
func one[T any](page civic.Page[T], err error) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(page.Items) == 0:
		return none, civic.NewError(civic.NotFound, "forum.error.post")
	default:
		return page.Items[0], nil
	}
}

// numbered returns a thread's post with the given number, or NotFound.
func (s postStore) numbered(ctx context.Context, thread civic.ID, number int64) (Post, error) {
	return one(s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", thread), docstore.Eq("number", number)},
		Sort:   []string{"number"}, Limit: 1,
	}))
}

// last returns a thread's newest post, hidden or not, or NotFound.
func (s postStore) last(ctx context.Context, thread civic.ID) (Post, error) {
	return one(s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", thread)}, Sort: []string{"-number"}, Limit: 1,
	}))
}

// lastVisible returns a thread's newest post that everybody sees, or NotFound.
func (s postStore) lastVisible(ctx context.Context, thread civic.ID) (Post, error) {
	return one(s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", thread), docstore.Eq("hidden", false)},
		Sort:   []string{"-number"}, Limit: 1,
	}))
}

// visible returns how many of a thread's posts everybody sees.
func (s postStore) visible(ctx context.Context, thread civic.ID) (int, error) {
	return s.Count(ctx, docstore.Filter{docstore.Eq("thread", thread), docstore.Eq("hidden", false)})
}

// visibleReplies returns how many of a thread's replies everybody sees; the first post and official answers
// are none.
func (s postStore) visibleReplies(ctx context.Context, thread civic.ID) (int, error) {
	n, err := s.visible(ctx, thread)
	if err != nil {
		return 0, err
	}
	for p, err := range s.All(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", thread), docstore.Lt("place", repliesFrom)},
		Sort:   []string{"place"},
	}) {
		if err != nil {
			return 0, err
		}
		if !p.IsHidden {
			n--
		}
	}
	return n, nil
}

// answers returns a thread's official answers, the newest first.
func (s postStore) answers(ctx context.Context, thread civic.ID) ([]Post, error) {
	page, err := s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", thread), docstore.Prefix("place", answersPrefix)},
		Sort:   []string{"-place"}, Limit: maxAnswers,
	})
	return page.Items, err
}

// from returns a thread's replies from a place on, in the order of the conversation.
func (s postStore) from(ctx context.Context, thread civic.ID, place string, limit int) ([]Post, error) {
	page, err := s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", thread),
			docstore.Gte("place", max(place, repliesFrom))},
		Sort: []string{"place"}, Limit: limit,
	})
	return page.Items, err
}

// before returns a thread's replies before a place, the nearest first.
func (s postStore) before(ctx context.Context, thread civic.ID, place string, limit int) ([]Post, error) {
	page, err := s.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("thread", thread), docstore.Gte("place", repliesFrom),
			docstore.Lt("place", place)},
		Sort: []string{"-place"}, Limit: limit,
	})
	return page.Items, err
}

// countBefore returns how many replies of a thread stand before a place.
func (s postStore) countBefore(ctx context.Context, thread civic.ID, place string) (int, error) {
	return s.Count(ctx, docstore.Filter{docstore.Eq("thread", thread), docstore.Gte("place", repliesFrom),
		docstore.Lt("place", place)})
}

// written returns how many posts an account wrote since then.
func (s postStore) written(ctx context.Context, account civic.ID, since time.Time) (int, error) {
	return s.Count(ctx, docstore.Filter{docstore.Eq("author.account", account),
		docstore.Gte("createdAt", since)})
}

// postsOf asks for all posts of a thread in the order of their numbers.
func postsOf(thread civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("thread", thread)}, Sort: []string{"number"},
		Limit: 500}
}
