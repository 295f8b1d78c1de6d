package forum

import (
	"context"

	"ascolto/internal/civic"
)

// What follows from a stored post is derived: its discussion's counts, the timeline, the index. Each step may
// be taken again, and Repair takes those again that were cut short, so none of them fails the person who
// wrote.

// publishEffects tells the timeline and the index of a post.
func (s *Service) publishEffects(ctx context.Context, thread Thread, post Post) {
	ctx = context.WithoutCancel(ctx)
	if err := s.record(ctx, thread, post); err != nil {
		s.log.WarnContext(ctx, "forum: a post is missing on a timeline", "thread", post.Thread, "number",
			post.Number, "error", err)
	}
	s.index.Put(s.docsOf(thread, post)...)
}

// record puts a citizen's post on the timeline.
func (s *Service) record(ctx context.Context, thread Thread, post Post) error {
	if post.Author.Contact == "" {
		return nil
	}
	return s.recorder.Record(ctx, activityOf(thread, post))
}

func activityOf(thread Thread, post Post) civic.Activity {
	return civic.Activity{
		ID: civic.Key("post", post.ID), Contact: post.Author.Contact, Kind: ActivityPost, Ref: post.ID,
		At:    post.CreatedAt,
		Title: thread.Title, Channel: "web",
	}
}

// count brings a discussion's counts up to date with new posts: one by one when they are the next ones, else
// by counting again.
func (s *Service) count(ctx context.Context, thread civic.ID, posts []Post) (Thread, error) {
	return s.threads.Update(ctx, thread, func(t *Thread) error {
		t.UpdatedAt = s.now()
		for _, post := range posts {
			if post.Number != t.LastNumber+1 {
				return s.recount(ctx, t)
			}
			t.LastNumber, t.Posts, t.LastAt = post.Number, t.Posts+1, post.CreatedAt
			if post.Official != nil {
				t.answer(answerRef(post))
			} else {
				t.Replies++
			}
		}
		return nil
	})
}

// recount sets everything in t that is derived from its posts.
func (s *Service) recount(ctx context.Context, t *Thread) error {
	last, err := s.posts.last(ctx, t.ID)
	if err != nil {
		return err
	}
	visible, err := s.posts.visible(ctx, t.ID)
	if err != nil {
		return err
	}
	replies, err := s.posts.visibleReplies(ctx, t.ID)
	if err != nil {
		return err
	}
	answers, err := s.posts.answers(ctx, t.ID)
	if err != nil {
		return err
	}
	t.LastNumber, t.Posts, t.Replies, t.LastAt = last.Number, int64(visible), int64(replies), t.CreatedAt
	newest, err := s.posts.lastVisible(ctx, t.ID)
	if err == nil {
		t.LastAt = newest.CreatedAt
	} else if civic.CodeOf(err) != civic.NotFound {
		return err
	}
	t.answerFrom(answers)
	return nil
}

func answerRef(p Post) AnswerRef {
	return AnswerRef{Number: p.Number, Office: p.Official.Office, OfficeName: p.Official.Name,
		At: p.CreatedAt}
}

// answerFrom sets the official answer to the newest of answers that is not hidden, and none when there is
// none.
func (t *Thread) answerFrom(answers []Post) {
	t.Answer = nil
	if t.State == Answered {
		t.State = Open
	}
	for _, p := range answers {
		if !p.IsHidden {
			t.answer(answerRef(p))
			break
		}
	}
	t.settle()
}
