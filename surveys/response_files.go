package surveys

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Files keeps the files that are answered; *blob.Store is one.
type Files interface {
	blob.Claimer
	Discard(ctx context.Context, document civic.ID) error
	Sent(ctx context.Context, c blob.Claim, ids ...civic.ID) ([]blob.File, error)
	Get(ctx context.Context, id civic.ID) (blob.File, error)
	Open(ctx context.Context, id civic.ID) (blob.File, io.ReadSeekCloser, error)
}

// uploader names who sends the files of a draft. It cannot be joined with the draft's id, nor with the
// response's, without the token that only the browser has.
func uploader(questionnaire civic.ID, token string) civic.ID {
	return tokenID("files", questionnaire, token)
}

// responseHolds begins the names under which responses refer to files.
const responseHolds civic.ID = "survey_response"

// holding is what a document refers to files with: its collection and id, and whose data they are.
func holding(kind, id, person civic.ID) blob.Claim {
	use := Uploads()
	use.MaxCount = MaxFiles * MaxQuestions
	return blob.Claim{Document: civic.Key(kind, id), Use: use, Person: person, Stored: true}
}

func (r Response) holding() blob.Claim {
	c := holding(responseHolds, r.ID, r.Contact)
	if r.Contact == "" {
		c.Pool = sentPool(r.Questionnaire)
	}
	return c
}

func (draft DraftResponse) holding() blob.Claim {
	c := holding("survey_draft", draft.ID, draft.Contact)
	c.Draft = true
	return c
}

// fileIDs returns the files that answers refer to.
func (as Answers) fileIDs() []civic.ID {
	var ids []civic.ID
	for _, a := range as {
		ids = append(ids, blob.IDs(a.Files)...)
	}
	return ids
}

// lookUp puts into an answer what is known of the files that its respondent sent. It returns Invalid when one
// is not to be had: gone, or another's. Of an anonymous answer nothing tells who sent them or when.
func (s *Service) lookUp(ctx context.Context, t openDraft, q Question, a Answer) (Answer, error) {
	if len(a.Files) == 0 {
		return a, nil
	}
	takes := q.Inputs()[0].Use.Types
	claim := t.draft.holding()
	claim.Sender = uploader(t.q.ID, t.token)
	files, err := s.files.Sent(ctx, claim, blob.IDs(a.Files)...)
	if civic.CodeOf(err) == civic.NotFound ||
		slices.ContainsFunc(files, func(f blob.File) bool { return !slices.Contains(takes, f.Type) }) {
		return Answer{Question: a.Question}, civic.NewError(civic.Invalid, "error.file.gone")
	}
	known := make([]blob.Attachment, len(files))
	for i, f := range files {
		known[i] = f.Attachment(civic.Actor{})
	}
	a.Files = known
	return a, err
}

// keepDraftFiles says which files a stored draft refers to: those it does not any more are let go. It returns
// NotFound when the draft is gone meanwhile.
func (s *Service) keepDraftFiles(ctx context.Context, before Answers, draft DraftResponse) error {
	if len(draft.Answers.fileIDs()) == 0 && len(before.fileIDs()) == 0 {
		return nil
	}
	held := func(d DraftResponse) blob.Held { return blob.Held{Claim: d.holding(), IDs: d.Answers.fileIDs()} }
	return blob.Follow(ctx, s.files, held(draft), func() (blob.Held, error) {
		now, err := s.drafts.Get(ctx, draft.ID)
		return held(now), err
	})
}

// keepFiles says which files a stored response refers to.
func (s *Service) keepFiles(ctx context.Context, r Response) error {
	if ids := r.Answers.fileIDs(); len(ids) > 0 {
		return s.files.Claim(ctx, r.holding(), ids...)
	}
	return nil
}

// noteSending notes that a draft with files is about to become a response. Nothing else leads from the draft
// of an anonymous response to it, and should the program die between the two, somebody has to.
// It returns NotFound of a draft that was thrown away.
func (s *Service) noteSending(ctx context.Context, draft DraftResponse, day string) error {
	if draft.SentOn != "" || len(draft.Answers.fileIDs()) == 0 {
		return nil
	}
	_, err := s.drafts.Update(ctx, draft.ID, func(draft *DraftResponse) error {
		if draft.over(s.now()) {
			return noDraft()
		}
		draft.SentOn = cmp.Or(draft.SentOn, day)
		return nil
	})
	return err
}

// dropSent throws away a draft that may have been sent by a program that died before it was thrown away: what
// it claims is the response's then.
func (s *Service) dropSent(ctx context.Context, draft DraftResponse) error {
	ids := draft.Answers.fileIDs()
	if draft.SentOn == "" || len(ids) == 0 {
		return s.dropDraft(ctx, draft)
	}
	since := docstore.Query{Filter: docstore.Filter{docstore.Eq("questionnaire", string(draft.Questionnaire)),
		docstore.Gte("day", draft.SentOn)}, Sort: []string{"day"}}
	for r, err := range s.responses.All(ctx, since) {
		if err != nil {
			return err
		}
		has := func(id civic.ID) bool { return slices.Contains(ids, id) }
		if !slices.ContainsFunc(r.Answers.fileIDs(), has) {
			continue
		}
		if err := s.keepFiles(ctx, r); err != nil {
			return err
		}
	}
	return s.dropDraft(ctx, draft)
}

// dropDraft throws a draft away; the files that nothing else refers to are collected. Those that it is known
// to refer to are let go first, so that whoever dies here leaves a draft to be thrown away again; and what a
// page that was saved meanwhile claimed, at last.
func (s *Service) dropDraft(ctx context.Context, draft DraftResponse) error {
	held := draft.holding().Document
	if len(draft.Answers.fileIDs()) > 0 {
		if err := s.files.Release(ctx, held); err != nil {
			return err
		}
	}
	if err := s.drafts.Delete(ctx, draft.ID); err != nil {
		return err
	}
	return s.files.Release(context.WithoutCancel(ctx), held)
}

// OpenFile returns a file that was answered and its bytes, which the caller closes, to those who may read
// texts. Reading is audited. It returns NotFound for a file that no response to the questionnaire has.
func (s *Service) OpenFile(
	ctx context.Context, by civic.Actor, id, file civic.ID,
) (blob.File, io.ReadSeekCloser, error) {
	if err := by.Can(PermTexts); err != nil {
		return blob.File{}, nil, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return blob.File{}, nil, err
	}
	if err := may(by, PermTexts, q.Office); err != nil {
		return blob.File{}, nil, err
	}
	r, err := s.responseWith(ctx, q, file)
	if err != nil {
		return blob.File{}, nil, err
	}
	entry := audit.Entry{By: by, Action: ActionFileRead, Object: q.ID, Contact: r.Contact,
		Detail: map[string]string{"file": string(file)}}
	if err := s.audit.Write(ctx, entry); err != nil {
		return blob.File{}, nil, err
	}
	return s.files.Open(ctx, file)
}

// responseWith returns the response to q that refers to a file, or NotFound.
func (s *Service) responseWith(ctx context.Context, q Questionnaire, file civic.ID) (Response, error) {
	f, err := s.files.Get(ctx, file)
	if err != nil {
		return Response{}, err
	}
	for _, claim := range f.Claims {
		id, ok := strings.CutPrefix(string(claim), string(civic.Key(responseHolds, "")))
		if !ok {
			continue
		}
		r, err := s.responses.Get(ctx, civic.ID(id))
		if err == nil && r.Questionnaire == q.ID && slices.Contains(r.Answers.fileIDs(), file) {
			return r, nil
		}
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return Response{}, err
		}
	}
	return Response{}, civic.NewError(civic.NotFound, "error.not_found")
}
