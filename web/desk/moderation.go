package desk

import (
	"context"
	"net/http"
	"strconv"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/ui"
	"ascolto/web/visit"
)

// ModerationQueue shows the reported posts, the one waiting longest first.
func (p *Pages) ModerationQueue(v *visit.Visit) error {
	queue, err := p.Forum.Queue(v.Context(), v.Actor, v.PageRequest())
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.queue.title"))
	return v.Page(http.StatusOK, moderationQueue(f, queue.Items, ui.PagingBy("/desk/moderation", v.Queries(), queue.Next)))
}

// ModerationLog shows the decisions with who took them and why.
func (p *Pages) ModerationLog(v *visit.Visit) error {
	list, err := p.Forum.Decisions(v.Context(), v.Actor, v.PageRequest())
	if err != nil {
		return err
	}
	areas, err := p.areaNames(v)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("forum.log.title")).With(v.T("forum.queue.title"), "/desk/moderation")
	return v.Page(http.StatusOK, moderationLog(f, list.Items, areas, ui.PagingBy("/desk/moderation/log", v.Queries(), list.Next).NewestFirst()))
}

// casePage is a post with its reports and the form of a decision.
type casePage struct {
	forum.CaseView
	Form    ui.Form
	Claimer bool // the reader has claimed it
}

func (p casePage) path() string {
	return "/desk/moderation/" + string(p.Thread.ID) + "/" + strconv.FormatInt(p.Post.Number, 10)
}

// ModerationCase shows a post for a decision.
func (p *Pages) ModerationCase(v *visit.Visit) error {
	return p.showCase(v, http.StatusOK, v.NewForm(nil))
}

func (p *Pages) showCase(v *visit.Visit, status int, form ui.Form) error {
	id, number, err := caseAt(v)
	if err != nil {
		return err
	}
	view, err := p.Forum.Case(v.Context(), v.Actor, id, number)
	if err != nil {
		return err
	}
	page := casePage{CaseView: view, Form: form, Claimer: view.Case.ClaimedBy == v.Actor.Account && !view.Claimed}
	title := "forum.case.title"
	if len(view.Reports) == 0 {
		title = "forum.case.title_other"
	}
	f := v.Frame(v.T(title, civic.Args{"Number": number})).With(v.T("forum.queue.title"), "/desk/moderation")
	return v.Page(status, moderationCase(f, page))
}

// caseAt returns the discussion and post that a path names, or NotFound.
func caseAt(v *visit.Visit) (civic.ID, int64, error) {
	id, err := v.ID("id")
	if err != nil {
		return "", 0, err
	}
	number, err := strconv.ParseInt(v.Param("number"), 10, 64)
	if err != nil || number < 1 {
		return "", 0, civic.NewError(civic.NotFound, "error.not_found")
	}
	return id, number, nil
}

// ClaimCase tells the other moderators that the reader is at work on a post.
func (p *Pages) ClaimCase(v *visit.Visit) error {
	return p.claim(v, p.Forum.Claim, civic.Msg("forum.case.claimed"))
}

// ReleaseCase gives a claimed post back to the queue.
func (p *Pages) ReleaseCase(v *visit.Visit) error {
	return p.claim(v, p.Forum.Release, civic.Msg("forum.case.released"))
}

func (p *Pages) claim(
	v *visit.Visit, change func(context.Context, civic.Actor, civic.ID, int64) (forum.Case, error), done civic.Message,
) error {
	id, number, err := caseAt(v)
	if err != nil {
		return err
	}
	if _, err := change(v.Context(), v.Actor, id, number); err != nil {
		return err
	}
	return v.Redirect("/desk/moderation/"+string(id)+"/"+strconv.FormatInt(number, 10), done)
}

// DecideCase takes a decision about a post, or about its whole discussion.
func (p *Pages) DecideCase(v *visit.Visit) error {
	id, number, err := caseAt(v)
	if err != nil {
		return err
	}
	form := v.Form()
	in := readDecision(form, id, number)
	if in.Action == hideThread {
		in.Action, in.Number, in.Round = forum.ActionHide, 0, form.Int("thread_round")
	}
	if err = form.Err(); err == nil {
		_, err = p.Forum.Decide(v.Context(), v.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showCase(v, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return v.Redirect("/desk/moderation", civic.Msg("forum.desk.decided"))
}
