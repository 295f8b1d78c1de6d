package forum

import (
	"context"
	"strings"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
)

// What the forum does about a post is public with its minute: the answer, the line of the register. A mail or
// an audit record of the same minute that names the person would tell whose pseudonym the post is signed
// with. Such mails and records are veiled from staff; a moderator learns the same with a reason (Identify).

// noticePrefix begins the ids of all notices to citizens.
const noticePrefix = "forum"

// The notices by what they are about.
func decisionNotice(d civic.ID) civic.ID { return civic.Key(noticePrefix, "decision", d) }
func answerNotice(p civic.ID) civic.ID   { return civic.Key(noticePrefix, "answer", p) }
func reportNotice(r civic.ID) civic.ID   { return civic.Key(noticePrefix, "report", r) }

// noticeAbout returns what kind of notice has the id and the document it is about; false for what is no
// notice to a citizen.
func noticeAbout(notice civic.ID) (kind string, about civic.ID, ok bool) {
	rest, ok := strings.CutPrefix(string(notice), noticePrefix+"/")
	kind, id, found := strings.Cut(rest, "/")
	return kind, civic.ID(id), ok && found && (kind == "decision" || kind == "answer" || kind == "report")
}

// NoticePaths returns the pages that say more of notices to citizens, by the notices' ids.
func (s *Service) NoticePaths(ctx context.Context, ids []civic.ID) (map[civic.ID]string, error) {
	paths := map[civic.ID]string{}
	for _, id := range ids {
		kind, about, ok := noticeAbout(id)
		switch {
		case !ok:
		case kind == "decision":
			paths[id] = reasonPath(about)
		case kind == "report":
			report := Report{}
			report.ID = about
			paths[id] = report.path()
		default:
			answers, err := s.Paths(ctx, []civic.ID{about})
			if err != nil {
				return nil, err
			}
			paths[id] = answers[about]
		}
	}
	return paths, nil
}

// VeiledNotices returns those of the ids that are notices which staff must not see on a person's timeline:
// about something that is not signed with a real name, or that is there no more, and the outcomes of reports.
func (s *Service) VeiledNotices(ctx context.Context, ids []civic.ID) (map[civic.ID]bool, error) {
	veiled := map[civic.ID]bool{}
	for _, id := range ids {
		kind, about, ok := noticeAbout(id)
		if !ok {
			continue
		}
		hidden := true
		var err error
		switch kind {
		case "decision":
			hidden, err = s.decisionMasked(ctx, about)
		case "answer":
			hidden, err = s.answerMasked(ctx, about)
		}
		if err != nil {
			return nil, err
		}
		if hidden {
			veiled[id] = true
		}
	}
	return veiled, nil
}

// VeiledRecords returns the ids of those records whose contact staff must not see: of decisions about, and of
// a moderator's look at, what is not signed with a real name.
func (s *Service) VeiledRecords(ctx context.Context, records []audit.Record) (map[civic.ID]bool, error) {
	veiled := map[civic.ID]bool{}
	for _, r := range records {
		hidden, err := false, error(nil)
		switch {
		case r.Contact == "":
		case r.Action == ActionCaseRead:
			hidden, err = s.postMasked(ctx, r.Object)
		case strings.HasPrefix(string(r.Action), decisionActions):
			hidden, err = s.decisionMasked(ctx, r.Object)
		}
		if err != nil {
			return nil, err
		}
		if hidden {
			veiled[r.ID] = true
		}
	}
	return veiled, nil
}

// decisionMasked reports whether a decision is about what is not signed with a real name, or gone.
func (s *Service) decisionMasked(ctx context.Context, id civic.ID) (bool, error) {
	d, err := s.decisions.Get(ctx, id)
	return !isSignature(d.Author.Name), ignoreNotFound(err)
}

func (s *Service) postMasked(ctx context.Context, id civic.ID) (bool, error) {
	p, err := s.posts.Get(ctx, id)
	return p.masked(), ignoreNotFound(err)
}

// answerMasked reports whether the discussion that an answer is in is not signed with a real name.
func (s *Service) answerMasked(ctx context.Context, id civic.ID) (bool, error) {
	answer, err := s.posts.Get(ctx, id)
	if err != nil {
		return true, ignoreNotFound(err)
	}
	t, err := s.threads.Get(ctx, answer.Thread)
	return !isSignature(t.Author.Name), ignoreNotFound(err)
}
