package page

import (
	"errors"
	"net/url"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/ui"
)

// ConflictView tells how the form of a document shows it.
type ConflictView[T interface{ Shown() string }] struct {
	Values func(T) url.Values                            // what the form shows of a document
	Field  func(name string, of T) (label, value string) // a field of it in words
}

// ConflictForm returns the form that comes back for a *merge.Conflict[T]: it holds what was typed with what
// only the other one changed, so that saving it once more is on purpose, and the fields that clash, in words.
// It returns false for any other error.
func ConflictForm[T interface{ Shown() string }](form *Form, err error,
	show ConflictView[T]) (ui.Form, []ui.Clash, bool) {
	conflict, ok := errors.AsType[*merge.Conflict[T]](err)
	if !ok {
		return ui.Form{}, nil, false
	}
	again, ok := form.Again(civic.NewError(civic.Conflict, "core.clash.summary"))
	if !ok {
		return ui.Form{}, nil, false
	}
	again.Values = show.Values(conflict.Mine)
	again.Values.Set("shown", conflict.Stored.Shown())
	clashes := make([]ui.Clash, len(conflict.Clashes))
	for i, e := range conflict.Clashes {
		label, theirs := show.Field(e.Field, conflict.Stored)
		_, mine := show.Field(e.Field, conflict.Mine)
		clashes[i] = ui.Clash{Field: e.Field, Label: label, Mine: mine, Theirs: theirs, Who: form.r.who(e)}
	}
	return again, clashes, true
}

// who says who stored a field, and when. The person themselves is told so; of staff, citizens are told that
// it was staff.
func (r *Request) who(e merge.Edit) string {
	when := civic.Args{"Name": e.Name, "When": r.L.DateTime(e.At)}
	switch {
	case e.At.IsZero():
		return ""
	case e.By != "" && e.By == r.Actor.Account:
		return r.T("core.clash.you", when)
	case e.Name == "":
		return r.T("core.clash.citizen", when)
	case !r.Actor.IsStaff():
		return r.T("core.clash.staff", when)
	}
	return r.T("core.clash.who", when)
}
