package desk

import (
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// change is a field that somebody else changed while the form was open, with what they stored.
type change struct{ Label, Value string }

// compared is a field of a form beside what is stored.
type compared struct {
	label  string
	stored string
	typed  string
	words  string // how stored is said where it is not said by itself, as an id is not
}

// edition is what is stored of something that a form edits. The zero value stands for a form that makes something new.
type edition struct {
	revision int64
	fields   []compared
}

// again returns the form that comes back for err, and whether it does. When somebody else has stored another revision since the
// form was shown, it holds what was typed and the new revision, so that saving it once more is on purpose, and the changes are
// the fields in which both differ.
func (e edition) again(form *visit.Form, err error) (ui.Form, []change, bool) {
	if civic.CodeOf(err) != civic.Conflict || e.revision == 0 || int64(form.Int("revision")) == e.revision {
		again, ok := form.Again(err)
		return again, nil, ok
	}
	again, ok := form.Again(civic.NewError(civic.Conflict, "desk.conflict.changed"))
	if ok {
		again.Values.Set("revision", strconv.FormatInt(e.revision, 10))
	}
	return again, differing(e.fields), ok
}

// differing returns the fields whose stored value is another one than was typed.
func differing(fields []compared) []change {
	var out []change
	for _, f := range fields {
		if plain(f.stored) == plain(f.typed) {
			continue
		}
		c := change{Label: f.label, Value: f.words}
		if c.Value == "" {
			c.Value = f.stored
		}
		out = append(out, c)
	}
	return out
}

// plain returns a text as services store it, as far as two of them are compared: browsers send lines with \r\n.
func plain(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
