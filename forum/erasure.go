package forum

import (
	"context"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// RuleAuthor stands where a rule would, on what was removed because its author asked for it. No moderator can
// choose it, and none can restore what has it: there is nothing left.
const RuleAuthor RuleCode = "author"

// PersonalCollections implements civic.PersonalData.
func (s *Service) PersonalCollections() []string {
	return []string{
		"forum_posts", "forum_threads", "forum_decisions", "forum_reports", "forum_members", "forum_names",
	}
}

// FindPersonal implements civic.PersonalData.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	posts, err := s.authored(ctx, about)
	if err != nil {
		return nil, err
	}
	reports, err := s.reported(ctx, about)
	if err != nil {
		return nil, err
	}
	names, members := 0, 0
	for _, account := range about.Accounts() {
		n, err := s.names.Count(ctx, docstore.Filter{docstore.Eq("account", account)})
		if err != nil {
			return nil, err
		}
		m, err := s.members.Count(ctx, docstore.Filter{docstore.Eq("_id", account)})
		if err != nil {
			return nil, err
		}
		names, members = names+n, members+m
	}
	return []civic.PersonalHolding{
		{Kind: "posts", Count: len(posts), Fate: civic.FateChosen},
		{Kind: "reports", Count: len(reports), Fate: civic.FateChosen},
		{Kind: "forum_member", Count: members, Fate: civic.FateErased},
		{Kind: "forum_names", Count: names, Fate: civic.FateAnonymised},
	}, nil
}

// authored returns the posts of a person, from whichever of their accounts.
func (s *Service) authored(ctx context.Context, about civic.Subject) ([]Post, error) {
	return ofEach(ctx, s.posts.Collection, about, "author.",
		func(p Post) civic.ID { return p.Author.Contact })
}

// reported returns the reports of a person.
func (s *Service) reported(ctx context.Context, about civic.Subject) ([]Report, error) {
	return ofEach(ctx, s.reports.Collection, about, "", func(r Report) civic.ID { return r.Contact })
}

// ofEach is theirs for all accounts of a person.
func ofEach[T any](
	ctx context.Context, c *docstore.Collection[T], about civic.Subject, in string, contact func(T) civic.ID,
) ([]T, error) {
	found, err := theirs(ctx, c, civic.Subject{Contact: about.Contact}, in, contact)
	for _, account := range about.Accounts() {
		if err != nil {
			return nil, err
		}
		var more []T
		more, err = theirs(ctx, c, civic.Subject{Account: account}, in, contact)
		found = append(found, more...)
	}
	return found, err
}

// ErasePersonal implements civic.PersonalData: whatever the person wrote stands without its author; when its
// text is to go, the place in the discussion stays. A pseudonym stays taken, by nobody, so that nobody passes
// for its owner.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil {
		return err
	}
	posts, err := s.authored(ctx, about)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if err := s.erasePost(ctx, p, how); err != nil {
			return err
		}
	}
	if err := s.eraseReports(ctx, about, how); err != nil {
		return err
	}
	for _, account := range about.Accounts() {
		if err := s.eraseMember(ctx, account); err != nil {
			return err
		}
	}
	return nil
}

// erasePost takes the author out of a post and of what was decided about it. The post itself is last: until
// then it is found again.
func (s *Service) erasePost(ctx context.Context, p Post, how civic.PersonalErasure) error {
	if err := s.eraseDecisions(ctx, p.Thread, p.Number, p.Rulings); err != nil {
		return err
	}
	erased := p
	erased.erase(how)
	thread, err := s.eraseThread(ctx, p, how)
	if err != nil {
		return err
	}
	if thread.ID != "" {
		s.index.Put(s.docsOf(thread, erased)...)
	}
	_, err = s.posts.Update(ctx, p.ID, func(p *Post) error {
		p.erase(how)
		p.UpdatedAt = s.now()
		return nil
	})
	if err == nil && thread.ID == "" && p.Number == 1 { // stored between the two?
		_, err = s.eraseThread(ctx, p, how)
	}
	if err != nil || thread.ID == "" || !how.RemoveText {
		return err
	}
	_, err = s.threads.Update(ctx, thread.ID, func(t *Thread) error {
		t.UpdatedAt = s.now()
		return s.recount(ctx, t)
	})
	return err
}

// erase takes the author out of p, and its texts when they are to go.
func (p *Post) erase(how civic.PersonalErasure) {
	if p.EditedBy.Account == p.Author.Account {
		p.EditedBy = Author{}
	}
	p.Author = Author{}
	if how.RemoveText {
		p.Source, p.Earlier, p.IsHidden = "", nil, true
		p.Removal = &Removal{Rule: RuleAuthor, At: how.At.UTC().Truncate(time.Millisecond)}
	}
}

// eraseThread takes the author out of the discussion that a post begins, and returns the discussion of any
// post; nothing when it was never completed. A title that goes leaves the timelines and the index of those
// who answered, too.
func (s *Service) eraseThread(ctx context.Context, p Post, how civic.PersonalErasure) (Thread, error) {
	t, err := s.threads.Get(ctx, p.Thread)
	if err != nil || p.Number != 1 {
		return t, ignoreNotFound(err)
	}
	if err := s.eraseDecisions(ctx, t.ID, 0, t.Rulings); err != nil {
		return t, err
	}
	t, err = s.threads.Update(ctx, t.ID, func(t *Thread) error {
		t.Author, t.UpdatedAt = Author{}, s.now()
		if how.RemoveText {
			t.Title, t.Slug, t.Tags, t.ShownAt = civic.Taken, threadSlug(""), nil, t.UpdatedAt
		}
		return nil
	})
	if err != nil || !how.RemoveText {
		return t, err
	}
	return t, s.retell(ctx, t, p.ID)
}

// retell tells index and timelines the new title of a discussion, but for the post that is erased.
func (s *Service) retell(ctx context.Context, t Thread, erased civic.ID) error {
	for p, err := range s.posts.All(ctx, postsOf(t.ID)) {
		if err != nil {
			return err
		}
		if p.ID == erased {
			continue
		}
		if err := ignoreNotFound(s.record(ctx, t, p)); err != nil {
			return err
		}
		s.index.Put(s.docsOf(t, p)...)
	}
	return s.reindexNotes(ctx, t)
}

// eraseDecisions takes the author out of what was decided about a post, or about a discussion (number 0).
func (s *Service) eraseDecisions(ctx context.Context, thread civic.ID, number int64, rulings int) error {
	for round := 0; round <= rulings; round++ {
		_, err := s.decisions.Update(ctx, DecisionID(thread, number, round), func(d *Decision) error {
			d.Author = Author{}
			return nil
		})
		if err = ignoreNotFound(err); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) eraseReports(ctx context.Context, about civic.Subject, how civic.PersonalErasure) error {
	reports, err := s.reported(ctx, about)
	for _, r := range reports {
		if err != nil {
			return err
		}
		_, err = s.reports.Update(ctx, r.ID, func(r *Report) error {
			r.Account, r.Contact = "", ""
			if how.RemoveText {
				r.Text = ""
			}
			return nil
		})
	}
	return err
}

// eraseMember removes what the forum knows of an account; its names stay taken.
func (s *Service) eraseMember(ctx context.Context, account civic.ID) error {
	names := docstore.Query{Filter: docstore.Filter{docstore.Eq("account", account)}}
	for n, err := range s.names.All(ctx, names) {
		if err == nil {
			_, err = s.names.Update(ctx, n.ID, func(n *Name) error { n.Account = ""; return nil })
		}
		if err != nil {
			return err
		}
	}
	return s.members.Delete(ctx, account)
}
