package api

import (
	"encoding/json"
	"slices"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// contactOf returns a contact as programs read it. What is not known is empty, null or an empty list, never
// left out: the list of a field that can hold several values, null for a number and for a choice that may be
// none, else the text.
func contactOf(c crm.Contact) map[string]any {
	out := map[string]any{
		"id": c.ID, "has_fiscal_code": c.CodeDigest != "", "created_at": c.CreatedAt.UTC(),
		"updated_at": c.UpdatedAt.UTC(),
	}
	for _, f := range crm.ContactFields() {
		values := f.Typed(c)
		switch {
		case f.Type == crm.CodeField:
		case f.Many():
			out[f.Name] = append([]string{}, values...)
		case f.Type == crm.NumberField && len(values) > 0:
			out[f.Name] = json.Number(values[0])
		case len(values) > 0:
			out[f.Name] = values[0]
		case f.Type == crm.TextField:
			out[f.Name] = ""
		default:
			out[f.Name] = nil
		}
	}
	return out
}

// known returns nil for what is not known.
func known[T comparable](value T) *T {
	if value == *new(T) {
		return nil
	}
	return &value
}

// listedContact is a contact in a list, which tells no more than the list of the desk.
type listedContact struct {
	ID        civic.ID  `json:"id"`
	Kind      crm.Kind  `json:"kind"`
	Name      string    `json:"name"` // family name first
	Email     *string   `json:"email"`
	Phone     *string   `json:"phone"`
	District  *civic.ID `json:"district"`
	UpdatedAt time.Time `json:"updated_at"`
}

func listed(contacts []crm.Contact) []listedContact {
	out := make([]listedContact, len(contacts))
	for i, c := range contacts {
		out[i] = listedContact{ID: c.ID, Kind: c.Kind, Name: c.ListName(), District: known(c.District),
			UpdatedAt: c.UpdatedAt.UTC()}
		if len(c.Emails) > 0 {
			out[i].Email = &c.Emails[0].Address
		}
		if len(c.Phones) > 0 {
			out[i].Phone = known(c.Phones[0].String())
		}
	}
	return out
}

// newContact reads a contact to create.
func newContact(o *page.Object) crm.ContactInput {
	in := crm.ContactInput{Confirmed: o.Bool(crm.CodeConfirmed), Reason: o.String("reason")}
	for _, f := range crm.ContactFields() {
		f.Write(&in, sent(o, f)...)
	}
	return in
}

// contactPatch reads a merge patch (RFC 7396): what is absent stays, null empties.
func contactPatch(o *page.Object) crm.ContactPatch {
	p := crm.ContactPatch{Fields: map[string][]string{}, Confirmed: o.Bool(crm.CodeConfirmed)}
	for _, f := range crm.ContactFields() {
		if o.Has(f.Name) {
			p.Fields[f.Name] = sent(o, f)
		}
	}
	return p
}

// sent reads what a program says of a field, as one would type it; nothing when it says nothing.
func sent(o *page.Object, f crm.Field) (values []string) {
	switch {
	case f.Lines():
		return o.Strings(f.Name, f.Line)
	case f.Many() && f.From != "":
		for _, id := range o.IDs(f.Name) {
			values = append(values, string(id))
		}
		return values
	case f.Many():
		return o.Strings(f.Name, func(int) string { return f.Name })
	case f.From != "":
		values = []string{string(o.ID(f.Name))}
	case f.Type == crm.NumberField:
		values = []string{o.Integer(f.Name)}
	default:
		values = []string{o.String(f.Name)}
	}
	return slices.DeleteFunc(values, func(s string) bool { return s == "" })
}
