package requests

import (
	"context"
	"errors"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

func draftGone() error { return civic.NewError(civic.Gone, "requests.error.draft_gone") }

// Awaited returns what waits to be confirmed, and whether code is the one that was mailed for it. It returns
// Gone when there is nothing any more. Whoever calls it knows the key of the form, or bounds how often
// somebody tries. Once who has the code changed what was typed, nobody else reads it.
func (s *Service) Awaited(ctx context.Context, id civic.ID, code string) (d Draft, proved bool, err error) {
	if d, err = s.liveDraft(ctx, id); err != nil {
		return Draft{}, false, err
	}
	proved = s.hasDraftCode(d, code)
	if d.Private && !s.opened(d, code) {
		return d.sealed(), false, nil
	}
	return d.shown(), proved, nil
}

func (s *Service) liveDraft(ctx context.Context, id civic.ID) (Draft, error) {
	d, err := s.drafts.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound ||
		err == nil && (d.Contact != "" || d.Ending || !s.now().Before(d.ExpiresAt)) {
		return Draft{}, draftGone()
	}
	return d, err
}

// Remind writes once more to the address of what waits to be confirmed, and returns it. It returns Gone when
// there is nothing any more, and the errors of Ask about mails.
func (s *Service) Remind(ctx context.Context, id civic.ID, c accounts.Client) (Draft, error) {
	d, err := s.liveDraft(ctx, id)
	if err == nil && d.Filed == "" && d.Declared != nil {
		d, err = s.mailDraft(ctx, d, c)
	}
	return d.shown(), err
}

// Confirm files what waits to be confirmed, for whoever has the code that was mailed: the term begins now.
// version is that of the draft that they read. It returns the request as its applicant sees it and the code
// by which it is followed; the same when it was confirmed before. It returns Invalid (field "code") for a
// wrong code, Conflict when the draft was changed since it was read, Forbidden when the address is none of
// its person's any more, Gone when there is no draft any more or the procedure is not offered, and Invalid
// with field errors when what was typed cannot be filed as it is.
func (s *Service) Confirm(
	ctx context.Context, by civic.Actor, id civic.ID, code string, version int,
) (r Request, follow string, err error) {
	d, err := s.liveDraft(ctx, id)
	if err != nil {
		return r, "", err
	}
	if !s.hasDraftCode(d, code) {
		var p civic.Problems
		p.Add("code", "requests.error.confirm_code")
		return r, "", p.Err()
	}
	if d.Filed != "" {
		return s.confirmed(ctx, d)
	}
	d, first, err := s.holdDraft(ctx, id, version)
	if err != nil {
		return r, "", err
	}
	if d.Filed == "" {
		if d, err = s.fileDraft(ctx, by, d); err != nil {
			if first {
				s.freeDraft(ctx, id)
			}
			return r, "", err
		}
	}
	return s.confirmed(ctx, d)
}

// confirmPause is how long a draft that somebody confirms does not change, at most.
const confirmPause = time.Minute

func (d Draft) confirming(now time.Time) bool { return now.Sub(d.ConfirmingAt) < confirmPause }

// holdDraft keeps what was typed as it is for a moment, in which it is filed: a change that is sent meanwhile
// would be in no request. first tells that nobody else, in another tab, confirms it meanwhile, who lets it
// go. Conflict when it was changed since it was read.
func (s *Service) holdDraft(ctx context.Context, id civic.ID, version int) (d Draft, first bool, err error) {
	now := s.now()
	d, err = s.drafts.Update(ctx, id, func(d *Draft) error {
		switch {
		case d.Filed != "":
			return nil
		case d.Ending:
			return draftGone()
		case d.Version != version:
			return civic.NewError(civic.Conflict, "requests.error.draft_changed")
		}
		if first = !d.confirming(now); first {
			d.ConfirmingAt = now
		}
		return nil
	})
	return d, first, err
}

// freeDraft lets what was not filed be changed again. If that fails it can be in a moment all the same.
func (s *Service) freeDraft(ctx context.Context, id civic.ID) {
	_, err := s.drafts.Update(context.WithoutCancel(ctx), id, func(d *Draft) error {
		d.ConfirmingAt = time.Time{}
		return nil
	})
	if err != nil {
		s.log.WarnContext(ctx, "a draft that was not confirmed cannot be changed for a moment", "error", err)
	}
}

// fileDraft files what waits to be confirmed for whoever has proved its address. An address that is taken off
// in the instant between the two was its person's when they confirmed: the request is theirs.
func (s *Service) fileDraft(ctx context.Context, by civic.Actor, d Draft) (Draft, error) {
	if _, err := s.asked(ctx, d.input()); err != nil { // before anybody is made a contact
		return d, err
	}
	account, err := s.proofs.Proved(ctx, accounts.Identity{Email: d.Declared.Email,
		GivenName: d.Declared.GivenName, FamilyName: d.Declared.FamilyName, Language: d.Language})
	if err != nil {
		return d, err
	}
	who := civic.Actor{Account: account.ID, Contact: account.Contact, Name: account.Name,
		Roles: account.Roles, Request: by.Request}
	r, err := s.File(ctx, who, d.input())
	if err != nil {
		return d, err
	}
	return s.settleDraft(ctx, d.ID, r.ID)
}

// settleFiled does for a draft of which a request was made what filing it did not come to: something that
// follows from a request could not be stored, or the program ended.
func (s *Service) settleFiled(ctx context.Context, id civic.ID) error {
	_, err := s.requests.Get(ctx, id)
	if err == nil {
		_, err = s.settleDraft(ctx, id, id)
	}
	if civic.CodeOf(err) == civic.NotFound { // nothing was filed, or nothing waits any more
		return nil
	}
	return err
}

// confirmed returns the request that was made of d, and the code by which it is followed; Gone when its
// applicant was erased since.
func (s *Service) confirmed(ctx context.Context, d Draft) (Request, string, error) {
	r, err := s.requests.Get(ctx, d.Filed)
	if civic.CodeOf(err) == civic.NotFound || err == nil && r.Contact == "" {
		err = draftGone()
	}
	if err != nil {
		return Request{}, "", err
	}
	return r.shownTo(civic.Actor{}), s.codeOf(r), nil
}

// settleDraft notes which request was made of a draft, and erases what was typed, which the request has. The
// code goes on leading to the request until the draft would have been erased.
func (s *Service) settleDraft(ctx context.Context, id, request civic.ID) (Draft, error) {
	d, err := s.drafts.Update(ctx, id, func(d *Draft) error {
		d.Filed, d.Declared, d.Subject, d.Text, d.Grounds, d.Files = request, nil, "", "", "", nil
		return nil
	})
	if err == nil {
		err = s.releaseDraft(ctx, d)
	}
	return d, err
}

func (s *Service) releaseDraft(ctx context.Context, d Draft) error {
	if s.files == nil {
		return nil
	}
	return s.files.Release(ctx, s.draftHolding(d).Document)
}

// Discard erases what waits to be confirmed, for who has the code when somebody with it changed that, else it
// returns Conflict, and Limited while it is confirmed. It is no error when there is nothing any more.
func (s *Service) Discard(ctx context.Context, id civic.ID, code string) error {
	d, err := s.liveDraft(ctx, id)
	if civic.CodeOf(err) == civic.Gone || err == nil && d.Filed != "" {
		return nil
	}
	switch {
	case err != nil:
	case d.Private && !s.opened(d, code):
		err = errDraftPrivate
	case d.confirming(s.now()):
		err = civic.NewError(civic.Limited, "requests.error.draft_confirming")
	}
	if err != nil {
		return err
	}
	return s.dropDraft(ctx, d)
}

func (s *Service) dropDraft(ctx context.Context, d Draft) error {
	if err := s.releaseDraft(ctx, d); err != nil {
		return err
	}
	return s.drafts.Delete(ctx, d.ID)
}

// ExpireDrafts erases what nobody confirmed, or went on with, in time, and returns how much. It is for a job;
// doing it again changes nothing.
func (s *Service) ExpireDrafts(ctx context.Context) (int, error) {
	n := 0
	var failed error
	expired := docstore.Query{Filter: docstore.Filter{docstore.Lte("expiresAt", s.now().UTC())},
		Sort: []string{"expiresAt"}}
	for d, err := range s.drafts.All(ctx, expired) {
		if err != nil {
			return n, err
		}
		err := s.endDraft(ctx, d.ID)
		if errors.Is(err, errDraftLives) || civic.CodeOf(err) == civic.NotFound {
			continue
		}
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		n++
	}
	return n, failed
}

// errDraftLives ends the end of a draft that was saved again since it was found to be over.
var errDraftLives = errors.New("requests: the draft is not over")

// endDraft erases a draft that is over. Before, nothing can change it any more: what is saved in the same
// instant is either kept, or refused to who saves it.
func (s *Service) endDraft(ctx context.Context, id civic.ID) error {
	d, err := s.drafts.Update(ctx, id, func(d *Draft) error {
		if s.now().Before(d.ExpiresAt) {
			return errDraftLives
		}
		d.Ending = true
		return nil
	})
	if err != nil {
		return err
	}
	return s.dropDraft(ctx, d)
}
