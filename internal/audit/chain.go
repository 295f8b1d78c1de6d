package audit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// A chain is the records one process wrote on one day, numbered from 1 without gaps; each carries the hash of
// the one before. A process begins a new chain when the day changes (Europe/Rome) and when a write fails,
// because it cannot know what of the failed write was kept: what was acknowledged is certain, what was not
// may follow it or be missing. So several processes never meet in one chain, and a crash leaves a shorter
// chain, never a broken one. The first record of a chain names the heads of the chains before it, so that a
// chain cannot lose its end, or vanish, without another chain telling.

// Head is a place in a chain: its last record, as far as whoever names it knows.
type Head struct {
	Chain civic.ID `bson:"chain"`
	Seq   int      `bson:"seq"`
	Hash  string   `bson:"hash"`
}

// ID returns the id of the record the head names.
func (h Head) ID() civic.ID { return recordID(h.Chain, h.Seq) }

// String returns h in the form that ParseHead reads: chain:sequence:hash.
func (h Head) String() string { return fmt.Sprintf("%s:%d:%s", h.Chain, h.Seq, h.Hash) }

// ParseHead reads what String wrote, or returns an Invalid error.
func ParseHead(s string) (Head, error) {
	parts := strings.Split(s, ":")
	if len(parts) == 3 {
		if seq, err := strconv.Atoi(parts[1]); err == nil && seq > 0 && parts[0] != "" && parts[2] != "" {
			return Head{civic.ID(parts[0]), seq, parts[2]}, nil
		}
	}
	return Head{}, civic.NewError(civic.Invalid, "accounts.audit.error.head")
}

func newChain(now time.Time) civic.ID { return civic.Key(civic.ID(day(now)), docstore.NewID()) }

func day(t time.Time) string { return t.In(civic.Rome()).Format(time.DateOnly) }

func chainDay(chain civic.ID) string {
	day, _, _ := strings.Cut(string(chain), "/")
	return day
}

// recordID pads the sequence so that ids of a chain sort by it.
func recordID(chain civic.ID, seq int) civic.ID { return civic.ID(fmt.Sprintf("%s/%09d", chain, seq)) }

// splitID returns the chain and sequence of a record id; seq is 0 when id is none.
func splitID(id civic.ID) (chain civic.ID, seq int) {
	i := strings.LastIndexByte(string(id), '/')
	if i < 0 {
		return "", 0
	}
	if _, err := fmt.Sscanf(string(id[i+1:]), "%d", &seq); err != nil {
		return "", 0
	}
	return id[:i], seq
}

// after puts r at the place that follows h.
func (l *Log) after(h Head, r Record) (Record, Head) {
	r.ID, r.Prev = recordID(h.Chain, h.Seq+1), h.Hash
	r.Hash = l.hash(r)
	return r, Head{h.Chain, h.Seq + 1, r.Hash}
}

// hash returns the digest of everything r says. Its form is JSON with fields in a fixed order and sorted map
// keys, so that it does not depend on how an engine stores the document.
func (l *Log) hash(r Record) string {
	b, err := json.Marshal(struct {
		ID, Prev                               string
		At                                     int64
		Actor, Name, Request, Action, Obj, Con string
		Detail                                 map[string]string `json:",omitempty"`
		Sealed                                 []byte            `json:",omitempty"`
		Heads                                  []Head            `json:",omitempty"`
		Person                                 string            `json:",omitempty"`
		Key                                    string            `json:",omitempty"`
	}{
		string(r.ID), r.Prev, r.At.UnixMilli(), string(r.Actor), r.Name, r.Request, string(r.Action),
		string(r.Object), string(r.Contact),
		r.Detail, r.Sealed, r.Heads, string(r.Person), string(r.Key),
	})
	if err != nil {
		panic(fmt.Sprintf("audit: encode record: %v", err)) // strings, numbers and bytes always encode
	}
	if l.vault != nil {
		return l.vault.Digest("audit/chain", string(b))
	}
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// maxHeads bounds how many chains the first record of a chain names.
const maxHeads = 100

// knownHeads returns the last records of the chains that may have grown since another chain named them: those
// of the newest day on which any was begun, and of the day before, because a chain ends with its day.
func (l *Log) knownHeads(ctx context.Context) ([]Head, error) {
	opened, err := l.records.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Eq("action", ActionOpened)}, Sort: []string{"-at"}, Limit: maxHeads,
	})
	if err != nil {
		return nil, err
	}
	var heads []Head
	for i, r := range opened.Items {
		chain, _ := splitID(r.ID)
		if i > 0 && r.At.Before(opened.Items[0].At.AddDate(0, 0, -2)) {
			break
		}
		h, err := l.storedHead(ctx, chain)
		if err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// storedHead returns the last record that the store holds of a chain, with Seq 0 when there is none.
func (l *Log) storedHead(ctx context.Context, chain civic.ID) (Head, error) {
	last, err := l.records.Find(ctx, docstore.Query{
		Filter: docstore.Filter{docstore.Prefix("_id", string(chain)+"/")}, Sort: []string{"-_id"}, Limit: 1,
	})
	if err != nil || len(last.Items) == 0 {
		return Head{Chain: chain}, err
	}
	_, seq := splitID(last.Items[0].ID)
	return Head{chain, seq, last.Items[0].Hash}, nil
}
