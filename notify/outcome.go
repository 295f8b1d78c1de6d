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
	causeLost     = "notify.cause.lost"     // the answer was lost: it may have arrived
	causeCrash    = "notify.cause.crash"    // we stopped in the middle: it may have arrived
	causeAddress  = "notify.cause.address"  // the address cannot be used
	causeContent  = "notify.cause.content"  // the message could not be written for this person
	causeExpired  = "notify.cause.expired"  // tried until its time was over
	causeStopped  = "notify.cause.stopped"  // we were stopped before it went out
	causeInternal = "notify.cause.internal" // a fault of ours
	causeStorage  = "notify.cause.storage"  // the folder for mail cannot be written
)

// explain returns the cause behind a reply of the server at a stage.
func explain(stage Stage, code int, enhanced string) string {
	switch stage {
	case StageTLS:
		return causeTLS
	case StageAuth:
		return causeAuth
	}
	if cause, known := causesByEnhanced[subject(enhanced)]; known {
		return cause
	}
	switch {
	case code == 421 || code == 454 || code/100 == 4:
		return causeBusy
	case stage == StageSender:
		return causeSender
	case code == 552:
		return causeFull
	case code == 550 || code == 551 || code == 553:
		if stage == StageAddress {
			return causeMailbox
		}
		return causePolicy
	case code == 554:
		return causePolicy
	}
	return causeRefused
}

// causesByEnhanced knows the codes of RFC 3463 without their class.
var causesByEnhanced = map[string]string{
	"1.1": causeMailbox, "1.2": causeDomain, "1.3": causeAddress, "1.6": causeMailbox, "1.10": causeDomain,
	"1.7": causeSender, "1.8": causeSender,
	"2.1": causeDisabled, "2.2": causeFull, "2.3": causeSize, "3.4": causeSize,
	"7.1": causePolicy, "7.20": causePolicy, "7.23": causePolicy, "7.26": causePolicy,
}

// subject returns an enhanced code without its class: "1.1" of "5.1.1".
func subject(enhanced string) string {
	if len(enhanced) > 2 && enhanced[1] == '.' {
		return enhanced[2:]
	}
	return ""
}

// deadAddress reports whether the server said that the address does not exist or is closed, so that nothing more should be
// sent to it.
func (o Outcome) deadAddress() bool {
	return o.Result == Refused && o.Stage == StageAddress &&
		(o.Cause == causeMailbox || o.Cause == causeDomain || o.Cause == causeDisabled)
}
