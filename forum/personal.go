package forum

import (
	"context"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ExportPersonal implements civic.PersonalData: everything a person wrote in the forum, hidden or not, with earlier texts, and
// what they reported.
func (s *Service) ExportPersonal(ctx context.Context, by civic.Actor, about civic.Subject, _ string) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	posts, err := s.personalPosts(ctx, about)
	if err != nil {
		return nil, err
	}
	reports, err := s.personalReports(ctx, about)
	return []civic.PersonalSection{{Name: "posts", Entries: posts}, {Name: "reports", Entries: reports}}, err
}

func (s *Service) personalPosts(ctx context.Context, about civic.Subject) ([]civic.PersonalEntry, error) {
	var entries []civic.PersonalEntry
	mine := docstore.Query{Filter: docstore.Filter{docstore.Eq("author.account", about.Account)}, Sort: []string{"-createdAt"}}
	for p, err := range s.posts.All(ctx, mine) {
		if err != nil {
			return nil, err
		}
		t, err := s.threads.Get(ctx, p.Thread)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return nil, err
		}
		entries = append(entries, p.personal(t.Title))
	}
	return entries, nil
}

// personal returns a post with its history.
func (p Post) personal(title string) civic.PersonalEntry {
	e := civic.PersonalEntry{Title: title, At: p.CreatedAt}
	e.Say("number", strconv.FormatInt(p.Number, 10))
	e.Say("signature", p.Author.Name)
	e.Say("text", p.Source)
	for _, v := range p.Earlier {
		if v.Redacted {
			e.SayCode("earlier", "redacted", "site.personal.redacted")
			continue
		}
		e.Say("earlier", v.Source)
	}
	if p.IsHidden && p.Removal != nil {
		e.SayCode("hidden", string(p.Removal.Rule), "forum.rule."+string(p.Removal.Rule))
		e.Say("reason", p.Removal.Reason)
	}
	return e
}

func (s *Service) personalReports(ctx context.Context, about civic.Subject) ([]civic.PersonalEntry, error) {
	var entries []civic.PersonalEntry
	mine := docstore.Query{Filter: docstore.Filter{docstore.Eq("account", about.Account)}, Sort: []string{"-createdAt"}}
	for r, err := range s.reports.All(ctx, mine) {
		if err != nil {
			return nil, err
		}
		e := civic.PersonalEntry{Title: r.Receipt(), At: r.CreatedAt}
		e.SayCode("rule", string(r.Rule), "forum.rule."+string(r.Rule))
		e.Say("text", r.Text)
		if r.Outcome != "" {
			e.SayCode("outcome", string(r.Outcome), "forum.outcome."+string(r.Outcome))
			e.Say("closed", r.ClosedAt.Format(time.RFC3339))
		}
		entries = append(entries, e)
	}
	return entries, nil
}
