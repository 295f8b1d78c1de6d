package docstore

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// shape is what a Go type knows of a stored value: the fields of a document, the elements of an array, the
// values of a map. A field that a document has beyond its shape was written by a newer version of the
// program, and survives a change by this one. A nil shape knows everything.
type shape struct {
	fields map[string]*shape // of a document
	each   *shape            // of an array's elements or a map's values
}

// shapeOf returns what typ knows; made holds the shapes that are being worked out, because types may hold
// themselves.
func shapeOf(typ reflect.Type, made map[reflect.Type]*shape) *shape {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if s, ok := made[typ]; ok {
		return s
	}
	if encodesItself(typ) || typ.PkgPath() == "time" && typ.Name() == "Time" {
		return nil
	}
	switch typ.Kind() {
	case reflect.Struct:
		s := &shape{fields: map[string]*shape{}}
		made[typ] = s
		if !s.add(typ, made) {
			return nil // it keeps whatever it finds
		}
		return s
	case reflect.Slice, reflect.Array, reflect.Map:
		if each := shapeOf(typ.Elem(), made); each != nil {
			return &shape{each: each}
		}
	}
	return nil
}

// add gives s the fields of a struct, those of embedded ones included. It returns false when the struct takes
// in every field there is.
func (s *shape) add(typ reflect.Type, made map[reflect.Type]*shape) bool {
	for i := range typ.NumField() {
		f := typ.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("bson"), ",")
		inline := slices.Contains(strings.Split(options, ","), "inline")
		switch {
		case tag == "-" || !f.IsExported() && !inline:
		case inline && f.Type.Kind() == reflect.Map:
			return false
		case inline:
			if !s.add(f.Type, made) {
				return false
			}
		case tag == "":
			s.fields[strings.ToLower(f.Name)] = shapeOf(f.Type, made)
		default:
			s.fields[tag] = shapeOf(f.Type, made)
		}
	}
	return true
}

// isExceeded reports whether a document or array holds a field that its shape does not know. It reads what a
// store holds byte by byte, because every change waits for it.
func (s *shape) isExceeded(raw []byte) bool {
	for b := raw[4 : len(raw)-1]; len(b) > 0; { // between the length and the zero byte at the end
		typ, end := bson.Type(b[0]), bytes.IndexByte(b[1:], 0)
		name, rest := b[1:1+end], b[2+end:]
		size := sizeOf(typ, rest)
		if size < 0 {
			return false // no document of ours
		}
		inner, known := s.of(name)
		nested := typ == bson.TypeEmbeddedDocument || typ == bson.TypeArray
		if !known || inner != nil && nested && inner.isExceeded(rest[:size]) {
			return true
		}
		b = rest[size:]
	}
	return false
}

// of returns the shape of what is stored under a name, and whether the name is known.
func (s *shape) of(name []byte) (*shape, bool) {
	if s.fields == nil {
		return s.each, true
	}
	inner, ok := s.fields[string(name)]
	return inner, ok
}

// excess is a stored document that holds more than its type knows, and what the type writes of it.
type excess struct{ stored, known bson.Raw }

// complete returns raw, which b has become, with what of b its type does not know; of a nil b raw as it is.
func (s *shape) complete(b *excess, raw bson.Raw) (bson.Raw, error) {
	if b == nil {
		return raw, nil
	}
	v, err := s.restore(document(b.stored), document(b.known), document(raw))
	return bson.Raw(v.Value), err
}

func document(raw bson.Raw) bson.RawValue {
	return bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: raw}
}

// restore returns after, into which stored became when a program that knows only s changed it, with what the
// program does not know in stored put back. before is stored as the program writes it unchanged: it tells
// which elements of arrays are the same.
func (s *shape) restore(stored, before, after bson.RawValue) (bson.RawValue, error) {
	switch {
	case s == nil || after.Type != stored.Type:
		return after, nil
	case stored.Type == bson.TypeEmbeddedDocument:
		return s.restoreDocument(stored, before, after)
	case stored.Type == bson.TypeArray:
		return s.restoreArray(stored, before, after)
	}
	return after, nil
}

func (s *shape) restoreDocument(stored, before, after bson.RawValue) (bson.RawValue, error) {
	old, err := stored.Document().Elements()
	if err != nil {
		return after, err
	}
	now, err := after.Document().Elements()
	if err != nil {
		return after, err
	}
	var doc bson.D
	for _, e := range now {
		inner, _ := s.of([]byte(e.Key()))
		v, err := inner.restore(lookup(stored, e.Key()), lookup(before, e.Key()), e.Value())
		if err != nil {
			return after, err
		}
		doc = append(doc, bson.E{Key: e.Key(), Value: v})
	}
	for _, e := range old {
		if _, known := s.of([]byte(e.Key())); !known {
			doc = append(doc, bson.E{Key: e.Key(), Value: e.Value()})
		}
	}
	return encoded(doc)
}

func (s *shape) restoreArray(stored, before, after bson.RawValue) (bson.RawValue, error) {
	old, now := elementsOf(stored), elementsOf(after)
	was := elementsOf(before)
	from := origins(was, now)
	items := make(bson.A, len(now))
	for i, v := range now {
		if j := from[i]; j >= 0 && j < len(old) {
			var err error
			if v, err = s.each.restore(old[j], was[j], v); err != nil {
				return after, err
			}
		}
		items[i] = v
	}
	return encoded(items)
}

// origins returns which element of was each element of now comes from, -1 for new ones: one that is equal,
// else one with the same id, code or key, else, when none was added or removed, the one at its place.
func origins(was, now []bson.RawValue) []int {
	from, taken := make([]int, len(now)), make([]bool, len(was))
	for i := range from {
		from[i] = -1
	}
	match := func(same func(i, j int) bool) {
		for i := range now {
			for j := 0; from[i] < 0 && j < len(was); j++ {
				if !taken[j] && same(i, j) {
					from[i], taken[j] = j, true
				}
			}
		}
	}
	match(func(i, j int) bool { return was[j].Equal(now[i]) })
	match(func(i, j int) bool { return sameName(was[j], now[i]) })
	if len(was) == len(now) {
		match(func(i, j int) bool { return i == j })
	}
	return from
}

// sameName reports whether two documents name themselves alike.
func sameName(a, b bson.RawValue) bool {
	for _, key := range []string{"_id", "id", "code", "key"} {
		if x, y := lookup(a, key), lookup(b, key); x.Type != 0 || y.Type != 0 {
			return x.Equal(y)
		}
	}
	return false
}

// lookup returns what a document holds under key, the zero value when it holds nothing or is none.
func lookup(v bson.RawValue, key string) bson.RawValue {
	doc, ok := v.DocumentOK()
	if !ok {
		return bson.RawValue{}
	}
	return doc.Lookup(key)
}

// elementsOf returns the elements of an array, none of what is not one.
func elementsOf(v bson.RawValue) []bson.RawValue {
	array, ok := v.ArrayOK()
	if !ok {
		return nil
	}
	values, _ := array.Values() // what a store holds was checked when it was written
	return values
}

func encoded(v any) (bson.RawValue, error) {
	typ, raw, err := bson.MarshalValue(v)
	return bson.RawValue{Type: typ, Value: raw}, err
}
