package forum

import (
	"cmp"
	"context"
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
)

// saveArea reads the form of an area and stores it; slug is that of the area in the path, empty for a new
// one.
func (p *Pages) saveArea(req *page.Request, slug string,
	save func(context.Context, civic.Actor, forum.AreaInput) (forum.Area, error)) error {
	form := req.Form()
	in := forum.AreaInput{
		FormKey: string(form.Key()), Slug: form.String("slug"), Name: form.String("name"),
		Description: form.String("description"),
		District:    form.ID("district"), Office: form.ID("office"), AnswerDays: form.Int("answer_days"),
		Order:  form.Int("order"),
		Closed: form.Bool("closed"), Revision: int64(form.Int("revision")),
		Shown: form.Line("shown", merge.MaxShown),
	}
	if slug != "" {
		in.Slug = slug
	}
	r, err := deskui.ReadReference(req, p.Reference)
	if err != nil {
		return err
	}
	if in.District != "" && !r.HasDistrict(in.District) {
		form.Problem("district", "error.choice")
	}
	if in.Office != "" && !r.HasOffice(in.Office) {
		form.Problem("office", "error.choice")
	}
	err = form.Err()
	if err == nil {
		_, err = save(req.Context(), req.Actor, in)
	}
	again, clashes, ok := page.ConflictForm(form, err, areaShows(req, r))
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		return p.showArea(req, http.StatusUnprocessableEntity,
			forumAreaPage{Form: again, Slug: slug, Clashes: clashes})
	}
	if err != nil {
		return err
	}
	return req.Redirect("/desk/forum/areas", civic.Msg("forum.desk.area.done"))
}

// areaShows returns how the form shows an area.
func areaShows(req *page.Request, r deskui.Reference) page.ConflictView[forum.Area] {
	return page.ConflictView[forum.Area]{
		Values: areaValues, Field: func(name string, of forum.Area) (label, value string) {
			value = areaValues(of).Get(name)
			switch name {
			case "district":
				label, value = req.T("forum.desk.area.district"),
					cmp.Or(r.DistrictName(of.District), req.T("forum.desk.area.city"))
			case "office":
				label, value = req.T("forum.desk.area.office"),
					cmp.Or(r.OfficeName(of.Office), req.T("forum.desk.area.no_office"))
			case "answer_days":
				label = req.T("forum.desk.area.days")
			case "closed":
				label, value = req.T("forum.desk.area.state"),
					req.T(map[bool]string{false: "forum.desk.area.open",
						true: "forum.desk.area.closed"}[of.Closed])
			default:
				label = req.T("forum.desk.area." + name)
			}
			return label, value
		}}
}
