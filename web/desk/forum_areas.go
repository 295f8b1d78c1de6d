package desk

import (
	"cmp"
	"context"
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/visit"
)

// saveArea reads the form of an area and stores it; slug is that of the area in the path, empty for a new one.
func (p *Pages) saveArea(v *visit.Visit, slug string, save func(context.Context, civic.Actor, forum.AreaInput) (forum.Area, error)) error {
	form := v.Form()
	in := forum.AreaInput{
		FormKey: string(form.Key()), Slug: form.String("slug"), Name: form.String("name"), Description: form.String("description"),
		District: form.ID("district"), Office: form.ID("office"), AnswerDays: form.Int("answer_days"), Order: form.Int("order"),
		Closed: form.Bool("closed"), Revision: int64(form.Int("revision")),
		Shown: form.Line("shown", merge.MaxShown),
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
	again, clashes, ok := visit.Clash(form, err, areaShows(v, r))
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		return p.showArea(v, http.StatusUnprocessableEntity, forumAreaPage{Form: again, Slug: slug, Clashes: clashes})
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/forum/areas", civic.Msg("forum.desk.area.done"))
}

// areaShows returns how the form shows an area.
func areaShows(v *visit.Visit, r reference) visit.Shows[forum.Area] {
	return visit.Shows[forum.Area]{Values: areaValues, Field: func(name string, of forum.Area) (label, value string) {
		value = areaValues(of).Get(name)
		switch name {
		case "district":
			label, value = v.T("forum.desk.area.district"), cmp.Or(r.DistrictName(of.District), v.T("forum.desk.area.city"))
		case "office":
			label, value = v.T("forum.desk.area.office"), cmp.Or(r.OfficeName(of.Office), v.T("forum.desk.area.no_office"))
		case "answer_days":
			label = v.T("forum.desk.area.days")
		case "closed":
			label, value = v.T("forum.desk.area.state"), v.T(map[bool]string{false: "forum.desk.area.open", true: "forum.desk.area.closed"}[of.Closed])
		default:
			label = v.T("forum.desk.area." + name)
		}
		return label, value
	}}
}
