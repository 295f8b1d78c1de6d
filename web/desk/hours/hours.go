package hours

import (
	"net/http"
	"time"

	"ascolto/crm/hours"
	"ascolto/internal/civic"
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
	Refused string // why something was not taken away
	refusal
}

// refusal is what a form that came back says of what others changed meanwhile.
type refusal struct {
	Clashes []ui.Clash
	Form    formName // which form it is
}

// The forms of the page.
type formName string

const (
	weekForm    formName = "week"
	closureForm formName = "closure"
	patronForm  formName = "patron"
)

// edit shows the hours of an office.
func (p *Pages) edit(r *page.Request) error { return p.show(r, http.StatusOK, editPage{}, ui.Form{}) }

// show shows the hours of an office; form is the one that came back.
func (p *Pages) show(r *page.Request, status int, view editPage, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view.Town, view.Today = id == hours.Town, requestview.Today()
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
	book, err := p.Hours.Book(r.Context())
	if err != nil {
		return err
	}
	week, today := ui.Prefill("shown", view.Shown(), "from", view.Today), book.Week(id, civic.Now())
	for _, day := range hours.Weekdays() {
		week.Set(hours.WeekdayField(day), hours.Text(today.Of(day)))
	}
	view.Week, view.Closure = r.NewForm(week), r.NewForm(nil)
	view.Patron = r.NewForm(ui.Prefill("shown", view.Shown(), hours.PatronField, patronText(view.Hours.Patron)))
	view.Tokens = r.NewForm(nil)
	switch view.Form {
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
