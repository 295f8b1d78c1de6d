package docstore

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// source returns the column of p's keys and where they are.
func (t *sqliteTable) source(p *plan) (key, id, from string) {
	switch {
	case p.index == byID:
		return "t.id", "t.id", t.layout.table() + " t"
	case p.index.array >= 0:
		return "s.k", "s.id", t.layout.side(p.index) + " s"
	}
	return "t." + quoted(p.index.column()), "t.id", t.layout.table() + " t"
}

// selectSQL returns a query of p's order: all of a span, or, with after, what follows a place in it. what is
// "doc", or "key".
func (t *sqliteTable) selectSQL(p *plan, what string, after bool) string {
	key, id, from := t.source(p)
	columns := "doc"
	if what == "key" {
		columns = key + ", " + id
	} else if p.index.array >= 0 {
		from += " CROSS JOIN " + t.layout.table() + " t ON t.id = s.id"
	}
	down, order := "", key+", "+id
	begin, stop := ">", "<"
	if p.reverse {
		down, order, begin, stop = " DESC", key+" DESC, "+id+" DESC", "<", ">="
	}
	if p.index == byID {
		order = id + down
	}
	var where string
	switch {
	case after && p.index == byID:
		where = id + " " + begin + " ?1 AND " + id + " " + stop + " ?3"
	case after:
		where = "(" + key + ", " + id + ") " + begin + " (?1, ?2) AND " + key + " " + stop + " ?3"
	default:
		where = key + " >= ?1 AND " + key + " < ?2"
	}
	return "SELECT " + columns + " FROM " + from + " WHERE " + where + " ORDER BY " + order + " LIMIT ?4"
}

// request returns the statement and its arguments for what p wants of s; ok is false when the cursor lies
// behind all of s.
func (t *sqliteTable) request(p *plan, s span, what string) (query string, args []any, ok bool) {
	if p.after == nil {
		return t.selectSQL(p, what, false), []any{s.lo, s.hi, nil, p.limit}, true
	}
	var at any = string(p.after.id)
	if p.index != byID {
		at = p.index.key(append(slices.Clip(s.head), p.after.values...), p.after.id)
	}
	below, above := compareBounds(at, s.lo) < 0, compareBounds(at, s.hi) >= 0
	if p.reverse {
		below, above = above, below
	}
	switch {
	case above:
		return "", nil, false
	case below:
		return t.selectSQL(p, what, false), []any{s.lo, s.hi, nil, p.limit}, true
	}
	end := s.hi
	if p.reverse {
		end = s.lo
	}
	return t.selectSQL(p, what, true), []any{at, string(p.after.id), end, p.limit}, true
}

func (t *sqliteTable) find(ctx context.Context, p *plan) ([]bson.Raw, error) {
	if p.merges() {
		return t.findMerged(ctx, p)
	}
	if p.index == byID && len(p.points) > 0 && len(p.points[0]) > 1 {
		return t.findIDs(ctx, p)
	}
	spans := p.spans()
	if p.reverse {
		slices.Reverse(spans)
	}
	var docs []bson.Raw
	rest := *p
	for _, s := range spans {
		rest.limit = p.limit - len(docs)
		if rest.limit == 0 {
			break
		}
		query, args, ok := t.request(&rest, s, "doc")
		if !ok {
			continue
		}
		if err := t.rows(ctx, nil, query, args, func(rows *sql.Rows) error {
			var raw []byte
			err := rows.Scan(&raw)
			docs = append(docs, raw)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// findIDs returns the documents of a list of ids, with one statement however long the list is.
func (t *sqliteTable) findIDs(ctx context.Context, p *plan) (docs []bson.Raw, err error) {
	ids := []string{}
	for _, v := range p.points[0] {
		if v.kind == kindString && !p.passed(v.str) {
			ids = append(ids, v.str)
		}
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	err = t.rows(ctx, nil, t.listSQL(p.reverse), []any{string(list), p.limit}, func(rows *sql.Rows) error {
		var raw []byte
		err := rows.Scan(&raw)
		docs = append(docs, raw)
		return err
	})
	return docs, err
}

// passed reports whether an id lies before the place where p goes on.
func (p *plan) passed(id string) bool {
	if p.after == nil {
		return false
	}
	c := strings.Compare(id, string(p.after.id))
	return c == 0 || (c < 0) != p.reverse
}

func (t *sqliteTable) listSQL(reverse bool) string {
	down := ""
	if reverse {
		down = " DESC"
	}
	return "SELECT doc FROM " + t.layout.table() +
		" WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id" + down + " LIMIT ?2"
}

// hit is a document as an index knows it: what its key says about the order, and its id.
type hit struct {
	order []byte
	id    string
}

func compareHits(a, b hit) int {
	return cmp.Or(bytes.Compare(a.order, b.order), strings.Compare(a.id, b.id))
}

// findMerged reads the first hits of every span, all in one snapshot, and returns the documents of those that
// come first.
func (t *sqliteTable) findMerged(ctx context.Context, p *plan) ([]bson.Raw, error) {
	tx, err := t.engine.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, t.engine.fault(ctx, err)
	}
	defer func() { _ = tx.Rollback() }() // it only read
	var hits []hit
	for _, s := range p.spans() {
		query, args, ok := t.request(p, s, "key")
		if !ok {
			continue
		}
		cut := len(p.index.keyHead(s.head))
		if err := t.rows(ctx, tx, query, args, func(rows *sql.Rows) error {
			var key []byte
			var h hit
			err := rows.Scan(&key, &h.id)
			h.order = key[cut:]
			hits = append(hits, h)
			return err
		}); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(hits, compareHits)
	hits = slices.CompactFunc(hits, func(a, b hit) bool { return a.id == b.id })
	if p.reverse {
		slices.Reverse(hits)
	}
	var docs []bson.Raw
	for _, h := range hits[:min(len(hits), p.limit)] {
		if err := t.rows(ctx, tx, t.getSQL, []any{h.id}, func(rows *sql.Rows) error {
			var raw []byte
			err := rows.Scan(&raw)
			docs = append(docs, raw)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// rows runs a query, in tx if there is one, and calls row for each row.
func (t *sqliteTable) rows(
	ctx context.Context, tx *sql.Tx, query string, args []any, row func(*sql.Rows) error,
) (err error) {
	defer func() { err = t.engine.fault(ctx, err) }()
	stmt, err := t.engine.prepared(ctx, query)
	if err != nil {
		return err
	}
	if tx != nil {
		stmt = tx.StmtContext(ctx, stmt)
		defer stmt.Close()
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (t *sqliteTable) count(ctx context.Context, p *plan) (int, error) {
	key, id, from := t.source(p)
	where := fmt.Sprintf(" FROM %s WHERE %s >= ? AND %s < ?", from, key, key)
	if p.index.array >= 0 && p.merges() {
		return t.countOnce(ctx, p, "SELECT "+id+where)
	}
	total := 0
	for _, s := range p.spans() {
		if err := t.rows(ctx, nil, "SELECT count(*)"+where, []any{s.lo, s.hi}, func(rows *sql.Rows) error {
			var n int
			err := rows.Scan(&n)
			total += n
			return err
		}); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// countOnce counts documents that may be found under several keys.
func (t *sqliteTable) countOnce(ctx context.Context, p *plan, query string) (int, error) {
	seen := map[civic.ID]bool{}
	for _, s := range p.spans() {
		if err := t.rows(ctx, nil, query, []any{s.lo, s.hi}, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			seen[civic.ID(id)] = true
			return err
		}); err != nil {
			return 0, err
		}
	}
	return len(seen), nil
}

// errEnough ends the reading of rows that nobody wants any more.
var errEnough = errors.New("docstore: enough")

func (t *sqliteTable) revisions(ctx context.Context, see func(Meta) bool) error {
	err := t.rows(ctx, nil, "SELECT id, rev FROM "+t.layout.table()+" ORDER BY id", nil,
		func(rows *sql.Rows) error {
			var m Meta
			if err := rows.Scan(&m.ID, &m.Revision); err != nil {
				return err
			}
			if !see(m) {
				return errEnough
			}
			return nil
		})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}
