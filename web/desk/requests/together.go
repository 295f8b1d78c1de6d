package requests

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// together are the acts that can be done to several requests at once, in the order of the buttons.
var together = []requests.Act{requests.ActTake, requests.ActAssign, requests.ActForward}

// togetherPage is what is about to be done to several requests, or what could not be.
type togetherPage struct {
	Act        requests.Act
	Items      []requests.Request
	Why        map[civic.ID]string // of those that stayed as they were
	Done       int                 // how many did not
	People     map[civic.ID]crm.Mark
	Colleagues []ui.Option
	Reference  deskui.Reference
	Form       ui.Form
}

// chooseTogether shows the requests that were ticked in the queue, with the form of what is done to them.
func (p *Pages) chooseTogether(r *page.Request) error {
	var ids []civic.ID
	for _, typed := range r.Queries()["id"] {
		id, err := civic.ParseID(typed)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if r.Query("act") == string(requests.ActGroup) {
		return p.showGroupForm(r, http.StatusOK, ids, r.NewForm(nil))
	}
	act := requests.Act(cmp.Or(r.Query("act"), string(together[0]))) // sent by a key, not by a button
	if !slices.Contains(together, act) {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	form := r.NewForm(ui.Prefill("responsible", string(r.Actor.Account)))
	return p.showTogether(r, http.StatusOK, ids, togetherPage{Act: act, Form: form})
}

func (p *Pages) showTogether(r *page.Request, status int, ids []civic.ID, view togetherPage) (err error) {
	ctx := r.Context()
	if view.Items, err = p.Requests.Some(ctx, r.Actor, ids); err != nil {
		return err
	}
	if err := p.CRM.Shown(ctx, r.Actor, len(view.Items)); err != nil {
		return err
	}
	if view.People, err = p.applicants(r, view.Items); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	if view.Colleagues, err = p.colleaguesOf(r, view.Items); err != nil {
		return err
	}
	f := r.Frame(r.T(view.Act.Word())).With(r.T("requests.desk.title"), queuePath)
	return r.Page(status, togetherForm(f, view))
}

// colleaguesOf lists those of the offices of some requests: to each is given what its own office has.
func (p *Pages) colleaguesOf(r *page.Request, some []requests.Request) ([]ui.Option, error) {
	var view requestPage
	asked := map[civic.ID]bool{}
	for _, q := range some {
		if asked[q.Office] {
			continue
		}
		asked[q.Office] = true
		colleagues, err := p.Requests.Responsible(r.Context(), r.Actor, q)
		if err != nil {
			return nil, err
		}
		for _, c := range colleagues {
			if !slices.ContainsFunc(view.Colleagues, func(o crm.Colleague) bool { return o.ID == c.ID }) {
				view.Colleagues = append(view.Colleagues, c)
			}
		}
	}
	return view.colleagueOptions(), nil
}

// moveTogether does something to several requests. Those to which it cannot be done are shown again, each
// with the reason.
func (p *Pages) moveTogether(r *page.Request) error {
	form := r.Form()
	ids := form.IDs("id")
	in := requests.MoveInput{FormKey: string(form.Key()), Act: requests.Act(form.String("act")),
		Reason: form.Text("reason", 1000), Office: form.ID("office"), Responsible: form.ID("responsible")}
	if !slices.Contains(together, in.Act) {
		return civic.NewError(civic.NotFound, "error.not_found")
	}
	if in.Act == requests.ActAssign && in.Responsible == "" {
		form.Problem("responsible", "error.required")
	}
	if in.Act == requests.ActForward && in.Office == "" {
		form.Problem("office", "error.required")
	}
	err := form.Err()
	var unmoved []requests.Unmoved
	if err == nil {
		unmoved, err = p.Requests.MoveEach(r.Context(), r.Actor, ids, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showTogether(r, http.StatusUnprocessableEntity, ids, togetherPage{Act: in.Act, Form: again})
	}
	if err != nil {
		return err
	}
	done := len(ids) - len(unmoved)
	if len(unmoved) == 0 {
		return r.Redirect(queuePath, civic.Message{Key: "requests.together.done", Args: civic.Args{"Count": done}})
	}
	view := togetherPage{Act: in.Act, Why: map[civic.ID]string{}, Done: done,
		Form: r.NewForm(ui.Prefill("responsible", string(in.Responsible), "office", string(in.Office),
			"reason", in.Reason))}
	var left []civic.ID
	for _, u := range unmoved {
		left = append(left, u.ID)
		view.Why[u.ID] = reasonText(r.L, u.Err)
	}
	return p.showTogether(r, http.StatusConflict, left, view)
}

// reasonText says why something was refused.
func reasonText(l *locale.Localizer, err error) string {
	var e *civic.Error
	if !errors.As(err, &e) {
		return l.T("error.internal")
	}
	if len(e.Fields) == 0 {
		return l.Message(e.Message)
	}
	reasons := make([]string, len(e.Fields))
	for n, f := range e.Fields {
		reasons[n] = l.Message(f.Message)
	}
	return strings.Join(reasons, " ")
}

// headings are those of the list; that of the reasons when there are some.
func (p togetherPage) headings(f ui.Frame) []string {
	all := []string{f.T("requests.field.due"), f.T("requests.field.number"), f.T("requests.field.subject"),
		f.T("requests.field.applicant"), f.T("requests.field.state"), f.T("requests.who")}
	if len(p.Why) > 0 {
		all = append(all, f.T("requests.together.why"))
	}
	return all
}
