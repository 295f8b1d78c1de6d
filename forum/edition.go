package forum

import (
	"strconv"

	"ascolto/internal/docstore"
)

// Edition returns a text that changes with every write to what everybody reads in the forum, before the write is acknowledged, and with
// every second, by which promised answers become late. It is empty where others write too: then nothing may be kept by it.
func (s *Service) Edition() string {
	writes := docstore.Edition(s.areas, s.threads, s.posts, s.decisions)
	if writes == "" {
		return ""
	}
	return writes + strconv.FormatInt(s.now().Unix(), 36)
}
