package hours

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ascolto/crm/hours"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// saveWeek has an office work by a week from a day on.
func (p *Pages) saveWeek(r *page.Request) error {
	return p.save(r, weekForm, func(id civic.ID, form *page.Form) error {
		typed, shown := map[time.Weekday]string{}, shown(form)
		for _, day := range hours.Weekdays() {
			typed[day] = form.Line(hours.WeekdayField(day), 100)
		}
		w, err := hours.NewWeek(form.String("from"), typed, form.Bool(hours.ClosedField))
		if err = cmp.Or(form.Err(), err); err == nil {
			_, err = p.Hours.SaveWeek(r.Context(), r.Actor, id, shown, w)
		}
		return err
	})
}

// removeWeek takes back the week that begins on a day.
func (p *Pages) removeWeek(r *page.Request) error {
	return p.remove(r, func(id civic.ID, form *page.Form) error {
		shown, from := shown(form), form.String("from")
		err := form.Err()
		if err == nil {
			_, err = p.Hours.RemoveWeek(r.Context(), r.Actor, id, shown, from)
		}
		return err
	})
}

// saveClosure closes an office for some days.
func (p *Pages) saveClosure(r *page.Request) error {
	return p.save(r, closureForm, func(id civic.ID, form *page.Form) error {
		closure := closureOf(form)
		err := form.Err()
		if err == nil {
			_, err = p.Hours.SaveClosure(r.Context(), r.Actor, id, closure)
		}
		return err
	})
}

// removeClosure takes a closure back.
func (p *Pages) removeClosure(r *page.Request) error {
	return p.remove(r, func(id civic.ID, form *page.Form) error {
		closure := closureOf(form)
		err := form.Err()
		if err == nil {
			_, err = p.Hours.RemoveClosure(r.Context(), r.Actor, id, closure)
		}
		return err
	})
}

// savePatron says on which day the town keeps its patron's.
func (p *Pages) savePatron(r *page.Request) error {
	return p.save(r, patronForm, func(id civic.ID, form *page.Form) error {
		if id != hours.Town {
			return civic.NewError(civic.NotFound, "error.not_found")
		}
		shown, day := shown(form), form.String(hours.PatronField)
		err := form.Err()
		if err == nil {
			_, err = p.Hours.SavePatron(r.Context(), r.Actor, shown, day)
		}
		return err
	})
}

// shown returns what the page carried of the hours that it showed.
func shown(form *page.Form) string { return form.Line("shown", merge.MaxShown) }

func closureOf(form *page.Form) hours.Closure {
	return hours.Closure{From: form.String("from"), Until: form.String("until"),
		Reason: form.Line("reason", 120)}
}

// save does what a form says to the hours of an office and leads back to them, or shows the form again.
func (p *Pages) save(r *page.Request, name formName, do func(civic.ID, *page.Form) error) error {
	return p.change(r, do, func(form *page.Form, err error) error {
		view := editPage{refusal: refusal{Form: name}}
		again, clashes, ok := page.ConflictForm(form, err, hoursShow(r, form))
		if !ok {
			again, ok = form.Again(err)
		}
		if !ok {
			return err
		}
		view.Clashes = clashes
		for n, c := range clashes {
			if _, week := hours.WeekFrom(c.Field); week {
				view.Clashes[n].Field = "from" // the field of the form that says which week it is
			}
		}
		return p.show(r, http.StatusUnprocessableEntity, view, again)
	})
}

// remove does what a button says that takes something away from the hours of an office and leads back to
// them; what is refused is said above the page as it is now.
func (p *Pages) remove(r *page.Request, do func(civic.ID, *page.Form) error) error {
	return p.change(r, do, func(form *page.Form, err error) error {
		view, ok := editPage{}, false
		if _, clashes, clash := page.ConflictForm(form, err, hoursShow(r, form)); clash {
			view.Refused, ok = removedClash(r, clashes), true
		} else if fault, known := errors.AsType[*civic.Error](err); known && fault.Code == civic.Invalid {
			view.Refused, ok = r.L.Message(fault.Message), true
		}
		if !ok {
			return err
		}
		return p.show(r, http.StatusUnprocessableEntity, view, ui.Form{})
	})
}

// removedClash says that what was to be taken away was changed meanwhile, by whom and how it is now.
func removedClash(r *page.Request, clashes []ui.Clash) string {
	said := deskui.Each(clashes, func(c ui.Clash) string {
		return strings.TrimSpace(c.Label + ": " + c.Theirs + ". " + c.Who)
	})
	return r.T("hours.error.changed", civic.Args{"Now": strings.Join(said, " ")})
}

// change does something to the hours of an office that the address names and leads back to them; refused says
// what becomes of what is not done.
func (p *Pages) change(
	r *page.Request, do func(civic.ID, *page.Form) error, refused func(*page.Form, error) error,
) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	if err := do(id, form); err != nil {
		return refused(form, err)
	}
	return r.Redirect(officePath(id), civic.Msg("hours.saved"))
}

// hoursShow returns how the page shows hours that clash: what was typed stays in the form.
func hoursShow(r *page.Request, form *page.Form) page.ConflictView[hours.Hours] {
	return page.ConflictView[hours.Hours]{
		Values: func(hours.Hours) url.Values { return form.Values() },
		Field: func(name string, of hours.Hours) (label, value string) {
			from, ok := hours.WeekFrom(name)
			if !ok {
				return r.T("hours.patron_day"), patronText(of.Patron)
			}
			since := r.T("hours.always")
			if from != "" {
				since = deskui.DayText(r.L, from)
			}
			if w, ok := of.Starting(from); ok {
				value = strings.Join(requestview.WeekLines(r.L, w), "; ")
			}
			return r.T("hours.week_since", civic.Args{"Day": since}), value
		}}
}
