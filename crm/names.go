package crm

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// namesAtOnce is how many contacts are mended at a time: the store commits those together.
const namesAtOnce = 16

// RepairNames brings what follows from contacts' names and fiscal codes to what this version makes of them, and returns of how many
// contacts: an earlier one sorted them otherwise, and did not find codes by a part. It can be stopped anywhere and called again; nobody's edit is in its way, nor it in theirs.
func (s *Service) RepairNames(ctx context.Context) (int, error) {
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(namesAtOnce)
	var mended atomic.Int64
	for c, err := range s.contacts.All(groupCtx, docstore.Query{}) {
		if err != nil {
			if failed := group.Wait(); failed != nil {
				err = failed
			}
			return int(mended.Load()), err
		}
		stored := [3]string{c.SortName, c.Skeleton, c.Joined}
		if c.derive(); stored == [3]string{c.SortName, c.Skeleton, c.Joined} && (c.CodeDigest == "") == (len(c.CodeParts) == 0) {
			continue
		}
		group.Go(func() error {
			_, err := s.contacts.Update(groupCtx, c.ID, s.rederive)
			if err == nil {
				mended.Add(1)
			}
			return ignoreGone(err)
		})
	}
	err := group.Wait()
	return int(mended.Load()), err
}

// rederive sets what follows from the name and the fiscal code of a stored contact.
func (s *Service) rederive(c *Contact) error {
	c.derive()
	code, err := s.openCode(*c)
	if err == nil {
		c.CodeParts = s.codeParts(code.String())
	}
	return err
}

// ignoreGone returns nil for the error of a document that was taken away meanwhile.
func ignoreGone(err error) error {
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}
