package docstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"ascolto/internal/civic"
)

// kind is the type of an indexed value. Kinds sort as MongoDB sorts them, and no comparison holds across
// kinds.
type kind byte

const (
	kindNull   kind = 0x05
	kindInt    kind = 0x10
	kindString kind = 0x20
	kindBool   kind = 0x30
	kindTime   kind = 0x40
)

// value is one indexed value: null, an integer, a string, a boolean or a time in milliseconds.
type value struct {
	kind kind
	num  int64 // the integer, 0 or 1, or milliseconds since 1970
	str  string
}

var null = value{kind: kindNull}

// valueOf returns the value of a Go argument of a query, or an error when its type cannot be indexed.
func valueOf(v any) (value, error) {
	switch v := v.(type) {
	case nil:
		return null, nil
	case string:
		return stringValue(v)
	case civic.ID:
		return stringValue(string(v))
	case time.Time:
		return value{kind: kindTime, num: v.UnixMilli()}, nil
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.Pointer && r.IsNil():
		return null, nil
	case r.Kind() == reflect.Pointer:
		return valueOf(r.Elem().Interface())
	case r.Kind() == reflect.String:
		return stringValue(r.String())
	case r.Kind() == reflect.Bool && r.Bool():
		return value{kind: kindBool, num: 1}, nil
	case r.Kind() == reflect.Bool:
		return value{kind: kindBool}, nil
	case r.CanInt():
		return value{kind: kindInt, num: r.Int()}, nil
	case r.CanUint() && r.Uint() <= math.MaxInt64:
		return value{kind: kindInt, num: int64(r.Uint())}, nil
	}
	return value{}, fmt.Errorf("docstore: a %T cannot be indexed", v)
}

func stringValue(s string) (value, error) {
	if !utf8.ValidString(s) {
		return value{}, civic.NewError(civic.Invalid, "error.text.encoding")
	}
	return value{kind: kindString, str: s}, nil
}

// any returns v as the driver of MongoDB wants it.
func (v value) any() any {
	switch v.kind {
	case kindInt:
		return v.num
	case kindString:
		return v.str
	case kindBool:
		return v.num == 1
	case kindTime:
		return time.UnixMilli(v.num).UTC()
	}
	return nil
}

// appendValue appends the encoding of v to key. Encodings compare bytewise as their values do, no encoding is
// the beginning of another, and with desc set (every bit inverted) the order is the opposite one. A string
// ends with 0x00 0x01, and a 0x00 in it is written 0x00 0xFF, so that a shorter string sorts first.
func appendValue(key []byte, v value, desc bool) []byte {
	start := len(key)
	key = append(key, byte(v.kind))
	switch v.kind {
	case kindInt, kindTime:
		key = binary.BigEndian.AppendUint64(key, uint64(v.num)^1<<63)
	case kindBool:
		key = append(key, byte(v.num))
	case kindString:
		key = append(appendEscaped(key, v.str), 0, 1)
	}
	if desc {
		invert(key[start:])
	}
	return key
}

// appendKind appends what the encodings of all values of kind k begin with.
func appendKind(key []byte, k kind, desc bool) []byte {
	if desc {
		k = ^k
	}
	return append(key, byte(k))
}

func appendEscaped(key []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, 0)
		if i < 0 {
			return append(key, s...)
		}
		key = append(append(key, s[:i]...), 0, 0xff)
		s = s[i+1:]
	}
}

func invert(b []byte) {
	for i := range b {
		b[i] = ^b[i]
	}
}

// following returns the least key above every key that begins with prefix, nil when there is none.
func following(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			next := append([]byte(nil), prefix[:i+1]...)
			next[i]++
			return next
		}
	}
	return nil
}

var errKey = errors.New("docstore: malformed key")

// readValue returns the first value of key and what follows it. Keys come from cursors, so any bytes may
// arrive.
func readValue(key []byte, desc bool) (v value, rest []byte, err error) {
	var mask byte
	if desc {
		mask = 0xff
	}
	if len(key) == 0 {
		return value{}, nil, errKey
	}
	v.kind = kind(key[0] ^ mask)
	key = key[1:]
	switch v.kind {
	case kindNull:
		return v, key, nil
	case kindBool:
		if len(key) < 1 || key[0]^mask > 1 {
			return value{}, nil, errKey
		}
		v.num = int64(key[0] ^ mask)
		return v, key[1:], nil
	case kindInt, kindTime:
		if len(key) < 8 {
			return value{}, nil, errKey
		}
		n := binary.BigEndian.Uint64(key)
		if desc {
			n = ^n
		}
		v.num = int64(n ^ 1<<63)
		return v, key[8:], nil
	case kindString:
		v.str, rest, err = readString(key, mask)
		return v, rest, err
	}
	return value{}, nil, errKey
}

func readString(key []byte, mask byte) (s string, rest []byte, err error) {
	var b []byte
	for i := 0; i+1 < len(key); i++ {
		c, next := key[i]^mask, key[i+1]^mask
		switch {
		case c != 0:
			b = append(b, c)
		case next == 0xff:
			b = append(b, 0)
			i++
		case next == 1 && utf8.Valid(b):
			return string(b), key[i+2:], nil
		default:
			return "", nil, errKey
		}
	}
	return "", nil, errKey
}
