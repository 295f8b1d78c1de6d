package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Revised keeps e, which says what made a revision of its object, and keeps it once: a form that is sent
// again makes no other revision (docstore's Edit), and so nothing that is to be kept. Objects whose actions
// begin alike, as crm.contact.update and crm.contact.update_own do, share their revisions. Of revision 1
// nothing is kept: who made the object told of it.
func (l *Log) Revised(ctx context.Context, e Entry, revision int64) error {
	if revision <= 1 {
		return nil
	}
	return l.Write(ctx, e.Of(revision))
}

// Of returns e as what made a revision of its object: with the key that Revised gives it.
func (e Entry) Of(revision int64) Entry {
	noun := e.Action[:max(0, strings.LastIndexByte(string(e.Action), '.'))]
	e.Key = civic.ID(fmt.Sprintf("%s/%s@%d", noun, e.Object, revision))
	return e
}

// maxTries is how often a batch begins again.
const maxTries = 20

// unkept returns those of the records whose key no other has, in the batch or in the store.
func (l *Log) unkept(ctx context.Context, records []*Record) ([]*Record, error) {
	kept := map[civic.ID]bool{}
	var keys []civic.ID
	for _, r := range records {
		if r.Key != "" {
			keys = append(keys, r.Key)
		}
	}
	for some := range slices.Chunk(keys, 500) {
		q := docstore.Query{Filter: docstore.Filter{docstore.In("key", some...)}, Limit: 500}
		for r, err := range l.records.All(ctx, q) {
			if err != nil {
				return nil, fmt.Errorf("audit: look for keys: %w", err)
			}
			kept[r.Key] = true
		}
	}
	var fresh []*Record
	for _, r := range records {
		if r.Key != "" && kept[r.Key] {
			continue
		}
		kept[r.Key] = true
		fresh = append(fresh, r)
	}
	return fresh, nil
}
