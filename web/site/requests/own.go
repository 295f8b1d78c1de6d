package requests

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/requestview"
	"ascolto/web/ui"
)

// ownPage lists what the reader asked for.
type ownPage struct {
	Items  []requests.Request
	Paging ui.Paging
	Drafts []ownDraft
	Tokens ui.Form
}

// ownDraft is what the reader has begun and not filed.
type ownDraft struct {
	requests.Draft
	Name    string // of the procedure
	Offered bool   // it can still be asked for
}

// path returns where the reader goes on with it.
func (d ownDraft) path() string {
	return newPath + string(d.Procedure) + "?" + url.Values{resumeParam: {string(d.ID)}}.Encode()
}

// ownDrafts returns what the reader has begun.
func (p *Pages) ownDrafts(r *page.Request) ([]ownDraft, error) {
	drafts, err := p.Requests.OwnDrafts(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	var all []ownDraft
	for _, d := range drafts {
		procedure, err := p.Requests.Procedure(r.Context(), d.Procedure)
		if err != nil {
			return nil, err
		}
		name, offered := d.Called(procedure, civic.Now())
		all = append(all, ownDraft{d, name.In(string(r.Lang)), offered})
	}
	return all, nil
}

// ownRequests lists what the reader asked for, newest first.
func (p *Pages) ownRequests(r *page.Request) error {
	list, err := p.Requests.OwnRequests(r.Context(), r.Actor, r.PageRequest())
	if err != nil {
		return err
	}
	view := ownPage{Tokens: r.NewForm(nil), Items: list.Items,
		Paging: ui.PagingBy(ownPath, r.Queries(), list.Next).NewestFirst()}
	if r.Query(ui.CursorParam) == "" {
		if view.Drafts, err = p.ownDrafts(r); err != nil {
			return err
		}
	}
	f := r.Frame(r.T("requests.own.title")).With(r.T("crm.area.title"), "/area-personale")
	return r.Page(http.StatusOK, ownList(f, view))
}

// requestPage is a request as its applicant follows it.
type requestPage struct {
	requests.Request
	Clock   requests.Clock
	Service requestview.Service
	Review  requests.Procedure // that can be asked for now; without ID: none
	Choices []requests.Choice
	Forms   map[requests.Act]ui.Form // of what can be done
	Refused requests.Act             // whose form came back
	Back    ui.Form                  // that form
	Offices map[civic.ID]string
	Base    string // the address of the page
	Account bool   // it is followed signed in
	Tokens  ui.Form
}

// form returns the form of an act.
func (p requestPage) form(a requests.Act) ui.Form { return p.Forms[a].Named(string(a)) }

func (p requestPage) filePath(file civic.ID) string { return p.Base + "/file/" + string(file) }

// ownRequest shows a request of the reader's.
func (p *Pages) ownRequest(r *page.Request) error {
	return p.showOwn(r, http.StatusOK, "", ui.Form{})
}

func (p *Pages) showOwn(r *page.Request, status int, refused requests.Act, form ui.Form) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	own, err := p.Requests.Own(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return p.show(r, status, requestPage{Request: own, Base: ownRequest(id), Account: true, Refused: refused},
		form)
}

// show fills and shows the page of a request; form is the one that came back, of view.Refused.
func (p *Pages) show(r *page.Request, status int, view requestPage, form ui.Form) (err error) {
	if view.Clock, err = p.Requests.ClockOf(view.Request); err != nil {
		return err
	}
	if view.Offices, err = p.offices(r); err != nil {
		return err
	}
	view.Service, err = requestview.ReadService(r.Context(), p.Requests, view.Request, view.Offices)
	if err != nil {
		return err
	}
	if view.Clock.Silence == requests.SilenceReview {
		if view.Review, err = p.review(r); err != nil {
			return err
		}
	}
	view.Choices, view.Forms = p.Requests.Choices(view.Request, requests.Applicant), map[requests.Act]ui.Form{}
	view.Tokens, view.Back = r.NewForm(nil), form
	slices.SortStableFunc(view.Choices, func(a, b requests.Choice) int { // what cannot be undone is last
		return cmp.Compare(rank(a.Act), rank(b.Act))
	})
	for _, c := range view.Choices {
		f := r.NewForm(nil)
		if c.Act == view.Refused {
			f = form
		}
		f.Files = view.Account
		view.Forms[c.Act] = f
	}
	f := r.Frame(view.Subject)
	if view.Account {
		f = f.With(r.T("crm.area.title"), "/area-personale").With(r.T("requests.own.title"), ownPath)
	} else {
		f = f.With(r.T("requests.site.title"), askPath)
	}
	return r.Page(status, requestDetails(f, view))
}

// review returns the procedure by which a review is asked for, the zero value while it is not offered.
func (p *Pages) review(r *page.Request) (requests.Procedure, error) {
	offered, err := p.Requests.Offered(r.Context())
	for _, procedure := range offered {
		if procedure.ID == requests.ReviewProcedure {
			return procedure, err
		}
	}
	return requests.Procedure{}, err
}

// readMove reads what the applicant does.
func readMove(form *page.Form) requests.MoveInput {
	return requests.MoveInput{FormKey: string(form.Key()), Act: requests.Act(form.String("act")),
		Text: form.Text("text", 10_000)}
}

// moveOwn does something to a request of the reader's.
func (p *Pages) moveOwn(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := readMove(form)
	files, err := form.Attachments("files", p.attachInput(r))
	if err != nil {
		return err
	}
	in.Files = blob.IDs(files)
	if err = form.Err(); err == nil {
		_, err = p.Requests.Move(r.Context(), r.Actor, id, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showOwn(r, http.StatusUnprocessableEntity, in.Act, again)
	}
	if err != nil {
		return err
	}
	return r.Redirect(ownRequest(id), civic.Msg("requests.site.moved"))
}

// ownFile sends a file of a request of the reader's.
func (p *Pages) ownFile(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	file, err := r.ID("file")
	if err != nil {
		return err
	}
	if _, err := p.Requests.Own(r.Context(), r.Actor, id); err != nil { // staff have a page of their own
		return err
	}
	f, content, err := p.Requests.OpenFile(r.Context(), r.Actor, id, file)
	if err != nil {
		return err
	}
	return r.File(f, content)
}
