package surveys

import (
	"net/url"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/locale"
	"ascolto/web/page"
	"ascolto/web/site/siteui"
	"ascolto/web/ui"
)

// questionsPage is one page of questions.
type questionsPage struct {
	Page        surveys.ResponsePage
	Lang        string // of the survey's own words
	Title       string
	Questions   []ui.Question
	Preview     string          // the questionnaire's id when staff look at it; nothing can be sent then
	Conditional map[string]bool // in a preview: the questions that are shown under a condition only
}

func (p questionsPage) steps() civic.Args {
	return civic.Args{"Step": p.Page.Step, "Steps": p.Page.Steps}
}

// stepKey is the text that says which step it is: of at least so many when answers can make more appear.
func (p questionsPage) stepKey() string {
	if p.Page.More {
		return "surveys.page.step_of_more"
	}
	return "surveys.page.step"
}

func newQuestionsPage(r *page.Request, place surveys.ResponsePage) questionsPage {
	p := questionsPage{Page: place, Lang: spoken(r, place.Survey)}
	p.Title = place.Title.In(p.Lang)
	for _, a := range place.Asked {
		q := uiQuestion(r.L, a.Question, p.Lang)
		if q.By == ui.ByFiles && place.Survey.Participation == surveys.Anonymous {
			q.Hint = strings.TrimSpace(q.Hint + " " + r.T("surveys.file.anonymous"))
		}
		if a.Question.Kind == surveys.Place {
			r.AllowPosition()
		}
		p.Questions = append(p.Questions, q)
	}
	return p
}

func questionsFrame(r *page.Request, place surveys.ResponsePage) ui.Frame {
	lang := spoken(r, place.Survey)
	key := "surveys.page.title"
	if place.More {
		key = "surveys.page.title_of_more"
	}
	title := r.T(key,
		civic.Args{"Step": place.Step, "Steps": place.Steps, "Title": place.Survey.Title.In(lang)})
	return surveyFrame(r, title).With(place.Survey.Title.In(lang),
		siteui.SurveyPath(place.Survey.Slug)).Step()
}

// uiQuestion returns a question as the form part shows it, its words in a language of the survey.
func uiQuestion(l *locale.Localizer, q surveys.Question, lang string) ui.Question {
	field := ui.Field{Name: q.Code, Label: q.Text.In(lang), Required: q.Required,
		Hint: questionHint(l, q, lang)}
	inputs := q.Inputs()
	if len(inputs) == 1 && inputs[0].Part == "" {
		return uiInput(l, q, inputs[0], field, lang)
	}
	whole := ui.Question{Field: field}
	for _, in := range inputs {
		part := ui.Field{Name: civic.Field(q.Code, in.Part), Label: partLabel(l, q, in, lang),
			Required: q.Required && !in.Empty, Conditional: !q.Required || in.Empty}
		whole.Parts = append(whole.Parts, uiInput(l, q, in, part, lang))
	}
	if aid := q.Aid(); aid.Name != "" {
		whole.Aid = ui.Aid{Name: aid.Name, Value: aid.Value, Text: l.T("surveys.aid." + aid.Name)}
	}
	return whole
}

// partLabel returns how a part of a question is called.
func partLabel(l *locale.Localizer, q surveys.Question, in surveys.Input, lang string) string {
	if label := in.Label.In(lang); label != "" {
		return label
	}
	return l.T(in.Say, civic.Args{"Number": in.Part})
}

func uiInput(l *locale.Localizer, q surveys.Question, in surveys.Input, field ui.Field,
	lang string) ui.Question {
	field.Max = in.MaxLength
	if in.By == surveys.ByDay {
		field.Min, field.Upto = in.Least, in.Most
	}
	if unit := in.Unit.In(lang); unit != "" {
		field.Label += " (" + unit + ")"
	}
	switch {
	case in.By != surveys.ByNumber || in.Signed: // the keyboards for numbers of telephones have no minus
	case in.Whole:
		field.InputMode = "numeric"
	default:
		field.InputMode = "decimal"
	}
	u := ui.Question{Field: field, By: ui.Way(in.By), Low: in.Low.In(lang), High: in.High.In(lang), Use: in.Use}
	for _, o := range in.Options {
		option := ui.Option{Value: o.Code, Label: o.Label.In(lang)}
		if o.Code == surveys.OtherCode {
			option.Label = l.T("surveys.other")
			u.Other = &ui.Field{
				Name: surveys.OtherField(q.Code), Label: l.T("surveys.other_text"),
				Max: surveys.MaxOtherAnswer,
			}
		}
		u.Options = append(u.Options, option)
	}
	if !q.Required {
		u.NoAnswer = l.T("surveys.no_answer")
	}
	return u
}

// questionHint returns the help text and how to answer.
func questionHint(l *locale.Localizer, q surveys.Question, lang string) string {
	help := q.Help.In(lang)
	if hint := q.Hint(); hint != nil {
		help = strings.TrimSpace(help + " " + l.Message(*hint))
	}
	return help
}

// answered returns the form values of what is answered on a page.
func answered(place surveys.ResponsePage, lang string) url.Values {
	values := url.Values{}
	for _, a := range place.Asked {
		for part, typed := range a.Question.Typed(a.Answer, lang) {
			values[civic.Field(a.Question.Code, part)] = typed
		}
	}
	return values
}

// summaryPage is all that was answered.
type summaryPage struct {
	Survey surveys.Survey
	Lang   string
	Last   int // the number of the last page
	Pages  []summaryPart
}

// summaryPart is one page of answers.
type summaryPart struct {
	Number int
	Title  string
	Lines  []siteui.SummaryLine
}

func newSummaryPage(r *page.Request, s surveys.Summary) summaryPage {
	p := summaryPage{Survey: s.Survey, Lang: spoken(r, s.Survey)}
	for _, place := range s.Pages {
		part := summaryPart{Number: place.Number, Title: place.Title.In(p.Lang)}
		if part.Title == "" {
			part.Title = r.T("surveys.summary.page", civic.Args{"Step": place.Step})
		}
		for _, a := range place.Asked {
			part.Lines = append(part.Lines,
				siteui.SummaryLine{Question: a.Question.Text.In(p.Lang),
					Answers: siteui.InWords(r.L, a, p.Lang)})
		}
		p.Pages, p.Last = append(p.Pages, part), place.Number
	}
	return p
}

// resultsPage is what was made public of a survey's results.
type resultsPage struct {
	Survey    surveys.Survey
	Lang      string
	Responses int
	Questions []questionFigure
}

// questionFigure is what is shown of one question's results: a chart, or only that there were texts, or that
// too few answered.
type questionFigure struct {
	Title      string
	Versions   string // which versions asked it in these words, when others used other words
	Suppressed bool
	Withheld   bool
	Linked     bool // it would tell what few answered to another question
	Text       bool
	Kind       surveys.Kind
	Facts      []string
	Chart      ui.Chart
	Rows       []rowFigure
}

// rowFigure is what is shown of one row's results.
type rowFigure struct {
	surveys.RowResult
	Title string
	Chart ui.Chart
}

func newResultsPage(req *page.Request, s surveys.Survey, r surveys.Results) resultsPage {
	p := resultsPage{Survey: s, Lang: spoken(req, s), Responses: r.Responses}
	for i, m := range r.Questions {
		title := m.Question.Text.In(p.Lang)
		figure := questionFigure{
			Title: title, Suppressed: m.Suppressed, Withheld: m.Withheld, Linked: m.Linked,
			Text: m.Question.ReadOneByOne() && len(m.Options) == 0, Kind: m.Question.Kind,
		}
		if m.Apart {
			figure.Versions = versionsText(req.L, m.Versions)
		}
		if !m.Suppressed && !m.Linked {
			figure.Facts = resultFacts(req.L, m)
			id := "domanda-" + strconv.Itoa(i+1)
			figure.Chart = optionChart(req, p.Lang, id, title, m.Options)
			for _, row := range m.Rows {
				label := row.Label.In(p.Lang)
				chart := optionChart(req, p.Lang, id+"-"+row.Code, label, row.Options)
				figure.Rows = append(figure.Rows, rowFigure{row, label, chart})
			}
		}
		p.Questions = append(p.Questions, figure)
	}
	return p
}

func optionChart(r *page.Request, lang, id, title string, options []surveys.OptionResult) ui.Chart {
	var rows []ui.Counted
	for _, row := range surveys.Counted(options, lang, r.T("surveys.other")) {
		rows = append(rows, ui.Counted(row))
	}
	return ui.CountChart(r.L, id, title, rows, r.T("surveys.results.answer"), r.T("surveys.results.number"),
		r.T("surveys.results.share"))
}

// versionsText names the versions that ask a question in the same words.
func versionsText(l *locale.Localizer, versions []int) string {
	list := make([]string, len(versions))
	for i, n := range versions {
		list[i] = strconv.Itoa(n)
	}
	return l.T("surveys.results.versions",
		civic.Args{"Count": len(versions), "Versions": strings.Join(list, ", ")})
}

// resultFacts returns in words how many answered and did not, and the figures of a scale.
func resultFacts(l *locale.Localizer, m surveys.QuestionResult) []string {
	facts := []string{
		l.T("surveys.results.counts",
			civic.Args{"Answered": m.Answered, "NotGiven": m.NotGiven, "NotShown": m.NotShown}),
	}
	for _, fact := range m.Facts() {
		facts = append(facts, l.Message(fact.Sentence(l)))
	}
	return facts
}
