package blob

import (
	"context"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Pool is what files share until a document keeps them for good: those of forms that anybody may begin and
// leave, so that nobody fills the disk with them. The zero Pool bounds nothing.
type Pool struct {
	Name     civic.ID // with what makes it unique before it
	MaxBytes int64    // of all files in it together; each counts as leastPooled at least
}

// leastPooled is what a file counts for in a pool, so that their number is bounded, too.
const leastPooled = 256 << 10

// mayPool returns a Limited error when a pool has no room for a file of a size. A file leaves its pool when
// something that is no draft claims it, or when it is collected.
func (s *Store) mayPool(ctx context.Context, p Pool, size int64) error {
	if p.Name == "" {
		return nil
	}
	held := max(size, leastPooled)
	pooled := docstore.Query{Filter: docstore.Filter{docstore.Eq("pool", string(p.Name))}, Limit: 500}
	for f, err := range s.files.All(ctx, pooled) {
		if err != nil {
			return err
		}
		if held += max(f.Size, leastPooled); held > p.MaxBytes {
			return civic.NewError(civic.Limited, "error.file.pool")
		}
	}
	return nil
}
