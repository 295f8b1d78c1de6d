package surveys

import (
	"errors"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/surveys"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// brings returns the form of a page, which brings files where a question asks for them.
func (p questionsPage) brings(form ui.Form) ui.Form {
	for _, q := range p.Questions {
		form.Files = form.Files || q.By == ui.ByFiles
	}
	return form
}

// attached returns the files that are answered on a page, by the names of their fields.
func attached(place surveys.ResponsePage) map[string][]blob.Attachment {
	all := map[string][]blob.Attachment{}
	for _, a := range place.Asked {
		if len(a.Answer.Files) > 0 {
			all[a.Question.Code] = a.Answer.Files
		}
	}
	return all
}

// typedAnswers returns what a form says about questions: each field is named like the question it is of, and
// the part of its answer.
func typedAnswers(form *page.Form) surveys.Typed {
	typed := surveys.Typed{}
	for name, values := range form.AsSent() {
		code, part := civic.SplitField(name)
		if typed[code] == nil {
			typed[code] = surveys.TypedAnswer{}
		}
		typed[code][part] = values
	}
	return typed
}

// answersWithFiles is typedAnswers of the form of a page whose files are kept, and stand for themselves by
// their ids; refused is what is wrong with those that cannot be.
func (p *Pages) answersWithFiles(
	req *page.Request, r surveys.Respondent, number int,
) (typed surveys.Typed, refused civic.Problems, err error) {
	form := req.Form()
	typed = typedAnswers(form)
	if !req.BringsFiles() {
		return typed, refused, nil
	}
	place, err := p.Surveys.Page(req.Context(), r, number)
	if err != nil || place.Number != number {
		return typed, refused, err
	}
	for _, a := range place.Asked {
		for _, in := range a.Question.Inputs() {
			if in.By != surveys.ByFiles {
				continue
			}
			code := a.Question.Code
			files, err := form.Attachments(code, page.AttachInput{Files: p.Files, Use: in.Use,
				Sender: place.Uploader, Person: place.Person,
				Anonymous: place.Survey.Participation == surveys.Anonymous, Pool: place.Pool})
			if err != nil {
				return typed, refused, err
			}
			typed[code] = surveys.TypedAnswer{}
			for _, f := range files {
				typed[code][""] = append(typed[code][""], string(f.File))
			}
			noteRefused(&refused, form.Err(), code)
		}
	}
	return typed, refused, nil
}

// noteRefused notes what is wrong with a field.
func noteRefused(p *civic.Problems, err error, field string) {
	var e *civic.Error
	if !errors.As(err, &e) {
		return
	}
	for _, f := range e.Fields {
		if f.Field == field {
			p.Add(f.Field, f.Message.Key, f.Message.Args)
		}
	}
}

// withRefused adds the files that were refused to what is wrong with a page. A field that complains of them
// does not also say that it is empty.
func withRefused(err error, refused civic.Problems) error {
	if refused.Err() == nil || err != nil && civic.CodeOf(err) != civic.Invalid {
		return err
	}
	said := map[string]bool{}
	var e *civic.Error
	if errors.As(refused.Err(), &e) {
		for _, f := range e.Fields {
			said[f.Field] = true
		}
	}
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			if !said[f.Field] {
				refused.Add(f.Field, f.Message.Key, f.Message.Args)
			}
		}
	}
	return refused.Err()
}
