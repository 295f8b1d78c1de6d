package forum

import (
	"context"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// PermIdentify is to learn, with a reason that is kept, what a person wrote under a pseudonym.
const PermIdentify civic.Permission = "forum.identify"

// ActionIdentified is the audit's word for learning it.

// maxIdentifyReason bounds why somebody learns what a person wrote under a pseudonym, in characters.
const maxIdentifyReason = 300

// Trace is what the desk may know of a post on a person's timeline. A masked one is not signed with a real
// name: whoever knew where it is would know whose pseudonym stands there.
type Trace struct {
	Masked bool
	Area   string // its name
	Path   string // where everybody can read it; empty when masked or hidden
}

// masked reports whether p is signed with something else than given name and initial, a form that no
// pseudonym may have.
func (p Post) masked() bool { return !isSignature(p.Author.Name) }

// Traces returns what the desk may know of each of the posts; those that there are no more are left out.
func (s *Service) Traces(ctx context.Context, posts []civic.ID) (map[civic.ID]Trace, error) {
	areas, err := s.areaTitles(ctx)
	if err != nil {
		return nil, err
	}
	traces := map[civic.ID]Trace{}
	for _, id := range posts {
		p, t, err := s.postWithThread(ctx, id)
		if civic.CodeOf(err) == civic.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		trace := Trace{Masked: p.masked(), Area: areas[t.Area]}
		if !trace.Masked && !p.IsHidden && !t.IsHidden {
			trace.Path = p.Path(t)
		}
		traces[id] = trace
	}
	return traces, nil
}

func (s *Service) areaTitles(ctx context.Context) (map[civic.ID]string, error) {
	areas, err := s.AreaList(ctx)
	names := map[civic.ID]string{}
	for _, a := range areas {
		names[a.ID] = a.Name
	}
	return names, err
}

func (s *Service) postWithThread(ctx context.Context, id civic.ID) (Post, Thread, error) {
	p, err := s.posts.Get(ctx, id)
	if err != nil {
		return p, Thread{}, err
	}
	t, err := s.threads.Get(ctx, p.Thread)
	return p, t, err
}

// Disguised is a post that a person did not sign with their real name.
type Disguised struct {
	Name  string // what it is signed with
	Title string // of its discussion
	Path  string
	At    time.Time
}

// Identify returns the newest posts of a contact that are not signed with the real name, at most
// maxDisguised. It is audited with its reason before anything is read. Invalid names the field "reason";
// Forbidden without PermIdentify.
func (s *Service) Identify(
	ctx context.Context, by civic.Actor, contact civic.ID, reason string,
) ([]Disguised, error) {
	if err := by.Can(PermIdentify); err != nil {
		return nil, err
	}
	var problems civic.Problems
	reason, err := civic.CleanLine(reason, maxIdentifyReason)
	problems.Check("reason", err)
	if err == nil && reason == "" {
		problems.Add("reason", "forum.error.identify.reason")
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	entry := audit.Entry{By: by, Action: ActionIdentified, Object: contact, Contact: contact,
		Detail: map[string]string{"reason": reason}}
	if err := s.audit.Write(ctx, entry); err != nil {
		return nil, err
	}
	return s.disguised(ctx, contact)
}

// maxDisguised bounds the posts one act shows.
const maxDisguised = 200

func (s *Service) disguised(ctx context.Context, contact civic.ID) ([]Disguised, error) {
	var out []Disguised
	if contact == "" {
		return nil, nil
	}
	written := docstore.Query{Filter: docstore.Filter{docstore.Eq("author.contact", contact)},
		Sort: []string{"-createdAt"}}
	for p, err := range s.posts.All(ctx, written) {
		if err != nil {
			return nil, err
		}
		if !p.masked() {
			continue
		}
		t, err := s.threads.Get(ctx, p.Thread)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return nil, err
		}
		out = append(out, Disguised{Name: p.Author.Name, Title: t.Title, Path: p.Path(t), At: p.CreatedAt})
		if len(out) == maxDisguised {
			break
		}
	}
	return out, nil
}
