package requests

import (
	"net/http"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// claim notes that the reader begins to write an answer, or does not write it any more, and shows the request
// again: with the form of the answer, or with who else is writing one.
func (p *Pages) claim(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	if form.String("do") == "release" {
		if err := p.Requests.Unclaim(r.Context(), r.Actor, id); err != nil {
			return err
		}
		return r.Redirect(keptPath(id, r.Queries()), civic.Msg("requests.claim.released"))
	}
	act := requests.Act(form.String("act"))
	_, err = p.Requests.Claim(r.Context(), r.Actor, id, act, form.Bool(requests.FieldOver))
	if again, ok := form.Again(err); ok {
		return p.show(r, http.StatusUnprocessableEntity, act, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(keptPath(id, r.Queries()) + "#passi")
}
