package requests

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/internal/textfold"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// stepsPage lists the steps by which requests that wait are brought before more people.
type stepsPage struct {
	Items      []requests.Step
	Procedures map[civic.ID]string
	Staff      map[civic.ID]string
}

// steps lists the steps, by the names of their procedures.
func (p *Pages) steps(r *page.Request) (err error) {
	view := stepsPage{}
	if view.Items, err = p.Requests.Steps(r.Context()); err != nil {
		return err
	}
	if view.Procedures, view.Staff, err = p.stepNames(r); err != nil {
		return err
	}
	slices.SortStableFunc(view.Items, func(a, b requests.Step) int { // those of every procedure are first
		return textfold.Compare(view.Procedures[a.Procedure], view.Procedures[b.Procedure])
	})
	return r.Page(http.StatusOK, stepList(r.Frame(r.T("requests.steps.title")), view))
}

// stepNames returns the names of procedures, and of the staff who can be told.
func (p *Pages) stepNames(r *page.Request) (procedures, staff map[civic.ID]string, err error) {
	all, err := p.Requests.Procedures(r.Context())
	if err != nil {
		return nil, nil, err
	}
	procedures, staff = map[civic.ID]string{}, map[civic.ID]string{}
	for _, procedure := range all {
		procedures[procedure.ID] = procedure.Latest().Name.In(string(r.Lang))
	}
	colleagues, err := p.Requests.Substitutes(r.Context())
	for _, c := range colleagues {
		staff[c.ID] = c.Name
	}
	return procedures, staff, err
}

// stepPage is the form of a step.
type stepPage struct {
	ID         civic.ID
	Kind       requests.StepKind // of a stored one
	Form       ui.Form
	Clashes    []ui.Clash
	Procedures []ui.Option
	Staff      []ui.Option
}

// newStep shows the form of a step.
func (p *Pages) newStep(r *page.Request) error {
	values := ui.Prefill("kind", string(requests.StepBefore), "value", "3", "tell",
		string(requests.ReaderResponsible))
	return p.showStep(r, http.StatusOK, requests.Step{}, r.NewForm(values), nil)
}

// editStep shows the form of a stored step.
func (p *Pages) editStep(r *page.Request) error {
	st, err := p.storedStep(r)
	if err != nil {
		return err
	}
	return p.showStep(r, http.StatusOK, st, r.NewForm(stepValues(st)), nil)
}

// stepValues returns the form of a step.
func stepValues(st requests.Step) url.Values {
	values := ui.Prefill("shown", st.Shown(), "procedure", string(st.Procedure), "kind", string(st.Kind),
		"substitute", string(st.Substitute))
	if st.Value > 0 {
		values.Set("value", strconv.Itoa(st.Value))
	}
	for _, reader := range st.Tell {
		values.Add("tell", string(reader))
	}
	for name, is := range map[string]bool{"urgent": st.Urgent, "off": st.Off} {
		if is {
			values.Set(name, "1")
		}
	}
	return values
}

func (p *Pages) storedStep(r *page.Request) (requests.Step, error) {
	id, err := r.ID("id")
	if err != nil {
		return requests.Step{}, err
	}
	return p.Requests.Step(r.Context(), id)
}

func (p *Pages) showStep(
	r *page.Request, status int, st requests.Step, form ui.Form, clashes []ui.Clash,
) error {
	view := stepPage{ID: st.ID, Kind: st.Kind, Form: form, Clashes: clashes,
		Procedures: []ui.Option{{Label: r.T("requests.steps.every")}},
		Staff:      []ui.Option{{Label: r.T("requests.steps.nobody")}}}
	all, err := p.Requests.Procedures(r.Context())
	if err != nil {
		return err
	}
	for _, procedure := range all {
		view.Procedures = append(view.Procedures, ui.Option{Value: string(procedure.ID),
			Label: procedure.Latest().Name.In(string(r.Lang))})
	}
	colleagues, err := p.Requests.Substitutes(r.Context())
	if err != nil {
		return err
	}
	for _, c := range colleagues {
		view.Staff = append(view.Staff, ui.Option{Value: string(c.ID),
			Label: deskui.ColleagueLabel(colleagues, c.ID, c.Name)})
	}
	title := r.T("requests.steps.new")
	if st.ID != "" {
		title = r.T("requests.steps.one", civic.Args{"Step": requestview.StepWords(r.L, st.Kind, st.Value)})
	}
	f := r.Frame(title).With(r.T("requests.steps.title"), stepsPath)
	return r.Page(status, stepForm(f, view))
}

// createStep stores a new step.
func (p *Pages) createStep(r *page.Request) error { return p.saveStep(r, requests.Step{}) }

// updateStep changes a step.
func (p *Pages) updateStep(r *page.Request) error {
	st, err := p.storedStep(r)
	if err != nil {
		return err
	}
	return p.saveStep(r, st)
}

func (p *Pages) saveStep(r *page.Request, stored requests.Step) error {
	form := r.Form()
	st := requests.Step{Procedure: form.ID("procedure"), Kind: requests.StepKind(form.String("kind")),
		Value: form.Int("value"), Substitute: form.ID("substitute"), Urgent: form.Bool("urgent"),
		Off: form.Bool("off"), Base: form.Line("shown", merge.MaxShown)}
	if form.String("value") == "" {
		st.Value = st.Kind.Usual()
	}
	for _, reader := range form.Strings("tell") {
		st.Tell = append(st.Tell, requests.Reader(reader))
	}
	err := form.Err()
	if err == nil {
		_, err = p.Requests.SaveStep(r.Context(), r.Actor, string(form.Key()), stored.ID, 0, st)
	}
	if err == nil {
		return r.Redirect(stepsPath, civic.Msg("requests.steps.saved"))
	}
	show, missing := p.stepShows(r)
	if missing != nil {
		return missing
	}
	again, clashes, ok := page.ConflictForm(form, err, show)
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		return p.showStep(r, http.StatusUnprocessableEntity, stored, again, clashes)
	}
	return err
}

// stepShows returns how the form shows a step.
func (p *Pages) stepShows(r *page.Request) (page.ConflictView[requests.Step], error) {
	procedures, staff, err := p.stepNames(r)
	return page.ConflictView[requests.Step]{
		Values: stepValues,
		Field: func(name string, of requests.Step) (label, value string) {
			switch name {
			case "kind":
				return r.T("requests.steps.when"), requestview.StepWords(r.L, of.Kind, of.Value)
			case "tell":
				return r.T("requests.steps.told"), deskui.Joined(of.Tell, func(reader requests.Reader) string {
					return r.T("requests.reader." + string(reader))
				})
			case "substitute":
				return r.T("requests.steps.substitute"),
					cmp.Or(staff[of.Substitute], r.T("requests.steps.nobody"))
			case "procedure":
				return r.T("requests.field.procedure"),
					cmp.Or(procedures[of.Procedure], r.T("requests.steps.every"))
			case "urgent":
				return r.T("requests.steps.make_urgent"), yesNo(r, of.Urgent)
			}
			return r.T("requests.steps.make_off"), yesNo(r, of.Off)
		}}, err
}

// yesNo says whether a box is ticked.
func yesNo(r *page.Request, is bool) string {
	if is {
		return r.T("core.yes")
	}
	return r.T("core.no")
}

// stepAction returns where the form of a step goes.
func stepAction(p stepPage) string {
	if p.ID == "" {
		return stepsPath
	}
	return stepPath(p.ID)
}

// told says who is told of a step.
func (p stepsPage) told(f ui.Frame, st requests.Step) string {
	return deskui.Joined(st.Tell, func(reader requests.Reader) string {
		name, named := p.Staff[st.Substitute]
		if reader == requests.ReaderSubstitute && named {
			return f.T("requests.reader.named", civic.Args{"Name": name})
		}
		return f.T("requests.reader." + string(reader))
	})
}

// kindOptions lists when a step can come.
func kindOptions(form ui.Form) []ui.Option {
	return deskui.Options(form, "requests.step_kind.", requests.StepKinds())
}
