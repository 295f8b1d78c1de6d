package intake

import (
	"slices"
	"strings"
	"time"

	"ascolto/crm"
	"ascolto/crm/requests"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/vault"
)

// State is what came of a mail.
type State string

// The states.
const (
	Pending     State = "pending"     // it is being worked on
	Unassigned  State = "unassigned"  // somebody of the staff has to say what it is
	Quarantined State = "quarantined" // it was not taken apart; likewise
	Filed       State = "filed"       // a request was made of it
	Added       State = "added"       // it was added to a request
	Automatic   State = "automatic"   // a machine wrote it
	Discarded   State = "discarded"   // by somebody of the staff
)

// States lists them in the order in which a page shows them.
func States() []State {
	return []State{Unassigned, Quarantined, Filed, Added, Automatic, Discarded, Pending}
}

// Word returns the key of the text that says s.
func (s State) Word() string { return "intake.state." + string(s) }

// Waits reports whether somebody of the staff has to say what a mail in the state is.
func (s State) Waits() bool { return s == Unassigned || s == Quarantined }

// Why a mail waits, besides the reasons for which it was not taken apart and the signs of machines.
const (
	WhyProcedure = "procedure" // the municipality wants to choose itself what was asked for
	WhySender    = "sender"    // it has no address that can be answered
	WhyStranger  = "stranger"  // it is about a request, and somebody else than its applicant wrote it
	WhyOften     = "often"     // the address writes too often
	WhyOld       = "old"       // it was in the mailbox long before it was taken out of it
	WhyFull      = "full"      // the request takes no more messages
	WhyTrouble   = "trouble"   // it could not be dealt with by itself
	WhyEnvelope  = "envelope"  // it is an envelope of certified mail, whose sender is in it
	WhyLoop      = "loop"      // the municipality itself wrote it
	WhyLeft      = "left"      // it is so large that it stays in the mailbox
)

// Reasons lists the reasons that this package gives.
func Reasons() []string {
	return []string{WhyProcedure, WhySender, WhyStranger, WhyOften, WhyOld, WhyFull, WhyTrouble,
		WhyEnvelope, WhyLoop, WhyLeft}
}

// Mail is a mail that came in. Its id is a keyed digest of its bytes, so that the same one is there once,
// whoever takes it out of the mailbox, and however often.
type Mail struct {
	docstore.Meta `bson:",inline"`
	State         State  `bson:"state"`
	Why           string `bson:"why,omitempty"`
	// where it lay, as the mailbox knows it: one that lies there is known without being fetched again
	Place     string    `bson:"place"`
	At        time.Time `bson:"at"` // when the mailbox got it
	FetchedAt time.Time `bson:"fetchedAt"`
	From      string    `bson:"from,omitempty"` // address
	FromName  string    `bson:"fromName,omitempty"`
	Sender    string    `bson:"sender"` // a keyed digest of From
	To        []string  `bson:"to,omitempty"`
	Subject   string    `bson:"subject,omitempty"`
	Text      string    `bson:"text,omitempty"`
	Cut       bool      `bson:"cut,omitempty"`       // there is more of the text in the original
	Certified bool      `bson:"certified,omitempty"` // an envelope of certified mail
	Numbers   []string  `bson:"numbers,omitempty"`   // of requests that it names
	Size      int64     `bson:"size"`                // bytes, as it came
	Original  civic.ID  `bson:"original,omitempty"`
	// what came along and is kept, and what is not, with the reason
	Files   []blob.Attachment `bson:"files,omitempty"`
	Refused []RefusedFile     `bson:"refused,omitempty"`

	Contact civic.ID `bson:"contact"` // whose it is; empty: not known yet
	Office  civic.ID `bson:"office"`  // that may read it; empty: nobody who reads only what is their office's
	Request civic.ID `bson:"request"` // that came of it, or that it may be about
	Number  string   `bson:"number,omitempty"`
	// it answers a letter about Request: it has the token that only those carry, which is kept nowhere but in
	// the original
	Answer bool `bson:"answer,omitempty"`

	Order     *Order     `bson:"order,omitempty"` // what somebody of the staff said it is, until that is done
	By        civic.ID   `bson:"by,omitempty"`    // who said so
	ByName    string     `bson:"byName,omitempty"`
	Reason    string     `bson:"reason,omitempty"` // why it was discarded
	DecidedAt time.Time  `bson:"decidedAt,omitempty"`
	ExpiresAt *time.Time `bson:"expiresAt"`        // then all but what came of it is erased; nil: not yet
	Erased    bool       `bson:"erased,omitempty"` // it is
	UpdatedAt time.Time  `bson:"updatedAt"`
}

// RefusedFile is a file that is not kept by itself, only in the original.
type RefusedFile struct {
	Name string `bson:"name"`
	Why  string `bson:"why"` // key of a text
}

// Order is what somebody of the staff said a mail is.
type Order struct {
	To        State    `bson:"to"` // Filed or Added
	Was       State    `bson:"was"`
	Procedure civic.ID `bson:"procedure,omitempty"`
	Subject   string   `bson:"subject,omitempty"`
	Text      string   `bson:"text,omitempty"`
	Request   civic.ID `bson:"request,omitempty"`
	Account   civic.ID `bson:"account"`
	Name      string   `bson:"name"`
}

func mailSpec() docstore.Spec {
	return docstore.Spec{Name: "inbound_mails", Indexes: []docstore.Index{
		{Name: "at", Fields: []string{"-at"}},
		{Name: "state_at", Fields: []string{"state", "-at"}},
		{Name: "office_at", Fields: []string{"office", "-at"}},
		{Name: "office_state_at", Fields: []string{"office", "state", "-at"}},
		{Name: "place", Fields: []string{"place"}},
		{Name: "sender_fetched", Fields: []string{"sender", "fetchedAt"}},
		{Name: "contact", Fields: []string{"contact", "-at"}},
		{Name: "expires", Fields: []string{"expiresAt"}},
	}}
}

// Readable reports whether by, of the staff, may read m: who may read the requests of its office.
func (m Mail) Readable(by civic.Actor) bool {
	return by.Allowed(requests.PermRead) &&
		(by.Allowed(crm.PermReadContacts) || m.Office != "" && by.In(m.Office))
}

// Open reports whether staff may still say what m is.
func (m Mail) Open() bool { return !m.Erased && (m.State.Waits() || m.State == Automatic) }

// document is what m refers to files as.
func (m Mail) document() civic.ID { return civic.Key("inbound", m.ID) }

// sender names who sent the files of a mail, as the store of files knows it.
func senderOf(mail civic.ID) civic.ID { return civic.Key("inbound", mail) }

// senderKey returns the digest by which the mails of an address are found.
func senderKey(v *vault.Vault, address string) string {
	if address == "" {
		return ""
	}
	return v.Digest("intake/sender", strings.ToLower(address))
}

// has reports whether file is one of m's.
func (m Mail) has(file civic.ID) bool {
	return slices.ContainsFunc(m.Files, func(a blob.Attachment) bool { return a.File == file })
}

// erase takes out of m whatever tells who wrote what; what came of it stays, and that it was taken in.
func (m *Mail) erase(now time.Time) {
	m.From, m.FromName, m.Sender, m.To, m.Subject, m.Text, m.Cut = "", "", "", nil, "", "", false
	m.Numbers, m.Files, m.Refused, m.Original, m.Contact, m.Reason = nil, nil, nil, "", "", ""
	m.Order, m.ExpiresAt, m.Erased, m.UpdatedAt = nil, nil, true, now
}
