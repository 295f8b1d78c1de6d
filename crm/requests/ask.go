package requests

import (
	"context"
	"errors"
	"slices"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
)

// AskInput is the form by which somebody who does not sign in asks for something.
type AskInput struct {
	FileInput
	Language string          // of the page: the mail is in it
	Client   accounts.Client // the browser, by which mails are counted
	Code     string          // with which the browser opened the draft before; may be empty
}

// Confirmation is the mail by which an address is proved and a request confirmed. It holds nothing that was
// typed: whoever reads it may have asked for nothing.
type Confirmation struct {
	To        string
	Language  string
	Procedure civic.Text // what it is called
	Draft     civic.ID
	Code      string
	Until     time.Time
}

// mailPause is how long after a mail no other goes out of itself: a form that is sent twice asks for one.
const mailPause = time.Minute

// Ask keeps what somebody typed who does not sign in, and writes to the address that they typed: what it says
// confirms the request, which is filed only then. It returns Invalid with field errors, Gone when the
// procedure is not offered, Unauthenticated where who asks has to sign in, Conflict for a change that comes
// after the same form was filed, and Limited, without a draft, while it is confirmed. After Limited, when too
// many mails went to the address or were asked for from the place, and Unavailable, when none can be queued,
// the draft is kept, which is returned, and Remind writes again.
func (s *Service) Ask(ctx context.Context, by civic.Actor, in AskInput) (Draft, error) {
	if s.proofs == nil || in.Declared == nil {
		return Draft{}, civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	}
	r, err := s.asked(ctx, in.FileInput)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Meta: docstore.Meta{ID: r.ID}, Procedure: r.Procedure, Declared: r.Declared, Subject: r.Subject,
		Text: r.Text, Grounds: r.Grounds, Language: in.Language}
	if d.Files, err = s.sentFiles(ctx, civic.Actor{}, s.draftHolding(d), in.Files); err != nil {
		return Draft{}, err
	}
	if err := s.settleFiled(ctx, d.ID); err != nil {
		return Draft{}, err
	}
	if d, err = s.keepDraft(ctx, d, in.Code); err != nil {
		return Draft{}, err
	}
	if d.Filed != "" {
		if err := s.filedAs(ctx, d.Filed, r, in.Files); err != nil {
			return Draft{}, err
		}
	}
	if d.Filed == "" && !s.hasDraftCode(d, in.Code) {
		d, err = s.mailDraft(ctx, d, in.Client)
	}
	return d.shown(), err
}

// filedAs returns nil when the request that was made of a form says what is typed in it now, else Conflict:
// it was changed after somebody confirmed it.
func (s *Service) filedAs(ctx context.Context, id civic.ID, typed Request, files []civic.ID) error {
	filed, err := s.requests.Get(ctx, id)
	if civic.CodeOf(err) == civic.NotFound || err == nil && filed.Contact == "" { // erased since
		return nil
	}
	if err == nil && (filed.Subject != typed.Subject || filed.Text != typed.Text ||
		filed.Grounds != typed.Grounds || filed.Declared != nil && *filed.Declared != *typed.Declared ||
		!slices.Equal(blob.IDs(filed.Events[0].Files), files)) {
		err = civic.NewError(civic.Conflict, "requests.error.draft_filed")
	}
	return err
}

// asked returns what somebody asks for who does not sign in, as it would be filed now, with what they say of
// themselves. It returns Invalid with everything that is wrong, and Gone when the procedure is not offered.
func (s *Service) asked(ctx context.Context, in FileInput) (r Request, err error) {
	d, wrong := s.declared(ctx, *in.Declared)
	if wrong != nil && civic.CodeOf(wrong) != civic.Invalid {
		return r, wrong
	}
	now := s.now()
	r, err = s.drawn(ctx, in, false, now, func(p *civic.Problems) { addFields(p, wrong) })
	if err != nil {
		return r, err
	}
	r.Declared = &d
	r.askedBy(d.contact().Called())
	return r, s.planned(ctx, &r, now)
}

// declared returns what somebody says of themselves, checked, or Invalid with everything that is wrong.
func (s *Service) declared(ctx context.Context, in Declared) (d Declared, err error) {
	var p civic.Problems
	d.GivenName, d.FamilyName, err = s.people.DeclaredName(ctx, in.GivenName, in.FamilyName)
	if err != nil && civic.CodeOf(err) != civic.Invalid {
		return d, err
	}
	addFields(&p, err)
	if civic.IsBlank(in.Email) {
		p.Add("email", "error.required")
	} else {
		e, err := reach.ParseEmail(in.Email)
		p.Check("email", err)
		d.Email = e.Address
	}
	if !civic.IsBlank(in.Phone) {
		n, err := reach.ParsePhone(in.Phone)
		p.Check("phone", err)
		d.Phone = n.Full()
	}
	return d, p.Err()
}

// addFields adds what an Invalid error says of fields.
func addFields(p *civic.Problems, err error) {
	if e, ok := errors.AsType[*civic.Error](err); ok {
		for _, f := range e.Fields {
			p.Add(f.Field, f.Message.Key, f.Message.Args)
		}
	}
}

// errDraftPrivate says that who has the code changed what was typed, which nobody else changes or erases.
var errDraftPrivate = civic.NewError(civic.Conflict, "requests.error.draft_private")

// keepLonger is how much later a draft would end that is saved again as it is for that to be stored.
const keepLonger = 24 * time.Hour

// keepDraft stores d, or brings what the same form stored before up to date; code is that of who does so, if
// they have one. What was filed stays as it is.
func (s *Service) keepDraft(ctx context.Context, d Draft, code string) (Draft, error) {
	now := s.now()
	change := func(stored *Draft) error {
		switch {
		case stored.Ending:
			return civic.NewError(civic.Unavailable, "error.unavailable")
		case stored.Contact != d.Contact:
			return civic.NewError(civic.Conflict, "error.form_used")
		case stored.Filed != "":
			return nil
		case stored.confirming(now):
			return civic.NewError(civic.Limited, "requests.error.draft_confirming")
		case stored.newer(d, now):
			return ErrDraftNewer
		}
		same := stored.Version > 0 && stored.says(d) && stored.Procedure == d.Procedure &&
			(d.Declared == nil || stored.Declared != nil && *stored.Declared == *d.Declared)
		if !same && stored.Private && !s.opened(*stored, code) {
			return errDraftPrivate
		}
		before := stored.Version
		if !same {
			stored.Version++
			stored.Private = stored.Private || s.hasDraftCode(*stored, code)
		}
		// nobody has proved the address
		if d.Declared != nil && stored.Seed == "" || stored.Declared.key() != d.Declared.key() {
			if s.hasDraftCode(*stored, code) {
				stored.Opened = stored.Seed
			}
			stored.Seed, stored.MailedAt = newSeed(), time.Time{}
		}
		stored.Procedure, stored.Declared, stored.Language = d.Procedure, d.Declared, d.Language
		stored.Subject, stored.Text, stored.Grounds, stored.Files = d.Subject, d.Text, d.Grounds, d.Files
		if stored.Browser != d.Browser {
			stored.Elsewhere = before
		}
		stored.Browser, stored.UpdatedAt = d.Browser, now
		ends := now.Add(s.draftLife(d))
		if !same || !now.Before(stored.ExpiresAt) || ends.Sub(stored.ExpiresAt) >= keepLonger {
			stored.ExpiresAt = ends
		}
		return nil
	}
	kept, err := s.drafts.Edit(ctx, d.ID, change, "browser", "elsewhere")
	if civic.CodeOf(err) == civic.NotFound {
		kept = Draft{Meta: d.Meta, Contact: d.Contact, Account: d.Account}
		_ = change(&kept)                                                           // never fails
		if err = s.drafts.Insert(ctx, &kept); civic.CodeOf(err) == civic.Conflict { // sent twice at once
			kept, err = s.drafts.Edit(ctx, d.ID, change, "browser", "elsewhere")
		}
	}
	if err == nil && kept.Filed == "" && s.files != nil {
		err = s.files.Claim(ctx, s.draftHolding(kept), kept.input().Files...)
	}
	return kept, err
}

// errNotMailed ends a change of a draft to which no mail is to go out: one has just gone, or another address
// was typed since.
var errNotMailed = errors.New("requests: no mail is to go out")

// mailDraft writes to the address of d, unless somebody else just did or it is another one by now, which who
// changed it writes to. It returns the draft as it is then.
func (s *Service) mailDraft(ctx context.Context, d Draft, c accounts.Client) (Draft, error) {
	now := s.now().Truncate(time.Millisecond)
	if now.Sub(d.MailedAt) < mailPause {
		return d, nil
	}
	if err := s.proofs.CountProof(ctx, d.Declared.Email, c); err != nil {
		return d, err
	}
	p, err := s.procedures.Get(ctx, d.Procedure)
	if err != nil {
		return d, err
	}
	mailed, err := s.drafts.Update(ctx, d.ID, func(stored *Draft) error {
		if stored.Seed != d.Seed || stored.Filed != "" || now.Sub(stored.MailedAt) < mailPause {
			return errNotMailed
		}
		stored.MailedAt, stored.ExpiresAt = now, now.Add(ConfirmTime)
		return nil
	})
	if errors.Is(err, errNotMailed) {
		return mailed, nil
	}
	if err != nil {
		return d, err
	}
	v, _ := p.On(now.In(civic.Rome()).Format(time.DateOnly))
	err = s.outbox.QueueConfirmation(ctx, Confirmation{To: d.Declared.Email, Language: d.Language,
		Procedure: v.Name, Draft: d.ID, Code: s.draftCode(d), Until: now.Add(ConfirmTime)})
	if err == nil {
		return mailed, nil
	}
	unmailed, wrong := s.drafts.Update(context.WithoutCancel(ctx), d.ID, func(stored *Draft) error {
		if stored.MailedAt.Equal(now) {
			stored.MailedAt = d.MailedAt
		}
		return nil
	})
	if wrong != nil {
		return mailed, errors.Join(civic.Wrap(civic.Unavailable, "accounts.error.mail", err), wrong)
	}
	return unmailed, civic.Wrap(civic.Unavailable, "accounts.error.mail", err)
}
