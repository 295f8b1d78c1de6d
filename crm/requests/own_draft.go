package requests

import (
	"context"
	"slices"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

const (
	// maxDrafts is how many requests one citizen may have begun.
	maxDrafts = 20
	// defaultDraftDays is for how many days such a draft is kept after it was last saved.
	defaultDraftDays = 30
)

// Save keeps what a citizen typed so far to ask for something, under the key of the form: on whatever device
// they sign in, they go on with it. It need not be complete. It returns Unauthenticated for everybody else,
// Invalid with field errors for a form without a word, for what is too long, and when the citizen has begun
// too many; Conflict when the form has filed its request, and ErrDraftNewer when another text was saved
// elsewhere since the form was shown.
func (s *Service) Save(ctx context.Context, by civic.Actor, in FileInput) (Draft, error) {
	about, err := civic.OwnSubject(by)
	if err != nil {
		return Draft{}, err
	}
	d := Draft{Procedure: in.Procedure, Contact: about.Contact, Account: by.Account, Version: in.Version,
		Browser: s.browser(in)}
	if d.ID, err = crm.FormID(in.FormKey); err != nil {
		return Draft{}, err
	}
	if err := d.begin(in); err != nil {
		return Draft{}, err
	}
	if _, err := s.procedures.Get(ctx, in.Procedure); err != nil {
		return Draft{}, err
	}
	if err := s.mayBegin(ctx, d); err != nil {
		return Draft{}, err
	}
	sender, _, err := s.Sending(ctx, by, d.ID)
	if err != nil {
		return Draft{}, err
	}
	holding := s.draftHolding(d)
	holding.Sender = sender
	if d.Files, err = s.sentFiles(ctx, by, holding, in.Files); err != nil {
		return Draft{}, err
	}
	d, err = s.keepDraft(ctx, d, "")
	return d.shown(), err
}

// ErrDraftNewer says that a citizen saved another text under the key of the form, elsewhere, since the form
// was shown. Who knows of it saves or files with its version.
var ErrDraftNewer = civic.NewError(civic.Conflict, "requests.error.draft_newer")

// newer reports whether what is stored of a citizen is another text than typed, which was written by somebody
// who did not see it, nor what another browser saved before it; what the same browser saved, they know of.
func (d Draft) newer(typed Draft, now time.Time) bool {
	if d.Contact == "" || d.Version == 0 || d.Version == typed.Version || !now.Before(d.ExpiresAt) {
		return false
	}
	here := typed.Browser != "" && typed.Browser == d.Browser && typed.Version >= d.Elsewhere
	return !here && !d.says(typed)
}

// says reports whether d holds the same text and files as another one.
func (d Draft) says(other Draft) bool {
	return d.Subject == other.Subject && d.Text == other.Text && d.Grounds == other.Grounds &&
		slices.Equal(blob.IDs(d.Files), blob.IDs(other.Files))
}

// browser returns what a draft says of the browser that saves it.
func (s *Service) browser(in FileInput) string {
	if in.Browser == "" {
		return ""
	}
	return s.vault.Digest("requests/browser", in.Browser)
}

// seenDraft returns nil when filing r erases no text of its citizen's that the form did not have, else
// ErrDraftNewer.
func (s *Service) seenDraft(ctx context.Context, in FileInput, r Request) error {
	d, err := s.drafts.Get(ctx, r.ID)
	if civic.CodeOf(err) == civic.NotFound || err == nil && d.Contact != r.Contact {
		return nil
	}
	typed := Draft{Version: in.Version, Browser: s.browser(in), Subject: r.Subject, Text: r.Text,
		Grounds: r.Grounds, Files: r.Events[0].Files}
	if r.Grounds == "" { // the procedure wants none
		typed.Grounds = d.Grounds
	}
	if err == nil && d.newer(typed, s.now()) {
		err = ErrDraftNewer
	}
	return err
}

// begin writes what was typed so far into d, or returns an Invalid error that names every wrong field.
func (d *Draft) begin(in FileInput) error {
	var wrong civic.Problems
	var err error
	d.Subject, err = civic.CleanLine(in.Subject, maxSubject)
	wrong.Check("subject", err)
	d.Text, err = civic.CleanText(in.Text, maxText)
	wrong.Check("text", err)
	d.Grounds, err = civic.CleanText(in.Grounds, maxText)
	wrong.Check("grounds", err)
	if wrong.Err() == nil && len(in.Files) == 0 && civic.IsBlank(d.Subject+d.Text+d.Grounds) {
		wrong.Add("text", "requests.error.draft_empty")
	}
	return wrong.Err()
}

// mayBegin returns nil when d is begun already, or its citizen may begin one more.
func (s *Service) mayBegin(ctx context.Context, d Draft) error {
	_, err := s.requests.Get(ctx, d.ID)
	switch civic.CodeOf(err) {
	case civic.NotFound:
	case "":
		return civic.NewError(civic.Conflict, "error.form_used")
	default:
		return err
	}
	if _, err := s.drafts.Get(ctx, d.ID); civic.CodeOf(err) != civic.NotFound {
		return err
	}
	n, err := s.drafts.Count(ctx, docstore.Filter{docstore.Eq("contact", d.Contact)})
	if err == nil && n >= maxDrafts {
		var p civic.Problems
		p.Add("text", "requests.error.drafts_full", civic.Args{"Max": maxDrafts})
		err = p.Err()
	}
	return err
}

// OwnDrafts returns what a citizen has begun to ask for and not filed, last saved first.
func (s *Service) OwnDrafts(ctx context.Context, by civic.Actor) ([]Draft, error) {
	about, err := civic.OwnSubject(by)
	if err != nil {
		return nil, err
	}
	q := draftsOf(about.Contact)
	q.Limit = 2 * maxDrafts // two forms at once may both have been the last that was allowed
	found, err := s.drafts.Find(ctx, q)
	var all []Draft
	for _, d := range found.Items {
		if s.now().Before(d.ExpiresAt) {
			all = append(all, d.shown())
		}
	}
	return all, err
}

func draftsOf(contact civic.ID) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", contact)},
		Sort: []string{"-updatedAt"}}
}

// OwnDraft returns what a citizen has begun, or NotFound.
func (s *Service) OwnDraft(ctx context.Context, by civic.Actor, id civic.ID) (Draft, error) {
	about, err := civic.OwnSubject(by)
	if err != nil {
		return Draft{}, err
	}
	d, err := s.drafts.Get(ctx, id)
	if err == nil && (d.Contact != about.Contact || !s.now().Before(d.ExpiresAt)) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return Draft{}, err
	}
	return d.shown(), nil
}

// DiscardOwn erases what a citizen has begun, with its files. It returns NotFound for what is not theirs.
func (s *Service) DiscardOwn(ctx context.Context, by civic.Actor, id civic.ID) error {
	d, err := s.OwnDraft(ctx, by, id)
	if err != nil {
		return err
	}
	return s.dropDraft(ctx, d)
}

// forgetDraft erases what r was begun as: it is filed. That of who did not sign in goes on leading to it.
func (s *Service) forgetDraft(ctx context.Context, r Request) error {
	if r.Contact == "" || !r.Events[0].Citizen || r.Declared != nil {
		return nil
	}
	d, err := s.drafts.Get(ctx, r.ID)
	if civic.CodeOf(err) == civic.NotFound || err == nil && d.Contact != r.Contact {
		return nil
	}
	if err != nil {
		return err
	}
	return s.dropDraft(ctx, d)
}

// Sending says whose the files of a form are: of the account that began it, or of the form itself when nobody
// is signed in; and what bounds them then.
func (s *Service) Sending(
	ctx context.Context, by civic.Actor, formKey civic.ID,
) (sender civic.ID, pool blob.Pool, err error) {
	if by.Account == "" {
		return s.formSender(formKey), s.pool, nil
	}
	if by.Contact != "" { // who signs in by two ways has two accounts, and one draft
		d, err := s.drafts.Get(ctx, formKey)
		if err == nil && d.Contact == by.Contact {
			return d.Account, blob.Pool{}, nil
		}
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return "", blob.Pool{}, err
		}
	}
	return by.Account, blob.Pool{}, nil
}

// Called returns what p, the procedure of d, is called: now, or where it is not offered any more when d was
// saved, or by its last version; and whether it is offered now.
func (d Draft) Called(p Procedure, now time.Time) (name civic.Text, offered bool) {
	day := func(t time.Time) string { return t.In(civic.Rome()).Format(time.DateOnly) }
	v, offered := p.On(day(now))
	if !offered {
		var then bool
		if v, then = p.On(day(d.UpdatedAt)); !then {
			v = p.Latest()
		}
	}
	return v.Name, offered
}

// draftLife returns for how long d is kept after it was saved.
func (s *Service) draftLife(d Draft) time.Duration {
	if d.Contact == "" {
		return ConfirmTime
	}
	return time.Duration(s.draftDays) * 24 * time.Hour
}

// draftEntries returns what a person has begun, for a copy of their data.
func (s *Service) draftEntries(
	ctx context.Context, contact civic.ID, language string,
) (entries []civic.PersonalEntry, err error) {
	for d, err := range s.drafts.All(ctx, draftsOf(contact)) {
		if err != nil {
			return nil, err
		}
		p, err := s.procedures.Get(ctx, d.Procedure)
		if err != nil {
			return nil, err
		}
		called, _ := d.Called(p, s.now())
		name := called.In(language)
		e := civic.PersonalEntry{Title: strings.Trim(d.Subject+" · "+name, " ·"), At: d.UpdatedAt}
		e.Say("procedure", name)
		e.Say("text", d.Text)
		e.Say("grounds", d.Grounds)
		sayFiles(&e, d.Files)
		e.SayDay("kept_until", d.ExpiresAt.In(civic.Rome()).Format(time.DateOnly))
		entries = append(entries, e)
	}
	return entries, nil
}

// eraseDraftsOf erases what a person has begun, with its files.
func (s *Service) eraseDraftsOf(ctx context.Context, contact civic.ID) error {
	for d, err := range s.drafts.All(ctx, draftsOf(contact)) {
		if err != nil {
			return err
		}
		if err := s.dropDraft(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
