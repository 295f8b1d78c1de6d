package forum

import (
	"context"
	"strconv"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// ExportPersonal implements civic.PersonalData: everything a person wrote in the forum, hidden or not, with
// earlier texts, and what they reported, and how they sign.
func (s *Service) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, _ string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	posts, err := s.personalPosts(ctx, about)
	if err != nil {
		return nil, err
	}
	reports, err := s.personalReports(ctx, about)
	if err != nil {
		return nil, err
	}
	member, err := s.personalMember(ctx, about)
	return []civic.PersonalSection{
		{Name: "posts", Entries: posts}, {Name: "reports", Entries: reports},
		{Name: "forum_member", Entries: member},
	}, err
}

// personalMember returns the pseudonym, which nobody may have used yet, and since when the person signs.
func (s *Service) personalMember(ctx context.Context, about civic.Subject) ([]civic.PersonalEntry, error) {
	if about.Account == "" {
		return nil, nil
	}
	m, err := s.members.Get(ctx, about.Account)
	if civic.CodeOf(err) == civic.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e := civic.PersonalEntry{At: m.Since}
	e.Say("pseudonym", m.Pseudonym)
	return []civic.PersonalEntry{e}, nil
}

func (s *Service) personalPosts(ctx context.Context, about civic.Subject) ([]civic.PersonalEntry, error) {
	posts, err := theirs(ctx, s.posts.Collection, about, "author.",
		func(p Post) civic.ID { return p.Author.Contact })
	entries := make([]civic.PersonalEntry, 0, len(posts))
	for _, p := range posts {
		t, err := s.threads.Get(ctx, p.Thread)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return nil, err
		}
		entries = append(entries, p.personal(t.Title))
	}
	return entries, err
}

// theirs returns what a person wrote, the newest first: what is kept under their contact, from whichever
// account, and of their account what is kept under no contact. An account that staff rebound leaves what was
// written before with the contact it then was. in is where the two fields stand in a document.
func theirs[T any](
	ctx context.Context, c *docstore.Collection[T], about civic.Subject, in string, contact func(T) civic.ID,
) ([]T, error) {
	var found []T
	for field, id := range map[string]civic.ID{"contact": about.Contact, "account": about.Account} {
		if id == "" {
			continue
		}
		q := docstore.Query{Filter: docstore.Filter{docstore.Eq(in+field, id)}, Sort: []string{"-createdAt"}}
		for doc, err := range c.All(ctx, q) {
			if err != nil {
				return nil, err
			}
			if field == "contact" || contact(doc) == "" {
				found = append(found, doc)
			}
		}
	}
	return found, nil
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
	reports, err := theirs(ctx, s.reports.Collection, about, "", func(r Report) civic.ID { return r.Contact })
	entries := make([]civic.PersonalEntry, 0, len(reports))
	for _, r := range reports {
		entries = append(entries, r.personal())
	}
	return entries, err
}

// personal returns a report with what came of it.
func (r Report) personal() civic.PersonalEntry {
	e := civic.PersonalEntry{Title: r.Receipt(), At: r.CreatedAt}
	e.SayCode("rule", string(r.Rule), "forum.rule."+string(r.Rule))
	e.Say("text", r.Text)
	if r.Outcome != "" {
		e.SayCode("outcome", string(r.Outcome), "forum.outcome."+string(r.Outcome))
		e.Say("closed", r.ClosedAt.Format(time.RFC3339))
	}
	return e
}
