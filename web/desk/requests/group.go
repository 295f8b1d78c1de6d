package requests

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/desk/deskui"
	"ascolto/web/page"
	"ascolto/web/ui"
)

// groupsPage lists groups.
type groupsPage struct {
	Items     []requests.Group
	Reference deskui.Reference
	Paging    ui.Paging
}

// groups lists groups, newest first.
func (p *Pages) groups(r *page.Request) error {
	list, err := p.Requests.Groups(r.Context(), r.Actor, deskui.Rows(r))
	if err != nil {
		return err
	}
	view := groupsPage{Items: list.Items, Paging: ui.PagingBy(groupsPath, r.Queries(), list.Next)}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	f := r.Frame(r.T("requests.groups.title")).With(r.T("requests.desk.title"), queuePath)
	return r.Page(http.StatusOK, groupList(f, view))
}

// maxGroupOptions is among how many groups one can be chosen; the latest are.
const maxGroupOptions = 50

// groupOptions lists the groups that a request can be put into, the latest first.
func (p *Pages) groupOptions(r *page.Request) ([]ui.Option, error) {
	list, err := p.Requests.Groups(r.Context(), r.Actor, civic.PageRequest{Size: maxGroupOptions})
	var all []ui.Option
	for _, g := range list.Items {
		all = append(all, ui.Option{Value: string(g.ID), Label: g.Name})
	}
	return all, err
}

// groupName returns what the group of the request is called.
func (p requestPage) groupName() string {
	for _, e := range slices.Backward(p.Events) {
		if e.Act == requests.ActGroup {
			return e.GroupName
		}
	}
	return ""
}

// groupFormPage is the form by which chosen requests are put into a group.
type groupFormPage struct {
	Items  []requests.Request
	People map[civic.ID]crm.Mark
	Groups []ui.Option
	Form   ui.Form
}

func (p *Pages) showGroupForm(r *page.Request, status int, ids []civic.ID, form ui.Form) (err error) {
	view := groupFormPage{Form: form}
	if view.Items, err = p.Requests.Some(r.Context(), r.Actor, ids); err != nil {
		return err
	}
	if err := p.CRM.Shown(r.Context(), r.Actor, len(view.Items)); err != nil {
		return err
	}
	if view.People, err = p.applicants(r, view.Items); err != nil {
		return err
	}
	if view.Groups, err = p.groupOptions(r); err != nil {
		return err
	}
	f := r.Frame(r.T(requests.ActGroup.Word())).With(r.T("requests.desk.title"), queuePath)
	return r.Page(status, groupForm(f, view))
}

// createGroup puts the chosen requests into a group: one that there is, or a new one of the office of the
// first of them.
func (p *Pages) createGroup(r *page.Request) error {
	form := r.Form()
	ids, name, group := form.IDs("id"), form.Line("name", 120), form.ID("group")
	some, err := p.Requests.Some(r.Context(), r.Actor, ids)
	if err != nil {
		return err
	}
	switch {
	case group == "" && name == "":
		form.Problem("name", "requests.error.group_name")
	case group != "" && name != "":
		form.Problem("name", "requests.error.group_either")
	case len(some) == 0:
		form.Problem("name", "requests.together.none")
	}
	err = form.Err()
	if err == nil && group == "" {
		var g requests.Group
		g, err = p.Requests.CreateGroup(r.Context(), r.Actor, string(form.Key()), name, some[0].Office)
		group = g.ID
	}
	var unmoved []requests.Unmoved
	if err == nil {
		unmoved, err = p.Requests.MoveEach(r.Context(), r.Actor, ids,
			requests.MoveInput{FormKey: string(form.Key()), Act: requests.ActGroup, Group: group})
	}
	if again, ok := form.Again(err); ok {
		return p.showGroupForm(r, http.StatusUnprocessableEntity, ids, again)
	}
	if err != nil {
		return err
	}
	if len(unmoved) > 0 {
		return p.showMembers(r, http.StatusConflict, group, membersPage{Why: whyNot(r, unmoved),
			Done: len(ids) - len(unmoved), Undone: len(unmoved), Form: p.groupMessage(r)})
	}
	return r.Redirect(groupPath(group), civic.Message{Key: "requests.groups.joined",
		Args: civic.Args{"Count": len(ids)}})
}

// whyNot says why something could not be done to some requests.
func whyNot(r *page.Request, unmoved []requests.Unmoved) map[civic.ID]string {
	why := map[civic.ID]string{}
	for _, u := range unmoved {
		why[u.ID] = reasonText(r.L, u.Err)
	}
	return why
}

// membersPage is a group with its requests, and the form of what is said to all of them.
type membersPage struct {
	requests.Group
	Items        []requests.Request
	Others       int                 // requests of it that other offices deal with
	Why          map[civic.ID]string // of those to which something could not be done
	Done, Undone int                 // to how many it was, and was not
	People       map[civic.ID]crm.Mark
	Reference    deskui.Reference
	MayWrite     bool
	Form         ui.Form
	Tokens       ui.Form // of the buttons
}

// open returns how many requests of the group wait for their end.
func (p membersPage) open() (n int) {
	for _, r := range p.Items {
		if r.Open {
			n++
		}
	}
	return n
}

func (p *Pages) groupMessage(r *page.Request) ui.Form {
	return r.NewForm(ui.Prefill("act", string(requests.GroupActs()[0])))
}

// group shows a group.
func (p *Pages) group(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.showMembers(r, http.StatusOK, id, membersPage{Form: p.groupMessage(r)})
}

func (p *Pages) showMembers(r *page.Request, status int, id civic.ID, view membersPage) (err error) {
	if view.Group, err = p.Requests.Group(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if view.Items, view.Others, err = p.Requests.GroupMembers(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if err := p.CRM.Shown(r.Context(), r.Actor, len(view.Items)); err != nil {
		return err
	}
	if view.People, err = p.applicants(r, view.Items); err != nil {
		return err
	}
	if view.Reference, err = deskui.ReadReference(r, p.Reference); err != nil {
		return err
	}
	view.MayWrite, view.Tokens = r.Actor.Allowed(requests.PermWrite), r.NewForm(nil)
	f := r.Frame(view.Name).With(r.T("requests.desk.title"), queuePath).With(r.T("requests.groups.title"),
		groupsPath)
	return r.Page(status, groupMembers(f, view))
}

// moveGroup says or does the same to all open requests of a group.
func (p *Pages) moveGroup(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	in := requests.MoveInput{FormKey: string(form.Key()), Act: requests.Act(form.String("act")),
		Text: form.Text("text", 10_000)}
	if !slices.Contains(requests.GroupActs(), in.Act) {
		form.Problem("act", "error.choice")
	}
	done, unmoved := 0, []requests.Unmoved(nil)
	if err = form.Err(); err == nil {
		done, unmoved, err = p.Requests.MoveGroup(r.Context(), r.Actor, id, in)
	}
	if again, ok := form.Again(err); ok {
		return p.showMembers(r, http.StatusUnprocessableEntity, id, membersPage{Form: again})
	}
	if err != nil {
		return err
	}
	if len(unmoved) > 0 {
		left := r.NewForm(ui.Prefill("act", string(in.Act), "text", in.Text))
		left.Key = string(form.Key()) // pressed again it reaches only those that it did not
		return p.showMembers(r, http.StatusConflict, id, membersPage{Why: whyNot(r, unmoved), Done: done,
			Undone: len(unmoved), Form: left})
	}
	return r.Redirect(groupPath(id), civic.Message{Key: "requests.groups.sent", Args: civic.Args{"Count": done}})
}

// leaveGroup takes a request out of its group.
func (p *Pages) leaveGroup(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := r.Form()
	member := form.ID("member")
	if err := form.Err(); err != nil {
		return err
	}
	_, err = p.Requests.Move(r.Context(), r.Actor, member,
		requests.MoveInput{FormKey: string(form.Key()), Act: requests.ActUngroup})
	if e, ok := errors.AsType[*civic.Error](err); ok && e.Code == civic.Conflict { // somebody was quicker
		err = nil
	}
	if err != nil {
		return err
	}
	return r.Redirect(groupPath(id), civic.Msg("requests.groups.left"))
}

// fieldHint names the fields that a text to a group may hold.
func fieldHint(f ui.Frame) string {
	var all []string
	for _, name := range requests.GroupFields(string(f.L.Lang())) {
		all = append(all, "{{"+name+"}}")
	}
	return f.T("requests.groups.fields", civic.Args{"Names": strings.Join(all, ", ")})
}

// actOptions lists what can be said to a group.
func actOptions(f ui.Frame) (all []ui.Option) {
	for _, a := range requests.GroupActs() {
		all = append(all, ui.Option{Value: string(a), Label: f.T("requests.groups.act_" + string(a))})
	}
	return all
}

// headings are those of the list of a group's requests.
func (p membersPage) headings(f ui.Frame) []string {
	all := []string{f.T("requests.field.due"), f.T("requests.field.number"), f.T("requests.field.subject"),
		f.T("requests.field.applicant"), f.T("requests.field.state"), f.T("requests.who")}
	if len(p.Why) > 0 {
		all = append(all, f.T("requests.together.why"))
	}
	if p.MayWrite {
		all = append(all, f.T("requests.groups.leave_column"))
	}
	return all
}
