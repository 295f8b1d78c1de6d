package transport

import "fmt"

// Stage is how far an attempt came.
type Stage string

// The stages of an attempt.
const (
	StageConnect Stage = "connect" // reaching the server and its greeting
	StageTLS     Stage = "tls"
	StageAuth    Stage = "auth"
	StageSender  Stage = "sender"    // MAIL FROM
	StageAddress Stage = "recipient" // RCPT TO
	StageContent Stage = "content"   // DATA and the message, up to its end
	StageAnswer  Stage = "answer"    // the message is out, its acceptance not yet known
)

// Result is what an attempt came to.
type Result string

// The results of an attempt.
const (
	Accepted  Result = "accepted"  // the server took the mail over
	Later     Result = "later"     // certainly not accepted; another attempt may succeed
	Refused   Result = "refused"   // for good
	Uncertain Result = "uncertain" // the message went out whole, its answer was lost
)

// Outcome is the result of one attempt to hand a mail over, with what the server said.
type Outcome struct {
	Result   Result
	Stage    Stage
	Code     int    // SMTP reply code; 0 when the server gave none
	Enhanced string // RFC 3463 code such as "5.1.1"; empty when the server gave none
	Cause    string // catalogue key of the plain-language cause; empty when accepted
	Answer   string // the server's words, without addresses; empty when it gave none, and when accepted
	Server   bool   // the fault is the server's or the sender's, not this recipient's: slow down
	Err      error  // for logs; never shown
}

// String returns the outcome for logs, without addresses.
func (o Outcome) String() string {
	return fmt.Sprintf("%s at %s, code %d %s", o.Result, o.Stage, o.Code, o.Enhanced)
}

// The causes a list of mail not delivered shows.
const (
	CauseConnect  = "notify.cause.connect"  // the mail server cannot be reached
	CauseTLS      = "notify.cause.tls"      // no protected connection
	CauseAuth     = "notify.cause.auth"     // it refuses our user or password
	CauseSender   = "notify.cause.sender"   // it refuses our sender address
	CauseTimeout  = "notify.cause.timeout"  // it did not answer in time
	CauseBroken   = "notify.cause.broken"   // the connection broke
	CauseBusy     = "notify.cause.busy"     // it asks to come back later
	CauseMailbox  = "notify.cause.mailbox"  // no such mailbox
	CauseDomain   = "notify.cause.domain"   // no such domain
	CauseFull     = "notify.cause.full"     // the mailbox is full
	CauseDisabled = "notify.cause.disabled" // the mailbox is closed
	CauseSize     = "notify.cause.size"     // the message is too large
	CausePolicy   = "notify.cause.policy"   // refused by a rule of theirs
	CauseRefused  = "notify.cause.refused"  // refused without a known reason
	CauseRelay    = "notify.cause.relay"    // our server may not send there
	CauseBlocked  = "notify.cause.blocked"  // our server or domain is on a block list
	CauseIdentity = "notify.cause.identity" // our mail does not prove who sends it: SPF, DKIM, DMARC
	CauseHost     = "notify.cause.host"     // our server's name does not fit its address
	CauseLogin    = "notify.cause.login"    // it wants us to sign in, or to protect the connection
	CauseRate     = "notify.cause.rate"     // we send too fast
	CauseSpam     = "notify.cause.spam"     // what we wrote is taken for spam or is not admitted
	CauseForm     = "notify.cause.form"     // the form of the message is not admitted
	CauseUTF8     = "notify.cause.utf8"     // the server knows no addresses with other than ASCII letters
	CauseClosed   = "notify.cause.closed"   // the mailbox takes mail from some senders alone
	CauseRoute    = "notify.cause.route"    // the servers do not find the way to the mailbox

	CauseUnavailable = "notify.cause.unavailable" // the mailbox takes nothing, the server does not say why
	CauseLost        = "notify.cause.lost"        // the answer was lost: it may have arrived
	CauseAddress     = "notify.cause.address"     // the address cannot be used
	CauseStorage     = "notify.cause.storage"     // the folder for mail cannot be written
)

// SaysOfAddress reports whether the server said something of the address that is kept: that it is dead, or
// takes nothing.
func (o Outcome) SaysOfAddress() bool {
	return o.deadAddress() || o.Code != 0 && (o.Cause == CauseFull || o.Cause == CauseUnavailable &&
		o.Result == Refused)
}

// deadAddress reports whether the server said that the mailbox does not exist or is closed, so that nothing
// more should be sent to it.
func (o Outcome) deadAddress() bool {
	return o.Result == Refused && o.Code != 0 && Suspends(o.Cause)
}
