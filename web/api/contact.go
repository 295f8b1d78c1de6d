package api

import (
	"strconv"
	"time"

	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// contact is a contact as programs read it. What is not known is empty, null or an empty list, never left
// out.
type contact struct {
	ID            civic.ID   `json:"id"`
	Kind          crm.Kind   `json:"kind"`
	GivenName     string     `json:"given_name"`
	FamilyName    string     `json:"family_name"`
	Organisation  string     `json:"organisation"`
	Emails        []string   `json:"emails"`
	Phones        []string   `json:"phones"`
	Street        string     `json:"street"`
	Postcode      string     `json:"postcode"`
	Town          string     `json:"town"`
	District      *civic.ID  `json:"district"`
	Tags          []civic.ID `json:"tags"`
	Language      string     `json:"language"`
	BirthYear     *int       `json:"birth_year"`
	HasFiscalCode bool       `json:"has_fiscal_code"`
	CreatedAt     time.Time  `json:"created_at"`
	UpdatedAt     time.Time  `json:"updated_at"`
}

func contactOf(c crm.Contact) contact {
	out := contact{
		ID: c.ID, Kind: c.Kind, GivenName: c.GivenName, FamilyName: c.FamilyName, Organisation: c.Organisation,
		Emails: []string{}, Phones: []string{}, Street: c.Address.Street, Postcode: c.Address.Postcode,
		Town:     c.Address.Town,
		District: known(c.District), Tags: append([]civic.ID{}, c.Tags...), Language: c.Language,
		BirthYear:     known(c.BirthYear),
		HasFiscalCode: c.CodeDigest != "", CreatedAt: c.CreatedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(),
	}
	for _, e := range c.Emails {
		out.Emails = append(out.Emails, e.Address)
	}
	for _, n := range c.Phones {
		out.Phones = append(out.Phones, n.String())
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

// numbered names the lines of a repeated field as the forms do: "email_1", "email_2".
func numbered(field string) func(i int) string {
	return func(i int) string { return field + "_" + strconv.Itoa(i+1) }
}

// newContact reads a contact to create.
func newContact(o *page.Object) crm.ContactInput {
	return crm.ContactInput{
		Kind: crm.Kind(o.String("kind")), GivenName: o.String("given_name"), FamilyName: o.String("family_name"),
		Organisation: o.String("organisation"), Emails: o.Strings("emails", numbered("email")),
		Phones:   o.Strings("phones", numbered("phone")),
		Address:  crm.Address{Street: o.String("street"), Postcode: o.String("postcode"), Town: o.String("town")},
		District: o.ID("district"), Tags: o.IDs("tags"), Language: o.String("language"),
		BirthYear:  o.Integer("birth_year"),
		FiscalCode: o.String("fiscal_code"), Confirmed: o.Bool(crm.CodeConfirmed), Reason: o.String("reason"),
	}
}

// contactPatch reads a merge patch (RFC 7396): what is absent stays, null empties.
func contactPatch(o *page.Object) crm.ContactPatch {
	kind := sent(o, "kind", o.String)
	p := crm.ContactPatch{
		GivenName: sent(o, "given_name", o.String), FamilyName: sent(o, "family_name", o.String),
		Organisation: sent(o, "organisation", o.String),
		Emails:       sent(o, "emails", lines(o, "email")), Phones: sent(o, "phones", lines(o, "phone")),
		Street: sent(o, "street", o.String), Postcode: sent(o, "postcode", o.String), Town: sent(o, "town",
			o.String),
		District: sent(o, "district", o.ID), Tags: sent(o, "tags", o.IDs), Language: sent(o, "language", o.String),
		BirthYear: sent(o, "birth_year", o.Integer), FiscalCode: sent(o, "fiscal_code", o.String),
		Confirmed: o.Bool(crm.CodeConfirmed),
	}
	if kind != nil {
		p.Kind = known(crm.Kind(*kind))
		if p.Kind == nil {
			p.Kind = new(crm.Kind) // refused, as an empty one is in the form
		}
	}
	return p
}

// sent returns what read reads of a field that was sent, nil for one that was not.
func sent[T any](o *page.Object, name string, read func(string) T) *T {
	if !o.Has(name) {
		return nil
	}
	value := read(name)
	return &value
}

// lines reads a repeated field whose lines are numbered.
func lines(o *page.Object, field string) func(string) []string {
	return func(name string) []string { return o.Strings(name, numbered(field)) }
}
