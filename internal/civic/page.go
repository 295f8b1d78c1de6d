package civic

// PageRequest asks for part of a list: at most Size items after the place that Cursor names. Cursors are
// opaque; an empty one is the start.
type PageRequest struct {
	Cursor string
	Size   int
}

// The bounds of a page.
const (
	DefaultPageSize = 20
	MaxPageSize     = 100
)

// Normal returns p with Size brought into [1, MaxPageSize], DefaultPageSize when it is not set.
func (p PageRequest) Normal() PageRequest {
	switch {
	case p.Size <= 0:
		p.Size = DefaultPageSize
	case p.Size > MaxPageSize:
		p.Size = MaxPageSize
	}
	return p
}

// Page is part of a list; Next is the cursor of the part after it, empty at the end.
type Page[T any] struct {
	Items []T
	Next  string
}
