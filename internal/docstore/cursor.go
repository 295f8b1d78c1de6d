package docstore

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"unicode/utf8"

	"ascolto/internal/civic"
)

// position is a place in an ordered list: the values of the sort fields of the last document seen, and its
// id.
type position struct {
	values []value
	id     civic.ID
}

const (
	cursorVersion = 1
	cursorHead    = 5       // the version and four bytes that tell the order it belongs to
	maxCursor     = 8 << 10 // above what the longest key takes
)

// encodeCursor returns the cursor after pos in the order that stamp identifies.
func encodeCursor(stamp uint32, pos position) string {
	b := binary.BigEndian.AppendUint32([]byte{cursorVersion}, stamp)
	for _, v := range pos.values {
		b = appendValue(b, v, false)
	}
	return base64.RawURLEncoding.EncodeToString(append(b, pos.id...))
}

// decodeCursor returns the position that s names, or an Invalid error when s was not made by encodeCursor for
// this order.
func decodeCursor(s string, stamp uint32, fields int) (position, error) {
	refused := civic.NewError(civic.Invalid, "error.cursor")
	if len(s) > maxCursor {
		return position{}, refused
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < cursorHead || b[0] != cursorVersion || binary.BigEndian.Uint32(b[1:]) != stamp {
		return position{}, refused
	}
	b = b[cursorHead:]
	pos := position{values: make([]value, fields)}
	for i := range pos.values {
		if pos.values[i], b, err = readValue(b, false); err != nil {
			return position{}, refused
		}
	}
	if len(b) == 0 || len(b) > maxID || !utf8.Valid(b) {
		return position{}, refused
	}
	pos.id = civic.ID(b)
	return pos, nil
}

// stampOf identifies an order, so that a cursor of one list is refused by another.
func stampOf(order string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(order)) // never fails
	return h.Sum32()
}
