package api

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
	"ascolto/web/page"
)

const contactsPath = "/api/v1/contacts"

// orders are how a list of contacts may be asked for.
var orders = map[string]crm.ContactOrder{
	"": crm.ByName, "name": crm.ByName, "-name": crm.ByNameDown, "updated_at": crm.ByChange,
	"-updated_at": crm.ByChangeDown,
}

// contactList is a part of the list of contacts, or what a search found.
type contactList struct {
	Items   []listedContact `json:"items"`
	Similar []listedContact `json:"similar"` // named like what was searched for
	Next    *string         `json:"next"`    // the cursor of the next part
}

// Contacts lists contacts, or finds them, by the filters of the list at the desk.
func (r *Resources) Contacts(req *page.Request) error {
	size, filter, err := contactQuery(req)
	if err != nil {
		return err
	}
	out := contactList{Similar: []listedContact{}}
	if text := req.Query("q"); text != "" {
		found, similar, err := r.CRM.FindContacts(req.Context(), req.Actor, text, filter.District)
		if err != nil {
			return err
		}
		out.Items, out.Similar = listed(found), listed(similar)
		return req.JSON(http.StatusOK, out)
	}
	view, err := r.CRM.Contacts(req.Context(), req.Actor, filter,
		civic.PageRequest{Cursor: req.Query("cursor"),
			Size: size})
	if err != nil {
		return err
	}
	if out.Items, out.Next = listed(view.Items), known(view.Next); view.Next != "" {
		query := url.Values{"cursor": {view.Next}, "limit": {strconv.Itoa(size)}}
		for _, name := range []string{"district", "order"} {
			if value := req.Query(name); value != "" {
				query.Set(name, value)
			}
		}
		req.Next(contactsPath + "?" + query.Encode())
	}
	return req.JSON(http.StatusOK, out)
}

// contactQuery reads what of the list is asked for. What a search found has neither order nor parts.
func contactQuery(r *page.Request) (size int, f crm.ContactFilter, err error) {
	names := []string{"q", "district", "order", "limit", "cursor"}
	if r.Query("q") != "" {
		names = names[:2]
	}
	if err := r.CheckQuery(names...); err != nil {
		return 0, f, err
	}
	var p civic.Problems
	if district := r.Query("district"); district != "" {
		f.District, err = civic.ParseID(district)
		p.Check("district", err)
	}
	order, ok := orders[r.Query("order")]
	if f.Order = order; !ok {
		p.Add("order", "api.error.order")
	}
	if err := p.Err(); err != nil {
		return 0, f, err
	}
	size, err = limit(r)
	return size, f, err
}

// Contact tells a contact, but for the fiscal code.
func (r *Resources) Contact(req *page.Request) error {
	id, err := req.ID("id")
	if err != nil {
		return err
	}
	c, err := r.CRM.Contact(req.Context(), req.Actor, id)
	if err != nil || req.Unchanged(c.Tag()) {
		return err
	}
	return req.JSON(http.StatusOK, contactOf(c))
}

// FiscalCode tells the fiscal code of a contact, null when it has none. Reading it is audited apart.
func (r *Resources) FiscalCode(req *page.Request) error {
	id, err := req.ID("id")
	if err != nil {
		return err
	}
	if _, err := r.CRM.Contact(req.Context(), req.Actor, id); err != nil {
		return err
	}
	code, err := r.CRM.FiscalCode(req.Context(), req.Actor, id)
	if err != nil {
		return err
	}
	return req.JSON(http.StatusOK, map[string]*string{"fiscal_code": known(code)})
}

// CreateContact stores a new contact, once for each Idempotency-Key, and tells its id; or who it may be
// already.
func (r *Resources) CreateContact(req *page.Request) error {
	key, err := formKey(req)
	if err != nil {
		return err
	}
	o, err := req.Object()
	if err != nil {
		return err
	}
	in := newContact(o)
	in.FormKey = key
	if err := o.Err(); err != nil {
		return err
	}
	c, err := r.CRM.CreateContact(req.Context(), req.Actor, in)
	if err != nil {
		return withCandidates(req, err)
	}
	req.Tagged(c.Tag())
	return req.Created(contactsPath+"/"+string(c.ID), map[string]civic.ID{"id": c.ID})
}

// candidate is who a new contact may be already.
type candidate struct {
	ID      civic.ID     `json:"id"`
	Name    string       `json:"name"`
	Score   int          `json:"score"` // 1 to 100
	Reasons []crm.Reason `json:"reasons"`
}

// withCandidates tells whom a contact resembles that was not saved, to who may read contacts.
func withCandidates(r *page.Request, err error) error {
	doubles, ok := errors.AsType[*crm.Duplicates](err)
	if !ok || !r.Actor.Allowed(crm.PermReadContacts) {
		return err
	}
	out := make([]candidate, len(doubles.Candidates))
	for i, c := range doubles.Candidates {
		out[i] = candidate{ID: c.Contact.ID, Name: c.Contact.ListName(), Score: c.Score, Reasons: c.Reasons}
	}
	return &page.Refusal{Cause: err, Members: map[string]any{"candidates": out}}
}

// UpdateContact stores a merge patch of the version that the program read, or tells which fields somebody
// else changed meanwhile.
func (r *Resources) UpdateContact(req *page.Request) error {
	id, err := req.ID("id")
	if err != nil {
		return err
	}
	versions, err := req.IfMatch()
	if err != nil {
		return err
	}
	o, err := req.Object()
	if err != nil {
		return err
	}
	patch := contactPatch(o)
	patch.Versions = versions
	if err := o.Err(); err != nil {
		return err
	}
	c, err := r.CRM.PatchContact(req.Context(), req.Actor, id, patch)
	if err != nil {
		return withClashes(err)
	}
	req.Tagged(c.Tag())
	return req.Done()
}

// clash is a field that the program and somebody else changed. Who it was is told of staff, and when as
// far as it is known.
type clash struct {
	Field string     `json:"field"`
	By    *string    `json:"by"`
	At    *time.Time `json:"at"`
}

// withClashes tells that another version is stored, and which fields both changed.
func withClashes(err error) error {
	conflict, ok := errors.AsType[*crm.ContactConflict](err)
	if !ok {
		return err
	}
	list := []clash{}
	for _, e := range conflict.Clashes {
		list = append(list, clashOf(e))
	}
	return &page.Refusal{Cause: err, Status: http.StatusPreconditionFailed,
		Members: map[string]any{"conflicts": list}}
}

func clashOf(e merge.Edit) clash {
	c := clash{Field: e.Field, By: known(e.Name)}
	if at := e.At.UTC(); !at.IsZero() {
		c.At = &at
	}
	return c
}
