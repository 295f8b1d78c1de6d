package forum

import (
	"context"
	"html/template"
	"time"

	"ascolto/internal/civic"
)

// RegisterEntry is one line of the public register of moderation: what was done, by which rule and when,
// without a name or text.
type RegisterEntry struct {
	At     time.Time
	Action Action
	Rule   RuleCode
	Area   civic.ID
	Number int64 // of the post; 0 when it was about the whole discussion
}

// Register returns the public register, the newest entry first.
func (s *Service) Register(ctx context.Context, p civic.PageRequest) (civic.Page[RegisterEntry], error) {
	decisions, err := s.decisions.newest(ctx, p)
	if err != nil {
		return civic.Page[RegisterEntry]{}, err
	}
	page := civic.Page[RegisterEntry]{Items: make([]RegisterEntry, len(decisions.Items)),
		Next: decisions.Next}
	for i, d := range decisions.Items {
		page.Items[i] = RegisterEntry{At: d.At, Action: d.Action, Rule: d.Rule, Area: d.Area,
			Number: d.Number}
	}
	return page, nil
}

// LogEntry is one line of the register as the desk reads it: a decision, and the discussion it is about.
type LogEntry struct {
	Decision
	Title string // of the discussion; empty when there is none any more
}

// Decisions returns the register as the desk reads it, with moderators and reasons, the newest first.
func (s *Service) Decisions(
	ctx context.Context, by civic.Actor, p civic.PageRequest,
) (civic.Page[LogEntry], error) {
	var log civic.Page[LogEntry]
	if err := by.Can(PermModerate); err != nil {
		return log, err
	}
	decisions, err := s.decisions.newest(ctx, p)
	if err != nil {
		return log, err
	}
	ids := make([]civic.ID, len(decisions.Items))
	for i, d := range decisions.Items {
		ids[i] = d.Thread
	}
	threads, err := byIDs(ctx, s.threads.Collection, ids)
	titles := make(map[civic.ID]string, len(threads))
	for _, t := range threads {
		titles[t.ID] = t.Title
	}
	log.Next = decisions.Next
	for _, d := range decisions.Items {
		log.Items = append(log.Items, LogEntry{d, titles[d.Thread]})
	}
	return log, err
}

// Statement is the statement of reasons for a decision, with the text it is about. A person took every
// decision: the forum hides nothing by itself.
type Statement struct {
	Decision Decision
	Title    string // of the discussion
	HTML     template.HTML
}

// Statement returns the statement of reasons for a decision about something that by wrote. Moderators may
// read it too. It is NotFound for everybody else, so that nobody learns whose text was hidden.
func (s *Service) Statement(ctx context.Context, by civic.Actor, id civic.ID) (Statement, error) {
	if by.Account == "" {
		return Statement{}, by.Can(PermPost)
	}
	unknown := civic.NewError(civic.NotFound, "forum.error.statement")
	d, err := s.decisions.Get(ctx, id)
	if err != nil {
		return Statement{}, absent(err, "forum.error.statement")
	}
	if !d.Author.is(by) && !by.Allowed(PermModerate) {
		return Statement{}, unknown
	}
	thread, post, err := s.target(ctx, d.Thread, d.Number)
	if err != nil {
		return Statement{}, err
	}
	return Statement{Decision: d, Title: thread.Title, HTML: s.markdown.HTML(post.Source)}, nil
}
