package forum

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Report is somebody's word that a post breaks a rule or the law. Its id is the receipt number: whoever holds
// it can read what came of the report, signed in or not.
type Report struct {
	docstore.Meta `bson:",inline"`
	Post          civic.ID  `bson:"post"`
	Thread        civic.ID  `bson:"thread"`
	Rule          RuleCode  `bson:"rule"`
	Text          string    `bson:"text"`
	Account       civic.ID  `bson:"account,omitempty"` // empty when the person was not signed in
	Contact       civic.ID  `bson:"contact,omitempty"`
	Open          bool      `bson:"open"`
	Outcome       Action    `bson:"outcome,omitempty"` // hide or keep, once decided
	CreatedAt     time.Time `bson:"createdAt"`
	ClosedAt      time.Time `bson:"closedAt,omitempty"`
}

// Receipt returns the number as people read it, in groups of four: "K7QM-2XVD-JH5A-TR3C".
func (r Report) Receipt() string {
	s := string(r.ID)
	var groups []string
	for len(s) > 4 {
		groups, s = append(groups, s[:4]), s[4:]
	}
	return strings.Join(append(groups, s), "-")
}

// path returns the page that says what came of the report.
func (r Report) path() string { return "/forum/segnalazioni/" + r.Receipt() }

// receiptLength gives 80 bits: nobody finds another person's receipt by trying.
const receiptLength = 16

// ParseReceipt returns the id of the report with the receipt number s, however it is grouped, or an Invalid
// error.
func ParseReceipt(s string) (civic.ID, error) {
	s = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(s))
	if len(s) != receiptLength || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return "", civic.NewError(civic.Invalid, "forum.error.receipt")
	}
	return civic.ID(s), nil
}

// receiptOf makes the receipt number of a form key, so that a form sent twice gives one report.
func receiptOf(key civic.ID) civic.ID {
	sum := sha256.Sum256([]byte("report/" + string(key)))
	return civic.ID(base32.StdEncoding.EncodeToString(sum[:])[:receiptLength])
}

// ReportInput is what a person says about a post.
type ReportInput struct {
	FormKey string
	Thread  civic.ID
	Number  int64
	Rule    string
	Text    string
}

// MaxReport bounds what a report says, in characters.
const MaxReport = 1000

func (in ReportInput) parse() (Report, error) {
	var p civic.Problems
	key, err := parseFormKey(in.FormKey)
	p.Check("form_key", err)
	rule, err := ParseRule(in.Rule)
	p.Check("rule", err)
	text, err := cleanSource(in.Text, MaxReport)
	p.Check("text", err)
	return Report{Meta: docstore.Meta{ID: receiptOf(key)}, Thread: in.Thread, Rule: rule, Text: text,
		Open: true}, p.Err()
}

func (r Report) sameAs(o Report) bool {
	return r.Post == o.Post && r.Account == o.Account && r.Rule == o.Rule && r.Text == o.Text
}

// Case is a reported post in the desk's queue; its id is the post's. It is derived from the reports but for
// the claim.
type Case struct {
	docstore.Meta `bson:",inline"`
	Thread        civic.ID  `bson:"thread"`
	Number        int64     `bson:"number"`
	Open          bool      `bson:"open"`
	Reports       int       `bson:"reports"` // that are open
	FirstAt       time.Time `bson:"firstAt"` // of the oldest open report
	ClaimedBy     civic.ID  `bson:"claimedBy,omitempty"`
	ClaimedName   string    `bson:"claimedName,omitempty"`
	ClaimedUntil  time.Time `bson:"claimedUntil,omitempty"`
}

// claimTerm is how long a claim holds when the moderator does nothing more.
const claimTerm = 30 * time.Minute

// claimedByOther reports whether somebody else than account is at work on c.
func (c Case) claimedByOther(account civic.ID, now time.Time) bool {
	return c.ClaimedBy != "" && c.ClaimedBy != account && now.Before(c.ClaimedUntil)
}

// claim gives c to a moderator, or returns Conflict when another holds it.
func (c *Case) claim(by civic.Actor, now time.Time) error {
	if c.claimedByOther(by.Account, now) {
		return civic.NewErrorArgs(civic.Conflict, "forum.error.claimed", civic.Args{"Name": c.ClaimedName})
	}
	c.ClaimedBy, c.ClaimedName, c.ClaimedUntil = by.Account, by.Name, now.Add(claimTerm)
	return nil
}

func (c *Case) release() { c.ClaimedBy, c.ClaimedName, c.ClaimedUntil = "", "", time.Time{} }
