package requests

import (
	"net/http"
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// requestPage is one request, with the forms for what can be done with it.
type requestPage struct {
	requests.Request
	neighbours
	Clock      requests.Clock
	Service    requestview.Service
	Choices    []requests.Choice // none for who may only read
	Forms      map[requests.Act]ui.Form
	Refused    requests.Act // whose form came back
	Reference  deskui.Reference
	Offices    map[civic.ID]string
	Colleagues []crm.Colleague
	Groups     []ui.Option // that it can be put into
	Procedure  requests.Procedure
	People     map[civic.ID]crm.Mark // the applicant, when the reader may know of them
	MayWrite   bool
	Claim      requests.Claim // who is writing an answer; without By nobody is
	Own        bool           // the reader is
	Missed     ui.Form        // the form of an act that somebody made impossible meanwhile
	CalledAt   time.Time      // of the conversation in which it was asked for; zero: none to be known of
}

func (p requestPage) form(a requests.Act) ui.Form { return p.Forms[a].Named(string(a)) }

func (p requestPage) filePath(file civic.ID) string {
	return requestPath(p.ID) + "/files/" + string(file)
}

// request shows one request.
func (p *Pages) request(r *page.Request) error {
	return p.show(r, http.StatusOK, "", ui.Form{})
}

// show shows a request; form is the one that came back, of an act.
func (p *Pages) show(r *page.Request, status int, refused requests.Act, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view := requestPage{Refused: refused, Forms: map[requests.Act]ui.Form{}}
	if view.Request, err = p.Requests.Request(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.MayWrite = view.Editable(r.Actor); view.MayWrite {
		if err := p.fillForms(r, &view, form); err != nil {
			return err
		}
	}
	if view.neighbours, err = p.readNeighbours(r, id); err != nil {
		return err
	}
	if view.Clock, err = p.Requests.ClockOf(view.Request); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	view.Offices = map[civic.ID]string{}
	for _, o := range view.Reference.Offices {
		view.Offices[o.ID] = o.Name
	}
	view.Service, err = requestview.ReadService(r.Context(), p.Requests, view.Request, view.Offices)
	if err != nil {
		return err
	}
	if view.Contact != "" {
		if view.People, err = p.CRM.Marks(r.Context(), r.Actor, []civic.ID{view.Contact}); err != nil {
			return err
		}
	}
	if view.Call != "" {
		view.CalledAt, err = p.CRM.CallAt(r.Context(), r.Actor, view.Call)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			return err
		}
	}
	return r.Page(status, requestDetails(r.Frame(requestview.Subject(r.L, view.Request)), view))
}

func (p *Pages) fillForms(r *page.Request, view *requestPage, form ui.Form) (err error) {
	view.Choices = p.Requests.Choices(view.Request, requests.Staff)
	if view.Claim, err = p.Requests.Claimed(r.Context(), view.ID); err != nil {
		return err
	}
	view.Own = view.Claim.By == r.Actor.Account
	isRefused := func(c requests.Choice) bool { return c.Act == view.Refused && c.Blocked == nil }
	if view.Refused != "" && !slices.ContainsFunc(view.Choices, isRefused) {
		view.Missed = form
	}
	for _, c := range view.Choices {
		f := r.NewForm(ui.Prefill("responsible", string(r.Actor.Account), "on", requestview.Today()))
		if c.Act == view.Refused {
			f = form
		}
		f.Files = hasFiles(c)
		view.Forms[c.Act] = f
	}
	if view.Groups, err = p.groupOptions(r); err != nil {
		return err
	}
	if view.Colleagues, err = p.Requests.Responsible(r.Context(), r.Actor, view.Request); err != nil {
		return err
	}
	view.Procedure, err = p.Requests.Procedure(r.Context(), view.Request.Procedure)
	if civic.CodeOf(err) == civic.NotFound {
		err = nil
	}
	return err
}

// attachInput says where the files of a request go.
func (p *Pages) attachInput(r *page.Request) page.AttachInput {
	return page.AttachInput{Files: p.Files, Use: requests.Files(), Sender: r.Actor.Account}
}

// move does something to a request and shows it again: after what was done, or with the form that was wrong.
// Who has given it away and may not read it any more is led to the queue.
func (p *Pages) move(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := requests.MoveInput{
		FormKey: string(form.Key()), Act: requests.Act(form.String("act")), Text: form.Text("text", 10_000),
		Reason: form.Text("reason", 1000), Considered: form.Text("considered", 10_000),
		Office: form.ID("office"), Responsible: form.ID("responsible"), Of: form.ID("of"), On: form.String("on"),
		Objection: form.Bool("objection"), Link: form.String("link"), Version: form.Int("version"),
		Over:  form.Bool(requests.FieldOver),
		Group: form.ID("group"),
	}
	if slices.Contains(fileActs, in.Act) {
		files, err := form.Attachments("files", p.attachInput(r))
		if err != nil {
			return err
		}
		in.Files = blob.IDs(files)
	}
	var moved requests.Request
	if err = form.Err(); err == nil {
		moved, err = p.Requests.Move(r.Context(), r.Actor, id, in)
	}
	if again, ok := form.Again(err); ok {
		return p.show(r, http.StatusUnprocessableEntity, in.Act, again)
	}
	if err != nil {
		return err
	}
	path := keptPath(id, r.Queries())
	if !moved.Readable(r.Actor) {
		path = queuePath
	}
	return r.Redirect(path, civic.Msg(in.Act.Done()))
}

// sendFile sends a file of a request.
func (p *Pages) sendFile(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	file, err := r.ID("file")
	if err != nil {
		return err
	}
	f, content, err := p.Requests.OpenFile(r.Context(), r.Actor, id, file)
	if err != nil {
		return err
	}
	return r.File(f, content)
}
