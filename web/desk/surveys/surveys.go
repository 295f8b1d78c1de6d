package surveys

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

func surveysFrame(r *page.Request, title string) ui.Frame {
	return r.Frame(title).With(r.T("surveys.desk.title"), deskui.SurveysPath)
}

// surveyFrame is the frame of a page below a questionnaire's own.
func surveyFrame(r *page.Request, q surveys.Questionnaire, title string) ui.Frame {
	return surveysFrame(r, title).With(titleOf(r, q), deskui.SurveyPath(q.ID))
}

func titleOf(r *page.Request, q surveys.Questionnaire) string {
	return q.Content.Title.In(string(r.Lang))
}

// readSurvey returns the questionnaire that the address names.
func (p *Pages) readSurvey(r *page.Request) (surveys.Questionnaire, error) {
	id, err := r.ID("id")
	if err != nil {
		return surveys.Questionnaire{}, err
	}
	return p.Surveys.Get(r.Context(), r.Actor, id)
}

// ownSurvey is readSurvey for a form that changes it: it is refused to who may not, before anything is
// written.
func (p *Pages) ownSurvey(r *page.Request, needs civic.Permission) (surveys.Questionnaire, error) {
	q, err := p.readSurvey(r)
	if err == nil {
		err = q.Refuses(r.Actor, needs)
	}
	return q, err
}

// surveyList lists all questionnaires.
func (p *Pages) surveyList(r *page.Request) error {
	list, err := p.Surveys.List(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	now := civic.Now()
	var rows []surveyRow
	for _, q := range list.Items {
		rows = append(rows, surveyRow{q, q.Phase(now)})
	}
	counts, err := p.Surveys.Responses(r.Context(), r.Actor, list.Items)
	if err != nil {
		return err
	}
	view := surveyListPage{Rows: rows, Responses: counts, MayWrite: r.Actor.Allowed(surveys.PermWrite),
		Paging: ui.PagingBy(deskui.SurveysPath, r.Queries(), list.Next)}
	return r.Page(http.StatusOK, surveyList(r.Frame(r.T("surveys.desk.title")), view))
}

// surveyListPage is the list of questionnaires.
type surveyListPage struct {
	Rows      []surveyRow
	Responses map[civic.ID]int // of those whose numbers the reader may see
	MayWrite  bool
	Paging    ui.Paging
}

// surveyRow is a questionnaire and where it stands now.
type surveyRow struct {
	surveys.Questionnaire
	Now surveys.Phase
}

// settingsPage is the form of what stands beside the questions.
type settingsPage struct {
	Action  string
	Offices []ui.Option
	Fixed   bool // published: address and participation stay
	English bool // whether the English fields stand open
	Clashes []ui.Clash
}

// newSurvey shows the form of a new questionnaire.
func (p *Pages) newSurvey(r *page.Request) error {
	view, err := p.settings(r, deskui.SurveysPath, surveys.Questionnaire{})
	if err != nil {
		return err
	}
	form := r.NewForm(
		ui.Prefill("participation", string(surveys.Anonymous), "collection", string(surveys.OptIn)),
	)
	return r.Page(http.StatusOK, surveySettings(surveysFrame(r, r.T("surveys.desk.new")), view, form))
}

// settings returns the page of the settings form. Who works for some offices only chooses among those.
func (p *Pages) settings(r *page.Request, action string, q surveys.Questionnaire) (settingsPage, error) {
	offices, err := p.Reference.Offices(r.Context())
	if err != nil {
		return settingsPage{}, err
	}
	view := settingsPage{
		Action: action, Fixed: q.Version() > 0, Offices: []ui.Option{{Label: r.T("surveys.desk.no_office")}},
	}
	for _, o := range offices {
		if r.Actor.In(o.ID) || r.Actor.Allowed(surveys.PermAll) || o.ID == q.Office {
			view.Offices = append(view.Offices, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return view, nil
}

func readSettings(form *page.Form) surveys.Settings {
	return surveys.Settings{
		Title:         form.Lines("title", page.MaxLine),
		Introduction:  form.Texts("introduction", surveys.MaxIntroduction),
		English:       form.Bool("english"),
		Slug:          form.String("slug"),
		Participation: surveys.Participation(form.String("participation")),
		Collection:    surveys.Collection(form.String("collection")),
		Office:        form.ID("office"),
		Shown:         form.Line("shown", merge.MaxShown),
	}
}

func settingsValues(q surveys.Questionnaire) url.Values {
	values := ui.Prefill("rev", revisionOf(q), "shown", q.Shown(), "slug", q.Slug,
		"participation", string(q.Participation), "collection", string(q.Collection), "office",
		string(q.Office))
	ui.PrefillText(values, "title", q.Content.Title)
	ui.PrefillText(values, "introduction", q.Content.Introduction)
	if q.Content.Speaks(civic.English) {
		values.Set("english", "1")
	}
	return values
}

// settingsShows returns how the form shows the settings of a questionnaire.
func settingsShows(r *page.Request, offices map[civic.ID]string) page.ConflictView[surveys.Questionnaire] {
	return page.ConflictView[surveys.Questionnaire]{
		Values: settingsValues, Field: func(name string, of surveys.Questionnaire) (label, value string) {
			value = settingsValues(of).Get(name)
			switch name {
			case "english":
				value = r.T(map[bool]string{false: "core.no", true: "core.yes"}[value != ""])
			case "participation":
				value = r.T("surveys.participation.short." + value)
			case "collection":
				value = r.T("surveys.collection." + value)
			case "office":
				value = cmp.Or(offices[of.Office], r.T("surveys.desk.no_office"))
			}
			return r.T("surveys.desk.field." + strings.ReplaceAll(name, ".", "_")), value
		}}
}

func revisionOf(q surveys.Questionnaire) string { return strconv.FormatInt(q.Revision, 10) }

// createSurvey makes a questionnaire.
func (p *Pages) createSurvey(r *page.Request) error {
	form := r.Form()
	in := readSettings(form)
	var q surveys.Questionnaire
	err := form.Err()
	if err == nil {
		q, err = p.Surveys.Create(r.Context(), r.Actor, string(form.Key()), in)
	}
	if again, ok := form.Again(err); ok {
		view, err := p.settings(r, deskui.SurveysPath, surveys.Questionnaire{})
		if err != nil {
			return err
		}
		return r.Page(http.StatusUnprocessableEntity,
			surveySettings(surveysFrame(r, r.T("surveys.desk.new")), view, again))
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.SurveyPath(q.ID), civic.Msg("surveys.desk.created"))
}

// editSurveySettings shows the settings of a questionnaire.
func (p *Pages) editSurveySettings(r *page.Request) error {
	q, err := p.ownSurvey(r, surveys.PermWrite)
	if err != nil {
		return err
	}
	view, err := p.settings(r, deskui.SurveyPath(q.ID)+"/settings", q)
	if err != nil {
		return err
	}
	return r.Page(http.StatusOK,
		surveySettings(surveyFrame(r, q, r.T("surveys.desk.settings")), view, r.NewForm(settingsValues(q))))
}

// saveSurveySettings changes the settings of a questionnaire.
func (p *Pages) saveSurveySettings(r *page.Request) error {
	q, err := p.readSurvey(r)
	if err != nil {
		return err
	}
	names, err := deskui.OfficeNames(r.Context(), p.Reference)
	if err != nil {
		return err
	}
	form := r.Form()
	in := readSettings(form)
	var changed surveys.Questionnaire
	if err = form.Err(); err == nil {
		changed, err = p.Surveys.SaveSettings(r.Context(), r.Actor, q.ID, deskui.Revision(form), in)
	}
	again, clashes, ok := page.ConflictForm(form, err, settingsShows(r, names))
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		view, err := p.settings(r, deskui.SurveyPath(q.ID)+"/settings", q)
		if err != nil {
			return err
		}
		view.Clashes = clashes
		return r.Page(http.StatusUnprocessableEntity,
			surveySettings(surveyFrame(r, q, r.T("surveys.desk.settings")), view, again))
	}
	if err != nil {
		return err
	}
	return r.Redirect(deskui.SurveyPath(q.ID), told(changed, civic.Msg("surveys.desk.saved"))...)
}

// duplicateSurvey makes a draft that asks the same.
func (p *Pages) duplicateSurvey(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	q, err := p.Surveys.Duplicate(r.Context(), r.Actor, string(r.Form().Key()), id)
	if err != nil {
		return err
	}
	return r.Redirect(deskui.SurveyPath(q.ID), civic.Msg("surveys.desk.duplicated"))
}
