package surveys

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/csvout"
)

// Export is a download that may be made: the right to it is checked and audited, and Write makes it.
type Export struct {
	Name  string // of the file
	Write func(ctx context.Context, w io.Writer) error
}

// Say returns the interface's text for a catalogue key.
type Say func(key string) string

// exportable returns the questionnaire when by may download from it, and audits that.
func (s *Service) exportable(
	ctx context.Context, by civic.Actor, id civic.ID, action audit.Action,
) (Questionnaire, error) {
	q, err := s.mayExport(ctx, by, id)
	if err != nil {
		return Questionnaire{}, err
	}
	return q, s.note(ctx, by, action, q.ID, nil)
}

// mayExport returns the questionnaire when by may download from it.
func (s *Service) mayExport(ctx context.Context, by civic.Actor, id civic.ID) (Questionnaire, error) {
	if err := by.Can(PermExport); err != nil {
		return Questionnaire{}, err
	}
	q, err := s.surveys.Get(ctx, id)
	if err != nil {
		return Questionnaire{}, err
	}
	return q, may(by, PermExport, q.Office)
}

// ExportResponses returns a table with one row for each response: number, day, version, language, and for
// each question the code and the label of what was answered. It holds no contact and no time. It is written
// while it is read, a batch at a time.
func (s *Service) ExportResponses(
	ctx context.Context, by civic.Actor, id civic.ID, language string, say Say,
) (Export, error) {
	q, err := s.exportable(ctx, by, id, ActionResponsesExport)
	if err != nil {
		return Export{}, err
	}
	return Export{Name: responsesFile(q), Write: func(ctx context.Context, w io.Writer) error {
		return s.writeResponses(ctx, q, csvout.New(w), language, say)
	}}, nil
}

func (s *Service) writeResponses(
	ctx context.Context, q Questionnaire, w *csvout.Writer, language string, say Say,
) error {
	contents, err := s.contents(ctx, q)
	if err != nil {
		return err
	}
	table := newTable(contents, language, say(otherKey))
	if err := table.writeHeader(w); err != nil {
		return err
	}
	n := 0
	for r, err := range s.responses.All(ctx, responsesOf(q.ID)) {
		if err != nil {
			return err
		}
		n++
		if err := table.writeRow(w, n, r); err != nil {
			return err
		}
	}
	return w.Flush()
}

// otherKey is what the interface calls the option "other".
const otherKey = "surveys.other"

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

// ExportResults returns a table with one row for each option of each question, preceded by the note on the
// method.
func (s *Service) ExportResults(
	ctx context.Context, by civic.Actor, id civic.ID, language string, say Say,
) (Export, error) {
	q, err := s.exportable(ctx, by, id, ActionResultsExport)
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
				label = say(otherKey)
			}
			row(o.Code, label, strconv.Itoa(o.N), decimal(o.Percent, 1, language))
		}
		for _, r := range m.Rows {
			for _, o := range r.Options {
				label := r.Label.In(language) + ": " + o.Label.In(language)
				row(cellCode(r.Code, o.Code), label, strconv.Itoa(o.N), decimal(o.Percent, 1, language))
			}
		}
		for _, f := range m.Facts() {
			row(f.Name, say("surveys.results."+f.Name), "", f.Figures[f.Main].cell(language))
		}
	}
	return w.Flush()
}

// MethodNotes returns the catalogue keys of the sentences that must stand beside the results of q wherever
// they are shown.
func (q Questionnaire) MethodNotes() []string { return q.survey(q.Content, time.Time{}).MethodNotes() }

// MethodNotes returns the catalogue keys of the sentences that must stand beside the results wherever they
// are shown.
func (v Survey) MethodNotes() []string {
	notes := []string{"surveys.method." + string(v.Collection), "surveys.method.strength." +
		v.Participation.Strength(), "surveys.method.percent"}
	if v.Several {
		notes = append(notes, "surveys.method.several")
	}
	return notes
}

func versionList(versions []int) string {
	var s []string
	for _, v := range versions {
		s = append(s, strconv.Itoa(v))
	}
	return strings.Join(s, " ")
}

// cell writes a figure as a spreadsheet reads it; a day is YYYY-MM-DD.
func (f Figure) cell(language string) string {
	if f.Day != "" {
		return f.Day
	}
	return decimal(f.Value, f.Digits, language)
}

// decimal writes a figure as a spreadsheet in that language reads it.
func decimal(f float64, digits int, language string) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	if language == civic.Italian {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}
