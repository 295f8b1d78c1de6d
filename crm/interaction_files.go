package crm

import (
	"context"
	"io"
	"slices"

	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// Files keeps what is attached to interactions; *blob.Store is one.
type Files interface {
	blob.Claimer
	Sent(ctx context.Context, c blob.Claim, ids ...civic.ID) ([]blob.File, error)
	Open(ctx context.Context, id civic.ID) (blob.File, io.ReadSeekCloser, error)
}

// maxCaseFiles is how many files one interaction may have.
const maxCaseFiles = 30

// InteractionFiles returns what can be attached to an interaction with one form.
func InteractionFiles() blob.Use {
	return blob.Use{Name: "interaction", Types: blob.Documents(), MaxSize: 20 << 20, MaxCount: 10,
		MaxTotal: 50 << 20}
}

// filesOf is what an interaction refers to its files with; by is who sent those that it does not refer to
// yet.
func filesOf(i Interaction, by civic.ID) blob.Claim {
	return blob.Claim{Document: civic.Key("interaction", i.ID), Use: InteractionFiles(), Person: i.Contact,
		Sender: by}
}

// sentFiles returns what an interaction says of files that by sent for it. It returns an Invalid error with
// the field "files" for one that is not to be had, and for too many.
func (s *Service) sentFiles(
	ctx context.Context, by civic.Actor, i Interaction, ids []civic.ID,
) ([]blob.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var p civic.Problems
	claim := filesOf(i, by.Account)
	if s.files == nil || len(ids) > claim.Use.MaxCount {
		p.Add("files", "error.file.many", civic.Args{"Max": claim.Use.MaxCount})
		return nil, p.Err()
	}
	files, err := s.files.Sent(ctx, claim, ids...)
	if civic.CodeOf(err) == civic.NotFound {
		p.Add("files", "error.file.gone")
		return nil, p.Err()
	}
	attached := make([]blob.Attachment, len(files))
	for n, f := range files {
		attached[n] = f.Attachment(by)
	}
	return attached, err
}

// withSums is a form with the content of its files.
type withSums struct {
	InteractionInput
	Sums []string `json:",omitempty"`
}

// sums returns what the content of files is known by, in one order.
func sums(all []blob.Attachment) []string {
	var of []string
	for _, a := range all {
		of = append(of, a.SHA256)
	}
	slices.Sort(of)
	return of
}

// claimFiles says which files a stored interaction refers to, and whose data they are; others may add some
// meanwhile. What was erased since is passed over.
func (s *Service) claimFiles(ctx context.Context, i Interaction) error {
	removed := func(c CaseChange) bool { return c.Field == CaseFile }
	if s.files == nil || len(i.Attachments) == 0 && !slices.ContainsFunc(i.Changes, removed) {
		return nil
	}
	held := func(i Interaction) blob.Held {
		claim := filesOf(i, "")
		claim.Stored, claim.Use.MaxCount = true, maxCaseFiles
		return blob.Held{Claim: claim, IDs: blob.IDs(i.Attachments)}
	}
	err := blob.Follow(ctx, s.files, held(i), func() (blob.Held, error) {
		now, err := s.interactions.Get(ctx, i.ID)
		return held(now), err
	})
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}

// releaseFiles lets the files of an erased interaction go.
func (s *Service) releaseFiles(ctx context.Context, id civic.ID) error {
	if s.files == nil {
		return nil
	}
	return s.files.Release(ctx, civic.Key("interaction", id))
}

// AttachFiles adds files that by sent to an interaction. Sending the same form again adds them once. It
// returns Invalid with the field "files", and Conflict when the interaction has too many.
func (s *Service) AttachFiles(
	ctx context.Context, by civic.Actor, id civic.ID, formKey string, ids []civic.ID,
) (Interaction, error) {
	key, err := FormID(formKey)
	if err != nil {
		return Interaction{}, err
	}
	return s.editCase(ctx, by, id, ActionInteractionFileAdd, func(i *Interaction) error {
		if slices.ContainsFunc(i.Attachments, func(a blob.Attachment) bool { return a.Form == key }) {
			return errSame
		}
		var p civic.Problems
		if len(ids) == 0 {
			p.Add("files", "error.file.none")
			return p.Err()
		}
		added, err := s.sentFiles(ctx, by, *i, ids)
		if err != nil {
			return err
		}
		if len(i.Attachments)+len(added) > maxCaseFiles {
			p.Add("files", "error.file.many", civic.Args{"Max": maxCaseFiles})
			return p.Err()
		}
		for n := range added {
			added[n].Form = key
		}
		i.Attachments = append(i.Attachments, added...)
		return nil
	})
}

// RemoveFile takes a file off an interaction; that it was there stays in the history. The file is gone for
// everybody. It returns NotFound when the interaction never had it.
func (s *Service) RemoveFile(ctx context.Context, by civic.Actor, id, file civic.ID) (Interaction, error) {
	return s.editCase(ctx, by, id, ActionInteractionFileRemove, func(i *Interaction) error {
		n := slices.IndexFunc(i.Attachments, func(a blob.Attachment) bool { return a.File == file })
		gone := slices.ContainsFunc(i.Changes, func(c CaseChange) bool { return c.File == file })
		switch {
		case n < 0 && gone:
			return errSame
		case n < 0:
			return civic.NewError(civic.NotFound, "error.not_found")
		case len(i.Changes) >= maxCaseChanges:
			return civic.NewError(civic.Conflict, "crm.error.case_full")
		}
		i.Changes = append(i.Changes, CaseChange{Field: CaseFile, Was: i.Attachments[n].Name, File: file,
			By: by.Account, ByName: by.Name, At: s.now()})
		i.Attachments = slices.Delete(slices.Clone(i.Attachments), n, n+1)
		return nil
	})
}

// OpenFile returns a file of an interaction and its bytes, which the caller closes. It returns NotFound when
// by may not know of the interaction, and Forbidden when by may not read its notes. Reading is audited.
func (s *Service) OpenFile(
	ctx context.Context, by civic.Actor, id, file civic.ID,
) (blob.File, io.ReadSeekCloser, error) {
	if err := by.Can(PermReadInteractions); err != nil {
		return blob.File{}, nil, err
	}
	i, err := s.interactions.Get(ctx, id)
	switch has := func(a blob.Attachment) bool { return a.File == file }; {
	case err != nil:
		return blob.File{}, nil, err
	case !i.readable(by):
		return blob.File{}, nil, civic.NewError(civic.NotFound, "error.not_found")
	case !i.noteReadable(by):
		return blob.File{}, nil, civic.NewError(civic.Forbidden, "error.forbidden")
	case s.files == nil || !slices.ContainsFunc(i.Attachments, has):
		return blob.File{}, nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	err = s.audit.Write(ctx, audit.Entry{By: by, Action: ActionInteractionFileRead, Object: i.ID,
		Contact: i.Contact, Detail: map[string]string{"file": string(file)}})
	if err != nil {
		return blob.File{}, nil, err
	}
	return s.files.Open(ctx, file)
}
