package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// shelf keeps documents as hits show them, so that those that are found again need not be read and taken
// apart again. What a segment of the index holds under a number never changes. It forgets the older half when
// it is full.
type shelf struct {
	mu         sync.Mutex
	bytes      int
	young, old map[place]shelved
}

// place is where a document stands: in which segment, of the index that searches saw after so many exchanges.
type place struct{ exchanges, segment, number uint64 }

type shelved struct {
	id string
	stored
}

const (
	shelfKept = 8 << 20 // bytes of each half
	shelfCost = 600     // bytes of a document beside its texts
)

func (s *shelf) get(at place) (shelved, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.young[at]
	if !ok {
		if d, ok = s.old[at]; ok {
			s.keep(at, d)
		}
	}
	return d, ok
}

func (s *shelf) put(at place, d shelved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(at, d)
}

func (s *shelf) keep(at place, d shelved) {
	size := shelfCost + len(d.Title) + len(d.Text)
	for _, w := range d.Others {
		size += len(w.Title) + len(w.Text)
	}
	if s.young == nil || s.bytes+size > shelfKept {
		s.old, s.young, s.bytes = s.young, map[place]shelved{}, 0
	}
	if _, ok := s.young[at]; !ok {
		s.young[at] = d
		s.bytes += size
	}
}

// readMembers returns what the index keeps of the documents with the ids of members; those that are not there
// any more are left out.
func (x *Index) readMembers(ctx context.Context, members []member) (map[member]shelved, error) {
	out := make(map[member]shelved, len(members))
	if len(members) == 0 {
		return out, nil
	}
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = m.id
	}
	return out, x.tallied(ctx, func(_ context.Context, t *tally) error {
		for _, s := range t.segments {
			numbers, err := s.DocNumbers(ids)
			if err != nil {
				return err
			}
			for it := numbers.Iterator(); it.HasNext(); {
				d, err := x.shelved(s, it.Next())
				if err != nil {
					return err
				}
				out[member{id: d.id}] = d
			}
		}
		return nil
	})
}

// shelved returns the document that stands in a segment, of the index that searches see, under a number.
func (x *Index) shelved(s *scorch.SegmentSnapshot, number uint32) (d shelved, err error) {
	at := place{x.exchanges.Load(), s.Id(), uint64(number)}
	d, ok := x.shelf.get(at)
	if !ok {
		if d, err = readShelved(s, at.number); err == nil {
			x.shelf.put(at, d)
		}
	}
	return d, err
}

// readShelved returns the document that stands in a segment under a number.
func readShelved(s *scorch.SegmentSnapshot, number uint64) (d shelved, err error) {
	fault := s.VisitDocument(number, func(field string, _ byte, value []byte, _ []uint64) bool {
		switch field {
		case "_id":
			d.id = string(value)
		case fieldStored:
			err = json.Unmarshal(value, &d.stored)
		}
		return true
	})
	if err = errors.Join(fault, err); err != nil {
		return d, fmt.Errorf("search: stored document: %w", err)
	}
	return d, nil
}
