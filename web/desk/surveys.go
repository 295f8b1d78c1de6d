package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/surveys"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

const surveysPath = "/desk/surveys"

func surveyPath(id civic.ID) string { return surveysPath + "/" + string(id) }

func surveysFrame(v *visit.Visit, title string) ui.Frame {
	return v.Frame(title).With(v.T("surveys.desk.title"), surveysPath)
}

// surveyFrame is the frame of a page below a questionnaire's own.
func surveyFrame(v *visit.Visit, q surveys.Questionnaire, title string) ui.Frame {
	return surveysFrame(v, title).With(titleOf(v, q), surveyPath(q.ID))
}

func titleOf(v *visit.Visit, q surveys.Questionnaire) string {
	return q.Content.Title.In(string(v.Lang))
}

// survey returns the questionnaire that the address names.
func (p *Pages) survey(v *visit.Visit) (surveys.Questionnaire, error) {
	id, err := v.ID("id")
	if err != nil {
		return surveys.Questionnaire{}, err
	}
	return p.Surveys.Get(v.Context(), v.Actor, id)
}

// SurveyList lists all questionnaires.
func (p *Pages) SurveyList(v *visit.Visit) error {
	list, err := p.Surveys.List(v.Context(), v.Actor, v.PageRequest())
	if err != nil {
		return err
	}
	now := civic.Now()
	var rows []surveyRow
	for _, q := range list.Items {
		rows = append(rows, surveyRow{q, q.Phase(now)})
	}
	counts, err := p.Surveys.Responses(v.Context(), v.Actor, list.Items)
	if err != nil {
		return err
	}
	page := surveyListPage{Rows: rows, Responses: counts, MayWrite: v.Actor.Allowed(surveys.PermWrite), Paging: ui.PagingBy(surveysPath, v.Queries(), list.Next)}
	return v.Page(http.StatusOK, surveyList(v.Frame(v.T("surveys.desk.title")), page))
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

// NewSurvey shows the form of a new questionnaire.
func (p *Pages) NewSurvey(v *visit.Visit) error {
	page, err := p.settings(v, surveysPath, surveys.Questionnaire{})
	if err != nil {
		return err
	}
	form := v.NewForm(ui.Prefill("participation", string(surveys.Anonymous), "collection", string(surveys.OptIn)))
	return v.Page(http.StatusOK, surveySettings(surveysFrame(v, v.T("surveys.desk.new")), page, form))
}

// settings returns the page of the settings form. Who works for some offices only chooses among those.
func (p *Pages) settings(v *visit.Visit, action string, q surveys.Questionnaire) (settingsPage, error) {
	offices, err := p.CRM.Offices(v.Context())
	if err != nil {
		return settingsPage{}, err
	}
	page := settingsPage{Action: action, Fixed: q.Version() > 0, Offices: []ui.Option{{Label: v.T("surveys.desk.no_office")}}}
	for _, o := range offices {
		if v.Actor.In(o.ID) || v.Actor.Allowed(surveys.PermAll) || o.ID == q.Office {
			page.Offices = append(page.Offices, ui.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return page, nil
}

func readSettings(form *visit.Form) surveys.Settings {
	return surveys.Settings{
		Title:         surveys.Text{It: form.String("title.it"), En: form.String("title.en")},
		Introduction:  surveys.Text{It: form.Text("introduction.it", surveys.MaxIntroduction), En: form.Text("introduction.en", surveys.MaxIntroduction)},
		English:       form.Bool("english"),
		Slug:          form.String("slug"),
		Participation: surveys.Participation(form.String("participation")),
		Collection:    surveys.Collection(form.String("collection")),
		Office:        form.ID("office"),
		Shown:         form.Line("shown", merge.MaxShown),
	}
}

func settingsValues(q surveys.Questionnaire) url.Values {
	values := ui.Prefill("rev", revisionOf(q), "shown", q.Shown(), "title.it", q.Content.Title.It, "title.en", q.Content.Title.En,
		"introduction.it", q.Content.Introduction.It, "introduction.en", q.Content.Introduction.En, "slug", q.Slug,
		"participation", string(q.Participation), "collection", string(q.Collection), "office", string(q.Office))
	if q.Content.Speaks(surveys.English) {
		values.Set("english", "1")
	}
	return values
}

// settingsShows returns how the form shows the settings of a questionnaire.
func settingsShows(v *visit.Visit, offices map[civic.ID]string) visit.Shows[surveys.Questionnaire] {
	return visit.Shows[surveys.Questionnaire]{Values: settingsValues, Field: func(name string, of surveys.Questionnaire) (label, value string) {
		value = settingsValues(of).Get(name)
		switch name {
		case "english":
			value = v.T(map[bool]string{false: "core.no", true: "core.yes"}[value != ""])
		case "participation":
			value = v.T("surveys.participation.short." + value)
		case "collection":
			value = v.T("surveys.collection." + value)
		case "office":
			value = cmp.Or(offices[of.Office], v.T("surveys.desk.no_office"))
		}
		return v.T("surveys.desk.field." + strings.ReplaceAll(name, ".", "_")), value
	}}
}

func revisionOf(q surveys.Questionnaire) string { return strconv.FormatInt(q.Revision, 10) }

// CreateSurvey makes a questionnaire.
func (p *Pages) CreateSurvey(v *visit.Visit) error {
	form := v.Form()
	in := readSettings(form)
	var q surveys.Questionnaire
	err := form.Err()
	if err == nil {
		q, err = p.Surveys.Create(v.Context(), v.Actor, string(form.Key()), in)
	}
	if again, ok := form.Again(err); ok {
		page, err := p.settings(v, surveysPath, surveys.Questionnaire{})
		if err != nil {
			return err
		}
		return v.Page(http.StatusUnprocessableEntity, surveySettings(surveysFrame(v, v.T("surveys.desk.new")), page, again))
	}
	if err != nil {
		return err
	}
	return v.Redirect(surveyPath(q.ID), civic.Msg("surveys.desk.created"))
}

// EditSurveySettings shows the settings of a questionnaire.
func (p *Pages) EditSurveySettings(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	page, err := p.settings(v, surveyPath(q.ID)+"/settings", q)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, surveySettings(surveyFrame(v, q, v.T("surveys.desk.settings")), page, v.NewForm(settingsValues(q))))
}

// SaveSurveySettings changes the settings of a questionnaire.
func (p *Pages) SaveSurveySettings(v *visit.Visit) error {
	q, err := p.survey(v)
	if err != nil {
		return err
	}
	names, err := p.officeNames(v.Context())
	if err != nil {
		return err
	}
	form := v.Form()
	in := readSettings(form)
	if err = form.Err(); err == nil {
		_, err = p.Surveys.SaveSettings(v.Context(), v.Actor, q.ID, revision(form), in)
	}
	again, clashes, ok := visit.Clash(form, err, settingsShows(v, names))
	if !ok {
		again, ok = form.Again(err)
	}
	if ok {
		page, err := p.settings(v, surveyPath(q.ID)+"/settings", q)
		if err != nil {
			return err
		}
		page.Clashes = clashes
		return v.Page(http.StatusUnprocessableEntity, surveySettings(surveyFrame(v, q, v.T("surveys.desk.settings")), page, again))
	}
	if err != nil {
		return err
	}
	return v.Redirect(surveyPath(q.ID), civic.Msg("surveys.desk.saved"))
}

// revision returns the revision that a form was made of.
func revision(form *visit.Form) int64 { return int64(form.Int("rev")) }

// DuplicateSurvey makes a draft that asks the same.
func (p *Pages) DuplicateSurvey(v *visit.Visit) error {
	id, err := v.ID("id")
	if err != nil {
		return err
	}
	q, err := p.Surveys.Duplicate(v.Context(), v.Actor, string(v.Form().Key()), id)
	if err != nil {
		return err
	}
	return v.Redirect(surveyPath(q.ID), civic.Msg("surveys.desk.duplicated"))
}
