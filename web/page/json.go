package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"ascolto/internal/civic"
)

// The bounds of the JSON that a program sends.
const (
	maxNesting = 8         // values within values
	maxMembers = MaxFields // of one object
	maxItems   = 100       // of a list
)

// Object reads the JSON object that a program sent. What it cannot read it notes as a problem of the
// field and goes on, so that the program is told everything that is wrong at once: read all fields, then
// ask Err. A field that nobody read is a problem too.
type Object struct {
	members  map[string]any
	read     map[string]bool
	problems civic.Problems
}

// CheckObject returns nil when the body is empty, or a JSON object of the media type that the method asks
// for: a merge patch for PATCH. Else it returns a TooLarge or Unavailable error, or a Refusal with status
// 415 or 400.
func (r *Request) CheckObject() error {
	_, err := r.Object()
	return err
}

// Object returns the JSON object that was sent, one without members when nothing was. The errors are
// those of CheckObject.
func (r *Request) Object() (*Object, error) {
	if r.object != nil {
		return r.object, nil
	}
	b, err := r.raw()
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	if len(b) > 0 {
		if err := r.checkMedia(); err != nil {
			return nil, err
		}
		if members, err = parseObject(b); err != nil {
			return nil, err
		}
	}
	r.object = &Object{members: members, read: map[string]bool{}}
	return r.object, nil
}

// checkMedia returns a Refusal when the body is not said to be what the method asks for.
func (r *Request) checkMedia() error {
	want, told := jsonType, fiber.HeaderAccept
	if r.c.Method() == http.MethodPatch {
		want, told = patchType, "Accept-Patch" // RFC 5789, 3.1
	}
	media, params, err := mime.ParseMediaType(r.c.Get(fiber.HeaderContentType))
	charset := params["charset"]
	if err == nil && media == want && (charset == "" || strings.EqualFold(charset, "utf-8")) {
		return nil
	}
	r.c.Set(told, want)
	return refused(http.StatusUnsupportedMediaType, "api.error.media_type", civic.Args{"Type": want})
}

// parseObject reads a JSON object strictly: UTF-8 throughout, each name once, no deeper than maxNesting.
func parseObject(b []byte) (map[string]any, error) {
	broken := refused(http.StatusBadRequest, "api.error.json")
	if !utf8.Valid(b) || !json.Valid(b) || loneSurrogate(b) {
		return nil, broken
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	value, err := readValue(d, 0, "")
	if err != nil {
		return nil, err
	}
	members, ok := value.(map[string]any)
	if !ok {
		return nil, broken
	}
	return members, nil
}

// readValue reads the next value of valid JSON. The names of its members are told with those that they
// stand within before them.
func readValue(d *json.Decoder, depth int, within string) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, refused(http.StatusBadRequest, "api.error.json")
	}
	open, nested := token.(json.Delim)
	switch {
	case !nested:
		return token, nil
	case depth == maxNesting:
		return nil, refused(http.StatusBadRequest, "api.error.nesting", civic.Args{"Max": maxNesting})
	case open == '[':
		list := []any{}
		for d.More() {
			value, err := readValue(d, depth+1, within)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := d.Token()
		return list, err
	}
	return readMembers(d, depth, within)
}

func readMembers(d *json.Decoder, depth int, within string) (any, error) {
	members := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name := token.(string) // valid JSON has nothing else there
		if len(members) == maxMembers {
			return nil, civic.NewError(civic.TooLarge, "error.too_large")
		}
		if _, twice := members[name]; twice {
			var p civic.Problems
			p.Add(fieldName(within+name), "api.error.field_twice")
			return nil, p.Err()
		}
		if members[name], err = readValue(d, depth+1, within+name+"."); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return members, err
}

// loneSurrogate reports whether a text of valid JSON has half of a character, which no text of ours can hold.
func loneSurrogate(b []byte) bool {
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		switch unit := escaped(b[i:]); {
		case unit&0xfc00 == 0xdc00, unit&0xfc00 == 0xd800 && escaped(b[i+6:])&0xfc00 != 0xdc00:
			return true
		case unit&0xfc00 == 0xd800:
			i += 11
		default:
			i++ // what is escaped, were it a backslash
		}
	}
	return false
}

// escaped returns the number of the \u escape that b begins with, 0 for none.
func escaped(b []byte) uint64 {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0
	}
	n, _ := strconv.ParseUint(string(b[2:6]), 16, 16) // valid JSON has four digits
	return n
}

// fieldName returns a name that a program sent, as far as it is shown again.
func fieldName(name string) string {
	if r := []rune(strings.ToValidUTF8(name, "")); len(r) > MaxName {
		return string(r[:MaxName]) + "…"
	}
	return name
}

// take returns what stands under a name; nil when it is absent or null.
func (o *Object) take(name string) any {
	o.read[name] = true
	return o.members[name]
}

// Has reports whether a field was sent at all, be it null.
func (o *Object) Has(name string) bool {
	_, ok := o.members[name]
	return ok
}

// String returns a single line, without space around it; empty when the field is absent or null.
func (o *Object) String(name string) string {
	switch value := o.take(name).(type) {
	case nil:
		return ""
	case string:
		return o.line(name, value)
	}
	o.problems.Add(name, "api.error.type.string")
	return ""
}

func (o *Object) line(field, s string) string {
	if strings.ContainsRune(s, 0) {
		o.problems.Add(field, "error.text.encoding")
		return ""
	}
	line, err := civic.CleanLine(s, MaxLine)
	o.problems.Check(field, err)
	return line
}

// Strings returns a list of single lines, nil when the field is absent or null. of names the line at a
// place, from 0.
func (o *Object) Strings(name string, of func(i int) string) []string {
	value := o.take(name)
	if value == nil {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		o.problems.Add(name, "api.error.type.strings")
		return nil
	}
	if len(list) > maxItems {
		o.problems.Add(name, "api.error.items", civic.Args{"Max": maxItems})
		return nil
	}
	out := make([]string, 0, len(list))
	for i, item := range list {
		s, ok := item.(string)
		if !ok {
			o.problems.Add(of(i), "api.error.type.string")
			continue
		}
		out = append(out, o.line(of(i), s))
	}
	return out
}

// ID returns an id, empty when the field is absent or null.
func (o *Object) ID(name string) civic.ID {
	s := o.String(name)
	if s == "" {
		return ""
	}
	id, err := civic.ParseID(s)
	o.problems.Check(name, err)
	return id
}

// IDs returns a list of ids.
func (o *Object) IDs(name string) []civic.ID {
	var out []civic.ID
	for _, s := range o.Strings(name, func(int) string { return name }) {
		id, err := civic.ParseID(s)
		o.problems.Check(name, err)
		out = append(out, id)
	}
	return out
}

// Integer returns the digits of a whole number, empty when the field is absent or null.
func (o *Object) Integer(name string) string {
	value := o.take(name)
	if value == nil {
		return ""
	}
	n, ok := value.(json.Number)
	if ok {
		if _, err := strconv.Atoi(n.String()); err == nil {
			return n.String()
		}
	}
	o.problems.Add(name, "api.error.type.integer")
	return ""
}

// Bool returns a truth value, false when the field is absent or null.
func (o *Object) Bool(name string) bool {
	value := o.take(name)
	yes, ok := value.(bool)
	if !ok && value != nil {
		o.problems.Add(name, "api.error.type.boolean")
	}
	return yes
}

// Err returns nil when everything could be read and nothing else was sent, else one Invalid error with
// all problems.
func (o *Object) Err() error {
	for _, name := range slices.Sorted(maps.Keys(o.members)) {
		if !o.read[name] {
			o.problems.Add(fieldName(name), "api.error.field")
		}
	}
	err := o.problems.Err()
	if e, ok := errors.AsType[*civic.Error](err); ok && len(e.Fields) > maxProblems {
		e.Fields = e.Fields[:maxProblems]
	}
	return err
}

// maxProblems is how many problems a program is told at most.
const maxProblems = 100
