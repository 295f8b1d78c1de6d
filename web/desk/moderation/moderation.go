package moderation

import (
	"context"
	"net/http"
	"strconv"

	"ascolto/forum"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// moderationQueue shows the reported posts, the one waiting longest first.
func (p *Pages) moderationQueue(r *page.Request) error {
	queue, err := p.Forum.Queue(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.queue.title"))
	return r.Page(http.StatusOK,
		moderationQueue(f, queue.Items, ui.PagingBy("/desk/moderation", r.Queries(), queue.Next)))
}

// moderationLog shows the decisions with who took them and why.
func (p *Pages) moderationLog(r *page.Request) error {
	list, err := p.Forum.Decisions(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	areas, err := deskui.AreaNames(r, p.Forum)
	if err != nil {
		return err
	}
	f := r.Frame(r.T("forum.log.title")).With(r.T("forum.queue.title"), "/desk/moderation")
	return r.Page(http.StatusOK,
		moderationLog(f, list.Items, areas,
			ui.PagingBy("/desk/moderation/log", r.Queries(), list.Next).NewestFirst()))
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

// moderationCase shows a post for a decision.
func (p *Pages) moderationCase(r *page.Request) error {
	return p.showCase(r, http.StatusOK, r.NewForm(nil))
}

func (p *Pages) showCase(r *page.Request, status int, form ui.Form) error {
	id, number, err := caseAt(r)
	if err != nil {
		return err
	}
	view, err := p.Forum.Case(r.Context(), r.Actor, id, number)
	if err != nil {
		return err
	}
	shown := casePage{
		CaseView: view, Form: form, Claimer: view.Case.ClaimedBy == r.Actor.Account && !view.Claimed,
	}
	title := "forum.case.title"
	if len(view.Reports) == 0 {
		title = "forum.case.title_other"
	}
	f := r.Frame(r.T(title, civic.Args{"Number": number})).With(r.T("forum.queue.title"), "/desk/moderation")
	return r.Page(status, moderationCase(f, shown))
}

// caseAt returns the discussion and post that a path names, or NotFound.
func caseAt(r *page.Request) (civic.ID, int64, error) {
	id, err := r.ID("id")
	if err != nil {
		return "", 0, err
	}
	number, err := strconv.ParseInt(r.Param("number"), 10, 64)
	if err != nil || number < 1 {
		return "", 0, civic.NewError(civic.NotFound, "error.not_found")
	}
	return id, number, nil
}

// claimCase tells the other moderators that the reader is at work on a post.
func (p *Pages) claimCase(r *page.Request) error {
	return p.claim(r, p.Forum.Claim, civic.Msg("forum.case.claimed"))
}

// releaseCase gives a claimed post back to the queue.
func (p *Pages) releaseCase(r *page.Request) error {
	return p.claim(r, p.Forum.Release, civic.Msg("forum.case.released"))
}

func (p *Pages) claim(
	r *page.Request, change func(context.Context, civic.Actor, civic.ID, int64) (forum.Case, error),
	done civic.Message,
) error {
	id, number, err := caseAt(r)
	if err != nil {
		return err
	}
	if _, err := change(r.Context(), r.Actor, id, number); err != nil {
		return err
	}
	return r.Redirect("/desk/moderation/"+string(id)+"/"+strconv.FormatInt(number, 10), done)
}

// decideCase takes a decision about a post, or about its whole discussion.
func (p *Pages) decideCase(r *page.Request) error {
	id, number, err := caseAt(r)
	if err != nil {
		return err
	}
	form := r.Form()
	in := deskui.ReadDecision(form, id, number)
	if in.Action == hideThread {
		in.Action, in.Number, in.Round = forum.ActionHide, 0, form.Int("thread_round")
	}
	if err = form.Err(); err == nil {
		_, err = p.Forum.Decide(r.Context(), r.Actor, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showCase(r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect("/desk/moderation", civic.Msg("forum.desk.decided"))
}
