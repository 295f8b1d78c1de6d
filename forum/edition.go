package forum

import (
	"strconv"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Edition returns a text that changes with every write to what everybody reads in the forum, and with every
// second, by which promised answers become late. It changes before a write of this program is acknowledged,
// and within two seconds of what other instances write. It is empty while those are not heard of: then
// nothing may be kept by it.
func (s *Service) Edition() string {
	writes := s.written()
	if writes == "" {
		return ""
	}
	return writes + strconv.FormatInt(s.now().Unix(), 36)
}

// writtenIn returns a text that changes with every write to a discussion, its posts, or the areas; empty as
// that of Edition is.
func (s *Service) writtenIn(thread civic.ID) string {
	return docstore.Edition(s.areas, s.threads.Within(thread), s.posts.Within(thread))
}

// written is Edition without the seconds.
func (s *Service) written() string { return docstore.Edition(s.areas, s.threads, s.posts, s.decisions) }
