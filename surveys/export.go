package surveys

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/internal/docstore"
)

// The cells of an export that stand for no answer. They are codes for programs, the same in every language.
const (
	CellNotAsked = "not_asked" // the version answered does not have the question
	CellNotShown = "not_shown" // a condition hid it
	CellNoAnswer = "no_answer" // it was shown and left
)

// Export is a download that may be made: the right to it is checked and audited, and Write makes it.
type Export struct {
	Name  string // of the file
	Write func(ctx context.Context, w io.Writer) error
}

// Say returns the interface's text for a catalogue key.
type Say func(key string) string

// exportable returns the questionnaire when by may download from it, and audits that.
func (s *Service) exportable(ctx context.Context, by civic.Actor, id civic.ID, action string) (Questionnaire, error) {
	if err := by.Can(PermExport); err != nil {
		return Questionnaire{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	if err := may(by, PermExport, q.Office); err != nil {
		return Questionnaire{}, err
	}
	return q, s.note(ctx, by, action, q.ID, nil)
}

// ExportResponses returns a table with one row for each response: number, day, version, language, and for each question the
// code and the label of what was answered. It holds no contact and no time. It is written while it is read, a batch at a time.
func (s *Service) ExportResponses(ctx context.Context, by civic.Actor, id civic.ID, language string, say Say) (Export, error) {
	q, err := s.exportable(ctx, by, id, "surveys.responses.export")
	if err != nil {
		return Export{}, err
	}
	return Export{Name: q.Slug + "-responses.csv", Write: func(ctx context.Context, w io.Writer) error {
		return s.writeResponses(ctx, q, csvout.New(w), language, say)
	}}, nil
}

func (s *Service) writeResponses(ctx context.Context, q Questionnaire, w *csvout.Writer, language string, say Say) error {
	contents, err := s.contents(ctx, q)
	if err != nil {
		return err
	}
	table := newTable(contents, language, say("surveys.other"))
	if err := w.Row(append([]string{"row", "day", "version", "language"}, table.header()...)...); err != nil {
		return err
	}
	n := 0
	for r, err := range s.responses.All(ctx, docstore.Query{Filter: docstore.Filter{docstore.Eq("questionnaire", string(q.ID))},
		Sort: []string{"day"}, Limit: batch}) {
		if err != nil {
			return err
		}
		n++
		row := []string{strconv.Itoa(n), r.Day, strconv.Itoa(r.Version), r.Language}
		if err := w.Row(append(row, table.cells(r)...)...); err != nil {
			return err
		}
	}
	return w.Flush()
}

// contents returns what each version asks, in order.
func (s *Service) contents(ctx context.Context, q Questionnaire) ([]Content, error) {
	var contents []Content
	for _, ref := range q.Versions {
		c, err := s.content(ctx, q, ref.Number)
		if err != nil {
			return nil, err
		}
		contents = append(contents, c)
	}
	return contents, nil
}

// table lays responses out in columns: two for a coded question, one more for the text beside "other", one for a free text.
type table struct {
	contents []Content
	columns  []QuestionResult // the questions of all versions, each with all the options it ever had
	language string
	other    string
}

func newTable(contents []Content, language, other string) table {
	return table{contents, mergeVersions(contents), language, other}
}

func (t table) header() []string {
	var names []string
	for _, m := range t.columns {
		names = append(names, m.Question.Code)
		if m.Question.Coded() {
			names = append(names, m.Question.Code+"_label")
		}
		if m.hasOther() {
			names = append(names, m.Question.Code+"_"+OtherCode)
		}
	}
	return names
}

func (m QuestionResult) hasOther() bool {
	return slices.ContainsFunc(m.Options, func(o OptionResult) bool { return o.Code == OtherCode })
}

func (t table) cells(r Response) []string {
	var cells []string
	content := Content{}
	if r.Version >= 1 && r.Version <= len(t.contents) {
		content = t.contents[r.Version-1]
	}
	shown := content.shown(r.Answers)
	for _, m := range t.columns {
		a := r.Answers.To(m.Question.Code)
		visible, asked := shown[a.Question]
		code, label := strings.Join(a.Codes, " "), t.labels(m, a.Codes)
		switch {
		case !asked:
			code, label = CellNotAsked, ""
		case !visible:
			code, label = CellNotShown, ""
		case a.Empty():
			code, label = CellNoAnswer, ""
		case !m.Question.Coded():
			code = a.Text
		}
		cells = append(cells, code)
		if m.Question.Coded() {
			cells = append(cells, label)
		}
		if m.hasOther() {
			cells = append(cells, a.Text)
		}
	}
	return cells
}

// labels returns the labels of codes, joined by semicolons.
func (t table) labels(m QuestionResult, codes []string) string {
	var labels []string
	for _, code := range codes {
		for _, o := range m.Options {
			switch {
			case o.Code != code:
			case code == OtherCode:
				labels = append(labels, t.other)
			default:
				labels = append(labels, o.Label.In(t.language))
			}
		}
	}
	return strings.Join(labels, "; ")
}

// ExportResults returns a table with one row for each option of each question, preceded by the note on the method.
func (s *Service) ExportResults(ctx context.Context, by civic.Actor, id civic.ID, language string, say Say) (Export, error) {
	q, err := s.exportable(ctx, by, id, "surveys.results.export")
	if err != nil {
		return Export{}, err
	}
	return Export{Name: q.Slug + "-results.csv", Write: func(ctx context.Context, w io.Writer) error {
		r, err := s.results(ctx, q)
		if err != nil {
			return err
		}
		return writeResults(csvout.New(w), q, r, language, say)
	}}, nil
}

func writeResults(w *csvout.Writer, q Questionnaire, r Results, language string, say Say) error {
	for _, key := range q.MethodNotes() {
		_ = w.Row(say(key)) // Flush returns the first error
	}
	_ = w.Row()
	_ = w.Row("question", "question_text", "versions", "code", "label", "n", "percent")
	for _, m := range r.Questions {
		head := []string{m.Question.Code, m.Question.Text.In(language), versionList(m.Versions)}
		row := func(code, label, n, percent string) {
			_ = w.Row(append(slices.Clone(head), code, label, n, percent)...)
		}
		row("asked", say("surveys.results.asked"), strconv.Itoa(m.Asked), "")
		row(CellNotShown, say("surveys.results.not_shown"), strconv.Itoa(m.NotShown), "")
		row(CellNoAnswer, say("surveys.results.not_given"), strconv.Itoa(m.NotGiven), "")
		row("answered", say("surveys.results.answered"), strconv.Itoa(m.Answered), "")
		for _, o := range m.Options {
			label := o.Label.In(language)
			if o.Code == OtherCode {
				label = say("surveys.other")
			}
			row(o.Code, label, strconv.Itoa(o.N), decimal(o.Percent, 1, language))
		}
		if m.Question.Numeric() && m.Answered > 0 {
			row("mean", say("surveys.results.mean"), "", decimal(m.Mean, 2, language))
		}
		if m.Question.Kind == NPS && m.Answered > 0 {
			row("nps", say("surveys.results.nps"), "", decimal(m.Promoters.Score, 1, language))
		}
	}
	return w.Flush()
}

// MethodNotes returns the catalogue keys of the sentences that must stand beside the results of q wherever they are shown.
func (q Questionnaire) MethodNotes() []string { return methodNotes(q.Collection, q.Participation) }

// MethodNotes returns the catalogue keys of the sentences that must stand beside the results wherever they are shown.
func (v Survey) MethodNotes() []string { return methodNotes(v.Collection, v.Participation) }

func methodNotes(c Collection, p Participation) []string {
	return []string{"surveys.method." + string(c), "surveys.method.strength." + p.Strength(), "surveys.method.percent"}
}

func versionList(versions []int) string {
	var s []string
	for _, v := range versions {
		s = append(s, strconv.Itoa(v))
	}
	return strings.Join(s, " ")
}

// decimal writes a figure as a spreadsheet in that language reads it.
func decimal(f float64, digits int, language string) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	if language == Italian {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}
