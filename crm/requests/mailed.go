package requests

import (
	"context"
	"crypto/hmac"
	"slices"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// MailInput is something that came by e-mail and was found out to be a request, or to be about one.
type MailInput struct {
	Key    civic.ID  // of the mail: what was made of it is made once
	At     time.Time // when the municipality's mailbox got it
	Sender civic.ID  // who sent its files, as the store of files knows it
	Files  []civic.ID
	Text   string

	// FileMailed alone.
	Procedure civic.ID
	Contact   civic.ID  // of who wrote it
	Declared  *Declared // what they say of themselves; nil when their address is proved
	Subject   string

	// AddMailed alone: it is for the staff, because somebody else than the applicant wrote it.
	Note bool
}

// FileMailed files what somebody asks for by e-mail. It was received when the mailbox got it, and where its
// procedure wants to be told why, the mail is all that says so. The same mail again returns what is stored.
// It returns Invalid with field errors, and Gone when the procedure is not offered.
func (s *Service) FileMailed(ctx context.Context, by civic.Actor, in MailInput) (Request, error) {
	if err := by.Can(PermWrite); err != nil {
		return Request{}, err
	}
	p, err := s.procedures.Get(ctx, in.Procedure)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return Request{}, err
	}
	now := s.now()
	r := Request{Channel: crm.ByMail, ReceivedAt: in.At, Declared: in.Declared, Seed: newSeed()}
	if r.ReceivedAt.IsZero() || r.ReceivedAt.After(now) {
		r.ReceivedAt = now
	}
	if r.ID, err = crm.FormID(string(in.Key)); err != nil {
		return r, err
	}
	var wrong civic.Problems
	wrong.Check("procedure", choice(p.ID != ""))
	r.Subject, err = civic.CleanLine(in.Subject, maxSubject)
	required(&wrong, "subject", r.Subject, err)
	r.Text, err = civic.CleanText(in.Text, maxText)
	required(&wrong, "text", r.Text, err)
	v, offered := p.On(now.In(civic.Rome()).Format(time.DateOnly))
	switch {
	case wrong.Err() != nil:
		return Request{}, wrong.Err()
	case !offered:
		return Request{}, civic.NewError(civic.Gone, "requests.error.not_offered")
	}
	r.Procedure, r.Version, r.Name, r.Substitute, r.Rules = p.ID, v.Number, v.Name, v.Substitute, v.Rules
	applicant, err := s.people.OwnContact(ctx, civic.Actor{Contact: in.Contact}) // nobody reads it
	if err != nil {
		return Request{}, err
	}
	r.Contact = applicant.ID
	r.askedBy(applicant.Called())
	e := Event{ID: r.ID, Act: ActFile, At: now, Office: v.Office, By: by.Account, Citizen: by.Account == ""}
	if !e.Citizen {
		e.ByName = by.Name
	}
	if e.Files, err = s.sentFiles(ctx, civic.Actor{}, filesOf(r, in.Sender), in.Files); err != nil {
		return Request{}, err
	}
	r.Events = []Event{e}
	if r.Submission, err = s.vault.DigestForm(purposeForm, civic.Actor{}, in.Key); err != nil {
		return Request{}, err
	}
	if err := s.planned(ctx, &r, now); err != nil {
		return Request{}, err
	}
	filed, err := s.file(ctx, by, r, func() error { return nil })
	return filed.shownTo(by), err
}

// AddMailed adds what came by e-mail to a request: as a message of its applicant, or as a note of the staff.
// The same mail again adds nothing. It returns NotFound for a request that by may not know of, Conflict when
// it has no room.
func (s *Service) AddMailed(ctx context.Context, by civic.Actor, id civic.ID, in MailInput) (Request, error) {
	now, err := s.requests.Get(ctx, id)
	if err == nil && (!now.Readable(by) || now.Contact == "") {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err == nil {
		err = by.Can(PermWrite)
	}
	if err != nil {
		return Request{}, err
	}
	e := Event{Act: ActMessage, At: s.now()}
	side, claim := Applicant, filesOf(now, in.Sender)
	if in.Note {
		e.Act, e.By, e.ByName = ActNote, by.Account, by.Name
		side, claim = Staff, noteFilesOf(now, in.Sender)
	}
	if e.ID, err = crm.FormID(string(in.Key)); err != nil {
		return Request{}, err
	}
	if e.Text, err = civic.CleanText(in.Text, maxText); err != nil {
		return Request{}, err
	}
	if is, done := now.byForm(e.ID); done {
		e.Files = is.Files
	} else if e.Files, err = s.sentFiles(ctx, civic.Actor{}, claim, in.Files); err != nil {
		return Request{}, err
	}
	if e.Submission, err = s.vault.DigestForm(purposeForm, civic.Actor{}, in.Key); err != nil {
		return Request{}, err
	}
	return s.append(ctx, by, id, e, func(Request) (Side, error) { return side, nil })
}

// MaxMailTag is how many characters a MailTag has at most.
const MaxMailTag = len("2026-000000000.") + codeSigns

// mailTagPurpose is what the tokens are made for by which answers to letters are known.
const mailTagPurpose = "requests/mail"

// MailTag returns what is in the address for answers to letters about a request, and in the letters' ids:
// the number, and a token of 100 bits that is made as the secret code is and stands nowhere. Who has it may
// write to the request, and reads nothing by it.
func (s *Service) MailTag(r Request) string {
	token := strings.ReplaceAll(s.signs(mailTagPurpose, string(r.ID)+"/"+r.Seed), "-", "")
	return r.Number + "." + strings.ToLower(token)
}

// Tagged returns the request of a tag as its applicant sees it, or NotFound.
func (s *Service) Tagged(ctx context.Context, tag string) (Request, error) {
	number, token, _ := strings.Cut(tag, ".")
	r, err := s.numbered(ctx, number)
	if err != nil {
		return Request{}, err
	}
	_, known, _ := strings.Cut(s.MailTag(r), ".")
	if !hmac.Equal([]byte(readCode(known)), []byte(readCode(token))) {
		return Request{}, civic.NewError(civic.NotFound, "error.not_found")
	}
	return r.shownTo(civic.Actor{}), nil
}

// Numbered returns the request with a number, whatever its office, as its applicant sees it; NotFound when
// there is none, or by may not know of it.
func (s *Service) Numbered(ctx context.Context, by civic.Actor, number string) (Request, error) {
	r, err := s.numbered(ctx, number)
	if err == nil && !r.Readable(by) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return Request{}, err
	}
	return r.shownTo(civic.Actor{}), nil
}

// Mailed returns a request that mail was said to be about, as its applicant sees it, or NotFound.
func (s *Service) Mailed(ctx context.Context, id civic.ID) (Request, error) {
	r, err := s.requests.Get(ctx, id)
	if err == nil && r.Contact == "" {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	return r.shownTo(civic.Actor{}), err
}

// numbered returns the request with a number that is still somebody's, or NotFound.
func (s *Service) numbered(ctx context.Context, number string) (Request, error) {
	found, err := s.requests.Find(ctx, docstore.Query{Limit: 1,
		Filter: docstore.Filter{docstore.Eq("number", number)}})
	if err != nil {
		return Request{}, err
	}
	if n := slices.IndexFunc(found.Items, func(r Request) bool { return r.Contact != "" }); n >= 0 {
		return found.Items[n], nil
	}
	return Request{}, civic.NewError(civic.NotFound, "error.not_found")
}
