package page

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/locale"
	"ascolto/web/ui"
)

// The limits of a form.
const (
	MaxFields = 2000 // values in one form
	MaxName   = 200  // bytes of a field's name
	MaxLine   = 500  // characters of a single line
)

// Form reads the body of a request, never its query. What it cannot read it notes as a problem of the field
// and goes on, so that the person sees everything that is wrong at once: read all fields, then ask Err.
type Form struct {
	r        *Request
	values   url.Values
	problems civic.Problems
	asSent   url.Values // of the fields that held what no text can
	attached map[string][]blob.Attachment
}

// Form returns the form that was sent. A body that is no form reads as an empty one: web refuses it before
// any handler runs.
func (r *Request) Form() *Form {
	if r.form == nil {
		values, err := r.formValues()
		if err != nil && civic.CodeOf(err) != civic.Forbidden { // of which the fields were read
			values = url.Values{}
		}
		r.form = newForm(r, values)
	}
	return r.form
}

// newForm returns a form of values. What no text can hold, bytes that are no UTF-8 and NUL, is taken out of
// them and noted as a problem of the field, so that the person gets the rest back.
func newForm(r *Request, values url.Values) *Form {
	takeEarlierNames(values)
	f := &Form{r: r, values: values, asSent: url.Values{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		clean := make([]string, len(values[name]))
		for i, s := range values[name] {
			clean[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
		}
		if !slices.Equal(clean, values[name]) {
			f.asSent[name], values[name] = values[name], clean
			f.problems.Add(name, "error.text.encoding")
		}
	}
	return f
}

// String returns a single line of at most MaxLine characters, without space around it.
func (f *Form) String(name string) string { return f.Line(name, MaxLine) }

// Line returns a single line of at most max characters, without space around it.
func (f *Form) Line(name string, max int) string {
	s, err := civic.CleanLine(f.values.Get(name), max)
	f.problems.Check(name, err)
	return s
}

// Text returns a text of several lines and at most max characters.
func (f *Form) Text(name string, max int) string {
	s, err := civic.CleanText(f.values.Get(name), max)
	f.problems.Check(name, err)
	return s
}

// Lines returns what is typed in each language as single lines of at most max characters: the fields
// "name.it" and "name.en".
func (f *Form) Lines(name string, max int) civic.Text {
	return civic.TextOf(func(l string) string { return f.Line(civic.Field(name, l), max) })
}

// Texts is Lines for texts of several lines.
func (f *Form) Texts(name string, max int) civic.Text {
	return civic.TextOf(func(l string) string { return f.Text(civic.Field(name, l), max) })
}

// Raw returns a value as it was sent: for passwords, where a space counts.
func (f *Form) Raw(name string) string { return f.values.Get(name) }

// Strings returns every value of a name as single lines, without the empty ones.
func (f *Form) Strings(name string) []string {
	var out []string
	for _, s := range f.values[name] {
		line, err := civic.CleanLine(s, MaxLine)
		f.problems.Check(name, err)
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Names returns the names of all fields that were sent, in no order, the form's own tokens left out.
func (f *Form) Names() []string {
	var names []string
	for name := range f.values {
		if name != "csrf" && name != "form_key" && name != ui.LabelsField {
			names = append(names, name)
		}
	}
	return names
}

// Values returns everything that was sent but the form's own tokens.
func (f *Form) Values() url.Values {
	values := url.Values{}
	for _, name := range f.Names() {
		values[name] = slices.Clone(f.values[name])
	}
	return values
}

// AsSent is Values with what no text can hold still in it, for a service that alone knows the fields, and
// says of each what is wrong with it: the questions of a survey.
func (f *Form) AsSent() url.Values {
	values := f.Values()
	for name, sent := range f.asSent {
		if values.Has(name) {
			values[name] = slices.Clone(sent)
		}
	}
	return values
}

// Written returns what a person wrote in their own words, as far as that can be told: the values in which
// there is a space, as their fields are called and in the order of the form; those of fields that it does not
// name last. Of a form that holds a password it returns nothing.
func (f *Form) Written() []ui.Written {
	if f.values.Has("password") {
		return nil
	}
	names, labels := ui.FieldLabels(f.values.Get(ui.LabelsField))
	for _, name := range slices.Sorted(slices.Values(f.Names())) {
		if !slices.Contains(names, name) {
			names, labels = append(names, name), append(labels, "")
		}
	}
	var written []ui.Written
	for i, name := range names {
		for _, s := range f.values[name] {
			if strings.ContainsAny(strings.TrimSpace(s), " \n") {
				written = append(written, ui.Written{Label: labels[i], Text: s})
			}
		}
	}
	return written
}

// Has reports whether a field of that name was sent at all, as a pressed button is.
func (f *Form) Has(name string) bool { return f.values.Has(name) }

// Bool reports whether a checkbox was ticked.
func (f *Form) Bool(name string) bool {
	s := f.values.Get(name)
	return s == "1" || s == "on" || s == "true"
}

// Int returns a whole number, 0 when the field is empty.
func (f *Form) Int(name string) int {
	s := strings.TrimSpace(f.values.Get(name))
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		f.problems.Add(name, "error.integer")
	}
	return n
}

// Number returns a whole number that must be typed: a field left empty is a problem. One that the form does
// not have is 0.
func (f *Form) Number(name string) int {
	if f.Has(name) && strings.TrimSpace(f.values.Get(name)) == "" {
		f.problems.Add(name, "error.required")
	}
	return f.Int(name)
}

// Either reports whether yes was chosen of two answers. Neither is a problem: nothing is taken for a no that
// nobody said.
func (f *Form) Either(name, yes, no string) bool {
	s := f.String(name)
	if s != yes && s != no {
		f.problems.Add(name, "error.required")
	}
	return s == yes
}

// ID returns an id, empty when the field is empty.
func (f *Form) ID(name string) civic.ID {
	s := civic.Bare(f.values.Get(name))
	if s == "" {
		return ""
	}
	id, err := civic.ParseID(s)
	f.problems.Check(name, err)
	return id
}

// IDs returns every id of a name.
func (f *Form) IDs(name string) []civic.ID {
	var out []civic.ID
	for _, s := range f.Strings(name) {
		id, err := civic.ParseID(s)
		f.problems.Check(name, err)
		if err == nil {
			out = append(out, id)
		}
	}
	return out
}

// LocalTime returns the instant from which something is to be, as a date-time field names it in Rome, zero
// when the field is empty; see LocalEnd for the moment until when. The hour
// that autumn repeats means its first pass; the hour that spring leaves out is a problem.
func (f *Form) LocalTime(name string) time.Time {
	return f.instant(name, "error.date_time", locale.DateTimeField, "2006-01-02T15:04:05")
}

// LocalEnd is LocalTime for the moment until when something may go on: the hour that autumn repeats means its
// second pass, so that nobody is shut out an hour early.
func (f *Form) LocalEnd(name string) time.Time {
	at := f.LocalTime(name)
	const shown = "2006-01-02T15:04:05"
	if later := at.Add(time.Hour); later.In(civic.Rome()).Format(shown) == at.In(civic.Rome()).Format(shown) {
		return later
	}
	return at
}

// LocalDate returns the start of the day in Rome that a date field names, zero when the field is empty.
func (f *Form) LocalDate(name string) time.Time {
	return f.instant(name, "error.date", locale.DateField)
}

// The years that a date in a form can mean.
const firstYear, lastYear = 1850, 2200

func (f *Form) instant(name, problem string, layouts ...string) time.Time {
	s := strings.TrimSpace(f.values.Get(name))
	if s == "" {
		return time.Time{}
	}
	for _, layout := range layouts {
		// A time that the clock change leaves out comes back from Format as another one.
		if t, err := time.ParseInLocation(layout, s, civic.Rome()); err == nil && t.Format(layout) == s &&
			t.Year() >= firstYear && t.Year() <= lastYear {
			return firstPass(t).UTC()
		}
	}
	f.problems.Add(name, problem)
	return time.Time{}
}

// firstPass returns the earlier of the two instants that show the same time of day when clocks go back.
func firstPass(t time.Time) time.Time {
	const shown = "2006-01-02T15:04:05"
	if earlier := t.Add(-time.Hour); earlier.Format(shown) == t.Format(shown) {
		return earlier
	}
	return t
}

// Key returns the key the form was shown with, from which what it creates takes its id. A form without a
// proper one gets a fresh key: nothing then guards it against being sent twice.
func (f *Form) Key() civic.ID {
	const least, most = 16, 64
	id, err := civic.ParseID(f.values.Get("form_key"))
	if err != nil || len(id) < least || len(id) > most || strings.ContainsAny(string(id), "/:@") {
		return civic.ID(NewFormKey())
	}
	return id
}

// Check notes that a field is wrong when err is not nil, for what the caller parses.
func (f *Form) Check(field string, err error) { f.problems.Check(field, err) }

// Problem notes that a field is wrong for the reason named by key.
func (f *Form) Problem(field, key string, args ...civic.Args) { f.problems.Add(field, key, args...) }

// Err returns nil when everything read so far could be read, else one Invalid error with all problems.
func (f *Form) Err() error { return f.problems.Err() }

// Again returns the form with what was sent, to be shown with status 422, when err says that the input is
// wrong: the problems met in reading come first. The same goes for a Conflict, after which the form has a
// fresh key. For any other error it returns false.
func (f *Form) Again(err error) (ui.Form, bool) {
	var fault *civic.Error
	if !errors.As(err, &fault) {
		return ui.Form{}, false
	}
	key := string(f.Key())
	switch fault.Code {
	case civic.Invalid:
	case civic.Conflict:
		key = NewFormKey()
	default:
		return ui.Form{}, false
	}
	return f.Carry(ui.NewForm(f.r.L, f.r.Token(), key, f.values, fault)), true
}
