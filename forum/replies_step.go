package forum

import (
	"context"

	"ascolto/internal/docstore"
	"ascolto/internal/migrate"
)

// RepliesStep returns the step that counts the replies of every discussion. An earlier version took all
// visible posts but one for replies, which is wrong when the first post is hidden or an office answered.
func RepliesStep() migrate.Step {
	return migrate.Step{
		Name: "forum-replies",
		Help: "discussions say how many replies they have, without the first post and official answers",
		Run: migrate.Over(threadSpec(), func(
			ctx context.Context, db *docstore.DB, threads *docstore.Collection[Thread],
		) (func(context.Context, []Thread) error, error) {
			posts, err := docstore.Collect[Post](ctx, db, postSpec())
			return replyCounter{threads, postStore{posts}}.recount, err
		}),
	}
}

// replyCounter counts the replies of stored discussions anew.
type replyCounter struct {
	threads *docstore.Collection[Thread]
	posts   postStore
}

func (c replyCounter) recount(ctx context.Context, page []Thread) error {
	for _, t := range page {
		n, err := c.posts.visibleReplies(ctx, t.ID)
		if err != nil {
			return err
		}
		if _, err := c.threads.Update(ctx, t.ID, func(t *Thread) error {
			t.Replies = int64(n)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
