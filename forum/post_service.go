package forum

import (
	"context"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// StartThread begins a discussion with its first post. Sending the same form again returns the discussion
// that it made. It returns Invalid with field errors, NotFound for the area, Gone when the area takes no new
// ones, Limited, or Conflict for a used form key.
func (s *Service) StartThread(ctx context.Context, by civic.Actor, in ThreadInput) (Thread, error) {
	if err := by.Can(PermPost); err != nil {
		return Thread{}, err
	}
	thread, first, err := in.parse()
	if err != nil {
		return Thread{}, err
	}
	release, err := s.writing.acquire(ctx, by.Account)
	if err != nil {
		return Thread{}, err
	}
	defer release()
	thread.Author.Account = by.Account
	if stored, err := s.threads.Get(ctx, thread.ID); err == nil {
		return s.sameThread(ctx, stored, thread, first)
	} else if civic.CodeOf(err) != civic.NotFound {
		return Thread{}, err
	}
	area, err := s.areas.get(ctx, in.Area)
	if err != nil {
		return Thread{}, err
	}
	if area.Closed {
		return Thread{}, civic.NewError(civic.Gone, "forum.error.area.closed")
	}
	author, err := s.admit(ctx, by, first.Source, true)
	if err != nil {
		return Thread{}, err
	}
	thread.begin(area, author, s.now())
	return s.storeThread(ctx, thread, first)
}

// begin fills in what the forum knows about a discussion that starts.
func (t *Thread) begin(area Area, author Author, now time.Time) {
	t.Area, t.District, t.Office, t.Author = area.ID, area.District, area.Office, author
	t.CreatedAt, t.UpdatedAt, t.ShownAt, t.LastAt = now, now, now, now
	t.LastNumber, t.Posts = 1, 1
	if t.AsksAnswer {
		t.DueAt = area.DueAt(now)
	}
	t.settle()
}

// storeThread stores the first post and then the discussion: a post whose discussion is missing is seen by
// nobody, and the same form sent again completes it.
func (s *Service) storeThread(ctx context.Context, thread Thread, first Post) (Thread, error) {
	first.Author = thread.Author
	first.CreatedAt, first.UpdatedAt = thread.CreatedAt, thread.CreatedAt
	if err := s.posts.Insert(ctx, &first); civic.CodeOf(err) == civic.Conflict {
		stored, err := s.posts.Get(ctx, first.ID)
		if err != nil {
			return Thread{}, err
		}
		if !stored.sameAs(first) {
			return Thread{}, errKeyUsed()
		}
	} else if err != nil {
		return Thread{}, err
	}
	if err := s.threads.Insert(ctx, &thread); civic.CodeOf(err) == civic.Conflict {
		stored, err := s.threads.Get(ctx, thread.ID)
		if err != nil {
			return Thread{}, err
		}
		return s.sameThread(ctx, stored, thread, first)
	} else if err != nil {
		return Thread{}, err
	}
	s.counts.forget()
	erased, err := s.erasedMeanwhile(ctx, first)
	if err != nil || erased {
		return thread, err
	}
	s.publishEffects(ctx, thread, first)
	return thread, nil
}

// erasedMeanwhile takes the author out of a discussion whose first post lost its own since it was stored, and
// reports whether it did: the person was erased between the two documents.
func (s *Service) erasedMeanwhile(ctx context.Context, first Post) (bool, error) {
	stored, err := s.posts.Get(ctx, first.ID)
	if err != nil || stored.Author.Account == first.Author.Account {
		return false, err
	}
	gone := stored.Removal != nil && stored.Removal.Rule == RuleAuthor
	_, err = s.eraseThread(ctx, stored, civic.PersonalErasure{RemoveText: gone})
	return true, err
}

// sameThread returns stored when it came from the same submission as thread and first, else Conflict.
func (s *Service) sameThread(ctx context.Context, stored, thread Thread, first Post) (Thread, error) {
	post, err := s.posts.Get(ctx, firstPostID(stored.ID))
	if err != nil {
		return Thread{}, err
	}
	if !stored.sameAs(thread) || post.original() != first.Source {
		return Thread{}, errKeyUsed()
	}
	// the process may have died between the discussion and what follows from it
	s.publishEffects(ctx, stored, post)
	return stored, nil
}

func errKeyUsed() error { return civic.NewError(civic.Conflict, "error.form_used") }

// Reply adds a post to a discussion. Sending the same form again returns the post that it made. It returns
// Invalid with field errors, NotFound for the discussion or the post replied to, Gone when the discussion is
// closed or that post was hidden, Limited, or Conflict for a used form key.
func (s *Service) Reply(ctx context.Context, by civic.Actor, in ReplyInput) (Post, error) {
	if err := by.Can(PermPost); err != nil {
		return Post{}, err
	}
	post, err := in.parse()
	if err != nil {
		return Post{}, err
	}
	thread, err := s.threads.get(ctx, in.Thread)
	if err != nil {
		return Post{}, err
	}
	release, err := s.writing.acquire(ctx, by.Account)
	if err != nil {
		return Post{}, err
	}
	defer release()
	post.Author.Account = by.Account
	if stored, err := s.posts.Get(ctx, post.ID); err == nil {
		if err := sameForm(stored, post); err != nil {
			return stored, err
		}
		// the process may have died between the post and what follows from it
		s.publishEffects(ctx, thread, stored)
		return stored, nil
	} else if civic.CodeOf(err) != civic.NotFound {
		return Post{}, err
	}
	if err := thread.TakesReplies(); err != nil {
		return Post{}, err
	}
	if post.Author, err = s.admit(ctx, by, post.Source, false); err != nil {
		return Post{}, err
	}
	return s.addPost(ctx, thread, post)
}

// addPost gives a post the next number of its discussion, stores it and draws the consequences.
func (s *Service) addPost(ctx context.Context, thread Thread, post Post) (Post, error) {
	parent, err := s.posts.numbered(ctx, thread.ID, max(post.Parent, 1))
	if err != nil {
		return Post{}, err
	}
	if parent.IsHidden && parent.Number > 1 {
		return Post{}, civic.NewError(civic.Gone, "forum.error.parent.hidden")
	}
	j, err := s.appendPost(ctx, thread.ID, post, parent)
	if err != nil {
		return Post{}, err
	}
	if j.counted {
		s.publishEffects(ctx, j.thread, j.post)
	}
	return j.post, nil
}

// sameForm returns nil when stored came from the same submission as post, else Conflict.
func sameForm(stored, post Post) error {
	if !stored.sameAs(post) {
		return errKeyUsed()
	}
	return nil
}

// admit returns how the person signs, after checking how much they wrote within the hour; the account's lock
// is held.
func (s *Service) admit(ctx context.Context, by civic.Actor, source string, begins bool) (Author, error) {
	now := s.now()
	m, err := s.known(ctx, by.Account, now)
	if err != nil {
		return Author{}, err
	}
	if err := s.withinLimits(ctx, m, source, begins, now); err != nil {
		return Author{}, err
	}
	name, err := s.signature(ctx, m, by)
	if err == nil {
		err = s.keepSignature(ctx, m, name)
	}
	return Author{Account: by.Account, Contact: by.Contact, Name: name}, err
}

// known returns what the forum knows about an account, from now on at the latest.
func (s *Service) known(ctx context.Context, account civic.ID, now time.Time) (Member, error) {
	m, err := s.members.Get(ctx, account)
	if civic.CodeOf(err) != civic.NotFound {
		return m, err
	}
	m = Member{Meta: docstore.Meta{ID: account}, Since: now}
	if err = s.members.Insert(ctx, &m); civic.CodeOf(err) == civic.Conflict {
		return s.members.Get(ctx, account) // another process met the person at the same moment
	}
	return m, err
}

func (s *Service) withinLimits(
	ctx context.Context, m Member, source string, begins bool, now time.Time,
) error {
	maxPosts, maxThreads := s.limits.Posts, s.limits.Threads
	if m.isNew(s.limits, now) {
		maxPosts, maxThreads = s.limits.NewPosts, s.limits.NewThreads
		if strings.Count(source, "://") > s.limits.NewLinks {
			var p civic.Problems
			p.Add("body", "forum.error.links", civic.Args{"Max": s.limits.NewLinks})
			return p.Err()
		}
	}
	hour := now.Add(-time.Hour)
	posts, err := s.posts.written(ctx, m.ID, hour)
	if err != nil {
		return err
	}
	threads := 0
	if begins {
		if threads, err = s.threads.begun(ctx, m.ID, hour); err != nil {
			return err
		}
	}
	if posts >= maxPosts || begins && threads >= maxThreads {
		return civic.NewErrorArgs(civic.Limited, "forum.error.limit",
			civic.Args{"Posts": maxPosts, "Threads": maxThreads})
	}
	return nil
}
