package accounts

import (
	"slices"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/internal/reach"
	"ascolto/internal/textfold"
)

// What may be done with accounts.
const (
	PermRead civic.Permission = "accounts.read" // see who the colleagues are, and their roles
	// add and change staff, see and end anybody's sessions
	PermManage civic.Permission = "accounts.manage"
	// open what an identity provider said at a sign-in
	PermEvidence civic.Permission = "accounts.evidence.read"
)

// Account is who can sign in: a member of staff, or a citizen.
type Account struct {
	docstore.Meta `bson:",inline"`
	Staff         bool   `bson:"staff"`
	Login         string `bson:"login,omitempty"` // keyed digest of the address staff sign in with
	Email         string `bson:"email"`           // of staff; a citizen's addresses are the contact's
	// as shown; a citizen's may be empty when only an address is known
	Name       string        `bson:"name"`
	SortName   string        `bson:"sortName,omitempty"` // of staff: Name as lists are sorted, see named
	Roles      []civic.Role  `bson:"roles"`
	Offices    []civic.ID    `bson:"offices"`
	Contact    civic.ID      `bson:"contact"`    // of a citizen
	FiscalCode []byte        `bson:"fiscalCode"` // sealed; of a citizen known by an identity provider
	Password   string        `bson:"password"`   // PHC string; empty when none was set
	Disabled   bool          `bson:"disabled"`
	Epoch      int64         `bson:"epoch"` // grows with every change that ends the account's sessions
	CreatedAt  time.Time     `bson:"createdAt"`
	UpdatedAt  time.Time     `bson:"updatedAt"`
	SignedInAt time.Time     `bson:"signedInAt"`      // the last time; zero when never
	Edits      merge.Edits   `bson:"edits,omitempty"` // who gave the roles and offices last
	Last       *audit.Change `bson:"last,omitempty"`  // of a colleague, by an administrator
	Left       *departure    `bson:"left,omitempty"`  // a rebinding whose effects are still to be made
	// a password that its owner chose, until the audit has it
	Chosen *chosenPassword `bson:"chosen,omitempty"`
	// staff bound it to its contact, and their word stands until the contact has the address that signs in
	Vouched bool `bson:"vouched,omitempty"`
}

// dutiesFields are the fields of the form of a colleague's duties.
func dutiesFields() merge.Fields[Account] {
	return merge.Fields[Account]{
		merge.List("roles", func(a *Account) *[]civic.Role { return &a.Roles },
			func(r civic.Role) string { return string(r) }, 0),
		merge.List("offices", func(a *Account) *[]civic.ID { return &a.Offices },
			func(o civic.ID) string { return string(o) }, 0),
	}
}

func lastOf(a *Account) (docstore.Meta, **audit.Change) { return a.Meta, &a.Last }

// Shown returns what a form that shows the duties of a carries, for the edit to be joined with others.
func (a Account) Shown() string { return dutiesFields().Shown(&a) }

func accountSpec() docstore.Spec {
	return docstore.Spec{Name: "accounts", Indexes: []docstore.Index{
		{Name: "login", Fields: []string{"login"}, Unique: true},
		{Name: "staff", Fields: []string{"staff", "sortName"}},
		{Name: "roles", Fields: []string{"roles", "disabled"}},
		{Name: "contact", Fields: []string{"contact"}},
		{Name: "left", Fields: []string{"left.from"}},
		{Name: "chosen", Fields: []string{"chosen.at"}},
	}}
}

// named gives a member of staff their name, with what follows from it.
func (a *Account) named(name string) { a.Name, a.SortName = name, textfold.Name(name) }

// Holds reports whether the account has the role.
func (a Account) Holds(r civic.Role) bool { return slices.Contains(a.Roles, r) }

// actor returns the account as one who acts, without permissions: what the audit needs to name it.
func (a Account) actor(request string) civic.Actor {
	return civic.NewActor(civic.Actor{
		Account: a.ID, Contact: a.Contact, Name: a.Name, Offices: a.Offices, Roles: a.Roles, Request: request,
	}, nil)
}

// endSessions makes every session begun so far worthless.
func (a *Account) endSessions() { a.Epoch++ }

// outdated is the error for what rests on the account as it was before its sessions were ended.
func outdated() error { return civic.NewError(civic.Unauthenticated, "error.unauthenticated") }

// The bounds of what staff are described by, in characters.
const (
	maxEmail   = 254
	maxName    = 120
	maxOffices = 50
)

// parseEmail returns the bare address in s, in lower case, or an Invalid error.
func parseEmail(s string) (string, error) {
	address, err := reach.ParseAddress(s)
	return strings.ToLower(address), err
}

// newEmail is parseEmail of an address that is to be written to from now on: its domain is one that mail can
// reach. Whoever has another one, of an earlier version or of their own computer, still signs in with it.
func newEmail(s string) (string, error) {
	email, err := reach.ParseEmail(s)
	return email.Key, err
}

// parseRoles returns roles in the order of civic.StaffRoles, each once, or an Invalid error when there is
// none or one that is not for staff.
func parseRoles(roles []civic.Role) ([]civic.Role, error) {
	var kept []civic.Role
	for _, r := range civic.StaffRoles() {
		if slices.Contains(roles, r) {
			kept = append(kept, r)
		}
	}
	if len(kept) == 0 {
		return nil, civic.NewError(civic.Invalid, "accounts.error.roles")
	}
	for _, r := range roles {
		if !slices.Contains(kept, r) {
			return nil, civic.NewError(civic.Invalid, "error.role")
		}
	}
	return kept, nil
}

// parseOffices returns offices, each once, or an Invalid error when one is no id or there are too many.
func parseOffices(offices []civic.ID) ([]civic.ID, error) {
	var kept []civic.ID
	for _, o := range offices {
		if _, err := civic.ParseID(string(o)); err != nil {
			return nil, err
		}
		if !slices.Contains(kept, o) {
			kept = append(kept, o)
		}
	}
	if len(kept) > maxOffices {
		return nil, civic.NewErrorArgs(civic.Invalid, "accounts.error.offices", civic.Args{"Max": maxOffices})
	}
	return kept, nil
}
