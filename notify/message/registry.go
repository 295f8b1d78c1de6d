package message

import (
	"fmt"
	"slices"
	"strings"

	"ascolto/internal/civic"
)

// Template is a kind of mail that the program writes by itself. Its texts stand in the catalogues, in each
// language, under its ID: subject, text, title (what it is) and reader (who gets it and what they may do).
type Template struct {
	ID     string  // where its texts begin in the catalogues: "mail.code"
	Fields []Field // what its subject and text may name; each of them is used
	// the template gives a subject alone: the rest is another text, such as that of a campaign
	SubjectOnly bool
}

// The catalogue keys of a template's texts. Text is none of a template that gives a subject alone.
func (t Template) subjectKey() string { return t.ID + ".subject" }
func (t Template) textKey() string    { return t.ID + ".text" }

// Title returns what the template is, in words for whoever edits it.
func (t Template) Title() civic.Message { return civic.Msg(t.ID + ".title") }

// Reader returns who gets the mail and what they may do with it, in words for whoever edits it.
func (t Template) Reader() civic.Message { return civic.Msg(t.ID + ".reader") }

// Field is one thing that a mail tells its reader and only the program knows.
type Field struct {
	Name string    // as texts name it: {{.Name}}
	Kind FieldKind // what it is made of
	// the catalogue key of what it means, for whoever edits the template
	Meaning string
}

// FieldKind says what the value of a field is.
type FieldKind string

// The kinds of fields. The value of a number is an int, that of every other kind a string.
const (
	FieldText   FieldKind = "text"   // words on one line or several
	FieldLink   FieldKind = "link"   // an address of a page, whole
	FieldCode   FieldKind = "code"   // what the reader types
	FieldNumber FieldKind = "number" // how many
	FieldDay    FieldKind = "day"    // a date in words of the mail's language
)

// fits reports whether v is a value of the kind. Words may be empty: some of them are people's.
func (k FieldKind) fits(v any) bool {
	if k == FieldNumber {
		_, ok := v.(int)
		return ok
	}
	s, ok := v.(string)
	return ok && (s != "" || k == FieldText)
}

// Words returns a text of the catalogues in a language.
type Words func(language string, m civic.Message) string

// Registry holds the templates of all mails that the program writes by itself.
type Registry struct {
	words     Words
	templates []Template
}

// NewRegistry returns a registry of templates, or an error that names the first that is declared wrongly: two
// with one ID, a field twice, without a name or a meaning, or of no kind.
func NewRegistry(words Words, templates ...Template) (*Registry, error) {
	seen := map[string]bool{}
	for _, t := range templates {
		if t.ID == "" || seen[t.ID] {
			return nil, fmt.Errorf("message: template %q is without a name or declared twice", t.ID)
		}
		seen[t.ID] = true
		if err := t.check(); err != nil {
			return nil, err
		}
	}
	return &Registry{words: words, templates: slices.Clone(templates)}, nil
}

func (t Template) check() error {
	kinds := []FieldKind{FieldText, FieldLink, FieldCode, FieldNumber, FieldDay}
	seen := map[string]bool{}
	for _, f := range t.Fields {
		if f.Name == "" || f.Meaning == "" || seen[f.Name] || !slices.Contains(kinds, f.Kind) {
			return fmt.Errorf("message: template %s declares its field %q wrongly or twice", t.ID, f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

// Templates returns all templates, in the order of their declaration.
func (r *Registry) Templates() []Template { return slices.Clone(r.templates) }

// Composed is what a template says with its fields filled in. Text is empty where the template gives a
// subject alone.
type Composed struct{ Subject, Text string }

// Compose returns the mail that a template gives in a language with values for all its fields. It returns an
// error for a template that is not registered, a field without a value of its kind, and a value that the
// template does not declare: each is a fault of the program, which no text hides.
func (r *Registry) Compose(id, language string, values civic.Args) (Composed, error) {
	i := slices.IndexFunc(r.templates, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Composed{}, fmt.Errorf("message: no template %q is registered", id)
	}
	t := r.templates[i]
	if err := t.fits(values); err != nil {
		return Composed{}, err
	}
	out := Composed{
		Subject: SubjectLine(r.words(language, civic.Message{Key: t.subjectKey(), Args: values})),
	}
	if !t.SubjectOnly {
		out.Text = r.words(language, civic.Message{Key: t.textKey(), Args: values})
	}
	return out, nil
}

// fits returns an error unless values are exactly what the template's fields want. It never tells a value.
func (t Template) fits(values civic.Args) error {
	var wrong []string
	for _, f := range t.Fields {
		if v, ok := values[f.Name]; !ok {
			wrong = append(wrong, f.Name+" is missing")
		} else if !f.Kind.fits(v) {
			wrong = append(wrong, f.Name+" is no "+string(f.Kind))
		}
	}
	for name := range values {
		if !slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Name == name }) {
			wrong = append(wrong, name+" is not declared")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return fmt.Errorf("message: template %s: %s", t.ID, strings.Join(wrong, ", "))
}
