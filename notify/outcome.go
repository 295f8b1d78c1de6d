package notify

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
	causeConnect  = "notify.cause.connect"  // the mail server cannot be reached
	causeTLS      = "notify.cause.tls"      // no protected connection
	causeAuth     = "notify.cause.auth"     // it refuses our user or password
	causeSender   = "notify.cause.sender"   // it refuses our sender address
	causeTimeout  = "notify.cause.timeout"  // it did not answer in time
	causeBroken   = "notify.cause.broken"   // the connection broke
	causeBusy     = "notify.cause.busy"     // it asks to come back later
	causeMailbox  = "notify.cause.mailbox"  // no such mailbox
	causeDomain   = "notify.cause.domain"   // no such domain
	causeFull     = "notify.cause.full"     // the mailbox is full
	causeDisabled = "notify.cause.disabled" // the mailbox is closed
	causeSize     = "notify.cause.size"     // the message is too large
	causePolicy   = "notify.cause.policy"   // refused by a rule of theirs
	causeRefused  = "notify.cause.refused"  // refused without a known reason
	causeRelay    = "notify.cause.relay"    // our server may not send there
	causeBlocked  = "notify.cause.blocked"  // our server or domain is on a block list
	causeIdentity = "notify.cause.identity" // our mail does not prove who sends it: SPF, DKIM, DMARC
	causeHost     = "notify.cause.host"     // our server's name does not fit its address
	causeLogin    = "notify.cause.login"    // it wants us to sign in, or to protect the connection
	causeRate     = "notify.cause.rate"     // we send too fast
	causeSpam     = "notify.cause.spam"     // what we wrote is taken for spam or is not admitted
	causeForm     = "notify.cause.form"     // the form of the message is not admitted
	causeUTF8     = "notify.cause.utf8"     // the server knows no addresses with other than ASCII letters
	causeClosed   = "notify.cause.closed"   // the mailbox takes mail from some senders alone
	causeRoute    = "notify.cause.route"    // the servers do not find the way to the mailbox

	causeUnavailable = "notify.cause.unavailable" // the mailbox takes nothing, the server does not say why
	causeLost        = "notify.cause.lost"        // the answer was lost: it may have arrived
	causeCrash       = "notify.cause.crash"       // we stopped in the middle: it may have arrived
	causeAddress     = "notify.cause.address"     // the address cannot be used
	causeContent     = "notify.cause.content"     // the message could not be written for this person
	causeExpired     = "notify.cause.expired"     // tried until its time was over
	causeStopped     = "notify.cause.stopped"     // we were stopped before it went out
	causeInternal    = "notify.cause.internal"    // a fault of ours
	causeStorage     = "notify.cause.storage"     // the folder for mail cannot be written
)

// saysOfAddress reports whether the server said something of the address that is kept: that it is dead, or
// takes nothing.
func (o Outcome) saysOfAddress() bool {
	return o.deadAddress() || o.Code != 0 && (o.Cause == causeFull || o.Cause == causeUnavailable &&
		o.Result == Refused)
}

// deadAddress reports whether the server said that the mailbox does not exist or is closed, so that nothing
// more should be sent to it.
func (o Outcome) deadAddress() bool {
	return o.Result == Refused && o.Code != 0 && remedies[o.Cause] == suspends
}
