package crm

import (
	"slices"
	"strings"
	"time"

	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/internal/reach"
	"ascolto/internal/textfold"
)

// Proposal is what an identity provider told of a person that differs from what the contact says. It waits
// until the person takes or declines it; one that was declined is kept, so that the next sign-in does not ask
// again.
type Proposal struct {
	Field      ProposalField `bson:"field"`
	GivenName  string        `bson:"givenName,omitempty"`
	FamilyName string        `bson:"familyName,omitempty"`
	Email      string        `bson:"email,omitempty"`
	// the name does not fit the fiscal code that was told with it
	Unfit    bool      `bson:"unfit,omitempty"`
	At       time.Time `bson:"at"`
	Declined time.Time `bson:"declined,omitempty"`
	Account  civic.ID  `bson:"account,omitempty"` // whose sign-in told it; earlier versions did not say
}

// ProposalField is what a Proposal would change; a contact has at most one of each.
type ProposalField string

// The fields.
const (
	ProposedName  ProposalField = "name"
	ProposedEmail ProposalField = "email" // one more address
)

// Value returns what is proposed, as it is shown.
func (p Proposal) Value() string {
	if p.Field == ProposedEmail {
		return p.Email
	}
	return strings.TrimSpace(p.GivenName + " " + p.FamilyName)
}

// OpenProposals returns the proposals that nobody has answered.
func (c Contact) OpenProposals() []Proposal {
	return slices.DeleteFunc(slices.Clone(c.Proposals), func(p Proposal) bool { return !p.Declined.IsZero() })
}

// learn keeps what a sign-in proved: it fills what is empty and proposes what differs. It reports whether
// anything changed.
func (c *Contact) learn(id accounts.Identity, now time.Time) bool {
	changed := id.EmailProved && c.learnEmail(id, now)
	if id.FiscalCode != "" && c.Kind == Person {
		changed = c.learnName(id, now) || changed
	}
	return changed
}

func (c *Contact) learnEmail(id accounts.Identity, now time.Time) bool {
	e, err := reach.ParseEmail(id.Email)
	switch {
	case err != nil:
		return false
	case c.hasAddress(e.Key):
		return c.prove(Proof{Key: e.Key, At: now, Account: id.Account})
	// staff know who reads it; or nothing else is there, and a provider told it
	case id.Vouched && len(c.Emails) < maxEmails, id.FiscalCode != "" && len(c.Emails) == 0:
		c.Emails = append(slices.Clone(c.Emails), e)
		return c.prove(Proof{Key: e.Key, At: now, Account: id.Account})
	// the person took it off, or has another: a code sent there is no reason to put it back
	case id.FiscalCode == "":
		return false
	default:
		return c.propose(Proposal{Field: ProposedEmail, Email: e.Address, At: now, Account: id.Account})
	}
}

func (c *Contact) learnName(id accounts.Identity, now time.Time) bool {
	p := Proposal{Field: ProposedName, At: now, Account: id.Account}
	p.GivenName, _ = civic.CleanLine(id.GivenName, maxNameLength) // what is no name is left out
	p.FamilyName, _ = civic.CleanLine(id.FamilyName, maxNameLength)
	told := inOrder(textfold.Name(p.FamilyName + " " + p.GivenName))
	p.Unfit = unfit(id, p)
	switch {
	case told == "":
		return false
	case c.Nameless() && !p.Unfit:
		c.setName(p)
		return true
	case told == inOrder(c.SortName):
		return c.drop(ProposedName)
	case !p.Unfit && c.GivenName == "" && textfold.Name(c.FamilyName) == textfold.Name(p.FamilyName),
		!p.Unfit && c.FamilyName == "" && textfold.Name(c.GivenName) == textfold.Name(p.GivenName):
		c.setName(p)
		return true
	default:
		return c.propose(p)
	}
}

// unfit reports whether the name that an identity provider told does not fit the fiscal code it told: then it
// waits for the person to say whether it is theirs.
func unfit(id accounts.Identity, p Proposal) bool {
	code, err := ParseFiscalCode(id.FiscalCode)
	return err == nil && len(misfits(code, p.GivenName, p.FamilyName, 0)) > 0
}

func (c *Contact) setName(p Proposal) {
	c.GivenName, c.FamilyName = p.GivenName, p.FamilyName
	c.derive()
	c.drop(ProposedName)
}

// propose puts p in the place of the proposal of its field, and reports whether it is news.
func (c *Contact) propose(p Proposal) bool {
	i := slices.IndexFunc(c.Proposals, func(old Proposal) bool { return old.Field == p.Field })
	if i >= 0 && c.Proposals[i].Value() == p.Value() {
		return false
	}
	c.Proposals = slices.Clone(c.Proposals)
	if i >= 0 {
		c.Proposals[i] = p
	} else {
		c.Proposals = append(c.Proposals, p)
	}
	return true
}

// drop removes the proposal of a field, and reports whether there was one.
func (c *Contact) drop(field ProposalField) bool {
	before := len(c.Proposals)
	c.Proposals = slices.DeleteFunc(slices.Clone(c.Proposals),
		func(p Proposal) bool { return p.Field == field })
	return len(c.Proposals) < before
}

func (c *Contact) take(p Proposal, now time.Time) error {
	if p.Field == ProposedName {
		c.setName(p)
		return nil
	}
	e, err := reach.ParseEmail(p.Email)
	if err != nil {
		return err
	}
	if !c.hasAddress(e.Key) {
		if len(c.Emails) >= maxEmails {
			return civic.NewErrorArgs(civic.Invalid, "crm.error.too_many", civic.Args{"Max": maxEmails})
		}
		c.Emails = append(slices.Clone(c.Emails), e)
	}
	c.prove(Proof{Key: e.Key, At: now, Account: p.Account})
	c.drop(ProposedEmail)
	return nil
}
