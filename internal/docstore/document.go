package docstore

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// What a document may be at most; beyond it no engine is asked.
const (
	maxDocument = 8 << 20
	maxID       = 512
	maxDepth    = 64
	maxKey      = 2 << 10 // of one index key: what is searched and sorted by is short
)

// record is a document on its way into an engine.
type record struct {
	id   civic.ID
	rev  int64
	raw  bson.Raw
	keys [][][]byte // per index of the layout
}

// newRecord encodes doc, refuses what the engines would store differently or not at all (Invalid, TooLarge), and works out its
// index keys.
func newRecord(doc any, meta *Meta, l *layout) (*record, error) {
	if meta.ID == "" || len(meta.ID) > maxID || strings.ContainsRune(string(meta.ID), 0) {
		return nil, civic.NewError(civic.Invalid, "error.id")
	}
	raw, err := bson.Marshal(doc)
	if err != nil {
		return nil, civic.Wrap(civic.Invalid, "error.document", err)
	}
	if len(raw) > maxDocument {
		return nil, civic.NewError(civic.TooLarge, "error.document.large")
	}
	if err := checkDocument(raw, 0); err != nil {
		return nil, err
	}
	r := &record{id: meta.ID, rev: meta.Revision, raw: raw, keys: make([][][]byte, len(l.indexes))}
	for i, ix := range l.indexes {
		if r.keys[i], err = ix.keys(raw, meta.ID); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(r.keys[i], func(key []byte) bool { return len(key) > maxKey }) {
			return nil, civic.NewError(civic.TooLarge, "error.document.large")
		}
	}
	return r, nil
}

// checkDocument returns an Invalid error when a string is not UTF-8, a number is not finite, a field name is empty, begins with
// "$" or holds a ".", or documents nest too deep.
func checkDocument(doc bson.Raw, depth int) error {
	if depth > maxDepth {
		return civic.NewError(civic.Invalid, "error.document")
	}
	elements, err := doc.Elements()
	if err != nil {
		return civic.Wrap(civic.Invalid, "error.document", err)
	}
	for _, e := range elements {
		key := e.Key()
		if key == "" || key[0] == '$' || strings.ContainsRune(key, '.') || !utf8.ValidString(key) {
			return civic.NewError(civic.Invalid, "error.document")
		}
		if err := checkValue(e.Value(), depth); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(v bson.RawValue, depth int) error {
	switch v.Type {
	case bson.TypeString:
		if !utf8.ValidString(v.StringValue()) {
			return civic.NewError(civic.Invalid, "error.text.encoding")
		}
	case bson.TypeDouble:
		if f := v.Double(); math.IsNaN(f) || math.IsInf(f, 0) {
			return civic.NewError(civic.Invalid, "error.number")
		}
	case bson.TypeEmbeddedDocument, bson.TypeArray:
		return checkDocument(v.Value, depth+1)
	}
	return nil
}

// sortedOnce sorts keys and drops repetitions.
func sortedOnce(keys [][]byte) [][]byte {
	slices.SortFunc(keys, bytes.Compare)
	return slices.CompactFunc(keys, bytes.Equal)
}
