package surveys

import (
	"strconv"

	"ascolto/internal/docstore"
)

// Edition returns a text that changes with every write to surveys, before the write is acknowledged, and with every second, by which
// they open and close; answers do not change it. It is empty where others write too: then nothing may be kept by it.
func (s *Service) Edition() string {
	writes := docstore.Edition(s.surveys, s.versions)
	if writes == "" {
		return ""
	}
	return writes + strconv.FormatInt(s.now().Unix(), 36)
}
