package crm

import (
	"slices"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/internal/reach"
	"ascolto/internal/textfold"
)

// Kind says whether a contact is a person or an organisation.
type Kind string

// The kinds.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"
)

// Contact is a person or organisation the municipality talks with.
type Contact struct {
	docstore.Meta `bson:",inline"`
	Kind          Kind          `bson:"kind"`
	GivenName     string        `bson:"givenName,omitempty"`
	FamilyName    string        `bson:"familyName,omitempty"`
	Organisation  string        `bson:"organisation,omitempty"`
	Emails        []reach.Email `bson:"emails,omitempty"` // the first is written to
	Phones        []reach.Phone `bson:"phones,omitempty"`
	Address       Address       `bson:"address"`
	District      civic.ID      `bson:"district,omitempty"`
	Tags          []civic.ID    `bson:"tags,omitempty"`
	Language      string        `bson:"language"`
	BirthYear     int           `bson:"birthYear,omitempty"`

	Proved []Proof `bson:"proved,omitempty"` // the addresses that the person proved to have
	// keys of addresses typed by the person, not proved yet
	Unconfirmed []string `bson:"unconfirmed,omitempty"`
	// addresses taken off whose sessions are still to be ended
	ShutOuts []shutOut `bson:"shutOuts,omitempty"`
	// when the first of ShutOuts was noted; zero: there are none
	ShutOutAt time.Time `bson:"shutOutAt,omitempty"`
	// told by an identity provider, and not what stands here
	Proposals []Proposal `bson:"proposals,omitempty"`

	SealedCode []byte `bson:"sealedCode,omitempty"` // the fiscal code, sealed by the vault
	CodeDigest string `bson:"codeDigest,omitempty"` // by which it is looked up; unique
	// keyed digests of its first 6 and 11 signs; see codeParts
	CodeParts []string `bson:"codeParts,omitempty"`

	Consents []Consent `bson:"consents,omitempty"` // oldest first; rows are added, never changed
	Answers  []Answer  `bson:"facts,omitempty"`    // coded answers that segments choose by

	SortName string `bson:"sortName"`         // folded, family name first; see givenMark
	Skeleton string `bson:"skeleton"`         // under which similar names are found
	Joined   string `bson:"joined,omitempty"` // the same of the name without its spaces

	// what fields hold that are declared and nothing else; see kept
	More map[string][]string `bson:"more,omitempty"`

	// grows with each edit of what the form shows; Revision grows with any change
	Version         int64       `bson:"version"`
	Edits           merge.Edits `bson:"edits,omitempty"` // who edited which field last; see Field
	DuplicateReason string      `bson:"duplicateReason,omitempty"`
	// why a contact made at a sign-in may be the double of another
	Double     Double     `bson:"double,omitempty"`
	LastEdit   *lastEdit  `bson:"lastEdit,omitempty"`   // the last version that a form made, and who it was
	SignedIn   *signedIn  `bson:"signedIn,omitempty"`   // the last version that a sign-in made
	Answered   []answered `bson:"answered,omitempty"`   // the last answer to a proposal of each field
	Submission string     `bson:"submission,omitempty"` // digest of the form that created it
	CreatedAt  time.Time  `bson:"createdAt"`
	CreatedBy  civic.ID   `bson:"createdBy,omitempty"`
	UpdatedAt  time.Time  `bson:"updatedAt"`
}

// FullName returns the name, empty when nobody has said it: "Nicolò D'Angelo", "Associazione Ponte Alto".
func (c Contact) FullName() string {
	switch {
	case c.Kind == Organisation:
		return c.Organisation
	case c.Nameless():
		return ""
	}
	return strings.TrimSpace(c.GivenName + " " + c.FamilyName)
}

// DisplayName returns the name as it is shown; for who has none the first address without most of what stands
// before its @, "m•••@posta.example". It is empty when there is neither: pages then say so in words.
func (c Contact) DisplayName() string {
	if name := c.FullName(); name != "" || len(c.Emails) == 0 {
		return name
	}
	return c.Emails[0].Masked()
}

// Nameless reports whether nobody has said what the person is called. Contacts that earlier versions made at
// a sign-in have their address for a family name.
func (c Contact) Nameless() bool {
	return c.Kind == Person && c.GivenName == "" &&
		(c.FamilyName == "" || c.hasAddress(strings.ToLower(c.FamilyName)))
}

// HasEmail reports whether c can be written to by e-mail.
func (c Contact) HasEmail() bool {
	return slices.ContainsFunc(c.Emails, func(e reach.Email) bool { return !c.Awaits(e.Key) })
}

// givenMark stands in a SortName before the given name. It sorts before the space between the words of a
// name, so that all of one family come before those whose name begins alike: "Ansaloni Cristina" before
// "Ansaloni Caruso Maria". It is white space, at which names are divided into words.
const givenMark = "\t"

// sortName returns the folded name by which lists are sorted, family name first.
func (c Contact) sortName() string {
	if c.Nameless() {
		return ""
	}
	if c.Kind == Organisation {
		return textfold.Name(c.Organisation)
	}
	family, given := textfold.Name(c.FamilyName), textfold.Name(c.GivenName)
	if family == "" || given == "" {
		return family + given
	}
	return family + givenMark + given
}

// derive sets the fields that follow from the name.
func (c *Contact) derive() {
	c.SortName = c.sortName()
	c.Skeleton = skeleton(c.SortName)
	c.Joined = joinedSkeleton(c.SortName)
}

// emailKeys returns the keys by which the addresses of c are compared.
func (c Contact) emailKeys() []string {
	keys := make([]string, len(c.Emails))
	for i, e := range c.Emails {
		keys[i] = e.Key
	}
	return keys
}

// PhoneNumbers returns the telephone numbers of c, as they are dialled.
func (c Contact) PhoneNumbers() []string {
	numbers := make([]string, len(c.Phones))
	for i, p := range c.Phones {
		numbers[i] = p.Number
	}
	return numbers
}
