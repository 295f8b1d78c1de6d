package forum

import (
	"context"

	"ascolto/internal/civic"
)

// EditInput is a new text for a post; Revision is the post's when the person began to edit.
type EditInput struct {
	Thread   civic.ID
	Number   int64
	Revision int64
	Source   string
}

// EditPost replaces the text of a post that by wrote, or of an answer of an office that by belongs to, and keeps the text before.
// It returns Invalid with field errors, NotFound, Forbidden for another's post, Gone when the post is hidden or the discussion closed,
// and Conflict when it was changed meanwhile.
func (s *Service) EditPost(ctx context.Context, by civic.Actor, in EditInput) (Post, error) {
	thread, post, err := s.editable(ctx, by, in.Thread, in.Number)
	if err != nil {
		return Post{}, err
	}
	var p civic.Problems
	source, err := parseBody(in.Source)
	p.Check("body", err)
	if err := p.Err(); err != nil {
		return Post{}, err
	}
	if source == post.Source {
		return post, nil
	}
	if in.Revision != post.Revision {
		return Post{}, civic.NewError(civic.Conflict, "forum.error.changed")
	}
	now := s.now()
	if err := post.edit(source, now); err != nil {
		return Post{}, err
	}
	post.UpdatedAt = now
	if err := s.posts.Replace(ctx, &post); err != nil {
		return Post{}, err
	}
	s.index.Put(s.docsOf(thread, post)...)
	if post.Official == nil {
		return post, nil
	}
	return post, s.audit.Write(ctx, audited(by, "forum.answer.edit", post))
}

// Editable returns a post that by may edit, for the form; the errors are EditPost's.
func (s *Service) Editable(ctx context.Context, by civic.Actor, thread civic.ID, number int64) (Thread, Post, error) {
	return s.editable(ctx, by, thread, number)
}

func (s *Service) editable(ctx context.Context, by civic.Actor, id civic.ID, number int64) (Thread, Post, error) {
	if by.Account == "" {
		return Thread{}, Post{}, by.Can(PermPost)
	}
	thread, err := s.threads.get(ctx, id)
	if err != nil {
		return Thread{}, Post{}, err
	}
	post, err := s.posts.numbered(ctx, id, number)
	if err != nil {
		return Thread{}, Post{}, err
	}
	if err := mayEdit(by, post); err != nil {
		return Thread{}, Post{}, err
	}
	if post.IsHidden {
		return Thread{}, Post{}, civic.NewError(civic.Gone, "forum.error.hidden")
	}
	return thread, post, thread.TakesReplies()
}

// mayEdit returns nil when by may change the text of p: an office's members its answers, a citizen what they wrote.
func mayEdit(by civic.Actor, p Post) error {
	if p.Official != nil {
		if err := by.Can(PermAnswer); err != nil {
			return err
		}
		if !by.In(p.Official.Office) {
			return civic.NewError(civic.Forbidden, "forum.error.office")
		}
		return nil
	}
	if err := by.Can(PermPost); err != nil {
		return err
	}
	if by.Account == "" || by.Account != p.Author.Account {
		return civic.NewError(civic.Forbidden, "forum.error.not_yours")
	}
	return nil
}
