package requests

import (
	"context"
	"slices"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Request returns a request to staff who may read it, or NotFound. Reading is audited.
func (s *Service) Request(ctx context.Context, by civic.Actor, id civic.ID) (Request, error) {
	if err := by.Can(PermRead); err != nil {
		return Request{}, err
	}
	r, err := s.requests.Get(ctx, id)
	if err == nil && !r.Readable(by) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return Request{}, err
	}
	return r.shownTo(by), s.record(ctx, by, ActionRequestRead, r.ID, r.Contact, nil)
}

// Own returns a request to the citizen who filed it, or NotFound.
func (s *Service) Own(ctx context.Context, by civic.Actor, id civic.ID) (Request, error) {
	if _, err := civic.OwnSubject(by); err != nil {
		return Request{}, err
	}
	r, err := s.requests.Get(ctx, id)
	if err == nil && !r.own(by) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	if err != nil {
		return Request{}, err
	}
	return r.shownTo(by), nil
}

// Subjects returns what those of some requests are about that by may read: their own, or as staff.
func (s *Service) Subjects(ctx context.Context, by civic.Actor, ids []civic.ID) (map[civic.ID]string, error) {
	subjects := map[civic.ID]string{}
	for some := range slices.Chunk(ids, changedBatch) {
		found, err := s.requests.Find(ctx, docstore.Query{Limit: len(some),
			Filter: docstore.Filter{docstore.In("_id", some...)}})
		if err != nil {
			return nil, err
		}
		for _, r := range found.Items {
			if r.own(by) || r.Readable(by) {
				subjects[r.ID] = r.Subject
			}
		}
	}
	return subjects, nil
}

// Code returns the secret code of a request, for the receipt: to the citizen who filed it, and to staff who
// may move it, which is audited. It returns NotFound to others.
func (s *Service) Code(ctx context.Context, by civic.Actor, id civic.ID) (string, error) {
	r, err := s.requests.Get(ctx, id)
	switch {
	case err != nil:
		return "", err
	case r.own(by):
		return s.codeOf(r), nil
	case !r.Editable(by):
		return "", civic.NewError(civic.NotFound, "error.not_found")
	}
	return s.codeOf(r), s.record(ctx, by, ActionCode, r.ID, r.Contact, nil)
}

// OwnRequests lists what a citizen asked for, newest first.
func (s *Service) OwnRequests(
	ctx context.Context, by civic.Actor, page civic.PageRequest,
) (civic.Page[Request], error) {
	if _, err := civic.OwnSubject(by); err != nil {
		return civic.Page[Request]{}, err
	}
	return s.find(ctx, by, docstore.Query{Filter: docstore.Filter{docstore.Eq("contact", by.Contact)},
		Sort: []string{"-receivedAt"}}, page)
}

// Followed returns the request with a number to whoever knows its code, as the applicant sees it; NotFound
// when either is wrong. Whoever calls it bounds how often somebody tries.
func (s *Service) Followed(ctx context.Context, by civic.Actor, number, code string) (Request, error) {
	r, err := s.byCode(ctx, number, code)
	if err != nil {
		return Request{}, err
	}
	return r.shownTo(civic.Actor{}), s.record(ctx, by, ActionFollow, r.ID, r.Contact, nil)
}

// byCode returns the request with a number and a code, or NotFound.
func (s *Service) byCode(ctx context.Context, number, code string) (Request, error) {
	number, err := civic.CleanLine(civic.Bare(number), maxSubject)
	if err != nil {
		return Request{}, err
	}
	found, err := s.requests.Find(ctx, docstore.Query{Limit: 1,
		Filter: docstore.Filter{docstore.Eq("number", number)}})
	if err != nil {
		return Request{}, err
	}
	r := Request{}
	if len(found.Items) > 0 {
		r = found.Items[0]
	}
	if known := s.hasCode(r, code); !known || r.Contact == "" {
		return Request{}, civic.NewError(civic.NotFound, "requests.error.code")
	}
	return r, nil
}

func (s *Service) find(
	ctx context.Context, by civic.Actor, q docstore.Query, page civic.PageRequest,
) (civic.Page[Request], error) {
	page = page.Normal()
	q.Cursor, q.Limit = page.Cursor, page.Size
	found, err := s.requests.Find(ctx, q)
	for n := range found.Items {
		found.Items[n] = found.Items[n].shownTo(by)
	}
	return found, err
}
