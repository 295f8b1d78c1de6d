package site

import (
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// forumReportPage asks what is wrong with a post.
type forumReportPage struct {
	Form   ui.Form
	Thread forum.Thread
	Post   forum.PostView
}

// NewPostReport shows the form that reports a post.
func (p *Pages) NewPostReport(v *visit.Visit) error {
	return p.showReport(v, http.StatusOK, v.NewForm(nil))
}

func (p *Pages) showReport(v *visit.Visit, status int, form ui.Form) error {
	id, number, err := postAt(v)
	if err != nil {
		return err
	}
	page := forumReportPage{Form: form}
	if page.Thread, page.Post, err = p.Forum.Post(v.Context(), v.Actor, id, number); err != nil {
		return err
	}
	f, err := p.below(v, v.T("forum.report.title", civic.Args{"Number": number}), page.Thread)
	if err != nil {
		return err
	}
	return v.Page(status, forumReport(f, page))
}

// ReportPost takes a report and leads to its receipt.
func (p *Pages) ReportPost(v *visit.Visit) error {
	id, number, err := postAt(v)
	if err != nil {
		return err
	}
	form := v.Form()
	in := forum.ReportInput{
		FormKey: string(form.Key()), Thread: id, Number: number, Rule: form.String("rule"), Text: form.Text("text", forum.MaxReport),
	}
	var report forum.Report
	if err = form.Err(); err == nil {
		report, err = p.Forum.Report(v.Context(), v.Actor, in)
	}
	if f, ok := form.Again(err); ok {
		return p.showReport(v, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return v.Redirect("/forum/segnalazioni/"+report.Receipt(), civic.Msg("forum.report.done"))
}

// FindReport shows the form that asks for a receipt number, or leads to the receipt.
func (p *Pages) FindReport(v *visit.Visit) error {
	f := v.Frame(v.T("forum.receipt.find")).With(v.T("forum.title"), "/forum")
	return v.Page(http.StatusOK, forumFindReceipt(f, v.NewForm(nil)))
}

// OpenReport leads to the receipt with the number that was typed, as long as there is one.
func (p *Pages) OpenReport(v *visit.Visit) error {
	form := v.Form()
	report, err := p.Forum.ReportByReceipt(v.Context(), form.String("receipt"))
	if err == nil {
		return v.Redirect("/forum/segnalazioni/" + report.Receipt())
	}
	if code := civic.CodeOf(err); code == civic.Invalid || code == civic.NotFound {
		form.Problem("receipt", "forum.error.receipt.unknown")
		err = form.Err()
	}
	if again, ok := form.Again(err); ok {
		f := v.Frame(v.T("forum.receipt.find")).With(v.T("forum.title"), "/forum")
		return v.Page(http.StatusUnprocessableEntity, forumFindReceipt(f, again))
	}
	return err
}

// ReportReceipt shows what came of a report to whoever holds its number.
func (p *Pages) ReportReceipt(v *visit.Visit) error {
	report, err := p.Forum.ReportByReceipt(v.Context(), v.Param("receipt"))
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.receipt.title")).With(v.T("forum.title"), "/forum")
	return v.Page(http.StatusOK, forumReceipt(f, report))
}

// ModerationStatement shows the author of something why it was hidden.
func (p *Pages) ModerationStatement(v *visit.Visit) error {
	thread, err := v.ID("id")
	if err != nil {
		return err
	}
	statement, err := p.Forum.Statement(v.Context(), v.Actor,
		forum.DecisionID(thread, readNumber(v.Param("number")), int(readNumber(v.Param("round")))))
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.statement.title")).With(v.T("forum.title"), "/forum")
	return v.Page(http.StatusOK, forumStatement(f, statement))
}
