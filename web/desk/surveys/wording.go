package surveys

import (
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// The answers to the question whether reworded questions mean the same.
const (
	meansSame  = "same"
	meansApart = "apart"
)

// rewording is a question that publishing would ask in other words.
type rewording struct {
	Field   string
	Title   string
	Earlier int
	Lines   []wordLine
}

// wordLine is one text before and after.
type wordLine struct{ What, Before, After string }

// rewordings returns in words what a publication would change of the words there are.
func (p *Pages) rewordings(req *page.Request, q surveys.Questionnaire) ([]rewording, error) {
	found, err := p.Surveys.Rewordings(req.Context(), req.Actor, q)
	var all []rewording
	for _, r := range found {
		all = append(all,
			rewording{
				surveys.SameField(r.Question.Code), r.Question.Text.In(string(req.Lang)), r.Earlier,
				wordLines(req, r),
			})
	}
	return all, err
}

func wordLines(req *page.Request, r surveys.Rewording) []wordLine {
	var lines []wordLine
	for _, c := range r.Changes {
		what := req.T("surveys.desk.words_question")
		if c.Code != "" {
			what = placeName(req, r.Question, c.Code)
		}
		lines = append(lines, wordLine{what, bothLanguages(c.Before), bothLanguages(c.After)})
	}
	return lines
}

// placeName names what a code of a question stands for: an answer by its place, a setting as its form does.
func placeName(r *page.Request, q surveys.Question, code string) string {
	for _, s := range q.Kind.Settings() {
		switch {
		case s.List == nil && s.Name == code:
			return r.T("surveys.desk.field." + s.Name)
		case s.List != nil:
			i := slices.IndexFunc(*s.List(&q.Details), func(o surveys.Option) bool { return o.Code == code })
			if i >= 0 && s.Noun != "option" && !s.Ends {
				return r.T("surveys.desk."+s.Noun, civic.Args{"Number": i + 1})
			}
			if i >= 0 && !s.Ends {
				code = strconv.Itoa(i + 1)
			}
		}
	}
	return r.T("surveys.desk.words_answer", civic.Args{"Number": code})
}

// bothLanguages returns a text with its translation.
func bothLanguages(t civic.Text) string {
	it, en := t[civic.Italian], t[civic.English]
	if en == "" || en == it {
		return it
	}
	return it + " | " + en
}

func meaningOptions(f ui.Frame, r rewording) []ui.Option {
	return []ui.Option{
		{Value: meansApart, Label: f.T("surveys.desk.means_apart"),
			Hint: f.T("surveys.desk.means_apart_hint")},
		{Value: meansSame, Label: f.T("surveys.desk.means_same"),
			Hint: f.T("surveys.desk.means_same_hint", civic.Args{"Version": r.Earlier})},
	}
}

// readMeanings returns what a form says of reworded questions.
func readMeanings(form *page.Form, q surveys.Questionnaire) map[string]bool {
	same := map[string]bool{}
	for _, question := range q.Content.Questions() {
		switch form.String(surveys.SameField(question.Code)) {
		case meansSame:
			same[question.Code] = true
		case meansApart:
			same[question.Code] = false
		}
	}
	return same
}

// versionsText names the versions that ask a question in the same words.
func versionsText(versions []int, t func(string, ...civic.Args) string) string {
	list := make([]string, len(versions))
	for i, n := range versions {
		list[i] = strconv.Itoa(n)
	}
	return t("surveys.results.versions",
		civic.Args{"Count": len(versions), "Versions": strings.Join(list, ", ")})
}

// saidOf returns who said that the words of a result mean the same as those of another version.
func saidOf(q surveys.Questionnaire, m surveys.QuestionResult) []surveys.Meaning {
	var said []surveys.Meaning
	for _, meaning := range q.Meanings {
		for _, n := range m.Versions {
			if meaning.Question == m.Question.Code && meaning.Later == n {
				said = append(said, meaning)
			}
		}
	}
	return said
}

// setSurveyMeaning says that two versions of a question mean the same, or takes that back.
func (p *Pages) setSurveyMeaning(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	same := form.String("means") == meansSame
	if _, err := p.Surveys.SetMeaning(r.Context(), r.Actor, id, r.Param("code"), form.Int("version"),
		same); err != nil {
		return err
	}
	said := civic.Msg("surveys.desk.meaning_apart_done")
	if same {
		said = civic.Msg("surveys.desk.meaning_same_done")
	}
	return r.Redirect(deskui.SurveyPath(id)+"/results", said)
}
