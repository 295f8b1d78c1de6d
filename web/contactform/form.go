// Package contactform shows and reads the fields of a contact as crm declares them, for the desk and for the
// person.
package contactform

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/reference"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Names is the reference data that fields choose from.
type Names struct {
	Districts []reference.District
	Tags      []reference.Tag
}

// ReadNames returns the reference data of the town, or an error of the store.
func ReadNames(ctx context.Context, town *reference.Service) (n Names, err error) {
	if n.Districts, err = town.Districts(ctx); err != nil {
		return n, err
	}
	n.Tags, err = town.Tags(ctx)
	return n, err
}

// Input reads the fields of a form; what the form does not show is empty.
func Input(form *page.Form) crm.ContactInput {
	in := crm.ContactInput{
		FormKey: string(form.Key()), Version: int64(form.Int("version")),
		Shown:     form.Line("shown", merge.MaxShown),
		Confirmed: form.String(crm.CodeConfirmed) != "", NoSignIn: form.String(crm.NoSignIn) != "",
		Reason: form.String("reason"),
	}
	for _, f := range crm.ContactFields() {
		f.Write(&in, typed(form, f)...)
	}
	return in
}

func typed(form *page.Form, f crm.Field) (values []string) {
	switch {
	case f.Lines():
		for i := range f.Max {
			values = append(values, form.String(f.Line(i)))
		}
	case f.Many() && f.From != "":
		for _, id := range form.IDs(f.Name) {
			values = append(values, string(id))
		}
	case f.Many():
		values = form.Strings(f.Name)
	case f.From != "":
		values = []string{string(form.ID(f.Name))}
	default:
		values = []string{form.String(f.Name)}
	}
	return values
}

// Values returns what the form shows of a stored contact, but for the fiscal code; own is the form of the
// person, in which an address is no name: an earlier version wrote one there when nobody had said the name.
func Values(c crm.Contact, own bool) url.Values {
	values := ui.Prefill("version", strconv.FormatInt(c.Version, 10), "shown", c.Shown())
	for _, f := range crm.ContactFields() {
		told := f.Typed(c)
		switch {
		case f.Lines():
			for i, v := range told {
				values.Set(f.Line(i), v)
			}
		case own && f.Name == "family_name" && c.Nameless():
		case len(told) > 0:
			values[f.Name] = told
		}
	}
	return values
}

// Label returns what a field is called.
func Label(l *locale.Localizer, f crm.Field) string { return l.T("crm.field." + f.Name) }

// Said returns a field of a contact in words, on one line; empty for the fiscal code, which only the service
// can open.
func (n Names) Said(l *locale.Localizer, f crm.Field, c crm.Contact) string {
	values := f.Typed(c)
	for i, v := range values {
		switch {
		case f.Words != "":
			values[i] = l.T(f.Words + v)
		case f.From != "":
			values[i] = n.called(f.From, civic.ID(v))
		}
	}
	return strings.Join(values, ", ")
}

// ClashWords returns the label and the words of a field of a conflict.
func (n Names) ClashWords(l *locale.Localizer, name string, c crm.Contact) (label, value string) {
	f, ok := crm.ContactField(name)
	if !ok {
		return name, ""
	}
	return Label(l, f), n.Said(l, f, c)
}

func (n Names) called(from crm.Origin, id civic.ID) string {
	for _, o := range n.origin(from, func(civic.ID) bool { return true }) {
		if o.Value == string(id) {
			return o.Label
		}
	}
	return string(id)
}

// origin lists the reference data in use, and what is chosen of the rest.
func (n Names) origin(from crm.Origin, chosen func(civic.ID) bool) (options []ui.Option) {
	switch from {
	case crm.Districts:
		for _, d := range n.Districts {
			if !d.Inactive || chosen(d.ID) {
				options = append(options, ui.Option{Value: string(d.ID), Label: d.Name})
			}
		}
	case crm.Tags:
		for _, t := range n.Tags {
			if !t.Inactive || chosen(t.ID) {
				options = append(options, ui.Option{Value: string(t.ID), Label: t.Name})
			}
		}
	}
	return options
}

// options lists what a choice offers, after an option for none where none is a choice.
func (n Names) options(f ui.Form, field crm.Field) (options []ui.Option) {
	if field.Type == crm.ChoiceField && !field.Required {
		options = append(options, ui.Option{Label: f.T("crm.field.not_given")})
	}
	for _, code := range field.Codes {
		options = append(options, ui.Option{Value: code, Label: f.T(field.Words + code)})
	}
	return append(options,
		n.origin(field.From, func(id civic.ID) bool { return f.Has(field.Name, string(id)) })...)
}

// lines returns how many lines of a field a form shows: those that are filled and one more.
func lines(f ui.Form, field crm.Field) int {
	n := 1
	for i := range field.Max {
		if f.Value(field.Line(i)) != "" {
			n = i + 2
		}
	}
	return min(n, field.Max)
}

// Look says whose form it is.
type Look struct {
	Own   bool     // the person's
	Kind  crm.Kind // of their contact
	Names Names
}

// fields lists the fields that the form shows.
func (o Look) fields() (shown []crm.Field) {
	for _, f := range crm.ContactFields() {
		if !o.Own || f.Own && (f.Kind == "" || f.Kind == o.Kind) {
			shown = append(shown, f)
		}
	}
	return shown
}

// confirms reports whether the form asks after a field whether the fiscal code is right although it does not
// fit.
func (o Look) confirms(f crm.Field) bool {
	if o.Own {
		return f.Name == "family_name"
	}
	return f.Name == "birth_year"
}

// field returns how a form shows a field of one value.
func (o Look) field(f ui.Form, field crm.Field) ui.Field {
	out := ui.Field{
		Name: field.Name, Label: o.label(f, field), Max: field.Max, Autocomplete: o.autocomplete(field),
		Conditional: field.Kind != "", Required: field.Required,
	}
	if field.Hint != "" {
		out.Hint = f.T(field.Hint)
	}
	if field.Digits {
		out.InputMode = "numeric"
	}
	if o.Own && field.Kind == crm.Organisation { // the form knows that it is one
		out.Required, out.Conditional, out.Hint = true, false, ""
	}
	return out
}

// line returns how a form shows one of several lines.
func (o Look) line(f ui.Form, field crm.Field, i int) ui.Field {
	out := ui.Field{Name: field.Line(i), Autocomplete: o.autocomplete(field), Type: "email", Max: 254}
	if field.Type == crm.PhonesField {
		out.Type, out.Max = "tel", 40
	}
	out.Label = f.T("crm.field."+field.Name+".line", civic.Args{"Number": i + 1})
	return out
}

// label returns what the field is called; the person reads "Lingua in cui ricevere i messaggi" where the desk
// has less room.
func (o Look) label(f ui.Form, field crm.Field) string {
	if own := "crm.profile." + field.Name; o.Own && f.L.Has(own) {
		return f.T(own)
	}
	return Label(f.L, field)
}

func (o Look) autocomplete(field crm.Field) string {
	switch {
	case !o.Own:
		return "off"
	case field.Type == crm.TextField || field.Lines():
		return field.Autocomplete
	}
	return ""
}
