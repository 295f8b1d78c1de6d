package intake

import (
	"context"
	"io"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/audit"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Filter chooses mails; empty fields choose all that the actor may read.
type Filter struct {
	State  State
	Office civic.ID
}

// List lists mails, newest first. It returns Forbidden for another office's.
func (s *Service) List(
	ctx context.Context, by civic.Actor, f Filter, page civic.PageRequest,
) (civic.Page[Mail], error) {
	if err := by.Can(requests.PermRead); err != nil {
		return civic.Page[Mail]{}, err
	}
	page = page.Normal()
	q := docstore.Query{Sort: []string{"-at"}, Cursor: page.Cursor, Limit: page.Size}
	switch {
	case f.Office != "":
		if !by.Allowed(crm.PermReadContacts) && !by.In(f.Office) {
			return civic.Page[Mail]{}, civic.NewError(civic.Forbidden, "error.forbidden")
		}
		q.Filter = docstore.Filter{docstore.Eq("office", f.Office)}
	case !by.Allowed(crm.PermReadContacts):
		q.Filter = docstore.Filter{docstore.In("office", by.Offices...)}
	}
	if f.State != "" {
		q.Filter = append(q.Filter, docstore.Eq("state", f.State))
	}
	return s.mails.Find(ctx, q)
}

// Waiting returns how many mails wait for by to say what they are.
func (s *Service) Waiting(ctx context.Context, by civic.Actor) (int, error) {
	if !by.Allowed(requests.PermRead) {
		return 0, nil
	}
	states := docstore.In("state", Unassigned, Quarantined)
	if by.Allowed(crm.PermReadContacts) {
		return s.mails.Count(ctx, docstore.Filter{states})
	}
	return s.mails.Count(ctx, docstore.Filter{docstore.In("office", by.Offices...), states})
}

// Mail returns a mail to staff who may read it, or NotFound. Reading is audited.
func (s *Service) Mail(ctx context.Context, by civic.Actor, id civic.ID) (Mail, error) {
	m, err := s.readable(ctx, by, id)
	if err != nil {
		return Mail{}, err
	}
	return m, s.record(ctx, by, ActionMailRead, m, nil)
}

func (s *Service) readable(ctx context.Context, by civic.Actor, id civic.ID) (Mail, error) {
	if err := by.Can(requests.PermRead); err != nil {
		return Mail{}, err
	}
	m, err := s.mails.Get(ctx, id)
	if err == nil && !m.Readable(by) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return Mail{}, err
	}
	return m, nil
}

// record writes an audit entry about a mail.
func (s *Service) record(
	ctx context.Context, by civic.Actor, action audit.Action, m Mail, detail map[string]string,
) error {
	return s.o.Audit.Write(ctx, audit.Entry{By: by, Action: action, Object: m.ID, Contact: m.Contact,
		Detail: detail})
}

// Original returns a mail as it came, and its bytes, which the caller closes, to staff who may read it;
// NotFound where it is not kept, or not any more. It is audited.
func (s *Service) Original(
	ctx context.Context, by civic.Actor, id civic.ID,
) (blob.File, io.ReadSeekCloser, error) {
	m, err := s.readable(ctx, by, id)
	if err == nil && m.Original == "" {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err == nil {
		err = s.record(ctx, by, ActionMailOriginal, m, nil)
	}
	if err != nil {
		return blob.File{}, nil, err
	}
	return s.o.Files.Open(ctx, m.Original)
}

// OpenFile returns a file that came along with a mail, and its bytes, which the caller closes, to staff who
// may read the mail. It is audited. It returns NotFound for a file that the mail does not have.
func (s *Service) OpenFile(
	ctx context.Context, by civic.Actor, id, file civic.ID,
) (blob.File, io.ReadSeekCloser, error) {
	m, err := s.readable(ctx, by, id)
	if err == nil && !m.has(file) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err == nil {
		err = s.record(ctx, by, requests.ActionFile, m, map[string]string{"file": string(file)})
	}
	if err != nil {
		return blob.File{}, nil, err
	}
	return s.o.Files.Open(ctx, file)
}
