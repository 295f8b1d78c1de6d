package forum

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/civic"
)

// EditInput is a new text for a post; Revision and Base are the post's revision and text when the person
// began to edit.
type EditInput struct {
	Thread   civic.ID
	Number   int64
	Revision int64
	Base     string
	Source   string
}

// EditConflict says that a post got another text while a form was open, and that both texts change the same
// lines.
type EditConflict struct {
	Stored   string // the text now
	Revision int64
	At       time.Time
	By       Author // who changed it; without an account for changes of before they were noted
}

// Error returns a text for logs.
func (c *EditConflict) Error() string { return "forum: the post was changed meanwhile" }

// As lets the conflict be read as a civic.Error.
func (c *EditConflict) As(target any) bool {
	e, ok := target.(**civic.Error)
	if ok {
		*e = civic.NewError(civic.Conflict, "forum.error.post.changed")
	}
	return ok
}

// settle returns the text to store for in: what was typed, merged with what others changed on other lines
// meanwhile. It returns an EditConflict when both changed the same lines.
func (in EditInput) settle(post Post, typed string) (string, error) {
	base, err := cleanSource(in.Base, MaxBody)
	if in.Revision == post.Revision || err == nil && base == post.Source {
		return typed, nil
	}
	if err == nil && base != "" {
		if merged, ok := mergeText(base, post.Source, typed); ok {
			return merged, nil
		}
	}
	c := &EditConflict{Stored: post.Source, Revision: post.Revision, At: post.UpdatedAt, By: post.EditedBy}
	if n := len(post.Earlier); n > 0 {
		c.At = post.Earlier[n-1].Until
	}
	return "", c
}

// EditPost replaces the text of a post that by wrote, or of an answer of an office that by belongs to, and
// keeps the text before. It returns Invalid with field errors, NotFound, Forbidden for another's post, Gone
// when the post is hidden or the discussion closed, and an EditConflict when others changed the same lines
// meanwhile; what they changed elsewhere is kept.
func (s *Service) EditPost(ctx context.Context, by civic.Actor, in EditInput) (post Post, err error) {
	for range maxEditTries { // another may store a change between our reading and our writing
		if post, err = s.editPost(ctx, by, in); !errors.Is(err, errOvertaken) {
			return post, err
		}
	}
	return Post{}, civic.NewError(civic.Unavailable, "error.unavailable")
}

// maxEditTries bounds how often others may be faster.
const maxEditTries = 5

// errOvertaken says that the post changed while its new text was made ready.
var errOvertaken = errors.New("forum: the post changed meanwhile")

func (s *Service) editPost(ctx context.Context, by civic.Actor, in EditInput) (Post, error) {
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
		return post, s.edited(ctx, by, thread, post, true)
	}
	if source, err = in.settle(post, source); err == nil {
		source, err = parseBody(source) // two texts within the limit may be one beyond it
	}
	if err != nil || source == post.Source {
		return post, err
	}
	now := s.now()
	if err := post.edit(source, now); err != nil {
		return Post{}, err
	}
	post.UpdatedAt, post.EditedBy = now, Author{Account: by.Account, Name: by.Name}
	if err := s.posts.Replace(ctx, &post); civic.CodeOf(err) == civic.Conflict {
		return Post{}, errOvertaken
	} else if err != nil {
		return Post{}, err
	}
	return post, s.edited(ctx, by, thread, post, false)
}

// edited draws the consequences of a post's new text. Again, they are those of an edit whose answer may have
// been lost: what is not by's own edit is left alone.
func (s *Service) edited(ctx context.Context, by civic.Actor, thread Thread, post Post, again bool) error {
	if again && post.EditedBy.Account != by.Account {
		return nil
	}
	s.index.Put(s.docsOf(thread, post)...)
	if post.Official == nil {
		return nil
	}
	return s.audit.Entered(ctx, audited(by, ActionAnswerEdit, post), again, post.UpdatedAt)
}

// Editable returns a post that by may edit, for the form; the errors are EditPost's. With Gone come the
// discussion and the post all the same, for a form that shows what was typed.
func (s *Service) Editable(
	ctx context.Context, by civic.Actor, thread civic.ID, number int64,
) (Thread, Post, error) {
	return s.editable(ctx, by, thread, number)
}

func (s *Service) editable(
	ctx context.Context, by civic.Actor, id civic.ID, number int64,
) (Thread, Post, error) {
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
		return thread, post, civic.NewError(civic.Gone, "forum.error.hidden")
	}
	return thread, post, thread.TakesReplies()
}

// mayEdit returns nil when by may change the text of p: an office's members its answers, a citizen what they
// wrote.
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
