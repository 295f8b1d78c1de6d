package forum

import (
	"context"
	"slices"
	"sync"
	"time"

	"ascolto/internal/civic"
)

// pendingPost is a post on its way into a discussion, where it gets the next number.
type pendingPost struct {
	post    Post // as it is stored, once done
	parent  Post
	thread  Thread // counted with the post
	counted bool   // false when counting failed; Repair does it again
	err     error
	done    chan struct{} // closed when all of the above is final
}

// pendingPosts is who waits, by discussion.
type pendingPosts struct {
	mu      sync.Mutex
	waiting map[civic.ID][]*pendingPost
}

func (q *pendingPosts) add(thread civic.ID, j *pendingPost) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting == nil {
		q.waiting = map[civic.ID][]*pendingPost{}
	}
	q.waiting[thread] = append(q.waiting[thread], j)
}

// take returns all who wait for a discussion, and they wait no more.
func (q *pendingPosts) take(thread civic.ID) []*pendingPost {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting[thread]
	delete(q.waiting, thread)
	return all
}

// leave takes back one who still waits.
func (q *pendingPosts) leave(thread civic.ID, j *pendingPost) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[thread] = slices.DeleteFunc(q.waiting[thread],
		func(other *pendingPost) bool { return other == j })
	if len(q.waiting[thread]) == 0 {
		delete(q.waiting, thread)
	}
}

// appendPost stores a post under the next number of its discussion and counts it. Posts that come while
// others are being stored are stored and counted together next, so that a discussion in which everybody
// writes waits for the disk no more often than a quiet one.
func (s *Service) appendPost(ctx context.Context, thread civic.ID, post, parent Post) (*pendingPost, error) {
	j := &pendingPost{post: post, parent: parent, err: civic.NewError(civic.Unavailable, "error.unavailable"),
		done: make(chan struct{})}
	s.pending.add(thread, j)
	turn := s.counting.slot(thread)
	select {
	case <-j.done:
	case turn <- struct{}{}:
		func() {
			defer func() { <-turn }()
			s.appendPending(ctx, thread)
		}()
		<-j.done
	case <-ctx.Done():
		s.pending.leave(thread, j)
		return nil, civic.Wrap(civic.Unavailable, "error.unavailable", ctx.Err())
	}
	return j, j.err
}

// appendTimeout bounds what is done for many, which does not end with the one who happens to do it.
const appendTimeout = 10 * time.Second

// appendPending stores and counts every post that waits for the discussion, whose turn the caller has.
func (s *Service) appendPending(ctx context.Context, thread civic.ID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), appendTimeout)
	defer cancel()
	all := s.pending.take(thread)
	defer func() {
		for _, j := range all {
			close(j.done)
		}
	}()
	s.storePending(ctx, thread, all)
	var stored []Post
	for _, j := range all {
		if j.err == nil {
			stored = append(stored, j.post)
		}
	}
	if len(stored) > 0 {
		t, err := s.count(ctx, thread, stored)
		if err != nil {
			s.log.WarnContext(ctx, "forum: counting posts failed", "thread", thread, "number",
				stored[0].Number, "posts", len(stored), "error", err)
		}
		for _, j := range all {
			j.thread, j.counted = t, err == nil
		}
	}
}

// storePending stores posts under the next numbers: together, or, when one of them is in the way of the
// others, one by one.
func (s *Service) storePending(ctx context.Context, thread civic.ID, all []*pendingPost) {
	if len(all) > 1 && s.storeTogether(ctx, thread, all) {
		return
	}
	for _, j := range all {
		j.post, j.err = s.storeAlone(ctx, thread, j.post, j.parent)
	}
}

// storeTogether reports whether it stored all posts, with one write.
func (s *Service) storeTogether(ctx context.Context, thread civic.ID, all []*pendingPost) bool {
	last, err := s.posts.last(ctx, thread)
	if err != nil {
		return false
	}
	now := s.now()
	posts := make([]*Post, len(all))
	for i, j := range all {
		j.post.put(last.Number+1+int64(i), j.parent)
		j.post.CreatedAt, j.post.UpdatedAt = now, now
		posts[i] = &j.post
	}
	if taken, err := s.posts.InsertMany(ctx, posts); err != nil || len(taken) > 0 {
		return false
	}
	for _, j := range all {
		j.err = nil
	}
	return true
}

// maxNumbering bounds how often another process may take the number first.
const maxNumbering = 100

// storeAlone stores a post under the next number. It returns the post that is there when the same form was
// sent before.
func (s *Service) storeAlone(ctx context.Context, thread civic.ID, post, parent Post) (Post, error) {
	for range maxNumbering {
		last, err := s.posts.last(ctx, thread)
		if err != nil {
			return Post{}, err
		}
		post.put(last.Number+1, parent)
		post.CreatedAt = s.now()
		post.UpdatedAt = post.CreatedAt
		err = s.posts.Insert(ctx, &post)
		if civic.CodeOf(err) != civic.Conflict {
			return post, err
		}
		if stored, err := s.posts.Get(ctx, post.ID); err == nil {
			return stored, sameForm(stored, post)
		}
	}
	return Post{}, civic.NewError(civic.Unavailable, "error.unavailable")
}
