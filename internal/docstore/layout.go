package docstore

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"ascolto/internal/civic"
)

// layout is a Spec worked out for a document type: which fields each index has and where an array lies on
// their paths.
type layout struct {
	name      string
	indexes   []*index
	unordered bool
	shape     *shape
	within    string // field; empty is the id
	followed  bool
}

type index struct {
	name   string
	fields []field
	unique bool
	array  int // which of fields lies in an array; -1: none
}

type field struct {
	name  string // the path as declared, without "-"
	path  []string
	desc  bool
	array int // how many segments of path lead to the array; -1: none
}

const idField = "_id"

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

// newLayout checks spec against the stored type and returns its layout. It fails for names that are not
// plain, for a field that the type does not have and for one whose type no index can hold, so that a slip
// shows when the program starts.
func newLayout(spec Spec, typ reflect.Type) (*layout, error) {
	if !plainName.MatchString(spec.Name) {
		return nil, fmt.Errorf("docstore: collection name %q is not plain", spec.Name)
	}
	l := &layout{name: spec.Name, unordered: spec.Unordered, within: spec.Within, followed: spec.Followed,
		shape: shapeOf(typ, map[reflect.Type]*shape{})}
	seen := map[string]bool{}
	for _, declared := range spec.Indexes {
		ix, err := newIndex(declared, typ)
		if err != nil {
			return nil, fmt.Errorf("docstore: collection %s, index %q: %w", spec.Name, declared.Name, err)
		}
		if seen[ix.name] {
			return nil, fmt.Errorf("docstore: collection %s has two indexes %q", spec.Name, ix.name)
		}
		seen[ix.name] = true
		l.indexes = append(l.indexes, ix)
	}
	return l, nil
}

func newIndex(declared Index, typ reflect.Type) (*index, error) {
	ix := &index{name: strings.ToLower(declared.Name), unique: declared.Unique, array: -1}
	if ix.name == "" {
		ix.name = strings.ToLower(
			strings.NewReplacer(".", "_", "-", "").Replace(strings.Join(declared.Fields, "_")))
	}
	if !plainName.MatchString(ix.name) {
		return nil, fmt.Errorf("the name %q is not plain", ix.name)
	}
	if len(declared.Fields) == 0 {
		return nil, fmt.Errorf("no fields")
	}
	for i, name := range declared.Fields {
		f := field{name: strings.TrimPrefix(name, "-"), desc: strings.HasPrefix(name, "-")}
		f.path = strings.Split(f.name, ".")
		var err error
		if f.array, err = arrayOn(typ, f.path); err != nil {
			return nil, fmt.Errorf("field %q: %w", f.name, err)
		}
		if f.array >= 0 && ix.array >= 0 {
			return nil, fmt.Errorf("fields %q and %q both lie in arrays", ix.fields[ix.array].name, f.name)
		}
		if f.array >= 0 {
			ix.array = i
		}
		ix.fields = append(ix.fields, f)
	}
	return ix, nil
}

// arrayOn follows path through typ as BSON encodes it and returns how many segments lead to an array, -1 when
// there is none. Where a type encodes itself, the rest of the path is taken on trust.
func arrayOn(typ reflect.Type, path []string) (int, error) {
	array := -1
	for i := 0; ; i++ {
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if encodesItself(typ) {
			return array, nil
		}
		if k := typ.Kind(); (k == reflect.Slice || k == reflect.Array) && typ.Elem().Kind() != reflect.Uint8 {
			if array >= 0 {
				return 0, fmt.Errorf("an array within an array")
			}
			array, typ, i = i, typ.Elem(), i-1
			continue
		}
		if i == len(path) {
			return array, checkLeaf(typ)
		}
		switch typ.Kind() {
		case reflect.Struct:
			next, ok := bsonField(typ, path[i])
			if !ok {
				return 0, fmt.Errorf("%s has no field %q", typ, path[i])
			}
			typ = next
		case reflect.Map:
			typ = typ.Elem()
		default:
			return 0, fmt.Errorf("%s has no fields", typ)
		}
	}
}

var (
	marshaler      = reflect.TypeFor[bson.Marshaler]()
	valueMarshaler = reflect.TypeFor[bson.ValueMarshaler]()
)

func encodesItself(typ reflect.Type) bool {
	p := reflect.PointerTo(typ)
	return typ.Kind() == reflect.Interface || p.Implements(marshaler) || p.Implements(valueMarshaler)
}

func checkLeaf(typ reflect.Type) error {
	zero := reflect.Zero(typ)
	if zero.Kind() == reflect.String || zero.Kind() == reflect.Bool || zero.CanInt() || zero.CanUint() ||
		typ.PkgPath() == "time" && typ.Name() == "Time" {
		return nil
	}
	return fmt.Errorf("a %s cannot be indexed", typ)
}

// bsonField returns the type of the field that a struct stores as name.
func bsonField(typ reflect.Type, name string) (reflect.Type, bool) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("bson"), ",")
		inline := strings.Contains(","+options+",", ",inline,")
		switch {
		case tag == "-" || !f.IsExported() && !inline:
		case inline && f.Type.Kind() == reflect.Struct:
			if t, ok := bsonField(f.Type, name); ok {
				return t, true
			}
		case inline && f.Type.Kind() == reflect.Map:
			return f.Type.Elem(), true
		case tag == name || tag == "" && strings.ToLower(f.Name) == name:
			return f.Type, true
		}
	}
	return nil, false
}

// keys returns the keys of a document in ix, in order and each once: one, or one per element of its array.
func (ix *index) keys(doc bson.Raw, id civic.ID) ([][]byte, error) {
	values := make([]value, len(ix.fields))
	for i, f := range ix.fields {
		if i == ix.array {
			continue
		}
		var err error
		if values[i], err = f.scalar(doc); err != nil {
			return nil, err
		}
	}
	if ix.array < 0 {
		return [][]byte{ix.key(values, id)}, nil
	}
	elements, err := ix.fields[ix.array].elements(doc)
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(elements))
	for i, e := range elements {
		values[ix.array] = e
		keys[i] = ix.key(values, id)
	}
	return sortedOnce(keys), nil
}

// key returns the key of values. In a unique index a key that holds a null ends with the id: it is then like
// no other, and sorts where it would without.
func (ix *index) key(values []value, id civic.ID) []byte {
	key := make([]byte, 0, 16*len(values)+16)
	filler := false
	for i, v := range values {
		key = appendValue(key, v, ix.fields[i].desc)
		filler = filler || ix.unique && v.kind == kindNull
	}
	if filler {
		key = append(key, id...)
	}
	return key
}

// scalar returns the value of f in doc, null when it is missing.
func (f field) scalar(doc bson.Raw) (value, error) {
	v, err := doc.LookupErr(f.path...)
	if err != nil {
		return null, nil
	}
	return f.value(v)
}

// elements returns the values of f in the elements of the array on its path; a missing array counts as one
// null, an empty one has none.
func (f field) elements(doc bson.Raw) ([]value, error) {
	array, err := doc.LookupErr(f.path[:f.array]...)
	if err != nil || array.Type == bson.TypeNull {
		return []value{null}, nil
	}
	raw, ok := array.ArrayOK()
	if !ok {
		return nil, fmt.Errorf("docstore: field %s holds a %s where the type has an array", f.name,
			array.Type)
	}
	items, err := raw.Values()
	if err != nil {
		return nil, err
	}
	values := make([]value, len(items))
	for i, item := range items {
		if f.array < len(f.path) {
			item = within(item, f.path[f.array:])
		}
		if values[i], err = f.value(item); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func within(item bson.RawValue, path []string) bson.RawValue {
	if doc, ok := item.DocumentOK(); ok {
		if v, err := doc.LookupErr(path...); err == nil {
			return v
		}
	}
	return bson.RawValue{Type: bson.TypeNull}
}

func (f field) value(v bson.RawValue) (value, error) {
	switch v.Type {
	case bson.TypeNull, bson.TypeUndefined:
		return null, nil
	case bson.TypeString:
		return value{kind: kindString, str: v.StringValue()}, nil
	case bson.TypeInt32:
		return value{kind: kindInt, num: int64(v.Int32())}, nil
	case bson.TypeInt64:
		return value{kind: kindInt, num: v.Int64()}, nil
	case bson.TypeDateTime:
		return value{kind: kindTime, num: v.DateTime()}, nil
	case bson.TypeBoolean:
		if v.Boolean() {
			return value{kind: kindBool, num: 1}, nil
		}
		return value{kind: kindBool}, nil
	}
	return value{}, fmt.Errorf("docstore: field %s holds a %s, which cannot be indexed", f.name, v.Type)
}
