package docstore

import (
	"bytes"
	"encoding/binary"
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
	id     civic.ID
	within civic.ID // what it belongs to
	rev    int64
	raw    bson.Raw
	keys   [][][]byte // per index of the layout
}

// newRecord encodes doc with what of b lies beyond its type, refuses what the engines would store differently
// or not at all (Invalid, TooLarge), and works out its index keys.
func newRecord(doc any, meta *Meta, l *layout, b *excess) (*record, error) {
	if meta.ID == "" || len(meta.ID) > maxID || strings.ContainsRune(string(meta.ID), 0) {
		return nil, civic.NewError(civic.Invalid, "error.id")
	}
	raw, err := bson.Marshal(doc)
	if err != nil {
		return nil, civic.Wrap(civic.Invalid, "error.document", err)
	}
	if raw, err = l.shape.complete(b, raw); err != nil {
		return nil, err
	}
	if len(raw) > maxDocument {
		return nil, civic.NewError(civic.TooLarge, "error.document.large")
	}
	if err := checkDocument(raw, 0); err != nil {
		return nil, err
	}
	r := &record{id: meta.ID, within: meta.ID, rev: meta.Revision, raw: raw,
		keys: make([][][]byte, len(l.indexes))}
	if l.within != "" {
		owner, _ := bson.Raw(raw).Lookup(l.within).StringValueOK()
		r.within = civic.ID(owner)
	}
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

// checkDocument returns an Invalid error when a string is not UTF-8, a number is not finite, a field name is
// empty, begins with "$" or holds a ".", or documents nest too deep. It reads what bson.Marshal wrote, byte
// by byte because every write waits for it.
func checkDocument(doc bson.Raw, depth int) error {
	refused := civic.NewError(civic.Invalid, "error.document")
	if depth > maxDepth {
		return refused
	}
	for b := doc[4 : len(doc)-1]; len(b) > 0; { // between the length and the zero byte at the end
		typ, end := bson.Type(b[0]), bytes.IndexByte(b[1:], 0)
		name, rest := b[1:1+end], b[2+end:]
		if end == 0 || name[0] == '$' || bytes.IndexByte(name, '.') >= 0 || !utf8.Valid(name) {
			return refused
		}
		size := sizeOf(typ, rest)
		if size < 0 {
			return refused
		}
		if err := checkValue(typ, rest[:size], depth); err != nil {
			return err
		}
		b = rest[size:]
	}
	return nil
}

func checkValue(typ bson.Type, b []byte, depth int) error {
	switch typ {
	case bson.TypeString:
		if !utf8.Valid(b[4 : len(b)-1]) {
			return civic.NewError(civic.Invalid, "error.text.encoding")
		}
	case bson.TypeDouble:
		if f := math.Float64frombits(binary.LittleEndian.Uint64(b)); math.IsNaN(f) || math.IsInf(f, 0) {
			return civic.NewError(civic.Invalid, "error.number")
		}
	case bson.TypeEmbeddedDocument, bson.TypeArray:
		return checkDocument(b, depth+1)
	}
	return nil
}

// sizeOf returns how many bytes the value at the beginning of b takes, or -1 for a type that has no place in
// a document of ours: regular expressions and programs above all.
func sizeOf(typ bson.Type, b []byte) int {
	switch typ {
	case bson.TypeNull:
		return 0
	case bson.TypeBoolean:
		return 1
	case bson.TypeInt32:
		return 4
	case bson.TypeDouble, bson.TypeInt64, bson.TypeDateTime, bson.TypeTimestamp:
		return 8
	case bson.TypeObjectID:
		return 12
	case bson.TypeDecimal128:
		return 16
	case bson.TypeString:
		return 4 + int(binary.LittleEndian.Uint32(b))
	case bson.TypeBinary:
		return 5 + int(binary.LittleEndian.Uint32(b))
	case bson.TypeEmbeddedDocument, bson.TypeArray:
		return int(binary.LittleEndian.Uint32(b))
	}
	return -1
}

// sortedOnce sorts keys and drops repetitions.
func sortedOnce(keys [][]byte) [][]byte {
	slices.SortFunc(keys, bytes.Compare)
	return slices.CompactFunc(keys, bytes.Equal)
}
