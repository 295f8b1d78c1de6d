package search

import (
	"fmt"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// maxColumn is how many documents a segment may have for its dates and groups to be kept: reading those of as
// many takes some fifty milliseconds, once. Of larger segments they are read match by match.
const maxColumn = 50_000

// column is what matches are ranked and grouped by, of the documents of a segment, by their numbers.
type column struct {
	at    []uint32 // seconds since 1970
	group []uint32 // in names
	names []string
}

// columns keeps the columns of the segments that searches see.
type columns struct {
	mu    sync.Mutex
	known map[place]*column
}

// ranked is what the matches of one search are ranked and grouped by. It is filled before the first match is
// looked for.
type ranked struct {
	x       *Index
	starts  []uint64 // the number with which each segment begins
	columns []*column
	reader  index.IndexReader
	at      index.DocValueReader // nil until it is needed
	group   index.DocValueReader
}

// of prepares r for a search in reader. The index is not exchanged meanwhile.
func (r *ranked) of(reader index.IndexReader) error {
	r.reader, r.starts, r.columns = reader, nil, nil
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return fmt.Errorf("search: an index of another kind")
	}
	c := &r.x.columns
	c.mu.Lock()
	defer c.mu.Unlock()
	seen, next := make(map[place]*column, len(snapshot.Segments())), uint64(0)
	for _, s := range snapshot.Segments() {
		at := place{exchanges: r.x.exchanges.Load(), segment: s.Id()}
		col, ok := c.known[at]
		if !ok && s.Segment().Count() <= maxColumn {
			var err error
			if col, err = readColumn(s.Segment()); err != nil {
				return err
			}
		}
		seen[at] = col
		r.starts, r.columns = append(r.starts, next), append(r.columns, col)
		next += s.Segment().Count()
	}
	c.known = seen
	return nil
}

// readColumn reads the dates and groups of a segment.
func readColumn(s segment.Segment) (*column, error) {
	values, ok := s.(segment.DocValueVisitable)
	if !ok {
		return nil, nil // they are read match by match
	}
	c := &column{at: make([]uint32, s.Count()), group: make([]uint32, s.Count())}
	known := map[string]uint32{}
	var state segment.DocVisitState
	for n := range s.Count() {
		var err error
		state, err = values.VisitDocValues(n, []string{fieldAt, fieldGroup},
			func(field string, value []byte) {
				if field == fieldAt {
					c.at[n] = uint32(instant(value))
					return
				}
				name, ok := known[string(value)]
				if !ok {
					name = uint32(len(c.names))
					c.names = append(c.names, string(value))
					known[string(value)] = name
				}
				c.group[n] = name
			}, state)
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// match returns what a document of a segment is ranked and grouped by.
func (r *ranked) match(part int, number uint32, grouped bool) (at int64, group string, err error) {
	if c := r.columns[part]; c != nil && len(c.names) > 0 {
		if grouped {
			group = c.names[c.group[number]]
		}
		return int64(c.at[number]), group, nil
	}
	id := index.NewIndexInternalID(nil, r.starts[part]+uint64(number))
	if at, err = r.seconds(id); err == nil && grouped {
		group = r.name(id)
	}
	return at, group, err
}

// find returns the column of the segment of a document, and its number there.
func (r *ranked) find(id index.IndexInternalID) (*column, uint64) {
	n, i := id.Value(), len(r.starts)-1
	for i > 0 && r.starts[i] > n {
		i--
	}
	return r.columns[i], n - r.starts[i]
}

// seconds returns the date of a document in seconds since 1970.
func (r *ranked) seconds(id index.IndexInternalID) (at int64, err error) {
	if c, n := r.find(id); c != nil {
		return int64(c.at[n]), nil
	}
	err = r.visit(&r.at, fieldAt, id, func(_ string, value []byte) { at = instant(value) })
	return at, err
}

// name returns the group of a document.
func (r *ranked) name(id index.IndexInternalID) (name string) {
	if c, n := r.find(id); c != nil && len(c.names) > 0 {
		return c.names[c.group[n]]
	}
	// A match whose group cannot be read stands by itself, before all others of its score.
	_ = r.visit(&r.group, fieldGroup, id, func(_ string, value []byte) { name = string(value) })
	return name
}

// visit reads a value of one document.
func (r *ranked) visit(
	values *index.DocValueReader, field string, id index.IndexInternalID, see func(string, []byte),
) (err error) {
	if *values == nil {
		if *values, err = r.reader.DocValueReader([]string{field}); err != nil {
			return err
		}
	}
	return (*values).VisitDocValues(id, see)
}

// byGroup sorts matches that rank alike by their group.
type byGroup struct{ *ranked }

// Value returns the group of a match.
func (g byGroup) Value(m *search.DocumentMatch) string { return g.name(m.IndexInternalID) }

// DecodeValue returns the group as it is shown.
func (g byGroup) DecodeValue(value string) string { return value }

// Descending reports that groups come in the order of their names.
func (g byGroup) Descending() bool { return false }

// RequiresDocID reports that no other id is needed.
func (g byGroup) RequiresDocID() bool { return false }

// RequiresScoring reports that the score is not looked at.
func (g byGroup) RequiresScoring() bool { return false }

// RequiresFields returns the fields that Bleve has to read: none.
func (g byGroup) RequiresFields() []string { return nil }

// UpdateVisitor is told of no field.
func (g byGroup) UpdateVisitor(string, []byte) {}

// Reverse is not asked for.
func (g byGroup) Reverse() {}

// Copy returns g, which holds nothing of a single match.
func (g byGroup) Copy() search.SearchSort { return g }
