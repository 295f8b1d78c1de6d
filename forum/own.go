package forum

import (
	"context"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// How many of their own discussions a person is shown, and how many of their posts are looked through for
// them.
const (
	maxOwnThreads = 5
	maxOwnPosts   = 50
)

// OwnThread is a discussion that a person wrote in.
type OwnThread struct {
	Thread
	Path string    // of what they last wrote there
	At   time.Time // when that was
}

// OwnThreads returns the discussions by last wrote in, the latest first; what moderation hid is left out. It
// returns Forbidden.
func (s *Service) OwnThreads(ctx context.Context, by civic.Actor) ([]OwnThread, error) {
	if err := by.Can(PermPost); err != nil {
		return nil, err
	}
	posts, err := s.ownPosts(ctx, by)
	if err != nil {
		return nil, err
	}
	var own []OwnThread
	seen := map[civic.ID]bool{}
	for _, p := range posts {
		if p.IsHidden || seen[p.Thread] || len(own) == maxOwnThreads {
			continue
		}
		seen[p.Thread] = true
		t, err := s.threads.Get(ctx, p.Thread)
		if err = ignoreNotFound(err); err != nil {
			return nil, err
		}
		if t.ID != "" && !t.IsHidden {
			own = append(own, OwnThread{Thread: t, Path: p.Path(t), At: p.CreatedAt})
		}
	}
	return own, nil
}

// ownPosts returns what by last wrote, the latest first: what is kept under their contact, from whichever
// account, and of their account what is kept under no contact.
func (s *Service) ownPosts(ctx context.Context, by civic.Actor) ([]Post, error) {
	var posts []Post
	for field, id := range map[string]civic.ID{"contact": by.Contact, "account": by.Account} {
		if id == "" {
			continue
		}
		found, err := s.posts.Find(ctx, docstore.Query{
			Filter: docstore.Filter{docstore.Eq("author."+field, id)}, Sort: []string{"-createdAt"},
			Limit: maxOwnPosts,
		})
		if err != nil {
			return nil, err
		}
		for _, p := range found.Items {
			if field == "contact" || p.Author.Contact == "" {
				posts = append(posts, p)
			}
		}
	}
	slices.SortStableFunc(posts, func(a, b Post) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return posts, nil
}
