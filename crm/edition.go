package crm

import "ascolto/internal/docstore"

// Edition returns a text that changes with every write to the names of districts, offices, topics and tags, before the write is
// acknowledged. It is empty where others write too: then nothing may be kept by it.
func (s *Service) Edition() string {
	return docstore.Edition(s.districts, s.offices, s.topics, s.tags)
}
