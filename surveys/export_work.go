package surveys

import (
	"context"
	"strconv"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/csvout"
	"ascolto/internal/docstore"
	"ascolto/internal/work"
)

// WorkResponses is the kind of long work that a table of many responses is.
const WorkResponses = "surveys.responses.export"

// InputSurvey names the questionnaire in the input of a task.
const InputSurvey = "questionnaire"

const (
	inputSurvey   = InputSurvey
	inputVersions = "versions" // how many there were when the table was asked for: its columns
	inputLanguage = "language"
	inputOther    = "other" // what the interface calls the option "other"
	exportStep    = "work.step.responses"
)

// DirectExport is up to how many responses a table is sent at once. Two busy cores write 20,000 rows a second
// at least (the bench of surveys measures it), and an answer may take 55 seconds on a slow line: this many
// rows of a long questionnaire, some 5 MB, arrive in good time on most.
const DirectExport = 5000

// WorkKinds returns the long work that this part of the house does.
func (s *Service) WorkKinds() []work.Kind {
	return []work.Kind{{Name: WorkResponses, Permission: PermExport, May: s.mayHaveTable,
		Run: s.workResponses, Personal: true}}
}

// mayHaveTable returns nil when by may download from the questionnaire of a task: the office in charge of it
// is asked, too.
func (s *Service) mayHaveTable(ctx context.Context, by civic.Actor, t work.Task) error {
	_, err := s.mayExport(ctx, by, civic.ID(t.Input[inputSurvey]))
	return err
}

// LongResponseExport returns the task that the table of a questionnaire's responses is, and whether it is too
// large to be sent at once. The errors are those of ExportResponses.
func (s *Service) LongResponseExport(
	ctx context.Context, by civic.Actor, id civic.ID, language string, say Say,
) (t work.NewTask, long bool, err error) {
	q, err := s.mayExport(ctx, by, id)
	if err != nil {
		return t, false, err
	}
	n, err := s.responses.Count(ctx, responsesOf(q.ID).Filter)
	t = work.NewTask{Kind: WorkResponses, Subject: q.Content.Title.In(language), Input: map[string]string{
		inputSurvey: string(id), inputVersions: strconv.Itoa(len(q.Versions)),
		inputLanguage: language, inputOther: say(otherKey),
	}}
	return t, n > DirectExport, err
}

// responsesOf chooses the responses to a questionnaire in the order of a table.
func responsesOf(id civic.ID) docstore.Query {
	return docstore.Query{
		Filter: docstore.Filter{docstore.Eq("questionnaire", string(id))}, Sort: []string{"day"},
		Limit: batch,
	}
}

// workResponses writes the table of a questionnaire's responses, page by page; the checkpoint is where the
// next page begins.
func (s *Service) workResponses(
	ctx context.Context, t work.Task, p *work.Progress,
) (result work.Result, err error) {
	q, err := s.surveys.Get(ctx, civic.ID(t.Input[inputSurvey]))
	if err != nil {
		return result, err
	}
	asked := audit.Entry{By: t.By(), Action: ActionResponsesExport, Object: q.ID}
	if err := s.audit.Entered(ctx, asked, t.Term > 1, t.CreatedAt); err != nil {
		return result, err
	}
	contents, err := s.contents(ctx, q)
	if err != nil {
		return result, err
	}
	at, query := t.Position, responsesOf(q.ID)
	at.Step = exportStep
	if at.Total, err = s.responses.Count(ctx, query.Filter); err != nil {
		return result, err
	}
	asOf := len(contents)
	if n, err := strconv.Atoi(t.Input[inputVersions]); err == nil {
		asOf = min(n, asOf)
	}
	table := newTable(contents[:asOf], t.Input[inputLanguage], t.Input[inputOther])
	table.versions = versionsOf(contents) // what was published since adds no columns, but is answered
	out := csvout.Continue(p)
	if at.Checkpoint == "" {
		out = csvout.New(p)
		_ = table.writeHeader(out) // Flush returns the error
	}
	for {
		query.Cursor = at.Checkpoint
		page, err := s.responses.Find(ctx, query)
		if err != nil {
			return result, err
		}
		for i, r := range page.Items {
			_ = table.writeRow(out, at.Done+i+1, r) // Flush returns the error
		}
		if err := out.Flush(); err != nil {
			return result, err
		}
		at.Done, at.Checkpoint = at.Done+len(page.Items), page.Next
		if page.Next == "" {
			return work.Result{FileName: responsesFile(q), MediaType: csvMedia}, nil
		}
		if err := p.Checkpoint(at); err != nil {
			return result, err
		}
	}
}

// csvMedia is the media type of tables.
const csvMedia = "text/csv; charset=utf-8"

func responsesFile(q Questionnaire) string { return q.Slug + "-responses.csv" }
