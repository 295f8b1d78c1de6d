package ui

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// Form is what the parts of one form share: the values to show, what was wrong with them, and the tokens
// every form carries. page.Request makes one for a fresh form and page.Form one for a form that comes back
// with errors.
type Form struct {
	L     *locale.Localizer
	Token string // against cross-site requests
	Key   string // chosen afresh for each form that is shown, so that sending it twice stores it once
	Files bool   // it brings files: sent as multipart/form-data
	// what a field of files has brought already, by its name
	Attached map[string][]blob.Attachment
	ID       string // told apart from another form of the same page; may be empty
	Values   url.Values
	asking   bool // it asks for a list
	fault    *civic.Error
	labels   map[string]string // filled while the fields are shown, for the summary above them
	texts    *texts            // likewise of the fields for texts, for whoever gets them back on another page
	places   map[string]string // where what is wrong and has no control in this form can be put right
}

// NewForm returns a form that shows values; fault is why it comes back, nil when it is fresh.
func NewForm(l *locale.Localizer, token, key string, values url.Values, fault error) Form {
	f := Form{L: l, Token: token, Key: key, Values: values, labels: map[string]string{}, texts: &texts{},
		places: map[string]string{}}
	errors.As(fault, &f.fault)
	return f
}

// T returns the text of key in the form's language.
func (f Form) T(key string, args ...civic.Args) string { return f.L.T(key, args...) }

// Named returns f with an id of its own, needed when a page has two forms.
func (f Form) Named(id string) Form {
	f.ID, f.labels, f.texts, f.places = id, map[string]string{}, &texts{}, map[string]string{}
	return f
}

// Asking returns f as a form that only asks for a list: nothing in it needs filling, so that no field is
// called optional.
func (f Form) Asking() Form {
	f.asking = true
	return f
}

// ForItem returns the form of one item of a list whose items all have the same form: f itself when that
// item's was sent and refused, else a fresh one. id tells it apart from the others of the page.
func (f Form) ForItem(id string, refused bool) Form {
	if refused {
		return f.Named(id)
	}
	return NewForm(f.L, f.Token, f.Key, nil, nil).Named(id)
}

// Why returns why the form comes back, empty when it is fresh.
func (f Form) Why() string {
	var all []string
	for _, p := range f.summary() {
		all = append(all, p.Text)
	}
	return strings.Join(all, " ")
}

// Value returns the first value of a field.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// Has reports whether value is among those of a field, as a checkbox needs to know.
func (f Form) Has(name, value string) bool { return slices.Contains(f.Values[name], value) }

// Fault returns what is wrong with a field in words, empty when nothing is.
func (f Form) Fault(name string) string {
	if f.fault == nil {
		return ""
	}
	for _, e := range f.fault.Fields {
		if e.Field == name {
			return f.L.Message(e.Message)
		}
	}
	return ""
}

// Faults returns all that is wrong with a field in words.
func (f Form) Faults(name string) []string {
	var all []string
	if f.fault != nil {
		for _, e := range f.fault.Fields {
			if e.Field == name {
				all = append(all, f.L.Message(e.Message))
			}
		}
	}
	return all
}

// Asks reports whether a field that is shown only when it is needed is: its answer is missing, or was given.
func (f Form) Asks(name string) bool { return f.Fault(name) != "" || f.Value(name) != "" }

// FieldID returns the id of a field's control, which the summary links to: of "name.it" it is
// "campo-name-it", since a point in an id would have to be escaped wherever a style or a script names it.
func (f Form) FieldID(name string) string {
	id := "campo-" + strings.ReplaceAll(name, ".", "-")
	if f.ID != "" {
		return f.ID + "-" + id
	}
	return id
}

// Prefill returns form values made from pairs of name and value, for a form that shows what is stored
// already.
func Prefill(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// PrefillText adds a text to form values, each language by itself: the fields "name.it" and "name.en".
func PrefillText(v url.Values, name string, t civic.Text) {
	for _, l := range civic.Languages() {
		v.Set(civic.Field(name, l), t[l])
	}
}

// problem is one line of the summary.
type problem struct{ Label, Text, Target string }

// lead returns the label as it stands before the text: a question keeps its own mark.
func (p problem) lead() string {
	if p.Label == "" {
		return ""
	}
	if strings.HasSuffix(p.Label, "?") {
		return p.Label
	}
	return p.Label + ":"
}

// summary lists what is wrong, first what concerns no field shown.
func (f Form) summary() []problem {
	if f.fault == nil {
		return nil
	}
	if len(f.fault.Fields) == 0 {
		return []problem{{Text: f.L.Message(f.fault.Message)}}
	}
	var out []problem
	for _, e := range f.fault.Fields {
		p := problem{Text: f.L.Message(e.Message)}
		if label, ok := f.labels[e.Field]; ok {
			p.Label, p.Target = label, "#"+f.FieldID(e.Field)
		} else {
			p.Target = f.places[e.Field]
		}
		out = append(out, p)
	}
	return out
}

// Elsewhere tells the summary on which page that can be put right which has no control in this form.
func (f Form) Elsewhere(name, page string) { f.places[name] = page }

func (f Form) note(name, label string) string {
	f.labels[name] = label
	return ""
}

// Call says how a field is called away from its place, where its label alone does not tell which one it is:
// in the summary of faults, and on a page that gives back what was written. It comes after the field and
// returns nothing to show.
func (f Form) Call(name, label string) string {
	if f.texts.has(name) {
		f.texts.note(name, label)
	}
	return f.note(name, label)
}

// Field is one control of a form and the words around it, already in the reader's language.
type Field struct {
	Name        string
	Label       string
	Hint        string
	Required    bool
	Conditional bool // needed in some cases, which Hint tells: neither optional nor always required
	// of an input: "text" when empty, "email", "tel", "number", "password", "search", "url"
	Type string
	// the HTML token, "email"; asked for by WCAG 1.3.5 where the field is about the person who fills it
	Autocomplete string
	InputMode    string
	Max          int // most characters; a text area shows how many are left
	Rows         int // of a text area; 5 when not set
	Min, Upto    string
	Placeholder  string
	Focus        bool // the keyboard begins here; for one field of a page
}

// Option is one answer of a choice.
type Option struct {
	Value string
	Label string
	Hint  string
}

// isOptional reports whether a field of f is to be called so: nothing is ever amiss when it is left empty.
func (f Form) isOptional(field Field) bool { return !f.asking && !field.Required && !field.Conditional }

func (f Field) kind() string { return orElse(f.Type, "text") }

func (f Field) rows() string {
	if f.Rows == 0 {
		return "5"
	}
	return strconv.Itoa(f.Rows)
}

// describedBy returns the ids of hint and fault that belong to a control.
func (f Form) describedBy(field Field) string {
	id, parts := f.FieldID(field.Name), []string{}
	if field.Hint != "" {
		parts = append(parts, id+"-aiuto")
	}
	if f.Fault(field.Name) != "" {
		parts = append(parts, id+"-errore")
	}
	return strings.Join(parts, " ")
}

// attributes returns what every control of a field carries besides its type and value.
func (f Form) attributes(field Field) templ.Attributes {
	a := templ.Attributes{"id": f.FieldID(field.Name), "name": field.Name}
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("aria-describedby", f.describedBy(field))
	set("autocomplete", field.Autocomplete)
	set("inputmode", field.InputMode)
	set("placeholder", field.Placeholder)
	set("min", field.Min)
	set("max", field.Upto)
	if field.Max > 0 {
		a["maxlength"] = strconv.Itoa(field.Max)
	}
	if field.Required {
		a["required"] = true
	}
	if field.Focus {
		a["autofocus"] = true
	}
	if f.Fault(field.Name) != "" {
		a["aria-invalid"] = "true"
	}
	return a
}

// selectAttributes returns those of a list: HTML lets it be required only when its first option means that
// nothing was chosen.
func (f Form) selectAttributes(field Field, options []Option) templ.Attributes {
	a := f.attributes(field)
	if len(options) == 0 || options[0].Value != "" {
		delete(a, "required")
	}
	return a
}

// optionID returns the id of the i-th control of a choice; the first has the field's own.
func (f Form) optionID(name string, i int) string {
	if i == 0 {
		return f.FieldID(name)
	}
	return f.FieldID(name) + "-" + strconv.Itoa(i)
}
