package work

import (
	"context"
	"io"
	"net/http"

	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// tasksPage lists long work.
type tasksPage struct {
	Items  []work.Task
	Paging ui.Paging
	All    bool // of everybody
}

// tasks lists the long work that was asked for: one's own, and for administrators everybody's.
func (p *Pages) tasks(r *page.Request) error {
	found, err := p.Work.Tasks(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	view := tasksPage{Items: found.Items,
		Paging: ui.PagingBy(deskui.WorkPath, r.Queries(), found.Next).NewestFirst(),
		All:    r.Actor.Allowed(work.PermAll)}
	return r.Page(http.StatusOK, taskList(r.Frame(r.T("work.title")), view))
}

// taskPage is one piece of long work.
type taskPage struct {
	work.Task
	Own, MayTake bool
	MayCancel    bool
	Held         bool // the reader stopped the refreshing
	About        ui.Link
	Form         ui.Form
}

// task shows how far a piece of long work is, and what it ended with.
func (p *Pages) task(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	t, err := p.Work.Task(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	mayTake, err := p.Work.MayTake(r.Context(), r.Actor, t)
	if err != nil {
		return err
	}
	view := taskPage{Task: t, Own: t.Owner == r.Actor.Account, MayTake: mayTake,
		MayCancel: p.Work.MayCancel(r.Actor, t), Held: r.Query("hold") != "", Form: r.NewForm(nil),
		About: deskui.TaskAbout(r.Actor, t)}
	f := r.Frame(r.T(deskui.TaskKind(t)))
	if t.Open() && !view.Held {
		f.Renew = deskui.RenewEvery
	}
	return r.Page(http.StatusOK, taskDetails(f, view))
}

// taskEvents tells of each change of a task.
func (p *Pages) taskEvents(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if _, err := p.Work.Task(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Events(func(ctx context.Context, by civic.Actor) (string, bool, error) {
		t, err := p.Work.Task(ctx, by, id)
		return deskui.TaskVersion(t), !t.Open(), err
	})
}

// downloadTask sends the file that a task made to who asked for it.
func (p *Pages) downloadTask(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	file, err := p.Work.Take(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Stream(file.FileName, file.MediaType, func(ctx context.Context, w io.Writer) error {
		return file.WriteTo(ctx, w)
	})
}

// cancelTask stops a task.
func (p *Pages) cancelTask(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := p.Work.Cancel(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Redirect(deskui.TaskPath(id))
}

// whoAsked returns who asked for a task: a colleague, or the program.
func whoAsked(f ui.Frame, t work.Task) string {
	if t.OfProgram() {
		return f.T("work.by_program")
	}
	return t.Name
}

// live is the part of the page that changes by itself.
func (p taskPage) live() ui.Live {
	l := deskui.LiveTask("avanzamento", p.Task, p.Held)
	l.Class = "mb-4"
	return l
}

// size returns the file and how large it is, in words.
func (p taskPage) size(f ui.Frame) string {
	return f.T("work.file_size",
		civic.Args{"Name": p.Result.FileName, "Size": f.L.Int(int((p.Size + 999) / 1000))})
}
