package hours

import (
	"net/http"
	"strconv"
	"time"

	"ascolto/crm/hours"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// listPage is when each office works today.
type listPage struct {
	Rows []row
}

// row is an office, or the town.
type row struct {
	ID       civic.ID
	Name     string
	Week     hours.Week
	Own      bool // it keeps hours of its own, which have begun
	Closures int  // that are not over
}

// list shows when each office works today.
func (p *Pages) list(r *page.Request) error {
	book, err := p.Hours.Book(r.Context())
	if err != nil {
		return err
	}
	offices, err := p.Reference.Offices(r.Context())
	if err != nil {
		return err
	}
	view := listPage{Rows: []row{rowOf(book, hours.Town, r.T("hours.town"))}}
	for _, o := range offices {
		if !o.Inactive {
			view.Rows = append(view.Rows, rowOf(book, o.ID, o.Name))
		}
	}
	return r.Page(http.StatusOK, hoursList(r.Frame(r.T("hours.title")), view))
}

func rowOf(book hours.Book, id civic.ID, name string) row {
	h, _ := book.Hours(id)
	today := requestview.Today()
	o := row{ID: id, Name: name, Week: book.Week(id, civic.Now())}
	o.Own = len(h.Weeks) > 0 && h.Weeks[0].From <= today
	for _, c := range h.Closures {
		if c.Until >= today {
			o.Closures++
		}
	}
	return o
}

// editPage is the hours of an office, or of the town, and what can be changed of them.
type editPage struct {
	hours.Hours
	Town    bool
	Today   string
	Week    ui.Form
	Closure ui.Form
	Patron  ui.Form
	Tokens  ui.Form
}

// The forms of the page.
type formName string

const (
	weekForm    formName = "week"
	closureForm formName = "closure"
	patronForm  formName = "patron"
)

// edit shows the hours of an office.
func (p *Pages) edit(r *page.Request) error { return p.show(r, http.StatusOK, "", ui.Form{}) }

// show shows the hours of an office; form is the one that came back.
func (p *Pages) show(r *page.Request, status int, refused formName, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := editPage{Town: id == hours.Town, Today: requestview.Today()}
	if view.Hours, err = p.Hours.Hours(r.Context(), id); err != nil {
		return err
	}
	title := r.T("hours.town")
	if !view.Town {
		office, err := p.Reference.Office(r.Context(), id)
		if err != nil {
			return err
		}
		title = office.Name
	}
	rev := strconv.FormatInt(view.Revision, 10)
	book, err := p.Hours.Book(r.Context())
	if err != nil {
		return err
	}
	week, today := ui.Prefill("rev", rev, "from", view.Today), book.Week(id, civic.Now())
	for _, day := range hours.Weekdays() {
		week.Set(hours.WeekdayField(day), hours.Text(today.Of(day)))
	}
	view.Week, view.Closure = r.NewForm(week), r.NewForm(ui.Prefill("rev", rev))
	view.Patron = r.NewForm(ui.Prefill("rev", rev, "patron", patronText(view.Hours.Patron)))
	view.Tokens = r.NewForm(nil)
	switch refused {
	case weekForm:
		view.Week = form
	case closureForm:
		view.Closure = form
	case patronForm:
		view.Patron = form
	}
	view.Week, view.Closure = view.Week.Named(string(weekForm)), view.Closure.Named(string(closureForm))
	view.Patron = view.Patron.Named(string(patronForm))
	f := r.Frame(title).With(r.T("hours.title"), hoursPath)
	return r.Page(status, hoursForm(f, view))
}

// patronText returns a stored day of the patron as it is typed: of "01-31" it is "31/01".
func patronText(stored string) string {
	at, err := time.Parse("01-02", stored)
	if err != nil {
		return ""
	}
	return at.Format("02/01")
}

// saved ends what a form did: it leads back to the office's hours, or shows the form again.
func (p *Pages) saved(r *page.Request, form *page.Form, name formName, err error) error {
	if again, ok := form.Again(err); ok {
		id, missing := r.ID("id")
		if missing != nil {
			return missing
		}
		now, missing := p.Hours.Hours(r.Context(), id)
		if missing != nil {
			return missing
		}
		again = deskui.Overtaken(again, err, now.Revision)
		return p.show(r, http.StatusUnprocessableEntity, name, again)
	}
	if err != nil {
		return err
	}
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return r.Redirect(officePath(id), civic.Msg("hours.saved"))
}

// saveWeek has an office work by a week from a day on.
func (p *Pages) saveWeek(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	typed := map[time.Weekday]string{}
	for _, day := range hours.Weekdays() {
		typed[day] = form.Line(hours.WeekdayField(day), 100)
	}
	revision := deskui.Revision(form)
	w, err := hours.NewWeek(form.String("from"), typed, form.Bool(hours.ClosedField))
	if wrong := form.Err(); wrong != nil {
		err = wrong
	}
	if err == nil {
		_, err = p.Hours.SaveWeek(r.Context(), r.Actor, id, revision, w)
	}
	return p.saved(r, form, weekForm, err)
}

// removeWeek takes back the week that begins on a day.
func (p *Pages) removeWeek(r *page.Request) error {
	return p.change(r, weekForm, func(id civic.ID, form *page.Form) error {
		_, err := p.Hours.RemoveWeek(r.Context(), r.Actor, id, deskui.Revision(form), form.String("from"))
		return err
	})
}

// saveClosure closes an office for some days.
func (p *Pages) saveClosure(r *page.Request) error {
	return p.change(r, closureForm, func(id civic.ID, form *page.Form) error {
		_, err := p.Hours.SaveClosure(r.Context(), r.Actor, id, deskui.Revision(form), closureOf(form))
		return err
	})
}

// removeClosure takes a closure back.
func (p *Pages) removeClosure(r *page.Request) error {
	return p.change(r, closureForm, func(id civic.ID, form *page.Form) error {
		_, err := p.Hours.RemoveClosure(r.Context(), r.Actor, id, deskui.Revision(form), closureOf(form))
		return err
	})
}

// savePatron says on which day the town keeps its patron's.
func (p *Pages) savePatron(r *page.Request) error {
	return p.change(r, patronForm, func(id civic.ID, form *page.Form) error {
		if id != hours.Town {
			return civic.NewError(civic.NotFound, "error.not_found")
		}
		_, err := p.Hours.SavePatron(r.Context(), r.Actor, deskui.Revision(form), form.String("patron"))
		return err
	})
}

func closureOf(form *page.Form) hours.Closure {
	return hours.Closure{From: form.String("from"), Until: form.String("until"),
		Reason: form.Line("reason", 120)}
}

// change does what a form says to the hours of an office.
func (p *Pages) change(r *page.Request, name formName, do func(civic.ID, *page.Form) error) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	done := do(id, form)
	if err := form.Err(); err != nil {
		done = err
	}
	return p.saved(r, form, name, done)
}
