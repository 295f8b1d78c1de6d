package forum

import (
	"context"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// AnswerInput is what an office answers.
type AnswerInput struct {
	FormKey string
	Thread  civic.ID
	Office  civic.ID
	Source  string
}

func (in AnswerInput) parse() (Post, error) {
	var p civic.Problems
	key, err := parseFormKey(in.FormKey)
	p.Check("form_key", err)
	source, err := parseBody(in.Source)
	p.Check("body", err)
	if in.Office == "" {
		p.Add("office", "error.required")
	}
	return Post{
		Meta: docstore.Meta{ID: key}, Thread: in.Thread, Parent: 1, Source: source,
		Official: &Official{Office: in.Office},
	}, p.Err()
}

// Answer publishes the official answer of an office that by belongs to; the discussion then waits no more.
// Sending the same form again returns the answer that it made. It returns Invalid with field errors,
// Forbidden for another office, NotFound, and Conflict for a used form key. A closed discussion can still be
// answered, a hidden one not.
func (s *Service) Answer(ctx context.Context, by civic.Actor, in AnswerInput) (Post, error) {
	if err := by.Can(PermAnswer); err != nil {
		return Post{}, err
	}
	post, err := in.parse()
	if err != nil {
		return Post{}, err
	}
	if !by.In(in.Office) {
		return Post{}, civic.NewError(civic.Forbidden, "forum.error.office")
	}
	thread, err := s.threads.get(ctx, in.Thread)
	if err != nil {
		return Post{}, err
	}
	if thread.IsHidden {
		return Post{}, thread.TakesReplies()
	}
	post.Author = Author{Account: by.Account}
	if post.Official.Name, err = s.offices.OfficeName(ctx, in.Office); err != nil {
		return Post{}, err
	}
	if stored, err := s.posts.Get(ctx, post.ID); err == nil {
		if err := sameForm(stored, post); err != nil {
			return stored, err
		}
		// a fault may have come between the answer and what follows from it
		return stored, s.answered(ctx, by, thread, stored, true)
	} else if civic.CodeOf(err) != civic.NotFound {
		return Post{}, err
	}
	answer, err := s.addPost(ctx, thread, post)
	if err != nil {
		return Post{}, err
	}
	return answer, s.answered(ctx, by, thread, answer, false)
}

// answered draws the consequences of an answer that is stored: timeline and index, audit, and the letter.
func (s *Service) answered(
	ctx context.Context, by civic.Actor, thread Thread, answer Post, again bool,
) error {
	if again {
		s.publishEffects(ctx, thread, answer)
	}
	if err := s.audit.Entered(ctx, audited(by, ActionAnswerPublish, answer), again,
		answer.CreatedAt); err != nil {
		return err
	}
	return s.tellAnswered(ctx, thread, answer)
}

// tellAnswered writes to who began a discussion that an office has answered.
func (s *Service) tellAnswered(ctx context.Context, thread Thread, answer Post) error {
	return s.tell(ctx, Notice{
		ID: answerNotice(answer.ID), Contact: thread.Author.Contact, Kind: NoticeAnswered,
		Title:  thread.Title,
		Office: answer.Official.Name, Path: answer.Path(thread),
	})
}

// tell queues a notice, unless there is nobody to tell.
func (s *Service) tell(ctx context.Context, n Notice) error {
	if n.Contact == "" {
		return nil
	}
	return s.outbox.QueueNotice(ctx, n)
}

func audited(by civic.Actor, action audit.Action, p Post) audit.Entry {
	e := audit.Entry{By: by, Action: action, Object: p.ID,
		Detail: map[string]string{"thread": string(p.Thread)}}
	if p.Official != nil {
		e.Detail["office"] = string(p.Official.Office)
	}
	return e
}

// AwaitingFilter chooses among the discussions that wait for an official answer: with Mine, those of by's
// offices.
type AwaitingFilter struct {
	Mine bool
	Page civic.PageRequest
}

// Awaiting returns the discussions that wait for an official answer, the one due first at the front, so that
// what is overdue leads the list.
func (s *Service) Awaiting(
	ctx context.Context, by civic.Actor, f AwaitingFilter,
) (civic.Page[Thread], error) {
	if err := by.Can(PermNote); err != nil {
		return civic.Page[Thread]{}, err
	}
	if f.Mine {
		return s.threads.waiting(ctx, append([]civic.ID{}, by.Offices...), f.Page)
	}
	return s.threads.waiting(ctx, nil, f.Page)
}
