package crm

import (
	"slices"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/fiscalcode"
	"ascolto/internal/merge"
)

// FieldType says what a field of a contact holds. Forms, tables, segments and programs go by it.
type FieldType string

// The types.
const (
	TextField    FieldType = "text"    // one line
	NumberField  FieldType = "number"  // a whole number
	ChoiceField  FieldType = "choice"  // one of some codes
	ChoicesField FieldType = "choices" // any of some codes
	EmailsField  FieldType = "emails"  // several lines, an e-mail address each
	PhonesField  FieldType = "phones"  // several lines, a telephone number each
	// the fiscal code, which is sealed and told to nobody but who asks for it
	CodeField FieldType = "code"
)

// Origin is the reference data that the codes of a choice are of.
type Origin string

// The origins.
const (
	Districts Origin = "districts"
	Tags      Origin = "tags"
)

// Field declares a field of a contact, once for all who name it: the forms of the desk and of the person, the
// words of a conflict, tables, the copy of one's data, the API, the attributes of segments and the facets of
// searches. Its label is the text "crm.field." and its name. ContactFields lists the fields; a field of Kept
// is a row there and a label, and nothing else.
type Field struct {
	Name         string
	Type         FieldType
	Codes        []string // of a choice, with Words before them for what they are called
	Words        string   // "crm.kind.": the text of a code is under this and the code
	From         Origin   // of a choice among reference data, instead of Codes
	Max          int      // characters of a line, or lines, or codes
	Kind         Kind     // the only kind of contact that has it; empty: both
	Named        bool     // is a part of the name
	Own          bool     // the person edits it in the profile, too
	Required     bool     // of a choice: none is no choice
	Hint         string   // the text below its label, if any
	Autocomplete string   // what a browser fills in for the person, as HTML names it
	Digits       bool     // is typed with digits

	Attribute AttributeName // by which segments choose; empty: they do not
	Facet     string        // by which searches are narrowed; empty: they are not
	Column    string        // in tables; empty: in none
	Personal  string        // in the copy of one's data; empty: is no line of its own there

	read  func(ContactInput) []string             // as it was typed
	write func(*ContactInput, []string)           // types it
	parse func([]string, *Contact, *parsing)      // checks what was typed, and puts it on the contact
	typed func(dst []string, c *Contact) []string // appends it as one would type it
	// appends it as tables, segments and programs know it; nil: as typed
	told func(dst []string, c *Contact) []string
	join func(name string) merge.Field[Contact] // how two edits are joined
}

// parsing is what the fields of one form are checked with.
type parsing struct {
	civic.Problems
	known known
	year  int             // the current one
	kind  Kind            // of the contact
	code  fiscalcode.Code // what was typed; only the service can seal it
}

// Typed returns the field of c as one would type it into a form: a line each of several, none when it is
// empty.
func (f Field) Typed(c Contact) []string { return f.typed(nil, &c) }

// Told returns the field of c as tables and programs know it: telephone numbers as they are dialled.
func (f Field) Told(c Contact) []string { return f.tell(nil, &c) }

func (f Field) tell(dst []string, c *Contact) []string {
	if f.told != nil {
		return f.told(dst, c)
	}
	return f.typed(dst, c)
}

// Write types values into the form of a contact.
func (f Field) Write(in *ContactInput, values ...string) { f.write(in, values) }

// Many reports whether the field can hold several values.
func (f Field) Many() bool {
	return f.Type == ChoicesField || f.Lines()
}

// Lines reports whether the field is several lines of a form.
func (f Field) Lines() bool { return f.Type == EmailsField || f.Type == PhonesField }

// Line returns the name of one of several lines in forms and errors, "emails.1"; the first is 0.
func (f Field) Line(i int) string { return civic.FieldAt(f.Name, i) }

// FormName returns the name under which forms, errors and conflicts know the field: of several lines that of
// the first.
func (f Field) FormName() string {
	if f.Lines() {
		return f.Line(0)
	}
	return f.Name
}

// ContactField returns the field of a name that forms, errors and conflicts use, and false when there is
// none.
func ContactField(name string) (Field, bool) {
	i := slices.IndexFunc(contactFields, func(f Field) bool { return f.Name == name || f.FormName() == name })
	if i < 0 {
		return Field{}, false
	}
	return contactFields[i], true
}

// ContactFields returns the fields of a contact in the order in which forms ask for them.
func ContactFields() []Field { return slices.Clone(contactFields) }

// mergeFields are how two edits of a contact are joined.
var mergeFields = func() (fs merge.Fields[Contact]) {
	for _, f := range contactFields {
		joined := f.join(f.FormName())
		if f.Lines() { // as email_1
			joined = joined.Formerly(strings.TrimSuffix(f.Name, "s") + "_1")
		}
		fs = append(fs, joined)
	}
	return fs
}()
