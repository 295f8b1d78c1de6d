package requests

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ascolto/crm/requests"
	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// proceduresPage lists what can be asked for.
type proceduresPage struct {
	Items     []requests.Procedure
	Reference deskui.Reference
	Today     string
}

// procedures lists what can be asked for, and by which rules.
func (p *Pages) procedures(r *page.Request) (err error) {
	view := proceduresPage{Today: requestview.Today()}
	if view.Items, err = p.Requests.Procedures(r.Context()); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	return r.Page(http.StatusOK, procedureList(r.Frame(r.T("requests.procedures.title")), view))
}

// procedurePage is the form of a new version of a procedure, or of a new procedure.
type procedurePage struct {
	requests.Procedure
	Form      ui.Form
	Clashes   []ui.Clash
	Reference deskui.Reference
}

// planned reports whether a version of the procedure has not begun.
func (p procedurePage) planned() bool {
	return slices.ContainsFunc(p.Versions, func(v requests.Version) bool {
		return !v.Withdrawn() && !v.Begun(requestview.Today())
	})
}

// newProcedure shows the form of a procedure.
func (p *Pages) newProcedure(r *page.Request) error {
	values := ui.Prefill("from", requestview.Today(), "length", "30", "unit", string(term.Days), "silence",
		string(requests.SilenceDelay), "stops", string(term.Information))
	return p.showProcedure(r, http.StatusOK, procedurePage{Form: r.NewForm(values)})
}

// editProcedure shows the form with what holds now, to be changed from a day on.
func (p *Pages) editProcedure(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	procedure, err := p.Requests.Procedure(r.Context(), id)
	if err != nil {
		return err
	}
	next := procedure.Latest().Next(requestview.Today())
	return p.showProcedure(r, http.StatusOK,
		procedurePage{Procedure: procedure, Form: r.NewForm(versionValues(next))})
}

// versionValues returns the form of a version.
func versionValues(v requests.Version) url.Values {
	values := ui.Prefill("shown", v.Shown(), "from", v.From, "until", v.Until, "office", string(v.Office),
		"substitute", v.Substitute, "length", strconv.Itoa(v.Term.Length), "unit", string(v.Term.Unit),
		"basis", v.Basis, "no_notice", v.NoNotice, "silence", string(v.Silence))
	ui.PrefillText(values, "name", v.Name)
	ui.PrefillText(values, "description", v.Description)
	ui.PrefillText(values, "documents", v.Documents)
	ui.PrefillText(values, "fee", v.Fee)
	for _, k := range v.Stops {
		values.Add("stops", string(k))
	}
	for name, h := range map[string]int{"first_hours": v.FirstHours, "solution_hours": v.SolutionHours} {
		if h > 0 {
			values.Set(name, strconv.Itoa(h))
		}
	}
	for name, is := range map[string]bool{"motivated": v.Motivated, "publishes": v.Publishes} {
		if is {
			values.Set(name, "1")
		}
	}
	return values
}

func (p *Pages) showProcedure(r *page.Request, status int, view procedurePage) (err error) {
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	title := r.T("requests.procedure.new")
	if view.ID != "" {
		title = view.Latest().Name.In(string(r.Lang))
	}
	f := r.Frame(title).With(r.T("requests.procedures.title"), proceduresPath)
	return r.Page(status, procedureForm(f, view))
}

// readVersion reads the form of a version.
func readVersion(form *page.Form) requests.Version {
	v := requests.Version{
		From: form.String("from"), Until: form.String("until"), Name: form.Lines("name", 120),
		Description: form.Texts("description", 2000), Documents: form.Texts("documents", 2000),
		Fee: form.Texts("fee", 2000), Office: form.ID("office"), Substitute: form.Line("substitute", 300),
		Rules: requests.Rules{
			Term:  term.Term{Length: form.Number("length"), Unit: term.Unit(form.String("unit"))},
			Basis: form.Line("basis", 300), NoNotice: form.Line("no_notice", 300),
			Silence:   requests.Silence(form.String("silence")),
			Motivated: form.Bool("motivated"), Publishes: form.Bool("publishes"),
			FirstHours: form.Int("first_hours"), SolutionHours: form.Int("solution_hours"),
		},
		Base: form.Line("shown", merge.MaxShown),
	}
	for _, k := range form.Strings("stops") {
		v.Stops = append(v.Stops, term.Kind(k))
	}
	return v
}

// createProcedure stores a new procedure.
func (p *Pages) createProcedure(r *page.Request) error { return p.save(r, requests.Procedure{}) }

// saveProcedure adds a version to a procedure.
func (p *Pages) saveProcedure(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	procedure, err := p.Requests.Procedure(r.Context(), id)
	if err != nil {
		return err
	}
	return p.save(r, procedure)
}

func (p *Pages) save(r *page.Request, procedure requests.Procedure) error {
	form := r.Form()
	v := readVersion(form)
	err := form.Err()
	if err == nil {
		_, err = p.Requests.SaveProcedure(r.Context(), r.Actor, string(form.Key()), procedure.ID, 0, v)
	}
	if err == nil {
		return r.Redirect(proceduresPath, civic.Msg("requests.procedure.saved"))
	}
	show, missing := p.versionShows(r)
	if missing != nil {
		return missing
	}
	again, clashes, ok := page.ConflictForm(form, err, show)
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		return p.showProcedure(r, http.StatusUnprocessableEntity,
			procedurePage{Procedure: procedure, Form: again, Clashes: clashes})
	}
	return err
}

// withdrawVersion takes back a version that has not begun.
func (p *Pages) withdrawVersion(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	number := form.Int("version")
	if err := form.Err(); err != nil {
		return err
	}
	if _, err := p.Requests.WithdrawVersion(r.Context(), r.Actor, id, number); err != nil {
		return err
	}
	return r.Redirect(procedurePath(id), civic.Message{Key: "requests.procedure.withdrawn_done",
		Args: civic.Args{"Number": number}})
}

// unitOptions lists the units of terms.
func unitOptions(f ui.Frame) []ui.Option {
	var all []ui.Option
	for _, u := range []term.Unit{term.Days, term.Months, term.WorkingDays} {
		all = append(all, ui.Option{Value: string(u), Label: f.T("requests.unit." + string(u))})
	}
	return all
}

// silenceOptions lists what it can mean that nobody answered.
func silenceOptions(f ui.Frame) []ui.Option {
	var all []ui.Option
	for _, s := range requests.Silences() {
		all = append(all, ui.Option{Value: string(s), Label: f.T(s.Word())})
	}
	return all
}

// stopOptions lists what can stop a term.
func stopOptions(f ui.Frame) []ui.Option {
	var all []ui.Option
	for _, k := range requests.Stops() {
		all = append(all, ui.Option{Value: string(k), Label: f.T("term.cause." + string(k))})
	}
	return all
}

// validity says from when to when a version holds.
func validity(f ui.Frame, v requests.Version) string {
	if v.Until == "" {
		return f.T("requests.procedure.from", civic.Args{"From": deskui.DayText(f.L, v.From)})
	}
	return f.T("requests.procedure.from_until", civic.Args{"From": deskui.DayText(f.L, v.From),
		"Until": deskui.DayText(f.L, v.Until)})
}

// action returns where the form of a procedure goes.
func action(p procedurePage) string {
	if p.ID == "" {
		return proceduresPath
	}
	return procedurePath(p.ID)
}
