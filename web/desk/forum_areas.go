package desk

import (
	"context"
	"net/http"
	"strconv"

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
	var stored edition
	if slug != "" && civic.CodeOf(err) == civic.Conflict {
		var readErr error
		if stored, readErr = p.storedArea(v, r, in); readErr != nil {
			return readErr
		}
	}
	if again, changed, ok := stored.again(form, err); ok {
		return p.showArea(v, http.StatusUnprocessableEntity, forumAreaPage{Form: again, Slug: slug, Changed: changed})
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/forum/areas", civic.Msg("forum.desk.area.done"))
}

// storedArea returns what is stored of an area beside what its form says.
func (p *Pages) storedArea(v *visit.Visit, r reference, in forum.AreaInput) (edition, error) {
	a, err := p.Forum.Area(v.Context(), civic.ID(in.Slug))
	if err != nil {
		return edition{}, err
	}
	state := func(closed bool) string {
		if closed {
			return v.T("forum.desk.area.closed")
		}
		return v.T("forum.desk.area.open")
	}
	district, office := v.T("forum.desk.area.city"), v.T("forum.desk.area.no_office")
	if a.District != "" {
		district = r.DistrictName(a.District)
	}
	if a.Office != "" {
		office = r.OfficeName(a.Office)
	}
	return edition{revision: a.Revision, fields: []compared{
		{label: v.T("forum.desk.area.name"), stored: a.Name, typed: in.Name},
		{label: v.T("forum.desk.area.description"), stored: a.Description, typed: in.Description},
		{label: v.T("forum.desk.area.district"), stored: string(a.District), typed: string(in.District), words: district},
		{label: v.T("forum.desk.area.office"), stored: string(a.Office), typed: string(in.Office), words: office},
		{label: v.T("forum.desk.area.days"), stored: strconv.Itoa(a.AnswerDays), typed: strconv.Itoa(in.AnswerDays)},
		{label: v.T("forum.desk.area.order"), stored: strconv.Itoa(a.Order), typed: strconv.Itoa(in.Order)},
		{label: v.T("forum.desk.area.state"), stored: state(a.Closed), typed: state(in.Closed)},
	}}, nil
}
