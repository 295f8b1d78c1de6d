package requests

import (
	"cmp"
	"crypto/hmac"
	"strings"
	"time"

	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/reach"
)

// ConfirmTime is how long who does not sign in has to confirm what they typed. Then it is erased.
const ConfirmTime = 48 * time.Hour

// Declared is what somebody who does not sign in says of themselves. The address they prove, before anything
// is filed; who they are, the office finds out where it has to know.
type Declared struct {
	GivenName  string `bson:"givenName,omitempty"`
	FamilyName string `bson:"familyName,omitempty"`
	Email      string `bson:"email"`
	Phone      string `bson:"phone,omitempty"` // may be empty
}

// Name returns the name as it is shown.
func (d Declared) Name() string { return strings.TrimSpace(d.GivenName + " " + d.FamilyName) }

// key returns what an address is known by, empty when there is none.
func (d *Declared) key() string {
	if d == nil {
		return ""
	}
	e, _ := reach.ParseEmail(d.Email)
	return e.Key
}

// Draft is what somebody typed to ask for something and has not filed: nobody deals with it, and no term
// runs. That of a citizen waits until they go on with it; that of who is not signed in, for the confirmation
// of their address. It is named by the key of its form, from which the request takes its id.
type Draft struct {
	docstore.Meta `bson:",inline"`
	Procedure     civic.ID          `bson:"procedure"`
	Contact       civic.ID          `bson:"contact"`           // of the citizen who began it; empty: of nobody yet
	Account       civic.ID          `bson:"account,omitempty"` // with which it was begun
	Declared      *Declared         `bson:"declared,omitempty"`
	Subject       string            `bson:"subject"`
	Text          string            `bson:"text"`
	Grounds       string            `bson:"grounds,omitempty"`
	Files         []blob.Attachment `bson:"files,omitempty"`
	// counts the changes of what was typed: who confirms says which of them they read
	Version int `bson:"version"`
	// of the citizen who last saved it, as a digest
	Browser string `bson:"browser,omitempty"`
	// the Version that another browser last saved before: what is older did not see it
	Elsewhere int       `bson:"elsewhere,omitempty"`
	Language  string    `bson:"language"` // of the page it was typed on
	Seed      string    `bson:"seed"`     // of the code it is confirmed with: see draftCode
	MailedAt  time.Time `bson:"mailedAt"` // when that was last sent to the address; zero: not yet
	UpdatedAt time.Time `bson:"updatedAt"`
	ExpiresAt time.Time `bson:"expiresAt"` // then it is erased
	// when somebody last began to confirm it: for a moment nothing that was typed changes
	ConfirmingAt time.Time `bson:"confirmingAt,omitempty"`
	// it is being erased, as nobody went on with it in time: nothing changes it any more
	Ending bool `bson:"ending,omitempty"`
	// who has the code changed it: nobody else reads what was typed, whoever began it
	Private bool `bson:"private,omitempty"`
	// Seed before who had its code typed another address: that code still opens what they wrote, and proves
	// nothing
	Opened string `bson:"opened,omitempty"`
	// the request that was made of it; nothing that was typed is left then
	Filed civic.ID `bson:"filed,omitempty"`
}

func draftSpec() docstore.Spec {
	return docstore.Spec{Name: "request_drafts", Indexes: []docstore.Index{
		{Name: "expires", Fields: []string{"expiresAt"}},
		{Name: "contact", Fields: []string{"contact", "-updatedAt"}},
	}}
}

// input returns d as the form by which it is filed.
func (d Draft) input() FileInput {
	return FileInput{FormKey: string(d.ID), Procedure: d.Procedure, Subject: d.Subject, Text: d.Text,
		Grounds: d.Grounds, Files: blob.IDs(d.Files), Declared: d.Declared, draft: &d}
}

// sealed returns d without anything that was typed, for who may not read it.
func (d Draft) sealed() Draft {
	d.Declared, d.Subject, d.Text, d.Grounds, d.Files = nil, "", "", "", nil
	return d.shown()
}

// shown returns d without what nobody need know outside the service.
func (d Draft) shown() Draft {
	d.Seed, d.Opened = "", ""
	return d
}

// defaultDraftFiles is how many bytes the files of all requests that are not confirmed may have together.
const defaultDraftFiles = 4 << 30

func draftPool(most int64) blob.Pool {
	return blob.Pool{Name: "request_draft", MaxBytes: cmp.Or(most, defaultDraftFiles)}
}

// DraftPool returns the pool of the files of requests that wait to be confirmed.
func (s *Service) DraftPool() blob.Pool { return s.pool }

// formSender names who sends the files of a form without signing in.
func (s *Service) formSender(formKey civic.ID) civic.ID {
	return civic.ID(s.vault.Digest("requests/sender", string(formKey)))
}

// draftHolding is what a draft refers to its files with.
func (s *Service) draftHolding(d Draft) blob.Claim {
	c := blob.Claim{Document: civic.Key("request_draft", d.ID), Use: Files(), Person: d.Contact,
		Sender: d.Account, Draft: true}
	if d.Contact == "" {
		c.Sender = s.formSender(d.ID)
	}
	return c
}

// draftCodePurpose is what the codes that confirm drafts are made for.
const draftCodePurpose = "requests/draft"

// draftCode returns the code by which d is confirmed: 100 bits, as those by which requests are followed. It
// is mailed to the address, which it holds for: with another address the seed is another one.
func (s *Service) draftCode(d Draft) string {
	return s.signs(draftCodePurpose, string(d.ID)+"/"+d.Seed)
}

// hasDraftCode reports whether typed is the code of d, in a time that does not tell how much of it is right.
func (s *Service) hasDraftCode(d Draft, typed string) bool {
	return d.Seed != "" && hmac.Equal([]byte(readCode(s.draftCode(d))), []byte(readCode(typed)))
}

// opened reports whether typed is the code of d, or was until who had it typed another address.
func (s *Service) opened(d Draft, typed string) bool {
	if s.hasDraftCode(d, typed) {
		return true
	}
	d.Seed = d.Opened
	return d.Seed != "" && s.hasDraftCode(d, typed)
}
