package requests

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// DealtWith reports whether one of the offices deals with a request of the contact.
func (s *Service) DealtWith(ctx context.Context, contact civic.ID, offices []civic.ID) (bool, error) {
	n, err := s.requests.Count(ctx,
		docstore.Filter{docstore.Eq("contact", contact), docstore.In("office", offices...)})
	return n > 0, err
}

// PersonalCollections implements civic.PersonalData.
func (s *Service) PersonalCollections() []string {
	return []string{s.requests.Name(), s.drafts.Name()}
}

func requestsOf(contact civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)},
		Sort: []string{"-receivedAt"}}
}

// ExportPersonal implements civic.PersonalData: what the person asked for, and what was said about it.
func (s *Service) ExportPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, language string,
) ([]civic.PersonalSection, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	offices, err := s.OfficeNames(ctx)
	if err != nil {
		return nil, err
	}
	filed, happened := civic.PersonalSection{Name: "requests"}, civic.PersonalSection{Name: "request_events"}
	for r, err := range s.requests.All(ctx, requestsOf(about.Contact)) {
		if err != nil {
			return nil, err
		}
		e, err := s.requestEntry(ctx, r, offices, language)
		if err != nil {
			return nil, err
		}
		filed.Entries = append(filed.Entries, e)
		for _, ev := range r.shownTo(civic.Actor{}).Events {
			if ev.Act != ActServe {
				happened.Entries = append(happened.Entries, ev.entry(r.Number, offices))
			}
		}
	}
	begun, err := s.draftEntries(ctx, about.Contact, language)
	return []civic.PersonalSection{filed, happened, {Name: "requests_begun", Entries: begun}}, err
}

// FindPersonal implements civic.PersonalData. A request that waits for its end stands against an erasure; one
// that came to it stays for the municipality's archive, without the person.
func (s *Service) FindPersonal(
	ctx context.Context, by civic.Actor, about civic.Subject,
) ([]civic.PersonalHolding, error) {
	if err := about.Erasable(by); err != nil {
		return nil, err
	}
	open := civic.PersonalHolding{Kind: "requests_open", Fate: civic.FateUnavoidable}
	ended := civic.PersonalHolding{Kind: "requests", Fate: civic.FateAnonymised}
	for r, err := range s.requests.All(ctx, requestsOf(about.Contact)) {
		if err != nil {
			return nil, err
		}
		if !r.Open {
			ended.Count++
			continue
		}
		open.Count++
		open.Open = append(open.Open, r.openTask())
	}
	begun, err := s.drafts.Count(ctx, docstore.Filter{docstore.Eq("contact", about.Contact)})
	return []civic.PersonalHolding{open, ended,
		{Kind: "requests_begun", Count: begun, Fate: civic.FateErased}}, err
}

// openTask returns what is left to do of r, and who is to do it.
func (r Request) openTask() civic.OpenTask {
	t := civic.OpenTask{ID: r.ID, Title: r.Number + " · " + r.Subject, Office: r.Office,
		Owner: r.ResponsibleName}
	if r.DueOn != NoDue {
		t.DueOn = r.DueOn
	}
	return t
}

// ErasePersonal implements civic.PersonalData: number, procedure, offices, days and outcome of requests stay,
// and nothing of who asked, nor a word.
func (s *Service) ErasePersonal(
	ctx context.Context, by civic.Actor, about civic.Subject, how civic.PersonalErasure,
) error {
	if err := about.Erasable(by); err != nil {
		return err
	}
	if err := cmp.Or(s.eraseDraftsTo(ctx, how.Emails), s.eraseDraftsOf(ctx, about.Contact)); err != nil {
		return err
	}
	for r, err := range s.requests.All(ctx, requestsOf(about.Contact)) {
		if err != nil {
			return err
		}
		erased, err := s.requests.Update(ctx, r.ID, func(r *Request) error { return r.erase(s.now()) })
		if err != nil {
			return err
		}
		if s.index != nil {
			s.index.Put(erased.searchDoc())
		}
		if s.files != nil {
			if err := errors.Join(s.files.Release(ctx, filesOf(r, "").Document),
				s.files.Release(ctx, noteFilesOf(r, "").Document)); err != nil {
				return err
			}
		}
	}
	return nil
}

// eraseDraftsTo erases what waits to be confirmed by some addresses: of two days, so there is not much. What
// citizens began is not read.
func (s *Service) eraseDraftsTo(ctx context.Context, emails []string) error {
	for d, err := range s.drafts.All(ctx, draftsOf("")) {
		if err != nil {
			return err
		}
		if key := d.Declared.key(); key != "" && slices.Contains(emails, key) {
			if err := s.dropDraft(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// erase takes the person out of r: who it was, and every word. Who of the staff did what, and when, stays. It
// returns Conflict while r waits for its end.
func (r *Request) erase(now time.Time) error {
	if r.Open {
		return crm.StillOpen([]civic.OpenTask{r.openTask()})
	}
	r.Contact, r.Subject, r.Text, r.Grounds = "", civic.Taken, "", ""
	r.Applicant, r.Listed, r.SortName, r.Call = "", "", "", ""
	r.Declared, r.Seed, r.Submission, r.UpdatedAt = nil, "", "", now
	for n := range r.Events {
		e := &r.Events[n]
		e.Text, e.Reason, e.Considered, e.Link, e.Files, e.Submission = "", "", "", "", nil, ""
		if e.Citizen {
			e.By, e.ByName, e.Followed = "", "", false
		}
	}
	return nil
}
