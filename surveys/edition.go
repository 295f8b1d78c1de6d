package surveys

import (
	"strconv"

	"ascolto/internal/docstore"
)

// Edition returns a text that changes with every write to surveys, and with every second, by which they open
// and close; answers do not change it. It changes before a write of this program is acknowledged, and within
// two seconds of what other instances write. It is empty while those are not heard of: then nothing may be
// kept by it.
func (s *Service) Edition() string {
	writes := docstore.Edition(s.surveys, s.versions)
	if writes == "" {
		return ""
	}
	return writes + strconv.FormatInt(s.now().Unix(), 36)
}
