package audit

import (
	"context"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// maxAbout bounds the records that a person takes away; older ones are for the data protection officer to look up.
const maxAbout = 2000

// About returns the newest records about a person, and of what they did signed in, the newest first of each. It needs no right to
// read the audit, and is only for the person: Unauthenticated or Forbidden for anybody else.
func (l *Log) About(ctx context.Context, by civic.Actor, about civic.Subject) ([]Record, error) {
	if err := about.Readable(by); err != nil {
		return nil, err
	}
	var all []Record
	known := map[civic.ID]bool{}
	for _, q := range []Query{{Contact: about.Contact}, {Actor: about.Account}} {
		if q.Contact == "" && q.Actor == "" {
			continue
		}
		n := 0
		for r, err := range l.records.All(ctx, docstore.Query{Filter: q.filter(), Sort: []string{"-at"}, Limit: 500}) {
			if err != nil {
				return nil, err
			}
			if n++; n > maxAbout {
				break
			}
			if !known[r.ID] {
				known[r.ID], all = true, append(all, r)
			}
		}
	}
	return all, nil
}

// Word returns the catalogue key of what an action is called.
func Word(action string) string { return "accounts.act." + strings.ReplaceAll(action, ".", "_") }
