package desk

import (
	"context"
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/visit"
)

// saveArea reads the form of an area and stores it; slug is that of the area in the path, empty for a new one.
func (p *Pages) saveArea(v *visit.Visit, slug string, save func(context.Context, civic.Actor, forum.AreaInput) (forum.Area, error)) error {
	form := v.Form()
	in := forum.AreaInput{
		FormKey: string(form.Key()), Slug: form.String("slug"), Name: form.String("name"), Description: form.String("description"),
		District: form.ID("district"), Office: form.ID("office"), AnswerDays: form.Int("answer_days"), Order: form.Int("order"),
		Closed: form.Bool("closed"), Revision: int64(form.Int("revision")),
	}
	if slug != "" {
		in.Slug = slug
	}
	r, err := p.reference(v)
	if err != nil {
		return err
	}
	if in.District != "" && !r.hasDistrict(in.District) {
		form.Problem("district", "error.choice")
	}
	if in.Office != "" && !r.hasOffice(in.Office) {
		form.Problem("office", "error.choice")
	}
	err = form.Err()
	if err == nil {
		_, err = save(v.Context(), v.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showArea(v, http.StatusUnprocessableEntity, forumAreaPage{Form: again, Slug: slug})
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/forum/areas", civic.Msg("forum.desk.area.done"))
}
