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
		Run: func(ctx context.Context, db *docstore.DB, at *migrate.Position) error {
			posts, err := docstore.Collect[Post](ctx, db, postSpec())
			if err != nil {
				return err
			}
			threads, err := docstore.Collect[Thread](ctx, db, threadSpec())
			if err != nil {
				return err
			}
			return migrate.Each(ctx, threads, at, func(ctx context.Context, page []Thread) error {
				for _, t := range page {
					n, err := postStore{posts}.visibleReplies(ctx, t.ID)
					if err != nil {
						return err
					}
					if _, err := threads.Update(ctx, t.ID, func(t *Thread) error {
						t.Replies = int64(n)
						return nil
					}); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}
