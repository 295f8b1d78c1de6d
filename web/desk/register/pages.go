// Package register has the documents on their way to the municipality's register, as those look at them who
// look after procedures: what waits, what was refused and why.
package register

import (
	"net/http"
	"slices"

	"ascolto/crm/requests"
	"ascolto/crm/requests/register"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// Pages answers the requests about documents that are registered.
type Pages struct {
	Register *register.Service
}

// The addresses.
const (
	listPath     = "/desk/register"
	retryPath    = listPath + "/retry"
	requestsPath = "/desk/requests"
)

// Routes returns who may ask for what of documents that are registered.
func Routes(p *Pages) []page.Route {
	return []page.Route{
		page.Get(listPath, requests.PermWriteProcedures, p.list),
		page.Post(retryPath, requests.PermWriteProcedures, p.retry),
	}
}

// listPage is the list of documents.
type listPage struct {
	Connected bool
	State     string
	Status    register.Status
	Items     []register.Entry
	Form      ui.Form
	Paging    ui.Paging
}

// list lists documents.
func (p *Pages) list(r *page.Request) (err error) {
	view := listPage{Connected: p.Register.Connected(), State: r.Query("state"), Form: r.NewForm(nil)}
	var state register.State
	if slices.Contains(register.States(), register.State(view.State)) {
		state = register.State(view.State)
	}
	if view.Status, err = p.Register.Status(r.Context(), r.Actor); err != nil {
		return err
	}
	all, err := p.Register.List(r.Context(), r.Actor, state, deskui.Rows(r))
	if err != nil {
		return err
	}
	view.Items, view.Paging = all.Items, ui.PagingBy(listPath, r.Queries(), all.Next)
	return r.Page(http.StatusOK, entryList(r.Frame(r.T("register.title")), view))
}

// retry has a document tried again.
func (p *Pages) retry(r *page.Request) error {
	form := r.Form()
	id := form.ID("id")
	if err := form.Err(); err != nil {
		return err
	}
	e, err := p.Register.Retry(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Redirect(listPath, civic.Message{Key: "register.retried", Args: civic.Args{"Number": e.Number}})
}

// retried reports whether a document can be had tried again.
func (p listPage) retried(e register.Entry) bool {
	return p.Connected && (e.State == register.Refused || e.State == register.Waiting && e.Tries > 0)
}

// stateKind returns how the mark of a state looks.
func stateKind(s register.State) string {
	switch s {
	case register.Refused:
		return "danger"
	case register.Waiting:
		return "warning"
	case register.Done:
		return "success"
	}
	return "secondary"
}

// stateOptions lists the states to choose from.
func stateOptions(f ui.Frame) []ui.Option {
	options := []ui.Option{{Label: f.T("register.every_state")}}
	for _, s := range register.States() {
		options = append(options, ui.Option{Value: string(s), Label: f.T(s.Word())})
	}
	return options
}

// direction says whether a document comes in.
func direction(f ui.Frame, e register.Entry) string {
	if e.Incoming {
		return f.T("register.in")
	}
	return f.T("register.out")
}
