package forum

import (
	"net/http"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// forumReportPage asks what is wrong with a post.
type forumReportPage struct {
	Form   ui.Form
	Thread forum.Thread
	Post   forum.PostView
}

// newPostReport shows the form that reports a post.
func (p *Pages) newPostReport(r *page.Request) error {
	return p.showReport(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showReport(r *page.Request, status int, form ui.Form) error {
	id, number, err := postAt(r)
	if err != nil {
		return err
	}
	view := forumReportPage{Form: form}
	if view.Thread, view.Post, err = p.Forum.Post(r.Context(), r.Actor, id, number); err != nil {
		return err
	}
	f, err := p.below(r, r.T("forum.report.title", civic.Args{"Number": number}), view.Thread)
	if err != nil {
		return err
	}
	return r.Page(status, forumReport(f, view))
}

// reportPost takes a report and leads to its receipt.
func (p *Pages) reportPost(r *page.Request) error {
	id, number, err := postAt(r)
	if err != nil {
		return err
	}
	form := r.Form()
	in := forum.ReportInput{
		FormKey: string(form.Key()), Thread: id, Number: number, Rule: form.String("rule"),
		Text: form.Text("text", forum.MaxReport),
	}
	var report forum.Report
	if err = form.Err(); err == nil {
		report, err = p.Forum.Report(r.Context(), r.Actor, in)
	}
	if f, ok := form.Again(err); ok {
		return p.showReport(r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/forum/segnalazioni/"+report.Receipt(), civic.Msg("forum.report.done"))
}

// findReport shows the form that asks for a receipt number, or leads to the receipt.
func (p *Pages) findReport(r *page.Request) error {
	f := r.Frame(r.T("forum.receipt.find")).With(r.T("forum.title"), "/forum")
	return r.Page(http.StatusOK, forumFindReceipt(f, r.NewForm(nil)))
}

// openReport leads to the receipt with the number that was typed, as long as there is one.
func (p *Pages) openReport(r *page.Request) error {
	form := r.Form()
	report, err := p.Forum.ReportByReceipt(r.Context(), form.String("receipt"))
	if err == nil {
		return r.Redirect("/forum/segnalazioni/" + report.Receipt())
	}
	if code := civic.CodeOf(err); code == civic.Invalid || code == civic.NotFound {
		form.Problem("receipt", "forum.error.receipt.unknown")
		err = form.Err()
	}
	if again, ok := form.Again(err); ok {
		f := r.Frame(r.T("forum.receipt.find")).With(r.T("forum.title"), "/forum")
		return r.Page(http.StatusUnprocessableEntity, forumFindReceipt(f, again))
	}
	return err
}

// reportReceipt shows what came of a report to whoever holds its number.
func (p *Pages) reportReceipt(r *page.Request) error {
	report, err := p.Forum.ReportByReceipt(r.Context(), r.Param("receipt"))
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.receipt.title")).With(r.T("forum.title"), "/forum")
	return r.Page(http.StatusOK, forumReceipt(f, report))
}

// moderationStatement shows the author of something why it was hidden.
func (p *Pages) moderationStatement(r *page.Request) error {
	thread, err := r.ID("id")
	if err != nil {
		return err
	}
	statement, err := p.Forum.Statement(r.Context(), r.Actor,
		forum.DecisionID(thread, readNumber(r.Param("number")), int(readNumber(r.Param("round")))))
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.statement.title")).With(r.T("forum.title"), "/forum")
	return r.Page(http.StatusOK, forumStatement(f, statement))
}
