package requests

import (
	"context"
	"errors"
	"io"
	"slices"

	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// maxFiles is how many files one request may have.
const maxFiles = 100

// Files returns what can be sent along with one form.
func Files() blob.Use {
	return blob.Use{Name: "request", Types: blob.Documents(), MaxSize: 20 << 20, MaxCount: 10,
		MaxTotal: 50 << 20}
}

// filesOf is what a request refers to its files with; by is who sent those that it does not refer to yet.
func filesOf(r Request, by civic.ID) blob.Claim {
	return blob.Claim{Document: civic.Key(letterPrefix, r.ID), Use: Files(), Person: r.Contact, Sender: by}
}

// noteFilesOf is filesOf for the files of internal notes, which are no data of the applicant's to be handed
// out.
func noteFilesOf(r Request, by civic.ID) blob.Claim {
	return blob.Claim{Document: civic.Key(letterPrefix, "note", r.ID), Use: Files(), Sender: by}
}

// sentFiles returns what a document says of files that by, or whoever the claim names, sent for it. It
// returns an Invalid error with the field "files" for one that is not to be had, and for too many.
func (s *Service) sentFiles(
	ctx context.Context, by civic.Actor, claim blob.Claim, ids []civic.ID,
) ([]blob.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var p civic.Problems
	if s.files == nil || claim.Sender == "" || len(ids) > claim.Use.MaxCount {
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
	FileInput
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

// attachments returns all files of r.
func (r Request) attachments() (all []blob.Attachment) {
	for _, e := range r.Events {
		all = append(all, e.Files...)
	}
	return all
}

// claimFiles says which files a stored request refers to, and whose data they are; others may add some
// meanwhile. What was erased since is passed over.
func (s *Service) claimFiles(ctx context.Context, r Request) error {
	if s.files == nil {
		return nil
	}
	return errors.Join(s.claim(ctx, r, Request.letters), s.claim(ctx, r, Request.notes))
}

// letters returns what r refers to files with that are no notes'.
func (r Request) letters() blob.Held { return r.held(filesOf(r, ""), false) }

// notes returns what r refers to the files of its notes with.
func (r Request) notes() blob.Held { return r.held(noteFilesOf(r, ""), true) }

func (r Request) held(c blob.Claim, notes bool) blob.Held {
	c.Stored, c.Use.MaxCount = true, maxFiles
	h := blob.Held{Claim: c}
	for _, e := range r.Events {
		if notes == (e.Act == ActNote) {
			h.IDs = append(h.IDs, blob.IDs(e.Files)...)
		}
	}
	return h
}

func (s *Service) claim(ctx context.Context, r Request, held func(Request) blob.Held) error {
	if len(held(r).IDs) == 0 {
		return nil
	}
	err := blob.Follow(ctx, s.files, held(r), func() (blob.Held, error) {
		now, err := s.requests.Get(ctx, r.ID)
		return held(now), err
	})
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}

// OpenFile returns a file of a request and its bytes, which the caller closes: to the applicant, and to staff
// who may read the request, which is audited. It returns NotFound to others, and for a file that the request
// does not have, or has in what the applicant may not read.
func (s *Service) OpenFile(
	ctx context.Context, by civic.Actor, id, file civic.ID,
) (blob.File, io.ReadSeekCloser, error) {
	r, err := s.requests.Get(ctx, id)
	if err == nil && !r.own(by) && !r.Readable(by) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return blob.File{}, nil, err
	}
	return s.openFile(ctx, by, r, file)
}

// OpenFollowedFile is OpenFile for who knows the number and the code of a request, as its applicant.
func (s *Service) OpenFollowedFile(
	ctx context.Context, by civic.Actor, number, code string, file civic.ID,
) (blob.File, io.ReadSeekCloser, error) {
	r, err := s.byCode(ctx, number, code)
	if err != nil {
		return blob.File{}, nil, err
	}
	return s.openFile(ctx, by, r, file)
}

func (s *Service) openFile(
	ctx context.Context, by civic.Actor, r Request, file civic.ID,
) (blob.File, io.ReadSeekCloser, error) {
	has := func(a blob.Attachment) bool { return a.File == file }
	if s.files == nil || !slices.ContainsFunc(r.shownTo(by).attachments(), has) {
		return blob.File{}, nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	if !r.own(by) {
		err := s.audit.Write(ctx, audit.Entry{By: by, Action: ActionFile, Object: r.ID, Contact: r.Contact,
			Detail: map[string]string{"file": string(file)}})
		if err != nil {
			return blob.File{}, nil, err
		}
	}
	return s.files.Open(ctx, file)
}
