package forum

import (
	"context"
	"slices"
	"sync"
	"time"

	"ascolto/internal/civic"
)

// joiner is a post on its way into a discussion, where it gets the next number.
type joiner struct {
	post    Post // as it is stored, once done
	parent  Post
	thread  Thread // counted with the post
	counted bool   // false when counting failed; Repair does it again
	err     error
	done    chan struct{} // closed when all of the above is final
}

// queue is who waits, by discussion.
type queue struct {
	mu      sync.Mutex
	waiting map[civic.ID][]*joiner
}

func (q *queue) add(thread civic.ID, j *joiner) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting == nil {
		q.waiting = map[civic.ID][]*joiner{}
	}
	q.waiting[thread] = append(q.waiting[thread], j)
}

// take returns all who wait for a discussion, and they wait no more.
func (q *queue) take(thread civic.ID) []*joiner {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting[thread]
	delete(q.waiting, thread)
	return all
}

// leave takes back one who still waits.
func (q *queue) leave(thread civic.ID, j *joiner) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[thread] = slices.DeleteFunc(q.waiting[thread], func(other *joiner) bool { return other == j })
	if len(q.waiting[thread]) == 0 {
		delete(q.waiting, thread)
	}
}

// join stores a post under the next number of its discussion and counts it. Posts that come while others are being stored are stored
// and counted together next, so that a discussion in which everybody writes waits for the disk no more often than a quiet one.
func (s *Service) join(ctx context.Context, thread civic.ID, post, parent Post) (*joiner, error) {
	j := &joiner{post: post, parent: parent, err: civic.NewError(civic.Unavailable, "error.unavailable"), done: make(chan struct{})}
	s.joining.add(thread, j)
	turn := s.counting.slot(thread)
	select {
	case <-j.done:
	case turn <- struct{}{}:
		func() {
			defer func() { <-turn }()
			s.joinAll(ctx, thread)
		}()
		<-j.done
	case <-ctx.Done():
		s.joining.leave(thread, j)
		return nil, civic.Wrap(civic.Unavailable, "error.unavailable", ctx.Err())
	}
	return j, j.err
}

// joinTimeout bounds what is done for many, which does not end with the one who happens to do it.
const joinTimeout = 10 * time.Second

// joinAll stores and counts every post that waits for the discussion, whose turn the caller has.
func (s *Service) joinAll(ctx context.Context, thread civic.ID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), joinTimeout)
	defer cancel()
	all := s.joining.take(thread)
	defer func() {
		for _, j := range all {
			close(j.done)
		}
	}()
	s.number(ctx, thread, all)
	var stored []Post
	for _, j := range all {
		if j.err == nil {
			stored = append(stored, j.post)
		}
	}
	if len(stored) > 0 {
		t, err := s.count(ctx, thread, stored)
		if err != nil {
			s.log.WarnContext(ctx, "forum: counting posts failed", "thread", thread, "number", stored[0].Number, "posts", len(stored), "error", err)
		}
		for _, j := range all {
			j.thread, j.counted = t, err == nil
		}
	}
}

// number stores posts under the next numbers: together, or, when one of them is in the way of the others, one by one.
func (s *Service) number(ctx context.Context, thread civic.ID, all []*joiner) {
	if len(all) > 1 && s.numberTogether(ctx, thread, all) {
		return
	}
	for _, j := range all {
		j.post, j.err = s.numberAlone(ctx, thread, j.post, j.parent)
	}
}

// numberTogether reports whether it stored all posts, with one write.
func (s *Service) numberTogether(ctx context.Context, thread civic.ID, all []*joiner) bool {
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

// numberAlone stores a post under the next number. It returns the post that is there when the same form was sent before.
func (s *Service) numberAlone(ctx context.Context, thread civic.ID, post, parent Post) (Post, error) {
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
			return stored, again(stored, post)
		}
	}
	return Post{}, civic.NewError(civic.Unavailable, "error.unavailable")
}
